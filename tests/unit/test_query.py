from datetime import UTC, date, datetime
from itertools import product
from typing import NamedTuple

import pytest

from hsmtui.model.cluster import (
    BackupRetentionPolicy,
    Certificates,
    Cluster,
    Hsm,
    Secret,
    Tag,
)
from hsmtui.model.filter.date_values import BACKUP_VALUES
from hsmtui.model.filter.query import QueryError, parse
from hsmtui.model.filter.search_text import search_text
from hsmtui.model.filter.term import KEYS, Term
from hsmtui.model.findings.acceptance import Acceptance
from hsmtui.model.findings.dates import Dates, NoEnd
from hsmtui.model.findings.finding import (
    AcceptedFinding,
    Finding,
    Findings,
    Judged,
    NotYet,
    Unchecked,
)
from hsmtui.model.findings.severity import Severity
from hsmtui.model.newest_backup import Recency
from hsmtui.model.state import CLUSTER_STATES

PAYMENTS = Cluster(
    backup_policy="DEFAULT",
    backup_retention_policy=BackupRetentionPolicy(type="DAYS", value="90"),
    cluster_id="cluster-fhtbm47tsjo",
    create_timestamp=datetime(2025, 5, 16, 9, 30, tzinfo=UTC),
    hsms=(
        Hsm(
            availability_zone="us-east-1a",
            eni_id="eni-09422fd6133d93b07",
            eni_ip="10.0.15.200",
            eni_ip_v6="fd00::1:c8",
            hsm_id="hsm-3kd72vqyzma",
            hsm_type="hsm2m.medium",
            state="ACTIVE",
            subnet_id="subnet-09bb7fdaf05e437bf",
        ),
        Hsm(
            hsm_id="hsm-p5wn6tucx2b",
            hsm_type="hsm1.medium",
            state="DEGRADED",
            state_message="HSM creation failed.",
        ),
    ),
    hsm_type="hsm2m.medium",
    mode="NON_FIPS",
    network_type="DUALSTACK",
    pre_co_password=Secret("swordfish"),
    security_group="sg-0123456789abcdef0",
    source_backup_id="backup-abcdefghijk",
    state="ACTIVE",
    subnet_mapping={"us-east-1b": "subnet-0a1b2c3d4e5f60718"},
    vpc_id="vpc-0544788d30aeff7a0",
    certificates=Certificates(cluster_certificate="-----BEGIN CERTIFICATE-----"),
    tag_list=(
        Tag(key="Name", value="Payments signing"),
        Tag(key="Team", value="Käse=Brot"),
        Tag(key="aws:cloudformation:stack-name", value=""),
    ),
)
BARE = Cluster(cluster_id="cluster-q7vun2ksc5e")
CHECKED = {"severity", "cert", "backup"}
"""The keys that take certain values alone."""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \t ",
        "FHTB",
        "payments",
        '"payments signing"',
        '"ments sig',
        "SIGN payments",
        "team=käse",
        "KÄSE=BROT",
        "aws:cloudformation:stack-name",
        "hsm-3kd72",
        "eni-0942",
        "10.0.15",
        "fd00::1",
        "::1:c8",
        "dualstack",
        "sg-012",
        "backup-abc",
        "vpc-054",
        "subnet-0a1b",
        "us-east-1B",
        "hsm1.medium",
        '"creation failed"',
        "1/2",
        "90d",
        "default",
        "2025-05-16",
        "09:30",
        "!nowhere",
        "!!payments",
        "!",
        '""',
        "id:CLUSTER-FHTB",
        "ID:cluster-fhtbm47tsjo",
        "id:cluster-FHTBM47TSJO",
        "id:nowhere,fhtb",
        "vpc:AEFF7",
        "vpc:vpc-0544788d30aeff7a0",
        "state:active",
        "State:Acti",
        "state:DEGRADED,Active",
        "state:",
        "!state:",
        "state:,",
        "state:ACTIVE,",
        "!state:initialized,deleted",
        "name:SIGN",
        'name:"payments signing"',
        'name:"payments si',
        'name:Payments" "signing',
        "tag:team",
        "tag:team=",
        "tag:TEAM=käse=brot",
        'tag:"Name=Payments signing"',
        'tag:Name="payments signing"',
        "tag:aws:cloudformation:stack-name",
        "tag:aws:cloudformation:stack-name=",
        "!tag:tea",
        "!tag:team=käse",
        "az:east-1a",
        "az:east-1b",
        "type:hsm1",
        "type:HSM2M",
        "mode:non_fips",
        "mode:non-fips",
        "mode:non",
        "!mode:fips",
        "hsm:p5wn",
        "hsm:ENI-0942",
        "ip:10.0.1",
        "ip:FD00::1",
        "!ip:0.15",
        "subnet:09bb",
        "subnet:0a1b",
        "payments !state:deleted az:1a,1c",
    ],
)
def test_matches(text):
    assert parse(text).matches(Judged(PAYMENTS))


