"""How well near copies are recognised: articles of a corpus, each once as it is and twice changed.

One variant loses a tenth of its sentences and gains an agency's tag and an outlet's
boilerplate, the other loses three tenths. Pairs that the index puts together are compared
with the pairs that were made of one article. Own seed, so the same corpus gives the same figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from services.analysis.near_copies import bands, nearest, signature

SEED = 7
TAGS = ("(AFP)", "(Reuters)", "(Xinhua)", "(ACP)")
BOILERPLATE = (
    "Follow us for more news from the region. All rights reserved.",
    "Read also: the weather of the week, the prices of the market, the fixtures of the league.",
    "Send us your opinion by telephone. We answer every listener.",
)
_SENTENCE = re.compile(r"(?<=[.!?።؟])\s+")


@dataclass
class Index:
    """Behaves as the store's index does, in memory."""

    by_band: dict[str, list[str]] = field(default_factory=dict)
    signed: dict[str, bytes] = field(default_factory=dict)

    def root(self, name: str, text: str) -> str:
        """Return the text that *text* repeats, or itself, which is then indexed."""
        mine = signature(text)
        if mine is None:
            return name
        found = {one for band in bands(mine) for one in self.by_band.get(band, ())}
        if near := nearest(mine, {one: self.signed[one] for one in found}):
            return near.cluster
        self.signed[name] = mine
        for band in bands(mine):
            self.by_band.setdefault(band, []).append(name)
        return name


def measure_duplicates(texts: Iterable[str]) -> dict[str, float]:
    """Return precision and recall of pairs over the variants of *texts*."""
    index = Index()
    roots: list[tuple[int, str]] = []
    for article, variants in enumerate(_variants(texts)):
        for number, text in enumerate(variants):
            roots.append((article, index.root(f"{article}-{number}", text)))
    right = _pairs(roots)
    found = _pairs([(0, root) for _, root in roots])
    wanted = _pairs([(article, "") for article, _ in roots])
    return {
        "texts": len(roots),
        "precision": round(right / found, 4) if found else 0.0,
        "recall": round(right / wanted, 4) if wanted else 0.0,
    }


def _variants(texts: Iterable[str]) -> Iterator[Sequence[str]]:
    draw = Random(SEED)  # noqa: S311 - a generator of test data keeps no secret
    for text in texts:
        sentences = _SENTENCE.split(text)
        framed = f"{draw.choice(TAGS)} {_without(sentences, 0.1, draw)} {draw.choice(BOILERPLATE)}"
        yield text, framed, _without(sentences, 0.3, draw)


def _without(sentences: Sequence[str], share: float, draw: Random) -> str:
    kept = [sentence for sentence in sentences if draw.random() >= share]
    return " ".join(kept or sentences[:1])


def _pairs(labels: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())
