"""The guard as ingest uses it, and what it says of an address that was refused."""

from __future__ import annotations

from services.ingest.outcomes import FetchError, Outcome
from shared.guard import REFUSAL, AddressGuard, AddressRefusedError, refusal

__all__ = ["AddressGuard", "AddressRefusedError", "forbidden", "refusal"]


def forbidden(error: OSError) -> FetchError | None:
    """Return the outcome if *error* says that the guard refused, also among other errors."""
    if REFUSAL not in str(error):
        return None
    return FetchError(Outcome.FORBIDDEN, "The address is not one of the public internet.")
