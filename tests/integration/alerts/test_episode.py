"""The demonstration's texts, analysed as they ship, through the rules as they ship."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deploy.demo.corpus import read_sample
from deploy.demo.episode import read_episode
from deploy.demo.plan import Article, Stage, make_plan
from shared.events import Collection, MediaItemAnalysed, RuleKind
from tests.integration.alerts.conftest import Desk
from tests.unit.demo.readings import read_text


def read(article: Article) -> MediaItemAnalysed:
    found = read_text(article)
    backfill = article.stage is Stage.BACKFILL
    collection = Collection.BACKFILL if backfill else Collection.LIVE
    return found.model_copy(
        update={"item": found.item.model_copy(update={"collection": collection})}
    )


@pytest.mark.parametrize(("seed", "hour"), [(1, 7), (2, 0), (3, 16)])
async def test_the_episode_raises_both_kinds_and_the_rest_nothing(
    desk: Desk, seed: int, hour: int
) -> None:
    start = datetime(2026, 3, 20, hour, 30, tzinfo=UTC)
    plan = make_plan(list(read_sample()), read_episode(), start=start, seed=seed)
    analyses = [read(article) for article in plan]
    await desk.deliver(*analyses)
    await desk.wait(minutes=2)

    matched = {one.item.item_id for one in analyses if one.matches}
    assert {one.rule.kind for one in desk.last.values()} == {RuleKind.AT_ONCE, RuleKind.THRESHOLD}
    assert {line.item_id for one in desk.last.values() for line in one.evidence} <= matched
