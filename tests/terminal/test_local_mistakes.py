"""Mistakes of this machine and of whoever typed the command: one line, and the right status."""

import os
import socket
import subprocess
import tracemalloc
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hsmtui.changes.audit import Audit, Who, read_audit
from hsmtui.changes.audit_table import records_as_csv, records_as_json, records_as_table
from tests.parts import part_of
from tests.terminal.conftest import Run
from tests.terminal.terminal import BIN, environment

Told = Callable[..., tuple[int, str]]

FORMS: dict[str, Callable[..., Iterable[object]]] = {
    "json": records_as_json,
    "csv": records_as_csv,
    "table": lambda records: records_as_table(records, 80),
}


@pytest.fixture
def told(run: Run, home: Path) -> Told:
    """Runs the command; the exit status, and what stands on standard error."""

    def told(*arguments: str) -> tuple[int, str]:
        done = run(*arguments)
        assert list(home.rglob("crash-*")) == []
        assert "Traceback" not in done.stderr
        return done.returncode, done.stderr

    return told


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("option", "value"),
    part_of(
        [
            *(("--clusters", value) for value in ("-5", "99999999999", "nan", "1.5", "")),
            *(("--latency", value) for value in ("nan", "inf", "-1", "1e300", "x")),
            *(("--port", value) for value in ("70000", "-1", "x")),
            *(("--seed", value) for value in ("-1", "9" * 5000, "x")),
        ]
    ),
)
def test_a_number_that_cannot_be_is_refused(told: Told, option: str, value: str) -> None:
    status, words = told("demo-server", f"{option}={value}")
    assert status == 2
    usage, error, _ = words.splitlines()
    assert usage.startswith("usage: hsmtui demo-server ")
    assert error.startswith(f"hsmtui demo-server: error: argument {option}: ")


def test_a_port_that_is_taken_is_told(told: Told) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, words = told("demo-server", "--port", port)
    assert (status, len(words.splitlines())) == (2, 1)
    assert port in words


@pytest.mark.parametrize("log", ["not/there/log", "."])
def test_a_log_that_cannot_be_made_is_told(told: Told, home: Path, log: str) -> None:
    path = str(home / log)
    status, words = told("demo-server", "--log", path)
    assert (status, len(words.splitlines())) == (2, 1)
    status, words = told("--log-file", path, "check", "--demo", "--no-backups")
    assert (status, len(words.splitlines())) == (2, 1)


@pytest.mark.parametrize("kind", ["config.toml", "audit.jsonl"])
def test_a_pipe_in_the_place_of_a_file_is_refused_at_once(
    told: Told, home: Path, kind: str
) -> None:
    folders = {"config.toml": ".config", "audit.jsonl": ".local/state"}
    path = home / folders[kind] / "hsmtui" / kind
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    status, words = told("audit") if kind == "audit.jsonl" else told("check", "--demo")
    assert (status, len(words.splitlines())) == (2, 1)
    assert "not a regular file" in words


NOBODY_KNOWS_ME = """
import pwd, sys
def getpwuid(uid):
    raise KeyError(uid)
pwd.getpwuid = getpwuid
from hsmtui.cli import main
sys.exit(main())
"""
"""The command as a user whom the machine does not know, as in a container."""


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("command", "status"), part_of([("paths", 2), ("audit", 2), ("--version", 0)])
)
def test_a_user_whom_nobody_knows_and_without_a_home_is_told(
    home: Path, command: str, status: int
) -> None:
    variables = environment(home)
    del variables["HOME"]
    done = subprocess.run(
        [BIN / "python3", "-c", NOBODY_KNOWS_ME, command],
        env={name: value for name, value in variables.items() if not name.startswith("XDG_")},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (status, bool(status))
    assert not status or "HOME" in done.stderr
    assert list(home.iterdir()) == []


@pytest.mark.in_parts
@pytest.mark.parametrize("form", part_of(FORMS))
def test_the_memory_of_the_audit_does_not_grow_with_its_file(tmp_path: Path, form: str) -> None:
    audit = Audit(tmp_path / "audit.jsonl", lambda: datetime(2026, 11, 21, tzinfo=UTC))
    audit.begin(Who(*"abcdef"), "DeleteCluster", "cluster-one")
    line = (tmp_path / "audit.jsonl").read_bytes()

    path = tmp_path / "many.jsonl"
    path.write_bytes(line * 2_000)
    tracemalloc.start()
    for _ in FORMS[form](read_audit(path, lambda _: None)):
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < path.stat().st_size / 3
