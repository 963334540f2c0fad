"""Each rule at its edges: what makes a finding, and what is next to it but makes none."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hsmtui.model.backup import Backup
from hsmtui.model.cluster import BackupRetentionPolicy, Cluster, Hsm, Tag
from hsmtui.model.entry import Odd
from hsmtui.model.findings.evaluate import find
from hsmtui.model.findings.finding import Finding, Known, Unchecked, Unread
from hsmtui.model.findings.limits import Rules
from hsmtui.model.findings.severity import Severity
from hsmtui.ui.commands.keymap import spelt
from tests.health import WELL

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
KEPT = BackupRetentionPolicy(type="DAYS", value="90")
HSM1, HSM2 = "hsm1.medium", "hsm2m.medium"


def hsms(*states, zones="abcdef", types=()):
    """HSMs of these states, each in the zone of its letter; a type each where they are given."""
    types = types or (HSM2,) * len(states)
    return tuple(
        Hsm(hsm_id=f"hsm-{n}", state=state, availability_zone=f"us-east-1{zone}", hsm_type=type_)
        for n, (state, zone, type_) in enumerate(zip(states, zones, types, strict=False), 1)
    )


def cluster(**fields):
    """A cluster in which nothing is wrong, but for these fields."""
    healthy = {
        "cluster_id": "cluster-1",
        "state": "ACTIVE",
        "hsm_type": HSM2,
        "hsms": hsms("ACTIVE", "ACTIVE", "ACTIVE"),
        "create_timestamp": NOW - 100 * 24 * HOUR,
        "backup_retention_policy": KEPT,
        "subnet_mapping": {"us-east-1a": "subnet-1", "us-east-1b": "subnet-2"},
    }
    return Cluster(**(healthy | fields))


def backup(age, state="READY"):
    return Backup(
        backup_id="backup-1",
        backup_state=state,
        create_timestamp=None if age is None else NOW - age,
    )


def odd_backup():
    return Backup("backup-2", backup_state="READY", odd=(Odd("TagList", "text", "a list"),))


HEALTHY = Known(state_since=NOW, backups=(backup(HOUR),), health=WELL)


def judge(rule, subject, rules=None, known=HEALTHY):
    """What one rule says of a cluster: a severity's word, "unchecked", or None."""
    findings = find(subject, NOW, rules or Rules(), known)
    said = [found.severity.word for found in findings.findings if found.rule == rule]
    said += ["unchecked" for unchecked in findings.unchecked if unchecked.rule == rule]
    assert len(said) <= 1
    return said[0] if said else None


def the(rule, subject, rules=None, known=HEALTHY) -> Finding:
    findings = find(subject, NOW, rules or Rules(), known)
    return next(found for found in findings.findings if found.rule == rule)


def test_nothing_is_wrong_with_a_healthy_cluster():
    assert find(cluster(), NOW, Rules(), HEALTHY).findings == ()
    assert find(cluster(), NOW, Rules(), HEALTHY).unchecked == ()
    assert find(cluster(), NOW, Rules(), HEALTHY).worst is None


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (("ACTIVE", "DEGRADED"), "critical"),
        (("DEGRADED", "DEGRADED"), "critical"),
        (("ACTIVE", "DELETED", "CREATE_IN_PROGRESS", "DELETE_IN_PROGRESS"), None),
    ],
)
def test_degraded_hsms(states, said):
    assert judge("HSM-DEGRADED", cluster(hsms=hsms(*states))) == said


def test_a_degraded_hsm_is_shown_with_its_message():
    failed = Hsm(hsm_id="hsm-9", state="DEGRADED", state_message="HSM creation failed.")
    finding = the("HSM-DEGRADED", cluster(hsms=(failed, *hsms("DEGRADED"))))
    assert finding.title == "2 HSMs are DEGRADED: hsm-9, hsm-1"
    assert finding.seen[:2] == (("HsmId", "hsm-9"), ("StateMessage", "HSM creation failed."))
    assert (finding.why, str(finding.remedy)) == (
        "An HSM that failed never recovers.",
        "Create another in its zone, then delete it: aws cloudhsmv2 create-hsm, delete-hsm.",
    )
    assert the("HSM-DEGRADED", cluster(hsms=(failed,))).title == "hsm-9 is DEGRADED"


