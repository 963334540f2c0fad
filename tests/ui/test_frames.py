"""The frame of a dialog: which keys it tells, and how."""

from typing import Any

KEYS_OF_FRAMES: list[dict[tuple[str, ...], set[str]]] = [
    {
        ("s",): {"letter", "C", "esc"},
        ("C",): {"space", "K/J", "r", "esc"},
        ("space",): {"space", "K/J", "r", "esc"},
    },
    {("colon",): {"tab", "esc"}, ("t",): {"tab", "esc"}},
    {("o",): {"enter", "M", "esc"}},
    {("space", "j", "equals_sign"): {"a", "c", "esc"}},
]
"""What is pressed from the list on, one after the other, and the keys that a frame then tells."""


async def close_dialogs(desk: Any) -> None:
    while desk.app.has_dialog:
        await desk.press("escape")


async def test_in_a_frame_the_keys_are_bold_and_nothing_else_is(sit):
    async with sit() as desk:
        for steps in KEYS_OF_FRAMES:
            for keys, told in steps.items():
                await desk.press(*keys)
                await desk.until(lambda: desk.app.has_dialog)
                await desk.rest()
                frame = desk.app.screen.query_one("#box")._border_subtitle
                bold = [span for span in frame.spans if "bold" in str(span.style)]
                assert {frame.plain[span.start : span.end] for span in bold} == told, keys
            await close_dialogs(desk)


async def test_a_frame_says_how_to_leave_where_it_has_no_room_for_all_keys(sit):
    async with sit(size=(60, 16)) as desk:
        for keys in (("L",), ("s", "C"), ("P",), ("colon",)):
            await desk.press(*keys)
            await desk.until(lambda: desk.app.has_dialog)
            await desk.sees("esc closes")
            await close_dialogs(desk)
