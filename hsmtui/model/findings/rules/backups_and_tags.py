"""What is wrong with what keeps a cluster safe and in order: backups, subnets, tags."""

from datetime import timedelta

from hsmtui.model.backup import RETENTION_DAYS, Backup
from hsmtui.model.findings.finding import Case, Finding, NotYet, Unchecked, Unread, Verdict
from hsmtui.model.findings.remedies import NO_HSM, NOT_BACKED_UP, what_to_do
from hsmtui.model.findings.severity import Severity
from hsmtui.model.newest_backup import Recency, has_ready, is_too_old, judge_newest
from hsmtui.model.state import NOT_YET_IN_USE
from hsmtui.model.times import stamp

"""Days that the service allows to be set today."""


def one_subnet(case: Case) -> Verdict:
    """A cluster that can never stand in a second availability zone."""
    subnets = case.cluster.subnet_mapping
    if not subnets:
        return Unchecked("ONE-SUBNET", "the cluster has no SubnetMapping")
    if len(subnets) > 1:
        return None
    zone, subnet = next(iter(subnets.items()))
    return Finding(
        "ONE-SUBNET",
        Severity.LOW,
        f"one subnet only, in {zone}",
        (("SubnetMapping", f"{zone} {subnet}"),),
        why="Its HSMs cannot be spread over availability zones, and its subnets cannot be changed.",
        remedy=what_to_do("ONE-SUBNET"),
    )


def short_retention(case: Case) -> Verdict:
    """A retention policy that is missing, not in days, or outside of what AWS allows today."""
    policy, days = case.cluster.backup_retention_policy, case.cluster.retention_days
    if policy is None:
        severity, title, seen = Severity.MEDIUM, "no retention policy for backups", "-"
    elif days is None:
        return Unchecked("RETENTION", f"the policy is not in days: {policy.type} {policy.value}")
    elif days < RETENTION_DAYS[0]:
        severity, title, seen = Severity.MEDIUM, f"backups are kept for {days} days", str(days)
    elif days > RETENTION_DAYS[-1]:
        severity, title, seen = Severity.INFO, f"backups are kept for {days} days", str(days)
    else:
        return None
    return Finding(
        "RETENTION",
        severity,
        title,
        (("BackupRetentionPolicy", seen),),
        why="Keys can be recovered from backups of that time only.",
        remedy=what_to_do("RETENTION"),
    )


def backup_stale(case: Case) -> Verdict:
    """A cluster in use of which there is no recent backup.

    That matters most while none of its HSMs is ACTIVE, or it is DEGRADED. Of one without HSMs none
    is made: there the last one is as good as ever, but has to be there.
    """
    cluster, rules = case.cluster, case.rules
    if cluster.state in NOT_YET_IN_USE:
        return None
    if cluster.create_timestamp is None:
        return Unchecked("BACKUP-STALE", "the cluster has no CreateTimestamp")
    if case.now - cluster.create_timestamp <= timedelta(hours=rules.stale_hours):
        return None
    backups = case.known.backups
    if not isinstance(backups, tuple):
        unread = backups or _NO_BACKUPS_READ
        return (NotYet if unread.is_coming else Unchecked)("BACKUP-STALE", unread.why)
    if not case.live and has_ready(backups):
        return None
    newest = judge_newest(backups, case.now, rules.backup_hours)
    if newest.recency in {Recency.UNTOLD, Recency.UNREADABLE}:
        return Unchecked("BACKUP-STALE", newest.recency.value)
    if newest.recency is Recency.NONE or is_too_old(newest, cluster):
        return _stale(newest.backup, case)
    return None


_NO_BACKUPS_READ = Unread("backups were not read")


def _stale(newest: Backup | None, case: Case) -> Finding:
    made = newest.create_timestamp if newest else None
    return Finding(
        "BACKUP-STALE",
        Severity.HIGH,
        f"newest backup is {_old(case.now - made)} old" if made else "no backup is READY",
        (
            ("BackupId", newest.backup_id if newest else "none that is READY"),
            ("CreateTimestamp", stamp(made) if made else "-"),
        ),
        why="A backup is made at least daily. Newer keys are in the HSMs only."
        if case.live
        else "It has no HSM: only a backup can have its keys.",
        remedy=what_to_do("BACKUP-STALE", _when(case)),
    )


def _when(case: Case) -> str:
    """AWS makes a backup where an HSM is added to a cluster that is ACTIVE, of one that works."""
    if not case.live:
        return NO_HSM
    return "" if case.active and case.cluster.state == "ACTIVE" else NOT_BACKED_UP


def _old(span: timedelta) -> str:
    """Whole hours as long as one day more or less makes the difference."""
    hours = span // timedelta(hours=1)
    return f"{hours}h" if hours < 100 else f"{hours // 24}d"


def tags_missing(case: Case) -> Verdict:
    """A cluster without a tag that the settings require; an empty value is a value."""
    required = case.rules.required_tags
    if not required:
        return None
    keys = {tag.key for tag in case.cluster.tag_list or ()}
    missing = [key for key in required if key not in keys]
    if not missing:
        return None
    return Finding(
        "TAGS-MISSING",
        Severity.LOW,
        f"without the tag {', '.join(missing)}",
        (("TagList", ", ".join(sorted(keys)) or "-"),),
        why="Your settings require it: findings.required_tags.",
        remedy=what_to_do("TAGS-MISSING"),
    )
