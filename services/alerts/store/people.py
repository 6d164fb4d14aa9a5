"""What people decided and set, and what is known of outlets; each kept as a set of facts.

A review may arrive before its signal (after a replay it often does): it is kept by its subject,
and applied whenever the signal is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.alerts.blackout import Statement, statement_of
from services.alerts.rules import Rule
from services.alerts.store import writing
from services.alerts.store.documents import statement_of_text, statement_text
from shared.events import MediaOutletHealthChanged, ReviewRecorded, SubscriptionChanged
from shared.mongo import Database, UpdateOne, transient_mongo


class People:
    """Reviews, rules and outlets."""

    def __init__(self, database: Database) -> None:
        self._reviews = database["reviews"]
        self._rules = database["rules"]
        self._outlets = database["outlets"]
        self._subscriptions = database["subscriptions"]

    async def add_reviews(self, reviews: Iterable[ReviewRecorded]) -> None:
        """Keep reviews of signals; a repeated one is the same member of its set."""
        updates = [
            UpdateOne(
                {"_id": review.subject_id},
                {"$addToSet": {"reviews": review.model_dump_json()}},
                upsert=True,
            )
            for review in reviews
        ]
        await writing.write(self._reviews, updates)

    async def reviews(self, signal_ids: Iterable[str]) -> dict[str, list[ReviewRecorded]]:
        """Return all reviews of each signal."""
        found = await writing.find_by_id(self._reviews, signal_ids)
        return {
            key: [ReviewRecorded.model_validate_json(one) for one in sorted(document["reviews"])]
            for key, document in found.items()
        }

    async def add_subscriptions(self, changed: Iterable[SubscriptionChanged]) -> None:
        """Keep what each subscriber asked for last; a topic's key keeps them in order."""
        updates = [
            UpdateOne(
                {"_id": one.subscription_id},
                {"$set": {"subscription": one.model_dump_json()}},
                upsert=True,
            )
            for one in changed
        ]
        await writing.write(self._subscriptions, updates)

    async def subscriptions(self) -> list[SubscriptionChanged]:
        """Return all subscriptions, ended ones too; there are few."""
        with transient_mongo():
            found = await self._subscriptions.find({}).sort("_id", 1).to_list(length=None)
        return [SubscriptionChanged.model_validate_json(one["subscription"]) for one in found]

    async def add_rule(self, rule: Rule) -> None:
        """Keep a version of a rule."""
        update = {"$addToSet": {"versions": rule.model_dump_json()}}
        await writing.write(self._rules, [UpdateOne({"_id": rule.rule_id}, update, upsert=True)])

    async def rules(self) -> list[Rule]:
        """Return all versions that people have set; there are few."""
        with transient_mongo():
            found = await self._rules.find({}).to_list(length=None)
        versions = (text for document in found for text in document.get("versions", []))
        return [Rule.model_validate_json(text) for text in versions]

    async def keep_files(self, files: Iterable[Rule]) -> dict[str, Rule]:
        """Keep the operator's definitions; return the last one of every rule that ever had any."""
        with transient_mongo():
            found = await self._rules.find({"file": {"$exists": True}}).to_list(length=None)
        kept = {document["_id"]: Rule.model_validate_json(document["file"]) for document in found}
        new = [rule for rule in files if kept.get(rule.rule_id) != rule]
        updates = [
            UpdateOne(
                {"_id": rule.rule_id}, {"$set": {"file": rule.model_dump_json()}}, upsert=True
            )
            for rule in new
        ]
        await writing.write(self._rules, updates)
        return kept | {rule.rule_id: rule for rule in new}

    async def add_health(self, health: MediaOutletHealthChanged) -> frozenset[date]:
        """Keep the newest statement on an outlet; return the days that may now differ."""
        outlet_id, days = health.outlet.outlet_id, sorted(health.unusable_days)
        before = await self.unusable([outlet_id])
        guard = {"_id": outlet_id, "sequence": {"$not": {"$gt": health.sequence}}}
        texts = [day.isoformat() for day in days]
        update = {"$set": {"sequence": health.sequence, "unusable_days": texts}}
        await writing.write_if_newer(self._outlets, [UpdateOne(guard, update, upsert=True)])
        await self._add_statement(health)
        return frozenset(days).union(day for _, day in before)

    async def _add_statement(self, health: MediaOutletHealthChanged) -> None:
        """Keep what was said last of each stretch of an outlet's health, by when it began."""
        statement = statement_of(health)
        if statement is not None:
            update = {"$max": {_stretch(statement): statement_text(statement)}}
            name = {"_id": statement.outlet_id}
            await writing.write(self._outlets, [UpdateOne(name, update, upsert=True)])

    async def statements(self) -> tuple[Statement, ...]:
        """Return what is known of the health of all outlets; there are some hundreds."""
        with transient_mongo():
            found = await self._outlets.find({}, {"states": 1}).to_list(length=None)
        texts = (text for one in found for text in one.get("states", {}).values())
        return tuple(sorted(map(statement_of_text, texts)))

    async def unusable(self, outlet_ids: Iterable[str]) -> frozenset[tuple[str, date]]:
        """Return the outlets' days that must not teach a baseline."""
        found = await writing.find_by_id(self._outlets, outlet_ids)
        return frozenset(
            (outlet_id, date.fromisoformat(day))
            for outlet_id, document in found.items()
            for day in document["unusable_days"]
        )


def _stretch(statement: Statement) -> str:
    """Return the field of a stretch; a time's dot would make it two fields."""
    return "states." + statement.since_at.isoformat().replace(".", "_")
