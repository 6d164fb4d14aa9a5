"""The operators' self-check, on the engines of the tests."""

from __future__ import annotations

import pytest

from deploy.migrate.indices import apply_indices, plan_indices
from deploy.selfcheck.item import compose_item, new_word
from deploy.selfcheck.report import engine_versions
from deploy.selfcheck.way import SelfcheckError, pass_item
from shared import admin
from shared.settings import Settings


async def test_an_item_that_nobody_analyses_is_reported_with_where_it_stopped(
    settings: Settings,
) -> None:
    await admin.prepare(settings)
    assert await plan_indices(settings)
    await apply_indices(settings)
    assert await plan_indices(settings) == []
    seen: list[str] = []
    with pytest.raises(SelfcheckError, match="not analysed and stored"):
        await pass_item(settings, lambda stop, _: seen.append(stop), patience=1)
    assert seen == ["published"]


async def test_engines_say_what_they_are(settings: Settings) -> None:
    versions = await engine_versions(settings)
    assert set(versions) == {"Kafka", "MongoDB", "Elasticsearch"}
    assert all(any(c.isdigit() for c in version) for version in versions.values())


def test_the_item_says_what_it_is_and_raises_nothing() -> None:
    item = compose_item(new_word())
    assert item.collection == "backfill"
    assert "self-check" in item.outlet.name
