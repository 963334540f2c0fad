"""The command line of ``hsmtui check``: options before the command and after it."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from hsmtui.changes.audit import AuditOutcome
from hsmtui.changes.audit_query import BEGUN
from hsmtui.command_line.arguments import OUTCOMES, arguments_of
from hsmtui.model.findings.severity import SEVERITY_WORDS, Severity

PLACE = ("-p", "prod", "-r", "eu-west-1", "--filter", "state:ACTIVE", "--demo")


def given(*words):
    arguments = arguments_of(words)
    names = ("command", "profiles", "regions", "filter", "demo", "format", "fail_on", "no_backups")
    return tuple(getattr(arguments, name) for name in names)


@pytest.mark.parametrize("at", [0, 2, 4, 6, 7])
def test_options_stand_before_the_command_or_after_it(at):
    words = (*PLACE[:at], "check", *PLACE[at:], "--format", "json", "--fail-on", "high")
    assert given(*words) == (
        *("check", ("prod",), ("eu-west-1",), "state:ACTIVE", True, "json", "high", False),
    )


def test_what_is_said_last_counts():
    assert given("--filter", "one", "check", "--filter", "two")[3] == "two"


SEVERAL = ("-p", "a,b", "-r", "x", "--profile=c*", "-r", "y", "-p", "a,b", "--region", "z")


@pytest.mark.parametrize("at", [0, 2, 4, 5, 7, 9, 11])
def test_profiles_and_regions_add_up_wherever_they_stand(at):
    for words in ((*SEVERAL[:at], "check", *SEVERAL[at:]), SEVERAL):
        arguments = arguments_of(words)
        assert arguments.profiles == ("a,b", "c*", "a,b")
        assert arguments.regions == ("x", "y", "z")


@pytest.mark.parametrize("option", ["-p", "-r", "--scope", "--output", "--new-since"])
@pytest.mark.parametrize("value", ["", " "])
def test_a_variable_of_a_script_that_is_empty_names_no_other_place(option, value, capsys):
    with pytest.raises(SystemExit) as left:
        arguments_of(("check", option, value))
    assert left.value.code == 2
    assert f"argument {option}" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--scope", "a"), ("--scope", "b", "check", "--scope", "a")])
def test_a_scope_stands_before_the_command_or_after_it(words):
    assert arguments_of(words).scope == "a"
    assert arguments_of(()).scope is None


def test_without_options():
    assert given("check") == ("check", (), (), None, False, "table", None, False)
    assert arguments_of([]).command == "app"


def test_the_severities_are_those_of_findings():
    for word in SEVERITY_WORDS:
        assert Severity.named(given("check", "--fail-on", word.title())[6]) == Severity.named(word)


def test_the_outcomes_are_those_of_the_audit_file():
    assert list(OUTCOMES) == [BEGUN, *get_args(AuditOutcome)]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21", datetime(2026, 11, 21, tzinfo=UTC)),
        (" 2026-11-21T17:09 ", datetime(2026, 11, 21, 17, 9, tzinfo=UTC)),
        ("2026-11-21 17:09:30Z", datetime(2026, 11, 21, 17, 9, 30, tzinfo=UTC)),
        ("2026-11-21T17:09+02:00", datetime(2026, 11, 21, 15, 9, tzinfo=UTC)),
    ],
)
def test_since_is_a_moment_in_utc(text, moment):
    assert arguments_of(("audit", "--since", text)).since == moment


@pytest.mark.parametrize(
    ("text", "span"),
    [("30m", timedelta(minutes=30)), ("2h", timedelta(hours=2)), ("7d", timedelta(7))],
)
def test_since_is_so_long_ago(text, span):
    before = datetime.now(UTC)
    moment = arguments_of(("audit", "--since", text)).since
    assert before - span <= moment <= datetime.now(UTC) - span


@pytest.mark.parametrize(
    "words",
    [("check", "--fail-on", "bad"), ("check", "--format", "xml"), ("check", "--fail", "high")],
)
def test_what_is_not_known_is_refused(words):
    with pytest.raises(SystemExit) as left:
        arguments_of(words)
    assert left.value.code == 2


@pytest.mark.parametrize(
    ("line", "command"),
    [
        *(("--", "app"), ("--demo --", "app"), ("-- check", "check"), ("check --", "check")),
        *(("-- help check", None), ("completion -- bash", "completion")),
    ],
)
def test_the_end_of_options_may_be_told(
    line: str, command: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if command is not None:
        assert arguments_of(line.split()).command == command
    else:
        with pytest.raises(SystemExit) as left:
            arguments_of(line.split())
        assert (left.value.code, capsys.readouterr().err) == (0, "")
    assert arguments_of(["-p", "--", "check"]).profiles == ("check",)