@pytest.mark.parametrize(("state", "said"), [("DEGRADED", "critical"), ("ACTIVE", None)])
def test_a_degraded_cluster(state, said):
    assert judge("CL-DEGRADED", cluster(state=state)) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"hsm_type": HSM1, "hsms": ()}, "high"),
        ({"hsm_type": HSM1, "hsms": None}, "high"),
        ({"hsms": hsms("ACTIVE", "ACTIVE", types=(HSM1, HSM2))}, "high"),
        ({"hsms": hsms("ACTIVE", "DELETED", types=(HSM2, HSM1))}, None),
        ({"hsm_type": None, "hsms": hsms("ACTIVE")}, None),
        ({"hsm_type": None, "hsms": hsms("ACTIVE", "ACTIVE", types=(HSM2, None))}, "unchecked"),
        ({"hsm_type": None, "hsms": None}, "unchecked"),
    ],
)
def test_old_hardware(fields, said):
    assert judge("HSM1-EOS", cluster(**fields), Rules(hsm1_end_of_support=NOW.date())) == said


@pytest.mark.parametrize(
    ("end", "words", "severity"),
    [
        (date(2026, 3, 2), "support ends 2026-03-02", "medium"),
        (date(2026, 3, 1), "support ended 2026-03-01", "high"),
    ],
)
def test_old_hardware_names_the_end_of_its_support(end, words, severity):
    finding = the("HSM1-EOS", cluster(hsm_type=HSM1), Rules(hsm1_end_of_support=end))
    assert words in finding.title
    assert finding.severity.word == severity
    assert str(finding.remedy).endswith("modify-cluster --hsm-type hsm2m.medium.")


@pytest.mark.parametrize(
    ("state", "states", "said"),
    [
        ("ACTIVE", ("ACTIVE",), "high"),
        ("ACTIVE", ("ACTIVE", "CREATE_IN_PROGRESS", "DEGRADED"), "high"),
        ("ACTIVE", ("ACTIVE", "ACTIVE"), None),
        ("ACTIVE", (), None),
        ("DEGRADED", ("ACTIVE", "DEGRADED"), "high"),
        ("UPDATE_IN_PROGRESS", ("ACTIVE", "DELETE_IN_PROGRESS"), "high"),
        ("INITIALIZED", ("ACTIVE",), None),
        ("HIBERNATED", ("ACTIVE",), "unchecked"),
    ],
)
def test_a_single_hsm(state, states, said):
    assert judge("SINGLE-HSM", cluster(state=state, hsms=hsms(*states))) == said


@pytest.mark.parametrize(
    ("states", "zones", "said"),
    [
        (("ACTIVE", "ACTIVE"), "aa", "medium"),
        (("ACTIVE", "ACTIVE", "CREATE_IN_PROGRESS"), "aab", "medium"),
        (("ACTIVE", "ACTIVE"), "ab", None),
        (("ACTIVE", "DEGRADED"), "aa", None),
    ],
)
def test_a_single_availability_zone(states, zones, said):
    assert judge("SINGLE-AZ", cluster(hsms=hsms(*states, zones=zones))) == said


def test_an_unknown_availability_zone():
    unknown = tuple(Hsm(hsm_id=f"hsm-{n}", state="ACTIVE") for n in range(2))
    assert judge("SINGLE-AZ", cluster(hsms=unknown)) == "unchecked"
    assert judge("SINGLE-AZ", cluster(hsms=(*hsms("ACTIVE"), *unknown))) == "unchecked"
    assert judge("SINGLE-AZ", cluster(hsms=(*hsms("ACTIVE", "ACTIVE"), *unknown))) is None


