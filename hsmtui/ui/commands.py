"""The command palette: every command that makes sense there, from its one declaration."""

from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from hsmtui.ui.keymap import APP, CLUSTERS, COMMANDS, Command, keys_of, spoken

if TYPE_CHECKING:
    from hsmtui.ui.app import HsmtuiApp


class CommandProvider(Provider):
    """Commands by their help text, with their keys."""

    async def discover(self) -> Hits:
        for command in self._offered():
            yield DiscoveryHit(self._line(command), self._run(command), text=command.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in self._offered():
            score = matcher.match(command.help)
            if score > 0:
                yield Hit(score, self._line(command), self._run(command), text=command.help)

    def _offered(self) -> list[Command]:
        """What can be done here: over a dialog only what belongs to the app."""
        scopes = {APP} if self.screen.is_modal else {APP, CLUSTERS}
        return [command for command in COMMANDS if command.palette and command.scope in scopes]

    def _run(self, command: Command) -> partial[Coroutine[None, None, bool]]:
        namespace = self.app if command.scope == APP else self.screen
        return partial(self.app.run_action, command.action, namespace)

    def _line(self, command: Command) -> Content:
        remapped = cast("HsmtuiApp", self.app).remapped
        keys = spoken(keys_of(command, remapped)[:1])
        return Content.assemble((f"{keys:<8}", "ansi_cyan"), command.help)
