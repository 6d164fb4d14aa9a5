"""The invented desk's reader, made ready once: it takes a second."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.analysis.analyse import Reader, analyse, create_reader
from services.analysis.desks import load_desk
from shared.events import MediaItemAnalysed
from tests.factories import START, make_item

Read = Callable[..., MediaItemAnalysed]


@pytest.fixture(scope="session")
def reader() -> Reader:
    return create_reader(load_desk(Path("deploy/config/desks/xa.yaml")))


@pytest.fixture
def read(reader: Reader) -> Read:
    def read(text: str, **overrides: object) -> MediaItemAnalysed:
        return analyse(make_item(1, text=text, **overrides), reader, START)

    return read