@pytest.mark.parametrize(
    "text",
    [
        "nowhere",
        "payments nowhere",
        "!payments",
        '"signing payments"',
        '"a:b"',
        "swordfish",
        "certificate",
        "id:cluster-fhtbm47tsj2",
        "id:cluster-fhtbm47tsjoa",
        "vpc:vpc-05447889",
        "state:degraded",
        "state:uninitialized",
        "name:team",
        "tag:tea",
        "tag:team=käse",
        "tag:nam",
        "az:1c",
        "type:hsm3",
        "mode:fips",
        "hsm:degraded",
        "ip:0.15",
        "subnet:us-east",
        "!az:1b",
    ],
)
def test_does_not_match(text):
    assert not parse(text).matches(Judged(PAYMENTS))


@pytest.mark.parametrize("key", [key for key in KEYS if key not in {"id", *CHECKED}])
def test_an_absent_field_matches_no_value_and_every_negated_one(key):
    assert not parse(f"{key}:a").matches(Judged(BARE))
    assert not parse(f"{key}:-").matches(Judged(BARE))
    assert parse(f"!{key}:a").matches(Judged(BARE))


def test_free_text_does_not_match_across_fields():
    fields = search_text(PAYMENTS).split("\n")
    border = fields[0][-2:] + "\n" + fields[1][:2]
    assert border in search_text(PAYMENTS)
    assert not parse(f'"{border}"').matches(Judged(PAYMENTS))


def test_a_line_break_in_a_field_is_no_border():
    cluster = Cluster(cluster_id="c", tag_list=(Tag(key="k", value="one\ntwo"),))
    assert "k=one two" in search_text(cluster).split("\n")
    assert parse('"one two"').matches(Judged(cluster))
    assert parse('"one\ntwo"').matches(Judged(cluster))


def test_a_given_search_text_is_used():
    assert parse("elsewhere").matches(Judged(PAYMENTS), "elsewhere")
    assert not parse("payments").matches(Judged(PAYMENTS), "")
    assert parse("a name:b").reads_text
    assert not parse("!name:b").reads_text


@pytest.mark.parametrize(
    ("typed", "state"),
    [(state.lower(), state) for state in CLUSTER_STATES]
    + [
        ("create-in-progress", "CREATE_IN_PROGRESS"),
        ("creating", "CREATE_IN_PROGRESS"),
        ("Initializing", "INITIALIZE_IN_PROGRESS"),
        ("rolling-back", "ROLLBACK_IN_PROGRESS"),
        ('"rolling back"', "ROLLBACK_IN_PROGRESS"),
    ],
)
def test_a_whole_state_is_that_state_and_no_other(typed, state):
    query = parse(f"state:{typed}")
    found = [known for known in CLUSTER_STATES if query.matches(Judged(Cluster(state=known)))]
    assert found == [state]
    assert query.server_filters == {"states": [state]}
    assert not query.local


