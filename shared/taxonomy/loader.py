"""Reads the framework files, and refuses the set when one id is wrong, doubled or dangling."""

import json
from collections import Counter
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from shared.errors import ConfigurationError
from shared.taxonomy.model import Indicator, RiskFactor, Taxonomy

FOLDER = Path(__file__).parent
# Each file with the definition of `schema.json` that it must satisfy.
FILES = {
    "un_framework.yaml": "riskFramework",
    "dangerous_speech.yaml": "hallmarkFramework",
    "stanton.yaml": "stageFramework",
}


def load_taxonomy(folder: Path = FOLDER) -> Taxonomy:
    """Return the frameworks in `folder`; ConfigurationError names the file and the place."""
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    documents = {
        name: _document(folder / name, schema | {"$ref": f"#/$defs/{definition}"})
        for name, definition in FILES.items()
    }
    factors = tuple(_risk_factor(entry) for entry in documents["un_framework.yaml"]["risk_factors"])
    taxonomy = Taxonomy.model_validate(
        {
            "risk_factors": factors,
            "hallmarks": documents["dangerous_speech.yaml"]["hallmarks"],
            "stages": documents["stanton.yaml"]["stages"],
        }
    )
    _check_ids(taxonomy)
    return taxonomy


def _document(path: Path, schema: dict[str, Any]) -> dict[str, Any]:
    try:
        document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error}") from error
    mistake = best_match(Draft202012Validator(schema).iter_errors(document))
    if mistake is not None:
        raise ConfigurationError(f"{path.name} at {mistake.json_path}: {mistake.message}")
    return document


def _risk_factor(entry: dict[str, Any]) -> RiskFactor:
    """Return the risk factor with indicators that know their factor and crimes."""
    inherited = {"risk_factor": entry["id"], "crimes": entry["crimes"]}
    indicators = [Indicator.model_validate(one | inherited) for one in entry["indicators"]]
    return RiskFactor.model_validate(entry | {"indicators": indicators})


def _check_ids(taxonomy: Taxonomy) -> None:
    _refuse_doubles("risk factor", (factor.id for factor in taxonomy.risk_factors))
    _refuse_doubles("hallmark", (hallmark.id for hallmark in taxonomy.hallmarks))
    _refuse_doubles("stage", (stage.id for stage in taxonomy.stages))
    indicators = [i for factor in taxonomy.risk_factors for i in factor.indicators]
    _refuse_doubles("indicator", (indicator.id for indicator in indicators))
    for indicator in indicators:
        if not indicator.id.startswith(f"{indicator.risk_factor}."):
            raise ConfigurationError(
                f"indicator {indicator.id} stands under risk factor {indicator.risk_factor}"
            )
    known = {indicator.id for indicator in indicators} | {h.id for h in taxonomy.hallmarks}
    for stage in taxonomy.stages:
        for code in (*stage.indicators, *stage.hallmarks):
            if code not in known:
                raise ConfigurationError(f"stage {stage.id} names {code}, which no file has")


def _refuse_doubles(what: str, ids: Iterable[Hashable]) -> None:
    for identity, times in Counter(ids).items():
        if times > 1:
            raise ConfigurationError(f"{what} {identity} is there {times} times")
