"""Every path of the portal, and the only place that writes addresses.

A *route* is a path below the portal's root without a leading slash: a page is a folder with a final ``/`` (the home
page is the empty route), anything else is a file. ``Links`` makes an address from one page to another: always
relative, so that one build works at any prefix (architecture, decision 10).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from callboard.model.ref import EntityRef

HOME = ""
CATALOG = "catalog/"
DOCS = "docs/"
APIS = "apis/"
OWNERS = "owners/"
CREATE = "create/"
GRAPH = "catalog-graph/"
SEARCH = "search/"
HEALTH = "health/"
STYLE = "health/style/"
NOT_FOUND = "404.html"
ENTITIES_JSON = "api/catalog/entities.json"
BUILD_JSON = "api/build.json"
BUILT_JSON = "api/built.json"
PROBLEMS_JSON = "api/problems.json"
LLMS_TXT = "llms.txt"
SITEMAP = "sitemap.xml"
PAGEFIND = "pagefind/"


def entity(ref: EntityRef, tab: str = "") -> str:
    """The page of an entity, or one of its tabs, such as ``api``."""
    return f"{CATALOG}{ref.namespace}/{ref.kind}/{ref.name}/{f'{tab}/' if tab else ''}"


def catalog_kind(kind: str, page: int = 1) -> str:
    """The entities of one kind, in parts. The tilde keeps clear of namespaces, which cannot have one."""
    return f"{CATALOG}~{kind}/{f'{page}/' if page > 1 else ''}"


def part(section: str, page: int) -> str:
    """A part of a long list, such as that of all manuals; the first is the list's own page."""
    return f"{section}~all/{page}/" if page > 1 else section


def entity_json(ref: EntityRef) -> str:
    return f"api/catalog/entities/by-name/{ref.kind}/{ref.namespace}/{ref.name}.json"


def api(ref: EntityRef, page: str = "") -> str:
    """A page of the description of an API; *page* is what follows its first page, without a slash at either end."""
    return entity(ref, "api") + (f"{page}/" if page else "")


def manual(ref: EntityRef, path: str = "") -> str:
    """A page (*path* ends with ``/`` or is empty) or a file of the manual of *ref*."""
    return f"{DOCS}{ref.namespace}/{ref.kind}/{ref.name}/{path}"


def template(ref: EntityRef) -> str:
    return f"{CREATE}templates/{ref.namespace}/{ref.name}/"


def file_of(route: str) -> str:
    """The file that is written for *route*."""
    return f"{route}index.html" if route == "" or route.endswith("/") else route


SAFE_SCHEMES = frozenset({"http", "https", "mailto"})
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")


def safe_url(url: str) -> str:
    """*url* if it is an absolute http(s) or mailto address, else empty.

    Every address that a repository wrote passes here before it becomes an href (CVE-2023-25571). Control characters
    and spaces are taken out first, because browsers ignore them inside a scheme.
    """
    cleaned = _CONTROL.sub("", url)
    try:
        parts = urlsplit(cleaned)
    except ValueError:
        return ""
    if parts.scheme.lower() not in SAFE_SCHEMES:
        return ""
    if parts.scheme.lower() != "mailto" and not parts.netloc:
        return ""
    return cleaned


_PLAIN = re.compile(r"[A-Za-z0-9/._~-]*")


def _relative(source: str, path: str) -> str:
    """*path* as seen from the file *source*: both below the portal's root, a folder with its final ``/``."""
    here, there = source.split("/")[:-1], path.split("/")
    shared = 0
    for one, other in zip(here, there[:-1], strict=False):
        if one != other:
            break
        shared += 1
    relative = "../" * (len(here) - shared) + "/".join(there[shared:])
    return f"./{relative}" if not relative or ":" in relative.split("/", 1)[0] else relative


@dataclass(frozen=True, slots=True)
class Links:
    """How addresses are written: ``folders`` (``catalog/``) or ``files`` (``catalog/index.html``)."""

    style: str = "folders"

    def href(self, source: str, target: str, anchor: str = "") -> str:
        """The relative address of the route *target* as seen from the route *source*."""
        path = file_of(target) if self.style == "files" else target
        relative = _relative(file_of(source), path)
        address = relative if _PLAIN.fullmatch(relative) else quote(relative, safe="/.~!$&'()*+,;=@-_")
        return f"{address}#{quote(anchor, safe=_FRAGMENT)}" if anchor else address

    def root(self, source: str) -> str:
        """The portal's root as seen from *source*: empty or ``../`` as often as needed."""
        return "../" * file_of(source).count("/")


_FRAGMENT = "/?:@-._~!$&'()*+,;="
