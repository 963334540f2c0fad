"""What the details say of what is wrong with a cluster, why that matters, and what to do."""

from collections.abc import Iterator, Sequence
from datetime import date
from textwrap import wrap

from textual.content import Content

from hsmtui.model.findings.accept import day_of, ends_soon
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.finding import AcceptedFinding, Finding, Findings
from hsmtui.model.text import visible
from hsmtui.ui.theme import SEVERITY_CONTENT
from hsmtui.ui.widgets.detail_view import DetailView

INDENT = "    "

MOST_SEEN = 100
"""Fields of what was seen that are drawn."""


def findings(view: DetailView) -> Content:
    """The findings, worst first, then what is accepted, then the rules that could not be evaluated
    and why."""
    found, width, today = view.related.findings, view.width, day_of(view.now)
    lines: list[Content] = []
    for finding in found.findings:
        lines += _finding(finding, width)
        if (ended := view.related.ended.get(finding.rule)) is not None:
            lines += _ended(ended, width)
    if not lines:
        nothing = "Nothing found that is not accepted" if found.accepted else "Nothing found"
        evaluated = view.related.rules - len(found.unchecked)
        plural = "" if evaluated == 1 else "s"
        so_far = " so far" if found.is_coming else ""
        lines.append(Content(f"{nothing}{so_far}: {evaluated} rule{plural} evaluated."))
    for each in found.accepted:
        lines += _accepted(each, width, today)
    recorded = view.related.recorded
    off = recorded.off if recorded is not None else ()
    return Content("\n").join([*lines, *_unchecked(found, width), *_off(off, width)])


def _finding(finding: Finding, width: int) -> Iterator[Content]:
    """The head, and under it what was seen, why it matters and the remedy."""
    style = SEVERITY_CONTENT[finding.severity]
    head = f"{finding.severity.glyph} {finding.severity.word} {finding.rule}"
    first, *rest = _wrapped(f"{head} {visible(finding.title)}", width)
    yield Content.assemble((first[: len(head)], style), (first[len(head) :], "bold"))
    yield from (Content.styled(line, "bold") for line in rest)
    yield from _seen(finding, width)
    yield from map(Content, _wrapped(visible(finding.why), width, INDENT))
    yield from map(Content, _wrapped(f"→ {visible(finding.remedy)}", width, INDENT))


def _seen(finding: Finding, width: int) -> Iterator[Content]:
    seen = " · ".join(
        f"{visible(name)} {visible(value)}" for name, value in finding.seen[:MOST_SEEN]
    )
    more = len(finding.seen) - MOST_SEEN
    seen += f" · and {more:,} more" if more > 0 else ""
    yield from (Content.styled(line, "dim") for line in _wrapped(seen, width, INDENT))


def _ended(acceptance: Acceptance, width: int) -> Iterator[Content]:
    """Why a finding counts that did not."""
    words = f"Was accepted until {acceptance.until}: {visible(acceptance.reason)}"
    yield from (Content.styled(line, "bold") for line in _wrapped(words, width, INDENT))


def _accepted(accepted: AcceptedFinding, width: int, today: date) -> Iterator[Content]:
    """The head, until when and why it is accepted, and what was seen; an end that is near is not
    dim."""
    finding, (_, until, reason, *_) = accepted
    severity, soon = finding.severity, ends_soon(accepted.acceptance, today)
    words = f"accepted {severity.glyph} {severity.word} {finding.rule} {visible(finding.title)}"
    yield from (Content.styled(line, "dim") for line in _wrapped(words, width))
    when = f"{until}, {_in_days((until - today).days)}" if soon else f"{until}"
    for line in _wrapped(f"Accepted until {when}: {visible(reason)}", width, INDENT):
        yield Content.styled(line, "" if soon else "dim")
    yield from _seen(finding, width)


def _in_days(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def _unchecked(findings: Findings, width: int) -> Iterator[Content]:
    """The rules that share a reason stand together."""
    reasons: dict[str, list[str]] = {}
    for rule, why in findings.unchecked:
        reasons.setdefault(why, []).append(rule)
    for why, rules in reasons.items():
        words = f"Not checked: {', '.join(rules)}: {visible(why)}."
        yield from (Content.styled(line, "dim") for line in _wrapped(words, width))


def _off(rules: Sequence[str], width: int) -> Iterator[Content]:
    """The rules that were not asked when a file was made."""
    if rules:
        words = f"Switched off when it was read: {', '.join(map(visible, rules))}."
        yield from (Content.styled(line, "dim") for line in _wrapped(words, width))


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of that many cells; ids are not cut at their hyphens."""
    return wrap(
        text, width, initial_indent=indent, subsequent_indent=INDENT, break_on_hyphens=False
    )
