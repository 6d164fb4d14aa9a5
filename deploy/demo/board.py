"""What a person sees while the demonstration runs: who is up, since when, and how far items are.

On a terminal it is redrawn in place; elsewhere (a log) each change is one line.
"""

import time
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

STOPS = ("served", "published", "analysed", "indexed")
COLOURS = {"ready": "green", "stopped": "dim"}
LOG_EVERY_SECONDS = 10.0


class Board:
    """A line an engine and service, a bar a stop."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._states: dict[str, tuple[str, float, float]] = {}
        self._bars = Progress(
            TextColumn("{task.description:>10}"),
            BarColumn(40),
            MofNCompleteColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}
        self._live = Live(get_renderable=self._draw, console=console, refresh_per_second=4)
        self._logged_at = 0.0

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the last picture on the screen and draw no more."""
        if self._console.is_terminal:
            self._live.stop()

    def report(self, name: str, state: str) -> None:
        """Note the state of an engine or service; the clock runs from its first report."""
        now = time.monotonic()
        first = self._states.get(name, (state, now, now))[1]
        self._states[name] = (state, first, now)
        if not self._console.is_terminal:
            self._console.print(f"{name:>14}  {state}  {now - first:.1f} s")

    def show(self, counts: dict[str, int], total: int) -> None:
        """Move the bars."""
        for stop in STOPS:
            if stop not in self._tasks:
                self._tasks[stop] = self._bars.add_task(stop, total=total)
            self._bars.update(self._tasks[stop], completed=counts[stop], total=total)
        now = time.monotonic()
        if not self._console.is_terminal and now - self._logged_at > LOG_EVERY_SECONDS:
            self._logged_at = now
            line = "  ".join(f"{stop} {counts[stop]}" for stop in STOPS)
            self._console.print(f"of {total}: {line}")

    def _draw(self) -> Group:
        table = Table.grid(padding=(0, 2))
        now = time.monotonic()
        for name, (state, first, last) in self._states.items():
            until = last if state in COLOURS else now
            colour = COLOURS.get(state, "yellow")
            table.add_row(name, f"[{colour}]{state}[/]", f"{until - first:.1f} s")
        return Group(table, self._bars) if self._tasks else Group(table)
