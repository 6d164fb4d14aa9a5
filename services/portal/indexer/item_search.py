"""From a merged document to what the search index holds of an item."""

from __future__ import annotations

from typing import Any

from services.portal.indexer.analyzers import field_language
from services.portal.indexer.documents import visibility
from shared.mongo import Document

LEAD_CHARACTERS = 280
PASSAGES_SHOWN = 3
PASSAGE_CHARACTERS = 300
PASSAGE_MARGIN = 80  # characters of context on each side of a matched passage
NO_VERDICT = "none"
NAMED = ("actor", "public_person", "organisation")
ACTOR_CHARACTERS = 200


def search_document(document: Document) -> Document:
    """Return the index's form of *document*; of a removed item only that it is removed."""
    seen_by = visibility(document)
    fields = seen_by.fields() | {"item_id": document["_id"]}
    if seen_by.removed:
        return fields
    fact = document["analysis"]["fact"]
    return (
        fields
        | _texts(fact)
        | _outlet(fact["item"]["outlet"])
        | _circumstances(fact)
        | _findings(fact)
        | {"signal_ids": document.get("signals", []), "verdict": verdict(document)}
    )


def verdict(document: Document) -> str:
    """Return what readers said last of the item, disregarding superseded verdicts."""
    verdicts: dict[str, Any] = document.get("verdicts", {})
    superseded = {one["supersedes"] for one in verdicts.values()}
    standing = [
        (one["recorded_at"], key, one["decision"])
        for key, one in verdicts.items()
        if key not in superseded and one["decision"] in ("relevant", "not_relevant")
    ]
    return str(max(standing)[2]) if standing else NO_VERDICT


def match_keys(matches: list[dict[str, Any]]) -> list[str]:
    """Return flat keys for filters on what was found together in one passage.

    `7.14` the indicator, `grp:x` the group, `7.14|grp:x` both in the same passage: a filter
    on two separate fields could not tell the last from a mere coincidence in one article.
    """
    keys: set[str] = set()
    for match in matches:
        indicator, group = match["indicator"], match["target_group_id"]
        keys.add(indicator)
        if group is not None:
            keys |= {f"grp:{group}", f"{indicator}|grp:{group}"}
    return sorted(keys)


def _texts(fact: Document) -> Document:
    item, language = fact["item"], field_language(fact["language"])
    lead = " ".join(item["text"][: LEAD_CHARACTERS * 2].split())
    return {
        "title": item["title"],
        f"title_{language}": item["title"],
        f"text_{language}": item["text"],
        "lead": lead[:LEAD_CHARACTERS],
    }


def _outlet(outlet: Document) -> Document:
    return {
        "outlet_id": outlet["outlet_id"],
        "outlet_name": outlet["name"],
        "country": outlet["country"],
        "owner_id": outlet["owner_id"],
        "owner_kind": outlet["owner_kind"],
        "controlled_by": outlet["controlled_by"],
        "base": outlet["base"],
        "medium": outlet["medium"],
    }


def _circumstances(fact: Document) -> Document:
    item = fact["item"]
    return {
        "revision": item["revision"],
        "url": item["url"],
        "language": fact["language"],
        "readable": fact["readable"],
        "source_kind": item["source"]["kind"],
        "heard": item["heard"],
        "collection": item["collection"],
        "event_at": item["event_at"],
        "event_at_source": item["event_at_source"],
        "date_disputed": item["date_disputed"],
        "fetched_at": item["fetched_at"],
        "incident_countries": fact["incident_countries"],
        "content_cluster_id": fact["copy"]["content_cluster_id"],
        "exact_of": fact["copy"]["exact_of"],
    }


def _findings(fact: Document) -> Document:
    matches = fact["matches"]
    strongest = sorted(matches, key=lambda match: -match["strength"])[:PASSAGES_SHOWN]
    groups = {match["target_group_id"] for match in matches} - {None}
    return {
        "score": fact["score"],
        "indicators": sorted({match["indicator"] for match in matches}),
        "risk_factors": sorted({match["risk_factor"] for match in matches}),
        "hallmarks": sorted({match["hallmark"] for match in matches} - {None}),
        "target_groups": sorted(groups),
        "actors": _actors(fact["mentions"]),
        "places": sorted({place["name"] for place in fact["places"]}),
        "match_keys": match_keys(matches),
        "match_count": len(matches),
        "passages": {"strongest": [_passage(match, fact["item"]) for match in strongest]},
    }


def _actors(mentions: list[dict[str, Any]]) -> list[str]:
    """Return who is named: those on a desk's list by their id, others as they are written.

    Private people are not among the kinds of mentions.
    """
    named = [one for one in mentions if one["kind"] in NAMED]
    return sorted({(one["ref_id"] or one["surface"])[:ACTOR_CHARACTERS] for one in named})


def _passage(match: dict[str, Any], item: Document) -> Document:
    """Return a matched passage with a little of what stands around it."""
    text = (item["title"] if match["field"] == "title" else item["text"]) or ""
    start, end = match["start"], match["end"]
    before, after = text[max(0, start - PASSAGE_MARGIN) : start], text[end : end + PASSAGE_MARGIN]
    cut_before, cut_after = start > PASSAGE_MARGIN, end + PASSAGE_MARGIN < len(text)
    return {
        "indicator": match["indicator"],
        "target_group_id": match["target_group_id"],
        "voice": match["voice"],
        "lowered": match["lowered"],
        "before": before.partition(" ")[2] if cut_before else before,
        "quote": text[start:end][:PASSAGE_CHARACTERS],
        "after": after.rpartition(" ")[0] if cut_after else after,
        "cut_before": cut_before,
        "cut_after": cut_after,
    }
