"""Which HSM takes the place of another: only what is certainly newer is taken to be."""

from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import Cluster, Hsm
from hsmtui.model.replacements import replacements

OLD = Hsm(hsm_id="hsm-old", availability_zone="a", state="DEGRADED")
STATES = ("CREATE_IN_PROGRESS", "ACTIVE", "DEGRADED", "DELETE_IN_PROGRESS", "DELETED", None)
OTHERS = st.lists(
    st.builds(
        Hsm,
        hsm_id=st.sampled_from(["hsm-1", "hsm-2", "hsm-3"]),
        availability_zone=st.sampled_from(["a", "b", None]),
        state=st.sampled_from(STATES),
    ),
    unique_by=lambda hsm: hsm.hsm_id,
)


def hsm(number: int, state: str, zone: str = "a") -> Hsm:
    return Hsm(hsm_id=f"hsm-{number}", availability_zone=zone, state=state)


def of(*others: Hsm, **made_for: str):
    return replacements(Cluster(cluster_id="cluster-1", hsms=(OLD, *others)), OLD, made_for)


def test_one_that_was_always_there_may_be_it_or_not():
    assert of(hsm(1, "ACTIVE")) == (None, None, (hsm(1, "ACTIVE"),))


def test_one_that_this_run_has_created_for_it_is_it():
    made = {"hsm-1": OLD.hsm_id}
    assert of(hsm(1, "ACTIVE"), **made).ready == hsm(1, "ACTIVE")
    assert of(hsm(1, "CREATE_IN_PROGRESS"), **made).coming == hsm(1, "CREATE_IN_PROGRESS")


def test_one_that_was_created_for_another_is_not():
    for state in ("ACTIVE", "CREATE_IN_PROGRESS"):
        assert of(hsm(1, state), **{"hsm-1": "hsm-other"}) == (None, None, ())


def test_one_that_was_created_for_none_may_be_it():
    assert of(hsm(1, "ACTIVE"), **{"hsm-1": ""}) == (None, None, (hsm(1, "ACTIVE"),))


def test_where_nothing_is_listed_there_is_none():
    nothing = replacements(Cluster(cluster_id="cluster-1"), OLD, {})
    assert nothing == (None, None, ())


@given(
    OTHERS,
    st.dictionaries(st.sampled_from(["hsm-1", "hsm-2"]), st.sampled_from(["", "hsm-old", "x"])),
)
def test_what_may_take_its_place_is_another_one_that_works_in_its_zone(others, made_for):
    found = of(*others, **made_for)
    for each in filter(None, (found.ready, *found.possible)):
        assert each.state == "ACTIVE"
        assert each.availability_zone == OLD.availability_zone
        assert each.hsm_id != OLD.hsm_id
    assert found.ready is None or made_for[found.ready.hsm_id] == OLD.hsm_id
