"""Real texts as a sequence of yes and no, in the order of their files: is violence spoken of.

The corpus has no dates, so days are composed from runs of it; that keeps what a formula lacks,
the runs in which news comes. Nothing of a text is kept but the flag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deploy.demo.corpus import read_corpus, read_sample

# Ordinary words of English, French, Hausa and Swahili news; what is wanted is runs, not a finding.
SPOKEN_OF = re.compile(
    r"\b(?:kill(?:ed|ing)|attack(?:ed|s)?|rebels?|soldiers?|tuées?|tués|attaques?|soldats?"
    r"|kashe|sojoji|hari|waasi|mauaji|wanajeshi)\b",
    re.IGNORECASE,
)
BEGINNING = 400  # characters of a text, which say what it is about
RUN = 12  # texts that stay together


@dataclass(frozen=True, slots=True)
class Flags:
    """Which texts of a sequence match, with where they come from."""

    values: NDArray[np.float64]
    source: str

    @property
    def share(self) -> float:
        """How many in one match."""
        return float(self.values.mean())

    def draw(self, rng: np.random.Generator, exposure: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how many of so many items match, drawn in runs with replacement."""
        drawn = [self._matching(rng, int(items)) for items in exposure.ravel()]
        return np.array(drawn).reshape(exposure.shape)

    def _matching(self, rng: np.random.Generator, items: int) -> float:
        begins = rng.integers(0, self.values.size, size=-(-items // RUN))
        places = (begins[:, None] + np.arange(RUN)).ravel()[:items] % self.values.size
        return float(self.values[places].sum())


def read_flags(corpus: Path | None) -> Flags:
    """Read the corpus, or the bundled sample where there is none."""
    texts = list(read_corpus(corpus) if corpus is not None else read_sample())
    found = [bool(SPOKEN_OF.search(f"{text.headline} {text.body[:BEGINNING]}")) for text in texts]
    if not any(found):  # the sample is too small to speak of everything
        found = [number % 31 == 0 for number in range(len(texts))]
    source = "the news corpus" if corpus is not None else "the bundled sample"
    return Flags(np.array(found, dtype=float), source)
