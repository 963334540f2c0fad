"""What waits for a drawing is called, whatever becomes of the screen in front."""

import asyncio


async def test_no_call_is_lost_with_a_dialog_that_closes(sit):
    async with sit() as desk:
        callers = (desk.screen, desk.screen.details.body, desk.table)
        await desk.press("?")
        may_go_on, called = asyncio.Event(), []
        desk.app.screen.call_next(may_go_on.wait)
        for each in callers:
            each.call_after_refresh(called.append, each)
        await desk.until(lambda: not any(each.message_queue_size for each in callers))
        desk.app.pop_screen()
        may_go_on.set()
        await desk.rest()
        assert set(called) == set(callers)
