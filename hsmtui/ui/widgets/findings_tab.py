"""What the details say of what is wrong with a cluster, why that matters, and what to do."""

from collections.abc import Iterator
from itertools import groupby
from textwrap import wrap

from textual.content import Content

from hsmtui.model.findings import Finding, Findings
from hsmtui.model.text import visible
from hsmtui.ui.look import SEVERITY_CONTENT

INDENT = "    "


def findings_text(findings: Findings, width: int) -> Content:
    """The findings, worst first, then the rules that could not be evaluated and why."""
    lines = [line for finding in findings.found for line in _finding(finding, width)]
    if not lines:
        lines.append(Content("Nothing found."))
    return Content("\n").join([*lines, *_unchecked(findings, width)])


def _finding(finding: Finding, width: int) -> Iterator[Content]:
    """The head, and under it what was seen, why it matters and the remedy."""
    worst = finding.severity
    title = visible(finding.title)
    head = f"{worst.glyph} {worst.word} {finding.rule}"
    first, *rest = wrap(f"{head} {title}", width, subsequent_indent=INDENT) or [head]
    yield Content.assemble(
        (first[: len(head)], SEVERITY_CONTENT[worst]), (first[len(head) :], "bold")
    )
    yield from (Content.styled(line, "bold") for line in rest)
    seen = " · ".join(f"{visible(name)} {visible(value)}" for name, value in finding.seen)
    yield from (Content.styled(line, "dim") for line in _indented(seen, width))
    yield from map(Content, _indented(visible(finding.why), width))
    yield from map(Content, _indented(f"→ {visible(finding.remedy)}", width))


def _unchecked(findings: Findings, width: int) -> Iterator[Content]:
    """The rules that share a reason on one line."""
    for why, group in groupby(
        sorted(findings.unchecked, key=lambda rule: rule.why), lambda r: r.why
    ):
        rules = ", ".join(unchecked.rule for unchecked in group)
        for line in wrap(
            f"Not checked: {visible(rules)}: {visible(why)}", width, subsequent_indent=INDENT
        ):
            yield Content.styled(line, "dim")


def _indented(text: str, width: int) -> list[str]:
    return wrap(text, width, initial_indent=INDENT, subsequent_indent=INDENT)
