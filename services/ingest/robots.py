"""What a site's robots.txt asks of us (RFC 9309): paths to leave alone, and a pause.

The longest matching rule decides and `allow` wins a tie. Matching is linear in the length of the
path, whatever stars a hostile file contains.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

PRODUCT = "tocsin"  # the name that a group of rules for us would have
MAX_RULES = 1_000
MAX_PATTERN = 500
MAX_DELAY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: whether paths that match `pattern` may be read."""

    is_allowed: bool
    pattern: str


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules that apply to us; none means that everything may be read."""

    rules: tuple[Rule, ...] = ()
    delay_seconds: float = 0.0

    def allows(self, url: str) -> bool:
        """Tell whether the site lets us read *url*."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        best = Rule(is_allowed=True, pattern="")
        for rule in self.rules:
            longer = (len(rule.pattern), rule.is_allowed) > (len(best.pattern), best.is_allowed)
            if longer and matches(rule.pattern, path):
                best = rule
        return best.is_allowed


EVERYTHING = Robots()
NOTHING = Robots((Rule(is_allowed=False, pattern="/"),))


def parse_robots(text: str) -> Robots:
    """Return the rules of the groups for us, or else of those for everybody."""
    ours: list[tuple[str, str]] = []
    everybodys: list[tuple[str, str]] = []
    named: set[str] = set()
    in_header = False
    for name, value in _lines(text):
        if name == "user-agent":
            named = {value.lower()} | (named if in_header else set())
            in_header = True
            continue
        in_header = False
        if PRODUCT in named:
            ours.append((name, value))
        if "*" in named:
            everybodys.append((name, value))
    return _robots(ours or everybodys)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.lstrip("\ufeff").splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _robots(lines: list[tuple[str, str]]) -> Robots:
    rules = [
        Rule(name == "allow", value[:MAX_PATTERN])
        for name, value in lines
        if name in {"allow", "disallow"} and value
    ]
    delays = [_seconds(value) for name, value in lines if name == "crawl-delay"]
    return Robots(tuple(rules[:MAX_RULES]), max(delays, default=0.0))


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return min(seconds, MAX_DELAY_SECONDS) if seconds > 0 else 0.0


def matches(pattern: str, path: str) -> bool:
    """Tell whether *path* begins with *pattern*, where `*` is any text and a last `$` the end."""
    is_anchored = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    position = len(first)
    for part in others[:-1]:
        found = path.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    last = others[-1] if others else None
    if last is None:
        return not is_anchored or position == len(path)
    if is_anchored:
        return path.endswith(last) and len(path) - len(last) >= position
    return path.find(last, position) >= 0
