"""Typed words: what they find, and in which order."""

import re
from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.matching import best_matches

PROFILES = (
    ("pre-prod", "1111-1111-1111", "Audit"),
    ("prod", "2222-2222-2222", "Triage"),
    ("prod-audit", "3333-3333-3333", "Triage"),
    ("staging", "4444-4444-4444", "Production"),
)


def found(text: str, **options: bool) -> list[str]:
    return [PROFILES[n][0] for n in best_matches(text, PROFILES, **options)]


class TestOrder:
    def test_is_the_whole_name_then_its_beginning_then_a_word_of_it_then_other_fields(self):
        assert found("prod") == ["prod", "prod-audit", "staging", "pre-prod"]

    def test_is_that_of_the_things_where_all_match_alike(self):
        assert found("triage") == ["prod", "prod-audit"]

    def test_counts_the_name_before_other_fields(self):
        assert found("audit") == ["pre-prod", "prod-audit"]


class TestWords:
    def test_are_found_in_any_order_and_case_and_field(self):
        assert found("TRIAGE 3333") == found("3333 triage") == ["prod-audit"]

    def test_are_all_to_be_found(self):
        assert found("prod 9999") == []

    def test_nothing_typed_finds_everything_in_its_order(self):
        assert found("  ") == [profile[0] for profile in PROFILES]


class TestFuzzy:
    def test_letters_in_their_order_count_where_nothing_holds_the_word(self):
        assert found("pdau") == ["prod-audit"]
        assert found("stgng") == ["staging"]

    def test_nothing_fuzzy_stands_beside_what_holds_the_word(self):
        """`pre-order` is not meant by `prod`: all that is shown may be marked at once."""
        assert best_matches("prod", [("pre-orders-dev",), ("prod",)]) == [1]

    def test_fewer_letters_between_come_first(self):
        assert best_matches("abc", [("a--b--c",), ("a-b-c",)]) == [1, 0]

    def test_can_be_left_out(self):
        assert found("pdau", fuzzy=False) == []
        assert found("tirage", fuzzy=False) == []


class TestSlips:
    def test_find_what_reads_nearly_so_the_nearest_first(self):
        assert found("tirage") == ["prod", "prod-audit"]
        assert best_matches("hepl", [("the places",), ("help",)]) == [1]
        assert best_matches("regoin", [("rejoins it",), ("region",)]) == [1, 0]

    def test_count_beside_words_that_are_there(self):
        assert found("tirage 3333") == found("3333 tirage") == ["prod-audit"]

    def test_are_none_of_one_or_two_letters(self):
        assert best_matches("ab", [("ax",)]) == []

    def test_of_an_id_are_slips_of_a_whole_one(self):
        """`cluster-x` is the id of something, and not a slip of the word cluster."""
        assert best_matches("delete cluster-x", [("delete the cluster", "cluster.delete")]) == []
        assert best_matches("eu-centrl-1", [("eu-west-1",), ("eu-central-1",)])[0] == 1


class TestWholeName:
    def test_comes_first_whatever_else_has_its_words(self):
        assert best_matches("HSM id", [("id of an HSM",), ("hsm id",)]) == [1, 0]


NAMES = st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=3), max_size=8)


@given(NAMES, st.text(max_size=8))
def test_each_index_comes_once_and_every_word_is_there(things, text):
    indices = best_matches(text, things)
    assert len(set(indices)) == len(indices)
    for word in text.casefold().split():
        for n in indices:
            fields = [field.casefold() for field in things[n]]
            assert any(_has_letters(field, word) or _alike(word, field) for field in fields)


@given(NAMES, st.data())
def test_a_part_of_a_name_finds_it(things, data):
    names = [thing[0] for thing in things if thing[0].split()]
    if names:
        name = data.draw(st.sampled_from(names))
        part = data.draw(st.sampled_from(name.split()))
        assert any(things[n][0] == name for n in best_matches(part, things))


@given(NAMES, st.text(max_size=8), st.permutations(range(3)))
def test_the_order_of_the_words_does_not_count(things, text, order):
    words = [*text.split(), "a", "b", "c"][:3]
    assert best_matches(" ".join(words), things) == best_matches(
        " ".join(words[n] for n in order if n < len(words)), things
    )


def _alike(word: str, field: str) -> bool:
    return any(
        SequenceMatcher(None, word, other).ratio() > 0.6
        for other in (field, *re.findall(r"[^\W_]+", field))
    )


def _has_letters(field: str, word: str) -> bool:
    rest = iter(field)
    return all(letter in rest for letter in word)
