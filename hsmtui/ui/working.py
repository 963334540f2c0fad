"""Starting workers."""

from collections.abc import Callable, Coroutine
from typing import Any

from hsmtui.ui.host import WorkHost


def start(
    node: WorkHost,
    work: Callable[[], Coroutine[Any, Any, None]],
    *,
    group: str,
    exclusive: bool = False,
) -> None:
    """Run a coroutine function as a worker of the node.

    The coroutine is made when the worker starts: one that is superseded before that would leave
    it never awaited, which Python reports on standard error.
    """
    node.run_worker(work, group=group, exclusive=exclusive)
