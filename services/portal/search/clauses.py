"""From the tree of a search to the engine's clauses, over fixed fields.

No clause here is one that the engine calls expensive: beginnings of words are answered from
the prefixes that the index holds, and distances by phrases and spans of a few words.
"""

from __future__ import annotations

from typing import Any

from services.portal.indexer.analyzers import FIELDS
from services.portal.search.language import All, Either, Near, Node, Not, Phrase, Word, parse

Clause = dict[str, Any]

TITLES = tuple(f"title_{language}" for language in FIELDS)
TEXTS = tuple(f"text_{language}" for language in FIELDS)
WEIGHTED = [*(f"{title}^2" for title in TITLES), *TEXTS]


# Found by the prefixes that the index holds, which no highlighter sees; so what is marked is
# found a second time, by the first fifty words that begin so.
FOUND_PREFIX, MARKED_PREFIX = "bool_prefix", "phrase_prefix"


def words_clause(search: str, prefix: str = FOUND_PREFIX) -> list[Clause]:
    """Return the clause that finds *search* in every language; all documents where empty."""
    tree = parse(search)
    return [{"match_all": {}}] if tree is None else [clause(tree, prefix)]


def clause(node: Node, prefix: str = FOUND_PREFIX) -> Clause:
    """Return the engine's clause of one part of a search; *prefix* is how beginnings are found."""
    match node:
        case Word():
            return _multi(node.text, prefix if node.prefix else "best_fields")
        case Phrase(text, distance):
            return _multi(text, "phrase", slop=distance)
        case Near():
            return _near(node)
        case Not(part):
            return {"bool": {"must_not": [clause(part)], "must": [{"match_all": {}}]}}
        case All(parts):
            return _all(parts, prefix)
        case Either(parts):
            found = [clause(one, prefix) for one in parts]
            return {"bool": {"should": found, "minimum_should_match": 1}}


def _all(parts: tuple[Node, ...], prefix: str) -> Clause:
    wanted = [clause(one, prefix) for one in parts if not isinstance(one, Not)]
    unwanted = [clause(one.part) for one in parts if isinstance(one, Not)]
    return {"bool": {"must": wanted or [{"match_all": {}}], "must_not": unwanted}}


def _multi(text: str, kind: str, **more: Any) -> Clause:
    asked = {"query": text, "fields": WEIGHTED, "type": kind} | more
    if kind in ("best_fields", FOUND_PREFIX):
        asked["operator"] = "and"
    return {"multi_match": asked}


def _near(node: Near) -> Clause:
    """Return a clause a language; what its analysis leaves nothing of matches nothing there."""
    fields = [{"intervals": {field: {"all_of": _intervals(node)}}} for field in (*TITLES, *TEXTS)]
    return {"bool": {"should": fields, "minimum_should_match": 1}}


def _intervals(node: Near) -> Clause:
    parts: list[Clause] = []
    for one in node.parts:
        if isinstance(one, Word) and one.prefix:
            parts.append({"prefix": {"prefix": one.text}})
        else:
            gaps = one.distance if isinstance(one, Phrase) else 0
            parts.append({"match": {"query": one.text, "ordered": True, "max_gaps": gaps}})
    return {"max_gaps": node.distance, "ordered": False, "intervals": parts}
