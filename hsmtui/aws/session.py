"""Region, credentials and clients: everything that makes a Connection."""

from collections.abc import Callable
from concurrent.futures import Future

from botocore.exceptions import NoRegionError

from hsmtui.aws.caller import Caller
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import Where
from hsmtui.aws.http_sessions import HttpSessions
from hsmtui.aws.kept_clients import KeptClients
from hsmtui.aws.place import SERVICE, Place, Terms
from hsmtui.aws.profile_session import ProfileSession, Shared, asking
from hsmtui.aws.regions import partition_of
from hsmtui.aws.request_log import RequestLog


def open_connection(
    place: Place,
    caller: Future[Caller],
    terms: Terms,
    tell_region: Callable[[str], object] = lambda _: None,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Connection:
    """Find the region and the credentials and make the clients; this may block on either.

    `tell_region` is called with the region as soon as it is known. `is_wanted` says whether anybody
    still waits for it, before they are asked to sign in. Raises HsmtuiError.
    """
    if place.starting:
        terms.write_grant.bind()
    with asking(terms.prompter, Where("sign in", place.profile, place.region)):
        session = ProfileSession(place, terms, Shared(HttpSessions(), KeptClients()), caller)
        tell_region(region_of(place, session))
        session.find_keys()
        session.credentials.is_wanted = is_wanted
        return connection_at(place, session)


def region_of(place: Place, session: ProfileSession) -> str:
    """The region that was asked for, else that of the profile. Raises NoRegionError."""
    region = place.region or session.own_region
    if not region:
        raise NoRegionError
    return region


def connection_at(place: Place, session: ProfileSession, order: int = 0) -> Connection:
    """The connection of a place, with its client; `order` is that of the client among those that
    are to be made. Raises what botocore raises."""
    region, requests = region_of(place, session), RequestLog(session.requests)
    client = session.client(SERVICE, region, order=order)
    requests.listen(client.meta.events)
    profile = place.profile or session.profile
    connection = Connection(
        place=place,
        terms=session.terms,
        profile=None if place.profile is None and profile == "default" else profile,
        region=region,
        partition=partition_of(region),
        endpoint=_custom_endpoint(client.meta.endpoint_url, region),
        credentials=_source(session.credentials.method, place),
        requests=requests,
        _url=client.meta.endpoint_url,
        _session=session,
    )
    session.shared.clients.keep(connection, client)
    return connection


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
