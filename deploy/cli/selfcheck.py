"""`tocsin selfcheck`: whether an item comes through, on these very engines."""

from __future__ import annotations

import asyncio

from deploy.cli.terminal import console
from deploy.selfcheck.report import NOT_CHECKED, engine_versions
from deploy.selfcheck.way import pass_item
from shared.settings import Settings, load_settings


def selfcheck() -> None:
    """Pass one composed item through the engines, find it, remove it; say what was not checked."""
    asyncio.run(_selfcheck(load_settings()))
    console.print("An item comes through. Not checked by this:")
    for one in NOT_CHECKED:
        console.print(f"  {one}")


async def _selfcheck(settings: Settings) -> None:
    for engine, version in (await engine_versions(settings)).items():
        console.print(f"{engine}: {version}")
    await pass_item(settings, lambda stop, seconds: console.print(f"{stop}: {seconds:.1f} s"))
