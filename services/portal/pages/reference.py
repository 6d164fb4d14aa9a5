"""The page that describes the API, made from the description itself; no foreign scripts."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from services.portal.pages.render import render

router = APIRouter(include_in_schema=False)


@router.get("/api/openapi.json")
async def openapi(request: Request) -> JSONResponse:
    """Return the OpenAPI description."""
    return JSONResponse(request.app.openapi())


@router.get("/api/docs", response_class=HTMLResponse)
async def reference(request: Request) -> Response:
    """Show every operation with its parameters and answers."""
    description = request.app.openapi()
    return render(request, "reference.html", {"operations": operations(description)})


def operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the operations in the order of their paths, each with what the page shows."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation.get("description") or operation.get("summary", ""),
            "parameters": [_parameter(one) for one in operation.get("parameters", ())],
            "body": _schema_name(operation.get("requestBody")),
            "answers": {
                status: _schema_name(answer) or answer.get("description", "")
                for status, answer in operation["responses"].items()
            },
        }
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter.get("schema", {})
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "required": parameter.get("required", False),
        "about": parameter.get("description") or schema.get("description", ""),
    }


def _schema_name(part: dict[str, Any] | None) -> str:
    for content in (part or {}).get("content", {}).values():
        return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
    return ""
