"""An Elasticsearch that has too much to do: a proxy before the real one answers 429.

First to whole bulks, then to single documents within bulks of which the rest is written. What the
engine really does under load, at the place where it does it, and as often as the scenario needs.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp
from aiohttp import web

from deploy.demo.press import PRESS
from deploy.faults.newsroom import Newsroom, ids_of
from deploy.faults.stage import Act, FaultError, Stage
from deploy.local.ports import HOST

SOON = 60
REFUSING_SECONDS = 25.0
ROUNDS = 10  # articles of each outlet
# Every so many documents of a bulk. The client sends what was refused three times more: with a
# greater share something would be left of each large bulk, which is then repeated, and so for ever.
EACH = 10
LARGEST = 100 * 2**20
REASON = {"type": "es_rejected_execution_exception", "reason": "rejected execution"}
REFUSED: dict[str, Any] = {"status": 429, "error": REASON}
PRODUCT = {"X-Elastic-Product": "Elasticsearch"}  # without it the client trusts no answer
# Of one connection, not of what is asked.
NOT_PASSED_ON = frozenset({"host", "content-length", "connection", "transfer-encoding"})


@dataclass(slots=True)
class Overloaded:
    """Passes everything on to *target*, except what it refuses."""

    target: str
    session: aiohttp.ClientSession
    whole: bool = False
    """Refuse whole bulks; else one document in *each*."""
    each: int = EACH
    bulks_refused: int = 0
    documents_refused: int = 0
    _numbers: Iterator[int] = field(default_factory=count)

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request of the indexer."""
        body = await request.read()
        if not request.path.endswith("/_bulk"):
            status, found = await self._pass_on(request, body)
            return _response(status, found)
        if self.whole:
            self.bulks_refused += 1
            return _response(REFUSED["status"], json.dumps(REFUSED).encode())
        return await self._bulk(request, body)

    async def _bulk(self, request: web.Request, body: bytes) -> web.Response:
        operations = list(_operations(body))
        refused = [next(self._numbers) % self.each == 0 for _ in operations]
        passed = [one for one, no in zip(operations, refused, strict=True) if not no]
        items: list[dict[str, Any]] = []
        if passed:
            status, found = await self._pass_on(request, b"".join(passed))
            if status != web.HTTPOk.status_code:
                return _response(status, found)
            items = json.loads(found)["items"]
        self.documents_refused += sum(refused)
        written = iter(items)
        merged = [
            _refused(operation) if no else next(written)
            for operation, no in zip(operations, refused, strict=True)
        ]
        answer = {"took": 1, "errors": True, "items": merged}
        return _response(web.HTTPOk.status_code, json.dumps(answer).encode())

    async def _pass_on(self, request: web.Request, body: bytes) -> tuple[int, bytes]:
        headers = {k: v for k, v in request.headers.items() if k.lower() not in NOT_PASSED_ON}
        address = f"{self.target}{request.path_qs}"
        async with self.session.request(
            request.method, address, data=body, headers=headers
        ) as answer:
            return answer.status, await answer.read()


def _operations(body: bytes) -> Iterator[bytes]:
    """Split a bulk of whole documents: a line that says what to do, and the document."""
    lines = iter(body.splitlines(keepends=True))
    for action in lines:
        yield action if b'"delete"' in action.partition(b":")[0] else action + next(lines)


def _refused(operation: bytes) -> dict[str, Any]:
    ((verb, about),) = json.loads(operation.splitlines()[0]).items()
    return {verb: {"_index": about.get("_index"), "_id": about.get("_id"), **REFUSED}}


def _response(status: int, body: bytes) -> web.Response:
    kind = "application/vnd.elasticsearch+json"
    return web.Response(status=status, body=body, content_type=kind, headers=PRODUCT)


@asynccontextmanager
async def overloaded(stage: Stage) -> AsyncIterator[tuple[Overloaded, str]]:
    """Put the proxy before Elasticsearch; yields it and its address."""
    async with aiohttp.ClientSession() as session:
        proxy = Overloaded(stage.settings.elasticsearch_url, session)
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/{path:.*}", proxy.answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, HOST, 0)
        await site.start()
        try:
            yield proxy, f"http://{HOST}:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


async def answer_429(stage: Stage) -> None:
    """Let Elasticsearch answer 429 while articles come: the indexer waits and loses none."""
    indexer = stage.demonstration.stack.child("indexer")
    await stage.indexed(SOON)
    async with overloaded(stage) as (proxy, address):
        await asyncio.to_thread(indexer.stop)
        stage.restart("indexer", {"TOCSIN_ELASTICSEARCH_URL": address})
        await stage.condition("indexer", "indexer", "ok")  # only now does it consume
        await _refuse(stage, proxy)
        await asyncio.to_thread(indexer.stop)
    stage.restart("indexer")
    stage.figures["bulks refused"] = proxy.bulks_refused
    stage.figures["documents refused"] = proxy.documents_refused
    if not proxy.bulks_refused or not proxy.documents_refused:
        raise FaultError("nothing was refused")


async def _refuse(stage: Stage, proxy: Overloaded) -> None:
    """Refuse whole bulks for a while, then single documents, with articles on their way."""
    newsroom = Newsroom()
    articles = [newsroom.write(outlet) for outlet in PRESS * ROUNDS]
    proxy.whole = True
    await stage.meter.put_out(articles)
    await stage.condition("indexer", "indexer", "waiting")
    await asyncio.sleep(REFUSING_SECONDS)
    proxy.whole = False
    more = [newsroom.write(outlet) for outlet in PRESS * ROUNDS]
    await stage.meter.put_out(more)
    await stage.searchable(ids_of(stage, [*articles, *more]), "what came while it was refused")
    await stage.condition("indexer", "indexer", "ok")


SCENARIOS: dict[str, Act] = {"elasticsearch-answers-429": answer_429}
