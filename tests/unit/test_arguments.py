"""The command line of ``hsmtui check``: options before the command and after it."""

import pytest

from hsmtui.arguments import SEVERITIES, parser
from hsmtui.model.findings.finding import Severity

PLACE = ("-p", "prod", "-r", "eu-west-1", "--filter", "state:ACTIVE", "--demo")


def given(*words):
    arguments = parser().parse_args(words)
    names = ("command", "profile", "region", "filter", "demo", "format", "fail_on", "no_backups")
    return tuple(getattr(arguments, name) for name in names)


@pytest.mark.parametrize("at", [0, 2, 4, 6, 7])
def test_options_stand_before_the_command_or_after_it(at):
    words = (*PLACE[:at], "check", *PLACE[at:], "--format", "json", "--fail-on", "high")
    assert given(*words) == (
        *("check", "prod", "eu-west-1", "state:ACTIVE", True, "json", "high", False),
    )


def test_what_is_said_last_counts():
    assert given("-p", "one", "check", "-p", "two")[1] == "two"


def test_without_options():
    assert given("check") == ("check", None, None, None, False, "table", None, False)
    assert parser().parse_args([]).command == "app"


def test_the_severities_are_those_of_findings():
    assert [severity.word for severity in Severity] == list(SEVERITIES)


@pytest.mark.parametrize(
    "words",
    [("check", "--fail-on", "bad"), ("check", "--format", "csv"), ("check", "--fail", "high")],
)
def test_what_is_not_known_is_refused(words):
    with pytest.raises(SystemExit) as left:
        parser().parse_args(words)
    assert left.value.code == 2
