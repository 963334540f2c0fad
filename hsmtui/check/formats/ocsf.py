"""A document as events of the Open Cybersecurity Schema Framework (OCSF)."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from hsmtui.check.document import Document, FindingEntry, PlaceEntry, SeverityWord
from hsmtui.check.places import problems_by_place

VERSION = "1.6.0"
"""The version of the schema that the events keep to."""

_Object: TypeAlias = dict[str, object]

_CLASS = 2003
_CREATE, _UPDATE, _CLOSE = (1, "Create"), (2, "Update"), (3, "Close")
_NEW, _SUPPRESSED, _RESOLVED = (1, "New"), (3, "Suppressed"), (4, "Resolved")
_PASS, _WARNING, _FAIL = (1, "Pass"), (2, "Warning"), (3, "Fail")
_UNKNOWN = (0, "Unknown")

_SEVERITIES: dict[SeverityWord, tuple[int, str]] = {
    "info": (1, "Informational"),
    "low": (2, "Low"),
    "medium": (3, "Medium"),
    "high": (4, "High"),
    "critical": (5, "Critical"),
}


def as_ocsf(document: Document) -> Iterator[str]:
    """Compliance Findings (class 2003), one JSON object a line, in ASCII.

    A finding is an event; an accepted one is suppressed; one that is known from an earlier document
    is an update. A finding that is no more, and a place that could not be read, is an event too:
    the first closes, the second is a warning that a result is missing.
    """
    partitions = {(each.profile, each.region): each.partition for each in document.places}
    for finding in document.findings:
        yield _line(document, _finding(finding, partitions.get((finding.profile, finding.region))))
    for name in document.earlier.gone if document.earlier else ():
        yield _line(document, _gone(name))
    problems = problems_by_place(document)
    for place in document.places:
        if place.failed:
            told = [each.in_full for each in problems[place.profile, place.region]]
            yield _line(document, _unread(place, told))


def _line(document: Document, event: _Object) -> str:
    """The event with what all have in common."""
    tool, _, version = document.tool.partition(" ")
    moment = int(datetime.fromisoformat(document.time).timestamp()) * 1000
    product = {"name": tool, "vendor_name": f"The {tool} developers", "version": version}
    common: _Object = {
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": _CLASS,
        "class_name": "Compliance Finding",
        "time": moment,
        "metadata": {"version": VERSION, "profiles": ["cloud"], "product": product},
        "unmapped": {"demo": document.demo},
    }
    return json.dumps(_known(common | event)).replace("\x7f", "\\u007f") + "\n"


def _finding(finding: FindingEntry, partition: str | None) -> _Object:
    accepted = finding.accepted
    activity = _UPDATE if finding.is_new is False else _CREATE
    until = f"accepted until {accepted.until}: {accepted.reason}" if accepted else None
    resource = {
        "uid": finding.arn or finding.cluster_id,
        "uid_alt": finding.cluster_id,
        "name": finding.name,
        "type": "CloudHSM cluster",
        "region": finding.region,
        "cloud_partition": partition,
    }
    seen = [f"{each.field}: {each.value}" for each in finding.seen]
    return {
        **_activity(activity),
        **_pair("severity", _SEVERITIES[finding.severity]),
        **_pair("status", _SUPPRESSED if accepted else _NEW),
        "status_detail": until,
        "message": finding.title,
        "cloud": _cloud(finding.account, finding.region, partition),
        "finding_info": _info(finding.id, finding.rule, finding.title, finding.why),
        "compliance": _compliance(finding.rule, _FAIL, seen),
        "resources": [resource],
        "remediation": {"desc": finding.remedy} if finding.remedy else None,
    }


def _gone(name: str) -> _Object:
    """A finding of the earlier document, of which only the id is known."""
    where, _, rule = name.rpartition("#")
    title = f"{rule} is not found any more"
    return {
        **_activity(_CLOSE),
        **_pair("severity", _UNKNOWN),
        **_pair("status", _RESOLVED),
        "message": title,
        "cloud": _cloud(None, None, None),
        "finding_info": _info(name, rule, title),
        "compliance": _compliance(rule, _PASS, []),
        "resources": [{"uid": where, "type": "CloudHSM cluster"}],
    }


def _unread(place: PlaceEntry, problems: list[str]) -> _Object:
    where = f"{place.profile}/{place.region or '-'}"
    title = f"{where} was not read whole: {place.status}"
    remedy = place.error.remedy if place.error else ""
    return {
        **_activity(_CREATE),
        **_pair("severity", _UNKNOWN),
        **_pair("status", _NEW),
        "message": title,
        "cloud": _cloud(place.account, place.region, place.partition),
        "finding_info": _info(f"{where}#NOT-READ", "NOT-READ", title),
        "compliance": _compliance("NOT-READ", _WARNING, problems),
        "resources": [{"uid": where, "type": "profile and region", "region": place.region}],
        "remediation": {"desc": remedy} if remedy else None,
    }


def _activity(activity: tuple[int, str]) -> _Object:
    number, name = activity
    return {
        "activity_id": number,
        "activity_name": name,
        "type_uid": _CLASS * 100 + number,
        "type_name": f"Compliance Finding: {name}",
    }


def _pair(name: str, value: tuple[int, str]) -> _Object:
    """A value by its number and its caption."""
    return {f"{name}_id": value[0], name: value[1]}


def _cloud(account: str | None, region: str | None, partition: str | None) -> _Object:
    owner = {"uid": account, "type_id": 10, "type": "AWS Account"} if account else None
    return {"provider": "AWS", "account": owner, "region": region, "cloud_partition": partition}


def _info(uid: str, rule: str, title: str, why: str | None = None) -> _Object:
    analytic = {"uid": rule, "name": rule, "type_id": 1, "type": "Rule"}
    return {"uid": uid, "title": title, "desc": why, "analytic": analytic}


def _compliance(rule: str, status: tuple[int, str], details: list[str]) -> _Object:
    return {"control": rule, **_pair("status", status), "status_details": details or None}


def _known(value: object) -> object:
    """The value without members that are None."""
    if isinstance(value, dict):
        return {key: _known(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_known(each) for each in value]
    return value
