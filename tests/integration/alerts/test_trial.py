"""A rule tried on what was counted."""

from __future__ import annotations

from services.alerts.reading import Stores
from services.alerts.rule_files import load_rule
from services.alerts.store.counts import Counts
from services.alerts.store.exposure import Exposure
from services.alerts.store.people import People
from services.alerts.trial import Forgetful, would_raise
from shared.mongo import client_of, connect
from shared.settings import Settings
from tests.factories import START, make_matched_analysis
from tests.integration.alerts.conftest import Desk
from tests.integration.alerts.test_baselines import quiet, wave
from tests.integration.alerts.test_blackout import ELSEWHERE, SILENT
from tests.unit.alerts.test_rules import SHIPPED


async def raised(settings: Settings, rule_id: str, days: int) -> int:
    database, today = connect(settings, "alerts"), START.date()
    stores = Stores(
        Counts(database, lambda: today), Exposure(database), People(database), Forgetful(database)
    )
    rule = load_rule(SHIPPED / f"{rule_id.replace('-', '_')}.yaml")
    before = await database["candidates"].count_documents({})
    cases = await would_raise(stores, rule, today, days)
    assert await database["candidates"].count_documents({}) == before
    client_of(database).close()
    return len(cases)


async def test_a_trial_says_what_the_live_rule_said(desk: Desk, settings: Settings) -> None:
    await desk.deliver(*quiet(), *wave(), make_matched_analysis(500), *ELSEWHERE, *SILENT)
    kinds = sorted(one.rule.rule_id for one in desk.last.values())

    assert kinds == ["at-once", "blackout", "threshold"]
    assert [await raised(settings, rule_id, 90) for rule_id in kinds] == [1, 1, 1]
