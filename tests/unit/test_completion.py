"""What tab makes of a filter line: keys, then values that are known, and never a broken line."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster, Hsm, Tag
from hsmtui.model.filter.completion import completions
from hsmtui.model.filter.known_values import KnownValues
from hsmtui.model.filter.query import QueryError, parse
from hsmtui.model.filter.term import KEYS
from hsmtui.model.findings.evaluate import RULES
from hsmtui.model.findings.finding import Judged
from hsmtui.model.state import CLUSTER_STATES
from tests.unit.test_query_properties import CLUSTERS, Names

NO_SEVERITY = ("none", "pending", "unknown")

LEDGER = Cluster(
    cluster_id="cluster-fhtbm47tsjo",
    state="ACTIVE",
    vpc_id="vpc-0544788d30aeff7a0",
    hsm_type="hsm2m.medium",
    mode="NON_FIPS",
    subnet_mapping={"us-east-1b": "subnet-0a1b2c3d4e5f60718"},
    hsms=(
        Hsm(
            hsm_id="hsm-3kd72vqyzma",
            eni_id="eni-09422fd6133d93b07",
            eni_ip="10.0.15.200",
            eni_ip_v6="fd00::1:c8",
            availability_zone="us-east-1a",
            subnet_id="subnet-09bb7fdaf05e437bf",
            hsm_type="hsm1.medium",
        ),
    ),
    tag_list=(
        Tag("Name", "payments ledger"),
        Tag("Env", "prod"),
        Tag("Cost Center", "a, b"),
        Tag("Quote", 'say "hi"'),
        Tag("Evil", "\x1b[2J"),
    ),
)
OTHER = Cluster(
    cluster_id="cluster-q7vun2ksc5e",
    state="REBOOTING",
    tag_list=(Tag("Env", "dev"), Tag("Empty", "")),
)
PLACE = Names("pki-prod", "444444444444", "us-east-1")
KNOWN = KnownValues(lambda: (LEDGER, OTHER), lambda: (PLACE,))


def choices(text, cursor=None, known=KNOWN):
    return completions(text, len(text) if cursor is None else cursor, known.of).choices


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", tuple(f"{name}:" for name in KEYS)),
        ("sev", ("severity:",)),
        ("SEV", ("severity:",)),
        ("ledger ! s", ("state:", "subnet:", "severity:")),
        ("!!re", ("region:",)),
        ("severity:", ("critical", "high", "medium", "low", "info", *NO_SEVERITY)),
        ("severity:hi", ("high",)),
        ("severity:high", ()),
        ("severity:high,", ("critical", "medium", "low", "info", *NO_SEVERITY)),
        ("severity:n", ("none",)),
        ("!state:de", ("DELETE_IN_PROGRESS", "DELETED", "DEGRADED")),
        ("state:reb", ("REBOOTING",)),
        ("state:", (*CLUSTER_STATES, "REBOOTING")),
        ("finding:", tuple(RULES)),
        ("mode:", ("FIPS", "NON_FIPS")),
        ("mode:FIPS", ()),
        ("tag:", ('"Cost Center="', "Empty=", "Env=", "Evil=", "Name=", "Quote=")),
        ("tag:e", ("Empty=", "Env=", "Evil=")),
        ("tag:Env=", ("Env=dev", "Env=prod")),
        ("tag:Env=dev,Env=", ("Env=prod",)),
        ('tag:"Cost Center=', ('"Cost Center=a, b"',)),
        ('tag:"Cost Center="', ('"Cost Center=a, b"',)),
        ("tag:Quote=", ()),
        ("tag:Evil=", ()),
        ("tag:prod", ("Env=prod",)),
        ("name:", ('"payments ledger"',)),
        ("name:ledger", ('"payments ledger"',)),
        ("id:fht", ("cluster-fhtbm47tsjo",)),
        ("hsm:", ("eni-09422fd6133d93b07", "hsm-3kd72vqyzma")),
        ("ip:10", ("10.0.15.200",)),
        ("ip:f", ("fd00::1:c8",)),
        ("az:", ("us-east-1a", "us-east-1b")),
        ("type:", ("hsm1.medium", "hsm2m.medium")),
        ("subnet:", ("subnet-09bb7fdaf05e437bf", "subnet-0a1b2c3d4e5f60718")),
        ("vpc:", ("vpc-0544788d30aeff7a0",)),
        ("profile:", ("pki-prod",)),
        ("account:4", ("444444444444",)),
        ("region:", ("us-east-1",)),
        ("nothing", ()),
        ("colour:", ()),
        ("fd00::", ()),
        ("state:nowhere", ()),
    ],
)
def test_offers(text, expected):
    assert choices(text) == expected


@pytest.mark.parametrize(
    ("text", "cursor"), [("severity", 3), ("sev,x", 3), ("state:DEL_", 9), ('tag:"a" b"', 6)]
)
def test_offers_nothing_inside_a_word(text, cursor):
    assert choices(text, cursor) == ()


def test_writes_into_the_line_and_keeps_the_rest():
    text = "ledger state:de,ACTIVE x"
    found = completions(text, 15, KNOWN.of)
    assert found.line(text, "DEGRADED") == ("ledger state:DEGRADED,ACTIVE x", 21)


def test_values_of_a_key_are_collected_when_they_are_asked_for_and_once():
    looks = []

    def clusters():
        looks.append(None)
        return (LEDGER,)

    known = KnownValues(clusters, lambda: ())
    assert choices("nam", known=known) == ("name:",)
    assert not looks
    assert choices("name:p", known=known) == choices("name:", known=known)
    assert len(looks) == 1


WORDS = st.sampled_from(
    ["sev", "se", "state:", "state:a", "tag:", "tag:E", 'tag:"Co', "!", ",", '"', " ", "x", "id:c"]
)
LINES = st.lists(WORDS, max_size=6).map("".join) | st.text(max_size=12)


def parses(text: str) -> bool:
    with suppress(QueryError):
        parse(text)
        return True
    return False


@given(LINES, st.integers(0, 20), st.lists(CLUSTERS, max_size=2))
@example("sev,x", 3, [])
@example('state:a" sev', 7, [])
@example("!sev", 4, [])
def test_a_completed_line_parses_and_keeps_what_is_around_the_word(text, at, clusters):
    cursor = min(at, len(text))
    known = KnownValues(lambda: (*clusters, LEDGER), lambda: (PLACE,))
    found = completions(text, cursor, known.of)
    assert 0 <= found.start <= found.end == cursor
    for choice in found.choices:
        line, stands = found.line(text, choice)
        assert line == text[: found.start] + choice + text[cursor:]
        assert line[:stands].endswith(choice)
        if parses(text[: found.start] + text[cursor:]):
            assert parses(line), line


@given(st.lists(CLUSTERS, max_size=3), st.sampled_from(list(KEYS)))
@example([Cluster(cluster_id="cluster-a", tag_list=(Tag("k=v", "a"),))], "tag")
def test_a_value_of_a_loaded_cluster_finds_it(clusters, key):
    known = KnownValues(lambda: clusters, lambda: ())
    beforehand = {value.casefold() for value in KEYS[key].values}
    for choice in completions(f"{key}:", len(key) + 1, known.of).choices:
        if choice.casefold() not in beforehand:
            query = parse(f"{key}:{choice}")
            assert any(query.matches(Judged(cluster)) for cluster in clusters), choice
