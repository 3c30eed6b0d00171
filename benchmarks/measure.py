"""How long the portals of made-up organisations take, and how much memory: the first build, and an unchanged second one.

    python benchmarks/measure.py N...
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import organisation

COMMAND = (sys.executable, "-c", "from callboard.cli import main; main()", "--log-format", "json", "build")
PAUSE = 0.1
"""Seconds between two looks at memory."""
SHOWN = 1000
"""Changed files that a build names at most."""


class Memory(threading.Thread):
    """Watches a process and all below it. Memory that they share is counted once (proportional set size)."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.peak = 0
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(PAUSE):
            self.peak = max(self.peak, sum(map(self._bytes, self._family())))

    def _family(self) -> set[int]:
        parents = {}
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
        family = {self.root}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return family

    def _bytes(self, pid: int) -> int:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                return next((int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:")), 0)
        except OSError:
            return 0


def watched(command: Sequence[str | Path]) -> Mapping[str, Any]:
    """The JSON that *command* prints, and the most memory that it and all below it had; 0 where that cannot be seen."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        memory = Memory(process.pid)
        if Path("/proc/self/smaps_rollup").exists():
            memory.start()
        said, told = process.communicate()
        memory.done.set()
    if process.returncode:
        raise SystemExit(f"{command[0]} exited with {process.returncode}:\n{told[-3000:]}")
    return {**json.loads(said), "memory": memory.peak}


def build(folder: Path) -> Mapping[str, Any]:
    """What one build says of itself, and the most memory that was seen."""
    return watched([*COMMAND, "--config", folder / "site_config.yml"])


def row(word: str, first: str, second: str) -> str:
    return f"  {word:<14}{first:>14}{second:>14}"


def report(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    """The two builds side by side."""
    size = (
        f"{first['repositories']:,} repositories, {first['entities']:,} entities, {first['manuals']['total']:,} manuals,"
        f" {first['manuals']['pages']:,} pages of documentation, {first['files']:,} files, {first['problems']['error']} errors"
    )
    lines = [
        size,
        row("", "first", "unchanged"),
        row("seconds", f"{first['seconds']:.1f}", f"{second['seconds']:.1f}"),
    ]
    lines += [row(f"  {stage}", f"{seconds:.1f}", f"{second['stages'].get(stage, 0):.1f}") for stage, seconds in first["stages"].items()]
    for word, number in (("entities/s", first["entities"]), ("pages/s", first["manuals"]["pages"])):
        lines.append(row(word, f"{number / first['seconds']:.0f}", f"{number / second['seconds']:.0f}"))
    lines.append(row("peak MiB", *(f"{one['memory'] / 2**20:.0f}" if one["memory"] else "not measured" for one in (first, second))))
    lines.append(row("files changed", *("1,000 or more" if len(one["changed"]) == SHOWN else f"{len(one['changed'])}" for one in (first, second))))
    return "\n".join(lines)


def main(counts: list[int]) -> None:
    print(f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} cores, Python {sys.version.split()[0]}")
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="callboard-bench-") as name:
            folder = Path(name)
            organisation.write(count, folder)
            print("\n" + report(build(folder), build(folder)), flush=True)


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [100, 1000])
