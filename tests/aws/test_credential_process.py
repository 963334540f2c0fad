"""``credential_process``: what the program may do wrong, and what it never gets hold of."""

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from shlex import quote

import pytest

from hsmtui.aws import child_process
from hsmtui.aws.clusters import fetch_page
from hsmtui.aws.connection import Connection
from hsmtui.aws.errors import HsmtuiError
from hsmtui.aws.pages import Position
from hsmtui.aws.prompter import Prompter
from hsmtui.aws.threads import submit
from hsmtui.demo.server import DemoServer

CASES = Path(__file__).parent.parent / "cases"
KEYS = {"Version": 1, "AccessKeyId": "AKIADEMO111111111111", "SecretAccessKey": "demo"}
PATIENCE = 20.0

Open = Callable[..., Connection]


@pytest.fixture
def process(tmp_path: Path) -> Path:
    """The program of the profiles; it can be executed once it is written."""
    return tmp_path / "process.sh"


@pytest.fixture
def profiles(server: DemoServer, aws_files: Callable[..., None]) -> Callable[[str], Path]:
    """Gives the profile `process` a command; answers with the file in which it stands."""

    def write(command: str) -> Path:
        place = f"region = us-east-1\nendpoint_url = {server.url}\n"
        aws_files(
            server.url,
            f"[profile process]\n{place}credential_process = {command}\n"
            f"[profile role]\n{place}role_arn = arn:aws:iam::222222222222:role/Operator\n"
            "source_profile = process\nrole_session_name = alice\n",
        )
        return Path(os.environ["AWS_CONFIG_FILE"])

    return write


@pytest.fixture
def failure(open_place: Open) -> Callable[[str], HsmtuiError]:
    def failure(profile: str = "process") -> HsmtuiError:
        with pytest.raises(HsmtuiError) as caught:
            fetch_page(open_place(profile, explicit=True), Position())
        error = caught.value
        assert error.unsent
        assert error.operation == "sign in"
        assert "proxy" not in str(error.remedy)
        return error

    return failure


@pytest.fixture
def script(profiles: Callable[[str], Path], process: Path) -> Callable[[str], None]:
    """Makes a shell script the program of the profile."""

    def write(text: str) -> None:
        process.write_text(f"#!/bin/sh\n{text}\n")
        process.chmod(0o755)
        profiles(quote(str(process)))

    return write


class TestCommand:
    @pytest.mark.parametrize(
        ("command", "words"),
        [
            ("", "The command is empty."),
            ("/opt/none/get-keys", "There is no program /opt/none/get-keys."),
            ("~/get-keys", "No shell reads the line"),
            ("$HOME/get-keys", "No shell reads the line"),
            ("get-keys-nowhere --profile x", "There is no program get-keys-nowhere."),
            ("/", "may not be executed"),
            ('"/opt/none', "cannot be split into words"),
        ],
    )
    @pytest.mark.parametrize("profile", ["process", "role"])
    def test_that_cannot_be_run(self, profiles, failure, command, words, profile):
        """Also where it is that of the profile which a role comes from."""
        file = profiles(command)
        error = failure(profile)
        line = file.read_text().splitlines().index(f"credential_process = {command}") + 1
        assert words in error.detail
        assert f"credential_process of profile process ({file}, line {line})" in error.detail

    @pytest.mark.parametrize(
        ("text", "mode", "words"),
        [
            ("#!/bin/sh\n", 0o644, "may not be executed"),
            ("#!/opt/none/sh\n", 0o755, "first line"),
            ("echo no interpreter is named", 0o755, "cannot be started"),
        ],
    )
    def test_of_a_file_that_cannot_be_run(self, profiles, process, failure, text, mode, words):
        process.write_text(text)
        process.chmod(mode)
        profiles(quote(str(process)))
        assert words in failure().detail

    @pytest.mark.parametrize("case", ["credential-process-empty", "credential-process-not-there"])
    def test_of_a_case(self, monkeypatch, failure, case):
        file = CASES / f"aws-config-{case}.ini"
        monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
        assert f"credential_process of profile cp ({file}, line 5)" in failure("cp").detail


PRINTS = [
    ("", "printed nothing"),
    ("echo", "printed nothing"),
    ("echo 'Not logged in.'", "no JSON; expected one JSON object and nothing else. It said: Not"),
    ("echo '[]'", "no object"),
    ("echo '{}'", "no Version 1"),
    ('echo \'{"Version": 2, "AccessKeyId": "a", "SecretAccessKey": "b"}\'', "no Version 1"),
    ("echo '{\"Version\": 1}'", "no AccessKeyId"),
    ('echo \'{"Version": 1, "AccessKeyId": null, "SecretAccessKey": "b"}\'', "no AccessKeyId"),
    ('echo \'{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": 7}\'', "no SecretAccessKey"),
    (
        'echo \'{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": 7}\'',
        "SessionToken that the program printed is no text",
    ),
    *(
        (
            'echo \'{"Version": 1, "AccessKeyId": "a", "SecretAccessKey": "b", "Expiration": "'
            + moment
            + "\"}'",
            "Expiration that the program printed is no time",
        )
        for moment in ("soon", "2026-01-31T12:00:00", "99999999999999999999")
    ),
    ("printf '\\377\\376'", "no JSON"),
    ("echo 'the vault is sealed' >&2; exit 3", "exit status 3. It said: the vault is sealed"),
    ("echo 'sealed' ; exit 3", "exit status 3. It said: sealed"),
    ("printf '\\377' >&2; exit 3", "exit status 3"),
    ("kill -9 $$", "was ended by Killed"),
]


