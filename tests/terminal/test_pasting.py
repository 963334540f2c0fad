"""Ten kilobytes of anything from the clipboard: text in a field, nothing elsewhere."""

import time
from random import Random

import pytest

from tests.parts import part_of
from tests.terminal.conftest import Launch, Serve
from tests.terminal.rows import ids, press_and_follow
from tests.terminal.terminal import Terminal

pytestmark = pytest.mark.usefixtures("service_order")

SIZE = 10_000
COMMANDS = "qPRrmMsSyCc!?:/jkGg12345 \t\r\n\x03\x04\x10\x11\x12\x1a"
PASTES = {
    "one long word": "x" * SIZE,
    "thousands of words": "ab " * (SIZE // 3),
    "lines of filters": "state:ACTIVE name:a\n" * (SIZE // 20),
    "keys that are commands": COMMANDS * (SIZE // len(COMMANDS)),
    "sequences for a terminal": "\x1b]0;pwned\a\x1b[31mred\x1b[2J\x1b[?1049l\x1b[A\x1b[6n" * 250,
    "control characters": "".join(map(chr, [*range(0x1B), *range(0x1C, 0x20), 0x7F, 0x9B])) * 300,
    "anything": "".join(Random(1).choices("aé界\u202e\U0001f600 \t!:=,", k=SIZE)),  # noqa: S311
}


@pytest.fixture(params=part_of(PASTES), ids=lambda name: name.replace(" ", "-"))
def text(request: pytest.FixtureRequest) -> str:
    return PASTES[request.param]


@pytest.fixture
def terminal(serve: Serve, on_server: Launch) -> Terminal:
    server = serve(clusters=400)
    terminal = on_server(server)
    last = (
        "■ critical 2   1/2",
        "▲ high 1       0/0",
    )  # what certificates and backups tell comes late
    for text in ("1111-1111-1111", "q quit", "us-east-1c", "▇", *last):
        terminal.wait_for(text)
    return terminal


def answers_at_once(terminal: Terminal, key: str) -> None:
    """A key that moves the cursor does so soon."""
    pressed = time.monotonic()
    press_and_follow(terminal, key)
    assert time.monotonic() - pressed < 2


@pytest.mark.in_parts
def test_into_the_list_it_does_nothing(terminal: Terminal, text: str) -> None:
    before, mark = terminal.text, terminal.mark
    terminal.paste(text)
    answers_at_once(terminal, "j")
    terminal.send("k")
    terminal.wait_for(lambda: terminal.text == before)
    assert b"pwned\x07" not in terminal.raw[mark:]
    terminal.send("q")
    assert terminal.wait_exit() == 0


@pytest.mark.in_parts
def test_into_the_filter_it_is_text(terminal: Terminal, text: str) -> None:
    before = ids(terminal)
    terminal.send("/")
    terminal.wait_for("esc")
    mark = terminal.mark
    terminal.paste(text)
    terminal.wait_for(lambda: "state:ACTIVE  vpc" not in terminal.text)  # the empty line's words
    terminal.send("escape")
    terminal.wait_for(lambda: ids(terminal)[:10] == before[:10])
    answers_at_once(terminal, "j")
    for sequence in (b"pwned\x07", b"\x1b[2J", b"\x1b[6n", "\u202e".encode()):
        assert sequence not in terminal.raw[mark:]
    terminal.send("q")
    assert terminal.wait_exit() == 0
