"""Which texts are nearly the same text: an agency's report that outlets shorten or frame.

Pure: a text's signature (MinHash of its runs of three words), the bands by which an index
finds it again, and the choice among what the index found. Measured by a generator that
shortens texts and adds to them (`evaluation.duplicates`).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from rensa import RMinHash

PERMUTATIONS = 128
SEED = 42
SHINGLE_WORDS = 3
MOST_WORDS = 2_000  # of a text; what comes after them changes no decision
FEWEST_WORDS = 30  # below this, runs of three words are those of headlines and captions
# Usual thresholds of .7 to .8 lose a report of which a third was cut.
THRESHOLD = 0.5
BAND_ROWS = 3
# Sixteen bands of three find a text that is half the same in 88 of 100 cases, of one that
# is two thirds the same 99.6, and cost the store sixteen small writes.
BANDS = 16
_BAND_BYTES = 8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Near:
    """The text that another one repeats, and how much of it, from 0 to 1."""

    cluster: str
    similarity: float


def signature(text: str) -> bytes | None:
    """Return the text's signature, or None for one too short to have one."""
    words = _WORD.findall(text[: MOST_WORDS * 20].casefold())[:MOST_WORDS]
    if len(words) < FEWEST_WORDS:
        return None
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    minhash.update(
        [" ".join(words[at : at + SHINGLE_WORDS]) for at in range(len(words) - SHINGLE_WORDS + 1)]
    )
    return struct.pack(f"<{PERMUTATIONS}I", *minhash.digest())


def bands(signed: bytes) -> list[str]:
    """Return the names of the bands of a signature: texts alike share at least one."""
    size = BAND_ROWS * 4
    rows = [signed[band * size : (band + 1) * size] for band in range(BANDS)]
    return [
        f"{band}|{blake2b(row, digest_size=_BAND_BYTES).hexdigest()}"
        for band, row in enumerate(rows)
    ]


def similarity(one: bytes, other: bytes) -> float:
    """Return the estimated share of runs of words that two texts have in common."""
    pairs = zip(_numbers(one), _numbers(other), strict=True)
    return sum(left == right for left, right in pairs) / PERMUTATIONS


def nearest(signed: bytes, candidates: Mapping[str, bytes]) -> Near | None:
    """Return the candidate most alike, or None where none is alike enough.

    Of equals the first by name is taken, so that a repetition chooses the same.
    """
    alike = [(similarity(signed, other), cluster) for cluster, other in candidates.items()]
    near = [(-value, cluster) for value, cluster in alike if value >= THRESHOLD]
    if not near:
        return None
    value, cluster = min(near)
    return Near(cluster, round(-value, 3))


def _numbers(signed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{PERMUTATIONS}I", signed)
