"""A report as a table for a person, as JSON for a program, as a Markdown page."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, zip_longest
from typing import Any

import msgspec

from hsmtui import __version__
from hsmtui.aws.errors import HsmtuiError
from hsmtui.check.report import ClusterFinding, Report
from hsmtui.export.markdown import escaped, table
from hsmtui.model.redaction import redact
from hsmtui.model.text import visible
from hsmtui.model.times import iso, stamp

_INDENT, _GAP = "  ", "  "
_ID_WIDTH = 19
_NARROWEST = 20
"""Characters that a column of text has at least, however narrow the terminal is."""


def as_table(report: Report, width: int) -> str:
    """Findings in groups of one rule, worst first, at this many columns."""
    lines = [*_head(report), ""]
    name_width = _name_width(report.findings, width)
    for (severity, rule), group in groupby(report.findings, _kind):
        findings = list(group)
        lines.append(f"{severity.word.upper()}  {rule}  {_clusters(len(findings))}")
        for one in findings:
            lines += _row(one, name_width, width)
        for remedy in dict.fromkeys(one.finding.remedy for one in findings):
            lines += textwrap.wrap(
                f"{_INDENT}-> {_safe(remedy)}", width, subsequent_indent=_INDENT + "   "
            )
        lines.append("")
    for line in _closing(report):
        lines += textwrap.wrap(line, width, subsequent_indent=_INDENT)
    return "".join(f"{line}\n" for line in lines)


def as_json(report: Report) -> str:
    """One JSON document."""
    text = msgspec.json.format(msgspec.json.encode(_document(report)), indent=2)
    return text.decode("utf-8") + "\n"


def as_markdown(report: Report) -> str:
    """A page with a table of the findings."""
    parts = ["# CloudHSM findings\n", "".join(f"- {escaped(line)}\n" for line in _head(report))]
    if report.findings:
        headers = ("Severity", "Rule", "Cluster", "Name", "What was seen", "Remedy")
        parts.append(table(headers, map(_cells, report.findings)))
    parts.append("".join(f"{escaped(line)}\n\n" for line in _closing(report)))
    return "\n".join(parts).rstrip("\n") + "\n"


def _kind(reported: ClusterFinding) -> tuple[Any, str]:
    return reported.finding.severity, reported.finding.rule


def _cells(reported: ClusterFinding) -> tuple[str, ...]:
    cluster, finding = reported
    name = cluster.name or "-"
    texts = (finding.rule, cluster.cluster_id, name, finding.title, finding.remedy)
    return (finding.severity.word, *map(redact, texts))


def _head(report: Report) -> Iterator[str]:
    """Where, who and when."""
    place = report.place
    where = (
        f"profile {place.profile}",
        place.region or "region unknown",
        f"account {place.account or 'unknown'}",
        place.endpoint,
    )
    yield _safe(", ".join(filter(None, where)))
    yield _safe(f"{stamp(report.time)}, {place.caller or 'caller unknown'}")
    if report.query:
        yield _safe(f"filter: {report.query}")


def _row(reported: ClusterFinding, name_width: int, width: int) -> Iterator[str]:
    """The cluster, its name, what was seen; what is too long goes on below, in its column."""
    room = max(width - len(_INDENT) - _ID_WIDTH - name_width - 2 * len(_GAP), _NARROWEST)
    columns = (
        (reported.cluster.cluster_id, _ID_WIDTH),
        (reported.cluster.name or "-", name_width),
        (reported.finding.title, room),
    )
    pieces = (textwrap.wrap(_safe(text), wide) for text, wide in columns)
    for cells in zip_longest(*pieces, fillvalue=""):
        padded = (f"{cell:<{wide}}" for cell, (_, wide) in zip(cells, columns, strict=True))
        yield (_INDENT + _GAP.join(padded)).rstrip()


def _name_width(findings: Iterable[ClusterFinding], width: int) -> int:
    """As wide as the longest name, but at most two fifths of what the id leaves."""
    longest = max((len(_safe(one.cluster.name or "-")) for one in findings), default=1)
    room = (width - len(_INDENT) - _ID_WIDTH - 2 * len(_GAP)) * 2 // 5
    return min(longest, max(room, _NARROWEST))


def _closing(report: Report) -> Iterator[str]:
    """Counts, how much was read, and what was not evaluated."""
    worst = ", ".join(f"{count} {severity.word}" for severity, count in report.counts.items())
    bad = sum(bool(each.findings.findings) for each in report.judged)
    none = "No findings." if report.whole else "No findings in what was read."
    yield f"{worst}, in {bad} of {_clusters(len(report.judged))}." if worst else none
    yield f"{_read(report)}."
    unchecked = Counter(one.unchecked for one in report.unchecked)
    for (rule, why), count in unchecked.items():
        yield f"Not evaluated: {rule} for {_clusters(count)}: {_safe(why)}."
    if not report.whole:
        yield "NOT WHOLE: not all of it could be read; these are findings of what was read."


def _read(report: Report) -> str:
    """How much was read."""
    pages = f"{report.pages} page{'s' * (report.pages != 1)}"
    backups = "no backups" if report.backups is None else f"{report.backups} backups"
    return f"Read {_clusters(report.clusters)} on {pages}, and {backups}"


def _clusters(count: int) -> str:
    return f"{count} cluster{'s' * (count != 1)}"


def _document(report: Report) -> dict[str, Any]:
    place = report.place
    return {
        "tool": f"hsmtui {__version__}",
        "time": iso(report.time),
        "place": {
            "profile": _safe(place.profile),
            "region": _safe_or_none(place.region),
            "endpoint": _safe_or_none(place.endpoint),
        },
        "account": _safe_or_none(place.account),
        "caller": _safe_or_none(place.caller),
        "filter": _safe(report.query) or None,
        "whole": report.whole,
        "problems": [_problem(error) for error in report.problems],
        "read": {
            "clusters": report.clusters,
            "pages": report.pages,
            "backups": report.backups,
        },
        "matching": len(report.judged),
        "counts": {severity.word: count for severity, count in report.counts.items()},
        "findings": [_finding(each) for each in report.findings],
        "unchecked": [
            {
                "rule": one.unchecked.rule,
                "cluster_id": _safe(one.cluster.cluster_id),
                "why": _safe(one.unchecked.why),
            }
            for one in report.unchecked
        ],
    }


def _finding(reported: ClusterFinding) -> dict[str, Any]:
    cluster, finding = reported
    return {
        "severity": finding.severity.word,
        "rule": finding.rule,
        "cluster_id": _safe(cluster.cluster_id),
        "name": _safe_or_none(cluster.name),
        "title": _safe(finding.title),
        "seen": [{"field": _safe(name), "value": _safe(value)} for name, value in finding.seen],
        "why": _safe(finding.why),
        "remedy": _safe(finding.remedy),
    }


def _problem(error: HsmtuiError) -> dict[str, str]:
    return {
        "operation": _safe(error.operation),
        "code": _safe(error.code),
        "title": _safe(error.title),
        "detail": _safe(error.detail),
        "remedy": _safe(str(error.remedy)),
        "request_id": _safe(error.request_id),
    }


def _safe(text: str) -> str:
    return visible(redact(text))


def _safe_or_none(text: str | None) -> str | None:
    return None if text is None else _safe(text)
