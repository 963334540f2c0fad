"""The dialog that leads through the initialization of a cluster, up to its certificates."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from hsmtui.model.advice import Advice, Step
from hsmtui.model.certificates.chain import Chain
from hsmtui.model.certificates.issuance import LinkVerdict
from hsmtui.model.certificates.openssl import (
    CUSTOMER_CA,
    commands,
    signed_name,
    signing_commands,
)
from hsmtui.model.cloudhsm_cli import activation_commands
from hsmtui.model.cluster import Cluster
from hsmtui.model.initialization import Stage, next_step
from hsmtui.model.text import visible
from hsmtui.ui.commands.command import INITIALIZE
from hsmtui.ui.commands.keymap import bindings, key_of, spelt
from hsmtui.ui.dialogs.dialog import FRAME, WIDEST_BOX, Dialog
from hsmtui.ui.theme import cluster_line
from hsmtui.ui.widgets.certificates_tab import VERDICT_WORDS, verdict_line
from hsmtui.ui.widgets.hanging_text import HangingText, Line, styled
from hsmtui.ui.widgets.shell_lines import shell_lines

_INDENT = 3
"""Cells before what belongs to a step."""


_ROOTS = (
    "Name the roots of AWS and of the manufacturer, which you have from where they are published, "
    "under [trust] in config.toml. They are read again each time."
)
_ROOTS_HELD = "Where it fails with these roots, sign nothing: ask AWS support."
_NO_ROOT_HELPS = "Sign nothing: ask AWS support. No other root makes this hold."


class Way(NamedTuple):
    """A cluster on its way, as it was read; `folder` is where its files were saved last."""

    cluster: Cluster
    region: str
    stage: Stage
    chain: Chain
    folder: Path | None = None

    @property
    def commands(self) -> list[str]:
        """What is to be run at this stage, outside of hsmtui."""
        if self.stage is Stage.CLAIMABLE:
            return signing_commands(self.cluster.cluster_id)
        if self.stage is Stage.UNPROVEN:
            return commands(self.cluster)
        if self.stage is Stage.INITIALIZED:
            return activation_commands(self.cluster, self.region)
        return []

    @property
    def has_files(self) -> bool:
        """Whether there is a CSR to be saved."""
        return self.stage in {Stage.CLAIMABLE, Stage.UNPROVEN}


class InitializeStepsDialog(Dialog[bool]):
    """Says which step comes next; answers with true where the certificates are to be given.

    `save` is called to save the files, and `show` is to be called with what came of it. `copy` is
    called with what is copied.
    """

    BINDINGS: ClassVar = bindings(INITIALIZE)

    def __init__(
        self,
        way: Way,
        save: Callable[["InitializeStepsDialog"], object],
        copy: Callable[[str], object],
    ) -> None:
        super().__init__("Initialize cluster")
        self._way = way
        self._save = save
        self._copy = copy

    def compose(self) -> ComposeResult:
        with Vertical(id="box"), VerticalScroll():
            yield Static(markup=False)

    def begin(self) -> None:
        self.show(self._way)

    def on_resize(self) -> None:
        super().on_resize()
        self.show(self._way)

    def show(self, way: Way) -> None:
        """Draw the steps as they are now."""
        self._way = way
        if self.is_shown:
            room = min(WIDEST_BOX, self.app.size.width) - FRAME
            self.query_one(Static).update(HangingText(list(self._lines(room))))

    @property
    def closing(self) -> str:
        keys = {
            "initialize.next": "goes on" if self._way.stage is Stage.CLAIMABLE else "",
            "initialize.save": "saves the files" if self._way.has_files else "",
            "initialize.copy": "copies the commands" if self._way.commands else "",
        }
        named = (f"{key_of(each, self.remapped)} {does}" for each, does in keys.items() if does)
        return " · ".join((*named, super().closing))

    def action_save(self) -> None:
        if self._way.has_files:
            self._save(self)
        else:
            self.say("There is no CSR to save now")

    def action_copy_commands(self) -> None:
        if self._way.commands:
            self._copy("\n".join(self._way.commands))
        else:
            self.say("There are no commands to copy now")

    def action_go_on(self) -> None:
        if self._way.stage is Stage.CLAIMABLE:
            self.dismiss(True)
        else:
            why = self._way.stage.value
            self.say(f"{why[0].upper()}{why[1:]}")

    def _lines(self, room: int) -> Iterator[Line]:
        cluster = self._way.cluster
        yield Line(cluster_line(cluster.cluster_id, cluster, None))
        steps = {
            Stage.CLAIMABLE: self._signing,
            Stage.UNPROVEN: self._proving,
            Stage.INITIALIZED: self._activating,
        }.get(self._way.stage)
        if steps is None:
            yield styled(f"Next: {visible(self._spelt(next_step(self._way.stage)))}", "bold")
        else:
            yield from steps(room)

    def _signing(self, room: int) -> Iterator[Line]:
        signed = signed_name(self._way.cluster.cluster_id)
        yield verdict_line(self._way.chain)
        yield styled("")
        yield self._step(
            1, Step("{} saves the CSR and how to sign it in a new folder", "initialize.save"), "."
        )
        yield from self._saved()
        yield self._step(2, "Sign the CSR where the key of your CA is. With openssl:")
        yield from self._commands(room)
        yield styled("   Whoever has customerCA.key owns the cluster.", "", _INDENT)
        yield self._step(
            3,
            "Put the two certificates beside the CSR; then ",
            Step("{} goes on", "initialize.next"),
            ". Nothing is sent yet.",
        )
        yield styled(f"   {signed} is the signed certificate", "dim", _INDENT)
        yield styled(
            f"   {CUSTOMER_CA} is the trust anchor, the root that signed it", "dim", _INDENT
        )

    def _proving(self, room: int) -> Iterator[Line]:
        """Why it does not go on, and what to do."""
        yield verdict_line(self._way.chain)
        for link in self._way.chain.links:
            if link.verdict is not LinkVerdict.VERIFIED:
                why = f"{VERDICT_WORDS[link.verdict.name]}{link.why}"
                yield styled(f"   {link.verdict.value} {visible(f'{link.name}: {why}')}", "", 5)
        for problem in self._way.chain.problems:
            yield styled(f"   ! {visible(problem)}", "ansi_yellow", 5)
        yield styled("")
        before = (_ROOTS, _ROOTS_HELD) if self._way.chain.lacks_root else (_NO_ROOT_HELPS,)
        for number, words in enumerate(before, 1):
            yield self._step(number, words)
        yield self._step(
            len(before) + 1,
            Step("{} saves the certificates", "initialize.save"),
            ", to be checked by hand:",
        )
        yield from self._saved()
        yield from self._commands(room)

    def _activating(self, room: int) -> Iterator[Line]:
        yield styled("")
        yield styled("Next: activate the cluster. CloudHSM CLI, on a client that reaches the HSM,")
        yield styled("sets the password of the first admin; it needs your trust anchor there:")
        yield from self._commands(room)

    def _saved(self) -> Iterator[Line]:
        if self._way.folder is not None:
            yield styled(f"   Saved in {visible(str(self._way.folder))}", "ansi_green", _INDENT)

    def _commands(self, room: int) -> Iterator[Line]:
        for command in self._way.commands:
            for piece in shell_lines(command, room - _INDENT):
                yield styled(f"   {visible(piece)}", "bold", _INDENT)

    def _step(self, number: int, *parts: str | Step) -> Line:
        words = visible(self._spelt(Advice(*parts)))
        return Line(Content.assemble((f"{number}  ", "bold"), words), _INDENT)

    def _spelt(self, words: Advice) -> str:
        return spelt(words, self.remapped)
