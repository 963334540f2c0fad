"""What tabs that ask the service say alike: what is under way, and what has failed."""

from collections.abc import Iterator, Mapping

from textual.content import Content

from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.text import visible
from hsmtui.ui.commands.keymap import key_of, spelt
from hsmtui.ui.widgets.hanging_text import Line, styled


def progress(problem: HsmtuiError | None, reading: str) -> list[Content]:
    """What stands behind a line that sums up what is known: that more has not come, or comes;
    `reading` is "" where nothing is asked for."""
    if problem is not None:
        return [Content.styled("▲ failed, see the end", "bold ansi_red")]
    return [Content.styled(f"{reading} …", "dim")] if reading else []


def failure_lines(
    error: HsmtuiError, remapped: Mapping[str, str], *, may_ask: bool = True
) -> tuple[str, ...]:
    """What failed, in which request, and what to do."""
    lines = [error.title, error.detail]
    if error.request_id:
        lines.append(f"{error.operation}, request id {error.request_id}")
    again, errors = (key_of(command, remapped) for command in ("list.refresh", "app.errors"))
    more = f"{again} tries again, " if may_ask else ""
    lines += [spelt(error.remedy, remapped), f"{more}{errors} shows all errors"]
    return tuple(visible(line) for line in lines if line)


def failure(problem: HsmtuiError | None, remapped: Mapping[str, str]) -> Iterator[Line]:
    """Why the last of it did not come, at the end."""
    if problem is not None:
        title, *rest = failure_lines(problem, remapped)
        yield styled(f"▲ {title}", "bold ansi_red")
        yield from map(styled, rest)
