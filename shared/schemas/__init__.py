"""The contracts as documents for people and programs that do not read Python.

A folder a type: `schema.json` (made from the model), `fields.txt` (every field that was ever
published; lines are only added) and examples. `python -m shared.schemas write` brings them up to
date, `check` says what is not.
"""

from shared.schemas.snapshots import (
    FOLDER,
    example_paths,
    problems,
    schema_of,
    write,
)

__all__ = ["FOLDER", "example_paths", "problems", "schema_of", "write"]
