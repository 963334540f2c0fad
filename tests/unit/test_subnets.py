"""What is taken as the subnets of a new cluster, and what is said of anything else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsmtui.model.subnets import MOST_SUBNETS, split_subnets, subnets_problem

IDS = st.from_regex(r"subnet-[0-9a-f]{8}([0-9a-f]{9})?", fullmatch=True)
SEVERAL = st.lists(IDS, min_size=1, max_size=MOST_SUBNETS, unique=True)
BETWEEN = st.text(alphabet=", \t\n", min_size=1, max_size=4)


@given(SEVERAL, BETWEEN, BETWEEN)
def test_ids_are_read_whatever_stands_between_them(ids, between, around):
    assert split_subnets(around + between.join(ids) + around) == tuple(ids)
    assert subnets_problem(split_subnets(between.join(ids))) == ""


@given(st.text())
def test_any_text_is_ids_that_the_service_takes_or_has_a_problem(text):
    ids = split_subnets(text)
    if subnets_problem(ids):
        return
    assert 1 <= len(ids) <= MOST_SUBNETS
    assert all(re.fullmatch(r"subnet-[0-9a-fA-F]{8,17}", each) for each in ids)
    assert len({each.lower() for each in ids}) == len(ids)
    assert split_subnets(", ".join(ids)) == ids


@given(SEVERAL, st.text(alphabet="subnet-0123456789abcdefgz", min_size=1, max_size=30))
def test_one_that_is_no_id_is_named(ids, other):
    if re.fullmatch(r"subnet-[0-9a-fA-F]{8,17}", other):
        return
    assert subnets_problem([*ids, other]).startswith(f"{other} is no subnet id")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs one subnet at least"),
        (" , ,", "needs one subnet at least"),
        ("subnet-1234567", "subnet-1234567 is no subnet id"),
        ("subnet-0123456789abcdef01", "is no subnet id"),
        ("vpc-0123456789abcdef0", "is no subnet id"),
        ("subnet-12345678\x1b[2J", "subnet-12345678\\x1b[2J is no subnet id"),
        ('["subnet-12345678"]', "is no subnet id"),
        ("subnet-1234567a, subnet-1234567A", "subnet-1234567a stands there twice"),
        (" ".join(f"subnet-1234567{n:x}" for n in range(11)), "11 subnets: "),
        ("x" * 100, f"{'x' * 39}… is no"),
    ],
)
def test_what_is_wrong_is_said(text, words):
    assert words in subnets_problem(split_subnets(text))
