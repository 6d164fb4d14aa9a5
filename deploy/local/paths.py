"""Where things are: the repository and its local state, which git ignores."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
STATE = REPOSITORY / ".tocsin"
DIST = STATE / "dist"
