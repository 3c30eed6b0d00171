"""Where the links of an article lead: pages and files of the manual, other manuals, the repository's host, elsewhere.

What is not in the manual itself is asked of :class:`Surroundings`, which remembers every question and its answer: a
finished manual is good for as long as today's answers are the same.
"""

from __future__ import annotations

import difflib
import enum
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote, urlsplit

from callboard.docs.plan import Plan, SourceFile, repository_uri, site_url
from callboard.model.forges import tree_url, view_url
from callboard.model.ref import EntityRef
from callboard.model.routes import safe_url

PICTURES = frozenset(".png .apng .jpg .jpeg .jpe .jfif .gif .webp .avif .svg .ico .bmp".split())
DOWNLOADS = frozenset(
    ".pdf .txt .csv .tsv .json .yaml .yml .zip .gz .tgz .tar .xlsx .docx .pptx .odt .ods .odp .drawio .puml .dot .proto"
    " .graphql .ipynb .log .sql .toml .ini .conf .mp4 .webm .mp3 .ogg .wav".split()
)
"""Types of files that are published. What a browser would run or render as a page of ours is not among them."""

def is_published(path: str) -> bool:
    """Whether a file is of one of these types."""
    suffix = posixpath.splitext(path)[1].lower()
    return suffix in PICTURES or suffix in DOWNLOADS


SELF = ("", "#", "#top", "#__top")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*:")
_PORTAL = re.compile(r"/(docs|catalog)/([^/]+)/([^/]+)/([^/]+)(?:/(.*))?")
_SEGMENT_SAFE = "!$&'()*+,;=@:~-._"


def quoted(path: str) -> str:
    """*path* as it stands in an address of the ``cb:`` scheme."""
    return quote(path, safe="/" + _SEGMENT_SAFE)


def anchor(name: str) -> str:
    """The id *name* as it stands behind a ``#``."""
    return quote(name, safe="/?" + _SEGMENT_SAFE)


@dataclass(slots=True)
class Surroundings:
    """Answers questions about what lies outside one manual, and keeps what was asked.

    A question is ``kind:what``; *lookup* answers it with a text, empty for no.
    """

    lookup: Callable[[str, str], str]
    answers: dict[str, str] = field(default_factory=dict)

    def ask(self, kind: str, what: str) -> str:
        question = f"{kind}:{what}"
        if question not in self.answers:
            self.answers[question] = self.lookup(kind, what)
        return self.answers[question]


class Kind(enum.Enum):
    """What became of an address."""

    GOOD = "good"
    BROKEN = "broken"
    REFUSED = "refused"
    UNLINKED = "unlinked"


@dataclass(frozen=True, slots=True)
class Target:
    """An address as the article shall have it; *asset* is a file of the repository to be published with it."""

    kind: Kind
    href: str = ""
    asset: SourceFile | None = None
    why: str = ""
    hint: str = ""
    shown: str = ""
    """The address in its author's words, where MkDocs has changed them."""


