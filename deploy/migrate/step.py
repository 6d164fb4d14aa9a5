"""Steps that say what they would do, do it, and have nothing left to say.

There is no list of what was done: each step looks at the engine. So a step may be repeated, an
interrupted one is gone on with, and a restored backup is brought up to date like an old version.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from shared.errors import TransientError
from shared.settings import Settings

Plan = Callable[[Settings], Awaitable[list[str]]]
Apply = Callable[[Settings], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `plan` returns what `apply` would do now, a phrase each, in the imperative."""

    name: str
    plan: Plan
    apply: Apply


async def plan(settings: Settings, steps: Sequence[Step]) -> list[str]:
    """Return what is to be done, in its order; changes nothing."""
    return [phrase for step in steps for phrase in await step.plan(settings)]


async def migrate(
    settings: Settings, steps: Sequence[Step], say: Callable[[str], None]
) -> list[str]:
    """Take each step that has something to do, and return what was done.

    A step comes only after the one before it has nothing left to do: else TransientError.
    """
    done: list[str] = []
    for step in steps:
        phrases = await step.plan(settings)
        if not phrases:
            continue
        for phrase in phrases:
            say(phrase)
        with _named(step):
            await step.apply(settings)
            if left := await step.plan(settings):
                raise TransientError(f"still to do: {'; '.join(left)}")
        done += phrases
    return done


@contextmanager
def _named(step: Step) -> Iterator[None]:
    """Say of an engine's refusal in which step it came."""
    try:
        yield
    except TransientError as error:
        raise TransientError(f"{step.name}: {error}") from error
