"""One index of several: what Pagefind wrote for parts of a portal, as it would have written it for the whole.

Pagefind's memory grows with the pages that it is given at once, its index does not. The browser can ask several
indexes, but a word that one of them does not know finds there whatever begins like it; so they are made one here.
The format is that of Pagefind 1.5 (its crate ``pagefind``, ``src/index``): CBOR in gzip. Words and filters are listed
in order, pages are numbered in the order of ``pf_meta``, and the numbers of a word's pages are steps from the last one.
"""

from __future__ import annotations

import contextlib
import gc
import gzip
import hashlib
import heapq
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import cbor2

MAGIC = b"pagefind_dcd"
CHUNK = 20_000
"""Places of words in one file of the index, as Pagefind counts them."""

LEVEL = 6
"""Of gzip, for words: 9 takes five times as long for 3 % less."""

Word = list[Any]
"""The word, its pages, and the same for each of its forms with accents."""


def read(path: Path) -> Any:
    """What a file of the index says. Raises ValueError where it is not one."""
    data = gzip.decompress(path.read_bytes())
    if not data.startswith(MAGIC):
        raise ValueError(f"{path.name} is not a file of Pagefind")
    return cbor2.loads(data[len(MAGIC) :])


def packed(value: Any, level: int = 9) -> bytes:
    return gzip.compress(MAGIC + cbor2.dumps(value), level, mtime=0)


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Lists of numbers have no cycles, but looking for some takes three quarters of the time of reading them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def renamed(folder: Path, pattern: str, content: bytes, language: str) -> str:
    """Write *content* under a name made of its hash; returns the hash."""
    name = f"{language}_{hashlib.sha256(content).hexdigest()[:10]}"
    path = folder / pattern.format(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return name


@dataclass(frozen=True, slots=True)
class Part:
    """The index of some pages in one language."""

    folder: Path
    version: str
    pages: Sequence[Any]
    chunks: Sequence[Any]
    filters: Sequence[Any]
    fields: Sequence[str]

    @classmethod
    def load(cls, folder: Path, name: str) -> Part:
        version, pages, chunks, filters, sorts, fields = read(folder / f"pagefind.{name}.pf_meta")
        if sorts:
            raise ValueError("the index has an order of its own, which cannot be made of parts")
        return cls(folder, version, pages, chunks, filters, fields)

    def words(self, first: int, fields: Mapping[int, int]) -> Iterator[Word]:
        """Every word in order, where this part's first page has the number *first* and its fields are those of *fields*."""
        for chunk in self.chunks:
            for word, pages, forms in read(self.folder / "index" / f"{chunk[2]}.pf_index")[0]:
                yield [word, _moved(pages, first, fields), [[form, _moved(of_form, first, fields)] for form, of_form in forms]]


def _moved(pages: list[Any], first: int, fields: Mapping[int, int]) -> list[Any]:
    if pages:
        pages[0][0] += first
    if fields:
        for page in pages:
            page[2] = [-fields[-at - 1] - 1 if at < 0 else at for at in page[2]]
    return pages


def _after(pages: list[Any], more: list[Any]) -> list[Any]:
    """*more* pages after *pages*, whose numbers are lower; the first of them becomes a step from the last one here."""
    if pages and more:
        more[0][0] -= sum(page[0] for page in pages)
    return pages + more


def _joined(words: Iterable[Word]) -> Iterator[Word]:
    for word, same in groupby(words, key=itemgetter(0)):
        pages: list[Any] = []
        forms: dict[str, list[Any]] = {}
        for _, some, variants in same:
            pages = _after(pages, some)
            for form, of_form in variants:
                forms[form] = _after(forms.get(form, []), of_form)
        yield [word, pages, [[form, of_form] for form, of_form in forms.items()]]


def _chunks(words: Iterable[Word]) -> Iterator[list[Word]]:
    chunk: list[Word] = []
    size = 0
    for word in words:
        size += sum(len(places) + len(in_fields) + 1 for _, places, in_fields in word[1])
        chunk.append(word)
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def join(parts: Sequence[Path], target: Path) -> None:
    """Make the indexes in the folders *parts*, of different pages, the one index of *target*, which holds the first of them.

    Raises ValueError, KeyError or IndexError where the files are not of the form of Pagefind 1.5.
    """
    entries = [json.loads((part / "pagefind-entry.json").read_text("utf-8")) for part in parts]
    whole = entries[0]
    languages = {language for entry in entries for language in entry["languages"]}
    records = {}
    for language in sorted(languages):
        there = [(part, entry["languages"][language]) for part, entry in zip(parts, entries, strict=True) if language in entry["languages"]]
        records[language] = there[0][1] | {
            "hash": _join_language([Part.load(part, record["hash"]) for part, record in there], target, language),
            "page_count": sum(record["page_count"] for _, record in there),
        }
        for part, _ in there:
            for engine in part.glob(f"wasm.{language}.pagefind"):
                (target / engine.name).write_bytes(engine.read_bytes())
    (target / "pagefind-entry.json").write_text(json.dumps({**whole, "languages": records}, ensure_ascii=False, separators=(",", ":")), "utf-8")


def _join_language(parts: Sequence[Part], target: Path, language: str) -> str:
    fields = sorted({field for part in parts for field in part.fields})
    pages: list[Any] = []
    firsts = []
    for part in parts:
        firsts.append(len(pages))
        pages += [[_fragment(part.folder, hash, target), count] for hash, count in part.pages]
    numbers = [
        {} if list(part.fields) == fields else {n: fields.index(field) for n, field in enumerate(part.fields)} for part in parts
    ]
    words = heapq.merge(*(part.words(*place) for part, place in zip(parts, zip(firsts, numbers, strict=True), strict=True)), key=itemgetter(0))
    chunks = []
    with _uncollected():
        for chunk in _chunks(_joined(words)):
            content = packed([chunk], LEVEL)
            chunks.append([chunk[0][0], chunk[-1][0], renamed(target, "index/{}.pf_index", content, language)])
    meta = [parts[0].version, pages, _bounded(chunks), _join_filters(parts, firsts, target, language), [], fields]
    return renamed(target, "pagefind.{}.pf_meta", packed(meta), language)


def _fragment(folder: Path, name: str, target: Path) -> str:
    """Put the fragment *name* of *folder* into *target*; its name there, which is longer where another has that one."""
    content = (folder / "fragment" / f"{name}.pf_fragment").read_bytes()
    place = target / "fragment" / f"{name}.pf_fragment"
    place.parent.mkdir(exist_ok=True)
    while place.exists() and place.read_bytes() != content:
        name += "_"
        place = place.with_name(f"{name}.pf_fragment")
    place.write_bytes(content)
    return name


def _bounded(chunks: list[Any]) -> list[Any]:
    """Bounds of neighbours cut to where they differ, which is what a browser loads first (``chunk_meta`` there)."""
    for one, other in pairwise(chunks):
        same = next((n for n, (a, b) in enumerate(zip(one[1], other[0], strict=False)) if a != b), min(len(one[1]), len(other[0])))
        if one[1][: same + 1] >= one[0]:
            one[1] = one[1][: same + 1]
        other[0] = other[0][: same + 1]
    return chunks


def _join_filters(parts: Sequence[Part], firsts: Sequence[int], target: Path, language: str) -> list[Any]:
    filters: dict[str, dict[str, list[int]]] = {}
    for part, first in zip(parts, firsts, strict=True):
        for _, hash in part.filters:
            name, values = read(part.folder / "filter" / f"{hash}.pf_filter")
            for value, pages in values:
                filters.setdefault(name, {}).setdefault(value, []).extend(first + page for page in pages)
    return [
        [name, renamed(target, "filter/{}.pf_filter", packed([name, [[value, pages] for value, pages in sorted(values.items())]]), language)]
        for name, values in sorted(filters.items())
    ]
