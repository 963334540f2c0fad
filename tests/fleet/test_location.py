"""Where is asked and as whom, as far as it is known at a moment."""

from concurrent.futures import Future

import pytest

from hsmtui.aws.connect import Opening
from hsmtui.aws.place import Place, Terms
from hsmtui.fleet.location import Location, origin_of
from tests.scripted import Refuse


def location(place, connection=None, region=None, why_read_only=""):
    found = Future()
    if region is not None:
        found.set_result(region)
    terms = Terms(lambda *_: why_read_only)
    return Location(Opening(place, terms, {}, found, Future(), Future()), connection)


def test_before_there_is_a_connection_it_is_what_was_asked_for():
    here = location(Place("prod", "us-gov-west-1"), why_read_only="a flag")
    assert (here.profile, here.profile_name, here.region) == ("prod", "prod", "us-gov-west-1")
    assert (here.partition, here.is_read_only) == ("aws-us-gov", True)
    bare = location(Place(None, None))
    assert (bare.profile, bare.profile_name, bare.region) == (None, "default", None)
    assert (bare.partition, bare.is_read_only) == ("aws", False)
    assert location(Place(None, None), region="cn-north-1").partition == "aws-cn"


def test_a_connection_says_it_better(connection):
    here = location(Place("prod", "us-gov-west-1"), connection, why_read_only="a flag")
    assert (here.profile, here.profile_name) == ("demo", "demo")
    assert (here.region, here.partition) == (connection.region, "aws")
    assert here.is_read_only is bool(connection.why_read_only) is False


def test_the_caller_is_named_once_sts_has_said_it(connection):
    assert origin_of(connection, demo=False).unknown == "STS has not answered yet"
    connection.ask_caller()
    origin = origin_of(connection, demo=False)
    assert (origin.account, origin.unknown) == ("111111111111", "")
    assert origin.caller == connection.known_caller.arn
    assert (origin.region, origin.endpoint) == (connection.region, connection.endpoint)


def test_why_the_caller_is_not_known_is_said(connection, plane):
    plane.script("GetCallerIdentity", Refuse("AccessDenied", "STS is shut."))
    connection.ask_caller()
    origin = origin_of(connection, demo=False)
    assert (origin.account, origin.caller) == (None, None)
    assert origin.unknown.startswith("STS could not be asked: ")
    assert "STS is shut." in origin.unknown


@pytest.mark.parametrize("demo", [True, False])
def test_of_the_demo_its_own_file_is_named(connection, demo, monkeypatch):
    monkeypatch.setenv("AWS_CONFIG_FILE", "/demo/config")
    assert origin_of(connection, demo).config_file == ("/demo/config" if demo else None)
