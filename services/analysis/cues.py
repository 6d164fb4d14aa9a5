"""A language's cues made ready: what lowers a match and what tells who speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.analysis.catalogue import Language
from services.analysis.normalise import Normalised
from services.analysis.phrases import compile_phrase


@dataclass(frozen=True, slots=True)
class Cues:
    """Regular expressions over normalised text."""

    negation: re.Pattern[str]
    not_negation: re.Pattern[str]
    suppressors: Mapping[str, re.Pattern[str]]
    governing: Mapping[str, re.Pattern[str]]
    speech: re.Pattern[str]
    roles: Mapping[str, re.Pattern[str]]


def compile_cues(language: Language) -> Cues:
    """Compile the lexicon of one language."""

    def ready(source: str) -> re.Pattern[str]:
        return re.compile(compile_phrase(source, language.sets).expression)

    lexicon = language.lexicon
    return Cues(
        negation=ready(lexicon.negation),
        not_negation=ready(lexicon.not_negation),
        suppressors={kind: ready(source) for kind, source in lexicon.suppressors.items()},
        governing={kind: ready(source) for kind, source in lexicon.governing.items()},
        speech=ready(lexicon.speech),
        roles={role: ready(source) for role, source in lexicon.roles.items()},
    )


def places(cue: re.Pattern[str], text: Normalised, first: int, last: int) -> list[tuple[int, int]]:
    """Return where *cue* stands among the words *first* up to but without *last*."""
    if first >= last:
        return []
    start, end = text.starts[first], text.starts[last - 1] + len(text.words[last - 1]) + 1
    return [
        (text.word_at(found.start()), text.word_at(found.end() - 2))
        for found in cue.finditer(text.text, start, end)
    ]
