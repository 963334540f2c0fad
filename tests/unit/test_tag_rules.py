"""The rules for tags: what is let through the demo takes, and what it would refuse is refused."""

from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hsmtui.demo.errors import ServiceError
from hsmtui.demo.place import Place
from hsmtui.demo.records import Cluster as DemoCluster
from hsmtui.demo.records import Tag as DemoTag
from hsmtui.demo.services import CLOUDHSM
from hsmtui.demo.validation import ServiceModel
from hsmtui.model.cluster import Tag
from hsmtui.model.gates.edit_tag import TagEdit
from hsmtui.model.gates.tag_rules import (
    caution,
    is_reserved,
    key_problem,
    room_problem,
    same_but_for_case,
    value_problem,
)

ID = "cluster-fhtbm47tsjo"
MODEL = ServiceModel()
START = datetime(2026, 3, 1, tzinfo=UTC)


def tags_of(count: int, first: str = "k") -> tuple[Tag, ...]:
    return tuple(Tag(f"{first}{number}", "v") for number in range(count))


def demo_takes(edit: TagEdit, tags: tuple[Tag, ...]) -> bool:
    """Whether the demo carries out the request of this edit on a cluster with these tags."""
    place = Place("111111111111", "us-east-1", START, Random(1))  # noqa: S311 - nothing is secret
    held = [DemoTag(tag.key, tag.value) for tag in tags]
    cluster = DemoCluster(cluster_id=ID, state="ACTIVE", hsms=[], tag_list=held)
    place.clusters.append(cluster)
    asked: dict[str, Any] = {"ResourceId": ID}
    if edit.after is None:
        asked["TagKeyList"] = [edit.key]
    else:
        asked["TagList"] = [{"Key": edit.key, "Value": edit.after}]
    try:
        MODEL.check(edit.operation, asked)
        CLOUDHSM[edit.operation](place, asked, SimpleNamespace())
    except ServiceError:
        return False
    return True


class TestKeys:
    @pytest.mark.parametrize(
        "key",
        ["a", "x" * 128, "Größe", "備考", "a b", "_.:/=+-@", "½", "Ⅷ", "aws", "Aws-x", "\u3000"],
    )
    def test_that_are_taken(self, key):
        assert key_problem(key) == ""

    @pytest.mark.parametrize(
        ("key", "why"),
        [
            ("", "1 to 128"),
            ("x" * 129, "129 characters; at most 128"),
            ("𝒜" * 129, "129 characters"),
            ("a*b", "* (U+002A ASTERISK) at 2"),
            ("tab\t", "U+0009 at 4"),
            ("Zu\u0308rich", "U+0308 COMBINING DIAERESIS at 3"),
            ("a\u202eb", "U+202E RIGHT-TO-LEFT OVERRIDE at 2"),
            ("a\ud800", "U+D800 at 2"),
            ("🔑", "U+1F511 KEY"),
            ("aws:x", "AWS's own"),
            ("AWS:x", "AWS's own"),
            ("aWs:", "AWS's own"),
        ],
    )
    def test_that_are_not(self, key, why):
        problem = key_problem(key)
        assert why in problem
        assert problem.isprintable()

    def test_the_length_is_in_characters_and_not_in_code_units(self):
        assert key_problem("𝒜" * 128) == ""
        assert value_problem("𝒜" * 256) == ""


class TestValues:
    @pytest.mark.parametrize("value", ["", " ", "x" * 256, "aws:x", "a\u2028b", "ops@example.com"])
    def test_that_are_taken(self, value):
        assert value_problem(value) == ""

    @pytest.mark.parametrize(
        ("value", "why"),
        [
            ("x" * 257, "257 characters; at most 256"),
            ("a,b", ", (U+002C COMMA) at 2"),
            ("one\ntwo", "U+000A at 4"),
            ("a\u200bb", "U+200B ZERO WIDTH SPACE at 2"),
        ],
    )
    def test_that_are_not(self, value, why):
        assert why in value_problem(value)
        assert "letters, numbers, blanks and _ . : / = + - @" in value_problem("a,b")


def test_fifty_tags_are_the_most_and_those_of_aws_do_not_count():
    assert room_problem(tags_of(49)) == ""
    assert room_problem((*tags_of(49), *tags_of(5, "aws:k"))) == ""
    assert "50 tags" in room_problem(tags_of(50))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", ""),
        ("a b", ""),
        ("  ", "only blanks"),
        (" a", "begins or ends"),
        ("a ", "begins or ends"),
        ("a\u3000", "begins or ends"),
        ("a\xa0b", "U+00A0 NO-BREAK SPACE at 2"),
    ],
)
def test_what_an_eye_does_not_see_is_told(text, why):
    assert (why in caution("value", text)) if why else caution("value", text) == ""


def test_a_key_that_differs_in_case_only_is_told():
    tags = (Tag("Owner", "a"), Tag("Team", "b"))
    assert same_but_for_case("owner", tags) == "Owner"
    assert same_but_for_case("Owner", tags) == ""
    assert same_but_for_case("Own", tags) == ""


ODD = st.sampled_from([*"_.:/=+-@ *,\t\n\u3000\u2028\u0308\u200b½Ⅷ𝒜\ud800🔑", "aws:", "AWS:"])
TEXTS = st.lists(st.characters() | ODD, max_size=8).map("".join)
LONG = st.builds(lambda text, length: text + "x" * length, TEXTS, st.integers(120, 260))
HELD = st.sampled_from([(), tags_of(2), tags_of(49), tags_of(50), (Tag("aws:x", ""), *tags_of(49))])


@given(key=TEXTS | LONG | st.just("k0"), after=st.none() | TEXTS | LONG, tags=HELD)
@example(key="x" * 128, after="y" * 256, tags=())
@example(key="x" * 129, after="", tags=())
@example(key="x", after="y" * 257, tags=())
@example(key="x", after="", tags=tags_of(50))
@example(key="k0", after="new", tags=tags_of(50))
@example(key="Aws:x", after=None, tags=())
def test_the_demo_takes_what_is_let_through_and_refuses_what_is_not(key, after, tags):
    before = next((tag.value for tag in tags if tag.key == key), None)
    edit = TagEdit(key, before, after)
    assert demo_takes(edit, tags) is (edit.problem(tags) == "")


def test_removing_is_checked_as_the_service_does():
    tags = (*tags_of(50), Tag("aws:stack", "s"), Tag("odd*", "v"))
    assert TagEdit("k0", "v", None).problem(tags) == ""
    assert TagEdit("aws:stack", "s", None).problem(tags)
    assert TagEdit("odd*", "v", None).problem(tags)
    assert is_reserved("aws:stack")
