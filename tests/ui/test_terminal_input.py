"""What a terminal sends, cut anywhere: keys are keys, and nothing else is one."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual.constants import ESCAPE_DELAY
from textual.events import Key, Paste
from textual.message import Message

from hsmtui.ui.terminal.control_sequences import (
    LONGEST_SEQUENCE,
    PASTE_PAUSE,
    PAUSE,
    STRING_AT_MOST,
)
from hsmtui.ui.terminal.input import TerminalInput
from hsmtui.ui.terminal.paste_filter import LONGEST_PASTE
from tests.parts import part_of

CASES = Path(__file__).parents[1] / "cases"

STRINGS = {
    "OSC 52, ended with BEL": (CASES / "terminal-reply-osc52.bin").read_bytes(),
    "OSC 52, ended with ST": b"\x1b]52;c;cWQ=\x1b\\",
    "OSC 10": b"\x1b]10;rgb:ffff/ffff/ffff\a",
    "OSC 11": b"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
    "OSC 4": b"\x1b]4;1;rgb:cdcd/0000/0000\x1b\\",
    "the title of the window": b"\x1b]lqPq!\x1b\\",
    "OSC in UTF-8": "\x1b]52;c;\u00dcq\u4e16?\a".encode(),
    "XTVERSION": b"\x1bP>|XTerm(370)q\x1b\\",
    "DA3": b"\x1bP!|00000000\x1b\\",
    "DECRQSS": b"\x1bP1$r0;1;38;5;9q\x1b\\",
    "XTGETTCAP": b"\x1bP1+r544e=787465726d\x1b\\",
    "kitty's graphics": b"\x1b_Gi=31;OK\x1b\\",
    "PM": b"\x1b^q?c\x1b\\",
    "SOS": b"\x1bXq?c\x1b\\",
    "OSC of 8 bits": b"\x9d52;c;cWQ=\x9c",
    "DCS of 8 bits": b"\x90>|XTerm(370)\x9c",
    "OSC of 8 bits in UTF-8": "\x9d52;c;cWQ=\x9c".encode(),
}
SEQUENCES = {
    "DA1": (CASES / "terminal-reply-da1.bin").read_bytes(),
    "DA1 of 8 bits": b"\x9b?61;6;7;22c",
    "DA2": b"\x1b[>41;370;0c",
    "DA3 as CSI": b"\x1b[=1c",
    "DSR": b"\x1b[0n",
    "DSR of the keyboard": b"\x1b[?27;1;0;0n",
    "CPR": b"\x1b[24;80R",
    "CPR that looks like F3": b"\x1b[1;2R",
    "extended CPR": b"\x1b[?24;80;1R",
    "report of a mode": b"\x1b[?2004;2$y",
    "report of an ANSI mode": b"\x1b[4;2$y",
    "report of size changes in band": b"\x1b[?2048;2$y",
    "size in band": b"\x1b[48;10;10;100;100t",
    "size in characters": b"\x1b[8;24;80t",
    "size in pixels": b"\x1b[4;600;800t",
    "state of the window": b"\x1b[1t",
    "kitty's keyboard": b"\x1b[?25u",
    "DECREQTPARM": b"\x1b[2;1;1;112;112;1;0x",
    "colour scheme": b"\x1b[?997;1n",
    "key released": (CASES / "key-up-with-event-type.bin").read_bytes(),
    "letter released": b"\x1b[97;1:3u",
    "key of no number": b"\x1b[99~",
    "letter of a control character": b"\x1b[1u",
    "character that is none": b"\x1b[9999999u",
    "half of a surrogate pair": b"\x1b[55357u",
    "unknown function key": b"\x1b[57500u",
    "mouse, before the first column": b"\x1b[<0;-5;3M",
    "mouse, without numbers": b"\x1b[<;;M",
    "mouse, huge": b"\x1b[<0;99999999999999;3M",
    "mouse, X10": b"\x1b[M q?",
    "mouse, X10 beyond column 95": b"\x1b[M \xc3\xa9",
    "mouse, urxvt": b"\x1b[32;10;10M",
    "end of a paste": b"\x1b[201~",
    "too long": b"\x1b[" + b"1;" * LONGEST_SEQUENCE + b"c",
}
REPLIES = STRINGS | SEQUENCES

STILL = 3600.0
"""Seconds after which nothing is waited for any more."""


def keys(messages: Iterable[Message]) -> list[str]:
    """The keys of what was sent; any other message by its name."""
    return [m.key if isinstance(m, Key) else type(m).__name__ for m in messages]


def sent(*parts: bytes, apart: float = 0.0) -> list[Message]:
    """All that parts mean which are read so many seconds apart."""
    terminal, now, messages = TerminalInput(), 0.0, list[Message]()
    for part in parts:
        messages += terminal.expire(now)
        messages += terminal.feed(part, now)
        now += apart
    return messages + settle(terminal, now)


def settle(terminal: TerminalInput, now: float) -> list[Message]:
    """What is still to come when nothing more is sent."""
    messages: list[Message] = []
    while terminal.deadline is not None:
        assert terminal.deadline <= now + PASTE_PAUSE
        now = terminal.deadline
        messages += terminal.expire(now)
    return messages


def cuts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    return ((data[:at], data[at:]) for at in range(1, len(data)))


@pytest.mark.in_parts
@pytest.mark.parametrize("reply", part_of(REPLIES))
@pytest.mark.parametrize("apart", [0.0, ESCAPE_DELAY * 0.9])
def test_an_answer_is_no_key_wherever_it_is_cut(reply: str, apart: float) -> None:
    data = REPLIES[reply]
    assert keys(sent(data + b"j")) == ["j"]
    short = data if len(data) < LONGEST_SEQUENCE else data[:60] + data[-2:]
    assert keys(sent(*(bytes([byte]) for byte in short), b"j", apart=apart)) == ["j"]
    for first, second in cuts(short):
        assert keys(sent(first, second + b"j", apart=apart)) == ["j"]


@pytest.mark.parametrize("reply", REPLIES)
def test_an_answer_that_comes_late_is_at_most_an_escape(reply: str) -> None:
    """An escape alone is one when nothing follows it soon; so is alt with what follows."""
    data = REPLIES[reply] if len(REPLIES[reply]) < LONGEST_SEQUENCE else b"\x1b[1;2;3c"
    for first, second in cuts(data):
        got = keys(sent(first, second + b"j", apart=PAUSE * 0.9))
        assert got[-1] == "j"
        assert all(key == "escape" or key.startswith("alt+") for key in got[:-1]), (first, second)
        assert len(got) == 1 or len(first) <= 2 or second == b"\\"


@pytest.mark.parametrize("reply", STRINGS)
def test_a_string_without_an_end_is_one_for_a_while(reply: str) -> None:
    data = STRINGS[reply].removesuffix(b"\a").removesuffix(b"\x1b\\").removesuffix(b"\x9c")
    data = data.removesuffix(b"\xc2")
    assert keys(sent(data, b"j", apart=PAUSE)) == ["j"]
    for key, name in {
        b"\x03": "ctrl+c",
        b"\x11": "ctrl+q",
        b"\x1b[A": "up",
        b"\x1b": "escape",
    }.items():
        assert keys(sent(data + key)) == [name]
        assert keys(sent(data, key)) == [name]
    assert keys(sent(data, b"\x1b[113;5u")) == ["ctrl+q"]


def test_a_string_lasts_no_longer_because_keys_are_pressed() -> None:
    pressed = sent(b"\x1b]52;c;", *([b"j"] * 1000), apart=PAUSE / 20)
    lost = STRING_AT_MOST / (PAUSE / 20)
    assert keys(pressed) == ["j"] * len(pressed)
    assert len(pressed) == pytest.approx(1000 - lost, abs=2)


KEYS = {
    b"\x1b[A": "up",
    b"\x1bOA": "up",
    b"\x9bA": "up",
    b"\x8fA": "up",
    b"\x1b[1;1A": "up",
    b"\x1b[1;1:1A": "up",
    b"\x1b[1;1:2A": "up",
    b"\x1b[1;5:2A": "ctrl+up",
    b"\x1b[1;5A": "ctrl+up",
    b"\x1b[5~": "pageup",
    b"\x1b[5;1:2~": "pageup",
    b"\x1b[25~": "f13",
    b"\x1b[[A": "f1",
    b"\x1bOP": "f1",
    b"\x1b[3$": "shift+delete",
    b"\x1b[Z": "shift+tab",
    b"\x1b\t": "shift+tab",
    b"\x1b[97u": "a",
    b"\x1b[97;1:1u": "a",
    b"\x1b[97;1:2u": "a",
    b"\x1b[97;;97u": "a",
    b"\x1b[97:65;2u": "A",
    b"\x1b[97:65:97;2u": "A",
    b"\x1b[97::99;1u": "a",
    b"\x1b[97:65;2:1;65u": "A",
    b"\x1b[0;;233u": "é",
    b"\x1b[113;5u": "ctrl+q",
    b"\x1b[113;5:1u": "ctrl+q",
    b"\x1b[27;5;113~": "ctrl+q",
    b"\x1b[27;2;65~": "A",
    b"\x1b[27u": "escape",
    b"\x1b[13;1:1u": "enter",
    b"\x1b[13;1:1;13u": "enter",
    b"\x1bx": "alt+x",
    b"\x1bX": "alt+shift+x",
    b"\x1b?": "alt+question_mark",
    b"\x1b]": "alt+right_square_bracket",
    b"\x1b": "escape",
    b"\x03": "ctrl+c",
    b"\x1b[I": "AppFocus",
    b"\x1b[O": "AppBlur",
    b"\x1b[<0;5;5M": "MouseDown",
    b"\x1b[<64;5;5M": "MouseScrollUp",
    b"\x1b[?2026;2$y": "TerminalSupportsSynchronizedOutput",
    "é".encode(): "é",
    "界".encode(): "界",
}


@pytest.mark.parametrize("data", KEYS, ids=repr)
def test_a_key_is_one(data: bytes) -> None:
    name = KEYS[data]
    assert keys(sent(data)) == [name]
    assert keys(sent(*(bytes([byte]) for byte in data), apart=ESCAPE_DELAY / 2)) == [name]


def test_alt_and_escape_are_told_apart_by_time() -> None:
    assert keys(sent(b"\x1b", b"x", apart=ESCAPE_DELAY / 2)) == ["alt+x"]
    assert keys(sent(b"\x1b", b"x", apart=ESCAPE_DELAY)) == ["escape", "x"]
    assert keys(sent(b"\x1bx\x1b[A")) == ["alt+x", "up"]


@pytest.mark.parametrize("key", [b"\r", b"\x03", b"\x11"])
def test_an_escape_before_enter_is_not_lost(key: bytes) -> None:
    """As of keys that arrive together over a slow line: escape was meant to close the dialog."""
    assert keys(sent(b"\x1b" + key))[0] == "escape"
    assert len(sent(b"\x1b" + key)) == 2


START, END = b"\x1b[200~", b"\x1b[201~"
typed = st.lists(st.sampled_from([b"a", b"2", b"~", b"\x1b[A", b"\x1bx", b"\r"]), max_size=4)
bodies = st.lists(
    st.sampled_from(
        ["a", "\n", "\t", "\x1b", "\x1b[2", "[201", "~", "\x1b[31m", "\x9b", "\0", "é", "\x11"]
    )
).map("".join)
KEPT = str.maketrans("", "", "\x1b\x9b\0\x11")


def pasted(messages: Iterable[Message]) -> list[str]:
    return [
        m.text if isinstance(m, Paste) else m.key for m in messages if isinstance(m, Paste | Key)
    ]


texts = bodies.filter(lambda body: "\x1b[201~" not in body and "\x1b[200~" not in body)


@given(st.lists(st.tuples(typed.map(b"".join), texts), max_size=4), st.data())
def test_what_is_pasted_is_text_without_what_acts(
    parts: list[tuple[bytes, str]], data: st.DataObject
) -> None:
    stream, wanted = b"", list[str]()
    for keys_before, body in parts:
        cleaned = body.translate(KEPT)
        stream += keys_before + START + body.encode() + END
        wanted += [*keys(sent(keys_before)), *([cleaned] if cleaned else [])]
    pieces = []
    while stream:
        length = data.draw(st.integers(1, 9))
        pieces.append(stream[:length])
        stream = stream[length:]
    assert pasted(sent(*pieces)) == wanted


@pytest.mark.parametrize("begin", [START, b"\x9b200~"])
@pytest.mark.parametrize("end", [END, b"\x9b201~"])
def test_a_paste_in_either_form(begin: bytes, end: bytes) -> None:
    assert pasted(sent(begin + b"q\x9b?c" + end + b"j")) == ["q\ufffd?c", "j"]


UNENDED = (CASES / "paste-without-end.bin").read_bytes()


def test_a_paste_without_an_end_ends_after_a_pause() -> None:
    assert pasted(sent(UNENDED, b"q")) == ["abcq"]
    assert pasted(sent(UNENDED, b"q", apart=PASTE_PAUSE * 0.9)) == ["abcq"]
    assert pasted(sent(UNENDED, b"q", apart=PASTE_PAUSE)) == ["abc", "q"]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (b"\x03", "ctrl+c"),
        (b"\x11", "ctrl+q"),
        (b"\x1b[99;5u", "ctrl+c"),
        (b"\x1b[113;5:1u", "ctrl+q"),
        (b"\x1b[27;5;113~", "ctrl+q"),
        (b"\x1b[27u", "escape"),
        (b"\x1b", "escape"),
    ],
)
def test_a_paste_without_an_end_ends_with_a_key(key: bytes, name: str) -> None:
    assert pasted(sent(UNENDED, key)) == ["abc", name]
    assert pasted(sent(UNENDED + key)) == ["abc", name]
    terminal = TerminalInput()
    list(terminal.feed(UNENDED, 0.0))
    list(terminal.feed(key, 0.0))
    assert pasted(terminal.expire(ESCAPE_DELAY)) == ["abc", name]
    assert pasted(sent(UNENDED, key, b"j", apart=2 * ESCAPE_DELAY)) == ["abc", name, "j"]


def test_a_key_within_a_paste_is_none() -> None:
    for key in (b"\x03", b"\x11", b"\x1b[113;5u", b"\x1b"):
        got = pasted(sent(UNENDED, key, b"def" + END, apart=ESCAPE_DELAY * 0.9))
        assert len(got) == 1


def test_the_end_of_a_paste_may_be_cut_in_two() -> None:
    for first, second in cuts(END):
        assert pasted(sent(UNENDED + first, second + b"j", apart=PASTE_PAUSE * 0.9)) == ["abc", "j"]
        late = pasted(sent(UNENDED + first, second + b"j", apart=PASTE_PAUSE * 1.1))
        assert [key for key in late if key != "escape"] == ["abc", "j"]


def test_pastes_that_begin_and_end_in_odd_order() -> None:
    assert pasted(sent(END + UNENDED + START + b"def" + END + END + b"j")) == ["abcdef", "j"]
    assert pasted(sent(START + END + b"j")) == ["j"]


def test_a_paste_is_kept_up_to_a_size() -> None:
    terminal = TerminalInput()
    list(terminal.feed(START, 0.0))
    for _ in range(2 * LONGEST_PASTE // 4096):
        assert list(terminal.feed(b"q" * 4096, 0.0)) == []
    assert pasted([*terminal.feed(END + b"j", 0.0)]) == ["q" * LONGEST_PASTE, "j"]


PIECES = [
    *(b"\x1b", b"\x1b[", b"\x1b]", b"\x1bP", b"\x1b_", b"\x1b^", b"\x1bX", b"\x1bO", b"\x1b\\"),
    *(b"\x9b", b"\x9d", b"\x90", b"\x9c", b"\x8f", "\x9b".encode(), "\x9d".encode()),
    *(
        b"0",
        b"1",
        b"9",
        b"-",
        b"99999999999999999999",
        b";",
        b":",
        b"?",
        b"<",
        b"=",
        b">",
        b" ",
        b"$",
    ),
    *(b"A", b"M", b"m", b"R", b"S", b"u", b"~", b"c", b"n", b"t", b"y", b"q", b"h", b"["),
    *(
        b"\a",
        b"\r",
        b"\t",
        b"\x7f",
        b"\0",
        b"\x18",
        b"\x03",
        b"\x11",
        b"\xc3",
        b"\xa9",
        b"\xff",
        b"\xf0\x9f",
    ),
    *(
        START,
        END,
        b"200~",
        b"201~",
        b"\x1b[<",
        b"\x1b[M",
        b"\x1b[48;",
        b"\x1b[1;1:3A",
        b"\x1b[97;1:3u",
    ),
    *("é".encode(), "界".encode()),
]


@given(
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)),
            st.sampled_from([0.0, ESCAPE_DELAY / 2, ESCAPE_DELAY, PAUSE, PASTE_PAUSE]),
        ),
        max_size=30,
    )
)
@example([(b"\x1b[<0;99999999999999999999;1M", 0.0)])
@example([(b"\x1b[;;u", 0.0), (b"\x1b[:::::u", 0.0), (b"\x1b[1:;:;:A", 0.0)])
def test_nothing_that_is_sent_makes_it_fail_or_deaf(parts: list[tuple[bytes, float]]) -> None:
    terminal, now = TerminalInput(), 0.0
    for part, pause in parts:
        list(terminal.feed(part, now))
        now += pause
        list(terminal.expire(now))
    settle(terminal, now)
    last = [*terminal.feed(b"q", now + STILL), *settle(terminal, now + STILL)]
    assert keys(last)[-1] == "q"  # before it, a byte may be told to have been no UTF-8


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)), max_size=30))
def test_ctrl_q_is_heard_soon(parts: list[bytes]) -> None:
    """Soon is a tenth of a second after the last byte, whatever came before."""
    terminal = TerminalInput()
    for part in parts:
        list(terminal.feed(part, 0.0))
    heard = [*terminal.feed(b"\x11", PAUSE / 2), *terminal.expire(PAUSE / 2 + ESCAPE_DELAY)]
    assert keys(heard)[-1:] == ["ctrl+q"] or _is_mouse(b"".join(parts))


def _is_mouse(data: bytes) -> bool:
    """Whether the last bytes may be a report of the mouse, which takes any three more."""
    return b"M" in data[-4:]
