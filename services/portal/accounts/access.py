"""The closed list of what anyone may ask for without an account. Everything else needs one."""

from __future__ import annotations

PUBLIC: frozenset[tuple[str, str]] = frozenset(
    {
        # Signing in, and out with a session that has ended.
        ("GET", "/login"),
        ("POST", "/login"),
        ("POST", "/api/v1/session"),
        # What a release made public.
        ("GET", "/public/alerts"),
        ("GET", "/api/v1/public/alerts"),
        ("GET", "/public/alerts.atom"),
        # The description of the API is the same for every installation.
        ("GET", "/api/docs"),
        ("GET", "/api/openapi.json"),
        # Operations: states and counts, no content. A proxy need not pass these on.
        ("GET", "/livez"),
        ("GET", "/readyz"),
        ("GET", "/healthz"),
        ("GET", "/metrics"),
    }
)
STATIC = "/static/"


def is_public(method: str, path: str) -> bool:
    """Tell whether a request needs no account."""
    read = "GET" if method == "HEAD" else method
    return (read, path) in PUBLIC or (read == "GET" and path.startswith(STATIC))