class TestOutput:
    @pytest.mark.parametrize(("text", "words"), PRINTS)
    def test_that_is_no_credentials(self, script, failure, text, words):
        script(text)
        error = failure()
        assert words in error.detail
        assert "Correct" in str(error.remedy)

    def test_behind_other_words_says_these_and_no_secret(self, profiles, failure):
        profiles(quote(str(CASES / "credential-process-talks-on-stdout.sh")))
        error = failure()
        assert error.detail.endswith("It said: signed in as someone")
        assert "AKIA" not in error.detail

    def test_is_told_without_colours_and_secrets_and_not_at_length(self, script, failure):
        secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYPLANTEDKEY"
        script(
            f"printf '\\033[31mred\\033[0m {secret} ' >&2; yes no | head -n 5000 >&2;"
            " echo 'the reason' >&2; exit 1"
        )
        detail = failure().detail
        assert secret not in detail
        assert "\x1b" not in detail
        assert detail.endswith("the reason")
        assert len(detail) < 700

    def test_that_has_no_end_is_cut_off(self, script, failure, monkeypatch):
        monkeypatch.setattr(child_process, "MOST", 10_000)
        script("exec yes")
        assert "printed more than 10,000 bytes" in failure().detail

    def test_that_is_right_is_taken_from_a_program_that_leaves_an_agent(
        self, script, open_place, tmp_path
    ):
        """The agent holds the output open, as ssh's and gpg's do."""
        script(f"sleep 600 & echo $! >\"{tmp_path}/agent\"; echo '{json.dumps(KEYS)}'")
        connection = open_place("process", explicit=True)
        os.kill(int((tmp_path / "agent").read_text()), signal.SIGKILL)
        assert fetch_page(connection, Position()).entries


class TestAsking:
    @pytest.mark.parametrize("how", ["stdin", "tty"])
    def test_is_told_with_the_command_to_run_elsewhere(self, profiles, failure, how):
        command = CASES / f"credential-process-asks-on-{how}.sh"
        profiles(quote(str(command)))
        error = failure()
        assert "asks a question" in error.title
        assert f"Sign in elsewhere first: in another terminal run {command}" in str(error.remedy)

    @pytest.mark.parametrize(
        "text",
        [
            "printf 'code: '; read -r code; echo '{}'",
            "printf 'Continue [y/n]? ' >&2; read -r answer || exit 1",
            f"{shutil.which('python3')} -c 'input()'",
            "echo 'gpg: decryption failed: Inappropriate ioctl for device' >&2; exit 2",
            "echo 'the input device is not a TTY' >&2; exit 1",
        ],
    )
    def test_is_seen_by_what_is_said(self, script, failure, text):
        script(text)
        assert "elsewhere" in str(failure().remedy)

    def test_has_nothing_to_ask_with(self, script, failure, monkeypatch):
        monkeypatch.setenv("GPG_TTY", "/dev/pts/0")
        script(
            'echo "stdin: $(cat | wc -c)" >&2; echo "gpg: $GPG_TTY." >&2;'
            f'echo "session: $({shutil.which("ps")} -o sid= -p $$)" >&2;'
            'echo "self: $$" >&2; exit 1'
        )
        said = failure().detail.replace(" ", "")
        assert "stdin:0" in said
        assert "gpg:." in said
        number = said.rpartition("self:")[2]
        assert f"session:{number}self" in said


class Waiting(Prompter):
    """A person who knows when something is waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.waits = threading.Event()
        self.on_change = lambda: (
            self.waiting_for.startswith("waiting for cred") and self.waits.set()
        )


class TestHanging:
    @pytest.fixture
    def number(self, script: Callable[[str], None], tmp_path: Path) -> Callable[[], int]:
        """A program that hangs; asks for its number once it runs."""
        os.mkfifo(tmp_path / "started")
        script(f"trap '' TERM; echo $$ >\"{tmp_path}/started\"; sleep 600")
        return lambda: int((tmp_path / "started").read_text())

    def test_is_given_up(self, number, tmp_path):
        prompter = Waiting()
        output = submit(child_process.run_program, [str(tmp_path / "process.sh")], prompter)
        running = number()
        began = time.monotonic()
        prompter.give_up()
        assert output.result(PATIENCE).stopped == "You stopped waiting for it."
        assert time.monotonic() - began < PATIENCE / 4
        assert not exists(running)

    def test_ends_with_the_time_that_it_has(self, number, tmp_path, monkeypatch, failure):
        monkeypatch.setattr(child_process, "PROGRAM_SECONDS", 0.3)
        error = submit(failure)
        running = number()
        assert "did not end within" in error.result(PATIENCE).detail
        assert not exists(running)


def exists(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
