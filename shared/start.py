"""How every process begins: settings, logs, then its service; mistakes end in one sentence."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from shared.errors import ConfigurationError
from shared.health import Health
from shared.logs import configure_logs
from shared.settings import Settings, load_settings

EXIT_CONFIGURATION = 78  # EX_CONFIG of sysexits.h

Serve = Callable[[Settings, Health], Coroutine[Any, Any, int]]


def start(service: str, serve: Serve) -> NoReturn:
    """Run *serve* with checked settings; exit 78 and name the mistake where there is one."""
    try:
        settings = load_settings()
        configure_logs(settings, service)
        status = asyncio.run(serve(settings, Health(service)))
    except ConfigurationError as error:
        print(f"tocsin {service}: {error}", file=sys.stderr)  # noqa: T201 - logs may not be set up
        sys.exit(EXIT_CONFIGURATION)
    sys.exit(status)
