"""What is wrong with the HSMs of a cluster: how many work, where they stand, what they are."""

from collections.abc import Sequence
from datetime import timedelta

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.findings.finding import Case, Finding, Unchecked, Verdict
from hsmtui.model.findings.remedies import (
    BEING_CREATED,
    BEING_MIGRATED,
    BEING_ROLLED_BACK,
    NOT_IN_USE,
    ONE_SUBNET,
    SOME_HSMS,
    TAKES_NONE,
    what_to_do,
)
from hsmtui.model.findings.severity import Severity
from hsmtui.model.hsm_types import HSM1, HSM2
from hsmtui.model.state import CHANGING_TYPE, HSM_STATES, NOT_YET_IN_USE


def no_active_hsm(case: Case) -> Verdict:
    """A cluster with HSMs of which none works, so that nothing can use its keys.

    It goes by what does work: HSMs that are DEGRADED, that are being deleted or created, or whose
    state is not known do not. Nor does it trust a state of the cluster that is not known: only up
    to INITIALIZED nobody needs an HSM yet. A cluster without any is NO-HSM's.
    """
    cluster = case.cluster
    if case.active or not case.live or cluster.state in NOT_YET_IN_USE or _is_being_made(case):
        return None
    return Finding(
        "NO-ACTIVE-HSM",
        Severity.CRITICAL,
        f"0 of {len(case.live)} HSMs active",
        (
            ("State", cluster.state or "-"),
            *((hsm.hsm_id, hsm.state or "-") for hsm in case.live),
        ),
        why="Nothing can use the keys of the cluster: it is down.",
        remedy=what_to_do("NO-ACTIVE-HSM", _when_down(case)),
    )


def _when_down(case: Case) -> str:
    return when_taking_none(case) or (BEING_CREATED if _is_one_created(case) else "")


def _is_being_made(case: Case) -> bool:
    """Whether a cluster is so new that it is no wonder that all its HSMs are still being created.

    Such a one was created, or restored from a backup, no longer ago than a state may last. In an
    older one HSMs that are being created take the place of some that are gone.
    """
    created = case.cluster.create_timestamp
    longest = timedelta(minutes=case.rules.stuck_critical_minutes)
    all_created = all(hsm.state == "CREATE_IN_PROGRESS" for hsm in case.live)
    return all_created and created is not None and case.now - created <= longest


def _is_one_created(case: Case) -> bool:
    return any(hsm.state == "CREATE_IN_PROGRESS" for hsm in case.live)


def hsm_degraded(case: Case) -> Verdict:
    """An HSM that failed; one whose state is not known may have."""
    degraded = [hsm for hsm in case.live if hsm.state == "DEGRADED"]
    if not degraded:
        return _of_unknown_state([hsm for hsm in case.live if hsm.state not in HSM_STATES])
    ids = _listed(degraded)
    return Finding(
        "HSM-DEGRADED",
        Severity.CRITICAL,
        f"{ids} is DEGRADED" if len(degraded) == 1 else f"{len(degraded)} HSMs are DEGRADED: {ids}",
        tuple(
            seen
            for hsm in degraded
            for seen in (("HsmId", hsm.hsm_id), ("StateMessage", hsm.state_message or "-"))
        ),
        why="An HSM that failed never recovers.",
        remedy=what_to_do("HSM-DEGRADED", _when_not_in_use(case.cluster) or when_taking_none(case)),
    )


def _of_unknown_state(hsms: Sequence[Hsm]) -> Unchecked | None:
    if not hsms:
        return None
    states = sorted({hsm.state or "-" for hsm in hsms})
    return Unchecked(
        "HSM-DEGRADED", f"what the state {', '.join(states)} means is not known: {_listed(hsms)}"
    )


def cluster_degraded(case: Case) -> Verdict:
    """A cluster that the service calls degraded."""
    cluster = case.cluster
    if cluster.state != "DEGRADED":
        return None
    return Finding(
        "CL-DEGRADED",
        Severity.CRITICAL,
        f"DEGRADED, {_active(case)}",
        (("State", cluster.state), ("StateMessage", cluster.state_message or "-")),
        why="The service says that the cluster does not work as it should.",
        remedy=what_to_do("CL-DEGRADED"),
    )


def _active(case: Case) -> str:
    if case.cluster.hsms is None:
        return "HSMs not known"
    return f"{len(case.active)} of {len(case.live)} HSMs active"


def hsm1_end_of_support(case: Case) -> Verdict:
    """Hardware that is, or will be, without support: that is old, not broken."""
    cluster = case.cluster
    old = [hsm for hsm in case.live if hsm.hsm_type == HSM1]
    if cluster.hsm_type != HSM1 and not old:
        return None if _is_type_told(case) else Unchecked("HSM1-EOS", "the cluster has no HsmType")
    end = case.rules.hsm1_end_of_support
    has_ended = case.now.date() >= end
    return Finding(
        "HSM1-EOS",
        Severity.HIGH if has_ended else Severity.MEDIUM,
        f"hsm1 support {'ended' if has_ended else 'ends'} {end}",
        (
            ("HsmType", cluster.hsm_type or "-"),
            (f"Hsms of {HSM1}", f"{len(old)} of {len(case.live)}"),
        ),
        why=f"After the end of support, an {HSM1} that breaks may not be repaired.",
        remedy=what_to_do("HSM1-EOS", _when_old(cluster)),
    )


