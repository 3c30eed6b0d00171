"""Sources of the type ``file``: descriptors in the repository that the configuration itself lies in."""

from __future__ import annotations

import os
from collections.abc import Sequence

from callboard.config.model import FileSource
from callboard.model.forges import repository_name
from callboard.model.globs import is_glob
from callboard.sources.disk import DiskContent
from callboard.sources.folder import describe_checkout
from callboard.sources.kinds import Context, Found, Lost, SourceError
from callboard.sources.places import places


class Files:
    """Files and globs. The repository is the checkout around the configuration, or its folder where there is none."""

    def describe(self, source: FileSource) -> str:
        return f"file {source.path}"

    def read(self, source: FileSource, id: str, context: Context) -> Sequence[Found | Lost]:
        folder = context.folder.resolve()
        checked = context.checked(folder)
        root = checked.top if checked else folder
        paths: list[str] = []
        for place, _ in places(folder, source.path, wants=os.path.isfile, without=context.without):
            if not place.is_relative_to(root):
                raise SourceError(
                    f"{place.name} lies outside the repository of the configuration",
                    "write folder: {path: ..., repository: true} for other folders",
                )
            if not is_glob(source.path) and not place.is_file():
                raise SourceError(
                    "is not there",
                    "look for a typing error in path, which is relative to the configuration file",
                )
            paths.append(place.relative_to(root).as_posix())
        if not paths:
            return []
        repository = describe_checkout(root, checked, id, trusted=False)
        content = DiskContent(root, checked=checked, without=context.without)
        names = (repository_name(repository.url), root.name) if repository.url else (root.name,)
        context.tools.progress(f"read {source.path}")
        return [
            Found(
                repository=repository,
                names=names,
                content=content,
                patterns=tuple(_literal(path) for path in sorted(paths)),
                identity=str(root),
                reused=content.appearance in context.known,
            )
        ]


def _literal(path: str) -> str:
    """*path* as a glob that matches nothing else."""
    return "".join(f"\\{char}" if char in "*?[]{}()!@+\\" else char for char in path)
