"""What can be changed of a cluster as it was listed, and why not the rest."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from hsmtui.model.advice import Advice, Step
from hsmtui.model.backup import PENDING_DELETION, RETENTION_DAYS, Backup
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.findings.finding import Finding
from hsmtui.model.gates.create_hsm import judge_create_hsm, zones_for_hsm
from hsmtui.model.gates.delete_cluster import judge_delete_cluster
from hsmtui.model.gates.delete_hsm import GOING, judge_delete_hsm
from hsmtui.model.gates.edit_tag import judge_tags
from hsmtui.model.gates.gate import Gate, Reason
from hsmtui.model.gates.initialize_cluster import Claim, judge_initialize_cluster
from hsmtui.model.gates.listed import why_no_cluster, why_not_ready
from hsmtui.model.gates.modify_hsm_type import judge_modify_hsm_type, only_type
from hsmtui.model.gates.modify_retention import judge_modify_retention
from hsmtui.model.gates.restore_backup import judge_restore_backup

NOT_READ = Advice(
    Step("backups are not read yet: {} reads them", "details.backups", "backups are not read yet")
)

NOT_WHOLE = Advice(
    Step("not all backups are read: {} shows them", "details.backups", "not all backups are read")
)


class KnownBackups(NamedTuple):
    """What is known of the backups of a cluster.

    `is_whole` says that these are all of them, `has_newest` that the newest READY one is among
    them, if there is any. Where they are not all, `unread` says why.
    """

    backups: tuple[Backup, ...] = ()
    is_whole: bool = False
    has_newest: bool = False
    unread: str | Advice = NOT_READ


class KnownCluster(NamedTuple):
    """A cluster as it was listed, and what else decides on what can be changed of it.

    `hsm_id` is the HSM that is meant, None for any. `roots` are those of the settings, None where
    they were not read.
    """

    cluster: Cluster
    now: datetime
    why_read_only: str = ""
    findings: Sequence[Finding] = ()
    backups: KnownBackups = KnownBackups()
    hsm_id: str | None = None
    roots: Roots | None = None

    @property
    def listed(self) -> tuple[Cluster]:
        """It as a read lists it."""
        return (self.cluster,)

    @property
    def hsms(self) -> tuple[Hsm, ...]:
        """The HSM that is meant, else all of them."""
        every = self.cluster.hsms or ()
        return tuple(hsm for hsm in every if self.hsm_id in {None, hsm.hsm_id})


class PossibleChange(NamedTuple):
    """The id of a command, why it cannot be done, "" where it can, and the rules of the findings
    whose remedy it is."""

    command: str
    why_not: str | Advice = ""
    rules: tuple[str, ...] = ()


def possible_changes(known: KnownCluster, first: Sequence[str] = ()) -> list[PossibleChange]:
    """Every command that changes something: those that can be done before the others, then those
    that findings ask for, of the worst finding first, then what is named in `first`."""
    asked = _asked_for(known.findings)
    changes = [
        PossibleChange(command, _why_not(known, judge), tuple(asked.get(command, ())))
        for command, judge in _JUDGES.items()
    ]
    ranks = {command: rank for rank, command in enumerate(asked)}

    def order(change: PossibleChange) -> tuple[bool, int, bool]:
        command, why_not, _ = change
        return (bool(why_not), ranks.get(command, len(ranks)), command not in first)

    return sorted(changes, key=order)


def read_only_words(why_read_only: str) -> str:
    """Why nothing can be changed at all."""
    return Gate("", Reason.READ_ONLY, f"by {why_read_only}").why_shut


def needs_roots(cluster: Cluster) -> bool:
    """Whether it takes the roots to say what can be done."""
    certificates = cluster.certificates
    return cluster.state == "UNINITIALIZED" and bool(certificates and certificates.cluster_csr)


def _why_not(known: KnownCluster, judge: "_Judge") -> str | Advice:
    return read_only_words(known.why_read_only) if known.why_read_only else judge(known)


def _asked_for(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """The commands that findings name as their remedies, and the rules."""
    asked: dict[str, list[str]] = {}
    for finding in findings:
        for command in _commands_in(finding.remedy):
            rules = asked.setdefault(command, [])
            if finding.rule not in rules:
                rules.append(finding.rule)
    return asked


def _commands_in(words: str | Advice) -> tuple[str, ...]:
    parts = words if isinstance(words, Advice) else ()
    return tuple(part.command for part in parts if isinstance(part, Step))


def _first_reason(gates: Iterable[Gate]) -> str:
    """Why all of these gates are shut; "" where one is open, or there is none."""
    reasons = [_reason(gate) for gate in gates]
    return reasons[0] if reasons and all(reasons) else ""


def _reason(gate: Gate) -> str:
    """Why a gate is shut, in a few words."""
    if gate.reason is Reason.RULES:
        return str(gate.detail)
    return gate.headline if gate.reason is Reason.HSMS else gate.why_shut


# The cluster and its HSMs


def _create_hsm(known: KnownCluster) -> str:
    cluster = known.cluster
    zones = [zone.name for zone in zones_for_hsm(cluster)]
    gates = [
        judge_create_hsm(cluster.cluster_id, zone, known.listed, why_read_only="")
        for zone in zones or [""]
    ]
    if not zones and gates[0].reason is Reason.RULES:
        return "the answer names no subnet of the cluster"
    return _first_reason(gates)


def _delete_hsm(known: KnownCluster) -> str:
    cluster = known.cluster
    ids = [hsm.hsm_id for hsm in known.hsms]
    if not ids and cluster.hsms == () and not why_no_cluster(cluster.cluster_id, known.listed):
        return "it has no HSM"
    if len(ids) > 1 and all(hsm.state in GOING for hsm in known.hsms):
        return "all its HSMs are being deleted"
    return _first_reason(
        judge_delete_hsm(hsm_id, cluster.cluster_id, known.listed, why_read_only="")
        for hsm_id in ids or [known.hsm_id or ""]
    )


def _replace_hsm(known: KnownCluster) -> str:
    """One is created in the zone of that which is then deleted: both must be possible."""
    zones = (hsm.availability_zone for hsm in known.hsms if hsm.state not in GOING)
    return _delete_hsm(known) or _first_reason(
        judge_create_hsm(
            known.cluster.cluster_id, zone or "its zone", known.listed, why_read_only=""
        )
        for zone in zones
    )


def _modify_retention(known: KnownCluster) -> str:
    cluster = known.cluster
    other = next(days for days in RETENTION_DAYS if days != cluster.retention_days)
    return _reason(
        judge_modify_retention(cluster.cluster_id, other, known.listed, why_read_only="")
    )


def _modify_hsm_type(known: KnownCluster) -> str:
    """To the new type, or back."""
    cluster = known.cluster
    return _reason(
        judge_modify_hsm_type(
            cluster.cluster_id, only_type(cluster), known.listed, known.now, why_read_only=""
        )
    )


_NO_CLAIM = Claim("", "")


def _initialize(known: KnownCluster) -> str:
    """As far as it can be said before there is a certificate."""
    roots = known.roots or Roots()
    cluster_id = known.cluster.cluster_id
    gate = judge_initialize_cluster(
        cluster_id, _NO_CLAIM, known.listed, roots, known.now, why_read_only=""
    )
    return "" if gate.reason is Reason.RULES else _reason(gate)


def _edit_tags(known: KnownCluster) -> str:
    return _reason(judge_tags(known.cluster.cluster_id, known.listed, why_read_only=""))


def _delete_cluster(known: KnownCluster) -> str:
    return _reason(judge_delete_cluster(known.cluster.cluster_id, known.listed, why_read_only=""))


# Backups


def _take_ready_backup(known: KnownCluster) -> str | Advice:
    """What takes a READY backup: to be kept, copied, deleted, or made a cluster of."""
    backups = known.backups
    if any(why_not_ready(each.backup_id, (each,)) is None for each in backups.backups):
        return ""
    is_known = backups.is_whole or backups.has_newest
    return "no backup of it is READY" if is_known else backups.unread


def _restore(known: KnownCluster) -> str | Advice:
    cluster_id, backups = known.cluster.cluster_id, known.backups
    for backup in backups.backups:
        gate = judge_restore_backup(backup.backup_id, cluster_id, (backup,), why_read_only="")
        if gate.is_open:
            return ""
    return f"no backup of it is {PENDING_DELETION}" if backups.is_whole else backups.unread


_Judge: TypeAlias = Callable[[KnownCluster], str | Advice]

_JUDGES: Mapping[str, _Judge] = MappingProxyType(
    {
        "cluster.add_hsm": _create_hsm,
        "hsm.replace": _replace_hsm,
        "hsm.delete": _delete_hsm,
        "cluster.initialize": _initialize,
        "cluster.retention": _modify_retention,
        "cluster.hsm_type": _modify_hsm_type,
        "tags.edit": _edit_tags,
        "backup.keep": _take_ready_backup,
        "backup.copy": _take_ready_backup,
        "backup.restore": _restore,
        "backup.delete": _take_ready_backup,
        "cluster.create": _take_ready_backup,
        "cluster.delete": _delete_cluster,
    }
)
"""Why each command cannot be done, in the order in which they are told."""
