"""The metrics of HSMs in CloudWatch: all of a cluster in one request, or in as few as it takes."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeGuard

from hsmtui.aws.answer import answered_object, timestamp
from hsmtui.aws.connection import Connection
from hsmtui.aws.pages import ListOperation, Position, fetch, read_all
from hsmtui.model.cluster import Cluster, Id
from hsmtui.model.entry import Entry, Odd
from hsmtui.model.health import (
    TITLES,
    Health,
    HsmHealth,
    Metric,
    Series,
    Span,
    first_period,
    metrics_of,
)
from hsmtui.model.text import shortened, visible

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import GetMetricDataInputTypeDef, MetricDataQueryTypeDef

METRICS_LISTING = "GetMetricData"

_NAMESPACE = "AWS/CloudHSM"

_MOST_QUERIES = 500
"""Metrics that one request may ask for."""

MOST_ASKED = 100
"""HSMs of a cluster that are asked for; the service allows 28."""

_MOST_TOLD = 5
"""Odd things of an answer that are told; of others their number."""

_SHOWN = 60
"""Characters of a text of an answer that are told."""

_DONE = {None, "Complete"}


class _Asked(NamedTuple):
    """A metric of an HSM that is asked for."""

    hsm_id: str
    metric: Metric

    @property
    def words(self) -> str:
        return f"{TITLES[self.metric.name]} of {visible(self.hsm_id)}"


class _Result(Entry, frozen=True):
    """What came for a query: points of time in seconds and value, and how much of it came."""

    ID: ClassVar = "query_id"

    query_id: Id = ""
    points: tuple[tuple[float, float], ...] = ()
    status: str | None = None


def read_health(connection: Connection, cluster: Cluster, span: Span, now: datetime) -> Health:
    """The metrics of the live HSMs of a cluster, back from now. Raises HsmtuiError.

    What of the answer cannot be read is left out, and `Health.odd` says so.
    """
    live = cluster.live_hsms
    hsms = [(hsm.hsm_id, hsm.hsm_type or cluster.hsm_type) for hsm in live[:MOST_ASKED]]
    asked = [_Asked(hsm_id, metric) for hsm_id, type_ in hsms for metric in metrics_of(type_)]
    start, odd = first_period(span, now), list[str]()
    values: dict[_Asked, list[float | None]] = {}
    client: CloudWatchClient = connection.reading_client("cloudwatch", METRICS_LISTING)
    for at in range(0, len(asked), _MOST_QUERIES):
        some = {f"m{at + n}": each for n, each in enumerate(asked[at : at + _MOST_QUERIES])}
        queries = [_query(id_, each, cluster.cluster_id, span) for id_, each in some.items()]
        results = _read(connection, client, queries, start, span, odd)
        values |= _values(some, results, start, span, odd)
    read = (_of_hsm(hsm_id, type_, values, start, span) for hsm_id, type_ in hsms)
    return Health(span, now, tuple(read), _told(odd), len(live) - len(hsms))


def _query(id_: str, asked: _Asked, cluster_id: str, span: Span) -> "MetricDataQueryTypeDef":
    named = {"ClusterId": cluster_id, "HsmId": asked.hsm_id}
    return {
        "Id": id_,
        "MetricStat": {
            "Metric": {
                "Namespace": _NAMESPACE,
                "MetricName": asked.metric.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in named.items()],
            },
            "Period": int(span.period.total_seconds()),
            "Stat": asked.metric.statistic,
        },
    }


def _read(
    connection: Connection,
    client: "CloudWatchClient",
    queries: "Sequence[MetricDataQueryTypeDef]",
    start: datetime,
    span: Span,
    odd: list[str],
) -> list[_Result]:
    """What came for some queries, on as many pages as there are."""

    def ask(at: Position) -> Mapping[str, Any]:
        asked: GetMetricDataInputTypeDef = {
            "MetricDataQueries": queries,
            "StartTime": start,
            "EndTime": start + span.length,
            "ScanBy": "TimestampAscending",
        }
        if at.token is not None:
            asked["NextToken"] = at.token
        answer = client.get_metric_data(**asked)
        odd.extend(_messages(answered_object(answer)))
        return answer

    operation = ListOperation(METRICS_LISTING, "MetricDataResults", ask, _decode, client=client)
    return list(read_all(partial(fetch, connection, operation), Position()))


def _decode(entry: object, place: str) -> _Result:
    """A result, whatever it is; what cannot be read of it is in `odd`."""
    if not isinstance(entry, dict):
        return _Result(query_id=f"({place})", odd=(Odd("", type(entry).__name__, "an object"),))
    odd: list[Odd] = []
    id_, status = entry.get("Id"), entry.get("StatusCode")
    if not (isinstance(id_, str) and id_):
        odd.append(Odd("Id", _shown(id_), "an id"))
        id_ = f"({place})"
    if not (status is None or isinstance(status, str)):
        odd.append(Odd("StatusCode", _shown(status), "text"))
        status = None
    times, values = (_list(entry, name, odd) for name in ("Timestamps", "Values"))
    if len(times) != len(values):
        odd.append(Odd("Values", f"{len(values)} for {len(times)} times"))
    points = [_point(*each) for each in zip(times, values, strict=False)]
    whole = tuple([point for point in points if point is not None])
    if len(whole) < len(points):
        odd.append(Odd("Values", f"no number, or for no time, {len(points) - len(whole)} times"))
    odd += [Odd("Messages", words) for words in _messages(entry)]
    return _Result(query_id=id_, points=whole, status=status, odd=tuple(odd))


def _list(entry: Mapping[str, Any], name: str, odd: list[Odd]) -> list[object]:
    value = entry.get(name, [])
    if isinstance(value, list):
        return value
    odd.append(Odd(name, _shown(value), "a list"))
    return []


def _point(time: object, value: object) -> tuple[float, float] | None:
    """A time in seconds and a value; None where either is none."""
    if isinstance(time, str):
        try:
            time = timestamp(time).timestamp()
        except (ValueError, OverflowError):
            return None
    if _is_number(time) and _is_number(value):
        return float(time), float(value)
    return None


def _is_number(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return isfinite(value)
    except OverflowError:  # an int that is no float
        return False


def _messages(value: Mapping[str, Any]) -> list[str]:
    """What CloudWatch says beside the values: why some are missing."""
    listed = value.get("Messages")
    found = listed if isinstance(listed, list) else []
    said = [each for each in found if isinstance(each, dict)]
    return [f"CloudWatch says {_shown(each.get('Value') or each.get('Code'))}" for each in said]


def _shown(value: object) -> str:
    return shortened(visible(value if isinstance(value, str) else repr(value)[:_SHOWN]), _SHOWN)


def _values(
    asked: Mapping[str, _Asked],
    results: Iterable[_Result],
    start: datetime,
    span: Span,
    odd: list[str],
) -> dict[_Asked, list[float | None]]:
    """The values of each metric by period; a result that goes on on a further page is one."""
    found: dict[_Asked, list[float | None]] = {}
    status: dict[str, str | None] = {}
    for result in results:
        wanted = asked.get(result.query_id)
        of = wanted.words if wanted is not None else _shown(result.query_id)
        odd += [f"{of}: {each}" for each in result.odd]
        if wanted is None:
            if not result.odd:
                odd.append(f"{of}: it was not asked for")
            continue
        status[result.query_id] = result.status
        values = found.setdefault(wanted, [None] * span.periods)
        if strange := _put(result.points, values, start, span):
            odd.append(f"{of}: {strange} values are of another time")
    for id_, each in asked.items():
        if id_ not in status:
            odd.append(f"{each.words}: there is no answer")
        elif status[id_] not in _DONE:
            odd.append(f"{each.words}: not all came, it is {_shown(status[id_])}")
    return found


def _put(
    points: Iterable[tuple[float, float]], values: list[float | None], start: datetime, span: Span
) -> int:
    """Put values into the periods that they are of; how many are of none."""
    begun, seconds, strange = start.timestamp(), span.period.total_seconds(), 0
    for time, value in points:
        at = (time - begun) // seconds
        if 0 <= at < len(values):
            values[int(at)] = value
        else:
            strange += 1
    return strange


def _of_hsm(
    hsm_id: str,
    hsm_type: str | None,
    values: Mapping[_Asked, Sequence[float | None]],
    start: datetime,
    span: Span,
) -> HsmHealth:
    came = (
        (metric.name, values.get(_Asked(hsm_id, metric), ())) for metric in metrics_of(hsm_type)
    )
    series = {
        name: Series(start.astimezone(UTC), span.period, tuple(each))
        for name, each in came
        if any(value is not None for value in each)
    }
    return HsmHealth(hsm_id, hsm_type, series)


def _told(odd: Sequence[str]) -> tuple[str, ...]:
    each = tuple(dict.fromkeys(odd))
    more = len(each) - _MOST_TOLD
    return (*each[:_MOST_TOLD], f"and {more} more") if more > 0 else each
