"""Work beside the requests may not end unseen."""

import asyncio

from services.portal.asgi import background


async def _breaks() -> None:
    raise ValueError("unforeseen")


async def _ends() -> None:
    return


async def _lasts() -> None:
    await asyncio.Event().wait()


async def test_work_that_ends_is_told_and_work_that_is_stopped_is_not() -> None:
    told: list[str] = []
    async with background(told.append, _breaks(), _ends(), _lasts()):
        for _ in range(3):
            await asyncio.sleep(0)
    assert sorted(told) == ["_breaks", "_ends"]
