"""How text becomes terms: one analyzer for Arabic, French and English, one for the rest.

What writers use to hide a word (zero-width and bidirectional controls inside it) is taken
out first, for every language. Only what the standard engine brings along is used.
"""

from __future__ import annotations

from typing import Any

# U+200B-200F zero-width and marks, 202A-202E and 2066-2069 bidi controls, 00AD soft
# hyphen, 0640 tatweel, FEFF byte order mark.
INVISIBLE = (
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0x00AD,
    0x0640,
    0xFEFF,
)
# Amharic and Tigrinya spell the same sounds with several letters; readers mix them.
ETHIOPIC_HOMOPHONES = {
    0x1210: 0x1200,
    0x1280: 0x1200,
    0x1220: 0x1230,
    0x12D0: 0x12A0,
    0x1340: 0x1338,
}
ORDERS = 7  # vowel forms a letter has, at consecutive code points

LANGUAGES = ("ar", "fr", "en")
OTHER = "other"
FIELDS = (*LANGUAGES, OTHER)


def field_language(language: str) -> str:
    """Return which of the text fields holds a text in *language* (a BCP 47 code)."""
    primary = language.split("-", maxsplit=1)[0].lower()
    return primary if primary in LANGUAGES else OTHER


def analysis_settings() -> dict[str, Any]:
    """Return the `analysis` part of an index's settings."""
    return {
        "char_filter": {
            "visible": {"type": "mapping", "mappings": [f"\\u{c:04x}=>" for c in INVISIBLE]},
            "ethiopic": {"type": "mapping", "mappings": _ethiopic()},
        },
        "filter": {
            "french_elision": {
                "type": "elision",
                "articles_case": True,
                "articles": [
                    "l",
                    "m",
                    "t",
                    "qu",
                    "n",
                    "s",
                    "j",
                    "d",
                    "c",
                    "jusqu",
                    "quoiqu",
                    "lorsqu",
                    "puisqu",
                ],
            },
            "french_stemmer": {"type": "stemmer", "language": "light_french"},
            "english_possessive": {"type": "stemmer", "language": "possessive_english"},
            "english_stemmer": {"type": "stemmer", "language": "light_english"},
            "arabic_stemmer": {"type": "stemmer", "language": "arabic"},
        },
        "analyzer": {
            "text_ar": _analyzer(
                "lowercase", "decimal_digit", "arabic_normalization", "arabic_stemmer"
            ),
            "text_fr": _analyzer("french_elision", "lowercase", "french_stemmer", "asciifolding"),
            "text_en": _analyzer(
                "english_possessive", "lowercase", "asciifolding", "english_stemmer"
            ),
            "text_other": _analyzer(
                "lowercase",
                "decimal_digit",
                "arabic_normalization",
                "persian_normalization",
                "asciifolding",
                char_filter=["visible", "ethiopic"],
            ),
        },
        "normalizer": {"folded": {"type": "custom", "filter": ["lowercase", "asciifolding"]}},
    }


def _analyzer(*filters: str, char_filter: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "custom",
        "char_filter": char_filter or ["visible"],
        "tokenizer": "standard",
        "filter": list(filters),
    }


def _ethiopic() -> list[str]:
    return [
        f"\\u{variant + order:04x}=>\\u{standard + order:04x}"
        for variant, standard in ETHIOPIC_HOMOPHONES.items()
        for order in range(ORDERS)
    ]