def test_a_part_of_a_state_is_looked_for_in_its_words():
    query = parse("state:progress")
    found = [known for known in CLUSTER_STATES if query.matches(Judged(Cluster(state=known)))]
    assert found == [known for known in CLUSTER_STATES if known.endswith("IN_PROGRESS")]
    assert parse("state:rolling").matches(Judged(Cluster(state="ROLLBACK_IN_PROGRESS")))
    assert parse("state:brand-new").matches(Judged(Cluster(state="BRAND_NEW")))
    assert query.server_filters == {}


@pytest.mark.parametrize(
    ("text", "filters", "local"),
    [
        ("", {}, ""),
        ("payments", {}, "payments"),
        ("id:cluster-fhtbm47tsjo", {"clusterIds": ["cluster-fhtbm47tsjo"]}, ""),
        (
            "id:cluster-FHTBM47TSJO",
            {"clusterIds": ["cluster-FHTBM47TSJO", "cluster-fhtbm47tsjo"]},
            "",
        ),
        ("id:CLUSTER-fhtbm47tsjo", {}, "id:CLUSTER-fhtbm47tsjo"),
        ("id:cluster-fhtbm47tsj", {}, "id:cluster-fhtbm47tsj"),
        ("id:cluster-fhtbm47tsj1", {}, "id:cluster-fhtbm47tsj1"),
        ("id:cluster-" + "a" * 17, {}, "id:cluster-" + "a" * 17),
        ('id:"cluster-fhtbm47tsjo\n"', {}, 'id:"cluster-fhtbm47tsjo\n"'),
        ("vpc:vpc-0123abcd", {"vpcIds": ["vpc-0123abcd"]}, ""),
        ("vpc:vpc-0123abcde", {}, "vpc:vpc-0123abcde"),
        ("vpc:vpc-0123ABCD", {}, "vpc:vpc-0123ABCD"),
        (
            "vpc:vpc-0544788d30aeff7a0,vpc-0123abcd",
            {"vpcIds": ["vpc-0544788d30aeff7a0", "vpc-0123abcd"]},
            "",
        ),
        ("vpc:vpc-0544788d30aeff7a0,vpc-01", {}, "vpc:vpc-0544788d30aeff7a0,vpc-01"),
        ("state:active,ACTIVE,creating", {"states": ["ACTIVE", "CREATE_IN_PROGRESS"]}, ""),
        ("state:active,prog", {}, "state:active,prog"),
        ("!state:active", {}, "!state:active"),
        ("!!state:active", {"states": ["ACTIVE"]}, ""),
        ("state:active,degraded state:degraded,deleted", {"states": ["DEGRADED"]}, ""),
        ("state:active state:deleted", {"states": ["ACTIVE"]}, "state:deleted"),
        (
            "state:active state:deleted,degraded state:ACTIVE",
            {"states": ["ACTIVE"]},
            "state:deleted,degraded",
        ),
        (
            'mode:fips state:active "a b" vpc:vpc-0123abcd',
            {"states": ["ACTIVE"], "vpcIds": ["vpc-0123abcd"]},
            'mode:fips "a b"',
        ),
    ],
)
def test_what_the_service_does_and_what_is_left(text, filters, local):
    query = parse(text)
    assert query.server_filters == filters
    assert str(query.local) == query.local.text == local
    assert bool(query.local) is bool(local)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("arn:aws:cloudhsm", [(None, "arn:aws:cloudhsm")]),
        ("fd00::1", [(None, "fd00::1")]),
        ("fe80:", [(None, "fe80:")]),
        ("CAFE:f00d::", [(None, "CAFE:f00d::")]),
        ("12:30:05", [(None, "12:30:05")]),
        ("::1", [(None, "::1")]),
        (":", [(None, ":")]),
        ("us-east-1:x", [(None, "us-east-1:x")]),
        ('"foo:bar"', [(None, "foo:bar")]),
        ('fo"o":bar', [(None, "foo:bar")]),
        ('"state":x', [(None, "state:x")]),
        ('"!x"', [(None, "!x")]),
        ("a,b", [(None, "a,b")]),
        ("ip:fd00::1", [("ip", "fd00::1")]),
        ('NAME:"a,b",c', [("name", "a,b", "c")]),
        ('name:a"b', [("name", "ab")]),
        ("tag:a:b=c:d", [("tag", "a:b=c:d")]),
        ("name:!a", [("name", "!a")]),
    ],
)
def test_how_a_text_is_read(text, terms):
    assert parse(text).terms == tuple(Term(key, tuple(values)) for key, *values in terms)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("foo:", 'unknown key "foo:"; keys are id, vpc, state, name, tag, az, type,'),
        ("ok !Stat:x", 'unknown key "stat:", did you mean "state:"? keys are id,'),
        ("cost-centre:42", 'unknown key "cost-centre:"; keys are'),
    ],
)
def test_an_unknown_key_is_named_with_the_keys_that_exist(text, start):
    with pytest.raises(QueryError) as raised:
        parse(text)
    assert str(raised.value).startswith(start)


