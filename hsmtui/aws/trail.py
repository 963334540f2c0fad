"""Pages of what CloudTrail knows of a cluster or an HSM, the newest event first."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import ListOperation, Position, fetch
from hsmtui.model.entry import read_entry
from hsmtui.model.redaction import known_secrets
from hsmtui.model.trail import TrailEntry, TrailEvent, read_event

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient

LOOKUP: Final = "LookupEvents"

KEPT_DAYS: Final = 90
"""For how many days CloudTrail lists events, without a trail of one's own."""

_RESOURCE: Final = "ResourceName"
"""The attribute by which events are looked up: the id of a cluster or of an HSM."""

_PAGE_LIMIT: Final = 50
"""The largest MaxResults that LookupEvents takes."""


class EventPage(NamedTuple):
    """Events in the service's order, and where the next page starts, None at the end.

    `problem` says why the listing ended although the service may have more.
    """

    events: tuple[TrailEvent, ...]
    next: Position | None
    problem: HsmtuiError | None = None


def events_of(resource_id: str) -> Position:
    """Where a listing of the events of a cluster, or of an HSM, starts."""
    return Position({_RESOURCE: (resource_id,)})


def fetch_events(
    connection: Connection, client: "CloudTrailClient", position: Position
) -> EventPage:
    """The next page that is not empty, newest first. Raises HsmtuiError, after which it may be
    asked again."""

    def ask(at: Position) -> Mapping[str, Any]:
        (resource_id,) = at.filters[_RESOURCE]
        more: dict[str, Any] = {"NextToken": at.token} if at.token else {}
        return client.lookup_events(
            LookupAttributes=[{"AttributeKey": _RESOURCE, "AttributeValue": resource_id}],
            MaxResults=_PAGE_LIMIT,
            **more,
        )

    operation = ListOperation(LOOKUP, "Events", ask, _decode, client=client)
    page = fetch(connection, operation, position)
    return EventPage(tuple([read_event(each) for each in page.entries]), page.next, page.problem)


def _decode(entry: object, place: str) -> TrailEntry:
    """Secrets that are known are masked."""
    return read_entry(TrailEntry, entry, place, *known_secrets())
