"""The line of keys at the bottom: what can be done where the focus is."""

from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from hsmtui.ui.theme import KEY


class Footer(Static):
    """Keys and their short names; a click does what the key does.

    One line of text: a widget for each key costs as much to draw again at each change of the focus
    as the whole list.
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._starts: list[tuple[int, str]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def _bindings_changed(self, screen: Screen[object]) -> None:
        """Draw the keys that are shown, each command once."""
        named: dict[str, Content] = {}
        for active in screen.active_bindings.values():
            binding = active.binding
            if binding.show and binding.action not in named:
                key = (self.app.get_key_display(binding), KEY)
                named[binding.action] = Content.assemble(key, " ", binding.description)
        parts, at = [Content("")], 1
        self._starts = []
        for action, name in named.items():
            self._starts.append((at, action))
            parts.append(name)
            at += name.cell_length + 1
        self.update(Content(" ").join(parts))

    async def on_click(self, event: events.Click) -> None:
        for start, action in reversed(self._starts):
            if event.x >= start:
                await self.screen.run_action(action)
                return
