"""The full-text index: Pagefind over the written pages, made deterministic.

Pagefind is run by its command line, never through its Python API, which sleeps a tenth of a second a record. What it
writes is equal from run to run but for the order of filter values; :func:`normalise` puts that right, so that equal
pages give equal bytes (architecture, decision 6).
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import cbor2

from callboard.diagnostics import Report, SourceLocation
from callboard.model import routes
from callboard.process import ToolError, run
from callboard.store import fingerprint
from callboard.tools import Tools

TIMEOUT = 1800.0
"""Seconds: an index of 50,000 pages takes two minutes."""
INPUTS = "inputs.txt"
"""Beside the index: the hash of the pages that it was made of."""
NOTICE = "NOTICE.txt"
"""Beside the index: whose program it is that reads it."""
MAGIC = b"pagefind_dcd"
INTERFACE = re.compile(r"pagefind-(?:ui|modular-ui|highlight|component-ui)\b.*")
"""Parts of the bundle that only Pagefind's own interface uses."""
BODY = b"data-pagefind-body"
IGNORED = (".headerlink", ".linenos", ".cb-mark", "annotation")
"""What stands in articles hundreds of times and is no text of theirs; the rest says so itself."""


def index(folder: Path, *, previous: Path | None, tools: Tools, report: Report) -> bool:
    """Index the pages of *folder* into ``pagefind/`` there. True where the index of *previous* could be kept.

    Without a usable Pagefind there is a diagnostic and no index; searching then falls back to titles.
    """
    pages = tuple(_pages(folder))
    if not pages:
        return False
    inputs = _inputs(folder, pages)
    target = folder / routes.PAGEFIND
    kept = previous / routes.PAGEFIND if previous else None
    if kept and (kept / INPUTS).is_file() and (kept / INPUTS).read_text("ascii").strip() == inputs:
        shutil.copytree(kept, target, copy_function=_linked)
        return True
    try:
        _run(folder, tools)
        normalise(target)
    except (ToolError, OSError, ValueError, KeyError, IndexError) as error:
        shutil.rmtree(target, ignore_errors=True)
        said = error.output if isinstance(error, ToolError) else str(error)
        reason = (said.strip().splitlines() or [type(error).__name__])[-1]
        report.add("search-unavailable", f"the full-text index could not be made: {reason}", SourceLocation("search"), "install pagefind[bin]")
        return False
    for path in sorted(target.iterdir()):
        if INTERFACE.fullmatch(path.name):
            path.unlink()
    (target / INPUTS).write_text(f"{inputs}\n", "ascii")
    (target / NOTICE).write_text(f"Pagefind {_version()}, MIT licence, Copyright CloudCannon: the scripts and the WebAssembly program in this folder.\n", "utf-8")
    return False


def _linked(source: str, target: str) -> None:
    """One file under two names; a copy where the file system has no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _pages(folder: Path) -> Iterator[str]:
    """Pages that are indexed, sorted."""
    for path in sorted(folder.rglob("*.html")):
        if path.is_file() and BODY in path.read_bytes():  # an entity may be called so too
            yield path.relative_to(folder).as_posix()


def _inputs(folder: Path, pages: Iterable[str]) -> str:
    """The hash of what the index depends on: each page's path and content, and Pagefind's version."""
    digests = (part for page in pages for part in (page, hashlib.sha256((folder / page).read_bytes()).hexdigest()))
    return fingerprint(_version(), "3", *digests)


def _version() -> str:
    """Pagefind's version; empty where it is not installed, which running it then tells."""
    try:
        return importlib.metadata.version("pagefind")
    except importlib.metadata.PackageNotFoundError:
        return ""


def _run(folder: Path, tools: Tools) -> None:
    command = [sys.executable, "-P", "-m", "pagefind", "--site", str(folder.resolve()), "--output-subdir", routes.PAGEFIND.rstrip("/"), "--quiet"]
    for selector in IGNORED:
        command += ["--exclude-selectors", selector]
    environ = {name: tools.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT") if name in tools.environ}
    run(command, cwd=folder, env=environ, timeout=TIMEOUT)


def _read(path: Path) -> Any:
    data = gzip.decompress(path.read_bytes())
    if not data.startswith(MAGIC):
        raise ValueError(f"{path.name} is not a file of Pagefind")
    return cbor2.loads(data[len(MAGIC) :])


def _packed(value: Any) -> bytes:
    return gzip.compress(MAGIC + cbor2.dumps(value), 9, mtime=0)


def _renamed(folder: Path, pattern: str, content: bytes, language: str) -> str:
    """Write *content* under a name made of its hash; returns the hash."""
    name = f"{language}_{hashlib.sha256(content).hexdigest()[:10]}"
    (folder / pattern.format(name)).write_bytes(content)
    return name


def normalise(folder: Path) -> None:
    """Make the index in *folder* a function of its pages: filter values sorted, and what names them written anew.

    Raises ValueError, KeyError or IndexError where the files are not of the form of Pagefind 1.5.
    """
    entry_file = folder / "pagefind-entry.json"
    entry = json.loads(entry_file.read_text("utf-8"))
    for language, record in sorted(entry["languages"].items()):
        old_meta = folder / f"pagefind.{record['hash']}.pf_meta"
        meta = _read(old_meta)
        filters = meta[3]
        for item in filters:
            old = folder / "filter" / f"{item[1]}.pf_filter"
            content = _read(old)
            content[1] = sorted(([value, sorted(pages)] for value, pages in content[1]), key=lambda pair: pair[0])
            old.unlink()
            item[1] = _renamed(folder, "filter/{}.pf_filter", _packed(content), language)
        filters.sort()
        old_meta.unlink()
        record["hash"] = _renamed(folder, "pagefind.{}.pf_meta", _packed(meta), language)
    entry["languages"] = dict(sorted(entry["languages"].items()))
    entry_file.write_text(json.dumps(entry, ensure_ascii=False, separators=(",", ":")), "utf-8")
