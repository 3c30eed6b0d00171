"""The full-text index: Pagefind over the written pages, made deterministic.

Pagefind is run by its command line, never through its Python API, which sleeps a tenth of a second a record. What it
writes is equal from run to run but for the order of filter values; :func:`normalise` puts that right, so that equal
pages give equal bytes (architecture, decision 6).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import string
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from callboard.diagnostics import Report, SourceLocation
from callboard.model import routes
from callboard.process import ToolError, run
from callboard.search.bundles import join, packed, read, renamed
from callboard.store import fingerprint
from callboard.tools import Tools

TIMEOUT = 1800.0
"""Seconds: an index of 50,000 pages takes two minutes."""
MOST = 3_000
"""Pages that Pagefind is given at once: it needs 0.4 MB of memory for each, which are 1.2 GB."""
INPUTS = "inputs.txt"
"""Beside the index: the hash of the pages that it was made of."""
NOTICE = "NOTICE.txt"
"""Beside the index: whose program it is that reads it."""
INTERFACE = re.compile(r"pagefind-(?:ui|modular-ui|highlight|component-ui)\b.*")
"""Parts of the bundle that only Pagefind's own interface uses."""
NAME = 4
"""Letters in the name of a page: with 20 bits, a page that changes hardly ever gets a name that another had before."""
_LETTERS = string.ascii_lowercase
BODY = b"data-pagefind-body"
IGNORED = (".headerlink", ".linenos", ".cb-mark", "annotation")
"""What stands in articles hundreds of times and is no text of theirs; the rest says so itself."""


def index(folder: Path, *, previous: Path | None, tools: Tools, report: Report, most: int = MOST) -> bool:
    """Index the pages of *folder* into ``pagefind/`` there. True where the index of *previous* could be kept.

    More than *most* pages are given to Pagefind in parts, of which one index is made. Without a usable Pagefind there is
    a diagnostic and no index; searching then falls back to titles.
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
        if len(pages) <= most:
            _run(folder, target, tools)
        else:
            _run_in_parts(folder, pages, -(-len(pages) // most), target, tools)
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


def _run_in_parts(folder: Path, pages: Sequence[str], count: int, target: Path, tools: Tools) -> None:
    """Index *pages* in *count* parts, one after the other, and join them in *target*."""
    if target.exists():
        raise ValueError(f"{target.name} is there already")
    with tempfile.TemporaryDirectory(prefix=".pagefind-", dir=folder) as name:
        parts = []
        for number in range(count):
            part, site = Path(name) / f"index-{number}", Path(name) / f"site-{number}"
            for page in pages[number * len(pages) // count : (number + 1) * len(pages) // count]:
                (site / page).parent.mkdir(parents=True, exist_ok=True)
                _linked(str(folder / page), str(site / page))
            _run(site, part, tools)
            parts.append(part)
        programs = [path.name for path in parts[0].iterdir() if path.is_file() and path.suffix != ".pf_meta"]
        target.mkdir()
        for program in programs:
            shutil.copy2(parts[0] / program, target / program)
        join(parts, target)


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
    return fingerprint(_version(), "4", *digests)


def _version() -> str:
    """Pagefind's version; empty where it is not installed, which running it then tells."""
    try:
        return importlib.metadata.version("pagefind")
    except importlib.metadata.PackageNotFoundError:
        return ""


def _run(folder: Path, target: Path, tools: Tools) -> None:
    command = [sys.executable, "-P", "-m", "pagefind", "--site", str(folder.resolve()), "--output-path", str(target.resolve()), "--quiet"]
    for selector in IGNORED:
        command += ["--exclude-selectors", selector]
    environ = {name: tools.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT") if name in tools.environ}
    run(command, cwd=folder, env=environ, timeout=TIMEOUT)


def _named(old: str, taken: set[str], *, docs: bool) -> str:
    """A short name for the page that Pagefind named *old* by its content, which none of *taken* has, among which it is from now on.

    It begins with a letter where the page is one of documentation, and with a digit otherwise: the palette then needs no
    filter, which has the numbers of all pages, to tell them apart (theme/js/lazy/search.js).
    """
    number = int.from_bytes(hashlib.sha256(old.encode()).digest(), "big")
    name = ""
    while len(name) < NAME or name in taken:
        letters = _LETTERS if docs and not name else string.digits if not name else _LETTERS + string.digits
        number, place = divmod(number, len(letters))
        name += letters[place]
    taken.add(name)
    return name


def normalise(folder: Path) -> None:
    """Make the index in *folder* a function of its pages: filter values sorted, and what names them written anew.

    The names of pages, which a browser loads all of before its first result, become as short as keeps them apart.

    Raises ValueError, KeyError or IndexError where the files are not of the form of Pagefind 1.5.
    """
    entry_file = folder / "pagefind-entry.json"
    entry = json.loads(entry_file.read_text("utf-8"))
    taken: set[str] = set()
    for language, record in sorted(entry["languages"].items()):
        old_meta = folder / f"pagefind.{record['hash']}.pf_meta"
        meta = read(old_meta)
        filters = meta[3]
        docs: set[int] = set()
        for item in filters:
            old = folder / "filter" / f"{item[1]}.pf_filter"
            content = read(old)
            content[1] = sorted(([value, sorted(pages)] for value, pages in content[1]), key=lambda pair: pair[0])
            if content[0] == "section":
                docs.update(page for value, pages in content[1] if value == "docs" for page in pages)
            old.unlink()
            item[1] = renamed(folder, "filter/{}.pf_filter", packed(content), language)
        filters.sort()
        for number, page in enumerate(meta[1]):
            name = _named(page[0], taken, docs=number in docs)
            (folder / "fragment" / f"{page[0]}.pf_fragment").rename(folder / "fragment" / f"{name}.pf_fragment")
            page[0] = name
        old_meta.unlink()
        record["hash"] = renamed(folder, "pagefind.{}.pf_meta", packed(meta), language)
    entry["languages"] = dict(sorted(entry["languages"].items()))
    entry_file.write_text(json.dumps(entry, ensure_ascii=False, separators=(",", ":")), "utf-8")
