"""The proxy that stands for an overloaded engine: single documents refused, the others written."""

import json

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from deploy.faults.overload import Overloaded

ACTIONS = [json.dumps({"index": {"_index": "items", "_id": str(n)}}) for n in range(6)]
BULK = "".join(f'{action}\n{{"number": {n}}}\n' for n, action in enumerate(ACTIONS))


async def engine(request: web.Request) -> web.Response:
    """Answer as the engine does: one line for each action, in their order."""
    ids = [json.loads(line)["index"]["_id"] for line in (await request.text()).splitlines()[::2]]
    items = [{"index": {"_id": one, "status": 201}} for one in ids]
    return web.json_response({"errors": False, "items": items})


@pytest.mark.enable_socket
async def test_each_action_has_its_answer_and_every_third_is_refused() -> None:
    target = web.Application()
    target.router.add_post("/_bulk", engine)
    async with TestServer(target) as real, aiohttp.ClientSession() as session:
        proxy = Overloaded(str(real.make_url("")), session, whole=True, each=3)
        app = web.Application()
        app.router.add_post("/_bulk", proxy.answer)
        async with TestClient(TestServer(app)) as client:
            assert (await client.post("/_bulk", data=BULK)).status == 429
            proxy.whole = False
            answer = await (await client.post("/_bulk", data=BULK)).json(content_type=None)
    statuses = [(one["index"]["_id"], one["index"]["status"]) for one in answer["items"]]
    assert statuses == [("0", 429), ("1", 201), ("2", 201), ("3", 429), ("4", 201), ("5", 201)]
    assert (proxy.bulks_refused, proxy.documents_refused) == (1, 2)
