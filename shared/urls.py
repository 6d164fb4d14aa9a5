"""The one spelling of a web address that identity is taken from.

The result is a name, not an address: it is hashed and compared, never fetched. Two spellings that
every server treats alike give the same name, and `normalise_url` of a name is the name itself.
"""

import ipaddress
import re
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit, urlunsplit

import idna

# Parameters that tell who followed a link; none of them selects what a page shows.
TRACKING_PREFIXES = ("utm_", "mtm_")
TRACKING_PARAMETERS = frozenset(
    {
        "_ga", "_gl", "_hsenc", "_hsmi", "at_campaign", "at_medium", "dclid", "fbclid",
        "gbraid", "gclid", "gclsrc", "igshid", "mc_cid", "mc_eid", "mkt_tok", "msclkid",
        "srsltid", "ttclid", "twclid", "wbraid", "xtor", "yclid",
    }
)  # fmt: skip

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_UNRESERVED = "-._~"
_PATH_SAFE = _UNRESERVED + "!$&'()*+,;=:@/"
_QUERY_SAFE = _UNRESERVED + "!$'()*+,;:@/?"


class InvalidUrlError(ValueError):
    """The text is not an http or https address with a host that can be named."""


def normalise_url(url: str) -> str:
    """Return the identity of `url`; raise InvalidUrlError where it has none.

    Kept: host, other than default port, path (also its trailing slash), query without tracking
    and in sorted order. Dropped: fragment, user and password. The scheme always reads https, since
    a site that moves from http keeps its articles.
    """
    try:
        parts = urlsplit(url.strip())
        netloc = _host(parts) + _port(parts)
        path = _remove_dot_segments(_normalise_encoding(parts.path, _PATH_SAFE)) or "/"
        query = _query(parts.query)
    except ValueError as error:
        raise InvalidUrlError(f"{url[:200]!r} has no identity: {error}") from error
    return urlunsplit(("https", netloc, path, query, ""))


def _host(parts: SplitResult) -> str:
    if parts.scheme not in _DEFAULT_PORTS:
        raise InvalidUrlError("only http and https addresses are identified")
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host).compressed}]"
    if not host.isascii():
        host = idna.encode(host, uts46=True).decode("ascii").rstrip(".")
    if not _HOST.fullmatch(host):
        raise InvalidUrlError("the host is missing or malformed")
    return host


def _port(parts: SplitResult) -> str:
    if parts.port is None or parts.port in _DEFAULT_PORTS.values():
        return ""
    return f":{parts.port}"


def _query(query: str) -> str:
    parameters = (_normalise_encoding(part, _QUERY_SAFE + "=") for part in query.split("&"))
    return "&".join(sorted(part for part in parameters if part and not _is_tracking(part)))


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES)


def _normalise_encoding(text: str, safe: str) -> str:
    """Encode what must be encoded, decode what need not be, and write hex digits in capitals."""
    pieces: list[str] = []
    position = 0
    for run in _ENCODED.finditer(text):
        pieces.append(quote(text[position : run.start()], safe=safe))
        pieces.append(quote(unquote_to_bytes(run.group()), safe=_UNRESERVED))
        position = run.end()
    pieces.append(quote(text[position:], safe=safe))
    return "".join(pieces)


def _remove_dot_segments(path: str) -> str:
    """Resolve `.` and `..` as RFC 3986 section 5.2.4 does; empty segments keep their meaning."""
    kept: list[str] = []
    segments = path.split("/")
    for position, segment in enumerate(segments):
        is_last = position == len(segments) - 1
        if segment not in {".", ".."}:
            kept.append(segment)
            continue
        if segment == ".." and len(kept) > 1:
            kept.pop()
        if is_last:
            kept.append("")
    return "/".join(kept)
