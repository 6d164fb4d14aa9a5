"""`python -m shared.schemas write` or `check`: the snapshots of the contracts."""

import sys

from shared.schemas.snapshots import problems, write


def main(arguments: list[str]) -> int:
    """Run one command; return 0 where nothing is wrong."""
    if arguments not in (["write"], ["check"]):
        print("usage: python -m shared.schemas write|check", file=sys.stderr)  # noqa: T201
        return 2
    if arguments == ["write"]:
        write()
    found = problems()
    for problem in found:
        print(problem)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
