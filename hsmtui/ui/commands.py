"""The command palette: every command that makes sense there, from its one declaration."""

from collections.abc import Coroutine
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from hsmtui.ui.keymap import APP, COMMANDS, Command, keys_of, spoken


class CommandProvider(Provider):
    """Commands by their help text, with their keys."""

    async def discover(self) -> Hits:
        for command in COMMANDS:
            if command.palette:
                yield DiscoveryHit(command.help, self._run(command), help=self._keys(command))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command in COMMANDS:
            score = matcher.match(command.help) if command.palette else 0
            if score > 0:
                shown = Content(command.help)
                yield Hit(
                    score, shown, self._run(command), text=command.help, help=self._keys(command)
                )

    def _run(self, command: Command) -> partial[Coroutine[None, None, bool]]:
        namespace = self.app if command.scope == APP else self.screen
        return partial(self.app.run_action, command.action, namespace)

    def _keys(self, command: Command) -> str:
        remapped = getattr(self.app, "remapped", {})
        return spoken(keys_of(command, remapped)) or "no key"
