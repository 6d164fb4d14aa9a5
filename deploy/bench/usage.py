"""What each process of an installation has used: processor time, memory, calls to engines."""

import re
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psutil

from deploy.local.ports import HOST
from deploy.local.stack import SERVICE_NAMES, Stack

SAMPLE = re.compile(r"^(?P<name>\w+)(?:\{(?P<labels>[^}]*)\})? (?P<value>\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor seconds and resident megabytes by process name; calls by engine."""

    cpu_seconds: Mapping[str, float]
    memory_mb: Mapping[str, float]
    calls: Mapping[str, float]


def read_usage(stack: Stack) -> Usage:
    """Read all of it now."""
    names = [*stack.engine_names, *SERVICE_NAMES]
    trees = {name: list(_tree(stack, name)) for name in names}
    return Usage(
        cpu_seconds={name: sum(map(_cpu, tree)) for name, tree in trees.items()},
        memory_mb={
            name: round(sum(one.memory_info().rss for one in tree) / 1e6, 1)
            for name, tree in trees.items()
        },
        calls=_calls(stack),
    )


def _tree(stack: Stack, name: str) -> Iterable[psutil.Process]:
    process = stack.child(name).process
    return [] if process is None else [process, *process.children(recursive=True)]


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _calls(stack: Stack) -> dict[str, float]:
    calls: dict[str, float] = {}
    for name in SERVICE_NAMES:
        for labels, value in samples(stack, name, "tocsin_engine_calls_total"):
            engine = labels.partition('engine="')[2].partition('"')[0]
            calls[engine] = calls.get(engine, 0.0) + value
    return calls


def samples(stack: Stack, service: str, metric: str) -> list[tuple[str, float]]:
    """Return (labels, value) of every sample of *metric* that *service* shows."""
    address = f"http://{HOST}:{stack.instance.ports[service]}/metrics"
    with urllib.request.urlopen(address, timeout=10) as answer:
        text = answer.read().decode()
    return [
        (found["labels"] or "", float(found["value"]))
        for found in SAMPLE.finditer(text)
        if found["name"] == metric
    ]


def total(stack: Stack, service: str, metric: str, containing: str = "") -> float:
    """Return the sum of a metric's samples whose labels hold *containing*."""
    return sum(value for labels, value in samples(stack, service, metric) if containing in labels)
