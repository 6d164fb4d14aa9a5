import re
from pathlib import Path

import pytest

from services.analysis.desks import load_desk, load_desks
from services.analysis.normalise import normalise
from shared.errors import ConfigurationError

DESKS = Path("deploy/config/desks")
DESK = """country: XB
name: Elsewhere
languages: [ar, en]
groups:
  - id: xb-one
    name: One
    kind: ethnic
    forms:
      en: [Tolmari]
      ar: [تلماري]
"""


def written(folder: Path, content: str) -> Path:
    path = folder / "xb.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_the_shipped_desks_are_read() -> None:
    desks = load_desks(DESKS)

    assert {"SD", "CI", "SO", "CD", "XA"} <= desks.keys()
    assert desks["XA"].languages == {"en", "fr", "ar", "so", "sw"}


@pytest.mark.parametrize("path", sorted(DESKS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_expression_and_the_names_are_the_same_forms(path: Path) -> None:
    desk = load_desk(path)
    assert desk.expression is not None

    for name in desk.names:
        assert re.fullmatch(desk.expression, f"{name} "), name


def test_arabic_prefixes_are_accepted_before_any_form(tmp_path: Path) -> None:
    names = load_desk(written(tmp_path, DESK)).names

    for form in ("التلماري", "وتلماري", "بالتلماري", "للتلماري", "والتلماري", "لتلماري"):
        assert names[" ".join(normalise(form).words)] == "xb-one"


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("country: XB", "country: Elsewhere"), 1, "country"),
        (("kind: ethnic", "kind: bad"), 7, "kind"),
        (("[Tolmari]", "Tolmari"), 9, "forms"),
        (("    name: One", "    nmae: One"), 5, "nmae"),
        (("languages: [ar, en]", "languages: [ar, en"), 4, ""),
    ],
)
def test_a_mistake_is_refused_with_its_line(
    change: tuple[str, str], line: int, said: str, tmp_path: Path
) -> None:
    path = written(tmp_path, DESK.replace(*change))

    with pytest.raises(ConfigurationError, match=rf"xb\.yaml:{line}: .*{said}"):
        load_desk(path)


def test_two_groups_cannot_share_a_name(tmp_path: Path) -> None:
    other = "  - {id: xb-two, name: Two, kind: ethnic, forms: {en: [TOLMARI]}}\n"

    with pytest.raises(ConfigurationError, match="TOLMARI"):
        load_desk(written(tmp_path, DESK + other))


def test_a_folder_without_desks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no desk"):
        load_desks(tmp_path)
