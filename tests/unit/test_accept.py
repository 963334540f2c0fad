"""Which findings an acceptance is about, for how long, and what is told of it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster, Tag
from hsmtui.model.findings.accept import accept, acceptances_in, by_rule, ended
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.finding import Finding, Findings, Judged, Unchecked
from hsmtui.model.findings.severity import Severity

TODAY = date(2026, 11, 26)
YESTERDAY, TOMORROW = date(2026, 11, 25), date(2026, 11, 27)


class Somewhere(NamedTuple):
    profile_name: str = "prod"
    account: str | None = "441709238812"
    region: str = "eu-central-1"


def finding(rule: str, severity: Severity = Severity.HIGH) -> Finding:
    return Finding(rule, severity, rule, (), "", "")


def judged(
    *rules: str,
    cluster_id: str = "cluster-aaaaaaaaaaa",
    tags: dict[str, str] | None = None,
    place: Somewhere | None = Somewhere(),  # noqa: B008 - a constant
    unchecked: Iterable[str] = (),
) -> Judged:
    found = Findings(
        tuple(map(finding, rules)), tuple(Unchecked(rule, "not read") for rule in unchecked)
    )
    pairs = tuple(Tag(key, value) for key, value in (tags or {}).items())
    return Judged(Cluster(cluster_id=cluster_id, state="ACTIVE", tag_list=pairs), found, place)


def acceptance(rule: str = "SINGLE-HSM", until: date = TODAY, **patterns: str) -> Acceptance:
    return Acceptance(rule, until, f"until {until}", **patterns)


def is_accepted(one: Judged, *acceptances: Acceptance, today: date = TODAY) -> bool:
    found = accept(one, by_rule(acceptances), today)
    assert len(found.findings) + len(found.accepted) == len(one.findings.findings)
    return bool(found.accepted)


@pytest.mark.parametrize(
    ("patterns", "fits"),
    [
        ({"cluster": "cluster-aaaaaaaaaaa"}, True),
        ({"cluster": "cluster-a*"}, True),
        ({"cluster": "cluster-a"}, False),
        ({"cluster": "*"}, True),
        ({"tag": "Env=dev-1"}, True),
        ({"tag": "Env=dev*"}, True),
        ({"tag": "Env=dev"}, False),
        ({"tag": "Env"}, True),
        ({"tag": "E*"}, True),
        ({"tag": "*dev-1"}, False),  # a key alone: no key ends so
        ({"tag": "env=dev-1"}, False),  # keys of tags differ by case
        ({"tag": "a=b=c=d"}, True),  # of the key a=b
        ({"tag": "a=b"}, True),  # a key that holds = cannot be told from a key and its value
        ({"tag": "a=*"}, True),
        ({"tag": "Empty="}, True),
        ({"tag": "Env="}, False),
        ({"account": "441709238812"}, True),
        ({"account": "4417-0923-8812"}, True),  # as the screen writes it
        ({"account": "4417*"}, True),
        ({"account": "[5-9]*"}, False),
        ({"region": "eu-*"}, True),
        ({"region": "us-*"}, False),
        ({"region": "eu-*", "account": "1*"}, False),
        ({"region": "eu-*", "cluster": "cluster-b*"}, False),
        ({"region": "eu-*", "cluster": "cluster-a*", "tag": "Env=*", "account": "44*"}, True),
    ],
)
def test_all_patterns_that_are_given_must_fit(patterns, fits):
    one = judged("SINGLE-HSM", tags={"Env": "dev-1", "a=b": "c=d", "a": "b", "Empty": ""})
    assert is_accepted(one, acceptance(**patterns)) is fits


def test_what_is_not_sure_is_not_accepted():
    unknown = judged("SINGLE-HSM", place=Somewhere(account=None))
    assert not is_accepted(unknown, acceptance(account="*"))
    assert is_accepted(unknown, acceptance(region="eu-*"))
    nowhere = judged("SINGLE-HSM", place=None)
    assert not is_accepted(nowhere, acceptance(account="*"))
    assert not is_accepted(nowhere, acceptance(region="*"))
    assert is_accepted(nowhere, acceptance(cluster="*"))
    assert not is_accepted(judged("SINGLE-HSM"), acceptance(tag="*"))


@pytest.mark.parametrize(("until", "holds"), [(YESTERDAY, False), (TODAY, True), (TOMORROW, True)])
def test_it_holds_to_the_end_of_its_day(until, holds):
    one = judged("SINGLE-HSM")
    assert is_accepted(one, acceptance(until=until, cluster="*")) is holds
    assert ended(one, by_rule([acceptance(until=until, cluster="*")]), TODAY).keys() == (
        set() if holds else {"SINGLE-HSM"}
    )


def test_only_its_rule_is_accepted_and_the_worst_is_that_of_what_counts():
    one = Judged(
        Cluster(cluster_id="cluster-a", state="ACTIVE"),
        Findings(
            (finding("CERT-KEY", Severity.CRITICAL), finding("TWO-HSM", Severity.INFO)),
            (Unchecked("BACKUP-STALE", "not read"),),
        ),
    )
    found = accept(one, by_rule([acceptance("CERT-KEY", cluster="*")]), TODAY)
    assert [each.rule for each in found.findings] == ["TWO-HSM"]
    assert [each.finding.rule for each in found.accepted] == ["CERT-KEY"]
    assert found.worst is Severity.INFO
    assert found.unchecked == one.findings.unchecked
    assert {each.rule for each in found.found} == {"CERT-KEY", "TWO-HSM"}


def test_the_first_that_fits_and_has_not_ended_wins():
    past, first = acceptance(until=YESTERDAY, cluster="*"), acceptance(cluster="cluster-a*")
    later = acceptance(until=TOMORROW, cluster="*")
    found = accept(judged("SINGLE-HSM"), by_rule([past, first, later]), TODAY)
    assert [each.acceptance for each in found.accepted] == [first]


def test_of_what_has_ended_the_last_is_told():
    older = acceptance(until=date(2025, 1, 1), cluster="*")
    old = acceptance(until=YESTERDAY, cluster="*")
    assert ended(judged("SINGLE-HSM"), by_rule([older, old]), TODAY) == {"SINGLE-HSM": old}
    assert ended(judged("TWO-HSM"), by_rule([old]), TODAY) == {}


def test_how_each_acceptance_stands():
    dev = acceptance(until=TOMORROW, tag="Env=dev")
    past = acceptance(until=YESTERDAY, cluster="*")
    idle = acceptance("TWO-HSM", region="eu-*", cluster="cluster-z*")
    elsewhere = acceptance("TWO-HSM", region="us-*", cluster="cluster-z*")
    other = acceptance("BACKUP-STALE", tag="Env=dev")
    clusters = [
        judged("SINGLE-HSM", tags={"Env": "dev"}, unchecked=["BACKUP-STALE"]),
        judged("SINGLE-HSM", tags={"Env": "dev"}),
        judged("SINGLE-HSM", "TWO-HSM"),
    ]
    wanted = (dev, past, idle, elsewhere, other)
    accepting = by_rule(wanted)
    after = [one._replace(findings=accept(one, accepting, TODAY)) for one in clusters]
    expected = [
        (dev, "in force", 2),
        (past, "ended", 3),
        (idle, "matches nothing", 0),
        (elsewhere, "in force", 0),  # nobody was asked there
        (other, "in force", 0),  # what was not evaluated may be found
    ]
    assert list(acceptances_in(after, wanted, TODAY, [Somewhere()])) == expected
    part = acceptances_in(after, wanted, TODAY, None)
    assert [each.state for each in part] == ["in force", "ended", *["in force"] * 3]


def test_as_long_as_an_account_is_not_known_it_is_not_said_that_nothing_matches():
    one = acceptance(account="4417*")
    for account, state in ((None, "in force"), ("441709238812", "matches nothing")):
        place = Somewhere(account=account)
        clusters = [judged("TWO-HSM", place=place)]
        assert [use.state for use in acceptances_in(clusters, [one], TODAY, [place])] == [state]


@pytest.mark.parametrize(
    ("patterns", "state"),
    [
        ({"account": "4417*", "region": "eu-*"}, "matches nothing"),
        ({"account": "4417-0923-8812"}, "matches nothing"),
        ({"cluster": "cluster-b*"}, "matches nothing"),
        ({"account": "111111111111"}, "in force"),
        ({"account": "4417*", "region": "us-*"}, "in force"),
    ],
)
def test_of_a_place_that_nobody_asked_it_is_not_said_that_nothing_matches(patterns, state):
    """A place without any cluster was asked all the same."""
    one = acceptance(**patterns)
    assert [use.state for use in acceptances_in([], [one], TODAY, [Somewhere()])] == [state]
    assert [use.state for use in acceptances_in([], [one], TODAY, None)] == ["in force"]


patterns = st.fixed_dictionaries(
    {},
    optional={
        "cluster": st.sampled_from(["*", "cluster-a*", "cluster-b*"]),
        "tag": st.sampled_from(["Env", "Env=dev", "Env=*"]),
        "account": st.sampled_from(["44*", "1*"]),
        "region": st.sampled_from(["eu-*", "us-*"]),
    },
)
acceptances = st.lists(
    st.builds(
        lambda rule, until, given: acceptance(rule, until, **given),
        st.sampled_from(["SINGLE-HSM", "TWO-HSM"]),
        st.sampled_from([YESTERDAY, TODAY, TOMORROW]),
        patterns,
    ),
    max_size=4,
)


@given(
    acceptances,
    st.lists(st.sampled_from(["SINGLE-HSM", "TWO-HSM", "STUCK"]), unique=True),
    st.sampled_from([{}, {"Env": "dev"}, {"Env": "prod"}]),
)
def test_nothing_is_lost_and_judging_twice_changes_nothing(wanted, rules, tags):
    one = judged(*rules, tags=tags)
    found = accept(one, by_rule(wanted), TODAY)
    assert sorted(each.rule for each in found.found) == sorted(rules)
    assert accept(one._replace(findings=found), by_rule(wanted), TODAY) == found
    for finding_, by in found.accepted:
        assert by.rule == finding_.rule
        assert by.until >= TODAY
    uses = acceptances_in([one._replace(findings=found)], wanted, TODAY, [Somewhere()])
    for rule in {by.rule for _, by in found.accepted}:
        assert any(use.acceptance.rule == rule and use.findings == 1 for use in uses)
