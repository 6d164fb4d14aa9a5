"""Which texts are the same text: equal once folded, whoever prints them."""

from __future__ import annotations

from hashlib import sha256

from services.analysis.normalise import STOP, Normalised

CLUSTER_LENGTH = 32
# "Read more" or an empty page is not a text that was copied.
FEWEST_WORDS = 8


def content_cluster_id(item_id: str, text: Normalised) -> str:
    """Return the name of the text's cluster: the same for every copy, in whatever order.

    A text of a few words is a cluster of its own.
    """
    words = [word for word in text.words if word != STOP]
    content = " ".join(words) if len(words) >= FEWEST_WORDS else f"item\n{item_id}"
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:CLUSTER_LENGTH]
