"""The protocols through which the parts of the screen, and what a person does there, ask something
of the app and of each other; and how they start their work."""

from collections import deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from textual.message_pump import MessagePump
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import WorkType

from hsmtui.aws.connect import Openings
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.prompter import Prompter
from hsmtui.changes.audit import Audit
from hsmtui.config.settings import Settings
from hsmtui.fleet.fleet import Fleet
from hsmtui.fleet.location import Location
from hsmtui.fleet.read_places import ReadPlaces
from hsmtui.fleet.recorded import Recorded
from hsmtui.model.cluster import Cluster
from hsmtui.model.history.events import Events
from hsmtui.ui.remembered import Remembered
from hsmtui.ui.terminal.private import context_of

_Result = TypeVar("_Result")


class WorkHost(Protocol):
    """Runs workers, which end with it."""

    def run_worker(
        self, work: WorkType[object], *, group: str = "default", exclusive: bool = False
    ) -> object:
        """Run this as a worker; an exclusive one ends those of its group."""


class AppHost(Protocol):
    """What is the same for every part of every screen."""

    settings: Settings
    remembered: Remembered
    read_places: ReadPlaces
    """What was read in this run of other places."""
    clock: Callable[[], datetime]
    demo: bool
    recorded: Recorded | None
    """What a file has, where one was opened."""
    remapped: Mapping[str, str]
    """The user's keys by command id."""
    prompter: Prompter
    audit: Audit
    errors: deque[HsmtuiError]
    events: Events
    last_words: list[str]
    """What is said on the terminal once the app has been left."""

    @property
    def screen_stack(self) -> list[Screen[Any]]:
        """The screen, and the dialogs over it."""

    @property
    def has_dialog(self) -> bool:
        """Whether a dialog is open."""

    def record(self, error: HsmtuiError, *, tell: bool = False) -> None:
        """Keep an error of this run; `tell` also says it."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say something for a while."""

    def take_back(self, words: str) -> None:
        """Say no longer what has these words, because it is done."""

    def copy(self, value: str) -> None:
        """Put a value on the clipboard of the terminal, and show it in any case."""

    def hold_keys(self) -> None:
        """Keep what is typed from now on for the dialog that is to come."""

    async def release_keys(self) -> None:
        """What was asked for is done without a dialog."""

    def drop_keys(self) -> None:
        """No dialog comes: what was typed for it is for nothing else."""

    def push_screen(
        self, screen: Screen[_Result], callback: Callable[[_Result | None], None] | None = None
    ) -> object:
        """Show a dialog."""

    async def push_screen_wait(self, screen: Screen[_Result]) -> _Result | None:
        """Show a dialog and wait for its answer. Called in a worker."""

    def call_later(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Call in the app's own thread when what is under way is done."""


class ListHost(WorkHost, Protocol):
    """The screen that lists: what a flow that reads a cluster afresh tells it."""

    @property
    def hsmtui(self) -> AppHost:
        """The app that it belongs to."""

    def shows(self, connection: Connection) -> bool:
        """Whether what is listed came through this connection."""

    def beside(self, connection: Connection, region: str) -> Connection | None:
        """How a region is read with the same credentials, where it is listed."""

    def renew(self, connection: Connection, cluster: Cluster) -> None:
        """A cluster was read afresh."""

    def add_created(self, connection: Connection, cluster: Cluster) -> None:
        """A cluster was created, and read afresh."""

    def go_to(self, connection: Connection, cluster_id: str) -> None:
        """Somebody who looks at nothing else is led to a cluster."""

    def forget(self, connection: Connection, cluster_id: str) -> None:
        """A cluster is there no longer."""


class PlaceHost(WorkHost, Protocol):
    """What the change of the place needs to know, and does."""

    @property
    def location(self) -> Location:
        """The place that was gone to, and the connection once it is made."""

    @property
    def filters(self) -> Mapping[str, Sequence[str]]:
        """What the service does of the filter that applies."""

    @property
    def fleet(self) -> Fleet:
        """The places that are listed."""

    def leave_for(self, openings: Openings) -> None:
        """Show what is opened there, from nothing."""


def is_left(node: MessagePump) -> bool:
    """Whether the app is being left: widgets go one after the other, and nothing is drawn any
    more."""
    return not node.app.is_running


def start(
    host: WorkHost,
    work: Callable[[], Coroutine[Any, Any, object]],
    *,
    group: str,
    exclusive: bool = False,
) -> None:
    """Run a coroutine function as a worker of the host, in the host's own context.

    The coroutine is made when the worker starts: one that is superseded before that would leave
    it never awaited, which Python reports on standard error.
    """
    begin = partial(host.run_worker, work, group=group, exclusive=exclusive)
    context_of(cast("MessagePump", host)).run(begin)
