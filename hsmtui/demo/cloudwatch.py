"""The part of CloudWatch that knows how the HSMs are: the metrics of AWS/CloudHSM.

Facts: "Getting CloudWatch metrics for AWS CloudHSM" in the user guide.
"""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, NamedTuple

from hsmtui.demo.errors import ServiceError
from hsmtui.demo.operation import Context, Input, Operations, Output
from hsmtui.demo.place import Place
from hsmtui.demo.plan import HSM1
from hsmtui.demo.records import Cluster, Hsm

NAMESPACE = "AWS/CloudHSM"
MOST_QUERIES = 500
MOST_POINTS = 100_800
INVALID = "ValidationError"
UNHEALTHY_FOR = 5 * 3_600
"""Seconds before the demo began since when an HSM that is DEGRADED is unhealthy."""

BUSY = "tls-offload-prod"
"""The Name of the cluster that has nearly as many sessions as there may be."""


class _Series(NamedTuple):
    """What is known of a metric of an HSM: where it moves, and whether only hsm1.medium has it."""

    low: float
    high: float
    is_of_hsm1: bool = False
    is_steady: bool = False
    """Whether it differs between clusters, and hardly over time."""

    is_counter: bool = False
    """Whether it counts up from the day that the cluster was made."""


SERIES: Mapping[str, _Series] = MappingProxyType(
    {
        "HsmUnhealthy": _Series(0, 0),
        "HsmTemperature": _Series(46, 61, is_of_hsm1=True),
        "HsmKeysSessionOccupied": _Series(0, 40),
        "HsmKeysTokenOccupied": _Series(60, 900, is_steady=True),
        "HsmSslCtxsOccupied": _Series(2, 30, is_of_hsm1=True),
        "HsmSessionCount": _Series(4, 60),
        "HsmUsersAvailable": _Series(1_004, 1_020, is_steady=True),
        "HsmUsersMax": _Series(1_024, 1_024, is_of_hsm1=True),
        "InterfaceEth2OctetsInput": _Series(900, 2_400, is_of_hsm1=True, is_counter=True),
        "InterfaceEth2OctetsOutput": _Series(700, 1_900, is_of_hsm1=True, is_counter=True),
    }
)


def get_metric_data(place: Place, asked: Input, context: Context) -> Output:
    """The values of each metric that is asked for, one a period, oldest first if asked so."""
    queries, start, end = asked["MetricDataQueries"], asked["StartTime"], asked["EndTime"]
    if start >= end:
        raise ServiceError(INVALID, "The parameter StartTime must be less than EndTime.")
    if not 0 < len(queries) <= MOST_QUERIES:
        raise ServiceError(INVALID, f"There must be 1 to {MOST_QUERIES} queries.")
    known = {
        (cluster.cluster_id, hsm.hsm_id): (cluster, hsm)
        for cluster in place.clusters
        for hsm in cluster.hsms
        if hsm.state != "CREATE_IN_PROGRESS"
    }
    end = min(end, context.now.timestamp())
    results = [_result(query, start, end, known, place) for query in queries]
    if sum(len(result["Values"]) for result in results) > MOST_POINTS:
        raise ServiceError(INVALID, f"More than {MOST_POINTS} data points were asked for.")
    if asked.get("ScanBy") != "TimestampAscending":
        for result in results:
            result["Timestamps"].reverse()
            result["Values"].reverse()
    return {"MetricDataResults": results, "Messages": []}


def _result(
    query: Input,
    start: float,
    end: float,
    known: Mapping[tuple[str, str], tuple[Cluster, Hsm]],
    place: Place,
) -> dict[str, Any]:
    stat = query.get("MetricStat")
    if stat is None:
        raise ServiceError(INVALID, "The demo has no metric math: give MetricStat.")
    period, metric = stat["Period"], stat["Metric"].get("MetricName", "")
    if period % 60:
        raise ServiceError(INVALID, "The parameter Period must be a multiple of 60.")
    named = {each["Name"]: each["Value"] for each in stat["Metric"].get("Dimensions", ())}
    found = known.get((named.get("ClusterId", ""), named.get("HsmId", "")))
    value = None
    if found is not None and stat["Metric"].get("Namespace") == NAMESPACE:
        value = _value_of(metric, *found, place, period)
        start = max(start, found[0].create_timestamp or 0.0)
    first = int(-(-start // period) * period)
    times = [] if value is None else list(range(first, int(end), period))
    return {
        "Id": query["Id"],
        "Label": query.get("Label", metric),
        "Timestamps": times,
        "Values": [] if value is None else [value(time) for time in times],
        "StatusCode": "Complete",
    }


def _value_of(
    metric: str, cluster: Cluster, hsm: Hsm, place: Place, period: int
) -> Callable[[int], float] | None:
    """The value of a metric in the period from a time on; None where the HSM has no such metric."""
    series = SERIES.get(metric)
    if series is None or (series.is_of_hsm1 and hsm.hsm_type != HSM1):
        return None
    if metric == "HsmUnhealthy":
        since = place.start.timestamp() - UNHEALTHY_FOR
        return lambda time: float(hsm.state == "DEGRADED" and time + period > since)
    low, high = series.low, series.high
    if metric == "HsmSessionCount" and cluster.name == BUSY:
        low, high = 1_880, 1_990
    whose = cluster.cluster_id if series.is_steady else hsm.hsm_id
    level = low + (high - low) * _chance(f"{whose} {metric}")
    if series.is_steady:
        return lambda time: float(round(level))
    if series.is_counter:
        made = cluster.create_timestamp or 0.0
        return lambda time: float(round((time - made) * level))
    return lambda time: float(round(low + (high - low) * _chance(f"{whose} {metric} {time}")))


def _chance(text: str) -> float:
    """A number from 0 to 1 that is the same for the same text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest()) / 2**32


OPERATIONS: Operations = {"GetMetricData": get_metric_data}
"""The operations of the demo."""