@pytest.mark.parametrize(
    ("state", "states", "minutes", "said"),
    [
        ("ACTIVE", ("DEGRADED", "DELETE_IN_PROGRESS"), 9_999, "critical"),
        ("ACTIVE", ("CREATE_IN_PROGRESS",), 120, None),
        ("ACTIVE", ("CREATE_IN_PROGRESS",), 121, "critical"),
        ("ACTIVE", ("CREATE_IN_PROGRESS",), None, "critical"),
        ("ACTIVE", ("CREATE_IN_PROGRESS", "DEGRADED"), 1, "critical"),
        ("ACTIVE", ("DELETED",), 9_999, None),
        ("UNINITIALIZED", ("CREATE_IN_PROGRESS",), 9_999, None),
        ("HIBERNATED", ("FROZEN",), 9_999, "critical"),
    ],
)
def test_no_active_hsm(state, states, minutes, said):
    created = None if minutes is None else NOW - minutes * MINUTE
    subject = cluster(state=state, hsms=hsms(*states), create_timestamp=created)
    assert judge("NO-ACTIVE-HSM", subject) == said


def test_an_outage_says_what_each_hsm_is_in_and_what_to_do():
    finding = the("NO-ACTIVE-HSM", cluster(hsms=hsms("DEGRADED", "DELETE_IN_PROGRESS")))
    assert finding.title == "0 of 2 HSMs active"
    assert finding.seen == (
        *(("State", "ACTIVE"), ("hsm-1", "DEGRADED"), ("hsm-2", "DELETE_IN_PROGRESS")),
    )
    assert str(finding.remedy).startswith("Create an HSM, which restores")
    coming = the("NO-ACTIVE-HSM", cluster(hsms=hsms("DEGRADED", "CREATE_IN_PROGRESS")))
    assert str(coming.remedy).startswith("Wait until the HSM that is being created")


def test_a_single_hsm_that_another_is_on_its_way_to_is_waited_for():
    coming = cluster(hsms=hsms("ACTIVE", "CREATE_IN_PROGRESS"))
    remedy = str(the("SINGLE-HSM", coming).remedy)
    assert remedy == "Wait until the HSM that is being created is ACTIVE."
    alone = str(the("SINGLE-HSM", cluster(hsms=hsms("ACTIVE"))).remedy)
    assert alone.startswith("Add an HSM in another availability zone: aws")


@pytest.mark.parametrize("states", [("ACTIVE",), ("ACTIVE", "ACTIVE")])
def test_no_other_zone_is_advised_where_the_cluster_has_one_subnet(states):
    rule = "SINGLE-HSM" if len(states) == 1 else "SINGLE-AZ"
    members = hsms(*states, zones="aa")
    for subnets, advised in ((("a",), False), (("a", "b"), True), ((), True)):
        mapping = {f"us-east-1{zone}": f"subnet-{zone}" for zone in subnets}
        remedy = str(the(rule, cluster(hsms=members, subnet_mapping=mapping)).remedy)
        assert ("in another availability zone" in remedy) is advised
        assert ("with more subnets from a backup" in remedy) is not advised


def test_an_hsm_in_a_state_that_nobody_knows_is_not_taken_for_well():
    subject = cluster(hsms=(*hsms("ACTIVE", "ACTIVE", "FROZEN"), Hsm(hsm_id="hsm-4")))
    assert find(subject, NOW, Rules(), HEALTHY).unchecked == (
        Unchecked("HSM-DEGRADED", "what the state -, FROZEN means is not known: hsm-3, hsm-4"),
    )


def test_hsms_that_were_not_told_are_not_counted():
    degraded = cluster(state="DEGRADED", hsms=None)
    assert the("CL-DEGRADED", degraded).title == "DEGRADED, HSMs not known"
    moving = cluster(state="MODIFY_IN_PROGRESS", hsms=None)
    assert the("MIGRATING", moving).title == "migrating: HSMs not known"


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (("ACTIVE",), None),
        (("ACTIVE", "ACTIVE"), "info"),
        (("ACTIVE", "ACTIVE", "CREATE_IN_PROGRESS"), "info"),
        (("ACTIVE", "ACTIVE", "ACTIVE"), None),
    ],
)
def test_two_hsms(states, said):
    assert judge("TWO-HSM", cluster(hsms=hsms(*states))) == said


