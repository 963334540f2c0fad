"""What a rule may see of a cluster, and what it may say of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, TypeAlias

import msgspec

from hsmtui.model.advice import Advice
from hsmtui.model.backup import Backup
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.dates import Dates
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.severity import Severity
from hsmtui.model.health import Health


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One thing that is wrong, or worth knowing.

    `title` is one line with what was seen; `seen` has the fields by the API's own names. Both hold
    text from outside as it came. A remedy that was read from a file is a str.
    """

    rule: str
    severity: Severity
    title: str
    seen: tuple[tuple[str, str], ...]
    why: str
    remedy: str | Advice


class Past(NamedTuple):
    """A finding that is no longer, and when that was seen."""

    gone: datetime
    finding: Finding


class Unchecked(NamedTuple):
    """A rule that could not be evaluated, and why."""

    rule: str
    why: str


class NotYet(Unchecked):
    """A rule that cannot be evaluated yet, and soon can be."""

    __slots__ = ()


ON_REQUEST = frozenset({"HSM-UNHEALTHY", "NEAR-LIMIT"})
"""The rules that are evaluated once somebody has asked for what they need, and not before."""


class AcceptedFinding(NamedTuple):
    """A finding, and why it does not count."""

    finding: Finding
    acceptance: Acceptance


@dataclass(frozen=True)
class Unread:
    """Why something was not read; `is_coming` says that it is being read."""

    why: str
    is_coming: bool = False


class Known(NamedTuple):
    """What is known of a cluster besides its record.

    `state_since` is when it was first seen in its state, `state_before` when it was last seen in
    another; None where it never was. `backups` are all of its backups, or as many as give the same
    judgement; None is that they were not read. `certificates` says whether certificates may be
    decoded: the library for it is not loaded before the first screen is drawn. `health` is None
    where metrics were not read.
    """

    state_since: datetime | None = None
    backups: tuple[Backup, ...] | Unread | None = None
    certificates: bool = False
    state_before: datetime | None = None
    health: Health | Unread | None = None


class Case(NamedTuple):
    """What a rule sees; `live` are the HSMs that are not DELETED, `active` the ACTIVE ones."""

    cluster: Cluster
    now: datetime
    rules: Rules
    known: Known
    live: tuple[Hsm, ...]
    active: tuple[Hsm, ...]


Verdict: TypeAlias = Finding | Unchecked | None
"""What a rule says of a cluster; None where all is well, or the rule is not about such a one."""


class Findings(msgspec.Struct, frozen=True, gc=False):
    """What the rules say of one cluster: findings, worst first, and what was not evaluated.

    `accepted` are those that somebody has accepted, which are not among `findings`. `dates` is what
    was known of the cluster's dates then.
    """

    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    accepted: tuple[AcceptedFinding, ...] = ()
    dates: Dates = Dates()

    @property
    def found(self) -> tuple[Finding, ...]:
        """All that was found, also what is accepted."""
        return (*self.findings, *(each.finding for each in self.accepted))

    @property
    def is_coming(self) -> bool:
        """Whether a rule is not evaluated yet, but soon will be."""
        return any(isinstance(rule, NotYet) for rule in self.unchecked)

    @property
    def is_unknown(self) -> bool:
        """Whether a rule could not be evaluated of those that are without being asked for."""
        return any(each.rule not in ON_REQUEST for each in self.unchecked)

    @property
    def worst(self) -> Severity | None:
        """The severity of the worst; None where there is none that counts."""
        return self.findings[0].severity if self.findings else None

    @property
    def count_of_worst(self) -> int:
        """How many are as bad as the worst."""
        worst = self.worst
        return sum([finding.severity == worst for finding in self.findings])


class PlaceNames(Protocol):
    """What the place is called that a cluster is in."""

    @property
    def profile_name(self) -> str:
        """The profile, or what stands in for one."""

    @property
    def account(self) -> str | None:
        """The account id, None where it is not known."""

    @property
    def region(self) -> str:
        """The region."""


class Judged(NamedTuple):
    """A cluster, its findings and its place: what columns draw and filters look at."""

    cluster: Cluster
    findings: Findings = Findings()
    place: PlaceNames | None = None
