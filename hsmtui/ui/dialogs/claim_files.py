"""The dialog that asks for the files of the signed certificate and the trust anchor."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from hsmtui.aws.threads import offload
from hsmtui.config.typed_path import PathCompletion
from hsmtui.model.certificates.claim import ANCHOR, SIGNED
from hsmtui.model.gates.initialize_cluster import Claim
from hsmtui.model.text import visible
from hsmtui.ui.commands.command import CLAIM
from hsmtui.ui.commands.keymap import bindings, key_of
from hsmtui.ui.dialogs.dialog import FRAME, WIDEST_BOX, Dialog
from hsmtui.ui.host import start
from hsmtui.ui.theme import clip, flowed
from hsmtui.ui.widgets.field import Field

_LABELS = {SIGNED: "The signed certificate", ANCHOR: "The trust anchor: the root that signed it"}
_PARTS = ("signed", "anchor")
"""How the ids of the fields end, in the order of `Claim`."""

_MOST_LINES = 3
"""Lines of names that may follow."""


class ClaimFiles(NamedTuple):
    """What two files hold, or what is wrong with each of them, or with both together."""

    claim: Claim | None = None
    problems: Mapping[str, str] = {}
    """By `SIGNED` and `ANCHOR`; what is wrong with both together by ""."""


class ClaimFilesDialog(Dialog[Claim]):
    """Answers with what both files hold, once that is fit to be sent; each is read once.

    `read` is given both texts, `complete` one, in a thread. `first` are the paths that the fields
    have at first, `names` how the files are called in the user guide.
    """

    BINDINGS: ClassVar = bindings(CLAIM)

    def __init__(
        self,
        what: Content,
        first: Claim,
        names: Claim,
        read: Callable[[str, str], ClaimFiles],
        complete: Callable[[str], PathCompletion],
    ) -> None:
        super().__init__("Initialize cluster: the certificates")
        self._what = what
        self._read = read
        self._complete = complete
        self._fields = {
            name: Field(
                path,
                placeholder=f"path of {of}",
                id=f"claim-{part}",
                compact=True,
                select_on_focus=False,  # a wrong letter is mended, not the whole typed anew
            )
            for name, part, path, of in zip(_LABELS, _PARTS, first, names, strict=True)
        }
        self._words = {name: Static(classes="claim-word", markup=False) for name in (*_LABELS, "")}

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Static(self._what, markup=False)
            for name, label in _LABELS.items():
                yield Static(label, classes="claim-label", markup=False)
                yield self._fields[name]
                yield self._words[name]
            yield self._words[""]

    def begin(self) -> None:
        self._say_all({})

    @property
    def closing(self) -> str:
        complete = key_of("claim.complete", self.remapped)
        return f"enter checks both · {complete} completes a path · {super().closing}"

    def _say_all(self, problems: Mapping[str, str]) -> None:
        for name, word in self._words.items():
            word.update(Content.styled(visible(problems.get(name, "")), "bold ansi_red"))

    @property
    def _texts(self) -> tuple[str, str]:
        return self._fields[SIGNED].value, self._fields[ANCHOR].value

    @on(Input.Changed)
    def _typed(self) -> None:
        self._say_all({})

    @on(Input.Submitted)
    def _enter(self, event: Input.Submitted) -> None:
        """Go to the field that is empty still, else read both."""
        event.stop()
        empty = next((field for field in self._fields.values() if not field.value.strip()), None)
        if empty is None:
            start(self, self._take, group="claim", exclusive=True)
        elif empty is event.input:
            name = next(name for name, field in self._fields.items() if field is empty)
            self._say_all({name: f"Type the path of {name}."})
        else:
            self.set_focus(empty)

    async def _take(self) -> None:
        """Read what was typed; what is typed meanwhile is not meant by it."""
        texts = self._texts
        found = await offload(self._read, *texts)
        if texts != self._texts or not self.is_shown:
            return
        if found.claim is not None:
            self.dismiss(found.claim)
            return
        self._say_all(found.problems)
        wrong = next((name for name in _LABELS if name in found.problems), SIGNED)
        self.set_focus(self._fields[wrong])

    # Completion

    def action_complete(self) -> None:
        field = next((each for each in self._fields.values() if each.has_focus), None)
        if field is not None:
            start(self, partial(self._go_on_from, field), group="completion", exclusive=True)

    async def _go_on_from(self, field: Field) -> None:
        """Complete the path, as a shell does; where there is nothing to add, go to the other."""
        text = field.value
        completion = await offload(self._complete, text) if text.strip() else PathCompletion(text)
        if field.value != text or not field.has_focus:
            return
        if completion.text != text:
            with field.prevent(Input.Changed):
                field.value = completion.text
            field.cursor_position = len(field.value)
            self._say_all({})
        if len(completion.names) > 1:
            self._offer(field, completion.names)
        elif completion.text == text:
            self.focus_next(Field)

    def _offer(self, field: Field, names: tuple[str, ...]) -> None:
        """The names that may follow, in as many lines as there is room for."""
        room = min(WIDEST_BOX, self.app.size.width) - FRAME
        lines = flowed((clip(name, min(len(name), room)) for name in names), room, "  ")
        shown = lines[:_MOST_LINES]
        more = "  …" if len(lines) > _MOST_LINES else ""
        word = next(self._words[name] for name, each in self._fields.items() if each is field)
        word.update(Content.styled("\n".join(shown) + more, "dim"))
