"""What a page's form sent, without the token that every form carries."""

from __future__ import annotations

from typing import Any

from fastapi import Request


async def form_fields(request: Request) -> dict[str, Any]:
    """Return the fields by name; of a field that was sent several times, the last."""
    return {name: value for name, value in (await request.form()).items() if name != "csrf_token"}
