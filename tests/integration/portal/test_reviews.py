"""What people decide about a signal, and that it reaches the topic."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from markupsafe import escape

from services.alerts.life import fold
from services.alerts.standing import Mark, MarkKind
from services.portal.accounts.model import PasswordSet, account_id
from services.portal.context import Portal
from services.portal.indexer.handler import Indexer
from services.portal.signals.reviews import keys_turned
from shared.admin import prepare
from shared.errors import TransientError
from shared.events import Decision, ReviewRecorded, RuleKind, SignalStatus, SubjectKind, decode
from shared.mongo import Database
from shared.publish import create_publisher
from shared.settings import Settings
from shared.topics import REVIEWS
from tests.engines import as_principal
from tests.factories import make_evidence, make_matched_analysis, make_review, make_signal
from tests.integration.portal.conftest import NOW, Remembered, SignIn, feed
from tests.integration.shared.test_publish import read

SIGNAL = make_signal(1)
ADDRESS = f"/api/v1/signals/{SIGNAL.signal_id}/reviews"
APPROVE = {"decision": "approve_release", "scope": "partners", "subject_revision": SIGNAL.revision}


async def reset_and_change(portal: Portal, reset: PasswordSet) -> None:
    """Let somebody set a password that its holder then changes."""
    made = account_id("made")
    await portal.accounts.set_password(made, "reset", reset)
    await portal.accounts.set_password(made, "own", PasswordSet(made, reset.at))


async def test_release_takes_two_keys_and_both_are_published(
    indexer: Indexer, portal: Portal, publisher: Remembered, sign_in: SignIn
) -> None:
    await feed(indexer, SIGNAL)
    one, two = await sign_in("editor"), await sign_in("editor")
    first = await one.post(ADDRESS, json=APPROVE)
    assert first.status_code == 202
    assert (await one.post(ADDRESS, json=APPROVE)).status_code == 409
    second = await two.post(ADDRESS, json=APPROVE)
    await portal.desk.empty_outbox()
    sent = [outgoing.event for outgoing in publisher.published]
    assert all(isinstance(event, ReviewRecorded) for event in sent)
    assert {event.sequence for event in sent} == {
        first.json()["review_id"],
        second.json()["review_id"],
    }
    assert {outgoing.recorded_at for outgoing in publisher.published} == {NOW}


async def test_review_sent_twice_is_one(indexer: Indexer, portal: Portal, sign_in: SignIn) -> None:
    await feed(indexer, SIGNAL)
    client = await sign_in("editor")
    review = APPROVE | {"review_id": str(uuid4())}
    answers = [await client.post(ADDRESS, json=review) for _ in range(3)]
    assert [one.status_code for one in answers] == [202, 202, 202]
    assert len(await portal.desk.recorded(SIGNAL.signal_id)) == 1
    other = await (await sign_in("editor")).post(ADDRESS, json=review)
    assert other.status_code == 409


async def test_what_was_not_released_cannot_be_withdrawn_and_no_key_is_lost_by_it(
    app: FastAPI, indexer: Indexer, portal: Portal, publisher: Remembered, sign_in: SignIn
) -> None:
    minutes = count()
    app.state.portal = replace(portal, clock=lambda: NOW + timedelta(minutes=next(minutes)))
    await feed(indexer, SIGNAL)
    one, two = await sign_in("editor"), await sign_in("editor")
    revision = {"subject_revision": 1}
    assert (await one.post(ADDRESS, json=APPROVE)).status_code == 202
    withdraw = {"decision": "withdraw", "note": "No."} | revision
    for client in (one, two):
        refused = await client.post(ADDRESS, json=withdraw)
        assert (refused.status_code, refused.json()["title"]) == (409, "Not possible now")
    assert (await one.post(ADDRESS, json={"decision": "revoke"} | revision)).status_code == 202
    assert (await two.post(ADDRESS, json=APPROVE)).status_code == 202
    await portal.desk.empty_outbox()
    reviews = [one.event for one in publisher.published if isinstance(one.event, ReviewRecorded)]
    mark = Mark(1, SIGNAL.revised_at, MarkKind.RAISED, SIGNAL.severity, SIGNAL.severity)
    assert fold([mark], reviews).release is None
    turned = keys_turned(await portal.desk.recorded(SIGNAL.signal_id))
    assert set(turned) == {account_id("person-1")}


@pytest.mark.parametrize("status", ["dismissed", "closed"])
@pytest.mark.parametrize("decision", ["approve_release", "assess", "correct", "revoke"])
async def test_decision_is_refused_in_a_state_it_is_not_about(
    indexer: Indexer, sign_in: SignIn, status: str, decision: str
) -> None:
    await feed(indexer, make_signal(1, status=SignalStatus(status)))
    client = await sign_in("editor")
    asked = {"decision": decision, "scope": "partners", "note": "Why.", "subject_revision": 1}
    refused = await client.post(ADDRESS, json=asked)
    assert refused.status_code == 409
    assert f"This signal is {status}" in refused.json()["detail"]


@pytest.mark.parametrize("other", [{"scope": "public"}, {"note": "Now."}, {"decision": "assess"}])
async def test_id_that_is_known_is_no_way_to_another_decision(
    indexer: Indexer, sign_in: SignIn, other: dict[str, str]
) -> None:
    await feed(indexer, SIGNAL)
    client = await sign_in("editor")
    review = APPROVE | {"review_id": str(uuid4())}
    assert (await client.post(ADDRESS, json=review)).status_code == 202
    refused = await client.post(ADDRESS, json=review | other)
    assert (refused.status_code, refused.json()["title"]) == (409, "Id in use")


async def test_review_sent_in_parallel_is_judged(
    indexer: Indexer, portal: Portal, publisher: Remembered, sign_in: SignIn
) -> None:
    await feed(indexer, SIGNAL)
    clients = [await sign_in("editor", name="creator"), await sign_in("editor", name="made")]
    event = PasswordSet(account_id("creator"), NOW)
    await reset_and_change(portal, event)
    assert (await clients[0].post(ADDRESS, json=APPROVE)).status_code == 202
    review = APPROVE | {"review_id": str(uuid4())}
    answers = await asyncio.gather(*(clients[1].post(ADDRESS, json=review) for _ in range(4)))
    assert {one.status_code for one in answers} == {409}
    await portal.desk.empty_outbox()
    assert len(publisher.published) == 1


async def test_review_sent_again_later_is_published_as_it_was_first(
    app: FastAPI, indexer: Indexer, portal: Portal, publisher: Remembered, sign_in: SignIn
) -> None:
    await feed(indexer, SIGNAL)
    client = await sign_in("editor")
    review = APPROVE | {"review_id": str(uuid4())}
    assert (await client.post(ADDRESS, json=review)).status_code == 202
    app.state.portal = replace(portal, clock=lambda: NOW + timedelta(hours=1))
    await feed(indexer, make_signal(1, revision=2))
    assert (await client.post(ADDRESS, json=review)).status_code == 202
    await portal.desk.empty_outbox()
    assert (await client.post(ADDRESS, json=review)).status_code == 202
    await portal.desk.empty_outbox()
    (sent,) = publisher.published
    assert sent.recorded_at == NOW


async def test_decision_not_judged_before_a_crash_shows_no_key_and_can_be_sent_again(
    indexer: Indexer, portal: Portal, publisher: Remembered, database: Database, sign_in: SignIn
) -> None:
    await feed(indexer, SIGNAL)
    client = await sign_in("editor")
    review = APPROVE | {"review_id": str(uuid4())}
    assert (await client.post(ADDRESS, json=review)).status_code == 202
    unjudged = {"$set": {"state": "new"}}
    await database["signal_reviews"].update_one({"_id": review["review_id"]}, unjudged)
    await portal.desk.empty_outbox()
    assert (await portal.desk.recorded(SIGNAL.signal_id), publisher.published) == ({}, [])
    assert (await client.post(ADDRESS, json=review)).status_code == 202
    await portal.desk.empty_outbox()
    assert len(publisher.published) == 1


async def test_absent_broker_is_shown_to_operators_and_people_go_on(
    portal: Portal, visitor: httpx.AsyncClient
) -> None:
    for name in ("mongo", "elasticsearch"):
        portal.health.ok(name)
    conditions = (await visitor.get("/healthz")).json()["conditions"]
    assert conditions["outbox"]["state"] == conditions["kafka"]["state"] == "waiting"
    assert (await visitor.get("/readyz")).status_code == 200


@pytest.mark.parametrize("days", [0, 6])
async def test_creator_and_created_are_not_two_people(
    indexer: Indexer, portal: Portal, sign_in: SignIn, days: int
) -> None:
    await feed(indexer, SIGNAL)
    creator = await sign_in("editor", name="creator")
    made = await sign_in("editor", name="made")
    event = PasswordSet(account_id("creator"), NOW - timedelta(days=days))
    await reset_and_change(portal, event)
    assert (await made.post(ADDRESS, json=APPROVE)).status_code == 202
    refused = await creator.post(ADDRESS, json=APPROVE)
    assert refused.status_code == 409
    assert "independent" in refused.json()["title"]
    assert len(await portal.desk.recorded(SIGNAL.signal_id)) == 1
    third = await sign_in("editor")
    assert (await third.post(ADDRESS, json=APPROVE)).status_code == 202


async def test_two_dependent_keys_at_the_same_moment_never_both_count(
    indexer: Indexer, portal: Portal, sign_in: SignIn
) -> None:
    await feed(indexer, SIGNAL)
    clients = [await sign_in("editor", name="creator"), await sign_in("editor", name="made")]
    event = PasswordSet(account_id("creator"), NOW)
    await reset_and_change(portal, event)
    await asyncio.gather(*(client.post(ADDRESS, json=APPROVE) for client in clients))
    assert len(await portal.desk.recorded(SIGNAL.signal_id)) <= 1


async def test_key_counts_only_from_a_password_that_its_holder_chose(
    indexer: Indexer, portal: Portal, sign_in: SignIn
) -> None:
    await feed(indexer, SIGNAL)
    client = await sign_in("editor", name="made")
    operator = PasswordSet(account_id("host:root"), NOW - timedelta(days=20))
    await portal.accounts.set_password(account_id("made"), "reset", operator)
    refused = await client.post(ADDRESS, json=APPROVE)
    assert (refused.status_code, refused.json()["title"]) == (409, "Choose your own password first")
    own = PasswordSet(account_id("made"), NOW)
    await portal.accounts.set_password(account_id("made"), "own", own)
    assert (await client.post(ADDRESS, json=APPROVE)).status_code == 202


async def test_approval_of_what_has_changed_since_is_refused(
    indexer: Indexer, sign_in: SignIn
) -> None:
    await feed(indexer, make_signal(1, revision=2))
    client = await sign_in("editor")
    assert (await client.post(ADDRESS, json=APPROVE)).status_code == 409
    assert (await client.post(ADDRESS, json=APPROVE | {"subject_revision": 2})).status_code == 202


async def test_key_is_taken_back_by_its_owner_only(indexer: Indexer, sign_in: SignIn) -> None:
    await feed(indexer, SIGNAL)
    one, two = await sign_in("editor"), await sign_in("editor")
    revoke = {"decision": "revoke", "subject_revision": 1}
    assert (await one.post(ADDRESS, json=APPROVE)).status_code == 202
    assert (await two.post(ADDRESS, json=revoke)).status_code == 409
    assert (await one.post(ADDRESS, json=revoke)).status_code == 202


async def test_analyst_assesses_and_does_not_release(indexer: Indexer, sign_in: SignIn) -> None:
    await feed(indexer, SIGNAL)
    client = await sign_in("analyst")
    assert (await client.post(ADDRESS, json=APPROVE)).status_code == 403
    assess = {"decision": "assess", "subject_revision": 1, "note": "Seen."}
    assert (await client.post(ADDRESS, json=assess)).status_code == 202


async def test_accepted_review_survives_an_absent_broker(
    indexer: Indexer, portal: Portal, publisher: Remembered, sign_in: SignIn
) -> None:
    await feed(indexer, SIGNAL)
    publisher.failure = TransientError("away")
    client = await sign_in("editor")
    assert (await client.post(ADDRESS, json=APPROVE)).status_code == 202
    with pytest.raises(TransientError):
        await portal.desk.empty_outbox()
    publisher.failure = None
    await portal.desk.empty_outbox()
    await portal.desk.empty_outbox()
    assert len(publisher.published) == 1


async def test_review_reaches_the_topic_as_the_portal(
    indexer: Indexer, portal: Portal, settings: Settings, sign_in: SignIn
) -> None:
    await prepare(settings, [REVIEWS])
    await feed(indexer, SIGNAL)
    client = await sign_in("editor")
    review_id = (await client.post(ADDRESS, json=APPROVE)).json()["review_id"]
    async with create_publisher(as_principal(settings, "portal"), "portal") as publisher:
        portal.desk._publisher = publisher
        await portal.desk.empty_outbox()
    (found,) = await read(settings, REVIEWS, 1)
    review = decode(ReviewRecorded, found.value)
    assert review.review_id == review_id
    assert review.decision is Decision.APPROVE_RELEASE
    assert (review.actor_role, review.subject_revision) == ("editor", 1)


async def test_panel_answers_htmx_with_itself_and_forms_with_a_redirect(
    indexer: Indexer, sign_in: SignIn
) -> None:
    await feed(indexer, make_matched_analysis(1), make_signal(1, evidence=[make_evidence(1)]))
    client = await sign_in("editor")
    page = f"/signals/{SIGNAL.signal_id}"
    shown = (await client.get(page)).text
    assert "Turn my key for release" in shown
    form = {name: str(value) for name, value in APPROVE.items()}
    form["csrf_token"] = client.headers.pop("X-CSRF-Token")
    htmx = await client.post(f"{page}/reviews", data=form, headers={"HX-Request": "true"})
    assert htmx.status_code == 200
    assert htmx.text.lstrip().startswith('<section id="review-panel"')
    assert "Take my key back" in htmx.text
    again = await client.post(f"{page}/reviews", data=form, headers={"HX-Request": "true"})
    assert (again.status_code, "Your key is turned already" in again.text) == (409, True)
    plain = await client.post(f"{page}/reviews", data=form | {"decision": "revoke"})
    assert (plain.status_code, plain.headers["location"]) == (303, page)


async def test_incomplete_form_says_what_is_missing_and_keeps_the_panel(
    indexer: Indexer, sign_in: SignIn
) -> None:
    await feed(indexer, make_signal(1, status=SignalStatus.RELEASED))
    client = await sign_in("editor")
    form = {"decision": "withdraw", "subject_revision": "1", "note": "", "scope": ""}
    headers = {"HX-Request": "true"}
    answer = await client.post(f"/signals/{SIGNAL.signal_id}/reviews", data=form, headers=headers)
    assert answer.status_code == 422
    assert "Say why: kept inside; those warned get a fixed sentence." in answer.text
    assert 'name="decision" value="withdraw"' in answer.text


async def test_reader_of_alerts_sees_no_signal(indexer: Indexer, sign_in: SignIn) -> None:
    await feed(indexer, make_matched_analysis(1), make_signal(1, evidence=[make_evidence(1)]))
    client = await sign_in("viewer")
    item = make_matched_analysis(1).item.item_id
    assert (await client.get(f"/api/v1/items/{item}")).json()["signal_ids"] == []
    assert "/signals" not in (await client.get(f"/items/{item}")).text


async def test_usual_is_shown_only_where_a_rule_asked_for_it(
    indexer: Indexer, sign_in: SignIn
) -> None:
    rule = SIGNAL.rule.model_copy(update={"kind": RuleKind.AT_ONCE})
    counted = SIGNAL.rule.model_copy(update={"kind": RuleKind.THRESHOLD})
    client = await sign_in("analyst")
    for revision, asked in enumerate((rule, counted), start=1):
        await feed(indexer, make_signal(1, revision=revision, rule=asked))
        page = (await client.get(f"/signals/{SIGNAL.signal_id}")).text
        rows = (await client.get("/signals")).text
        usual = asked.kind is RuleKind.THRESHOLD
        assert ("Seen against the usual" in page, "seen / usual" in rows) == (usual, usual)


async def test_matched_passage_is_marked_in_its_quote(indexer: Indexer, sign_in: SignIn) -> None:
    found = make_matched_analysis(1)
    (match,) = found.matches
    passage = found.item.text[match.start : match.end]
    evidence = make_evidence(1, start=match.start, end=match.end, quote=found.item.text[:200])
    await feed(indexer, found, make_signal(1, evidence=[evidence]))
    page = (await (await sign_in("analyst")).get(f"/signals/{SIGNAL.signal_id}")).text
    assert f'<mark class="passage">{escape(passage)}</mark>' in page


async def test_only_readers_of_signals_learn_which_items_are_evidence_and_who_judged_them(
    indexer: Indexer, sign_in: SignIn
) -> None:
    item = make_matched_analysis(1)
    verdict = make_review(
        1,
        subject_kind=SubjectKind.ITEM,
        subject_id=item.item.item_id,
        decision=Decision.RELEVANT,
        scope=None,
    )
    await feed(indexer, item, make_signal(1, evidence=[make_evidence(1)]), verdict)
    for role, signals, said, judged in (
        ("viewer", [], "none", []),
        ("administrator", [], "none", []),
        ("analyst", [SIGNAL.signal_id], "relevant", [verdict.actor_id]),
    ):
        client = await sign_in(role)
        answer = await client.get("/api/v1/search")
        (hit,) = answer.json()["hits"]
        assert (hit["signal_ids"], hit["verdict"]) == (signals, said)
        assert (SIGNAL.signal_id in answer.text) is bool(signals)
        shown = (await client.get(f"/api/v1/items/{item.item.item_id}")).json()
        assert [one["actor_id"] for one in shown["verdicts"]] == judged


async def test_dismissed_signals_are_listed_when_asked_for(
    indexer: Indexer, sign_in: SignIn
) -> None:
    await feed(indexer, make_signal(1, status=SignalStatus.DISMISSED), make_signal(2))
    client: httpx.AsyncClient = await sign_in("analyst")
    assert (await client.get("/api/v1/signals")).json()["total"] == 1
    asked = {"status": "dismissed"}
    assert (await client.get("/api/v1/signals", params=asked)).json()["total"] == 1
