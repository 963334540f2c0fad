"""Region, credentials and clients: everything that makes a Connection."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.credentials import CredentialResolver, Credentials
from botocore.exceptions import NoRegionError

from hsmtui.aws.answer import take_json, timestamp
from hsmtui.aws.bounds import BoundedSender
from hsmtui.aws.caller import Caller
from hsmtui.aws.checked_settings import check_settings
from hsmtui.aws.connection import SERVICE, Connection, asking
from hsmtui.aws.credentials import LastingCredentials
from hsmtui.aws.errors import Where
from hsmtui.aws.guard import let_read
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.prompter import Prompter
from hsmtui.aws.regions import partition_of
from hsmtui.aws.request_log import RequestLog

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.model import OperationModel


def open_connection(
    place: Place,
    caller: Future[Caller],
    terms: Terms,
    tell_region: Callable[[str], object] = lambda _: None,
) -> Connection:
    """Find the region and the credentials and make the clients; this may block on either.

    `tell_region` is called with the region as soon as it is known. Raises HsmtuiError.
    """
    if place.starting:
        terms.write_grant.bind()
    with asking(terms.prompter, Where("sign in", place.profile, place.region)):
        core, requests = _core(place, terms), RequestLog()
        check_settings(core)
        requests.listen(core.get_component("event_emitter"))
        session = boto3.Session(botocore_session=core, region_name=place.region)
        region = session.region_name
        if not region:
            raise NoRegionError
        tell_region(region)
        credentials = LastingCredentials(core, lambda: _core(place, terms), terms.prompter)
        core.register_component("credential_provider", _Ready(credentials))
        client = session.client(SERVICE)
        connection = Connection(
            place=place,
            terms=terms,
            profile=place.profile or _named_profile(session),
            region=region,
            partition=partition_of(region),
            endpoint=_custom_endpoint(client.meta.endpoint_url, region),
            credentials=_source(credentials.method, place),
            client=client,
            caller=caller,
            requests=requests,
            _session=session,
            _credentials=credentials,
        )
        credentials.check = connection._check_keys  # noqa: SLF001 - ours
        return connection


class _Session(botocore.session.Session):
    """A session of which every client, those that sign in too, asks one endpoint where given, and
    takes answers within bounds."""

    endpoint_url: str | None = None
    longest_attempt: float

    def create_client(self, service_name: str, *args: Any, **more: Any) -> Any:
        more["endpoint_url"] = more.get("endpoint_url") or self.endpoint_url
        client: Any = super().create_client(service_name, *args, **more)
        endpoint = client._endpoint  # noqa: SLF001 - there is no other way to its sender
        endpoint.http_session = BoundedSender(endpoint.http_session, self.longest_attempt)
        return client


class _Ready(CredentialResolver):
    """A chain that gives these credentials and looks no further."""

    def __init__(self, credentials: Credentials) -> None:
        super().__init__([])
        self._credentials = credentials

    def load_credentials(self) -> Credentials:
        return self._credentials


def _core(place: Place, terms: Terms) -> _Session:
    """A botocore session that reads, tells of retries, and has read the user's files afresh."""
    if place.profile and not place.explicit:
        named = (None, ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"], place.profile, None)
        core = _Session(session_vars={"profile": named})
    else:
        core = _Session(profile=place.profile)
    if place.region:
        core.set_config_variable("region", place.region)
    core.endpoint_url = place.endpoint_url
    core.longest_attempt = terms.longest_attempt
    core.set_default_client_config(terms.config())
    events = core.get_component("event_emitter")
    let_read(events)
    take_json(events)
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=timestamp)
    events.register("needs-retry", _retry_reporter(terms.prompter))
    return core


def _retry_reporter(prompter: Prompter) -> Callable[..., None]:
    """A handler that tells the prompter of an attempt that failed; the end of the request takes
    that back where no attempt follows."""

    def tell(
        response: "tuple[AWSResponse, dict[str, dict[str, str]]] | None",
        operation: "OperationModel",
        attempts: int,
        caught_exception: Exception | None,
        **_: object,
    ) -> None:
        if caught_exception is not None:
            why = type(caught_exception).__name__
        elif response is not None and _may_pass(response[0].status_code, response[1]):
            why = response[1]["Error"]["Code"]
        else:
            return
        prompter.tell(f"{operation.name}: {why}, attempt {attempts + 1} …")

    return tell


def _may_pass(status: int, answer: dict[str, dict[str, str]]) -> bool:
    """Whether the same request may do better in a moment."""
    code = answer.get("Error", {}).get("Code", "")
    return status >= 500 or (bool(code) and ("Throttl" in code or "TooMany" in code))


def _named_profile(session: boto3.Session) -> str | None:
    name = session.profile_name
    return None if name == "default" else name


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
