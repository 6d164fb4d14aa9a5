"""The portal as a process: `python -m services.portal`."""

from __future__ import annotations

import asyncio
import signal

import uvicorn

from services.portal.asgi import create_app
from shared.health import Health
from shared.settings import Settings
from shared.start import start
from shared.worker import EXIT_FAILED

DRAIN_SECONDS = 8


async def serve(settings: Settings, _health: Health) -> int:
    """Serve until SIGTERM or SIGINT, and then end in peace.

    After its shutdown the server raises the signal again; by then the loop handles it.
    """
    running = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(number, lambda: None)
    ended: list[str] = []

    def failed(work: str) -> None:
        ended.append(work)
        server.should_exit = True

    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings, failed),
            host=settings.portal_host,
            port=settings.portal_port,
            access_log=False,  # addresses and searches of analysts are nobody's business
            log_config=None,
            # A client may write into these headers what it likes: only a proxy's count.
            proxy_headers=bool(settings.portal_trusted_proxies),
            forwarded_allow_ips=list(settings.portal_trusted_proxies),
            server_header=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            limit_concurrency=500,
            h11_max_incomplete_event_size=32_768,
        )
    )
    await server.serve()
    return EXIT_FAILED if ended else 0


if __name__ == "__main__":
    start("portal", serve)
