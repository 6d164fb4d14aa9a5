"""Log lines: what happened under a fixed name, the particulars as keys, as JSON or for a console.

Libraries that use the standard logging module are routed through the same renderer, so
one process writes one format. Newlines in values are escaped by both renderers; article
text and personal data are never passed in.
"""

from __future__ import annotations

import logging
import sys

import structlog

from shared.settings import Settings

# These narrate every connection attempt; our own health conditions say it once.
QUIET = ("aiokafka", "faust", "mode", "kafka", "elastic_transport", "pymongo", "trafilatura")


def configure_logs(settings: Settings, service: str) -> None:
    """Send every log line of this process to standard error in one format."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
