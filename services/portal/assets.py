"""The files that browsers fetch: our own, and htmx as npm pinned it. Kept by browsers for ever.

Pages name them with the version of the whole set, so a new version is a new address.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from services.portal.pages.render import STATIC
from shared.errors import ConfigurationError

HTMX = Path("htmx.org/dist/htmx.min.js")
FOR_EVER = "public, max-age=31536000, immutable"


class KeptFiles(StaticFiles):
    """Static files that say how long they may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file with its caching header."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOR_EVER
        return response


def add_assets(app: FastAPI, assets_dir: Path) -> None:
    """Serve the files under /static/; ConfigurationError where htmx was not installed."""
    try:
        htmx = (assets_dir / HTMX).read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{assets_dir / HTMX} is missing: run `npm ci`, or set TOCSIN_PORTAL_ASSETS_DIR."
        ) from error

    @app.get("/static/htmx.min.js", include_in_schema=False)
    async def serve_htmx() -> Response:
        return Response(htmx, media_type="text/javascript", headers={"Cache-Control": FOR_EVER})

    app.mount("/static", KeptFiles(directory=STATIC), name="static")
