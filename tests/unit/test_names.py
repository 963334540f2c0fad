"""Names as they are asked for: lists, patterns, and what is said where nothing matches."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.names import is_plain, names_matching, nearest_names, split_names

NAMES = st.text("abA-,*?[] ", min_size=1, max_size=6)
KNOWN = st.lists(NAMES, unique=True, max_size=6).map(tuple)
WORDS = st.lists(NAMES, max_size=4)
PLAIN = st.text("abA-", min_size=1, max_size=6)


@given(st.lists(PLAIN, min_size=1, unique=True), KNOWN)
def test_a_list_is_as_each_of_its_names_given_alone(
    names: list[str], known: tuple[str, ...]
) -> None:
    assert split_names([",".join(names)], ()) == split_names(names, known) == tuple(names)
    assert split_names([" , ".join(["", *names, ""])], ()) == tuple(names)


@given(WORDS, KNOWN)
def test_names_stay_in_the_order_given_each_once(words: list[str], known: tuple[str, ...]) -> None:
    names = split_names(words, known)
    assert len(set(names)) == len(names)
    assert "" not in names
    assert split_names(words * 2, known) == names
    assert split_names(names, known) == names
    whole = [word for word in dict.fromkeys(words) if word in known]
    assert set(whole) <= set(names)
    assert all("," not in name for name in names if name not in known)


@given(NAMES, KNOWN)
def test_a_pattern_gives_what_the_shell_would_and_a_name_itself(
    name: str, known: tuple[str, ...]
) -> None:
    found = names_matching(name, known)
    if name in known or not set(name) & set("*?["):
        assert found == (name,)
    else:
        assert found == tuple(each for each in known if fnmatchcase(each, name))


@given(WORDS)
def test_what_is_plain_is_one_name_whatever_there_is(words: list[str]) -> None:
    if is_plain(words):
        assert split_names(words, ()) == tuple(filter(None, map(str.strip, words)))
        assert [names_matching(word, ("a", "b")) for word in words] == [(word,) for word in words]
    else:
        assert len(words) > 1 or set(words[0]) & set(",*?[")


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("prod-*", ("dev", "prod-b", "prod-a", "Prod-c"), ("prod-b", "prod-a")),
        ("prod-[!b]", ("prod-a", "prod-b", "prod-[!b]x"), ("prod-a",)),
        ("prod-?", ("prod-a", "prod-ab"), ("prod-a",)),
        ("a[b]", ("a[b]", "ab"), ("a[b]",)),
        ("a[b", ("ab",), ()),
        ("*", ("a", "b,c"), ("a", "b,c")),
        ("nobody", ("a",), ("nobody",)),
    ],
)
def test_patterns(name: str, known: tuple[str, ...], found: tuple[str, ...]) -> None:
    assert names_matching(name, known) == found


def test_a_name_that_is_known_as_a_whole_is_no_list() -> None:
    assert split_names(["a,b", "c,a,b"], ("a,b", "a", "b")) == ("a,b", "c", "a", "b")


@pytest.mark.parametrize(
    ("name", "known", "words"),
    [
        ("prd-*", ("dev", "prod-eu"), "the nearest is prod-eu"),
        ("pord-[ab]", ("prod-a", "prod-b", "dev"), "the nearest are prod-b, prod-a"),
        ("*", (), "there are none"),
        ("x*", ("alone",), "there is alone"),
        ("x*", tuple("abcdefghij"), "there are a, b, c, d, e, f, g, h, i, j"),
        ("x*", tuple("abcdefghijkl"), "there are a, b, c, d, e, f, g, h, i, j and 2 more"),
    ],
)
def test_words_on_what_there_is(name: str, known: tuple[str, ...], words: str) -> None:
    assert nearest_names(name, known) == words