def _when_old(cluster: Cluster) -> str:
    changing = {"MODIFY_IN_PROGRESS": BEING_MIGRATED, "ROLLBACK_IN_PROGRESS": BEING_ROLLED_BACK}
    if cluster.state in changing:
        return changing[cluster.state]
    return _when_not_in_use(cluster) if cluster.hsm_type in {HSM1, None} else SOME_HSMS


def _when_not_in_use(cluster: Cluster) -> str:
    """One that is not in use yet takes one HSM at most, and no change of its type."""
    return NOT_IN_USE if cluster.state in NOT_YET_IN_USE else ""


def _is_type_told(case: Case) -> bool:
    types = [case.cluster.hsm_type] if case.cluster.hsm_type else [h.hsm_type for h in case.live]
    return bool(types) and None not in types


def single_hsm(case: Case) -> Verdict:
    """A cluster on one active HSM, whatever else is going on with it."""
    if case.cluster.state in NOT_YET_IN_USE or len(case.active) != 1:
        return None
    return Finding(
        "SINGLE-HSM",
        Severity.HIGH,
        f"only {case.active[0].hsm_id} is ACTIVE",
        _where(case.active),
        why="If it fails, keys made since the last backup are lost.",
        remedy=what_to_do(
            "SINGLE-HSM", BEING_CREATED if _is_one_created(case) else _when_no_room(case)
        ),
    )


def _when_no_room(case: Case) -> str:
    """Whether it is that no HSM can be added in another availability zone."""
    one = len(case.cluster.subnet_mapping or ()) == 1
    return when_taking_none(case) or (ONE_SUBNET if one else "")


def when_taking_none(case: Case) -> str:
    """Whether it is that no HSM can be added to a cluster that has some."""
    takes_none = NOT_YET_IN_USE | CHANGING_TYPE
    return TAKES_NONE if case.cluster.state in takes_none else ""


def single_zone(case: Case) -> Verdict:
    """Active HSMs that all stand in one availability zone."""
    if len(case.active) < 2:
        return None
    zones = {hsm.availability_zone for hsm in case.active}
    if len(zones - {None}) > 1:
        return None
    if None in zones:
        return Unchecked("SINGLE-AZ", "an HSM has no AvailabilityZone")
    return Finding(
        "SINGLE-AZ",
        Severity.MEDIUM,
        f"all active HSMs are in {case.active[0].availability_zone}",
        _where(case.active),
        why="If this availability zone fails, the whole cluster fails.",
        remedy=what_to_do("SINGLE-AZ", _when_no_room(case)),
    )


def two_hsms(case: Case) -> Verdict:
    """One active HSM fewer than is advised."""
    if len(case.active) != 2:
        return None
    return Finding(
        "TWO-HSM",
        Severity.INFO,
        "two HSMs are active",
        _where(case.active),
        why="AWS advises three: then new keys survive the failure of two.",
        remedy=what_to_do("TWO-HSM", when_taking_none(case)),
    )


def no_hsm(case: Case) -> Verdict:
    """A cluster without any HSM, as one leaves it that is not needed for a while."""
    state = case.cluster.state
    if state is None or state in NOT_YET_IN_USE or case.live:
        return None
    return Finding(
        "NO-HSM",
        Severity.MEDIUM,
        f"{state} without any HSM",
        (("State", state), ("Hsms", "none")),
        why="Nothing can use its keys. It may be paused on purpose, or forgotten.",
        remedy=what_to_do("NO-HSM", when_taking_none(case)),
    )


def migrating(case: Case) -> Verdict:
    """A cluster between two types of HSM."""
    state = case.cluster.state
    types = [hsm.hsm_type for hsm in case.live if hsm.hsm_type is not None]
    if state not in CHANGING_TYPE and len(set(types)) < 2:
        return None
    target = HSM1 if state == "ROLLBACK_IN_PROGRESS" else HSM2
    doing = "rolling back" if state == "ROLLBACK_IN_PROGRESS" else "migrating"
    return Finding(
        "MIGRATING",
        Severity.INFO,
        f"{doing}: {types.count(target)} of {len(case.live)} {target}"
        if case.cluster.hsms is not None
        else f"{doing}: HSMs not known",
        (("State", state or "-"), *((hsm.hsm_id, hsm.hsm_type or "-") for hsm in case.live)),
        why="It takes about 30 minutes per HSM; until then writing is limited.",
        remedy=what_to_do("MIGRATING"),
    )


MOST_NAMED = 28
"""HSMs that a title names: as many as a cluster can have today."""


def _listed(hsms: Sequence[Hsm]) -> str:
    names = ", ".join(hsm.hsm_id for hsm in hsms[:MOST_NAMED])
    more = len(hsms) - MOST_NAMED
    return f"{names} and {more:,} more" if more > 0 else names


def _where(hsms: Sequence[Hsm]) -> tuple[tuple[str, str], ...]:
    return tuple((hsm.hsm_id, hsm.availability_zone or "-") for hsm in hsms)