def test_queries_are_equal_and_hash_by_their_terms():
    assert parse(" a  state:x") == parse('"a" STATE:x')
    assert hash(parse("a b")) == hash(parse("a  b"))
    assert parse("a") != parse("!a")


def test_every_alternative_matches_by_itself_as_well():
    for first, second in product(["id:q7v", "id:fhtb"], ["cluster-q7vun2ksc5e", "nowhere"]):
        both = parse(f"{first},{second}")
        for cluster in (PAYMENTS, BARE):
            singles = (parse(first), parse(f"id:{second}"))
            assert both.matches(Judged(cluster)) == any(
                query.matches(Judged(cluster)) for query in singles
            )


@pytest.mark.parametrize("text", ["! state:active", "!state:active", "!  state:ACTIVE"])
def test_a_blank_after_the_negation_does_not_turn_it_round(text: str) -> None:
    query = parse(text)
    assert not query.matches(Judged(Cluster(cluster_id="cluster-a", state="ACTIVE")))
    assert query.matches(Judged(Cluster(cluster_id="cluster-a", state="DEGRADED")))


def test_the_start_of_a_mode_does_not_match_the_other_one() -> None:
    query = parse("mode:fip")
    assert query.matches(Judged(Cluster(cluster_id="cluster-a", mode="FIPS")))
    assert not query.matches(Judged(Cluster(cluster_id="cluster-a", mode="NON_FIPS")))
    assert not query.matches(Judged(Cluster(cluster_id="cluster-a")))


def judged(*findings: tuple[str, Severity]) -> Judged:
    found = [Finding(rule, severity, "", (), "", "") for rule, severity in findings]
    return Judged(BARE, Findings(tuple(sorted(found, key=lambda f: -f.severity))))


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        ("severity:critical", {"critical"}),
        ("severity:HIGH", {"critical", "high"}),
        ("severity:w", {"critical", "high", "medium"}),
        ("severity:info", {"critical", "high", "medium", "low", "info"}),
        ("severity:low,high", {"critical", "high", "medium", "low"}),
        ("severity:high !severity:critical", {"high"}),
        ("severity:=high", {"high"}),
        ("severity:=info,=C", {"info", "critical"}),
        ("!severity:=info,low", {"nothing"}),
        ("severity:none", {"nothing"}),
        ("severity:=n,low", {"nothing", "critical", "high", "medium", "low"}),
        ("!severity:info", {"nothing"}),
    ],
)
def test_a_severity_is_matched_by_it_and_by_what_is_worse(text, severities):
    query = parse(text)
    cases = {severity.word: judged(("RULE", severity)) for severity in Severity}
    cases["nothing"] = judged()
    assert {word for word, case in cases.items() if query.matches(case)} == severities


def test_the_worst_finding_decides_about_severity():
    several = judged(("A", Severity.INFO), ("B", Severity.HIGH))
    assert parse("severity:high").matches(several)
    assert not parse("severity:critical").matches(several)