@pytest.mark.parametrize(
    ("subnets", "said"),
    [(None, "unchecked"), ({}, "unchecked"), ({"a": "1"}, "low"), ({"a": "1", "b": "2"}, None)],
)
def test_one_subnet(subnets, said):
    assert judge("ONE-SUBNET", cluster(subnet_mapping=subnets)) == said


@pytest.mark.parametrize(
    ("state", "modules", "said"),
    [
        ("ACTIVE", (), "medium"),
        ("ACTIVE", hsms("DELETED"), "medium"),
        ("ACTIVE", hsms("DELETE_IN_PROGRESS"), None),
        ("ACTIVE", None, "unchecked"),
        ("UNINITIALIZED", (), None),
    ],
)
def test_no_hsm(state, modules, said):
    assert judge("NO-HSM", cluster(state=state, hsms=modules)) == said


@pytest.mark.parametrize(
    ("state", "count", "minutes", "said"),
    [
        ("UPDATE_IN_PROGRESS", 3, 45, None),
        ("UPDATE_IN_PROGRESS", 3, 46, "medium"),
        ("UPDATE_IN_PROGRESS", 3, 120, "medium"),
        ("UPDATE_IN_PROGRESS", 3, 121, "critical"),
        ("DELETE_IN_PROGRESS", 0, 46, "medium"),
        ("MODIFY_IN_PROGRESS", 2, 90, None),
        ("MODIFY_IN_PROGRESS", 2, 91, "medium"),
        ("MODIFY_IN_PROGRESS", 2, 241, "critical"),
        ("MODIFY_IN_PROGRESS", 0, 46, "medium"),
        ("ACTIVE", 3, 10_000, None),
        ("DELETED", 0, 10_000, None),
    ],
)
def test_stuck(state, count, minutes, said):
    began = NOW - minutes * MINUTE
    known = HEALTHY._replace(state_since=began, state_before=began)
    subject = cluster(state=state, hsms=hsms(*("ACTIVE",) * count))
    assert judge("STUCK", subject, known=known) == said


def test_stuck_for_a_second_too_long():
    known = HEALTHY._replace(state_since=NOW - 45 * MINUTE - SECOND)
    assert judge("STUCK", cluster(state="UPDATE_IN_PROGRESS"), known=known) == "medium"


def test_stuck_with_other_limits():
    rules = Rules(stuck_medium_minutes=5, stuck_critical_minutes=10)
    for minutes, said in ((5, None), (6, "medium"), (11, "critical")):
        began = NOW - minutes * MINUTE
        known = HEALTHY._replace(state_since=began, state_before=began)
        assert judge("STUCK", cluster(state="UPDATE_IN_PROGRESS"), rules, known) == said


@pytest.mark.parametrize(
    ("first", "before", "said"),
    [
        (0, None, "unchecked"),
        (45, None, "unchecked"),
        (46, None, "medium"),
        (121, None, "critical"),
        (0, 1, None),
        (44, 45, None),
        (30, 46, "unchecked"),
        (46, 50, "medium"),
        (None, None, "unchecked"),
    ],
)
def test_a_state_of_which_nobody_saw_the_beginning_is_not_judged_too_early(first, before, said):
    seen, other = (None if each is None else NOW - each * MINUTE for each in (first, before))
    known = HEALTHY._replace(state_since=seen, state_before=other)
    assert judge("STUCK", cluster(state="UPDATE_IN_PROGRESS"), known=known) == said


@pytest.mark.parametrize(("ago", "words"), [(59 * SECOND, "now"), (3 * MINUTE, "3m ago")])
def test_when_it_was_first_seen_is_said(ago, words):
    known = HEALTHY._replace(state_since=NOW - ago)
    assert find(cluster(state="UPDATE_IN_PROGRESS"), NOW, Rules(), known).unchecked == (
        Unchecked("STUCK", f"it is not known when this state began: first seen {words}"),
    )


def test_whether_an_unknown_state_should_pass_is_not_known():
    for state in ("HIBERNATED", "", None):
        assert judge("STUCK", cluster(state=state)) == "unchecked"
    known = HEALTHY._replace(state_since=NOW - 3 * HOUR)
    assert judge("STUCK", cluster(state="RESIZE_IN_PROGRESS"), known=known) == "critical"


