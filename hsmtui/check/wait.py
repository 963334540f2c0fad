"""`hsmtui wait`: one cluster, read again and again until it is as somebody waits for it to be."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from random import uniform
from typing import NamedTuple

from hsmtui.aws.backups import has_own_backup
from hsmtui.aws.clusters import read_cluster
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.mistakes import NO_SUCH_PLACE
from hsmtui.aws.place import Place, Terms
from hsmtui.aws.profile_session import pending
from hsmtui.aws.session import open_connection
from hsmtui.aws.threads import submit
from hsmtui.check.console import Console
from hsmtui.config.settings import Settings
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.gate import Reason, not_exactly
from hsmtui.model.wait_goal import WaitGoal

_BAD_PLACE = 2
"""There is no such profile, no such region, or none at all."""

_NEVER = 3
"""The cluster is not there, or is going: what is waited for cannot come any more, or nothing tells
that the cluster whose end is waited for ever was there."""

_NOT_READ = 4
"""The cluster could not be read: no credentials, not allowed, no connection."""

_TIME_OVER = 5
"""What is waited for has not come in time."""

_LONGEST_PAUSE = 60.0
"""Seconds between two looks, at most, when they fail one after the other."""

_LAST_LOOK = 5.0
"""Seconds that the look at the end of the time may take."""


class WaitRequest(NamedTuple):
    """What is waited for, where, and for how many seconds; with 0 there is one look."""

    place: Place
    cluster_id: str
    goal: WaitGoal
    timeout: float


class WaitTime(NamedTuple):
    """The time of day, seconds that no clock change touches, and how to let seconds pass."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    seconds: Callable[[], float] = time.monotonic
    pause: Callable[[float], object] = time.sleep


class _Look(NamedTuple):
    """What the service lists for the id; where that is nothing from the first look on, and the end
    of the cluster is waited for, what leaves open whether it was ever there, else ""."""

    listed: tuple[Cluster, ...]
    doubt: str = ""


def run_wait(settings: Settings, wanted: WaitRequest, times: WaitTime) -> int:
    """Wait, say on standard error what changes meanwhile, and give the exit status."""
    terms = Terms.of(settings)
    console = Console(terms.prompter, sys.stderr)
    try:
        return _Waiting(wanted, terms, settings.poll_seconds, times, console).run()
    finally:
        console.close()


