"""The data of the palette and of the search by titles: columns, in scripts.

A page opened from a file may load scripts and nothing else, so data comes as a script that hands its columns to a
function of the page. Every part carries the stamp of the whole; parts of two builds are not mixed.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from typing import Any

from callboard import resources
from callboard.diagnostics import CallboardError
from callboard.model import routes
from callboard.model.output import OutputFile, data_script, script_json
from callboard.model.search import SearchDocument

ORIGIN = "search"
FOLDER = "assets/search/"
CAP = 220_000
"""Bytes, compressed, of the search by titles: about 2,000 pages with their headings."""
OPERATIONS = 75_000
"""Bytes, compressed, of the operations of APIs, which come before the first page of documentation in the palette."""
SPELLINGS = 60_000
"""Bytes, compressed, of the words that queries are corrected by."""
_CAMEL = re.compile(r"(?<=[^\W_A-Z])(?=[A-Z])")
_DASHES = re.compile(r"[^a-z0-9]+")
_WORD = re.compile(r"[^\W_]+")


def data_files(documents: Sequence[SearchDocument]) -> Iterator[OutputFile]:
    """The columns of the palette, of what is searched where Pagefind cannot run, and MiniSearch.

    ``palette.js`` has names, kinds and owners, ``details.js`` titles, types and tags; ``titles.js`` has the pages,
    ``summaries.js`` what entities say of themselves, ``operations.js`` what can be asked of APIs, ``words.js`` how words
    are spelled.
    """
    operations = [d for d in documents if d.anchor and d.section == "apis"]
    documents = [d for d in documents if not d.anchor]
    entities = sorted((d for d in documents if d.ref and d.route == routes.entity(d.ref)), key=lambda d: str(d.ref))
    named = {routes.entity(d.ref, tab) for d in entities if d.ref for tab in ("", "api")}
    pages = [d for d in documents if d.route not in named]
    palette, details = _palette(entities), _details(entities)
    stamp = hashlib.sha256(script_json([palette, details]).encode()).hexdigest()[:12]
    yield _script("palette", stamp, palette)
    yield _script("details", stamp, details)
    yield _script("titles", stamp, _titles(pages))
    yield _script("summaries", stamp, _summaries(entities))
    yield _script("words", stamp, _spellings(documents))
    yield _script("operations", stamp, _operations(operations))
    yield OutputFile(f"{FOLDER}minisearch.js", _library("minisearch.js"), ORIGIN)
    yield OutputFile(f"{FOLDER}minisearch.LICENSE.txt", _library("minisearch.LICENSE.txt"), ORIGIN)


def _library(name: str) -> bytes:
    try:
        return (resources.vendored() / name).read_bytes()
    except OSError as error:
        raise CallboardError(f"the browser library {name} is missing; install Callboard again") from error


def _script(name: str, stamp: str, columns: Any) -> OutputFile:
    return data_script(f"{FOLDER}{name}.js", stamp, columns, ORIGIN)


def _numbered(values: Sequence[str]) -> tuple[list[str], list[int]]:
    """The distinct values, and for each value its number among them."""
    distinct = sorted(set(values))
    numbers = {value: n for n, value in enumerate(distinct)}
    return distinct, [numbers[value] for value in values]


def _palette(entities: Sequence[SearchDocument]) -> dict[str, Any]:
    owners, owner = _numbered([d.owner for d in entities])
    groups = [
        [kind, namespace, len(list(found))]
        for (kind, namespace), found in groupby(entities, key=lambda d: (d.ref.kind, d.ref.namespace) if d.ref else ("", ""))
    ]
    return {"groups": groups, "names": "\n".join(d.ref.name for d in entities if d.ref), "owners": owners, "owner": owner}


def _details(entities: Sequence[SearchDocument]) -> dict[str, Any]:
    types, type_ = _numbered([d.type for d in entities])
    titles = [" ".join(d.title.split()) if d.ref and d.title != d.ref.name else "" for d in entities]
    return {"types": types, "type": type_, "titles": titles, "tags": [" ".join(d.tags) for d in entities]}


def _titles(pages: Sequence[SearchDocument]) -> dict[str, Any]:
    """Routes, titles and headings of as many pages as fit: headings go first, then the last pages.

    Headings are lines. An id that its text does not give follows it after a tab.
    """
    for headings in (True, False):
        rows = [[d.route, d.title, str(d.ref) if d.ref else "", "\n".join(_lines(d)) if headings else ""] for d in pages]
        if _weight(rows) <= CAP:
            return {"rows": rows, "left_out": 0}
    few, many = 0, len(rows)
    while few < many:
        middle = (few + many + 1) // 2
        few, many = (middle, many) if _weight(rows[:middle]) <= CAP else (few, middle - 1)
    return {"rows": rows[:few], "left_out": len(rows) - few}


def _lines(document: SearchDocument) -> Iterator[str]:
    for text, name in zip_longest(document.headings, document.anchors, fillvalue=""):
        line = " ".join(text.split())
        yield f"{line}\t{name}" if name and name != slug(line) else line


def slug(text: str) -> str:
    """The id that Markdown gives a heading, if no other has it; theme/js/lazy/search.js makes the same of the same."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def _summaries(entities: Sequence[SearchDocument]) -> dict[str, Any]:
    """Descriptions in the order of the names, as much of each as fits."""
    for length in (200, 120, 60):
        summaries = [d.summary if len(d.summary) <= length else f"{d.summary[:length].rsplit(' ', 1)[0]}…" for d in entities]
        if _weight(summaries) <= CAP:
            return {"summaries": summaries}
    return {"summaries": []}


