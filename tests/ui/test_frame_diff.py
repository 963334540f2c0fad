"""What is written of a frame leaves the screen as the whole frame would."""

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import set_cell_size

from hsmtui.ui.terminal.frame_diff import FrameDiff

DRAWS = True
"""Each frame is drawn, as for a terminal."""

COLUMNS, ROWS = 120, 6  # all that is drawn below fits into it
STYLES = ("", "39;49", "1;39;49", "7", "31;49", "38;5;39;48;2;49;39;0", "0")
texts = st.text(st.sampled_from("aab  ●…│界é\u0301"), min_size=1, max_size=12) | st.sampled_from(
    ["a" * 30, " " * 25, "a" + " " * 14 + "b", "same same same"]
)


@st.composite
def frames(draw: st.DrawFn) -> str:
    """Text in styles at places, as Textual writes it."""
    parts = []
    for _ in range(draw(st.integers(1, 6))):
        row, column = draw(st.integers(1, ROWS)), draw(st.integers(1, 20))
        parts.append(f"\x1b[{row};{column}H")
        for _ in range(draw(st.integers(1, 3))):
            style, text = draw(st.sampled_from(STYLES)), draw(texts)
            parts.append(f"\x1b[{style}m{text}\x1b[0m" if style else text)
        if draw(st.booleans()) and row < ROWS:
            parts.append(draw(st.sampled_from(["\n", "\r\n"])))
    return "".join(parts) + "\x1b[1;2H"


def shown(
    writes: list[str], columns: int = COLUMNS, rows: int = ROWS
) -> list[list[tuple[object, ...]]]:
    screen = pyte.Screen(columns, rows)
    screen.reset_mode(7, private=True)  # text that is too long does not go to the next line
    stream = pyte.Stream(screen)
    for data in writes:
        stream.feed(data.replace("\r\n", "\n").replace("\n", "\r\n"))  # as the terminal line does
    look = [[tuple(screen.buffer[row][column]) for column in range(columns)] for row in range(rows)]
    return [*look, [(screen.cursor.y, screen.cursor.x)]]


@given(st.lists(frames(), min_size=1, max_size=6))
def test_the_screen_is_the_same(written: list[str]) -> None:
    frame_diff = FrameDiff()
    assert shown([frame_diff.reduced(frame) for frame in written]) == shown(written)


@given(st.lists(frames(), min_size=1, max_size=4), st.text("ab 界", min_size=80, max_size=80))
def test_frames_for_a_larger_terminal_leave_nothing_behind(written: list[str], last: str) -> None:
    """As those that were made before the terminal became smaller."""
    frame_diff, columns, rows = FrameDiff(), 10, 3
    frame_diff.fit((columns, rows))
    lines = [set_cell_size(last[at:], columns) for at in (0, 20, 40)]
    frame = "\x1b[1;1H" + "\n".join(lines) + "\x1b[1;2H"
    all_writes = [frame_diff.reduced(data) for data in [*written, frame]]
    assert shown(all_writes, columns, rows) == shown([frame], columns, rows)


def test_what_stands_there_is_not_written_again() -> None:
    frame_diff = FrameDiff()
    frame = "\x1b[2;1H\x1b[1;39;49mname\x1b[0m  payments\n\x1b[3;1Hsecond\x1b[1;2H"
    frame_diff.reduced(frame)
    assert frame_diff.reduced(frame) == ""
    changed = frame_diff.reduced(frame.replace("second", "third!"))
    assert "third!" in changed
    assert "payments" not in changed


def test_colours_that_say_nothing_are_left_out() -> None:
    assert FrameDiff().reduced("\x1b[1;1H\x1b[39;49mtext\x1b[0m") == "\x1b[1;1Htext"


def test_another_screen_is_drawn_whole() -> None:
    frame_diff = FrameDiff()
    frame = "\x1b[1;1Htext"
    frame_diff.reduced(frame)
    assert frame_diff.reduced("\x1b[?1049h") == "\x1b[?1049h"
    assert "text" in frame_diff.reduced(frame)


def test_what_is_no_frame_passes() -> None:
    frame_diff = FrameDiff()
    for data in ("\x1b[?25l", "\x1b]52;c;dGV4dA==\a", "\a", "", "plain"):
        assert frame_diff.reduced(data) == data
