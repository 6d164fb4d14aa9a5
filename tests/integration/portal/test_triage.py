"""From the queue to a verdict by span that is published."""

import re

from services.portal.context import Portal
from services.portal.indexer.handler import Indexer
from services.portal.review.queue import draw
from services.portal.review.routes import IN_A_ROW
from shared.events import ReviewRecorded, SubjectKind
from tests.factories import make_analysis, make_item, make_matched_analysis
from tests.integration.portal.conftest import NOW, Remembered, SignIn, feed


async def test_verdict_by_span_is_published_and_takes_the_item_out_of_the_queue(
    portal: Portal, indexer: Indexer, sign_in: SignIn, publisher: Remembered
) -> None:
    analysis = make_matched_analysis(1, make_item(1, event_at=NOW))
    (match,) = analysis.matches
    await feed(indexer, analysis)
    analyst = await sign_in("analyst")
    page = (await analyst.get("/triage")).text
    assert match.match_id in page
    sent = {name: _value(page, name) for name in ("csrf_token", "review_id", "subject_revision")}
    sent |= {"wrong": match.match_id, "decision": "not_relevant", "triage": "yes", "seen": "2"}
    answer = await analyst.post(f"/items/{analysis.item.item_id}/reviews", data=sent)
    assert answer.headers["location"].startswith("/triage?seen=3")
    await portal.desk.empty_outbox()
    (event,) = [one.event for one in publisher.published]
    assert isinstance(event, ReviewRecorded)
    assert event.subject_kind is SubjectKind.ITEM
    assert [(one.match_id, one.correct) for one in event.corrections] == [(match.match_id, False)]
    await feed(indexer, event)
    assert "Nothing waits" in (await analyst.get("/triage")).text
    again = {"decision": "relevant", "subject_revision": 1}
    address = f"/api/v1/items/{analysis.item.item_id}/reviews"
    assert (await analyst.post(address, json=again)).status_code == 202
    await portal.desk.empty_outbox()
    second = publisher.published[-1].event
    assert isinstance(second, ReviewRecorded)
    assert second.supersedes == event.review_id
    for wrong in (
        again | {"subject_revision": 9},
        again | {"decision": "approve_release"},
        again | {"corrections": [{"match_id": "foreign", "correct": True}]},
    ):
        assert (await analyst.post(address, json=wrong)).status_code in (409, 422)
    assert "A pause" in (await analyst.get("/triage", params={"seen": IN_A_ROW})).text


async def test_what_was_passed_over_is_drawn_too(
    portal: Portal, indexer: Indexer, sign_in: SignIn
) -> None:
    passed_over = [make_analysis(n, make_item(n, event_at=NOW)) for n in range(1, 41)]
    await feed(indexer, *passed_over)
    client = await sign_in("analyst")
    who = (await client.get("/api/v1/session")).json()["actor_id"]
    account = await portal.accounts.get(who)
    assert account is not None
    drawn = {await draw(portal.engine, account.principal, NOW, "") for _ in range(8)}
    assert len(drawn - {None}) > 1


def _value(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]
