"""A crash restores the terminal, says where its report is, and shows no secret."""

import subprocess
from pathlib import Path

import pytest

from tests.parts import part_of
from tests.terminal.terminal import BIN, Terminal, environment

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

CRASHES = {
    "an action": "HsmtuiApp.action_help = lambda app: crash()",
    "a worker": "HsmtuiApp.action_help = lambda app: start(app, later, group='crash')",
    "a thread": "HsmtuiApp.action_help = lambda app: start(app, in_thread, group='crash')",
    "two workers": (
        "HsmtuiApp.action_help = lambda app: [start(app, later, group=g) for g in 'ab'] and None"
    ),
}

APP = """
import sys
from hsmtui.aws.threads import offload
from hsmtui.cli import main
from hsmtui.ui.app import HsmtuiApp
from hsmtui.ui.host import start

def crash():
    secret = {secret!r}
    raise RuntimeError("no such luck: " + secret)

async def later():
    crash()

async def in_thread():
    await offload(crash)

{patch}
sys.exit(main(sys.argv[1:]))
"""

OUTSIDE = """
import sys
from hsmtui import cli

def crash(*_, **__):
    secret = {secret!r}
    raise {error}

cli.load = crash
sys.exit(cli.main(["--demo"]))
"""


def reports(home: Path) -> list[Path]:
    return sorted((home / ".local" / "state" / "hsmtui").glob("crash-*.txt"))


def no_secret(text: str) -> bool:
    return SECRET not in text and SECRET[:20] not in text


@pytest.mark.in_parts
@pytest.mark.parametrize("where", part_of(CRASHES))
def test_a_crash_of_the_app(home: Path, where: str) -> None:
    code = APP.format(secret=SECRET, patch=CRASHES[where])
    command = [str(BIN / "python"), "-c", code, "--demo"]
    with Terminal(command, environment(home), 160, 24) as terminal:
        terminal.wait_for("clusters (")
        terminal.send("?")
        assert terminal.wait_exit() == 1
        assert terminal.is_restored
        (path,) = reports(home)
        assert terminal.shows("hsmtui: unexpected failure: RuntimeError: no such luck: ********")
        assert terminal.shows(f"The full report is in {path}")
        assert "Traceback" not in terminal.text
        assert no_secret(terminal.raw.decode())
    report = path.read_text(encoding="utf-8")
    assert "in crash" in report
    assert no_secret(report)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_crash_of_which_the_report_cannot_be_written(home: Path) -> None:
    blocked = home / "blocked"
    blocked.touch()
    code = APP.format(secret=SECRET, patch=CRASHES["an action"])
    command = [str(BIN / "python"), "-c", code, "--demo"]
    environ = environment(home, XDG_STATE_HOME=str(blocked))
    with Terminal(command, environ, 160, 60) as terminal:
        terminal.wait_for("clusters (")
        terminal.send("?")
        assert terminal.wait_exit() == 1
        assert terminal.shows("The report cannot be written to")
        assert terminal.shows("RuntimeError: no such luck: ********")
        assert no_secret(terminal.raw.decode())
        assert terminal.is_sane


def crash_outside(home: Path, error: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIN / "python"), "-c", OUTSIDE.format(secret=SECRET, error=error)],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_crash_before_the_app(home: Path) -> None:
    done = crash_outside(home, "ValueError(secret)")
    (path,) = reports(home)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("hsmtui: unexpected failure: ValueError: ********\n")
    assert str(path) in done.stderr
    assert "Traceback" not in done.stderr
    assert no_secret(done.stderr + path.read_text(encoding="utf-8"))


def test_an_interrupt_is_no_crash(home: Path) -> None:
    done = crash_outside(home, "KeyboardInterrupt")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
    assert reports(home) == []
