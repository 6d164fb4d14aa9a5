"""The recorded outlets over HTTP: addresses, entity tags, what counts as served."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
import feedparser
import pytest

from deploy.demo.control import as_added, create_control
from deploy.demo.corpus import read_sample
from deploy.demo.episode import read_episode
from deploy.demo.outlets import create_outlets
from deploy.demo.plan import Article, make_plan
from deploy.demo.press import PRESS
from deploy.demo.serving import serve
from deploy.demo.shelf import Shelf

LATER = datetime(2099, 12, 31, tzinfo=UTC)
START = datetime(2026, 3, 20, 7, 30, tzinfo=UTC)
OUTLET = PRESS[4]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def plan() -> list[Article]:
    return make_plan(list(read_sample()), read_episode(), start=START, seed=1)


@pytest.fixture
async def ports(plan: list[Article]) -> AsyncIterator[tuple[int, int]]:
    port, control_port = _free_port(), _free_port()
    shelf = Shelf(plan)
    applications = create_outlets(shelf), create_control(shelf, port)
    server = asyncio.create_task(serve(*applications, port, control_port))
    async with aiohttp.ClientSession() as client:
        for _ in range(100):
            try:
                await client.get(f"http://127.0.0.1:{control_port}/counts")
                break
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.02)
    yield port, control_port
    server.cancel()
    await asyncio.wait({server})


async def test_each_address_answers_as_its_own_outlet(ports: tuple[int, int]) -> None:
    async with aiohttp.ClientSession() as client:
        for outlet in PRESS:
            answer = await client.get(outlet.url(ports[0], "/feed.xml"))
            feed = feedparser.parse(await answer.text())
            assert not feed.bozo
            assert feed.feed.title == outlet.name


async def test_feed_goes_on_to_live_items_only_after_the_first_list_was_taken(
    ports: tuple[int, int],
) -> None:
    url = OUTLET.url(ports[0], "/feed.xml")
    async with aiohttp.ClientSession() as client:
        first = await client.get(url)
        links = [entry.link for entry in feedparser.parse(await first.text()).entries]
        known = {"If-None-Match": first.headers["ETag"]}
        assert (await client.get(url, headers=known)).status == 304
        for link in links:
            assert (await client.get(link)).status == 200
        second = await client.get(url, headers=known)
        assert len(feedparser.parse(await second.text()).entries) > len(links)


async def test_served_pages_are_listed_once_with_their_addresses(ports: tuple[int, int]) -> None:
    url = OUTLET.url(ports[0], "/feed.xml")
    async with aiohttp.ClientSession() as client:
        feed = feedparser.parse(await (await client.get(url)).text())
        for _ in range(2):
            await (await client.get(feed.entries[0].link)).text()
        await client.get(OUTLET.url(ports[0], "/no-such-page"))
        served = await (await client.get(f"http://127.0.0.1:{ports[1]}/served")).json()
    assert [row["url"] for row in served] == [feed.entries[0].link]


@pytest.mark.parametrize("dated", [True, False])
async def test_article_that_is_put_out_is_listed_with_the_date_that_its_outlet_tells(
    ports: tuple[int, int], plan: list[Article], dated: bool
) -> None:
    added = replace(plan[0], outlet=OUTLET, path="/added", published_at=LATER, dated=dated)
    url = OUTLET.url(ports[0], "/feed.xml")
    async with aiohttp.ClientSession() as client:
        first = await client.get(url)
        for entry in feedparser.parse(await first.text()).entries:
            await (await client.get(entry.link)).text()
        await client.post(f"http://127.0.0.1:{ports[1]}/articles", json=[as_added(added)])
        second = await client.get(url, headers={"If-None-Match": first.headers["ETag"]})
        page = await (await client.get(OUTLET.url(ports[0], "/added"))).text()
    (entry,) = (
        one for one in feedparser.parse(await second.text()).entries if one.link.endswith("/added")
    )
    assert ("published" in entry) == dated == ("2099" in page)
