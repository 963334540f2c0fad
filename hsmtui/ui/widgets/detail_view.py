"""What the tabs of the details draw: a cluster, what else is known of it, and the width."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from hsmtui.fleet.backups import BackupPages
from hsmtui.fleet.health import HealthReading
from hsmtui.fleet.recorded import RecordedCluster
from hsmtui.model.backup import Backup
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.finding import Findings, Unread
from hsmtui.model.findings.limits import Rules
from hsmtui.model.health import SPANS, Span

if TYPE_CHECKING:
    from hsmtui.fleet.trail import Trail


class RelatedData(NamedTuple):
    """What the tabs show of a cluster that its own record does not hold; `rules` is how many are
    about it. `place` says where it is, where several places are listed."""

    findings: Findings = Findings()
    rules: int = 0
    roots: Roots | None = None
    """The roots that the settings name, None where they have not been read."""
    backups: BackupPages = BackupPages()
    known_backups: tuple[Backup, ...] | Unread | None = None
    """What is known of them all, or why it is not; None where they cannot be asked for."""
    trail: "Trail | None" = None
    """What is known of its events; None before anybody looked at those of any cluster."""
    place: str = ""
    ended: Mapping[str, Acceptance] = MappingProxyType({})
    """The acceptances that have ended, by the rules of findings that they were about."""
    recorded: RecordedCluster | None = None
    """What a file says of it, where one was opened."""
    backup_hours: int = Rules.backup_hours
    """Hours after which the newest backup is too old."""
    health: HealthReading = HealthReading()
    health_span: Span = SPANS[0]
    """How far back metrics are read now."""
    near_limit_percent: int = Rules.near_limit_percent
    """Percent of a limit from which on it is near."""


class DetailView(NamedTuple):
    """A cluster and how to look at it: the width in cells, the time, the secret shown or not.

    `remapped` is the user's key map. `hsms` are its HSMs in the order of their rows, `hsm_id` is
    the one under the cursor, if it is shown, and `backup_id` the backup. `height` is how many rows
    are in sight, 0 where that counts for nothing.
    """

    cluster: Cluster
    width: int
    now: datetime
    remapped: Mapping[str, str]
    reveal: bool = False
    related: RelatedData = RelatedData()
    hsms: tuple[Hsm, ...] | None = None
    hsm_id: str | None = None
    height: int = 0
    backup_id: str | None = None
