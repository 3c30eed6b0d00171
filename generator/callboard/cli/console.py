"""How a build talks while it works: a live display on a terminal, plain lines in CI, JSON lines for programs.

Everything here goes to stderr; results go to stdout.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, TextIO

import click
from rich.console import Console
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.text import Text

from callboard.diagnostics import legible, legible_json, one_line

STAGES: Mapping[str, str] = {
    "crawl": "Reading repositories",
    "catalog": "Compiling the catalog",
    "docs": "Building documentation",
    "graph": "Drawing graphs",
    "apis": "Reading API definitions",
    "pages": "Writing pages",
    "search": "Indexing",
}


def say(text: str, *, err: bool = False) -> None:
    """Print *text*, a result, or with *err* a word about the work."""
    click.echo(legible(text), err=err)


class Display(Protocol):
    """What a command tells of its progress."""

    durations: dict[str, float]
    """Seconds of each stage that is done, by name."""

    def stage(self, name: str) -> AbstractContextManager[None]: ...

    def progress(self, message: str) -> None: ...

    def close(self) -> None: ...


FEW, STEP = 40, 100
"""Pieces of work of a stage that a plain log names one by one, and how often it does after that."""


class PlainDisplay:
    """A line when a stage begins and ends, and for pieces of work while there are few: what logs can show."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._done = 0
        self.durations: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        self._done = 0
        self._say(f"{STAGES.get(name, name)} ...")
        yield
        self.durations[name] = time.monotonic() - started
        self._say(f"{STAGES.get(name, name)}: {self.durations[name]:.1f} s")

    def progress(self, message: str) -> None:
        with self._lock:
            self._done += 1
            if self._done <= FEW:
                self._say(f"  {one_line(message)}")
            elif self._done % STEP == 0:
                self._say(f"  {self._done} done, now {one_line(message)}")

    def close(self) -> None:
        self._stream.flush()

    def _say(self, line: str) -> None:
        self._stream.write(f"{legible(line)}\n")
        self._stream.flush()


class QuietDisplay(PlainDisplay):
    """Says nothing: for a command of which only the result is worth a line in a log."""

    def _say(self, line: str) -> None:
        """Not worth a line."""


class JsonDisplay:
    """One JSON object a line."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.durations: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        self._say(event="stage-started", stage=name)
        yield
        self.durations[name] = time.monotonic() - started
        self._say(event="stage-done", stage=name, seconds=round(self.durations[name], 3))

    def progress(self, message: str) -> None:
        self._say(event="progress", message=message)

    def close(self) -> None:
        self._stream.flush()

    def _say(self, **record: Any) -> None:
        self._stream.write(legible_json(json.dumps(record, ensure_ascii=False)) + "\n")
        self._stream.flush()


class Seconds(ProgressColumn):
    """How long a stage has taken: tenths matter where whole builds take seconds."""

    def render(self, task: Task) -> Text:
        elapsed = task.finished_time if task.finished else task.elapsed
        return Text(f"{elapsed or 0:6.1f} s", style="cyan")


class LiveDisplay:
    """A line a stage with a spinner, the time, and what is being done just now."""

    def __init__(self, console: Console, *, passing: bool = False) -> None:
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓[/green]"),
            TextColumn("{task.description}"),
            Seconds(),
            TextColumn("{task.fields[now]}", style="dim", markup=False),
            console=console,
            transient=passing,
        )
        self._current: TaskID | None = None
        self._done = 0
        self._lock = threading.Lock()
        self.durations: dict[str, float] = {}
        self._progress.start()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        outer, self._done = self._current, 0
        task = self._progress.add_task(STAGES.get(name, name), total=1, now="")
        self._current = task
        try:
            yield
        finally:
            self._current = outer
        self.durations[name] = time.monotonic() - started
        self._progress.update(task, completed=1, now="")

    def progress(self, message: str) -> None:
        with self._lock:
            self._done += 1
            if self._current is not None:
                self._progress.update(self._current, now=f"{self._done} · {one_line(message)}")

    def close(self) -> None:
        self._progress.stop()


def open_display(stream: TextIO, *, log_format: str, environ: Mapping[str, str], passing: bool = False) -> Display:
    """The display that fits *stream*: JSON if asked for, live on a terminal outside CI, else plain lines.

    A *passing* one leaves nothing behind when it is closed.
    """
    if log_format == "json":
        return JsonDisplay(stream)
    console = Console(file=stream, no_color=bool(environ.get("NO_COLOR")), highlight=False)
    if console.is_terminal and not environ.get("CI") and environ.get("TERM") != "dumb":
        return LiveDisplay(console, passing=passing)
    return QuietDisplay(stream) if passing else PlainDisplay(stream)
