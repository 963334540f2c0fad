"""What is closed is let go of."""

import gc

from textual.widget import Widget

OFTEN = 10


def widgets() -> int:
    """How many widgets there are in this process."""
    gc.collect()
    return sum(isinstance(thing, Widget) for thing in gc.get_objects())


async def test_a_dialog_that_is_closed_leaves_no_widgets_behind(sit):
    async with sit() as desk:
        await desk.press("question_mark", "escape")
        before = widgets()
        for _ in range(OFTEN):
            await desk.press("question_mark", "escape")
            await desk.settles()
        assert widgets() - before < 2 * OFTEN
