"""Whole portals for tests: built by the program's own pipeline, with a fixed clock."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from callboard.build import Built, build
from callboard.config import load
from callboard.diagnostics import Diagnostic, Report
from callboard.plugins import load_plugins
from callboard.tools import Tools

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = Path(sys.executable).with_name("callboard")
DEMO = ROOT / "site_config.yml"
MARCH = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)
EPOCH = str(int(MARCH.timestamp()))


@dataclass(frozen=True)
class Site:
    """A portal that was built for a test."""

    folder: Path
    built: Built
    problems: tuple[Diagnostic, ...]

    def text(self, path: str) -> str:
        return (self.folder / path).read_text("utf-8")

    def codes(self) -> list[str]:
        """Codes of problems, notes apart, sorted by place."""
        return [problem.code for problem in self.problems if problem.severity.word != "info"]


def build_site(
    config_file: Path,
    output: Path,
    *,
    state: Path | None = None,
    links: str = "",
    now: dt.datetime = MARCH,
    jobs: int = 2,
    environ: Mapping[str, str] | None = None,
    plugins: tuple[object, ...] = (),
) -> Site:
    """Build what *config_file* says into *output*. Raises CallboardError."""
    report = Report()
    config = load(config_file, environ=environ or {}, report=report)
    if links:
        config = dataclasses.replace(config, site=dataclasses.replace(config.site, links=links))
    tools = Tools(
        now=now,
        state=state or output.with_name(f"{output.name}.state"),
        environ={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(output.parent), **(environ or {})},
        jobs=jobs,
    )
    tools.state.mkdir(parents=True, exist_ok=True)
    built = build(config, output, tools, load_plugins(plugins, installed=False), report)
    return Site(output, built, tuple(report))


def organisation(folder: Path, files: Mapping[str, str | bytes], config: str = "") -> Path:
    """Write *files* below ``repos/``, each folder of which is a repository, and a configuration; returns its path."""
    for path, content in files.items():
        file = folder / "repos" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    (folder / "repos").mkdir(parents=True, exist_ok=True)
    (folder / "site_config.yml").write_text(config or "sources:\n  - folder: {path: repos}\n", "utf-8")
    return folder / "site_config.yml"


def component(name: str, *, owner: str = "crew", extra: str = "", metadata: str = "") -> str:
    """The descriptor of a component; *extra* goes below spec, *metadata* below metadata, both indented by two."""
    return (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        f"metadata:\n  name: {name}\n{metadata}"
        f"spec:\n  type: service\n  lifecycle: production\n  owner: {owner}\n{extra}"
    )


def group(name: str = "crew") -> str:
    """The descriptor of a team."""
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: {name}\n"
        "spec:\n  type: team\n  children: []\n"
    )


def digests(folder: Path) -> dict[str, str]:
    """The hash of every file of *folder*, by path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def differing(one: Path, other: Path) -> list[str]:
    """Paths of which two folders do not hold the same bytes."""
    a, b = digests(one), digests(other)
    return sorted(path for path in {*a, *b} if a.get(path) != b.get(path))


def callboard(
    *arguments: str | Path, cwd: Path, environ: Mapping[str, str] | None = None, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run the program as people do, with the clock fixed."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        cwd=cwd,
        env=program_environment(environ),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def program_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the program is started with in tests: the clock fixed, nothing of the machine but where programs are."""
    own = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG", "PYTHONPATH") if name in os.environ}
    return {**own, "SOURCE_DATE_EPOCH": EPOCH, **(extra or {})}


@contextmanager
def started(*arguments: str | Path, cwd: Path, environ: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """The program, running; ended at the end of the block."""
    process = subprocess.Popen(
        [PROGRAM, *map(str, arguments)], cwd=cwd, env=program_environment(environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for_line(process: subprocess.Popen[str], beginning: str) -> str:
    """The next line on the standard error that begins so."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(beginning):
            return line
    raise AssertionError(f"the program ended before it said {beginning!r}")


def fetch(url: str) -> tuple[int, str]:
    """Status and body of the answer."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