def _spellings(documents: Sequence[SearchDocument]) -> dict[str, Any]:
    """Words of names, titles, tags and headings, by which a query with a typing error is understood: as many as fit,
    in lines of about equal use, the most used first."""
    counts = Counter(word for d in documents for text in (d.title, d.ref.name if d.ref else "", *d.tags, *d.headings) for word in _words(text))
    common = sorted(counts, key=lambda word: (-counts[word].bit_length(), word))

    def lines(number: int) -> str:
        return "\n".join(" ".join(found) for _, found in groupby(common[:number], key=lambda word: counts[word].bit_length()))

    few, many = 0, len(common)
    while few < many:
        middle = (few + many + 1) // 2
        few, many = (middle, many) if _weight([lines(middle)]) <= SPELLINGS else (few, middle - 1)
    return {"words": lines(few)}


def _words(text: str) -> Iterator[str]:
    """Words of at least three letters as the page's matcher reads them: lower case, without accents, camel case taken apart."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", _CAMEL.sub(" ", text)) if not unicodedata.combining(letter)).lower()
    for word in _WORD.findall(bare):
        if len(word) >= 3 and not word.isdigit():
            yield word


def _operations(operations: Sequence[SearchDocument]) -> dict[str, Any]:
    """APIs with who provides and who consumes them, and below each its operations; their summaries go where they do not
    fit, then the last operations."""
    for length in (200, 60, 0):
        apis = _apis(operations, length)
        if _weight(apis) <= OPERATIONS:
            return {"apis": apis, "left_out": 0}
    few, many = 0, len(operations)
    while few < many:
        middle = (few + many + 1) // 2
        few, many = (middle, many) if _weight(_apis(operations[:middle], 0)) <= OPERATIONS else (few, middle - 1)
    return {"apis": _apis(operations[:few], 0), "left_out": len(operations) - few}


def _apis(operations: Sequence[SearchDocument], length: int) -> list[Any]:
    found = []
    for ref, group in groupby(operations, key=lambda d: d.ref):
        own = list(group)
        base = routes.api(ref) if ref else ""
        rows = [[d.title, d.summary if len(d.summary) <= length else "", _place(d, base)] for d in own]
        found.append([str(ref), ", ".join(own[0].providers[:5]), ", ".join(own[0].consumers[:5]), rows])
    return found


def _place(operation: SearchDocument, base: str) -> str:
    """Where an operation is below the address *base*; empty where its name says so, as theme/js/lazy/search.js reads it."""
    place = f"{operation.route.removeprefix(base)}#{operation.anchor}"
    return "" if place == f"#{_DASHES.sub('-', operation.title.lower()).strip('-')}" else place


def _weight(rows: Sequence[Any]) -> int:
    return len(gzip.compress(script_json(rows).encode(), 6))
