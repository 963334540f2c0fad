"""Starting workers."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from textual.dom import DOMNode

from hsmtui.ui.terminal.private import context_of


def start(
    node: DOMNode,
    work: Callable[[], Coroutine[Any, Any, None]],
    *,
    group: str,
    exclusive: bool = False,
) -> None:
    """Run a coroutine function as a worker of the node, in the node's own context.

    The coroutine is made when the worker starts: one that is superseded before that would leave
    it never awaited, which Python reports on standard error.
    """
    # the type of run_worker also takes a function that returns its result, which hides this one
    begin = partial(node.run_worker, work, group=group, exclusive=exclusive)  # type: ignore[arg-type]
    context_of(node).run(begin)
