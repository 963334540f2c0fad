"""Standard error during a check: progress that goes away, and what a person is asked."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hsmtui.aws.prompter import DeviceSignIn, GivenUp, MfaCode, Prompter
from hsmtui.check import console
from hsmtui.check.console import Console

DEVICE = "arn:aws:iam::111111111111:mfa/demo-user"
SIGN_IN = DeviceSignIn(
    profile="sso",
    url="https://device.example/start",
    whole_url="https://device.example/start?user_code=BCDF-GHJK",
    code="BCDF-GHJK",
    ends=datetime(2026, 3, 1, 12, 10, tzinfo=UTC),
)


class Screen(io.StringIO):
    """Standard error that is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def prompter():
    return Prompter()


@pytest.fixture
def prompts(monkeypatch):
    """What is asked at the terminal, where the person answers with these codes."""
    asked, codes = [], ["", "123456"]
    monkeypatch.setattr(console, "TERMINAL", Path(os.devnull))
    monkeypatch.setattr(console, "getpass", lambda prompt: asked.append(prompt) or codes.pop())
    return asked


def answer(prompter, subject):
    with prompter.asked(subject) as question:
        return question.wait(0)


def test_a_code_is_asked_for_and_not_shown(prompter, prompts):
    screen = Screen()
    there = Console(prompter, screen)
    there.progress("connecting")
    assert answer(prompter, MfaCode("prod", DEVICE, "AWS did not accept the code.")) == "123456"
    assert prompts == [f"MFA code of {DEVICE} for profile prod: "]
    assert "AWS did not accept the code.\n" in screen.getvalue()
    assert "123456" not in screen.getvalue()


def test_no_code_is_giving_up(prompter, prompts):
    there = Console(prompter, Screen())
    answer(prompter, MfaCode("prod", DEVICE))
    with pytest.raises(GivenUp):
        answer(prompter, MfaCode("prod", DEVICE))
    assert len(prompts) == 2
    assert there.refusal is None


def test_a_sign_in_is_shown_and_waited_for(prompter):
    screen = Screen()
    Console(prompter, screen)
    assert answer(prompter, SIGN_IN) is None
    assert screen.getvalue().splitlines() == [
        "To sign in to profile sso, open https://device.example/start",
        "and enter the code BCDF-GHJK before 12:10 UTC.",
        "Or open https://device.example/start?user_code=BCDF-GHJK",
    ]


@pytest.mark.parametrize(
    ("subject", "how"),
    [
        (MfaCode("prod", DEVICE), "start hsmtui with this profile in a terminal"),
        (SIGN_IN, "aws sso login --profile sso"),
    ],
)
def test_without_a_terminal_nobody_is_asked(prompter, monkeypatch, tmp_path, subject, how):
    monkeypatch.setattr(console, "TERMINAL", tmp_path / "none")
    stream = io.StringIO()
    there = Console(prompter, stream)
    with pytest.raises(GivenUp):
        answer(prompter, subject)
    assert there.refusal is not None
    assert there.refusal.remedy == f"Sign in first: {how}. Then run this again."
    assert stream.getvalue() == ""


def test_progress_is_one_line_that_goes_away(prompter, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    screen = Screen()
    there = Console(prompter, screen)
    there.progress("page 1, 25 clusters and more")
    assert screen.getvalue() == "\rpage 1, 25 clusters"
    there.progress("page 2")
    prompter.tell("throttled")
    assert screen.getvalue().endswith("page 2, throttled")
    there.say("words")
    assert screen.getvalue().endswith("\rwords\n")
    there.clear()
    assert screen.getvalue().count("\n") == 1


def test_no_progress_where_nobody_looks(prompter):
    stream = io.StringIO()
    there = Console(prompter, stream)
    there.progress("page 1")
    there.clear()
    assert stream.getvalue() == ""
