"""The rows of HSMs: who keeps which, whatever order the service answers in."""

from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.cluster import Hsm
from hsmtui.model.hsm_slots import Placed


def hsm(hsm_id: str, eni: str | None = None) -> Hsm:
    return Hsm(hsm_id=hsm_id, eni_id=eni)


def ids(placed: Placed) -> list[str | None]:
    return [found.hsm_id if found else None for found in placed.hsms]


def test_rows_are_in_the_order_in_which_they_were_first_seen():
    first = Placed().with_hsms([hsm("b", "eni-b"), hsm("a", "eni-a")])
    assert ids(first) == ["b", "a"]
    assert ids(first.with_hsms([hsm("a", "eni-a"), hsm("c"), hsm("b", "eni-b")])) == ["b", "a", "c"]


def test_a_replaced_hsm_has_the_row_of_its_interface():
    rows = Placed().with_hsms([hsm("a", "eni-a"), hsm("b", "eni-b")])
    between = rows.with_hsms([hsm("b", "eni-b")])
    assert ids(between) == [None, "b"]
    assert [found.hsm_id for found in between.shown] == ["b"]
    assert ids(between.with_hsms([hsm("b", "eni-b"), hsm("new", "eni-a")])) == ["new", "b"]


def test_an_hsm_that_gets_its_interface_later_stays():
    rows = Placed().with_hsms([hsm("a"), hsm("b", "eni-b")]).with_hsms([hsm("a", "eni-a")])
    assert ids(rows.with_hsms([hsm("new", "eni-a"), hsm("b", "eni-b")])) == ["new", "b"]


def test_while_two_have_one_interface_each_has_a_row():
    rows = (
        Placed().with_hsms([hsm("a", "eni-a")]).with_hsms([hsm("new", "eni-a"), hsm("a", "eni-a")])
    )
    assert ids(rows) == ["a", "new"]
    assert ids(rows.with_hsms([hsm("new", "eni-a")])) == [None, "new"]


def test_hsms_without_an_interface_do_not_share_a_row():
    assert ids(Placed().with_hsms([hsm("a")]).with_hsms([hsm("b")])) == [None, "b"]


lists = st.lists(
    st.builds(hsm, st.sampled_from("abcd"), st.sampled_from(["eni-1", "eni-2", None])),
    max_size=4,
    unique_by=lambda found: found.hsm_id,
)


@given(st.lists(lists, max_size=5))
def test_every_hsm_has_one_row_and_no_row_moves(reads):
    placed = Placed()
    for listed in reads:
        before, placed = placed, placed.with_hsms(listed)
        assert sorted(map(repr, placed.shown)) == sorted(map(repr, listed))
        assert len(placed.slots) == len(placed.hsms)
        for row, found in enumerate(before.hsms):
            again = placed.hsms[row]
            if found is not None and found.hsm_id in {h.hsm_id for h in listed}:
                assert again is not None
                assert again.hsm_id == found.hsm_id
