"""Starting workers."""

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode


def start(
    node: DOMNode,
    work: Callable[[], Coroutine[Any, Any, None]],
    *,
    group: str,
    exclusive: bool = False,
) -> None:
    """Run a coroutine function as a worker of the node.

    The coroutine is made when the worker starts: one that is superseded before that would leave
    it never awaited, which Python reports on standard error.
    """
    # the type of run_worker also takes a function that returns its result, which hides this one
    node.run_worker(work, group=group, exclusive=exclusive)  # type: ignore[arg-type]
