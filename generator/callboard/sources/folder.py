"""Sources of the type ``folder``: repositories that lie on this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from callboard.config.model import Config, FolderSource
from callboard.model.forges import guess_forge, repository_name, web_url
from callboard.model.globs import is_glob
from callboard.model.repository import Repository
from callboard.parallel import map_ordered
from callboard.sources.checkout import usable_name
from callboard.sources.disk import Checked, DiskContent
from callboard.sources.gitrun import make_home
from callboard.sources.kinds import Context, Found, Lost, SourceError
from callboard.sources.places import places, unreadable
from callboard.tools import Tools


class Folders:
    """Each subfolder is a repository; with ``repository: true`` the folder itself, or each match of a glob, is one."""

    def describe(self, source: FolderSource) -> str:
        return f"folder {source.path}"

    def read(self, source: FolderSource, id: str, context: Context) -> Sequence[Found | Lost]:
        matches = places(context.folder, source.path, wants=_is_folder, without=context.without)
        roots = matches if source.repository else tuple(_subfolders(matches, context, glob=is_glob(source.path)))
        if source.repository and not is_glob(source.path):
            for root, _ in roots:
                _list(root)
        patterns = source.descriptors if source.descriptors is not None else context.config.catalog.descriptors

        def read_one(place: tuple[Path, str]) -> Found | Lost:
            root, label = place
            try:
                if not usable_name(root.name):
                    label, root = ascii(label), root.with_name(ascii(root.name))
                    raise SourceError("has a name that is not UTF-8 or not one line", "rename the folder")
                if root.is_symlink() and not source.repository:
                    raise SourceError("is a link, which is not followed", "write a folder source for where it leads")
                return read_folder(root, label, source, id, patterns, context)
            except SourceError as error:
                reason, hint = str(error), error.hint
            except OSError as error:
                reason, hint = f"cannot be read: {error.strerror or type(error).__name__}", "look at the disk"
            return Lost(
                repository=Repository(name="", source=id), names=_names(None, label, root), error=reason, hint=hint
            )

        return map_ordered(read_one, roots, jobs=context.tools.jobs)


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)


def _list(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise unreadable(folder, error) from None


def _subfolders(matches: Sequence[tuple[Path, str]], context: Context, *, glob: bool) -> Iterator[tuple[Path, str]]:
    for folder, matched in matches:
        for entry in _list(folder):
            if not entry.name.startswith(".") and os.path.isdir(entry.path) and entry.path not in context.without:
                yield (
                    folder / entry.name,
                    f"{matched}/{entry.name}" if glob else entry.name,
                )


def read_folder(
    root: Path,
    label: str,
    source: FolderSource,
    id: str,
    patterns: tuple[str, ...],
    context: Context,
) -> Found | Lost:
    """The repository at *root*; *label* is how the configuration led to it."""
    root = root.resolve() if source.repository else root
    checked = context.checked(root)
    url = web_url(source.url, source.forge) if source.url and source.repository else ""
    repository = describe_checkout(root, checked, id, url=url, forge=source.forge, trusted=source.trusted)
    whole = checked is None or root == checked.top
    names = _names(repository if whole or url else None, label, root)
    content = DiskContent(root, checked=checked, without=context.without)
    if not content.readable:
        problem = content.problems[0]
        return Lost(
            repository=repository,
            names=names,
            error=problem.message,
            hint=f"chmod -R u+rX {root.name}",
        )
    context.tools.progress(f"read {label}")
    return Found(
        repository=repository,
        names=names,
        content=content,
        patterns=patterns,
        identity=str(root),
        reused=content.appearance in context.known,
    )


def checkout_around(folder: Path, tools: Tools) -> Path:
    """The top of the checkout that the absolute *folder* is part of; itself where it is in none, or git ignores it."""
    context = Context(Config(file=folder / "site_config.yml", sources=()), tools)
    make_home(context.state / "home")
    checked = context.checked(folder)
    return checked.top if checked else folder


def describe_checkout(
    root: Path,
    checked: Checked | None,
    id: str,
    *,
    url: str = "",
    forge: str = "",
    trusted: bool = False,
) -> Repository:
    """What is known of the repository at *root* without reading it; its name is still empty."""
    if checked is None:
        return Repository(
            name="",
            source=id,
            url=url,
            forge=forge or guess_forge(url),
            trusted=trusted,
        )
    if url and root != checked.top:  # the checkout around it says nothing of the repository that it is said to be
        return Repository(name="", source=id, url=url, forge=forge or guess_forge(url), trusted=trusted)
    address = url or web_url(checked.url, forge)
    return Repository(
        name="",
        source=id,
        url=address,
        forge=forge or guess_forge(address),
        branch=checked.branch,
        commit=checked.commit,
        prefix="" if root == checked.top else root.relative_to(checked.top).as_posix(),
        committed_at=checked.committed_at,
        trusted=trusted,
    )


def _names(repository: Repository | None, label: str, root: Path) -> tuple[str, ...]:
    """Owner and name where the repository has a web address of its own, otherwise how it is found on disk."""
    names = [f"{root.parent.name}/{root.name}" if root.parent.name else root.name]
    names.insert(0, label or root.name)
    if repository is not None and (name := repository_name(repository.url)):
        names[:0] = [name, f"{urlsplit(repository.url).hostname}/{name}"]
    return tuple(dict.fromkeys(names))
