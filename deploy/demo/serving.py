"""Puts pages on the outlets' addresses: one application for all twelve, one to control it.

Which outlet is meant is told by the socket, not by the Host header.
"""

import asyncio

from aiohttp import web

from deploy.demo.press import PRESS, Outlet

CONTROL_ADDRESS = "127.0.0.1"
OUTLETS = {outlet.address: outlet for outlet in PRESS}


def asked(request: web.Request) -> tuple[Outlet, int]:
    """Tell which outlet was asked, and at which port."""
    if request.transport is None:
        raise web.HTTPBadRequest
    address, port = request.transport.get_extra_info("sockname")[:2]
    return OUTLETS[address], port


async def serve(
    outlets: web.Application, control: web.Application, port: int, control_port: int
) -> None:
    """Serve both until cancelled; OSError names the address that is taken."""
    runners = [web.AppRunner(app, access_log=None) for app in (outlets, control)]
    for runner in runners:
        await runner.setup()
    try:
        for outlet in PRESS:
            await web.TCPSite(runners[0], outlet.address, port).start()
        await web.TCPSite(runners[1], CONTROL_ADDRESS, control_port).start()
        await asyncio.Event().wait()
    finally:
        for runner in runners:
            await runner.cleanup()
