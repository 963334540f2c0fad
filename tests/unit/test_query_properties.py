from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster, Hsm, Tag
from hsmtui.model.query import KEYS, Query, QueryError, Term, parse
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
VALUES = st.one_of(
    st.sampled_from(
        [*IDS, *VPCS, *CLUSTER_STATES, "creating", "active", "prog", "fips", "cluster"]
    ),
    WORDS.map(lambda word: word.replace('"', "")).filter(bool),
)
TERMS = st.builds(
    Term,
    key=st.none() | st.sampled_from(["id", "vpc", "state"]) | st.sampled_from(list(KEYS)),
    values=st.lists(VALUES, min_size=1, max_size=2).map(tuple),
    negated=st.booleans(),
).map(lambda term: term if term.key else Term(None, term.values[:1], term.negated))
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


@given(QUERIES, TERMS, CLUSTERS)
def test_a_further_term_only_narrows(query, term, cluster):
    narrowed = parse(f"{query} {term}")
    alone = parse(str(term))
    assert narrowed.matches(cluster) == (query.matches(cluster) and alone.matches(cluster))


@given(TERMS, CLUSTERS)
def test_a_negated_term_is_the_complement(term, cluster):
    assert parse(f"!{term}").matches(cluster) is not parse(str(term)).matches(cluster)


@given(QUERIES, CLUSTERS)
def test_the_service_and_the_local_terms_together_do_the_query(query, cluster):
    fields = {"clusterIds": cluster.cluster_id, "vpcIds": cluster.vpc_id, "states": cluster.state}
    selected = all(fields[name] in values for name, values in query.server_filters.items())
    assert query.matches(cluster) == (selected and query.local.matches(cluster))
