"""Standard error during a check: progress that goes away, and what a person is asked."""

import io
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hsmtui.aws.prompter import DeviceSignIn, GivenUp, MfaCode, Prompter
from hsmtui.aws.threads import submit
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
    """Standard error that is a terminal; `shown` is set with the last line of a sign-in."""

    def __init__(self):
        super().__init__()
        self.shown = threading.Event()

    def write(self, text):
        written = super().write(text)
        if text.startswith("Or open "):
            self.shown.set()
        return written

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


def answer(there, prompter, subject, seconds=60):
    """What comes of a question that a thread asks, and of which the person hears in this one."""

    def ask():
        with prompter.asked(subject) as question:
            return question.wait(seconds)

    return there.attend(submit(ask))


def test_a_code_is_asked_for_and_not_shown(prompter, prompts):
    screen = Screen()
    there = Console(prompter, screen)
    there.progress("connecting")
    asked = MfaCode("prod", DEVICE, "AWS did not accept the code.")
    assert answer(there, prompter, asked) == "123456"
    assert prompts == [f"MFA code of {DEVICE} for profile prod: "]
    assert "AWS did not accept the code.\n" in screen.getvalue()
    assert "123456" not in screen.getvalue()


def test_no_code_is_giving_up(prompter, prompts):
    there = Console(prompter, Screen())
    answer(there, prompter, MfaCode("prod", DEVICE))
    with pytest.raises(GivenUp):
        answer(there, prompter, MfaCode("prod", DEVICE))
    assert len(prompts) == 2
    assert there.refusal_of("prod") is None


def test_questions_of_several_threads_come_one_after_the_other(prompter, monkeypatch):
    screen, at_once, most = Screen(), 0, 0
    there = Console(prompter, screen)
    monkeypatch.setattr(console, "TERMINAL", Path(os.devnull))

    def typed(prompt):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        drawn = screen.getvalue()
        there.progress("41 of 240 places")
        prompter.tell("waiting for credential_process")
        assert screen.getvalue() == drawn
        assert threading.current_thread() is threading.main_thread()
        at_once -= 1
        return prompt.split()[-1]

    monkeypatch.setattr(console, "getpass", typed)
    profiles = [f"profile-{number}" for number in range(8)]

    def ask(profile):
        with prompter.asked(MfaCode(profile, DEVICE)) as question:
            return question.wait(60)

    tasks = [submit(ask, profile) for profile in profiles]
    codes = there.attend(submit(lambda: [task.result() for task in tasks]))
    assert codes == [f"{profile}:" for profile in profiles]
    assert most == 1


def test_a_sign_in_is_shown_and_waited_for(prompter, monkeypatch, tmp_path):
    monkeypatch.setattr(console, "TERMINAL", tmp_path / "none")
    screen = Screen()
    there = Console(prompter, screen)

    def ask():
        with prompter.asked(SIGN_IN) as question:
            assert screen.shown.wait(60)
            return question.wait(0)

    assert there.attend(submit(ask)) is None
    assert screen.getvalue().splitlines() == [
        "To sign in to profile sso, open https://device.example/start",
        "and enter the code BCDF-GHJK before 12:10 UTC.",
        "Or open https://device.example/start?user_code=BCDF-GHJK",
    ]


def test_a_sign_in_is_given_up_with_enter(prompter, monkeypatch):
    ours, theirs = os.openpty()
    monkeypatch.setattr(console, "TERMINAL", Path(os.ttyname(theirs)))
    screen = Screen()
    there = Console(prompter, screen)

    def ask():
        with prompter.asked(SIGN_IN) as question:
            assert screen.shown.wait(60)
            assert question.wait(0) is None
            os.write(ours, b"\n")
            return question.wait(60)

    try:
        with pytest.raises(GivenUp):
            there.attend(submit(ask))
        assert screen.getvalue().endswith("\nEnter goes on without it.\n")
        assert there.refusal_of("sso") is None
    finally:
        os.close(ours)
        os.close(theirs)


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
        answer(there, prompter, subject)
    refusal = there.refusal_of(subject.profile)
    assert refusal is not None
    assert refusal.remedy == f"Sign in first: {how}. Then run this again."
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


def test_nothing_is_drawn_after_the_end(prompter):
    screen = Screen()
    there = Console(prompter, screen)
    there.progress("page 1")
    there.close()
    drawn = screen.getvalue()
    assert drawn.endswith("\r      \r")
    there.progress("page 2")
    prompter.tell("throttled")
    assert screen.getvalue() == drawn
    there.say("words")
    assert screen.getvalue() == f"{drawn}words\n"


def test_no_progress_where_nobody_looks(prompter):
    stream = io.StringIO()
    there = Console(prompter, stream)
    there.progress("page 1")
    there.clear()
    assert stream.getvalue() == ""
