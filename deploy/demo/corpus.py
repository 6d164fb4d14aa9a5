"""Where the demonstration's texts come from: a folder of MasakhaNEWS files, or the bundled sample.

Real texts are preferred because a pipeline shown on text written for it shows little. They are read
where they lie and never copied; only the sample, which was composed for this purpose, is ours.
"""

import csv
import gzip
import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

SAMPLE = Path(__file__).parent / "sample"
# The folders of the corpus are named by ISO 639-3; everything of ours speaks ISO 639-1.
LANGUAGES = {
    "amh": "am",
    "ara": "ar",
    "eng": "en",
    "fra": "fr",
    "hau": "ha",
    "lin": "ln",
    "orm": "om",
    "run": "rn",
    "som": "so",
    "swa": "sw",
    "tir": "ti",
}
# Below this a page carries no article that an extractor could tell from its navigation.
SHORTEST_BODY = 200
# Articles run to 100 kB, far over the csv module's default limit of a field.
LONGEST_FIELD = 10_000_000


@dataclass(frozen=True, slots=True)
class Text:
    """One article without its place and date; `key` is stable from run to run."""

    key: str
    language: str
    category: str
    headline: str
    body: str


def find_corpus(named: Path | None, root: Path) -> Path | None:
    """Choose the corpus folder: the one named by the setting, else the data beside the repository.

    A named folder that does not exist is an error: silence would show the sample in its stead.
    """
    if named is not None:
        if not named.is_dir():
            raise FileNotFoundError(f"the corpus folder {named} does not exist")
        return named
    beside = root.parent / "shared" / "data" / "news"
    return beside if beside.is_dir() else None


def read_texts(corpus: Path | None, limit: int) -> list[Text]:
    """Read at most `limit` texts, taking the languages in turn so that a small run has them all."""
    texts = read_corpus(corpus) if corpus is not None else read_sample()
    by_language: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        by_language[text.language].append(text)
    return list(itertools.islice(_in_turn(by_language.values()), limit))


def read_corpus(folder: Path) -> Iterator[Text]:
    """Yield the usable texts of every language folder, the development files before the larger."""
    csv.field_size_limit(LONGEST_FIELD)
    for path in sorted(folder.glob("*/*.tsv.gz"), key=lambda path: (path.name, path.parent.name)):
        language = LANGUAGES.get(path.parent.name)
        if language is not None:
            yield from _read_file(path, language)


def read_sample() -> Iterator[Text]:
    """Yield the texts composed for this demonstration, one YAML file a language."""
    for path in sorted(SAMPLE.glob("*.yaml")):
        for number, row in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
            body = "\n".join(row["paragraphs"])
            key = f"sample-{path.stem}-{number:02d}"
            yield Text(key, path.stem, row["category"], row["headline"], body)


def _read_file(path: Path, language: str) -> Iterator[Text]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            headline, body = row["headline"].strip(), row["text"].strip()
            if headline and len(body) >= SHORTEST_BODY:
                key = hashlib.sha256(f"{language}\n{row['url']}\n{headline}".encode()).hexdigest()
                yield Text(key[:12], language, row["category"], headline, body)


def _in_turn(groups: Iterable[Sequence[Text]]) -> Iterator[Text]:
    for row in itertools.zip_longest(*groups):
        yield from (text for text in row if text is not None)