class _EndedError(Exception):
    """Nothing is waited for any more; all is said."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Waiting:
    """The looks at a cluster, and what was told of them."""

    def __init__(
        self,
        wanted: WaitRequest,
        terms: Terms,
        poll_seconds: float,
        times: WaitTime,
        console: Console,
    ) -> None:
        self._wanted = wanted
        self._terms = terms
        self._poll_seconds = poll_seconds
        self._times = times
        self._console = console
        self._end = times.seconds() + wanted.timeout
        self._connection: Connection | None = None
        self._failures = 0
        self._has_answered = False
        self._told = ""
        self._is_seen = False
        self._last = "it was not read"
        self._degraded: set[str] = set()

    def run(self) -> int:
        """Look until there is an exit status."""
        try:
            while not self._look():
                left = self._end - self._times.seconds()
                if left <= 0:
                    return self._time_is_over()
                self._times.pause(min(self._pause, left))
        except _EndedError as end:
            return end.status
        return 0

    @property
    def _pause(self) -> float:
        """Not at the same moment as others that wait; longer after each failure in a row."""
        pause = min(self._poll_seconds * 2.0 ** min(self._failures, 10), _LONGEST_PAUSE)
        return pause * uniform(0.8, 1.2)  # noqa: S311 - no secret

    def _look(self) -> bool:
        """Whether what is waited for is there. Raises _EndedError."""
        end = max(self._end, self._times.seconds() + _LAST_LOOK)
        has_end = self._wanted.timeout > 0
        try:
            look = self._console.attend(
                submit(self._read), lambda: has_end and self._times.seconds() >= end
            )
        except TimeoutError:
            return False
        except HsmtuiError as error:
            self._failed(error)
            return False
        self._failures, self._has_answered = 0, True
        return self._judge(look)

    def _read(self) -> _Look:
        place = self._wanted.place
        if self._connection is None:
            self._connection = open_connection(
                place, pending(), self._terms, lambda _: None, lambda: True
            )
        listed = read_cluster(self._connection, self._wanted.cluster_id)
        if listed or self._is_seen or not self._wanted.goal.is_deletion:
            return _Look(listed)
        return _Look(listed, self._doubt(self._connection))

    def _doubt(self, connection: Connection) -> str:
        """A backup of the cluster shows that it was there; else the account, too, is to be told.
        Raises HsmtuiError."""
        try:
            if has_own_backup(connection, self._wanted.cluster_id):
                return ""
            doubt = "nor is a backup of it"
        except HsmtuiError as error:
            if not error.denied_action:
                raise
            doubt = f"and {error.denied_action} is denied"
        connection.ask_caller()
        return f"{doubt}: nothing tells that it was ever there"

    def _judge(self, look: _Look) -> bool:
        cluster_id, goal = self._wanted.cluster_id, self._wanted.goal
        reason, detail = not_exactly(cluster_id, look.listed, "cluster") or (None, "")
        if reason is Reason.UNCHECKED:
            self._tell(f"it could not be checked: {detail}")
            return False
        cluster = look.listed[0] if reason is None else None
        waits = "" if self._is_seen else f"; waiting for {goal.words}"
        self._is_seen = self._is_seen or cluster is not None
        if look.doubt:
            self._never(f"is not listed in {self._where}, {look.doubt}")
        if goal.is_reached(cluster):
            self._say(_state(cluster) if cluster is not None else self._gone)
            return True
        if why := goal.why_never(cluster):
            self._never(f"{why} in {self._where}: {goal.words} cannot come")
        if cluster is not None:
            self._tell(_state(cluster), waits)
            self._last = f"last seen {_state(cluster)} at {self._time}"
            self._tell_degraded(cluster)
        return False

    def _tell_degraded(self, cluster: Cluster) -> None:
        """An HSM that has failed is never ACTIVE again."""
        if self._wanted.goal.hsms is None:
            return
        for hsm in cluster.hsms or ():
            if hsm.state == "DEGRADED" and hsm.hsm_id not in self._degraded:
                self._degraded.add(hsm.hsm_id)
                why = f": {hsm.state_message}" if hsm.state_message else ""
                self._say(f"{hsm.hsm_id} is DEGRADED and does not recover{why}")

    @property
    def _gone(self) -> str:
        if self._is_seen:
            return "not listed any more"
        return f"not listed in {self._where}, as its backups still are: it was deleted before"

    def _never(self, words: str) -> None:
        self._console.say(f"hsmtui: {self._wanted.cluster_id} {words}")
        if not self._is_seen:
            self._console.say("        Check the id, the profile (-p) and the region (-r).")
        raise _EndedError(_NEVER)

    def _failed(self, error: HsmtuiError) -> None:
        """Say what went wrong; a failure that may pass is borne, others end the wait."""
        if error.is_unsigned:
            error = self._console.refusal_of(self._wanted.place.profile) or error
        if not self._may_pass(error):
            self._console.complain(error)
            raise _EndedError(_BAD_PLACE if error.code in NO_SUCH_PLACE else _NOT_READ)
        self._failures += 1
        self._tell(f"could not be read: {error}; asking again")

    def _may_pass(self, error: HsmtuiError) -> bool:
        """Before the first answer only what the service itself says may pass; later all but a
        refusal and a sign-in that is missing."""
        if error.throttled:
            return True
        if not self._has_answered:
            return error.retryable and not error.unsent
        return error.retryable or not (error.refused or error.expired or error.is_unsigned)

    def _time_is_over(self) -> int:
        wanted = self._wanted
        words = f"{wanted.cluster_id}: not {wanted.goal.words} within {wanted.timeout:g} s"
        self._console.say(f"hsmtui: {words}; {self._last}")
        return _TIME_OVER

    def _tell(self, words: str, more: str = "") -> None:
        """Say it, and what else is to be said once, unless it was said last."""
        if words != self._told:
            self._told = words
            self._say(words + more)

    def _say(self, words: str) -> None:
        self._console.say(f"hsmtui: {self._time} {self._wanted.cluster_id}: {words}")

    @property
    def _time(self) -> str:
        return f"{self._times.now():%H:%M:%S} UTC"

    @property
    def _where(self) -> str:
        connection = self._connection
        if connection is None:
            return "this place"
        account = f", account {connection.account}" if connection.account else ""
        return f"{connection.region} of profile {connection.profile_name}{account}"


def _state(cluster: Cluster) -> str:
    """The state, and how many of its HSMs are ACTIVE."""
    state = cluster.state or "a state that is not known"
    if cluster.hsms is None:
        return f"{state}, HSMs not known"
    if not cluster.hsms:
        return f"{state}, no HSM"
    return f"{state}, {len(cluster.active_hsms)} of {len(cluster.live_hsms)} HSMs ACTIVE"
