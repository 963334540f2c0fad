"""Where clusters were read, as whom and by which requests; the commands that show one again."""

import json
import re
import shlex
from datetime import datetime
from typing import NamedTuple

from hsmtui.model.filter.term import Term
from hsmtui.model.text import visible

UNKNOWN = "?"
"""Stands for a profile or a region that nobody knows."""

_PLAIN_ID = re.compile(r"[A-Za-z0-9-]+")


class Answered(NamedTuple):
    """When the answer came, to which operation, with which HTTP status, under which request id."""

    time: datetime
    operation: str
    status: int
    request_id: str


class Origin(NamedTuple):
    """A place, and who asked there.

    `account` and `caller`, an ARN, are None where STS has not said them; `unknown` then says why.
    `profile` is None where none was named, `credentials` the source of the keys where that is no
    profile, and `endpoint` None where it is AWS's own. In the demo `config_file` is the file with
    its profiles.
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

    @property
    def is_demo(self) -> bool:
        """Whether this is the demo and not AWS."""
        return self.config_file is not None

    def arn(self, cluster_id: str) -> str | None:
        """The cluster's ARN; None where the account is not known."""
        return cluster_arn(self.partition, self.region, self.account, cluster_id)

    def aws_command(self, cluster_id: str) -> str:
        """The aws command that shows the cluster, quoted for a shell."""
        words = ["aws", "cloudhsmv2", "describe-clusters", "--filters", _aws_filter(cluster_id)]
        words += ["--region", self.region] if self.region != UNKNOWN else []
        if self.profile and self.profile != UNKNOWN and self.credentials is None:
            words += ["--profile", self.profile]
        if self.endpoint:
            words += ["--endpoint-url", self.endpoint]
        environment = (
            f"AWS_CONFIG_FILE={shlex.quote(self.config_file)} " if self.config_file else ""
        )
        return visible(environment + shlex.join(words))

    def own_command(self, cluster_id: str) -> str:
        """The hsmtui command that shows the cluster, quoted for a shell."""
        words = ["hsmtui", "--demo"] if self.is_demo else ["hsmtui"]
        if self.profile and self.profile != UNKNOWN and self.credentials is None:
            words += ["-p", self.profile]
        words += ["-r", self.region] if self.region != UNKNOWN else []
        if self.endpoint and not self.is_demo:
            words += ["--endpoint-url", self.endpoint]
        return visible(shlex.join([*words, "--filter", str(Term("id", (cluster_id,)))]))


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
