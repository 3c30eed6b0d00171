"""Where the targets of Location entities lead (backstage.md 1.6, S13, S16).

As in Backstage, ``target`` and ``targets`` both count, relative ones are resolved against the Location's own file, and
``/`` is the root of the repository. Unlike Backstage, an absolute address is never fetched: it leads into a repository
of the configured sources, at the branch that was read, or nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from callboard.catalog.targets import BadTarget, is_url, resolve
from callboard.model.entity import Entity, Keys
from callboard.model.forges import parse_blob_url
from callboard.model.globs import is_glob
from callboard.model.repository import Repository


@dataclass(frozen=True, slots=True)
class Target:
    """One target as written, with its place in the document."""

    written: str
    keys: Keys


def targets_of(location: Entity) -> Iterator[Target]:
    """What the Location names: ``spec.target``, then each of ``spec.targets``."""
    spec = location.spec
    single, several = spec.get("target"), spec.get("targets")
    if isinstance(single, str):
        yield Target(single, ("spec", "target"))
    for number, one in enumerate(several if isinstance(several, list) else ()):
        if isinstance(one, str):
            yield Target(one, ("spec", "targets", number))


class TargetError(ValueError):
    """A target that leads to no repository that was read. The message is the end of a sentence about the target."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True)
class Places:
    """The repositories that addresses may lead into, in the order of the sources."""

    repositories: Sequence[Repository]
    _by_url: dict[str, list[Repository]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.repositories:
            if one.url:
                self._by_url.setdefault(_same(one.url), []).append(one)

    def lead(self, written: str, *, base: str, repository: Repository) -> tuple[Repository, str]:
        """The repository and the path or glob in it that *written* means in the file *base*. Raises TargetError."""
        if is_url(written):
            return self._absolute(written)
        try:
            path = resolve(written, base=base, repository=repository)
        except BadTarget as bad:
            message = str(bad)
            raise TargetError(
                message[message.rfind("' ") + 2 :], "write a path of this repository, such as ./catalog/all.yaml"
            ) from None
        if written.startswith("/") and repository.prefix and path.startswith(f"{repository.prefix}/"):
            path = path[len(repository.prefix) + 1 :]
        if not path or path.endswith("/"):
            raise TargetError("is a folder", f"write {written.rstrip('/')}/catalog-info.yaml, or a glob")
        return repository, path

    def _absolute(self, written: str) -> tuple[Repository, str]:
        if re.match(r"(?:url|file):", written, re.IGNORECASE) and "//" in written:
            raise TargetError("has a type before its address", f"write {shown(written.split(':', 1)[1])}")
        if not re.match(r"https?:", written, re.IGNORECASE):
            raise TargetError(
                "is neither a web address nor a path of this repository", "write a path such as ./catalog/all.yaml"
            )
        address = parse_blob_url(written, self._refs())
        if address is None:
            hint = "write the address that the file has in the browser, such as https://github.com/acme/shop/blob/main/catalog-info.yaml"
            raise TargetError("is not the address of a file in a repository", hint)
        known = self._by_url.get(_same(address.repository_url), [])
        if not known:
            hint = f"add a source for it: - git: {{url: {address.repository_url}.git}}"
            raise TargetError(f"leads into {address.repository_url}, which is none of the sources", hint)
        at_ref = [one for one in known if _is_at(one, address.ref)]
        if not at_ref:
            read = known[0].branch or known[0].commit
            hint = f"write {read} instead of {address.ref}, or set branch: {address.ref} at the source"
            raise TargetError(f"leads to {address.ref} of {known[0].name}, of which {read} is read", hint)
        for one in at_ref:
            if not one.prefix:
                return one, _file(address.path, written)
            if address.path.startswith(f"{one.prefix}/"):
                return one, _file(address.path[len(one.prefix) + 1 :], written)
        folder = at_ref[0].prefix
        raise TargetError(
            f"leads out of {folder}/, which is all that is read of {at_ref[0].url}",
            "add a source for the whole repository",
        )

    def _refs(self) -> Iterable[str]:
        return (ref for one in self.repositories for ref in (one.branch, one.commit) if ref)


def _same(url: str) -> str:
    """Addresses of one repository are one text: hosts and the names of repositories have no case."""
    return re.sub(r"^https?://", "", url.lower()).rstrip("/").removesuffix(".git")


def _is_at(repository: Repository, ref: str) -> bool:
    known = {repository.branch, repository.commit} - {""}
    return not known or ref in known or ref in {"", "HEAD"}


def _file(path: str, written: str) -> str:
    if not path or path.endswith("/"):
        raise TargetError("is the address of a folder", f"write {shown(written).rstrip('/')}/catalog-info.yaml")
    return path


def shown(target: str) -> str:
    """*target* fit for a message: on one line, not too long, without what may be a password."""
    text = re.sub(r"//[^/@\s]*@", "//", target)
    text = " ".join(text.split())
    return text if len(text) <= 200 else f"{text[:197]}..."


# -- circles --------------------------------------------------------------------------------------------------------

File = tuple[str, str]
"""A repository's name and a path in it."""


def circles(edges: Mapping[File, Iterable[File]]) -> tuple[tuple[File, ...], ...]:
    """The files that lead back to themselves, those of one circle together, all sorted (Tarjan, without recursion)."""
    number: dict[File, int] = {}
    low: dict[File, int] = {}
    open_: dict[File, None] = {}
    found: list[tuple[File, ...]] = []
    following = {file: sorted(set(to)) for file, to in edges.items()}
    for root in sorted(following):
        if root in number:
            continue
        work = [(root, iter(following[root]))]
        number[root] = low[root] = len(number)
        open_[root] = None
        while work:
            file, rest = work[-1]
            for other in rest:
                if other not in number:
                    number[other] = low[other] = len(number)
                    open_[other] = None
                    work.append((other, iter(following.get(other, ()))))
                    break
                if other in open_:
                    low[file] = min(low[file], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[file])
                if low[file] == number[file]:
                    circle: list[File] = []
                    while not circle or circle[-1] != file:
                        circle.append(open_.popitem()[0])
                    if len(circle) > 1 or file in following.get(file, ()):
                        found.append(tuple(sorted(circle)))
    return tuple(sorted(found))


__all__ = ["Places", "Target", "TargetError", "circles", "is_glob", "shown", "targets_of"]
