"""What is told of places that were read in this run."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from hsmtui.fleet.read_places import MOST_TOLD, ReadPlaces
from tests.conftest import NOON


@dataclass
class At:
    profile_name: str
    region: str
    account: str | None = None


@dataclass
class Listed:
    connection: At
    number: int
    whole: bool = True
    read_at: object = NOON

    @property
    def rows(self):
        return range(self.number)


@dataclass
class Place:
    """A loader, as far as it is looked at here."""

    connection: At
    whole: Listed | None

    @property
    def location(self):
        return self.connection


@dataclass
class Places:
    loaders: list[Place]
    left_out: list[Place] = field(default_factory=list)

    @property
    def everywhere(self):
        return [*self.loaders, *self.left_out]


def place(region, number, profile="prod", account=None, **more):
    at = At(profile, region, account)
    return Place(at, None if number is None else Listed(at, number, **more))


LATER = NOON + timedelta(minutes=5)
HERE = Places([place("sa-east-1", 0)])


def told(*left, here=HERE, now=NOON):
    places = ReadPlaces()
    for each in left:
        places.leave(Places([each]))
    return places.words(here, now)


def test_the_fullest_come_first_and_empty_ones_in_a_line_of_their_own():
    words = told(place("eu-west-1", 1), place("us-east-1", 25, whole=False), place("eu-west-2", 0))
    assert words == ("25+ in us-east-1, 1 in eu-west-1", "none in eu-west-2")


def test_it_is_told_how_old_that_is():
    assert told(place("eu-west-1", 1), now=LATER) == ("1 in eu-west-1 (read 5m ago)",)


def test_what_was_read_last_counts():
    fresh = place("eu-west-1", 4, read_at=LATER)
    assert told(place("eu-west-1", 1), fresh, now=LATER) == ("4 in eu-west-1",)


def test_this_place_is_no_other_one_whatever_profile_reaches_it():
    here = Places([place("us-east-1", 0, account="1")])
    assert told(place("us-east-1", 3, "copy", "1"), here=here) == ()
    assert told(place("us-east-1", 3, "copy", "2"), here=here) == ("3 in copy · us-east-1",)


def test_an_account_that_two_profiles_reach_is_told_once():
    both = (place("us-east-1", 3, "one", "7"), place("us-east-1", 3, "two", "7"))
    assert told(*both) == ("3 in two · us-east-1",)


def test_nothing_is_told_of_what_was_not_read_whole_and_had_nothing_or_was_not_read():
    assert told(place("eu-west-1", 0, whole=False), place("eu-west-2", None)) == ()


def test_places_that_are_left_out_count_as_others():
    here = Places([place("sa-east-1", 0)], [place("us-east-1", 2)])
    assert told(here=here) == ("2 in us-east-1",)


@pytest.mark.parametrize(("more", "words"), [(1, "1 more place"), (4, "4 more places")])
def test_of_many_some_are_named(more, words):
    (line,) = told(*(place(f"eu-west-{n}", n) for n in range(1, MOST_TOLD + more + 1)))
    assert line.count(" in ") == MOST_TOLD
    assert line.endswith(f", and {words}")


def test_names_cannot_act_on_the_terminal():
    assert told(place("eu-west-1", 1, "\x1b[2J"))[0].startswith("1 in \\x1b[2J · ")
