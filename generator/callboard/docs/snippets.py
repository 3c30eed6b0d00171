"""Which files the pages of a manual take in by ``--8<--`` lines, so that the worker is given these and no others."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from callboard.docs.plan import TEXT_LIMIT, Plan, PlanError, read_text

_MARK = "8<-"
_LINE = re.compile(r"^[ \t]*;*-+8<-+(?P<rest>.*)$", re.MULTILINE)
_QUOTED = re.compile(r"""["']([^"'\n]+)["']""")
_SECTION = re.compile(r"(?::[^/]*)?$")
MAX_FILES = 2_000


def needed(plan: Plan, text_of: Callable[[str], str], skipped: AbstractSet[str]) -> tuple[str, ...]:
    """Files of the repository that pages of *plan* may include, and those that these include; sorted.

    More may be named here than is included in the end (names within code, say): what matters is that nothing is
    missing. As for pymdownx, names are relative to the folder of mkdocs.yml and do not lead out of it.
    """
    known = frozenset(plan.checkout.files)
    found: set[str] = set()
    waiting = [text_of(page.uri) for page in plan.pages if page.uri not in skipped]
    while waiting and len(found) < MAX_FILES:
        text = waiting.pop()
        if _MARK not in text:
            continue
        for name in _names(text):
            path = posixpath.normpath(posixpath.join(plan.folder, name))
            inside = not name.startswith("/") and (not plan.folder or path.startswith(f"{plan.folder}/"))
            if inside and path in known and path not in found:
                found.add(path)
                waiting += _text(plan, path)
    return tuple(sorted(found))


def missing(plan: Plan, text: str, known: Callable[[], AbstractSet[str]]) -> list[tuple[str, int]]:
    """What the Markdown *text* of a page includes though it is not *known* in the repository, and on which line."""
    if _MARK not in text:
        return []
    lost = []
    for number, name in _included(text):
        path = posixpath.normpath(posixpath.join(plan.folder, _SECTION.sub("", name)))
        if path not in known() or name.startswith("/") or (plan.folder and not path.startswith(f"{plan.folder}/")):
            lost.append((name, number))
    return lost


_INCLUDED = re.compile(r"""[ \t]*-+8<-+(?:[ \t]+(["'])(?P<name>[^\n]+?)\1)?[ \t]*""")


def _included(text: str) -> Iterator[tuple[int, str]]:
    """(line, name) of every file that *text* includes, as pymdownx reads it."""
    block = False
    for number, line in enumerate(text.split("\n"), 1):
        match = _INCLUDED.fullmatch(line)
        if match is None:
            if block and (name := line.strip()) and not name.startswith(";"):
                yield number, name
        elif match["name"] is None:
            block = not block
        elif not block and not match["name"].startswith("; "):
            yield number, match["name"].strip()


def _names(text: str) -> Iterator[str]:
    """Everything that could be a file's name: in quotes behind a mark, or a line between two marks."""
    block = False
    for line in text.split("\n"):
        match = _LINE.match(line)
        if match is not None:
            names = _QUOTED.findall(match["rest"])
            yield from (_SECTION.sub("", name.strip()) for name in names)
            block = not block if not match["rest"].strip() else block
        elif block and line.strip():
            yield _SECTION.sub("", line.strip())


def _text(plan: Plan, path: str) -> list[str]:
    try:
        return [read_text(plan.checkout, path, TEXT_LIMIT)]
    except PlanError:
        return []


def texts(plan: Plan, names: Sequence[str]) -> dict[str, str]:
    """The text of each file of *names* that has one, by its path below the folder of mkdocs.yml."""
    start = f"{plan.folder}/" if plan.folder else ""
    return {path.removeprefix(start): text for path in names for text in _text(plan, path)}
