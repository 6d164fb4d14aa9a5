"""One completed HTTP exchange, as the parts after the fetcher see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to a request that ended well (200) or that nothing has changed (304).

    `url` is the final address; `hops` are the redirects before it. `body` is decoded.
    """

    url: str
    status: int
    headers: Headers
    body: bytes
    sha256: str
    fetched_at: datetime
    request_line: str
    request_headers: Headers
    hops: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """Return the first header of this name, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def is_unchanged(self) -> bool:
        """Tell whether the server said that what we have is current."""
        return self.status == 304  # noqa: PLR2004 - Not Modified

    @property
    def media_type(self) -> str:
        """Return the declared type without parameters, in lower case, or an empty text."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """Return the declared charset, if any."""
        _, _, parameters = (self.header("content-type") or "").partition(";")
        for parameter in parameters.split(";"):
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip(" \"'") or None
        return None
