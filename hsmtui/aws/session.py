"""Profiles, regions, credentials and identity: everything that makes a Connection."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

import boto3
import botocore.session
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError
from botocore.parsers import ResponseParserError

from hsmtui import __version__
from hsmtui.aws.errors import HsmtuiError, Where, translate

if TYPE_CHECKING:
    from concurrent.futures import Future

    from botocore.config import _RetryDict
    from mypy_boto3_cloudhsmv2 import CloudHSMV2Client

SERVICE: Final = "cloudhsmv2"

FIRST_ERROR = 300
"""The lowest HTTP status that botocore raises as an error; below it an answer is believed."""

CONNECT_TIMEOUT = 5
"""Seconds to wait for a connection."""

READ_TIMEOUT = 15
"""Seconds to wait for an answer."""

FAILURES = (
    BotoCoreError,
    ClientError,
    ResponseParserError,
    RuntimeError,
    AttributeError,
    TypeError,
    ValueError,
    KeyError,
    OSError,
)
"""What a request through botocore raises: its own errors, those of its parsers on an answer of
another shape, and those of the files and sockets below it. A RuntimeError comes of credentials
that have expired although they are fresh, and of an answer that is nested too deeply."""


class Place(NamedTuple):
    """Where to connect; None leaves it to botocore's default chain.

    `explicit` says that the profile was chosen by name, so that environment keys do not win over
    it; AWS_PROFILE and the settings file name a profile without that force.
    """

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    explicit: bool = False


class Caller(NamedTuple):
    """Who STS says is asking."""

    account: str
    arn: str

    @property
    def short(self) -> str:
        """The last parts of the ARN that a person knows: role/Triage, user/alice, root."""
        resource = self.arn.split(":", 5)[-1]
        if resource.startswith("assumed-role/"):
            return "role/" + resource.split("/")[1]
        return resource


@dataclass(frozen=True, eq=False)
class Connection:
    """One place and the credentials that ask there; no two are equal, a switch makes a new one.

    `place` is what was asked for. `endpoint` is set where it is not AWS's own. `credentials` says
    where the keys come from where the named profile is not what gave them. `client` reads, with
    botocore's standard retries.
    """

    place: Place
    profile: str | None
    region: str
    partition: str
    endpoint: str | None
    credentials: str | None
    client: "CloudHSMV2Client"
    caller: "Future[Caller]"
    _session: boto3.Session = field(repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def known_caller(self) -> Caller | None:
        """Who is asking, where STS has said so already."""
        if self.caller.done() and self.caller.exception() is None:
            return self.caller.result()
        return None

    @property
    def account(self) -> str | None:
        """The account, where STS has said it already."""
        caller = self.known_caller
        return caller.account if caller else None

    @property
    def profile_name(self) -> str:
        """The profile as botocore calls it, or what stands in for one."""
        return self.profile or self.credentials or "default"

    def where(self, operation: str) -> Where:
        """A request of this connection, for the words of an error."""
        host = urlsplit(self.client.meta.endpoint_url).hostname
        return Where(operation, self.profile, self.region, host)

    def single_attempt_client(self) -> "CloudHSMV2Client":
        """A client that sends each request once, whatever happens to it."""
        with self._lock:  # a Session is not thread-safe
            return self._session.client(
                SERVICE,
                region_name=self.region,
                endpoint_url=self.place.endpoint_url,
                config=_config(attempts=1),
            )

    def ask_caller(self) -> None:
        """Ask STS who the credentials belong to; `caller` gets the answer or the HsmtuiError."""
        try:
            self.caller.set_result(self._caller())
        except HsmtuiError as error:
            self.caller.set_exception(error)

    def _caller(self) -> Caller:
        where = Where("GetCallerIdentity", self.profile, self.region, None, "sts")
        with failures_of(lambda: where):
            with self._lock:
                sts = self._session.client(
                    "sts",
                    region_name=self.region,
                    endpoint_url=self.place.endpoint_url,
                    config=_config(),
                )
            where = where._replace(host=urlsplit(sts.meta.endpoint_url).hostname)
            answer = sts.get_caller_identity()
            if not answer["Account"]:
                raise ValueError("The answer names no account.")
            return Caller(answer["Account"], answer["Arn"])


@contextmanager
def failures_of(where: Callable[[], Where]) -> Iterator[None]:
    """Any failure of the requests inside becomes an HsmtuiError."""
    try:
        yield
    except FAILURES as error:
        raise translate(error, where()) from error


def open_connection(place: Place, caller: "Future[Caller]") -> Connection:
    """Find the region and the credentials and make the clients; this may block on either.

    Raises HsmtuiError.
    """
    with failures_of(lambda: Where("sign in", place.profile, place.region)):
        session = _session(place)
        region = session.region_name
        if not region:
            raise NoRegionError
        credentials = session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        client = session.client(SERVICE, endpoint_url=place.endpoint_url, config=_config())
        client.meta.events.register("before-parse.*.DescribeClusters", _check_shape)
        return Connection(
            place=place,
            profile=place.profile or _named_profile(session),
            region=region,
            partition=_partition(session, region),
            endpoint=_custom_endpoint(client.meta.endpoint_url, region),
            credentials=_source(credentials.method, place),
            client=client,
            caller=caller,
            _session=session,
        )


def profile_names() -> tuple[str, ...]:
    """The profiles of the config and credentials files. Raises HsmtuiError."""
    with failures_of(lambda: Where("profiles", None, None)):
        return tuple(botocore.session.Session().available_profiles)


def profile_region(profile: str | None) -> str | None:
    """The region that a profile configures, whatever the environment says. Raises HsmtuiError."""
    with failures_of(lambda: Where("profiles", profile, None)):
        profiles = botocore.session.Session().full_config.get("profiles", {})
        region: str | None = profiles.get(profile or "default", {}).get("region")
        return region


def service_regions(partition: str) -> tuple[str, ...]:
    """The regions of a partition in which botocore's data knows CloudHSM."""
    regions: list[str] = botocore.session.Session().get_available_regions(SERVICE, partition)
    return tuple(regions)


