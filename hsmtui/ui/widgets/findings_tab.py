"""What the details say of what is wrong with a cluster, why that matters, and what to do."""

from collections.abc import Iterator
from textwrap import wrap

from textual.content import Content

from hsmtui.model.findings.finding import Finding, Findings
from hsmtui.model.text import visible
from hsmtui.ui.theme import SEVERITY_CONTENT
from hsmtui.ui.widgets.detail_view import DetailView

INDENT = "    "

MOST_SEEN = 100
"""Fields of what was seen that are drawn."""


def findings(view: DetailView) -> Content:
    """The findings, worst first, then the rules that could not be evaluated and why."""
    found, width = view.related.findings, view.width
    lines = [line for finding in found.findings for line in _finding(finding, width)]
    if not lines:
        evaluated = view.related.rules - len(found.unchecked)
        plural = "" if evaluated == 1 else "s"
        so_far = " so far" if found.is_coming else ""
        lines.append(Content(f"Nothing found{so_far}: {evaluated} rule{plural} evaluated."))
    return Content("\n").join([*lines, *_unchecked(found, width)])


def _finding(finding: Finding, width: int) -> Iterator[Content]:
    """The head, and under it what was seen, why it matters and the remedy."""
    style = SEVERITY_CONTENT[finding.severity]
    head = f"{finding.severity.glyph} {finding.severity.word} {finding.rule}"
    first, *rest = _wrapped(f"{head} {visible(finding.title)}", width)
    yield Content.assemble((first[: len(head)], style), (first[len(head) :], "bold"))
    yield from (Content.styled(line, "bold") for line in rest)
    seen = " · ".join(
        f"{visible(name)} {visible(value)}" for name, value in finding.seen[:MOST_SEEN]
    )
    more = len(finding.seen) - MOST_SEEN
    seen += f" · and {more:,} more" if more > 0 else ""
    yield from (Content.styled(line, "dim") for line in _wrapped(seen, width, INDENT))
    yield from map(Content, _wrapped(visible(finding.why), width, INDENT))
    yield from map(Content, _wrapped(f"→ {visible(finding.remedy)}", width, INDENT))


def _unchecked(findings: Findings, width: int) -> Iterator[Content]:
    """The rules that share a reason stand together."""
    reasons: dict[str, list[str]] = {}
    for rule, why in findings.unchecked:
        reasons.setdefault(why, []).append(rule)
    for why, rules in reasons.items():
        words = f"Not checked: {', '.join(rules)}: {visible(why)}."
        yield from (Content.styled(line, "dim") for line in _wrapped(words, width))


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of that many cells; ids are not cut at their hyphens."""
    return wrap(
        text, width, initial_indent=indent, subsequent_indent=INDENT, break_on_hyphens=False
    )
