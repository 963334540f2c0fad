"""The tags of one cluster: type to narrow, or the key of a new one."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static

from hsmtui.model.gates.edit_tag import EditTagGate, TagEdit, values_of
from hsmtui.model.gates.gate import Reason
from hsmtui.model.gates.tag_rules import MOST_TAGS, is_reserved, key_problem, room_problem
from hsmtui.model.text import visible
from hsmtui.ui.commands.command import TAGS
from hsmtui.ui.commands.keymap import bindings, key_of, spelt
from hsmtui.ui.dialogs.change_words import blocked
from hsmtui.ui.dialogs.dialog import FRAME, NARROWEST_BOX
from hsmtui.ui.dialogs.pick import Choice, ChoiceList, PickDialog, found_among
from hsmtui.ui.theme import clip, cluster_line
from hsmtui.ui.widgets.cursor import GoneItem
from hsmtui.ui.widgets.field import Field

WIDEST_KEY = 28
"""Cells of a key that has room, at least."""


class TagsDialog(PickDialog):
    """Stays open while tags are changed one after the other; the gate says what was read.

    `change` is called with the key of a tag that is to be changed or added, `remove` with that of
    one that is to go.
    """

    BINDINGS: ClassVar = bindings(TAGS)
    OTHER_LINES: ClassVar = 12
    LEAST: ClassVar = NARROWEST_BOX

    def __init__(
        self,
        gate: EditTagGate,
        name: str | None,
        *,
        change: Callable[[str], None],
        remove: Callable[[str], None],
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__("Tags", [])
        self._gate = gate
        self._cluster_name = name
        self._change = change
        self._remove = remove
        self._awaited = ""
        self._is_fresh = False
        self._said = Content("")
        self._clock = clock
        self._gone = GoneItem()

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Static(id="tags-what", markup=False)
            yield Field(placeholder="type to narrow, or the key of a new tag", compact=True)
            yield ChoiceList(compact=True, markup=False)
            yield Static(id="tags-word", markup=False)

    def on_screen_suspend(self) -> None:
        """One box at a time: what is asked next takes this one's place."""
        self.query("#box").set(visible=False)

    def on_screen_resume(self) -> None:
        """What was asked is closed."""
        self.query("#box").set(visible=True)
        self._gone.seen(self._clock())

    def show(self, gate: EditTagGate) -> None:
        """The tags were read afresh; the cursor stays on its tag."""
        had = {tag.key for tag in self._gate.tags}
        self._gate, self._is_fresh = gate, True
        if not self.is_shown:
            return
        self._say_what()
        self._fit_width()
        before = self._highlighted
        stay = self._awaited or (before.value if before else "")
        if before is not None and before.value in had and not values_of(before.value, gate.tags):
            self._gone.note(before.value, self._clock() if self.is_active else None)
        self._narrow(self._narrowed)
        shown = [choice.value for choice in self._shown]
        if stay in shown:
            self.query_one(OptionList).highlighted = shown.index(stay)
            self._awaited = ""

    def begin_again(self, key: str) -> None:
        """The tag with this key was changed: the field is for the next, the cursor on this one."""
        self._awaited, self._is_fresh = key, False
        if self.is_shown:
            self.query_one(Input).value = ""
            self._narrow("")

    @property
    def _highlighted(self) -> Choice | None:
        at = self.query_one(OptionList).highlighted
        return None if at is None or at >= len(self._shown) else self._shown[at]

    def begin(self) -> None:
        super().begin()
        self._say_what()

    def _say_what(self) -> None:
        what = cluster_line(self._gate.target, self._gate.cluster, self._cluster_name)
        self.query_one("#tags-what", Static).update(what)

    def _narrow(self, text: str) -> None:
        super()._narrow(text)
        self._say()

    @on(Input.Changed)
    def _names_its_tag(self) -> None:
        """What is typed says by itself which tag is meant, whatever has gone before."""
        self._gone = GoneItem()

    @on(OptionList.OptionHighlighted)
    def _say(self) -> None:
        """Say it where it is new: to draw is dear, and this comes with every key."""
        if (word := self._word()) != self._said:
            self._said = word
            self.query_one("#tags-word", Static).update(word)

    def choices_for(self, text: str) -> list[Choice]:
        tags = self._gate.tags
        widest = max(WIDEST_KEY, (self.app.size.width - FRAME) // 2)
        width = min(widest, max((cell_len(visible(tag.key)) for tag in tags), default=0))
        choices = [
            Choice(
                tag.key,
                f"{clip(visible(tag.key), width)}  {visible(tag.value)}",
                _remark(tag.key),
                alias=tag.key,
                words=tag.value,
            )
            for tag in tags
        ]
        choices = found_among(choices, text, fuzzy=False)
        if self._gate.is_open and self._is_new(text) and not self._problem(text):
            choices.append(Choice(text, f"add the tag {visible(text)}"))
        return choices

    @property
    def widest(self) -> int:
        return max((self.prompt(each).cell_length for each in self.choices_for("")), default=0)

    def default_index(self, text: str) -> int | None:
        """The tag with this key, else the first that matches: what is to be added comes last."""
        wanted, shown = text or self._awaited, [choice.value for choice in self._shown]
        if wanted in shown and not self._is_new(wanted):
            return shown.index(wanted)
        return 0 if shown else None

    def empty_text(self) -> str:
        if self._gate.tags:
            return super().empty_text()
        return "no tags" if self._gate.cluster else ""

    def _is_new(self, key: str) -> bool:
        return bool(key) and not values_of(key, self._gate.tags)

    def _problem(self, key: str) -> str:
        """Why there can be no tag with this key."""
        return key_problem(key) or (room_problem(self._gate.tags) if self._is_new(key) else "")

    def _word(self) -> Content:
        """What can be done, or why not."""
        gate, at = self._gate, self._highlighted
        if gate.reason is Reason.READ_ONLY:
            return Content.styled(visible(f"Read-only {gate.detail}."), "bold")
        if not gate.is_open:
            detail = [Content(visible(spelt(gate.detail, self.remapped)))] if gate.detail else []
            return Content("\n").join([blocked(gate.headline), *detail])
        key = at.value if at else self._narrowed
        if key and (problem := self._problem(key)):
            return Content.styled(visible(problem), "bold")
        if self._is_new(key):
            cautions = TagEdit(key, None, "").cautions(gate.tags)
            return Content.styled(
                visible(" ".join(["Enter asks for its value.", *cautions])), "dim"
            )
        count = sum(not is_reserved(tag.key) for tag in gate.tags)
        removing = key_of("tags.remove", self.remapped)
        words = f"Enter changes, {removing} removes; type a new key to add."
        reading = "" if self._is_fresh else " Reading again …"
        return Content.styled(f"{words} {count} of at most {MOST_TAGS} tags.{reading}", "dim")

    def choose(self, choice: Choice) -> None:
        """Go on to the value; what cannot be changed says so below the list."""
        if self._may_be_changed(choice.value):
            self._change(choice.value)

    def action_remove(self) -> None:
        """Go on to the confirmation that the tag under the cursor is to go."""
        at = self._highlighted
        if at is not None and not self._is_new(at.value) and self._may_be_changed(at.value):
            self._remove(at.value)

    def _may_be_changed(self, key: str) -> bool:
        return self._gate.is_open and not self._problem(key) and not self._has_gone()

    def _has_gone(self) -> bool:
        """Whether another tag was under the cursor until a moment ago, which is then said."""
        if gone := self._gone.recent(self._clock()):
            self.say(f"The tag under the cursor has gone: {visible(gone)}")
        return bool(gone)


def _remark(key: str) -> str:
    if is_reserved(key):
        return "AWS's own"
    return "cannot be changed" if key_problem(key) else ""
