"""What of an app is still alive: nothing that is closed may be."""

import asyncio
import gc
import heapq
from collections.abc import Callable, Iterable
from typing import Any

from textual.app import App
from textual.widget import Widget


def alive(kind: type) -> list[object]:
    """All of a kind that there are in this process, after what is garbage is gone."""
    gc.collect()
    return [found for found in gc.get_objects() if isinstance(found, kind)]


class Strays:
    """Finds the widgets, screens among them, that are alive and stand on no open screen.

    What was alive before is that of other tests: it is looked through no more.
    """

    def __init__(self) -> None:
        gc.collect()
        gc.freeze()

    def of(self, app: App[None]) -> Iterable[Widget]:
        """Those of the app."""
        _let_go_of_cancelled_timers()
        for screen in app.screen_stack:
            for node in screen.walk_children(Widget):  # what Textual keeps until it is asked again
                _ = node.displayed_children
                node._clear_arrangement_cache()
        for widget in alive(Widget):
            assert isinstance(widget, Widget)
            if not _stands(widget, app):
                yield widget

    def none_of(self, app: App[None]) -> Callable[[], bool]:
        """A condition to wait for."""
        return lambda: not any(True for _ in self.of(app))


def _let_go_of_cancelled_timers() -> None:
    """Asyncio keeps one, and the widget that began it, until it would have gone off."""
    loop: Any = asyncio.get_running_loop()
    loop._scheduled = [handle for handle in loop._scheduled if not handle.cancelled()]
    heapq.heapify(loop._scheduled)
    loop._timer_cancelled_count = 0


def _stands(widget: Widget, app: App[None]) -> bool:
    return any(screen in widget.ancestors_with_self for screen in app.screen_stack)