@dataclass(frozen=True)
class Resolver:
    """Resolves the addresses of one manual. *places* are its published pages by uri, *ids* the anchors of each."""

    plan: Plan
    places: Mapping[str, str]
    ids: Mapping[str, frozenset[str]]
    renamed: Mapping[str, Mapping[str, str]]
    around: Surroundings

    def __post_init__(self) -> None:
        directories = self.plan.settings.use_directory_urls
        by_url: dict[str, str] = {}
        by_path: dict[str, str] = {}
        for source in self.plan.pages:
            if source.uri in self.places:
                for form in _forms(site_url(source.uri, directories)):
                    by_url.setdefault(form, source.uri)
                by_path.setdefault(source.path, source.uri)
        for old, new in self.plan.settings.redirects:
            page, _, _ = new.partition("#")
            if page in self.places and old not in self.places:
                for form in _forms(site_url(old, directories)):
                    by_url.setdefault(form, page)
        object.__setattr__(self, "by_url", by_url)
        object.__setattr__(self, "by_path", by_path)
        object.__setattr__(self, "files", {file.uri: file for file in self.plan.files})
        object.__setattr__(self, "files_by_path", {file.path: file for file in self.plan.files})
        object.__setattr__(self, "sources", {page.uri: page for page in self.plan.pages})
        by_name: dict[str, list[str]] = defaultdict(list)
        for known in [*self.places, *self.files]:
            by_name[_bare_name(known)].append(known)
        object.__setattr__(self, "by_name", by_name)
        object.__setattr__(self, "seen_from", {})
        object.__setattr__(self, "own_paths", frozenset(page.path for page in self.plan.pages))

    by_url: Mapping[str, str] = field(init=False)
    by_path: Mapping[str, str] = field(init=False)
    files: Mapping[str, SourceFile] = field(init=False)
    files_by_path: Mapping[str, SourceFile] = field(init=False)
    sources: Mapping[str, SourceFile] = field(init=False)
    own_paths: frozenset[str] = field(init=False)
    by_name: Mapping[str, list[str]] = field(init=False)
    """Pages and files by the last part of their names, for hints."""
    seen_from: dict[str, list[str]] = field(init=False)
    """Pages and files as they are written in a folder, for hints: found once."""

    def resolve(self, uri: str, written: str, *, picture: bool = False) -> Target:
        """Where *written*, an address in the page *uri*, leads."""
        address = re.sub(r"[\x00-\x20\x7f]+", "", written) if _SCHEME.match(written.strip()) else written.strip()
        if address in SELF and address[1:] not in self.ids.get(uri, frozenset()):
            return Target(Kind.GOOD, f"cb:page/{quoted(self.places[uri])}")
        if address.startswith("//"):
            address = f"https:{address}"
        if _SCHEME.match(address):
            safe = safe_url(address)
            return Target(Kind.GOOD, safe) if safe else Target(Kind.REFUSED, why="has a scheme that is not shown", hint="use https")
        try:
            parts = urlsplit(address)
        except ValueError:
            return Target(Kind.BROKEN, why="is not an address", hint="correct it")
        named, _, directive = parts.fragment.partition(":~:")
        path, fragment = unquote(parts.path), unquote(named)
        if directive and (target := self.resolve(uri, parts._replace(fragment=named).geturl() or "#", picture=picture)).kind is Kind.GOOD:
            mark = "" if "#" in target.href else "#"
            return replace(target, href=f"{target.href}{mark}:~:{quote(directive, safe='%' + _SEGMENT_SAFE)}")
        if "\x00" in path or "\\" in path:
            return Target(Kind.BROKEN, why="is not an address", hint="write / between folders")
        if not path:
            return self._page(uri, uri, fragment) if fragment else Target(Kind.GOOD, f"cb:page/{quoted(self.places[uri])}")
        found = self._portal(path, fragment) or self._inside(uri, path, fragment) or self._repository(uri, path, fragment)
        if found is None:
            return Target(Kind.BROKEN, why="leads to nothing", hint=self._suggestion(uri, path))
        return found

    def _inside(self, uri: str, path: str, fragment: str) -> Target | None:
        """As a browser would read it on MkDocs' own site; then as a path beside the Markdown file."""
        base = posixpath.dirname(site_url(uri, self.plan.settings.use_directory_urls))
        return self._below(("",) if path.startswith("/") else (base, posixpath.dirname(uri)), uri, path, fragment)

    def entry(self, written: str) -> Target | None:
        """Where an entry of nav leads that names no page: for MkDocs it is an address, seen from the first page."""
        try:
            parts = urlsplit(written)
        except ValueError:
            return None
        path = unquote(parts.path)
        if not path or parts.scheme or parts.netloc or "\x00" in path:
            return None
        return self._below(("",), "", path, unquote(parts.fragment))

    def _below(self, starts: Iterable[str], uri: str, path: str, fragment: str) -> Target | None:
        """*path*, seen from the first of *starts* from where it leads to something of the manual."""
        for start in starts:
            target = posixpath.normpath(posixpath.join(start, path.lstrip("/")))
            if target.startswith("../") or target == "..":
                continue
            key = "" if target == "." else target
            page = self.by_url.get(key) if key in self.by_url else next((c for c in _as_pages(key) if c in self.places), None)
            if page is not None:
                return self._page(uri, page, fragment)
            if file := self.files.get(key):
                return self._file(file)
        return None

    def _page(self, source: str, page: str, fragment: str) -> Target:
        if fragment in ("", "top", "__top") and fragment not in self.ids.get(page, frozenset()):
            return Target(Kind.GOOD, f"cb:page/{quoted(self.places[page])}")
        fragment = fragment.removeprefix("user-content-")  # which GitHub puts before every id
        name = self.renamed.get(page, {}).get(fragment, fragment)
        if name not in self.ids.get(page, frozenset()):
            near = difflib.get_close_matches(fragment, sorted(self.ids.get(page, ())), 1, 0.7)
            what, shown = "this page", f"#{fragment}"
            if page != source:
                what = self.sources[page].name
                here = posixpath.dirname(self.sources[source].name) if source else ""
                shown = f"{posixpath.relpath(what, here or '.')}#{fragment}"
            hint = f"did you mean #{near[0]}?" if near else ""
            return Target(Kind.BROKEN, why=f"names an anchor that {what} has not", hint=hint, shown=shown)
        if page == source:
            return Target(Kind.GOOD, f"#{anchor(name)}")
        return Target(Kind.GOOD, f"cb:page/{quoted(self.places[page])}#{anchor(name)}")

    def _file(self, file: SourceFile) -> Target:
        if is_published(file.uri):
            return Target(Kind.GOOD, f"cb:asset/{quoted(file.uri)}", file)
        address = view_url(self.plan.checkout.repository, file.path) if file.path else ""
        return Target(Kind.GOOD, address) if address else Target(Kind.UNLINKED, why=f"{file.name} is not published: files of its type are not")

    def _repository(self, uri: str, path: str, fragment: str) -> Target | None:
        """A path of the repository: another manual's page, a picture, or a file to look at on the host."""
        source = self.sources[uri].path
        if not source:
            return None
        start = "" if path.startswith("/") else posixpath.dirname(source)
        target = posixpath.normpath(posixpath.join(start, path.lstrip("/")))
        if target.startswith("../") or target in {"..", "."}:
            return None
        behind = f"#{anchor(fragment)}" if fragment else ""
        for candidate in (target, f"{target}.md", posixpath.join(target, "index.md"), posixpath.join(target, "README.md")):
            if (own := self.by_path.get(candidate)) is not None:
                return self._page(uri, own, fragment)
            if candidate in self.own_paths:
                return None
            if other := self.around.ask("page", candidate):
                return Target(Kind.GOOD, f"cb:docs/{other}{behind}")
        kind = self.around.ask("path", target)
        repository = self.plan.checkout.repository
        if kind == "file":
            file = self.files_by_path.get(target) or SourceFile(repository_uri(target), target)
            if file.uri and posixpath.splitext(target)[1].lower() in PICTURES:
                return Target(Kind.GOOD, f"cb:asset/{quoted(file.uri)}", file)
            address = view_url(repository, target)
        elif kind == "folder":
            address = tree_url(repository, target)
        else:
            return None
        return Target(Kind.GOOD, address) if address else Target(Kind.UNLINKED, why=f"{target} is in the repository, which has no web address")

    def _portal(self, path: str, fragment: str) -> Target | None:
        """An address of the portal as Backstage has it: ``/docs/ns/kind/name/...`` or ``/catalog/ns/kind/name``."""
        match = _PORTAL.fullmatch(path)
        if match is None:
            return None
        ref = EntityRef.of(match[3], match[2], match[4])
        place = f"{ref.namespace}/{ref.kind}/{ref.name}"
        if match[1] == "catalog":
            return Target(Kind.GOOD, f"cb:entity/{quoted(f'{ref.kind}/{ref.namespace}/{ref.name}')}") if self.around.ask("entity", str(ref)) else None
        inside = f"{match[5].strip('/')}/" if match[5] and match[5].strip("/") else ""
        behind = f"#{anchor(fragment)}" if fragment else ""
        return Target(Kind.GOOD, f"cb:docs/{quoted(f'{place}/{inside}')}{behind}") if self.around.ask("docs", f"{place}/{inside}") else None

    def _suggestion(self, uri: str, path: str) -> str:
        """A hint for an address that leads to nothing: what is called so elsewhere in the manual, or nearly so here."""
        here = posixpath.dirname(uri) or "."
        if named := self.by_name.get(_bare_name(path)):
            return f"did you mean {min(posixpath.relpath(other, here) for other in named)}?"
        if here not in self.seen_from:
            self.seen_from[here] = sorted(posixpath.relpath(other, here) for other in [*self.places, *self.files])
        near = difflib.get_close_matches(path[:200], self.seen_from[here], 3, 0.7)
        alike = [other for other in near if difflib.get_close_matches(_bare_name(path), [_bare_name(other)], 1, 0.6)]
        return f"did you mean {alike[0]}?" if alike else ""


def _bare_name(path: str) -> str:
    """The name that *path* ends with, as wikis write it: small letters, no ending of a page, one mark between words."""
    name = posixpath.basename(path.rstrip("/")).casefold()
    return re.sub(r"[\s_-]+", "-", re.sub(r"\.(?:md|markdown|html?)$", "", name))


def _forms(url: str) -> tuple[str, ...]:
    """Every way to write an address of MkDocs' site, without a slash at its end."""
    folder = url.removesuffix("index.html") if posixpath.basename(url) == "index.html" else url
    return (folder.rstrip("/"), posixpath.join(folder, "index.html")) if folder.endswith("/") or not folder else (url,)


def _as_pages(key: str) -> tuple[str, ...]:
    """Markdown files that an address without their ending may mean."""
    return (key, f"{key}.md", posixpath.join(key, "index.md"), posixpath.join(key, "README.md"), f"{key.removesuffix('.html')}.md")
