"""Steps are taken in order, only when there is something to do, and until nothing is left."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from deploy.migrate.step import Step, migrate, plan
from deploy.migrate.steps import STEPS
from shared.errors import TransientError
from shared.settings import Settings


@dataclass
class Engine:
    """Something that can have or lack parts; a step adds those that its step wants."""

    parts: set[str] = field(default_factory=set)
    stubborn: bool = False

    def step(self, name: str, needs: str = "") -> Step:
        async def missing(_: Settings) -> list[str]:
            return [] if name in self.parts else [f"add {name}"]

        async def add(_: Settings) -> None:
            assert not needs or needs in self.parts
            if not self.stubborn:
                self.parts.add(name)

        return Step(name, missing, add)


async def test_steps_are_taken_in_order_and_once() -> None:
    engine, said = Engine(), list[str]()
    steps = (engine.step("users"), engine.step("topics", needs="users"))
    assert await plan(Settings(), steps) == ["add users", "add topics"]
    assert engine.parts == set()
    assert await migrate(Settings(), steps, said.append) == ["add users", "add topics"] == said
    assert await migrate(Settings(), steps, said.append) == []


async def test_what_was_interrupted_is_gone_on_with() -> None:
    engine = Engine({"users"})
    steps = (engine.step("users"), engine.step("topics", needs="users"))
    assert await migrate(Settings(), steps, lambda _: None) == ["add topics"]


async def test_a_step_that_leaves_something_undone_stops_those_after_it() -> None:
    engine = Engine(stubborn=True)
    with pytest.raises(TransientError, match="users: still to do: add users"):
        await migrate(Settings(), (engine.step("users"), engine.step("topics")), lambda _: None)


def test_users_come_before_what_they_own_and_indices_last() -> None:
    names = [step.name for step in STEPS]
    assert names[0] == "Kafka's users"
    assert names[-1] == "search indices"
    assert names.index("topics and access rules") < names.index("topics' settings")
