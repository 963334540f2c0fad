"""The part of CloudTrail that knows who changed what: the events of CloudHSM.

What was asked of the demo is in it, and before that a history that its clusters may have had.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

from msgspec import to_builtins

from hsmtui.demo.errors import ServiceError
from hsmtui.demo.identity import Caller
from hsmtui.demo.operation import Context, Input, Operations, Output, listing, with_token
from hsmtui.demo.paging import page
from hsmtui.demo.place import Place
from hsmtui.demo.plan import OWNERS
from hsmtui.demo.records import Cluster, TrailEvent

SOURCE = "cloudhsm.amazonaws.com"
KEPT_DAYS = 90
EVENTS_PAGE = 50
MOST_A_SECOND = 2
"""Requests for an account in a region."""

DAY = 86_400.0
LOOKUPS: dict[str, Callable[[TrailEvent], set[str]]] = {
    "EventId": lambda event: {event.event_id},
    "EventName": lambda event: {event.event_name},
    "ReadOnly": lambda event: {event.read_only},
    "Username": lambda event: {event.username},
    "ResourceName": lambda event: {each["ResourceName"] for each in event.resources},
    "ResourceType": lambda event: {each["ResourceType"] for each in event.resources},
    "EventSource": lambda event: {event.event_source},
    "AccessKeyId": lambda event: {event.access_key_id},
}
"""What of an event each attribute is compared with."""


def lookup_events(place: Place, asked: Input, context: Context) -> Output:
    """One page of the events of the last 90 days that have the attribute, the newest first."""
    _refuse_haste(place)
    now = context.now.timestamp()
    start, end = asked.get("StartTime", 0.0), asked.get("EndTime", now)
    if start > end:
        raise ServiceError("InvalidTimeRangeException", "The start time is after the end time.")
    attributes = asked.get("LookupAttributes", ())
    if len(attributes) > 1:
        raise ServiceError("InvalidLookupAttributesException", "Only one attribute can be given.")
    start = max(start, now - KEPT_DAYS * DAY)
    chosen = [
        event
        for event in (*place.events, *_history(place))
        if start <= event.event_time <= end and _has(event, attributes)
    ]
    try:
        events, token = page(
            sorted(chosen, key=_newest_first),
            _newest_first,
            asked.get("MaxResults", EVENTS_PAGE),
            asked.get("NextToken"),
            listing(f"events {start}", context.caller, {"a": [json.dumps(list(attributes))]}),
        )
    except ServiceError as error:
        raise ServiceError("InvalidNextTokenException", error.message) from None
    return with_token({"Events": events}, token)


def event_of(
    caller: Caller,
    at: datetime,
    operation: str,
    given: Mapping[str, Any],
    answered: Mapping[str, Any] | ServiceError,
    *,
    agent: str,
    address: str,
    event_id: str,
) -> TrailEvent:
    """The event that a request makes. What is secret is in none."""
    problem, response, parameters = {}, None, _lowered(given)
    if isinstance(answered, ServiceError):
        problem = {"errorCode": answered.code, "errorMessage": answered.message}
    else:
        response = _lowered(to_builtins(answered))
    record = {
        "eventVersion": "1.11",
        "userIdentity": _identity(caller),
        "eventTime": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": SOURCE,
        "eventName": operation,
        "awsRegion": caller.region,
        "sourceIPAddress": address,
        "userAgent": agent,
        **problem,
        "requestParameters": parameters,
        "responseElements": response,
        "requestID": event_id,
        "eventID": event_id,
        "recipientAccountId": caller.account,
        **_OF_EVERY_CHANGE,
    }
    return TrailEvent(
        event_id=event_id,
        event_name=operation,
        read_only="false",
        event_time=int(at.timestamp()),
        event_source=SOURCE,
        username=caller.arn.rpartition("/")[2],
        access_key_id=caller.key,
        resources=list(_resources(parameters, response)),
        cloud_trail_event=json.dumps(record),
    )


_OF_EVERY_CHANGE = {
    "readOnly": False,
    "eventType": "AwsApiCall",
    "managementEvent": True,
    "eventCategory": "Management",
}


def _identity(caller: Caller) -> dict[str, str]:
    return {
        "type": "AssumedRole",
        "arn": caller.arn,
        "accountId": caller.account,
        "accessKeyId": caller.key,
    }


def _refuse_haste(place: Place) -> None:
    """As the service does, by the real time: a clock that a test holds would refuse for ever."""
    now = time.monotonic()
    place.lookups[:] = [at for at in place.lookups if now - at < 1.0]
    if len(place.lookups) >= MOST_A_SECOND:
        raise ServiceError("ThrottlingException", "Rate exceeded")
    place.lookups.append(now)


def _has(event: TrailEvent, attributes: list[dict[str, str]]) -> bool:
    return all(
        each["AttributeValue"] in LOOKUPS[each["AttributeKey"]](event) for each in attributes
    )


def _newest_first(event: TrailEvent) -> str:
    return f"{10**12 - int(event.event_time):013d}{event.event_id}"


def _lowered(value: Any) -> Any:
    """Names as CloudTrail writes them, without the password of a cluster."""
    if isinstance(value, Mapping):
        return {
            name[:1].lower() + name[1:]: _lowered(each)
            for name, each in value.items()
            if name != "PreCoPassword"
        }
    return [_lowered(each) for each in value] if isinstance(value, list) else value


_KINDS = {
    "cluster": "AWS::CloudHSM::Cluster",
    "hsm": "AWS::CloudHSM::Hsm",
    "backup": "AWS::CloudHSM::Backup",
}


def _resources(*parts: Any) -> Iterator[dict[str, str]]:
    """The clusters, HSMs and backups that the request or its answer names."""
    names: dict[str, None] = {}
    left = list(parts)
    while left:
        part = left.pop()
        if isinstance(part, Mapping):
            named = (part.get(name) for name in ("clusterId", "hsmId", "backupId", "resourceId"))
            names.update(dict.fromkeys(name for name in named if isinstance(name, str)))
            left += part.values()
        elif isinstance(part, list):
            left += part
    for name in names:
        kind = _KINDS.get(name.partition("-")[0])
        if kind is not None:
            yield {"ResourceType": kind, "ResourceName": name}


def _history(place: Place) -> list[TrailEvent]:
    """What may have happened before the demo began, of the clusters that were there then."""
    if place.history is None:
        began = place.start.timestamp()
        taken = (each for each in place.events if '"errorCode"' not in each.cloud_trail_event)
        since = {_done(event) for event in taken}
        place.history = [
            event
            for cluster in place.clusters
            if (cluster.create_timestamp or 0.0) < began
            for event in _past_of(cluster, place)
            if event.event_name not in _ONCE or _done(event) not in since
        ]
    return place.history


_ONCE = {"InitializeCluster", "DeleteHsm"}
"""What is done to a cluster or an HSM but once: if it was asked of the demo, its past has none."""


def _done(event: TrailEvent) -> tuple[str, frozenset[str]]:
    """The operation, and what it was done to."""
    return event.event_name, frozenset(each["ResourceName"] for each in event.resources)


def _past_of(cluster: Cluster, place: Place) -> Iterator[TrailEvent]:
    random = Random(f"trail {cluster.cluster_id}")  # noqa: S311 - a demo's ids, not secrets
    began, made = place.start.timestamp(), cluster.create_timestamp or 0.0
    cluster_id = {"ClusterId": cluster.cluster_id}
    steps: list[tuple[float, str, dict[str, Any], dict[str, Any] | ServiceError]] = []
    if made > began - KEPT_DAYS * DAY:
        subnets = list((cluster.subnet_mapping or {}).values())
        asked = {"HsmType": cluster.hsm_type, "SubnetIds": subnets}
        created = {"Cluster": {**cluster_id, "State": "CREATE_IN_PROGRESS"}}
        steps.append((made, "CreateCluster", asked, created))
        if cluster.state not in {"CREATE_IN_PROGRESS", "UNINITIALIZED"}:
            claimed = {"State": "INITIALIZE_IN_PROGRESS"}
            steps.append((made + 5_400, "InitializeCluster", cluster_id, claimed))
    for number, hsm in enumerate(cluster.hsms):
        if hsm.hsm_id in place.created_hsms:
            continue
        at = made + 900 * (number + 1) if hsm.state != "DEGRADED" else began - 5.2 * 3_600
        asked = {**cluster_id, "AvailabilityZone": hsm.availability_zone}
        steps.append((at, "CreateHsm", asked, {"Hsm": {**cluster_id, "HsmId": hsm.hsm_id}}))
        if hsm.state == "DELETE_IN_PROGRESS":
            gone = {**cluster_id, "HsmId": hsm.hsm_id}
            steps.append((began - 300, "DeleteHsm", gone, {"HsmId": hsm.hsm_id}))
    if random.random() < 0.4:
        tag = {
            "ResourceId": cluster.cluster_id,
            "TagList": [{"Key": "CostCenter", "Value": "CC-1"}],
        }
        steps.append((began - random.uniform(1, 80) * DAY, "TagResource", tag, {}))
    if cluster.hsms and random.random() < 0.3:
        refusal = ServiceError("AccessDenied", "No identity-based policy allows the action.")
        steps.append((began - random.uniform(0.1, 60) * DAY, "DeleteCluster", cluster_id, refusal))
    for at, operation, given, answered in steps:
        if made <= at < began:
            yield event_of(
                Caller(
                    place.account,
                    place.region,
                    f"ASIADEMO{random.getrandbits(40):012X}"[:20],
                    principal=f"assumed-role/PlatformEngineer/{random.choice(OWNERS)}",
                ),
                datetime.fromtimestamp(at, UTC),
                operation,
                given,
                answered,
                agent="aws-cli/2.31.0",
                address=f"198.51.100.{random.randint(1, 250)}",
                event_id=str(uuid.UUID(int=random.getrandbits(128), version=4)),
            )


OPERATIONS: Operations = {"LookupEvents": lookup_events}
"""The operations of the demo."""
