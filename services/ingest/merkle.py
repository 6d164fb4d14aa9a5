"""A hash tree over lines, as RFC 6962 builds it: one root that stands for all of them.

Leaves and nodes are hashed with different first bytes, so that no node can pass for a leaf.
A line is shown to be under a root by the hashes beside its way up, without the other lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

LEAF, NODE = b"\x00", b"\x01"


def leaf_hash(line: str) -> bytes:
    """Return the hash of one line."""
    return sha256(LEAF + line.encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over *leaves*; that of none is the hash of nothing."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> list[tuple[bytes, bool]]:
    """Return the hashes beside the way from leaf *index* up, and whether each is on the left."""
    level, way = list(leaves), []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            way.append((level[beside], beside < index))
        level, index = _above(level), index // 2
    return way


def climbed(leaf: bytes, way: Sequence[tuple[bytes, bool]]) -> bytes:
    """Return the root that *leaf* has, if the hashes of *way* are beside it."""
    for beside, is_left in way:
        leaf = _node(beside, leaf) if is_left else _node(leaf, beside)
    return leaf


def _above(level: list[bytes]) -> list[bytes]:
    """Return the next level; one without a neighbour goes up as it is."""
    pairs = [_node(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
    return pairs + level[-1:] if len(level) % 2 else pairs


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()