def test_a_cluster_without_a_finding_that_counts_says_why():
    by = Acceptance("RULE", date(2027, 1, 31), "known")
    accepted = AcceptedFinding(Finding("RULE", Severity.HIGH, "", (), "", ""), by)
    cases = {
        "none": Findings(),
        "accepted": Findings(accepted=(accepted,)),
        "pending": Findings((), (Unchecked("A", ""), NotYet("B", "")), (accepted,)),
        "unknown": Findings((), (Unchecked("A", ""),)),
        "low": Findings((Finding("X", Severity.LOW, "", (), "", ""),), (NotYet("B", ""),)),
    }
    for text, matching in {
        "none": {"none", "accepted"},
        "p": {"pending"},
        "=unknown": {"unknown"},
        "=low": {"low"},
    }.items():
        query = parse(f"severity:{text}")
        found = {name for name, findings in cases.items() if query.matches(Judged(BARE, findings))}
        assert found == matching, text


class TestWhole:
    CASE = Judged(
        Cluster(
            cluster_id="cluster-a",
            state='Brand "New"\n',
            subnet_mapping={"us-east-1a": "subnet-1"},
            tag_list=(Tag("Name", "pay"),),
            hsms=(Hsm(hsm_id="hsm-1", hsm_type="hsm2m.medium"),),
        ),
        Findings((Finding("NO-HSM", Severity.HIGH, "", (), "", ""),)),
    )

    @pytest.mark.parametrize(
        "text",
        [
            "name:=PAY",
            "name:=pa,=pay",
            "az:=us-east-1a",
            "type:=hsm2m.medium",
            "id:=cluster-a",
            "finding:=no-hsm",
            'state:"=brand new\\n"',
            "vpc:=",
            "accepted:=",
            "account:=",
            "profile:=",
        ],
    )
    def test_value_after_an_equals_sign_is_all_that_matches(self, text):
        assert parse(text).matches(self.CASE)
        assert not parse(f"!{text}").matches(self.CASE)

    @pytest.mark.parametrize(
        "text",
        ["name:=pa", "name:=", "az:=us-east-1", "finding:=hsm", "state:=", "region:=x", "type:="],
    )
    def test_part_does_not(self, text):
        assert not parse(text).matches(self.CASE)

    def test_account_is_known_in_both_forms(self):
        judged = Judged(PAYMENTS, place=Named("p", "441709238812", "eu-west-1"))
        for form in ("=441709238812", "=4417-0923-8812"):
            assert parse(f"account:{form}").matches(judged)
        assert not parse("account:=4417").matches(judged)
        assert not parse("account:=").matches(judged)


class TestDates:
    END = datetime(2027, 3, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text",
        [
            *("cert:2027", "cert:2027-03", "cert:2027-03-01", "cert:<2027-04", "cert:>2027-02"),
            *("cert:<2027-03-02", "cert:<90d", "cert:ended,2027", "!cert:ended", "!cert:<89d"),
            *("!cert:>2027-03", "!cert:<2027-03", "!cert:none", "!cert:unread", "cert:<090D"),
        ],
    )
    def test_of_a_certificate_are_compared_as_they_are_written(self, text):
        assert parse(text).matches(Judged(BARE, Findings(dates=Dates(self.END, 90))))

    def test_of_one_that_has_ended_are_compared_as_well(self):
        ended = Judged(BARE, Findings(dates=Dates(self.END, 0)))
        assert parse("cert:e cert:2027-03 !cert:<90d").matches(ended)

    def test_that_are_not_known_say_why(self):
        for end in NoEnd:
            judged = Judged(BARE, Findings(dates=Dates(end)))
            found = [
                v
                for v in ("ended", "none", "unread", "<90d", "<9999", ">0001")
                if parse(f"cert:{v}").matches(judged)
            ]
            assert found == [end.value]

    def test_of_backups_are_what_was_judged(self):
        told = {
            value: {
                recency
                for recency in (None, *Recency)
                if parse(f"backup:{value}").matches(
                    Judged(BARE, Findings(dates=Dates(backup=recency)))
                )
            }
            for value in BACKUP_VALUES
        }
        assert told == {value: set(means) for value, means in BACKUP_VALUES.items()}
        assert sum(map(len, told.values())) == 1 + len(Recency)

    @pytest.mark.parametrize(
        "text",
        [
            *("cert:soon", "cert:2027-13", "cert:<d", "cert:90d", "cert:=2027", "cert:2027-02-3"),
            *("!backup:stale", "backup:=old", 'cert:"\x1b"'),
        ],
    )
    def test_that_cannot_be_read_are_an_error_that_says_what_can(self, text):
        with pytest.raises(QueryError, match="none, unread") as told:
            parse(text)
        assert "\x1b" not in str(told.value)

    def test_are_matched_on_loaded_rows_alone(self):
        query = parse("cert:ended backup:old accepted:x")
        assert query.reads_findings
        assert query.server_filters == {}


