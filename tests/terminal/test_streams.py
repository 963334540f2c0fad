"""Standard streams that are closed, full, or a pipe that nobody reads any more."""

import os
import shlex
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hsmtui.changes.audit import Audit, Who
from hsmtui.check.forms import CHECK_FORMATS
from tests.parts import part_of
from tests.terminal.terminal import HSMTUI, environment

CHECK = "check --demo --no-backups -p demo-staging"

PRINTING = (
    "--version",
    "--help",
    "demo-server --help",
    "paths",
    "audit",
    "audit --format json",
    *(f"{CHECK} --format {form}" for form in CHECK_FORMATS),
    "demo-server",
)
"""Commands that write to standard output."""

LIKE_THE_TABLE = {f"{CHECK} --format {form}" for form in CHECK_FORMATS if form != "table"}
"""Checks whose output is closed where that of the table is."""

REFUSED = (
    "--nonsense",
    "demo-server --latency nan",
    "wait x",
    "check --config /nonexistent",
    "--demo",
)
"""Commands that end with 2 and say on standard error why."""

ANOTHER = "Choose another folder."
FULL, CLOSED = "No space left on device", "it is closed"


@pytest.fixture(autouse=True)
def recorded(home: Path) -> None:
    """An audit file with a record."""
    path = home / ".local" / "state" / "hsmtui" / "audit.jsonl"
    audit = Audit(path, lambda: datetime(2026, 11, 21, tzinfo=UTC))
    audit.begin(Who(*"abcdef"), "DeleteCluster", "cluster-one")


def run(
    home: Path, command: str, stdout: int = subprocess.PIPE, limit: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run the command with redirections of a shell; no crash report may come of it."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'{limit} exec "$0" {command}', HSMTUI],
        env=environment(home, **environ),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
    )
    assert list(home.rglob("crash-*")) == []
    return done


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("command", "redirection", "reason"),
    part_of(
        [
            *((command, ">/dev/full", FULL) for command in PRINTING),
            *((command, ">&-", CLOSED) for command in PRINTING if command not in LIKE_THE_TABLE),
        ]
    ),
)
def test_an_output_that_cannot_be_written_is_one_line(
    home: Path, command: str, redirection: str, reason: str
) -> None:
    done = run(home, f"{command} {redirection}")
    told = f"hsmtui: standard output cannot be written: {reason}\n"
    assert (done.returncode, done.stderr) == (1, told)


@pytest.mark.parametrize("command", ["--version", "paths"])
def test_so_is_one_that_python_does_not_buffer(home: Path, command: str) -> None:
    done = run(home, f"{command} >/dev/full", PYTHONUNBUFFERED="1")
    assert (done.returncode, FULL in done.stderr) == (1, True)


@pytest.mark.in_parts
@pytest.mark.parametrize(
    "command", part_of([each for each in PRINTING if not each.startswith("check")])
)
def test_a_reader_that_has_gone_is_passed_over_in_silence(home: Path, command: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = run(home, command, stdout=writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("options", "status"),
    part_of(
        [("--format table", 0), ("--format json --fail-on info", 3), ("--min-clusters 999", 4)]
    ),
)
def test_a_reader_that_has_gone_leaves_a_check_its_status(
    home: Path, options: str, status: int
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = run(home, f"{CHECK} {options}", stdout=writer)
    finally:
        os.close(writer)
    assert done.returncode == status
    assert ("--min-clusters expects 999" in done.stderr) is (status == 4)
    assert len(done.stderr.splitlines()) == (status == 4)


def test_a_file_that_has_no_room_leaves_what_was_there(home: Path) -> None:
    path = home / "a.json"
    path.write_text("old")
    options = f"{CHECK} --fail-on info --format json --output {shlex.quote(str(path))}"
    done = run(home, options, limit="ulimit -f 8;", PYTHONDONTWRITEBYTECODE="1")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"hsmtui: {path} was not written: File too large. {ANOTHER}\n"
    assert path.read_text("utf-8") == "old"
    assert [each.name for each in home.iterdir() if each.is_file()] == ["a.json"]


@pytest.mark.in_parts
@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-"])
@pytest.mark.parametrize("command", part_of(REFUSED))
def test_errors_that_cannot_be_told_keep_their_exit_status(
    home: Path, command: str, redirection: str
) -> None:
    done = run(home, f"{command} {redirection}")
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("redirections", [">&- 2>&- <&-", ">/dev/full 2>/dev/full <&-"])
def test_nothing_is_left_to_say_it_with(home: Path, redirections: str) -> None:
    assert run(home, f"audit {redirections}").returncode == 1


@pytest.mark.in_parts
@pytest.mark.parametrize("redirection", part_of(["2>/dev/full", "2>&-", "<&-"]))
def test_the_output_does_not_need_the_others(home: Path, redirection: str) -> None:
    done = run(home, f"audit {redirection}")
    assert (done.returncode, "cluster-one" in done.stdout) == (0, True)


@pytest.mark.in_parts
@pytest.mark.parametrize("closed", part_of(["<&-", ">&-", "2>&-"]))
def test_a_closed_stream_is_no_terminal(home: Path, closed: str) -> None:
    done = run(home, f"--demo {closed}")
    assert done.returncode == 2
    assert "there is no terminal" in done.stderr or closed == "2>&-"


def test_the_output_is_utf_8_whatever_the_locale(home: Path) -> None:
    done = run(home, "--help", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "config.toml, …" in done.stdout


@pytest.mark.parametrize("argument", ["--no\x1b]0;x\x07", "check --fail-on \x9b2J"])
def test_an_argument_that_is_refused_does_not_act(home: Path, argument: str) -> None:
    done = run(home, " ".join(f"'{word}'" for word in argument.split()))
    assert done.returncode == 2
    assert all(line.isprintable() for line in done.stderr.splitlines())