def _session(place: Place) -> boto3.Session:
    if place.profile and not place.explicit:
        named = (None, ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"], place.profile, None)
        core = botocore.session.Session(session_vars={"profile": named})
    else:
        core = botocore.session.Session(profile=place.profile)
    return boto3.Session(botocore_session=core, region_name=place.region)


def _named_profile(session: boto3.Session) -> str | None:
    name = session.profile_name
    return None if name == "default" else name


def _config(attempts: int | None = None) -> Config:
    retries: _RetryDict = {"mode": "standard"}
    if attempts is not None:
        retries["total_max_attempts"] = attempts
    return Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries=retries,
        user_agent_extra=f"hsmtui/{__version__}",
    )


_SOURCES = {
    "env": "environment keys",
    "iam-role": "instance role",
    "container-role": "container role",
    "boto-config": "boto config",
    "ec2-credentials-file": "AWS_CREDENTIAL_FILE",
}
"""What botocore calls the providers that do not belong to a profile, and what a person does."""


def _source(method: str, place: Place) -> str | None:
    if method == "assume-role-with-web-identity" and place.profile is None:
        return "web identity"
    return _SOURCES.get(method)


def _partition(session: boto3.Session, region: str) -> str:
    """The partition of a region; of one that botocore does not know, the commercial one."""
    try:
        return session.get_partition_for_region(region)
    except BotoCoreError:
        return "aws"


_DOMAINS = ("amazonaws.com", "api.aws", "amazonaws.com.cn")
"""Where AWS's own endpoints are; one that is elsewhere is shown, even if it is AWS's."""


def _custom_endpoint(url: str, region: str) -> str | None:
    """The endpoint where it is not one of AWS's own names for the service in the region."""
    own = {
        f"https://{name}.{region}.{domain}"
        for name in (SERVICE, f"{SERVICE}-fips")
        for domain in _DOMAINS
    }
    return None if url.removesuffix("/") in own else url


class _ClusterShape(msgspec.Struct, rename="pascal"):
    hsms: list[dict[str, object]] | None = None


class _AnswerShape(msgspec.Struct, rename="pascal"):
    clusters: list[_ClusterShape]
    next_token: str | None = None


def _check_shape(response_dict: dict[str, object], **_: object) -> None:
    """Refuse lists that are no lists: botocore's parser reads ``"Hsms": {}`` as an empty list.

    A token that is no text is refused too: an empty list of pages to come would look like the end.
    """
    body, status = response_dict["body"], response_dict["status_code"]
    if isinstance(status, int) and status < FIRST_ERROR and isinstance(body, bytes):
        msgspec.json.decode(body, type=_AnswerShape)
