"""The line of keys at the bottom, which lets go of those that it no longer shows."""

from textual.widgets import Footer as TextualFooter


class Footer(TextualFooter):
    """Textual's footer, made anew for each dialog that opens and closes.

    Textual's keeps every key that it has ever shown, bound to its `compact`, until that changes.
    """

    async def recompose(self) -> None:
        await super().recompose()
        self.mutate_reactive(TextualFooter.compact)
