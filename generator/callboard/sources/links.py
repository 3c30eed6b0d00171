"""Symbolic links of a repository, followed on paper: nothing is opened, so nothing outside can be reached.

A link counts as what it leads to while every step of the way stays inside (CVE-2026-24047: chains and dangling links).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

HOPS = 40
"""As many links one after the other as Linux follows."""
THROUGH_LINKS = 20_000
"""As many files as links to folders may add; folders that link to each other could make any number."""


@dataclass(frozen=True, slots=True)
class View:
    """What a repository shows once links are followed."""

    files: Mapping[str, str]
    """Path as seen → path of the regular file, sorted."""
    outside: tuple[str, ...]
    """Links that lead out or nowhere, sorted."""


@dataclass(slots=True)
class _Resolver:
    files: frozenset[str]
    links: Mapping[str, str]
    root: str
    folders: dict[str, dict[str, None]] = field(default_factory=lambda: {"": {}})
    shown: dict[str, str] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)
    added: int = 0

    def place(self, path: str) -> None:
        """Make *path* known to its folders."""
        while path:
            folder, _, name = path.rpartition("/")
            known = folder in self.folders
            self.folders.setdefault(folder, {})[name] = None
            if known:
                return
            path = folder

    def locate(self, path: str) -> str | None:
        """The file or folder that *path* leads to; None where it leads out, nowhere, or round in circles."""
        reached: list[str] = []
        ahead = path.split("/")[::-1]
        hops = 0
        while ahead:
            part = ahead.pop()
            if part in {"", "."}:
                continue
            if part == "..":
                if not reached:
                    return None
                reached.pop()
                continue
            here = "/".join((*reached, part))
            if here in self.links:
                hops += 1
                target = self.inside(self.links[here])
                if hops > HOPS or target is None:
                    return None
                if target.startswith("/"):
                    reached.clear()
                ahead += target.split("/")[::-1]
                continue
            if here in self.files and any(rest not in {"", "."} for rest in ahead):
                return None
            if here not in self.files and here not in self.folders:
                return None
            reached.append(part)
        return "/".join(reached)

    def inside(self, target: str) -> str | None:
        """*target* as a path from the repository's root where it is absolute and leads inside; None where out."""
        if not target.startswith("/"):
            return target
        if self.root and (target == self.root or target.startswith(f"{self.root}/")):
            return "/" + target[len(self.root) :]
        return None

    def follow(self, link: str, path: str, chain: tuple[str, ...]) -> None:
        """Show the link at the real path *link* as *path*; *chain* are the real folders that led here."""
        real = self.locate(link)
        if real is None:
            self.outside.add(path)
        elif real in self.files:
            self.shown[path] = real
            self.added += path != link
        elif not any(folder == real or folder.startswith(f"{real}/") or not real for folder in chain):
            self.expand(real, path, (*chain, real))

    def expand(self, folder: str, path: str, chain: tuple[str, ...]) -> None:
        """Show what is below the real *folder* below *path* too."""
        for name in sorted(self.folders.get(folder, ())):
            real, seen = f"{folder}/{name}".lstrip("/"), f"{path}/{name}"
            if self.added >= THROUGH_LINKS:
                self.outside.add(path)
                return
            if real in self.links:
                self.follow(real, seen, (*chain, folder))
            elif real in self.files:
                self.shown[seen] = real
                self.added += 1
            else:
                self.expand(real, seen, (*chain, real))


def follow_links(files: Iterable[str], links: Mapping[str, str], root: str = "") -> View:
    """What the regular *files* and the *links* (path → target as written) show.

    *root* is where the repository lies, so that absolute targets below it are understood; empty for repositories that
    lie nowhere. A link to a folder that holds the link itself adds nothing.
    """
    resolver = _Resolver(frozenset(files), links, root)
    if not links:
        return View(MappingProxyType({path: path for path in sorted(resolver.files)}), ())
    for path in (*resolver.files, *links):
        resolver.place(path)
    for path in resolver.files:
        resolver.shown[path] = path
    for link in sorted(links):
        resolver.follow(link, link, (link.rpartition("/")[0],))
    return View(
        MappingProxyType(dict(sorted(resolver.shown.items()))),
        tuple(sorted(resolver.outside)),
    )
