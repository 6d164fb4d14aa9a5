"""The catalogues of what the public reads: complete, and true to their placeholders."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from services.portal.pages.i18n import CATALOGUES, LANGUAGES, load_languages
from services.portal.pages.render import HERE

SAID = re.compile(r"""(?<![\w.])_\("([^"]+)"\)|ngettext\("([^"]+)",""")
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def spoken() -> set[str]:
    pages = [HERE / "templates" / name for name in ("base.html", "public_alerts.html")]
    found = [one for page in pages for one in SAID.findall(page.read_text(encoding="utf-8"))]
    return {first or second for first, second in found}


def files() -> list[Path]:
    return sorted(CATALOGUES.glob("*.po"))


@pytest.mark.parametrize("path", files(), ids=lambda one: one.stem)
def test_catalogue_has_every_sentence_with_its_placeholders(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    assert spoken() <= {one.id if isinstance(one.id, str) else one.id[0] for one in catalogue}
    for message in catalogue:
        if not message.id:
            continue
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
        known = set(PLACEHOLDER.findall(" ".join(sources)))
        assert all(texts), message.id
        assert all(set(PLACEHOLDER.findall(text)) <= known for text in texts), message.id


def test_every_language_runs_in_its_direction() -> None:
    assert {one.stem for one in files()} | {"en"} == set(LANGUAGES)
    assert {code: one.runs for code, one in load_languages().items()} == {
        "en": "ltr",
        "fr": "ltr",
        "ar": "rtl",
    }
