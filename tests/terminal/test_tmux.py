"""Inside tmux, with its own server and its settings as they come."""

import base64
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.parts import part_of
from tests.terminal.rows import cursor_id, ids, press_and_follow
from tests.terminal.terminal import HSMTUI, Terminal, environment

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux")

SIZE = (100, 30)


class Tmux:
    """A server of tmux, and the terminals that are attached to it."""

    def __init__(self, socket: Path, home: Path, terminals: ExitStack) -> None:
        self._command = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        self._environ = environment(home)
        self._terminals = terminals

    def __call__(self, *arguments: str) -> str:
        """What a command of tmux says."""
        command = [*self._command, *arguments]
        done = subprocess.run(
            command, env=self._environ, capture_output=True, text=True, timeout=10, check=False
        )
        return done.stdout

    def attach(self, *arguments: str, size: tuple[int, int] = SIZE) -> Terminal:
        """A terminal in which a command of tmux runs that attaches it."""
        terminal = Terminal([*self._command, *arguments], self._environ, *size)
        return self._terminals.enter_context(terminal)


@pytest.fixture
def tmux(home: Path) -> Iterator[Tmux]:
    # the path of a socket must be short, whatever TMPDIR is
    with TemporaryDirectory(prefix="tmux-", dir="/tmp") as folder, ExitStack() as terminals:
        tmux = Tmux(Path(folder) / "socket", home, terminals)
        yield tmux
        tmux("kill-server")


def sent_to_clipboard(terminal: Terminal, value: str) -> bool:
    """Whether the terminal around tmux was told to take this as its clipboard."""
    return base64.b64encode(value.encode()) in terminal.raw


def test_it_lives_in_it(tmux: Tmux) -> None:
    terminal = tmux.attach("new-session", HSMTUI, "--demo")
    terminal.wait_for("role/Triage")
    press_and_follow(terminal, "j")
    terminal.send("?")
    terminal.wait_for("Help")
    terminal.send("escape")
    terminal.wait_for(lambda: cursor_id(terminal) != "")
    tmux("detach-client")
    terminal.wait_exit()
    smaller = tmux.attach("attach-session", size=(80, 24))
    smaller.wait_for("role/Triage")
    smaller.wait_for(lambda: len(ids(smaller)) > 8)
    press_and_follow(smaller, "j")
    smaller.send("q")
    smaller.wait_exit()
    assert "exited" in smaller.text
    assert tmux("list-sessions") == ""


@pytest.mark.in_parts
@pytest.mark.parametrize(
    "setting",
    part_of([(), ("allow-passthrough", "on"), ("set-clipboard", "on"), ("set-clipboard", "off")]),
)
def test_a_copy_reaches_the_terminal_around_it(tmux: Tmux, setting: tuple[str, ...]) -> None:
    terminal = tmux.attach("new-session", "-s", "one", "/bin/sh")
    terminal.wait_for("[one]")
    if setting:
        tmux("set-option", "-g", *setting)
    terminal.send(f"{HSMTUI} --demo", "enter")
    terminal.wait_for("role/Triage")
    terminal.wait_for(lambda: cursor_id(terminal) != "")
    value = cursor_id(terminal)
    terminal.send("c")
    terminal.wait_for("Sent to the terminal's clipboard")
    terminal.wait_for(lambda: tmux("show-buffer") == value)
    if setting != ("set-clipboard", "off"):
        terminal.wait_for(lambda: sent_to_clipboard(terminal, value))


@pytest.mark.parametrize(
    "setting", [("allow-passthrough", "on"), ("set-clipboard", "on")], ids="=".join
)
def test_a_copy_needs_no_tmux_on_the_host_it_is_made_on(
    tmux: Tmux, setting: tuple[str, str]
) -> None:
    """Through ssh there is the TERM of tmux and no way to ask it."""
    terminal = tmux.attach("new-session", "-s", "one", "/bin/sh")
    terminal.wait_for("[one]")
    tmux("set-option", "-g", *setting)
    terminal.send(f"env -u TMUX TERM=tmux-256color {HSMTUI} --demo", "enter")
    terminal.wait_for("role/Triage")
    terminal.wait_for(lambda: cursor_id(terminal) != "")
    terminal.send("c")
    terminal.wait_for(lambda: sent_to_clipboard(terminal, cursor_id(terminal)))
