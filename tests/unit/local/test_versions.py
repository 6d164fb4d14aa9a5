from __future__ import annotations

import re

import pytest

from deploy.local import install
from deploy.local.versions import parse_versions, version

POM = """<project><properties>
  <kafka.version>4.1.1</kafka.version><!-- a comment --><log4j.version>2.25.2</log4j.version>
</properties></project>"""


def test_versions_are_the_properties_of_the_pom() -> None:
    assert parse_versions(POM) == {"kafka": "4.1.1", "log4j": "2.25.2"}


def test_a_pom_without_properties_has_no_versions() -> None:
    assert parse_versions("<project/>") == {}


@pytest.mark.parametrize("engine", install.ENGINES)
def test_every_engine_is_pinned_and_installed_under_its_version(engine: str) -> None:
    assert re.fullmatch(r"\d+(\.\d+)+", version(engine))
    assert install.home(engine).name.startswith(f"{engine}-{version(engine)}")
