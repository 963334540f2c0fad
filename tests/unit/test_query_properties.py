from contextlib import suppress
from typing import NamedTuple

from hypothesis import example, given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster, Hsm, Tag
from hsmtui.model.filter.query import Query, QueryError, parse
from hsmtui.model.filter.term import KEYS, Term
from hsmtui.model.findings.finding import Finding, Findings, Judged
from hsmtui.model.findings.severity import Severity
from hsmtui.model.state import CLUSTER_STATES

VPCS = ["vpc-0123abcd", "vpc-0123abcdef0123456", "vpc-0123ABCD"]
IDS = ["cluster-fhtbm47tsjo", "cluster-FHTBM47TSJO", "cluster-fhtbm47tsjoaa", "cluster-q7vun2ksc5e"]
WORDS = st.one_of(
    st.sampled_from(
        ["a", "A b", "ACTIVE", "a:b", "é,", "hsm2m", "10.0", "fd00::1", "!", "k=v", "\n"]
    ),
    st.text(max_size=6),
)
CLUSTERS = st.builds(
    Cluster,
    cluster_id=st.sampled_from(IDS),
    vpc_id=st.none() | st.sampled_from(VPCS),
    state=st.none() | st.sampled_from(CLUSTER_STATES) | st.just("active"),
    mode=st.sampled_from([None, "FIPS", "NON_FIPS"]),
    hsm_type=st.none() | WORDS,
    subnet_mapping=st.none() | st.dictionaries(WORDS, WORDS, max_size=2),
    tag_list=st.none() | st.lists(st.builds(Tag, key=WORDS, value=WORDS), max_size=2).map(tuple),
    hsms=st.none()
    | st.lists(st.builds(Hsm, hsm_id=WORDS, eni_ip=st.none() | WORDS), max_size=2).map(tuple),
)
CHECKED = {
    "severity": [*(severity.word for severity in Severity), "CRIT", "h", "=high", "none", "=p"],
    "cert": ["ended", "u", "2027-03", "<2027-03", ">2027-03", "<90d"],
    "backup": ["recent", "old", "none", "unread", "unc"],
}
"""The keys that take certain values alone."""
VALUES = st.one_of(
    st.sampled_from(
        [*IDS, *VPCS, *CLUSTER_STATES, "creating", "active", "prog", "fips", "=", "=active"]
    ),
    WORDS.map(lambda word: word.replace('"', "")).filter(bool),
)
TERMS = st.one_of(
    st.builds(
        Term,
        key=st.none()
        | st.sampled_from(["id", "vpc", "state"])
        | st.sampled_from([key for key in KEYS if key not in CHECKED]),
        values=st.lists(VALUES, min_size=1, max_size=2).map(tuple),
        negated=st.booleans(),
    ).map(lambda term: term if term.key else Term(None, term.values[:1], term.negated)),
    *(
        st.builds(
            Term,
            key=st.just(key),
            values=st.lists(st.sampled_from(values), min_size=1, max_size=2).map(tuple),
            negated=st.booleans(),
        )
        for key, values in CHECKED.items()
    ),
)
FINDINGS = st.lists(
    st.builds(
        Finding,
        st.sampled_from(["HSM-DEGRADED", "STUCK"]),
        st.sampled_from(Severity),
        st.just(""),
        st.just(()),
        st.just(""),
        st.just(""),
    ),
    max_size=2,
).map(lambda found: Findings(tuple(sorted(found, key=lambda finding: -finding.severity))))


class Names(NamedTuple):
    profile_name: str
    account: str | None
    region: str


PLACES = st.none() | st.builds(
    Names,
    st.sampled_from(["prod", "audit"]),
    st.sampled_from([None, "111111111111"]),
    st.sampled_from(["us-east-1", "eu-west-1"]),
)
JUDGED = st.builds(Judged, CLUSTERS, FINDINGS, PLACES)
QUERIES = st.lists(TERMS, max_size=4).map(lambda terms: Query("", tuple(terms)))


@given(st.text() | st.text(alphabet='ab:!", \n\tstate=,-_19'))
@example('!!"')
@example("foo:")
def test_parsing_raises_nothing_but_query_errors(text):
    with suppress(QueryError):
        query = parse(text)
        assert parse(str(query)) == query


@given(QUERIES)
def test_a_query_written_out_is_read_as_the_same(query):
    assert parse(str(query)) == query


@given(QUERIES, TERMS, JUDGED)
def test_a_further_term_only_narrows(query, term, judged):
    narrowed = parse(f"{query} {term}")
    alone = parse(str(term))
    assert narrowed.matches(judged) == (query.matches(judged) and alone.matches(judged))


@given(TERMS, JUDGED)
def test_a_negated_term_is_the_complement(term, judged):
    assert parse(f"!{term}").matches(judged) is not parse(str(term)).matches(judged)


@given(QUERIES, JUDGED)
def test_the_service_and_the_local_terms_together_do_the_query(query, judged):
    cluster = judged.cluster
    fields = {"clusterIds": cluster.cluster_id, "vpcIds": cluster.vpc_id, "states": cluster.state}
    selected = all(fields[name] in values for name, values in query.server_filters.items())
    assert query.matches(judged) == (selected and query.local.matches(judged))