@pytest.mark.parametrize(
    ("state", "created", "since", "said"),
    [
        ("CREATE_IN_PROGRESS", 46, None, "medium"),
        ("CREATE_IN_PROGRESS", 46, 1, "medium"),
        ("CREATE_IN_PROGRESS", 1, 46, "medium"),
        ("CREATE_IN_PROGRESS", 45, None, None),
        ("INITIALIZE_IN_PROGRESS", 46, None, "unchecked"),
        ("INITIALIZE_IN_PROGRESS", 46, 1, "unchecked"),
    ],
)
def test_since_when_a_state_lasts(state, created, since, said):
    known = HEALTHY._replace(state_since=None if since is None else NOW - since * MINUTE)
    subject = cluster(state=state, create_timestamp=NOW - created * MINUTE)
    assert judge("STUCK", subject, known=known) == said


@pytest.mark.parametrize(
    ("rule", "state"), [("UNINIT-STALE", "UNINITIALIZED"), ("NOT-ACTIVATED", "INITIALIZED")]
)
def test_waiting_for_the_next_step(rule, state):
    def at(age, **more):
        return cluster(state=state, create_timestamp=NOW - age, **more)

    assert judge(rule, at(24 * HOUR)) is None
    assert judge(rule, at(24 * HOUR + SECOND)) == "medium"
    assert judge(rule, at(2 * HOUR), Rules(stale_hours=1)) == "medium"
    assert judge(rule, cluster(state=state, create_timestamp=None)) == "unchecked"
    assert judge(rule, cluster(create_timestamp=NOW - 25 * HOUR)) is None


def test_nobody_is_told_to_sign_a_csr_that_may_be_a_stranger_s():
    waiting = cluster(state="UNINITIALIZED", create_timestamp=NOW - 25 * HOUR)
    remedy = the("UNINIT-STALE", waiting).remedy
    assert str(remedy).startswith("Sign the CSR if its chain of trust holds, and initialize")
    assert "initializes it if its chain of trust holds" in spelt(remedy, {})


def test_an_uninitialized_cluster_without_an_hsm_costs_nothing():
    for modules in ((), hsms("DELETED")):
        assert judge("UNINIT-STALE", cluster(state="UNINITIALIZED", hsms=modules)) is None
    assert judge("UNINIT-STALE", cluster(state="UNINITIALIZED", hsms=None)) == "unchecked"


@pytest.mark.parametrize(
    ("state", "types", "title"),
    [
        ("MODIFY_IN_PROGRESS", (HSM1, HSM2, HSM1), "migrating: 1 of 3 hsm2m.medium"),
        ("ROLLBACK_IN_PROGRESS", (HSM1, HSM2), "rolling back: 1 of 2 hsm1.medium"),
        ("ACTIVE", (HSM1, HSM2, HSM2), "migrating: 2 of 3 hsm2m.medium"),
    ],
)
def test_migrating(state, types, title):
    finding = the(
        "MIGRATING", cluster(state=state, hsms=hsms(*("ACTIVE",) * len(types), types=types))
    )
    assert (finding.title, finding.severity) == (title, Severity.INFO)


@pytest.mark.parametrize(
    ("states", "types"),
    [(("ACTIVE", "ACTIVE"), (HSM2, HSM2)), (("ACTIVE", "DELETED"), (HSM2, HSM1))],
)
def test_not_migrating(states, types):
    assert judge("MIGRATING", cluster(hsms=hsms(*states, types=types))) is None


def test_a_migration_under_way_is_waited_for():
    moving = cluster(hsm_type=HSM1, state="MODIFY_IN_PROGRESS")
    remedy = str(the("HSM1-EOS", moving).remedy)
    assert remedy == "It is being migrated to hsm2m.medium: wait until that is done."


def test_a_single_hsm_of_the_old_type_is_replaced():
    half = cluster(hsms=hsms("ACTIVE", "ACTIVE", types=(HSM1, HSM2)))
    assert spelt(the("HSM1-EOS", half).remedy, {}).startswith("X replaces an HSM of hsm1.medium")


