"""Where clusters were read, as whom and by which requests; the commands that show one again."""

import json
import re
import shlex
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from hsmtui.model.filter.term import Term
from hsmtui.model.text import visible
from hsmtui.model.times import stamp

UNKNOWN = "?"
"""Stands for a profile or a region that nobody knows."""

DEMO = "DEMO"
"""Stands in documents for the endpoint of the demo, which nobody else can ask."""

_SUPPORT_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""Where AWS Support answers, by partition."""

_PLAIN_ID = re.compile(r"[A-Za-z0-9-]+")


class Answered(NamedTuple):
    """When the answer came, to which operation, with which HTTP status, under which request id."""

    time: datetime
    operation: str
    status: int
    request_id: str


READ = "read"
"""What the time is of that a check's document has."""


class SavedSource(NamedTuple):
    """A file that something was opened from: its name in plain text, and its time.

    `how` is what that time is of, such as ``read``. `is_kept` says that it can be opened again,
    unlike a pipe.
    """

    name: str
    how: str
    time: datetime
    is_kept: bool

    @property
    def says_when(self) -> bool:
        """Whether it is what was read that says when, as that of a check does."""
        return self.how == READ

    @property
    def words(self) -> str:
        """When it was read, such as ``read 2026-11-21 17:09:45 UTC``."""
        return f"{self.how} {stamp(self.time)}"


class Origin(NamedTuple):
    """A place, and who asked there.

    `account` and `caller`, an ARN, are None where STS has not said them; `unknown` then says why.
    `profile` is None where none was named, `credentials` the source of the keys where that is no
    profile, and `endpoint` None where it is AWS's own. In the demo `config_file` is the file with
    its profiles. `source` is the file that the place was opened from, where nobody was asked.
    """

    partition: str
    region: str
    account: str | None
    caller: str | None
    unknown: str
    profile: str | None
    credentials: str | None
    endpoint: str | None
    config_file: str | None = None
    source: SavedSource | None = None

    @property
    def is_demo(self) -> bool:
        """Whether this is the demo and not AWS."""
        return self.config_file is not None or self.endpoint == DEMO

    @property
    def known_region(self) -> str | None:
        """The region; None where a file does not say which."""
        return None if self.region == UNKNOWN else self.region

    @property
    def known_profile(self) -> str | None:
        """The profile, or what stands in for one; None where a file does not say which."""
        name = self.profile or self.credentials or "default"
        return None if name == UNKNOWN else name

    def arn(self, cluster_id: str) -> str | None:
        """The cluster's ARN; None where the account is not known."""
        return cluster_arn(self.partition, self.region, self.account, cluster_id)

    def aws_command(self, cluster_id: str) -> str | None:
        """The aws command that shows the cluster, quoted for a shell; None where that was in a
        demo, which has gone."""
        return self._asked_here(
            "cloudhsmv2", "describe-clusters", "--filters", _aws_filter(cluster_id)
        )

    def trail_command(self, cluster_id: str) -> str | None:
        """The aws command that shows what CloudTrail knows of the cluster, quoted for a shell; None
        in a demo which has gone."""
        attribute = _trail_attribute(cluster_id)
        return self._asked_here("cloudtrail", "lookup-events", "--lookup-attributes", attribute)

    def new_cluster_command(self, hsm_type: str, subnets: Sequence[str]) -> str | None:
        """The aws command that creates a cluster in these subnets, quoted for a shell; None in a
        demo which has gone."""
        kind = ("--hsm-type", hsm_type, "--subnet-ids", *subnets)
        return self._asked_here("cloudhsmv2", "create-cluster", *kind)

    def support_command(self, subject: str, body: str) -> str | None:
        """The aws command that opens a support case, quoted for a shell; None where that would be
        about a demo which has gone. In a demo it asks that, which answers that it has no support.
        """
        words = ("support", "create-case", "--subject", subject, "--communication-body", body)
        region = _SUPPORT_REGIONS.get(self.partition, self.region)
        return self._aws(words, region, self.endpoint if self.is_demo else None)

    def _asked_here(self, *asked: str) -> str | None:
        return self._aws(asked, self.region, self.endpoint)

    def _aws(self, asked: Sequence[str], region: str, endpoint: str | None) -> str | None:
        if self.endpoint == DEMO:
            return None
        words = ["aws", *asked]
        words += ["--region", region] if region != UNKNOWN else []
        if self.profile and self.profile != UNKNOWN and self.credentials is None:
            words += ["--profile", self.profile]
        if endpoint:
            words += ["--endpoint-url", endpoint]
        environment = (
            f"AWS_CONFIG_FILE={shlex.quote(self.config_file)} " if self.config_file else ""
        )
        return visible(environment + shlex.join(words))

    def own_command(self, cluster_id: str) -> str | None:
        """The hsmtui command that shows the cluster, quoted for a shell; None where that came
        through a pipe."""
        only = ["--filter", str(Term("id", (cluster_id,)))]
        if self.source is not None:
            again = visible(shlex.join(["hsmtui", "--from", self.source.name, *only]))
            return again if self.source.is_kept else None
        words = ["hsmtui", "--demo"] if self.is_demo else ["hsmtui"]
        if self.profile and self.profile != UNKNOWN and self.credentials is None:
            words += ["-p", self.profile]
        words += ["-r", self.region] if self.region != UNKNOWN else []
        if self.endpoint and not self.is_demo:
            words += ["--endpoint-url", self.endpoint]
        return visible(shlex.join([*words, *only]))


def cluster_arn(
    partition: str | None, region: str | None, account: str | None, cluster_id: str
) -> str | None:
    """The ARN of a cluster; None where it is not known where that is."""
    if partition is None or region is None or account is None:
        return None
    return f"arn:{partition}:cloudhsm:{region}:{account}:cluster/{cluster_id}"


def _aws_filter(cluster_id: str) -> str:
    """The shorthand, or JSON for an id with characters that mean something there."""
    if _PLAIN_ID.fullmatch(cluster_id):
        return f"clusterIds={cluster_id}"
    return json.dumps({"clusterIds": [cluster_id]})


def _trail_attribute(resource_id: str) -> str:
    """What CloudTrail is asked for, in the same form."""
    if _PLAIN_ID.fullmatch(resource_id):
        return f"AttributeKey=ResourceName,AttributeValue={resource_id}"
    return json.dumps([{"AttributeKey": "ResourceName", "AttributeValue": resource_id}])
