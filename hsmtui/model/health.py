"""How the HSMs of a cluster are, as CloudWatch tells it: metrics, their values and their limits."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from math import floor, isfinite
from types import MappingProxyType
from typing import Final, NamedTuple

from hsmtui.model.hsm_types import HSM1, HSM2

LATE = timedelta(minutes=15)
"""How late the values of CloudWatch may be."""

MAXIMUM, MINIMUM = "Maximum", "Minimum"
"""The statistics that are asked for: of each period the worst value."""


class Span(NamedTuple):
    """How far back metrics are read, in words and as a length, and the period of a value."""

    words: str
    length: timedelta
    period: timedelta

    @property
    def periods(self) -> int:
        """How many values a metric has."""
        return self.length // self.period


SPANS: Final = (
    Span("3 h", timedelta(hours=3), timedelta(minutes=5)),
    Span("24 h", timedelta(hours=24), timedelta(minutes=15)),
    Span("14 d", timedelta(days=14), timedelta(hours=4)),
)
"""Those that can be read, in the order in which they are gone through."""


class Metric(NamedTuple):
    """A metric of AWS/CloudHSM: its statistic, and whether only hsm1.medium has it."""

    name: str
    statistic: str = MAXIMUM
    is_of_hsm1: bool = False


UNHEALTHY = "HsmUnhealthy"
_SESSIONS, _CONTEXTS, _TEMPERATURE = "HsmSessionCount", "HsmSslCtxsOccupied", "HsmTemperature"
_KEYS, _SESSION_KEYS = "HsmKeysTokenOccupied", "HsmKeysSessionOccupied"
_USERS_FREE, _USERS_MOST = "HsmUsersAvailable", "HsmUsersMax"
_IN, _OUT = "InterfaceEth2OctetsInput", "InterfaceEth2OctetsOutput"

METRICS: Final = (
    Metric(UNHEALTHY),
    Metric(_SESSIONS),
    Metric(_CONTEXTS, is_of_hsm1=True),
    Metric(_KEYS),
    Metric(_SESSION_KEYS),
    Metric(_USERS_FREE, MINIMUM),
    Metric(_USERS_MOST, is_of_hsm1=True),
    Metric(_TEMPERATURE, is_of_hsm1=True),
    Metric(_IN, is_of_hsm1=True),
    Metric(_OUT, is_of_hsm1=True),
)
"""All that are read, in the order in which they are told."""

_LIMITS: Mapping[str, float] = MappingProxyType(
    {_SESSIONS: 2_048, _CONTEXTS: 2_048, _TEMPERATURE: 110}
)
"""The limits that do not differ between types of HSM; at the temperature an HSM shuts down."""

_MOST_KEYS: Mapping[str, float] = MappingProxyType({HSM1: 3_300, HSM2: 16_666})
"""Keys that a cluster can have, by its type of HSM (user guide, AWS CloudHSM quotas)."""

_USERS = "users"

TITLES: Mapping[str, str] = MappingProxyType(
    {
        UNHEALTHY: "unhealthy",
        _SESSIONS: "sessions",
        _CONTEXTS: "TLS contexts",
        _KEYS: "token keys",
        _SESSION_KEYS: "session keys",
        _USERS_FREE: "users free",
        _USERS_MOST: "users at most",
        _TEMPERATURE: "celsius",
        _IN: "bytes/s in",
        _OUT: "bytes/s out",
    }
)
"""What the metrics are called where they are told."""

OF_ALL_HSMS: Final = frozenset({TITLES[_KEYS], _USERS})
"""Titles of measures that are the same on each HSM of a cluster, however many it has."""


class Series(NamedTuple):
    """The values of a metric, one a period from `start` on, oldest first; None where none came."""

    start: datetime
    period: timedelta
    values: tuple[float | None, ...]

    @property
    def known(self) -> tuple[float, ...]:
        """The values that there are."""
        return tuple([value for value in self.values if value is not None])

    @property
    def last(self) -> tuple[datetime, float] | None:
        """The last value that there is, and when its period began."""
        at = [(at, value) for at, value in enumerate(self.values) if value is not None]
        return (self.start + at[-1][0] * self.period, at[-1][1]) if at else None

    @property
    def gaps(self) -> int:
        """How many periods between the first value and the last have none."""
        at = [at for at, value in enumerate(self.values) if value is not None]
        return at[-1] - at[0] + 1 - len(at) if at else 0

    def rates(self) -> "Series":
        """By how much a counter grew, a second; None at its first value, where it began anew, and
        where there is none."""
        seconds = self.period.total_seconds()
        before: tuple[int, float] | None = None
        rates: list[float | None] = []
        for at, value in enumerate(self.values):
            rate = None
            if value is not None and before is not None and value >= before[1]:
                rate = (value - before[1]) / ((at - before[0]) * seconds)
            rates.append(rate if rate is not None and isfinite(rate) else None)
            before = before if value is None else (at, value)
        return self._replace(values=tuple(rates))

    def since(self, moment: datetime) -> "Series":
        """The part of which the periods end after a moment."""
        skipped = min(max(0, (moment - self.start) // self.period), len(self.values))
        start = self.start + skipped * self.period
        return self._replace(start=start, values=self.values[skipped:])


class Episode(NamedTuple):
    """Periods in which an HSM was unhealthy: when the first began, when the last ended, None where
    that is the last value that there is, and whether the first is the first value that there is."""

    start: datetime
    end: datetime | None = None
    began_before: bool = False


class Measure(NamedTuple):
    """What is told of an HSM: a title, values, and what these cannot exceed, where that is known.

    `lowest_is_worst` says that the least of several values counts.
    """

    title: str
    series: Series
    limit: float | None = None
    lowest_is_worst: bool = False

    @property
    def share(self) -> float | None:
        """The part of its limit that the largest value is."""
        known = self.series.known
        return max(known) / self.limit if known and self.limit and self.limit > 0 else None

    def is_near_limit(self, percent: int) -> bool:
        """Whether the largest value is at least so many percent of its limit."""
        return self.share is not None and self.share * 100 >= percent


class HsmHealth(NamedTuple):
    """What was read of an HSM: its type, as far as that is known, and by the names of CloudWatch
    the metrics that have any value."""

    hsm_id: str
    hsm_type: str | None
    series: Mapping[str, Series]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is told of it, in the order of METRICS."""
        return tuple([each for name in TITLES for each in self._told(name)])

    def _told(self, name: str) -> Iterator[Measure]:
        """Users are told as those that there are, where it is known how many there can be."""
        series = self.series.get(name)
        if series is None or name == _USERS_MOST:
            return
        if name in {_IN, _OUT}:
            series = series.rates()
        most = self.series.get(_USERS_MOST)
        if name == _USERS_FREE and most is not None and most.last is not None:
            limit = most.last[1]
            used = [None if free is None else limit - free for free in series.values]
            yield Measure(_USERS, series._replace(values=tuple(used)), limit)
        else:
            yield Measure(TITLES[name], series, self._limit(name), name == _USERS_FREE)

    def _limit(self, name: str) -> float | None:
        return _MOST_KEYS.get(self.hsm_type or "") if name == _KEYS else _LIMITS.get(name)

    @property
    def episodes(self) -> list[Episode]:
        """When it was unhealthy, the first time first; a period without a value ends none."""
        series = self.series.get(UNHEALTHY)
        return [] if series is None else _episodes(series)

    def urgency(self, near_limit_percent: int) -> tuple[int, float]:
        """The greater, the sooner somebody should look at it: unhealthy, then near a limit, the
        nearest first, then unhealthy before."""
        episodes = self.episodes
        if episodes and episodes[-1].end is None:
            return 3, 0.0
        near = [each.share for each in self.measures if each.is_near_limit(near_limit_percent)]
        if near:
            return 2, max(share for share in near if share is not None)
        return (1 if episodes else 0), 0.0


