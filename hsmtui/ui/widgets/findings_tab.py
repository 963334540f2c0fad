"""What the details say of what is wrong with a cluster, why that matters, and what to do."""

from collections.abc import Iterator, Sequence
from datetime import date

from textual.content import Content

from hsmtui.model.findings.accept import day_of, ends_soon
from hsmtui.model.findings.finding import AcceptedFinding, Finding, Findings
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import key_of, spelt
from hsmtui.ui.theme import SEVERITY_CONTENT
from hsmtui.ui.widgets.cut_text import not_drawn
from hsmtui.ui.widgets.detail_view import DetailView
from hsmtui.ui.widgets.hanging_text import HangingText, Line, styled

INDENT = 4
"""Cells before what is said of a finding."""

MOST_SEEN = 100
"""Fields of what was seen that are drawn."""


def findings(view: DetailView) -> list[Line]:
    """The findings, worst first, then what is accepted, then the rules that could not be evaluated
    and why."""
    return [line for block in _found(view) for line in block] + _besides(view)


def findings_in(view: DetailView, rows: int) -> list[Line]:
    """The same in so many rows, if it can be: what is not so bad is told by its heads alone, and
    what is besides where it has room. The worst is told whole."""
    blocks, besides = _found(view), _besides(view)
    lines: list[Line] = []
    for whole in range(len(blocks), 0, -1):
        lines = [line for block in blocks[:whole] for line in block]
        lines += [block[0] for block in blocks[whole:]]
        if whole < len(blocks):
            key = key_of("details.findings", view.remapped)
            lines.append(not_drawn(f"{key} shows why each matters, and what to do"))
        for shown in (lines + besides, lines):
            if _height(shown, view) <= rows:
                return shown
    return lines


def _height(lines: Sequence[Line], view: DetailView) -> int:
    return len(HangingText(lines).rows(view.width))


def _found(view: DetailView) -> list[list[Line]]:
    """The lines of each finding, or those that say that there is none."""
    found = view.related.findings
    blocks = [list(_finding(finding, view)) for finding in found.findings]
    if not blocks:
        nothing = "No findings that are not accepted" if found.accepted else "No findings"
        evaluated = view.related.rules - len(found.unchecked)
        plural = "" if evaluated == 1 else "s"
        so_far = " so far" if found.is_coming else ""
        blocks.append([styled(f"{nothing}{so_far}: {evaluated} rule{plural} evaluated.")])
    return blocks


def _besides(view: DetailView) -> list[Line]:
    """What is accepted, and what was not evaluated."""
    found, today, recorded = view.related.findings, day_of(view.now), view.related.recorded
    off = recorded.off if recorded is not None else ()
    accepted = (line for each in found.accepted for line in _accepted(each, today))
    return [*accepted, *_unchecked(found), *_off(off)]


def _finding(finding: Finding, view: DetailView) -> Iterator[Line]:
    """The head, and under it what was seen, why it matters and the remedy."""
    style = SEVERITY_CONTENT[finding.severity]
    head = f"{finding.severity.glyph} {finding.severity.word} {finding.rule}"
    yield Line(Content.assemble((head, style), (f" {visible(finding.title)}", "bold")), INDENT)
    yield from _seen(finding)
    yield _below(finding.why)
    yield Line(Content(f"{'':{INDENT}}→ {visible(_remedy(finding, view))}"), INDENT + 2)
    if (ended := view.related.ended.get(finding.rule)) is not None:
        yield _below(f"Was accepted until {ended.until}: {ended.reason}", "bold")


def _remedy(finding: Finding, view: DetailView) -> str:
    """What to do, with the keys that do it; in a file that was opened none does anything."""
    is_recorded = view.related.recorded is not None
    return str(finding.remedy) if is_recorded else spelt(finding.remedy, view.remapped)


def _below(words: str, style: str = "") -> Line:
    """A line under a head."""
    return styled(f"{'':{INDENT}}{visible(words)}", style, INDENT)


def _seen(finding: Finding) -> Iterator[Line]:
    seen = " · ".join(f"{name} {value}" for name, value in finding.seen[:MOST_SEEN])
    more = len(finding.seen) - MOST_SEEN
    seen += f" · and {more:,} more" if more > 0 else ""
    if seen:
        yield _below(seen, "dim")


def _accepted(accepted: AcceptedFinding, today: date) -> Iterator[Line]:
    """The head, until when and why it is accepted, and what was seen; an end that is near is not
    dim."""
    finding, (_, until, reason, *_) = accepted
    severity, soon = finding.severity, ends_soon(accepted.acceptance, today)
    words = f"accepted {severity.glyph} {severity.word} {finding.rule} {visible(finding.title)}"
    yield styled(words, "dim", INDENT)
    when = f"{until}, {_in_days((until - today).days)}" if soon else f"{until}"
    yield _below(f"Accepted until {when}: {reason}", "" if soon else "dim")
    yield from _seen(finding)


def _in_days(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def _unchecked(findings: Findings) -> Iterator[Line]:
    """The rules that share a reason stand together."""
    reasons: dict[str, list[str]] = {}
    for rule, why in findings.unchecked:
        reasons.setdefault(why, []).append(rule)
    for why, rules in reasons.items():
        yield styled(f"Not checked: {', '.join(rules)}: {visible(why)}.", "dim", INDENT)


def _off(rules: Sequence[str]) -> Iterator[Line]:
    """The rules that were not asked when a file was made."""
    if rules:
        yield styled(
            f"Switched off when it was read: {', '.join(map(visible, rules))}.", "dim", INDENT
        )
