"""Terminals that can less: no UTF-8, no colour, no cursor, no terminal at all."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.parts import part_of
from tests.terminal.conftest import Launch
from tests.terminal.rows import ids, press_and_follow
from tests.terminal.terminal import HSMTUI, Terminal, environment

SELECT_GRAPHICS = re.compile(rb"\x1b\[([0-9;:]*)m")
DIALOGS = ("?", "P", "R", ":", "!", "C", "ctrl+d", "/")


def colors(raw: bytes) -> set[str]:
    """Every colour that was set, named by its parameter; 39 and 49, the terminal's own, count."""
    found = set()
    for sequence in SELECT_GRAPHICS.findall(raw):
        numbers = sequence.decode().replace(":", ";").split(";")
        found |= {number for number in numbers if number and not 0 <= int(number) <= 29}
    return found


def go_through(terminal: Terminal) -> None:
    """See every tab, then every dialog."""
    terminal.wait_for("cluster-")
    terminal.wait_for("1111-1111-1111")
    for tab in "12345":
        before = terminal.text
        terminal.send("j", tab)
        terminal.wait_for(lambda before=before: terminal.text != before)
    terminal.wait_for('"ClusterId"')
    for opener in DIALOGS:
        uncovered = ids(terminal)
        terminal.send(opener)
        terminal.wait_for(lambda uncovered=uncovered: ids(terminal) != uncovered)
        terminal.send("escape")
        terminal.wait_for(lambda uncovered=uncovered: ids(terminal) == uncovered)


def test_with_no_color_there_is_no_colour(launch: Launch, home: Path) -> None:
    terminal = launch("--demo", environ=environment(home, NO_COLOR="1"))
    go_through(terminal)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert colors(terminal.raw) == set()
    assert b"\x1b[7m" in terminal.raw  # reverse and bold carry the meaning
    assert b"\x1b[1m" in terminal.raw


def test_no_color_wins_over_a_theme(launch: Launch, home: Path) -> None:
    terminal = launch("--demo", "--theme", "nord", environ=environment(home, NO_COLOR="1"))
    terminal.wait_for("cluster-")
    terminal.send("?")
    terminal.wait_for("Help")
    assert colors(terminal.raw) == set()


def test_a_theme_has_colours(launch: Launch) -> None:
    """What the tests above look for is there to be found."""
    terminal = launch("--demo", "--theme", "nord")
    terminal.wait_for("cluster-")
    assert "38" in colors(terminal.raw)


def test_where_the_locale_is_not_utf8_only_ascii_is_written(launch: Launch, home: Path) -> None:
    """As LC_ALL says it; where LANG does, each terminal below is met."""
    terminal = launch("--demo", environ=environment(home, LANG="C.UTF-8", LC_ALL="C"))
    go_through(terminal)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert terminal.raw.isascii()


TERMS = ["xterm", "xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100"]
UTF8, PLAIN = "C.UTF-8", "C"
PAIRS = [(("", UTF8), ("1", PLAIN)), (("1", UTF8), ("", PLAIN))]
"""Each terminal meets both locales and both wishes for colour, and these meet each other."""


@pytest.mark.in_parts
@pytest.mark.parametrize(
    ("term", "no_color", "locale"),
    part_of([(term, *pair) for n, term in enumerate(TERMS) for pair in PAIRS[n % 2]]),
)
def test_every_terminal_is_used_and_left_as_it_was(
    launch: Launch, home: Path, term: str, no_color: str, locale: str
) -> None:
    environ = environment(home, TERM=term, NO_COLOR=no_color, LANG=locale)
    terminal = launch("--demo", environ=environ)
    terminal.wait_for(lambda: len(ids(terminal)) > 8)
    terminal.send("?")
    terminal.wait_for("Help")
    terminal.send("escape")
    terminal.wait_for(lambda: "Help" not in terminal.text)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert terminal.raw.isascii() is (locale == "C")
    assert (colors(terminal.raw) == set()) is bool(no_color)
    assert terminal.is_restored


@pytest.mark.in_parts
@pytest.mark.parametrize("term", part_of(["dumb", "", None]))
def test_without_a_terminal_that_can_move_its_cursor(
    launch: Launch, home: Path, term: str | None
) -> None:
    environ = environment(home)
    del environ["TERM"]
    terminal = launch("--demo", environ=environ if term is None else environ | {"TERM": term})
    assert terminal.wait_exit() == 2
    assert len(terminal.raw.splitlines()) == 1
    assert b"TERM" in terminal.raw
    assert b"\x1b" not in terminal.raw


@pytest.mark.parametrize("redirected", ["stdin", "stdout"])
def test_without_a_terminal_at_all(home: Path, redirected: str) -> None:
    script = f'exec "$0" --demo {"<" if redirected == "stdin" else ">"} /dev/null 2> "$1"'
    errors = home / "errors"
    with Terminal(["/bin/sh", "-c", script, HSMTUI, str(errors)], environment(home)) as terminal:
        assert terminal.wait_exit() == 2
        assert terminal.raw == b""
    assert len(errors.read_text(encoding="utf-8").splitlines()) == 1


def test_in_a_pipe(home: Path) -> None:
    done = subprocess.run(
        [HSMTUI, "--demo"],
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "terminal" in done.stderr


def test_bytes_that_are_no_utf8_are_keys_that_mean_nothing(launch: Launch) -> None:
    """As é from a terminal in Latin 1, or alt and a key from one that sets the eighth bit."""
    terminal = launch("--demo")
    terminal.wait_for("1111-1111-1111")
    terminal.send_bytes(b"\xe9\xf8\xff\x80")
    press_and_follow(terminal, "j")