@pytest.mark.parametrize(("left", "said"), [(SECOND, "info"), (0 * SECOND, None), (-SECOND, None)])
def test_the_rollback_window(left, said):
    assert judge("ROLLBACK-WINDOW", cluster(hsm_type_rollback_expiration=NOW + left)) == said


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (None, "medium"),
        (("DAYS", "6"), "medium"),
        (("DAYS", "7"), None),
        (("DAYS", "379"), None),
        (("DAYS", "380"), "info"),
        (("DAYS", "9" * 5000), "unchecked"),
        (("DAYS", None), "unchecked"),
        (("WEEKS", "2"), "unchecked"),
    ],
)
def test_retention(policy, said):
    policy = policy and BackupRetentionPolicy(type=policy[0], value=policy[1])
    assert judge("RETENTION", cluster(backup_retention_policy=policy)) == said


@pytest.mark.parametrize(
    ("backups", "said"),
    [
        ((backup(26 * HOUR),), None),
        ((backup(26 * HOUR + SECOND),), "high"),
        ((backup(30 * HOUR), backup(HOUR), backup(50 * HOUR)), None),
        ((backup(30 * HOUR), backup(HOUR, "PENDING_DELETION")), "high"),
        ((backup(HOUR, "CREATE_IN_PROGRESS"),), "high"),
        ((backup(30 * HOUR), backup(None)), "unchecked"),
        ((backup(HOUR), backup(None)), None),
        (Unread("they are not read", is_coming=True), "unchecked"),
        ((), "high"),
        (None, "unchecked"),
    ],
)
def test_the_newest_backup(backups, said):
    assert judge("BACKUP-STALE", cluster(), known=Known(NOW, backups)) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"create_timestamp": NOW - 24 * HOUR}, None),
        ({"create_timestamp": NOW - 24 * HOUR - SECOND}, "high"),
        ({"create_timestamp": None}, "unchecked"),
        ({"hsms": hsms("DEGRADED", "CREATE_IN_PROGRESS")}, "high"),
        ({"hsms": ()}, "high"),
        ({"hsms": None}, "unchecked"),
        ({"state": "DEGRADED"}, "high"),
        ({"state": "MODIFY_IN_PROGRESS"}, "high"),
        ({"state": "INITIALIZED"}, None),
        ({"state": "HIBERNATED"}, "unchecked"),
    ],
)
def test_clusters_that_need_a_backup(fields, said):
    assert judge("BACKUP-STALE", cluster(**fields), known=Known(NOW, ())) == said


def test_without_an_hsm_a_backup_is_as_good_as_ever_if_only_there_is_one():
    old = Known(NOW, (backup(90 * 24 * HOUR),))
    assert judge("BACKUP-STALE", cluster(hsms=()), known=old) is None
    assert judge("BACKUP-STALE", cluster(hsms=hsms("DEGRADED")), known=old) == "high"
    for other in (backup(None), odd_backup()):
        known = Known(NOW, (backup(90 * 24 * HOUR), other))
        assert judge("BACKUP-STALE", cluster(hsms=()), known=known) is None
        assert judge("BACKUP-STALE", cluster(), known=known) == "unchecked"
    assert judge("BACKUP-STALE", cluster(hsms=()), known=Known(NOW, (backup(None),))) is None
    odd = Known(NOW, (odd_backup(),))
    assert judge("BACKUP-STALE", cluster(hsms=()), known=odd) == "unchecked"
    none = the("BACKUP-STALE", cluster(hsms=()), known=Known(NOW, ()))
    assert none.title == "no backup is READY"
    assert str(none.remedy).startswith("Do not delete the cluster. Restore a backup")


def test_an_hsm_is_added_for_its_backup_only_where_aws_makes_one():
    none = Known(NOW, ())
    active = the("BACKUP-STALE", cluster(), known=none).remedy
    assert "adds an HSM, for which AWS makes a backup" in spelt(active, {})
    for fields in ({"state": "DEGRADED"}, {"hsms": hsms("DEGRADED")}):
        remedy = spelt(the("BACKUP-STALE", cluster(**fields), known=none).remedy, {})
        assert remedy.startswith("Do not delete an HSM of this cluster before there is a READY")


