"""The errors of this run and what else was said, newest first."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, NamedTuple

from textual.content import Content

from hsmtui.aws.errors import HsmtuiError
from hsmtui.model.text import visible
from hsmtui.model.times import stamp
from hsmtui.ui.commands.command import ERRORS
from hsmtui.ui.commands.keymap import bindings, spelt
from hsmtui.ui.dialogs.dialog import TextDialog


class Said(NamedTuple):
    """A notice, and when it was given."""

    time: datetime
    words: str


class ErrorsDialog(TextDialog):
    """Shows them; the command that decodes the newest encoded message can be copied."""

    BINDINGS: ClassVar = bindings(ERRORS)

    def __init__(
        self,
        errors: Sequence[HsmtuiError],
        said: Sequence[Said],
        copy: Callable[[str], None],
        remapped: Mapping[str, str],
    ) -> None:
        texts = [errors_text(errors, remapped), *([said_text(said)] if said else [])]
        super().__init__("Errors of this run", Content("\n\n").join(texts))
        self._errors = errors
        self._copy = copy

    def action_copy_command(self) -> None:
        commands = (error.decoding_command for error in reversed(self._errors))
        if command := next(filter(None, commands), ""):
            self._copy(command)


def errors_text(errors: Iterable[HsmtuiError], remapped: Mapping[str, str]) -> Content:
    """Time, operation, request id, what was wrong and what to do; repeated ones are one entry."""
    entries: list[list[HsmtuiError]] = []
    for error in errors:
        if entries and entries[-1][-1].repeats(error):
            entries[-1].append(error)
        else:
            entries.append([error])
    if not entries:
        return Content("No errors in this run.")
    texts = (_entry(same, remapped) for same in reversed(entries))
    return Content("\n\n").join(texts)


def said_text(said: Sequence[Said]) -> Content:
    """What was said for a while, each with its time."""
    lines = [Content.styled("Notices", "bold")]
    for each in reversed(said):
        lines += [Content.styled(stamp(each.time), "dim"), Content(each.words)]
    return Content("\n").join(lines)


PLACES_NAMED = 3
"""Places that an entry names; of more it says how many."""


def _entry(same: Sequence[HsmtuiError], remapped: Mapping[str, str]) -> Content:
    error, repeated = same[-1], f"{len(same)} times" if len(same) > 1 else ""
    places = list(dict.fromkeys(each.place for each in same if each.place))
    where = ", ".join(places) if len(places) <= PLACES_NAMED else f"{len(places)} places"
    said = [stamp(error.time), visible(error.operation), visible(where), repeated]
    head = "  ".join(filter(None, said))
    lines = [Content.styled(head, "dim"), Content.styled(visible(error.title), "bold")]
    if error.detail:
        lines.append(Content(visible(error.detail)))
    if error.request_id:
        lines.append(Content(f"request id {visible(error.request_id)}"))
    if error.encoded:
        lines.append(Content(f"encoded authorization message: {error.encoded}"))
    if error.remedy:
        lines.append(Content(f"→ {visible(spelt(error.remedy, remapped))}"))
    return Content("\n").join(lines)
