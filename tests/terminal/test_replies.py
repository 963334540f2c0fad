"""What a terminal answers to others is no key, and nothing that it sends ends the app."""

from pathlib import Path

import pytest

from hsmtui.ui.terminal.control_sequences import PASTE_PAUSE
from tests.parts import part_of
from tests.terminal.conftest import Launch
from tests.terminal.rows import press_and_follow
from tests.terminal.terminal import BIN, Terminal, environment

CASES = Path(__file__).parents[1] / "cases"
DA1 = (CASES / "terminal-reply-da1.bin").read_bytes()
OSC52 = (CASES / "terminal-reply-osc52.bin").read_bytes()
UNENDED_PASTE = (CASES / "paste-without-end.bin").read_bytes()
NO_KEYS = {
    "DA1": DA1,
    "OSC 52": OSC52,
    "key released": (CASES / "key-up-with-event-type.bin").read_bytes(),
    "XTVERSION": b"\x1bP>|XTerm(370)?q\x1b\\",
    "kitty's graphics": b"\x1b_Gi=31;?q\x1b\\",
    "PM, SOS": b"\x1b^?q\x1b\\\x1bX?q\x1b\\",
    "CPR": b"\x1b[24;80R",
    "reports": b"\x1b[?2048;2$y\x1b[48;5;5;50;50t\x1b[8;5;5t\x1b[>1;2c\x1b[?25u\x1b[0n",
    "mouse": b"\x1b[<0;99999;99999M\x1b[<0;-3;-3m\x1b[M q?\x1b[35;9;9M\x1b[<;M",
    "mouse far away": b"\x1b[<35;9999;9999M\x1b[<64;9999;9999M\x1b[<0;9999;1M\x1b[<0;9999;1m",
    "characters that are none": b"\x1b[55357u\x1b[9999999u\x1b[1u\x1b[122;;55357u\xff\xed\xa0\x80",
}


@pytest.fixture
def terminal(launch: Launch) -> Terminal:
    terminal = launch("--demo")
    for text in ("1111-1111-1111", "q quit", "us-east-1c", "▇"):
        terminal.wait_for(text)
    return terminal


def screen(terminal: Terminal) -> list[str]:
    """The title, the details and the footer; findings of the rows are told when they are known."""
    return [terminal.lines[1], *terminal.lines[14:]]


@pytest.mark.in_parts
@pytest.mark.parametrize("reply", part_of(NO_KEYS))
def test_an_answer_does_nothing(terminal: Terminal, reply: str) -> None:
    before = screen(terminal)
    terminal.send_bytes(NO_KEYS[reply])
    press_and_follow(terminal, "j")
    press_and_follow(terminal, "k")
    terminal.wait_for(lambda: screen(terminal) == before)
    terminal.send("q")
    assert terminal.wait_exit() == 0
    assert terminal.is_restored


def test_an_answer_cut_in_two_does_nothing(terminal: Terminal) -> None:
    before = screen(terminal)
    for at in (2, 3, 7):
        terminal.send_bytes(DA1[:at])
        terminal.read(0.3)  # the cut is a pause, longer than an escape waits for what follows
        terminal.send_bytes(DA1[at:] + OSC52[:at])
        terminal.read(0.3)
        terminal.send_bytes(OSC52[at:])
    press_and_follow(terminal, "j")
    press_and_follow(terminal, "k")
    terminal.wait_for(lambda: screen(terminal) == before)


@pytest.mark.in_parts
@pytest.mark.parametrize(
    "data", part_of([b"\x1b]52;c;", b"\x1bP1$r", b"\x1b_G", UNENDED_PASTE]), ids=repr
)
@pytest.mark.parametrize("key", ["q", "ctrl+q"])
def test_what_has_no_end_makes_it_deaf_only_for_a_while(
    terminal: Terminal, data: bytes, key: str
) -> None:
    before = screen(terminal)
    terminal.send_bytes(data)
    terminal.send("?")
    if key == "q":
        terminal.pass_over(PASTE_PAUSE + 1)  # keys that are pressed meanwhile prolong it
        press_and_follow(terminal, "j")
        press_and_follow(terminal, "k")
        terminal.wait_for(lambda: screen(terminal) == before)
    terminal.send(key)
    assert terminal.wait_exit() == 0
    assert terminal.is_restored


def test_a_paste_without_an_end_is_text_of_the_field(terminal: Terminal) -> None:
    terminal.send("/")
    terminal.wait_for("esc")
    terminal.send_bytes(UNENDED_PASTE)
    terminal.wait_for("abc", within=10)
    terminal.send("d")
    terminal.wait_for("abcd")
    terminal.send("ctrl+q")
    assert terminal.wait_exit() == 0


def test_a_key_that_is_held_in_kitty_moves_on(terminal: Terminal) -> None:
    first = press_and_follow(terminal, "\x1b[1;1:1B")
    second = press_and_follow(terminal, "\x1b[1;1:2B")
    assert first != second
    assert press_and_follow(terminal, "\x1b[1;1:3B\x1b[1;1A") == first


FAILING = """
import sys
from hsmtui import cli
from hsmtui.ui.terminal import input

def fail(*_):
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    raise ValueError("no such luck")

input.TerminalInput.feed = fail
sys.exit(cli.main(["--demo"]))
"""


def test_an_error_over_what_is_sent_is_a_crash_with_a_report(home: Path) -> None:
    command = [str(BIN / "python"), "-c", FAILING]
    with Terminal(command, environment(home), 160, 24) as terminal:
        terminal.wait_for("q quit")
        terminal.send("j")
        assert terminal.wait_exit() == 1
        assert terminal.is_restored
        assert "hsmtui: unexpected failure: ValueError: no such luck" in terminal.text
        assert "The full report is in" in terminal.text
        assert "Traceback" not in terminal.text
    (report,) = (home / ".local" / "state" / "hsmtui").glob("crash-*.txt")
    assert "in run_input_thread" in report.read_text(encoding="utf-8")
