"""The fleet at a glance: what is counted is what the filter of each bar lists, and nothing is
lost."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster, Hsm, decode_cluster
from hsmtui.model.filter.query import parse
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.dates import Dates, NoEnd
from hsmtui.model.findings.find_dates import find_dates
from hsmtui.model.findings.finding import (
    AcceptedFinding,
    Finding,
    Findings,
    Judged,
    Known,
    NotYet,
    Unchecked,
)
from hsmtui.model.findings.severity import Severity
from hsmtui.model.newest_backup import Recency
from hsmtui.model.overview import Bar, OverviewSection, overview_of
from hsmtui.model.state import CLUSTER_STATES
from hsmtui.model.text import visible

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
HOURS = 26
PENDING = Findings((), (NotYet("BACKUP-STALE", "coming"),))
UNKNOWN = Findings((), (Unchecked("CERT-KEY", "no CSR"),))


class Named(NamedTuple):
    """What a place is called."""

    profile_name: str
    account: str | None
    region: str


def counted(*rows: Judged, now: datetime = NOW) -> dict[str, OverviewSection]:
    return {section.title: section for section in overview_of(rows, now, HOURS)}


def numbers(section: OverviewSection) -> dict[str, int]:
    return {bar.label: bar.number for bar in section.bars}


def found(*rules: tuple[str, Severity]) -> tuple[Finding, ...]:
    made = (Finding(rule, severity, "", (), "", "") for rule, severity in rules)
    return tuple(sorted(made, key=lambda finding: -finding.severity))


def accepted(rule: str, severity: Severity = Severity.HIGH) -> AcceptedFinding:
    return AcceptedFinding(*found((rule, severity)), Acceptance(rule, date(2027, 1, 31), "known"))


def listed_by(bar: Bar, rows: tuple[Judged, ...]) -> int:
    query = parse(bar.query)
    return sum(query.matches(judged) for judged in rows)


def end_in(days: float) -> Dates:
    end = NOW + timedelta(days=days)
    return Dates(end, -((NOW - end) // timedelta(days=1)))


TEXTS = st.sampled_from(
    [
        "ACTIVE",
        "active",
        'AC"TIVE',
        "rolling back",
        "",
        '"',
        "a,b",
        "=x",
        "!x",
        "\x1b[1m",
        "\n",
        " ",
    ]
) | st.text(max_size=5)
ZONES = st.sampled_from(["us-east-1a", "us-east-1", "us-gov-east-1a", "US-EAST-1A", "a b"]) | TEXTS
HSMS = st.builds(
    Hsm,
    hsm_id=st.just("hsm-1"),
    availability_zone=st.none() | ZONES,
    state=st.sampled_from([None, "ACTIVE", "DEGRADED", "odd"]),
)
CLUSTERS = st.builds(
    Cluster,
    cluster_id=st.just("cluster-a"),
    state=st.none() | st.sampled_from(CLUSTER_STATES) | TEXTS,
    subnet_mapping=st.none() | st.dictionaries(ZONES, st.just("subnet-1"), max_size=2),
    hsms=st.none() | st.lists(HSMS, max_size=3).map(tuple),
)
RULES = st.sampled_from(["NO-HSM", "NO-ACTIVE-HSM", "STUCK", "HSM", "no-hsm", "OLD RULE", 'A"B'])
FINDINGS = st.builds(
    lambda some, unchecked, others, dates: Findings(found(*some), unchecked, others, dates),
    st.lists(st.tuples(RULES, st.sampled_from(Severity)), max_size=3),
    st.sampled_from([(), PENDING.unchecked, UNKNOWN.unchecked]),
    st.lists(st.builds(accepted, RULES), max_size=2).map(tuple),
    st.builds(
        lambda dates, backup: Dates(dates.certificate_end, dates.days_left, backup),
        st.floats(-400, 900).map(end_in) | st.sampled_from(NoEnd).map(Dates),
        st.sampled_from([None, *Recency]),
    ),
)
PLACES = st.none() | st.builds(
    Named,
    st.sampled_from(["prod", "Prod", "prod-dr"]) | TEXTS,
    st.sampled_from([None, "111111111111", "1111-1111-1111", "111"]),
    st.sampled_from(["us-east-1", "us-gov-east-1", "?"]),
)
ROWS = st.lists(st.builds(Judged, CLUSTERS, FINDINGS, PLACES), max_size=8).map(tuple)


@given(ROWS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_each_bar_counts_what_its_filter_lists_and_each_cluster_is_in_one(rows, later):
    """Also where the month is another one since findings were looked for."""
    for section in overview_of(rows, NOW + later, HOURS):
        for bar in section.bars:
            assert bar.number == listed_by(bar, rows), (section.title, bar)
            assert visible(bar.label) == bar.label
        assert len({bar.key for bar in section.bars}) == len(section.bars)
        if section.is_partition:
            assert sum(bar.number for bar in section.bars) == len(rows)


def test_of_nothing_there_is_nothing():
    assert overview_of((), NOW, HOURS) == ()


def test_every_state_is_there_and_what_is_none_is_what_it_is():
    states = [*CLUSTER_STATES, "ACTIVE", "ACTIVE", "BRAND_NEW", "active", None, ""]
    rows = [Judged(Cluster(cluster_id="c", state=state)) for state in states]
    section = counted(*rows)["state"]
    told = [(bar.label, bar.number, bar.query) for bar in section.bars]
    assert told[0] == ("ACTIVE", 3, "state:ACTIVE")
    assert told[1] == ("no State", 2, "state:=")
    assert ("BRAND_NEW", 1, "state:=BRAND_NEW") in told
    assert ("active", 1, "state:=active !state:ACTIVE") in told
    assert ("ROLLING BACK", 1, "state:ROLLBACK_IN_PROGRESS") in told
    assert len(told) == len(CLUSTER_STATES) + 3
    assert {bar.glyph for bar in section.bars if bar.query.startswith("state:=")} == {"?"}


def test_the_worst_finding_decides_and_what_is_not_known_is_not_none():
    rows = (
        Judged(Cluster(), Findings(found(("A", Severity.INFO), ("B", Severity.CRITICAL)))),
        Judged(Cluster(), Findings(found(("A", Severity.LOW)), PENDING.unchecked)),
        Judged(Cluster(), PENDING),
        Judged(Cluster(), UNKNOWN),
        Judged(Cluster(), Findings(accepted=(accepted("A"),))),
        Judged(Cluster()),
    )
    section = counted(*rows)["worst finding"]
    assert [(bar.label, bar.number, bar.glyph, bar.query) for bar in section.bars] == [
        ("critical", 1, "■", "severity:=critical"),
        ("low", 1, "▿", "severity:=low"),
        ("none", 2, "●", "severity:none"),
        ("not known yet", 1, "…", "severity:pending"),
        ("not known", 1, "?", "severity:unknown"),
    ]


def test_rules_stand_with_their_worst_severity_and_what_is_accepted_apart():
    rows = (
        Judged(Cluster(), Findings(found(("STUCK", Severity.MEDIUM), ("NO-HSM", Severity.LOW)))),
        Judged(Cluster(), Findings(found(("STUCK", Severity.CRITICAL)))),
        Judged(Cluster(), Findings(found(("NO-HSM", Severity.LOW)), (), (accepted("STUCK"),))),
        Judged(Cluster(), Findings((), (), (accepted("STUCK"), accepted("TWO-HSM")))),
    )
    sections = counted(*rows)
    assert [(b.label, b.number, b.glyph, b.query) for b in sections["findings by rule"].bars] == [
        ("STUCK", 2, "■", "finding:=STUCK !accepted:=STUCK"),
        ("NO-HSM", 2, "▿", "finding:=NO-HSM"),
    ]
    assert [(b.label, b.number, b.glyph, b.query) for b in sections["accepted findings"].bars] == [
        ("STUCK", 2, "▲", "accepted:=STUCK"),
        ("TWO-HSM", 1, "▲", "accepted:=TWO-HSM"),
    ]


def test_certificates_stand_in_the_order_of_time():
    days = {-300: 1, 0: 1, 2: 1, 20: 2, 330: 1, 340: 1, 900: 1}
    rows = [
        Judged(Cluster(), Findings(dates=end_in(day)))
        for day, many in days.items()
        for _ in range(many)
    ]
    rows += [Judged(Cluster(), Findings(dates=Dates(end))) for end in NoEnd]
    section = counted(*rows)["certificates end"]
    assert [bar.label for bar in section.bars] == [
        "ended",
        *("Nov 2026", "Dec 2026", "Jan 2027", "Feb 2027", "Mar 2027", "Apr 2027", "May 2027"),
        *("Jun 2027", "Jul 2027", "Aug 2027", "Sep 2027", "Oct 2027", "later"),
        *("no certificate", "not read"),
    ]
    there = {label: number for label, number in numbers(section).items() if number}
    assert there == {
        "ended": 2,
        "Nov 2026": 1,
        "Dec 2026": 2,
        "Oct 2027": 1,
        "later": 2,
        "no certificate": 1,
        "not read": 1,
    }
    assert section.bars[1].query == "cert:<2026-12 !cert:ended"
    assert section.bars[2].query == "cert:2026-12"
    assert section.bars[13].query == "cert:>2027-10"


def test_a_certificate_that_ends_this_instant_has_ended_as_its_rule_says():
    assert end_in(0).has_ended
    assert not end_in(0.00001).has_ended
    assert end_in(0.00001).days_left == 1
    assert end_in(90).days_left == 90


@pytest.mark.parametrize(
    ("backup", "label", "query"),
    [
        (Recency.RECENT, "< 26h", "backup:recent"),
        (Recency.OLD, "older", "backup:old"),
        (Recency.NONE, "none", "backup:none"),
        (Recency.UNTOLD, "not clear", "backup:unclear"),
        (Recency.UNREADABLE, "not clear", "backup:unclear"),
        (None, "not read", "backup:unread"),
    ],
)
def test_the_newest_backup_is_what_was_judged(backup, label, query):
    section = counted(Judged(Cluster(), Findings(dates=Dates(backup=backup))))["newest backup"]
    assert [(bar.label, bar.number, bar.query) for bar in section.bars] == [(label, 1, query)]


def test_zones_have_their_hsms_and_what_is_in_none_is_told():
    def hsm(zone: str | None, state: str | None = "ACTIVE") -> Hsm:
        return Hsm(hsm_id="h", availability_zone=zone, state=state)

    rows = [
        Judged(Cluster(subnet_mapping={"1a": "s", "1b": "s"}, hsms=(hsm("1a"), hsm("1a", "NEW")))),
        Judged(Cluster(hsms=(hsm("1a", "DEGRADED"), hsm(None, None)))),
        Judged(Cluster(hsms=())),
        Judged(Cluster(hsms=None)),
    ]
    section = counted(*rows)["zones"]
    told = {bar.label: (bar.number, [part.whole for part in bar.parts]) for bar in section.bars}
    assert told == {
        "1a": (2, ["3 HSMs", "1 ACTIVE", "1 DEGRADED", "1 NEW"]),
        "no zone named": (2, ["1 HSM", "1 without a State"]),
        "1b": (1, ["0 HSMs"]),
    }
    assert section.note == "4 HSMs, 1 in no named zone, HSMs of 1 not listed"
    assert not section.is_partition


def test_places_are_told_where_they_differ():
    one, other = Named("a", "111122223333", "us-east-1"), Named("b", None, "us-east-1")
    assert not {"accounts", "regions", "profiles"} & counted(Judged(Cluster(), place=one)).keys()
    rows = [Judged(Cluster(), place=place) for place in (one, one, other, None)]
    sections = counted(*rows)
    assert [(b.label, b.number, b.query) for b in sections["accounts"].bars] == [
        ("not known", 2, "account:="),
        ("1111-2222-3333", 2, "account:=1111-2222-3333"),
    ]
    assert numbers(sections["regions"]) == {"us-east-1": 3, "not known": 1}
    assert numbers(sections["profiles"]) == {"a": 2, "b": 1, "not known": 1}


def test_places_tell_how_many_clusters_are_how_bad_there():
    one, other = Named("a", "111122223333", "us-east-1"), Named("b", "2", "us-east-1")
    found_in = [
        (one, (("R", Severity.HIGH),)),
        (one, (("S", Severity.CRITICAL), ("R", Severity.HIGH))),
        (one, (("R", Severity.HIGH),)),
        (other, (("T", Severity.INFO),)),
        (other, ()),
    ]
    rows = [Judged(Cluster(), Findings(found(*all_of)), place=place) for place, all_of in found_in]
    sections = counted(*rows)
    told = {
        bar.label: [(part.short, part.whole) for part in bar.parts]
        for bar in sections["profiles"].bars
    }
    assert told == {"a": [("■1", "1 critical"), ("▲2", "2 high")], "b": []}
    assert [part.whole for part in sections["regions"].bars[0].parts] == ["1 critical", "2 high"]


def test_an_odd_entry_is_counted_as_what_it_is():
    answers = [
        "nothing of the kind",
        {"ClusterId": "cluster-a", "State": "ACTIVE", "Hsms": "three", "Certificates": 7},
        {"State": {}, "Hsms": [], "Certificates": {"ClusterCertificate": "no PEM"}},
    ]
    rows = []
    for at, answer in enumerate(answers):
        cluster = decode_cluster(answer, f"entry {at}")
        known = Known(backups=(), certificates=True)
        dates = find_dates(cluster, NOW, known, HOURS)
        rows.append(Judged(cluster, Findings((), UNKNOWN.unchecked, (), dates)))
    sections = counted(*rows)
    assert numbers(sections["state"]) == {"no State": 2, "ACTIVE": 1}
    assert numbers(sections["worst finding"]) == {"not known": 3}
    assert numbers(sections["certificates end"])["not read"] == 3
    assert numbers(sections["newest backup"]) == {"not read": 2, "none": 1}
    assert numbers(sections["zones"]) == {"no zone named": 3}
    assert sections["zones"].note == "0 HSMs, HSMs of 2 not listed"