@pytest.mark.parametrize(
    "text", ["severity:bad", "severity:=", "!severity:high,highest", 'severity:"\x1b[1m"']
)
def test_an_unknown_severity_is_an_error_that_names_those_that_exist(text):
    with pytest.raises(QueryError, match="critical, high, medium, low, info") as told:
        parse(text)
    assert "\x1b" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("finding:HSM-DEGRADED", True),
        ("finding:hsm", True),
        ("finding:expiry", True),
        ("finding:stuck,degraded", True),
        ("finding:stuck", False),
        ("!finding:stuck", True),
        ("expiry", False),
    ],
)
def test_a_finding_is_matched_by_a_part_of_its_rule(text, matches):
    case = judged(("HSM-DEGRADED", Severity.CRITICAL), ("CERT-EXPIRY", Severity.MEDIUM))
    assert parse(text).matches(case) is matches


def test_what_is_accepted_is_found_by_its_rule_and_has_no_severity():
    known = Finding("SINGLE-HSM", Severity.HIGH, "", (), "", "")
    by = Acceptance("SINGLE-HSM", date(2027, 1, 31), "known")
    one = Judged(Cluster(), Findings(accepted=(AcceptedFinding(known, by),)))
    assert parse("finding:single").matches(one)
    assert not parse("!finding:single").matches(one)
    assert not parse("severity:info").matches(one)


def test_findings_are_matched_on_loaded_rows_alone():
    query = parse("severity:high finding:hsm state:ACTIVE")
    assert query.reads_findings
    assert query.server_filters == {"states": ["ACTIVE"]}
    assert str(query.local) == "severity:high finding:hsm"
    assert not parse("state:ACTIVE high").reads_findings


class Named(NamedTuple):
    """What a place is called."""

    profile_name: str
    account: str | None
    region: str


class TestPlace:
    JUDGED = Judged(PAYMENTS, place=Named("Prod-PKI", "441709238812", "eu-west-1"))

    @pytest.mark.parametrize(
        "text",
        [
            "account:4417",
            "account:4417-0923",
            "profile:prod",
            "region:eu-",
            "!region:us",
            "!account:-",
        ],
    )
    def test_of_a_row_matches_by_a_part(self, text):
        assert parse(text).matches(self.JUDGED)

    @pytest.mark.parametrize("text", ["account:9999", "account:-", "profile:audit", "region:us"])
    def test_of_another_does_not(self, text):
        assert not parse(text).matches(self.JUDGED)

    def test_that_is_not_known_matches_nothing(self):
        assert not parse("account:4").matches(Judged(PAYMENTS, place=Named("p", None, "r")))


@pytest.mark.parametrize(
    ("text", "toggled"),
    [
        ("", "severity:high"),
        ("severity:high", ""),
        ("severity:low name:prod", "name:prod severity:high"),
        ("name:prod severity:high", "name:prod"),
        ("!severity:low free", "!severity:low free severity:high"),
        ("severity:high severity:low", ""),
    ],
)
def test_a_term_is_put_in_place_of_its_key_or_taken_away(text, toggled):
    """Of several terms of the key none is left beside it."""
    query = parse(text).toggled(Term("severity", ("high",)))
    assert query == parse(toggled)
    assert query.text == toggled
