"""What a part asks of the screen and the app that it is on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import WorkType

from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.changes.audit import Audit
from hsmtui.config.settings import Settings
from hsmtui.model.cluster import Cluster

_Result = TypeVar("_Result")


class WorkHost(Protocol):
    """Runs workers, which end with it."""

    def run_worker(
        self, work: WorkType[None], *, group: str = "default", exclusive: bool = False
    ) -> object: ...


class AppHost(Protocol):
    """What a run of the app has for all its parts."""

    settings: Settings
    clock: Callable[[], datetime]
    demo: bool
    remapped: Mapping[str, str]
    audit: Audit
    last_words: list[str]
    """What is said when the terminal is restored."""

    @property
    def screen_stack(self) -> Sequence[Screen[Any]]: ...

    def record(self, error: HsmtuiError, *, tell: bool = False) -> None: ...

    def notify(
        self,
        message: str,
        *,
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None: ...

    def call_later(self, callback: Callable[[], object]) -> object: ...

    def push_screen(
        self, screen: Screen[_Result], callback: Callable[[_Result | None], None] | None = None
    ) -> object: ...

    async def push_screen_wait(self, screen: Screen[_Result]) -> _Result: ...

    def hold_keys(self) -> None: ...

    def drop_keys(self) -> None: ...


class ListHost(WorkHost, Protocol):
    """The screen that shows what is listed."""

    @property
    def hsmtui(self) -> AppHost: ...

    def shows(self, connection: Connection) -> bool: ...

    def renew(self, connection: Connection, cluster: Cluster) -> None: ...

    def forget(self, cluster_id: str) -> None: ...
