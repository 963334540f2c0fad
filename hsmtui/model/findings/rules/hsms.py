"""What is wrong with the HSMs of a cluster: how many work, where they stand, what they are."""

from collections.abc import Sequence

from hsmtui.model.cluster import Hsm
from hsmtui.model.findings.finding import Case, Finding, Unchecked, Verdict
from hsmtui.model.findings.severity import Severity

HSM1 = "hsm1.medium"
HSM2 = "hsm2m.medium"


def hsm_degraded(case: Case) -> Verdict:
    """An HSM that failed."""
    degraded = [hsm for hsm in case.live if hsm.state == "DEGRADED"]
    if not degraded:
        return None
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
        remedy="Delete it and create another.",
    )


def cluster_degraded(case: Case) -> Verdict:
    """A cluster that the service calls degraded."""
    cluster = case.cluster
    if cluster.state != "DEGRADED":
        return None
    return Finding(
        "CL-DEGRADED",
        Severity.CRITICAL,
        f"DEGRADED, {len(case.active)} of {len(case.live)} HSMs active",
        (("State", cluster.state), ("StateMessage", cluster.state_message or "-")),
        why="The service says that the cluster does not work as it should.",
        remedy="Look at its HSMs; open a support case if none of them is to blame.",
    )


def hsm1_end_of_support(case: Case) -> Verdict:
    """Hardware that is, or soon will be, without support."""
    cluster = case.cluster
    old = [hsm for hsm in case.live if hsm.hsm_type == HSM1]
    if cluster.hsm_type != HSM1 and not old:
        return None
    end = case.rules.hsm1_end_of_support
    when = f"ended {end}" if case.now.date() >= end else f"ends {end}"
    remedy = {
        "MODIFY_IN_PROGRESS": f"It is moving to {HSM2}: wait until it has.",
        "ROLLBACK_IN_PROGRESS": f"Wait for the roll-back, then migrate the cluster to {HSM2}.",
    }
    return Finding(
        "HSM1-EOS",
        Severity.CRITICAL,
        f"hsm1 support {when}",
        (
            ("HsmType", cluster.hsm_type or "-"),
            (f"Hsms of {HSM1}", f"{len(old)} of {len(case.live)}"),
        ),
        why=f"What breaks in an {HSM1} after its end of support may stay broken.",
        remedy=remedy.get(cluster.state or "", f"Migrate the cluster to {HSM2}."),
    )


def single_hsm(case: Case) -> Verdict:
    """An active cluster on one active HSM."""
    if case.cluster.state != "ACTIVE" or len(case.active) != 1:
        return None
    return Finding(
        "SINGLE-HSM",
        Severity.HIGH,
        f"only {case.active[0].hsm_id} is ACTIVE",
        _where(case.active),
        why="Keys made since the last backup are lost with it.",
        remedy="Add an HSM in another availability zone.",
    )


def single_zone(case: Case) -> Verdict:
    """Active HSMs that all stand in one availability zone."""
    if len(case.active) < 2:
        return None
    zones = {hsm.availability_zone for hsm in case.active}
    if None in zones:
        return Unchecked("SINGLE-AZ", "an HSM has no AvailabilityZone")
    if len(zones) > 1:
        return None
    return Finding(
        "SINGLE-AZ",
        Severity.MEDIUM,
        f"all active HSMs are in {case.active[0].availability_zone}",
        _where(case.active),
        why="An outage of the availability zone takes the whole cluster.",
        remedy="Add an HSM in another availability zone.",
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
        why="Three are advised, so that new keys outlive the failure of two.",
        remedy="Add a third, in an availability zone that has none.",
    )


def no_hsm(case: Case) -> Verdict:
    """An active cluster without any HSM."""
    if case.cluster.state != "ACTIVE" or case.live:
        return None
    return Finding(
        "NO-HSM",
        Severity.MEDIUM,
        "ACTIVE without any HSM",
        (("State", "ACTIVE"), ("Hsms", "none")),
        why="Nothing can use its keys: it is parked, or forgotten.",
        remedy="Create an HSM, which restores the latest backup, or delete the cluster.",
    )


def migrating(case: Case) -> Verdict:
    """A cluster between two types of HSM."""
    state = case.cluster.state
    types = [hsm.hsm_type for hsm in case.live if hsm.hsm_type is not None]
    if state not in {"MODIFY_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"} and len(set(types)) < 2:
        return None
    target = HSM1 if state == "ROLLBACK_IN_PROGRESS" else HSM2
    doing = "rolling back" if state == "ROLLBACK_IN_PROGRESS" else "migrating"
    return Finding(
        "MIGRATING",
        Severity.INFO,
        f"{doing}: {types.count(target)} of {len(case.live)} {target}",
        (("State", state or "-"), *((hsm.hsm_id, hsm.hsm_type or "-") for hsm in case.live)),
        why="It takes about 30 minutes an HSM, during which writing is limited.",
        remedy="Wait until it is done.",
    )


MOST_NAMED = 28
"""HSMs that a title names: as many as a cluster can have today."""


def _listed(hsms: Sequence[Hsm]) -> str:
    names = ", ".join(hsm.hsm_id for hsm in hsms[:MOST_NAMED])
    more = len(hsms) - MOST_NAMED
    return f"{names} and {more:,} more" if more > 0 else names


def _where(hsms: Sequence[Hsm]) -> tuple[tuple[str, str], ...]:
    return tuple((hsm.hsm_id, hsm.availability_zone or "-") for hsm in hsms)