@pytest.mark.parametrize(
    ("members", "begins"),
    [((), "h adds an HSM."), (hsms("ACTIVE"), "On a client"), (None, "On a client")],
)
def test_who_is_to_activate_a_cluster_needs_an_hsm(members, begins):
    old = cluster(state="INITIALIZED", create_timestamp=NOW - 25 * HOUR, hsms=members)
    remedy = spelt(the("NOT-ACTIVATED", old).remedy, {})
    assert remedy.startswith(begins)
    assert "cloudhsm-cli cluster activate" in remedy


def test_a_backup_is_old_after_the_hours_of_the_settings():
    known = Known(NOW, (backup(3 * HOUR),))
    assert judge("BACKUP-STALE", cluster(), Rules(backup_hours=2), known) == "high"
    assert "3h old" in the("BACKUP-STALE", cluster(), Rules(backup_hours=2), known).title


def test_backups_that_were_not_read_are_not_missed_where_none_is_needed():
    assert judge("BACKUP-STALE", cluster(state="UNINITIALIZED"), known=Known(NOW, None)) is None


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (None, "low"),
        ((Tag("Owner", "a"),), "low"),
        ((Tag("Owner", ""), Tag("CostCenter", "1")), None),
        ((Tag("owner", "a"), Tag("CostCenter", "1")), "low"),
    ],
)
def test_tags_that_are_required(tags, said):
    rules = Rules(required_tags=("Owner", "CostCenter"))
    assert judge("TAGS-MISSING", cluster(tag_list=tags), rules) == said
    assert judge("TAGS-MISSING", cluster(tag_list=tags)) is None


def test_the_missing_tags_are_named():
    rules = Rules(required_tags=("Owner", "CostCenter"))
    finding = the("TAGS-MISSING", cluster(tag_list=(Tag("Name", "x"),)), rules)
    assert "Owner, CostCenter" in finding.title
    assert finding.seen == (("TagList", "Name"),)


def test_a_cluster_that_is_deleted_has_no_findings():
    gone = cluster(state="DELETED", hsm_type=HSM1, backup_retention_policy=None, hsms=None)
    assert find(gone, NOW, Rules(), Known()).findings == ()
    assert find(gone, NOW, Rules(), Known()).unchecked == ()


def test_one_that_is_being_deleted_can_only_be_stuck():
    leaving = cluster(state="DELETE_IN_PROGRESS", hsm_type=HSM1, hsms=())
    assert find(leaving, NOW, Rules(), Known()).unchecked == (
        Unchecked("STUCK", "it is not known when this state began: first seen now"),
    )
    stuck = find(leaving, NOW, Rules(), Known(NOW - 3 * HOUR))
    assert [finding.rule for finding in stuck.findings] == ["STUCK"]


def test_the_settings_say_how_severe_the_findings_of_a_rule_are():
    old = cluster(hsm_type=HSM1, hsms=hsms("DEGRADED", "ACTIVE", "ACTIVE", "ACTIVE"))
    told = {"HSM1-EOS": Severity.CRITICAL, "HSM-DEGRADED": Severity.LOW, "STUCK": Severity.INFO}
    findings = find(old, NOW, Rules(severity=told), HEALTHY).findings
    assert [(one.rule, one.severity.word) for one in findings] == [
        ("HSM1-EOS", "critical"),
        ("HSM-DEGRADED", "low"),
    ]


def test_what_is_broken_comes_before_what_is_only_old():
    old = cluster(hsm_type=HSM1, state="DEGRADED", hsms=hsms("DEGRADED", "ACTIVE"))
    findings = find(old, NOW, Rules(hsm1_end_of_support=NOW.date()), HEALTHY).findings
    assert [one.rule for one in findings] == [
        *("CL-DEGRADED", "HSM-DEGRADED", "SINGLE-HSM", "HSM1-EOS")
    ]