def _episodes(series: Series) -> list[Episode]:
    episodes: list[Episode] = []
    is_well, is_first, end = True, True, series.start
    for at, value in enumerate(series.values):
        if value is None:
            continue
        if value > 0 and is_well:
            episodes.append(Episode(series.start + at * series.period, began_before=is_first))
        elif value <= 0 and not is_well:
            episodes[-1] = episodes[-1]._replace(end=end)
        is_well, is_first, end = value <= 0, False, series.start + (at + 1) * series.period
    return episodes


class Health(NamedTuple):
    """The metrics of the HSMs of a cluster as they were read at a time.

    `span` is how far back. `odd` says in words what could not be read of the answer, or did not
    come; `left_out` is how many HSMs were not asked for.
    """

    span: Span
    read_at: datetime
    hsms: tuple[HsmHealth, ...]
    odd: tuple[str, ...] = ()
    left_out: int = 0

    def of(self, hsm_id: str) -> HsmHealth | None:
        """What was read of an HSM; None where it was not asked for."""
        return next((each for each in self.hsms if each.hsm_id == hsm_id), None)


def metrics_of(hsm_type: str | None) -> tuple[Metric, ...]:
    """The metrics that a type of HSM may have; of one that is not known all."""
    return tuple([each for each in METRICS if not (each.is_of_hsm1 and hsm_type == HSM2)])


def missing_metrics(hsm_type: str | None) -> tuple[Metric, ...]:
    """The metrics that a type of HSM does not have, as far as that is known."""
    return tuple([each for each in METRICS if each not in metrics_of(hsm_type)])


def first_period(span: Span, now: datetime) -> datetime:
    """When the first period begins of those that end with the one of now; they begin at whole
    multiples of their length."""
    seconds = span.period.total_seconds()
    begun = now.timestamp() // seconds * seconds
    return datetime.fromtimestamp(begun, now.tzinfo) + span.period - span.length


def figure(value: float) -> str:
    """A value in few characters, such as ``1,988``, ``0.3`` or ``2.1e+09``."""
    if abs(value) >= 10_000_000:
        return f"{value:.1e}"
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.1f}"


def percent(share: float) -> str:
    """A share of a limit in whole percent, never rounded up to it."""
    return f"{floor(min(share, 99.99) * 100 + 1e-9)} %"
