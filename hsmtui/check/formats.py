"""A report as JSON for a program, as a Markdown page."""

from typing import Any

import msgspec

from hsmtui import __version__
from hsmtui.aws.errors import HsmtuiError
from hsmtui.check.report import CheckedPlace, ClusterFinding, Report
from hsmtui.check.words import closing_lines, head_lines, shown, worst_first
from hsmtui.export.markdown import escaped, table
from hsmtui.model.redaction import redact
from hsmtui.model.times import iso


def as_json(report: Report) -> str:
    """One JSON document."""
    text = msgspec.json.format(msgspec.json.encode(_document(report)), indent=2)
    return text.decode("utf-8") + "\n"


def as_markdown(report: Report) -> str:
    """A page with a table of the findings and, where there are several, of the places."""
    parts = [
        "# CloudHSM findings\n",
        "".join(f"- {escaped(line)}\n" for line in head_lines(report)),
    ]
    if report.findings:
        where = ("Account", "Region") if report.several else ()
        headers = ("Severity", "Rule", *where, "Cluster", "Name", "What was seen", "Remedy")
        rows = (_cells(one, with_place=report.several) for one in report.findings)
        parts.append(table(headers, rows))
    parts.append("".join(f"{escaped(line)}\n\n" for line in closing_lines(report)))
    if report.several:
        headers = ("Status", "Profile", "Region", "Account", "Clusters", "Error", "Remedy")
        parts.append(table(headers, map(_place_cells, worst_first(report.places))))
    return "\n".join(parts).rstrip("\n") + "\n"


def _cells(reported: ClusterFinding, *, with_place: bool) -> tuple[str, ...]:
    place, cluster, finding = reported
    where = (place.account or "-", place.region or "-") if with_place else ()
    name = cluster.name or "-"
    texts = (finding.rule, *where, cluster.cluster_id, name, finding.title, finding.remedy)
    return (finding.severity.word, *map(redact, texts))


def _place_cells(place: CheckedPlace) -> tuple[str, ...]:
    texts = (
        *(place.status, place.profile, place.region or "-", place.account or "-"),
        str(place.clusters),
        "; ".join(error.in_full for error in place.problems),
        " ".join(dict.fromkeys(str(error.remedy) for error in place.problems)),
    )
    return tuple(map(redact, texts))


def _document(report: Report) -> dict[str, Any]:
    only = None if report.several else report.places[0]
    return {
        "tool": f"hsmtui {__version__}",
        "time": iso(report.time),
        "place": only and {name: _place(only)[name] for name in ("profile", "region", "endpoint")},
        "account": only and _safe_or_none(only.account),
        "caller": only and _safe_or_none(only.caller),
        "filter": shown(report.query) or None,
        "whole": report.whole,
        "problems": [
            _problem(error) | _spot(place) for place in report.places for error in place.problems
        ],
        "read": {
            "clusters": report.clusters,
            "pages": report.pages,
            "backups": report.backups,
        },
        "matching": sum(len(place.judged) for place in report.places),
        "counts": {severity.word: count for severity, count in report.counts.items()},
        "places": [_place(place) for place in report.places],
        "findings": [_finding(each) for each in report.findings],
        "unchecked": [
            {
                "rule": one.unchecked.rule,
                "cluster_id": shown(one.cluster.cluster_id),
                "why": shown(one.unchecked.why),
            }
            | _spot(one.place)
            for one in report.unchecked
        ],
    }


def _place(place: CheckedPlace) -> dict[str, Any]:
    return {
        "profile": shown(place.profile),
        "region": _safe_or_none(place.region),
        "endpoint": _safe_or_none(place.endpoint),
        "account": _safe_or_none(place.account),
        "caller": _safe_or_none(place.caller),
        "status": shown(place.status),
        "clusters": place.clusters,
        "pages": place.pages,
        "backups": place.backups,
        "error": _problem(place.problems[0]) if place.problems else None,
    }


def _spot(place: CheckedPlace) -> dict[str, str | None]:
    """Where something is."""
    return {
        "profile": shown(place.profile),
        "region": _safe_or_none(place.region),
        "account": _safe_or_none(place.account),
    }


def _finding(reported: ClusterFinding) -> dict[str, Any]:
    place, cluster, finding = reported
    return {
        "severity": finding.severity.word,
        "rule": finding.rule,
        **_spot(place),
        "cluster_id": shown(cluster.cluster_id),
        "name": _safe_or_none(cluster.name),
        "title": shown(finding.title),
        "seen": [{"field": shown(name), "value": shown(value)} for name, value in finding.seen],
        "why": shown(finding.why),
        "remedy": shown(finding.remedy),
    }


def _problem(error: HsmtuiError) -> dict[str, str | None]:
    return {
        "operation": shown(error.operation),
        "code": shown(error.code),
        "title": shown(error.title),
        "detail": shown(error.detail),
        "remedy": shown(str(error.remedy)),
        "request_id": shown(error.request_id),
    }


def _safe_or_none(text: str | None) -> str | None:
    return None if text is None else shown(text)
