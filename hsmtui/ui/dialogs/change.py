"""The dialog of a change: it shows the gate, and offers the button only while the gate is open."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from hsmtui.aws.prompter import Prompter
from hsmtui.changes.change import Phase
from hsmtui.model.advice import Advice
from hsmtui.model.cluster import Cluster
from hsmtui.ui.commands.keymap import spelt
from hsmtui.ui.dialogs.change_box import BIG_ENOUGH, BoxDialog, ChangeBox
from hsmtui.ui.dialogs.change_words import AnyChange, ChangeWords, who_lines
from hsmtui.ui.host import start


class ChangeDialog(ChangeWords[AnyChange], BoxDialog):
    """Bound to one change. It looks again every `poll_seconds`, open or shut.

    `confirm` is called with the typed text; the dialog never asks the service for more than looks.
    `cluster` is the one concerned, as it was listed. A kind of dialog says in its own words what is
    changed, what the gate says, and what is typed. Where the terminal does not show all of that at
    once, nothing can be confirmed.
    """

    STAYS: ClassVar = True
    """Whether it stays to show the answer; else what is below shows what came of the request."""

    def __init__(
        self,
        change: AnyChange,
        confirm: Callable[[AnyChange, str], None],
        cluster: Cluster,
        checkboxes: Sequence[Widget] = (),
    ) -> None:
        self._change = change
        super().__init__(self.heading)
        self._cluster = cluster
        self._confirm = partial(confirm, change)
        prefix, placeholder = self.PREFIX or self.VERB.lower(), f"the {self.NOUN} id"
        self._box = ChangeBox(prefix, self.verb, placeholder, asks=self.asks, checkboxes=checkboxes)
        self._too_small = BIG_ENOUGH
        self._is_contradicted = False

    def spelt(self, words: str | Advice) -> str:
        return spelt(words, self.remapped)

    @property
    def asked_checkboxes(self) -> Sequence[Widget]:
        """Those of the checkboxes that are asked for now."""
        return ()

    def focus_first(self) -> None:
        """Put the focus where the confirmation begins: without a field, on Cancel, to which an
        enter may go unless it was meant for the button that is gone."""
        if self.asks:
            self.set_focus(self._box.field)
        else:
            self.fall_back()
            self._box.cancel.is_chosen = self._change.outcome is None

    @property
    def closing(self) -> str:
        """Where nothing is typed no other line says how the button is reached."""
        if self.asks or not self._box.confirm.display:
            return super().closing
        return f"tab, then enter to {self.verb.lower()} · {super().closing}"

    @property
    def is_confirmable(self) -> bool:
        """Whether the change may be confirmed now, once what is asked for has been given."""
        return self.gate_lets and not self._too_small

    def yields_to(self, prompter: Prompter) -> bool:
        """Not to a question for another place while a confirmation is typed: that would take it."""
        is_own = prompter.subject_for(self._change.connection.place.profile) is not None
        return is_own or not self.is_confirmable or self._change.phase is not Phase.WATCHING

    @property
    def changes(self) -> Sequence[AnyChange]:
        return (self._change,)

    def begin(self) -> None:
        self._show_controls(shown=False)
        super().begin()
        self.redraw()
        self._look()
        self._look_up()
        self.set_interval(1, self._draw_again)

    def come_back(self) -> None:
        self.redraw()
        if self._change.phase is Phase.WATCHING:
            start(self, self._change.look, group="look")
        if self.is_confirmable:
            self.focus_first()
        else:
            self.fall_back()

    def move_focus(self, event: events.Key) -> None:
        """From a text that is not enough it goes back, but not on."""
        super().move_focus(event)
        if event.key == "tab" and self._contradict():
            event.stop()

    @on(Input.Submitted, ".change-field")
    def _contradict(self) -> bool:
        """Say it where the field has the focus and a text that is not enough; whether it has."""
        wrong = self.focused is self._box.field and bool(self._typed) and not self._is_permitted
        if wrong:
            self._is_contradicted = True
            self.redraw()
        return wrong

    def is_whole(self) -> bool:
        return self.is_active and self._box.is_in_sight(self.asked_checkboxes)

    def _look_up(self) -> None:
        start(self, self._change.look_up, group="lookups")

    def _look(self) -> None:
        start(self, self._look_and_wait, group="look")

    async def _look_and_wait(self) -> None:
        if self._change.phase is Phase.WATCHING:
            await self._change.look()
        if self._change.phase is not Phase.ACCEPTED:
            self.set_timer(self._change.context.poll_seconds, self._look)

    def redraw(self) -> None:
        if not self.is_shown:
            return
        self._box.who.update(who_lines(self._change))
        self._box.what.update(self.what())
        self._box.gate.update(self.gate_text())
        self._draw_again()
        if self._change.phase is Phase.ACCEPTED and not self.STAYS:
            self.dismiss()

    def _draw_again(self) -> None:
        """What changes by itself: the age, and with it what has room."""
        if self.is_shown:
            self._box.age.update(self.age_text())
            anew, self._box.asks = self._box.asks is not self.asks, self.asks
            self._too_small = self._box.fit(
                self.target, self.asked_checkboxes, self.action_words, gate_lets=self.gate_lets
            )
            self._show_controls(shown=self.is_confirmable, anew=anew)

    def _show_controls(self, *, shown: bool, anew: bool = False) -> None:
        """Shut, only Cancel is there to be focused; open, the focus goes to an empty field.

        `anew` says that something else is asked for than until now.
        """
        box, confirm = self._box, self._box.confirm
        sent = self._change.phase in {Phase.SENDING, Phase.ACCEPTED}
        box.cancel.label = "Close" if sent else "Cancel"
        opening, shutting = shown and (anew or not confirm.display), not shown and confirm.display
        confirm.display = shown
        for checkbox in box.checkboxes:
            checkbox.display = shown and checkbox in self.asked_checkboxes
        if opening:
            box.field.value = ""
        box.ask.display = box.field.display = shown and self.asks
        box.field.disabled = not box.field.display
        box.ask.update(self._ask_text())
        if opening or shutting:
            self.tell_keys()
        if opening:
            self.focus_first()
        elif shutting or self.focused is None:
            self.fall_back()
        self.show_permission()

    def _ask_text(self) -> Content:
        if self._is_contradicted:
            return Content.styled(self.contradiction(), "bold ansi_red")
        return Content(self.ask())

    @property
    def _typed(self) -> str:
        return self._box.field.value if self.asks else self.target

    @property
    def _is_permitted(self) -> bool:
        return self.is_confirmable and self._change.allows(self._typed)

    @on(Input.Changed, ".change-field")
    def _typed_on(self) -> None:
        if self._is_contradicted:
            self._is_contradicted = False
            self.redraw()
        self.show_permission()

    def show_permission(self) -> None:
        """The button can be pressed while what was typed is what is asked for."""
        self._box.confirm.disabled = not self._is_permitted

    def send(self) -> bool:
        self._confirm(self._typed)
        return True
