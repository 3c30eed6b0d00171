"""What the pages of a large catalog cost to make and to keep, graphs included: the first time, and unchanged.

    python benchmarks/rendering.py [REPOSITORIES]

Every page but those of manuals is made by one process on one core, as a build makes it, with what stands beside pages, such
as raw definitions; data for programs is made after that, untimed; nothing is written or indexed. The time that a page takes
without its graphs has a limit, and so have the bytes of all that is made. Ends with 1 where one is
not kept.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import measure
import organisation

from callboard import graph, pages, search
from callboard.build import compile_portal
from callboard.config import load
from callboard.diagnostics import Report
from callboard.model.graph import Drawings
from callboard.model.output import OutputFile
from callboard.plugins import load_plugins
from callboard.tools import Tools

REPOSITORIES = 2250
PEOPLE = 21
"""With these there are 10,000 entities."""
A_PAGE = 2.0
"""Milliseconds of one core that a page may take without graphs."""
SITE = 500
"""Megabytes that 10,000 entities may take, manuals and the full-text index apart."""
DOCUMENTED = '"backstage.io/techdocs-ref": "dir:."'


def write(count: int, folder: Path, people: int = PEOPLE) -> None:
    """An organisation without manuals: they have a benchmark of their own, and take most of the time."""
    organisation.write(count, folder, people=people)
    for file in folder.glob("repos/*/catalog-info.yaml"):
        file.write_text(file.read_text("utf-8").replace(DOCUMENTED, ""), "utf-8")


def part_of(path: str) -> str:
    """Under which name a file is counted: a kind of entity with the tab, else the first folder."""
    first, *others = path.split("/")
    if first == "catalog" and len(others) > 3:
        return " ".join((first, others[1], *others[3:-1][:1]))
    return first if others else "home and the like"


def run(folder: Path, *, graphs: bool = True) -> Mapping[str, Any]:
    """Make every page of the organisation in *folder*: seconds of one core, and bytes and files by part."""
    report = Report()
    config = load(folder / "site_config.yml", environ={}, report=report)
    state = folder / ".callboard"
    state.mkdir(exist_ok=True)
    tools = Tools(now=dt.datetime.now(dt.UTC), state=state, environ={"PATH": os.environ.get("PATH", os.defpath)}, jobs=1)
    portal, _ = compile_portal(config, tools, report)
    plugins = load_plugins(installed=False)
    documents = search.documents(portal, plugins, report)
    brand = pages.read_brand(config, report)
    begun = time.process_time()
    drawings = graph.draw(portal.catalog, pages.icon_of, tools, report) if graphs else Drawings()
    drawn = time.process_time()

    size, number = Counter[str](), Counter[str]()
    made = 0

    def count(files: Iterable[OutputFile]) -> None:
        nonlocal made
        for file in files:
            length = len(file.content) if isinstance(file.content, bytes) else file.content.stat().st_size
            size[part_of(file.path)] += length
            number[part_of(file.path)] += 1
            made += file.path.endswith(".html")

    count(pages.render(portal, documents, drawings, config, brand, plugins, report))
    rendered = time.process_time()
    count(chain(pages.twins(portal, config), search.data_files(documents), drawings.data.files))
    return {
        "entities": len(portal.catalog.entities),
        "drawing": drawn - begun,
        "rendering": rendered - drawn,
        "pages": made,
        "bytes": dict(size.most_common()),
        "files": dict(number),
    }


def watched(folder: Path, *, graphs: bool = True) -> Mapping[str, Any]:
    """:func:`run` in a process of its own, with the most memory that it had."""
    return measure.watched([sys.executable, __file__, "--run", folder, "graphs" if graphs else "plain"])


def table(cold: Mapping[str, Any], unchanged: Mapping[str, Any], plain: Mapping[str, Any]) -> str:
    """The three runs side by side, and what the pages weigh."""
    runs = (cold, unchanged, plain)
    lines = [
        f"{cold['entities']:,} entities, {cold['pages']:,} pages, one core",
        f"  {'':<26}{'first':>12}{'unchanged':>12}{'no graphs':>12}",
        f"  {'seconds of drawing':<26}" + "".join(f"{one['drawing']:>12.1f}" for one in runs),
        f"  {'seconds of making pages':<26}" + "".join(f"{one['rendering']:>12.1f}" for one in runs),
        f"  {'milliseconds a page':<26}" + "".join(f"{milliseconds(one):>12.2f}" for one in runs),
        f"  {'peak MiB':<26}" + "".join(f"{one['memory'] / 2**20:>12,.0f}" for one in runs),
        f"  {'megabytes':<26}" + "".join(f"{sum(one['bytes'].values()) / 1e6:>12,.0f}" for one in runs),
        f"  {'':<26}{'megabytes':>12}{'files':>12}{'kB a file':>12}",
    ]
    for part, size in cold["bytes"].items():
        files = cold["files"][part]
        lines.append(f"  {part:<26}{size / 1e6:>12,.1f}{files:>12,}{size / 1000 / files:>12,.1f}")
    return "\n".join(lines)


def milliseconds(one: Mapping[str, Any]) -> float:
    return 1000 * float(one["rendering"]) / int(one["pages"])


def main(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as name:
        folder = Path(name)
        write(count, folder)
        cold, unchanged, plain = watched(folder), watched(folder), watched(folder, graphs=False)
    print(table(cold, unchanged, plain))
    slow, large = milliseconds(plain) > A_PAGE, sum(cold["bytes"].values()) > SITE * 1e6
    print(f"  at most {A_PAGE:.0f} ms a page without graphs: {'OVER' if slow else 'ok'}; at most {SITE} MB: {'OVER' if large else 'ok'}")
    sys.exit(1 if slow or large else 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        print(json.dumps(run(Path(sys.argv[2]), graphs=sys.argv[3] == "graphs")))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORIES)
