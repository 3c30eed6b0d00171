"""What earlier builds made of each repository, so that a mistake takes nothing away (architecture, decision 5).

One file for each repository holds its entities as they were when they were last good; an index says which entity was
where, and when the last build was. The index is small and always read; a repository's file is read only when something
of it is broken today. Files appear by rename, so a build that is killed leaves old ones or new ones, never halves, and
what cannot be understood counts as nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from callboard.diagnostics import Report, SourceLocation
from callboard.model.catalog import Relation
from callboard.model.entity import Declaration, Entity, Keys
from callboard.model.ref import EntityRef
from callboard.model.repository import Stale
from callboard.store import fingerprint

VERSION = 1
MARKS = 2
"""How deep the places of a document are kept: fields of metadata and of spec, not what is in them."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """An entity, and everything that its document says of it and others."""

    entity: Entity
    emitted: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an entity was declared, and the Location that led there, or empty for a descriptor of its own."""

    repository: str
    path: str
    location: str = ""


@dataclass
class LastGood:
    """What the state folder holds. Nothing is raised for what is in it."""

    folder: Path
    report: Report
    at: dt.datetime | None = None
    """When the build ended that wrote it; None where there was none."""
    entities: Mapping[EntityRef, Whereabouts] = field(default_factory=dict)
    orphans: Mapping[EntityRef, Whereabouts] = field(default_factory=dict)
    """Entities whose document stayed when the Location went that led to it."""
    seconds: Mapping[EntityRef, frozenset[tuple[str, str]]] = field(default_factory=dict)
    """The files (repository, path) of documents that were not shown because another had their name."""
    _repositories: dict[str, tuple[Kept, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, report: Report) -> LastGood:
        """The last good state in *folder*; an empty one, with a diagnostic, where it cannot be understood."""
        empty = cls(folder, report)

        def understand(data: Mapping[str, Any]) -> LastGood:
            return cls(
                folder,
                report,
                dt.datetime.fromisoformat(data["at"]),
                {EntityRef.parse(ref): Whereabouts(*map(str, one)) for ref, one in data["entities"].items()},
                {EntityRef.parse(ref): Whereabouts(*map(str, one)) for ref, one in data["orphans"].items()},
                {
                    EntityRef.parse(ref): frozenset((str(r), str(p)) for r, p in one)
                    for ref, one in data["seconds"].items()
                },
            )

        return _load(folder / "index.json", report, understand, empty)

    def of(self, repository: str) -> Sequence[Kept]:
        """The entities of *repository* when they were last good, those that were out of date even then included."""
        if self.at is None:
            return ()
        if repository not in self._repositories:

            def understand(data: Mapping[str, Any]) -> tuple[Kept, ...]:
                if data["repository"] != repository:
                    return ()
                return tuple(_kept(repository, one) for one in data["entities"])

            self._repositories[repository] = _load(_file(self.folder, repository), self.report, understand, ())
        return self._repositories[repository]

    def write(
        self,
        entities: Iterable[Kept],
        orphans: Mapping[EntityRef, Whereabouts],
        seconds: Mapping[EntityRef, Iterable[SourceLocation]],
        now: dt.datetime,
    ) -> None:
        """Replace what is there. A file whose content is the same is left alone."""
        by_repository: dict[str, list[Kept]] = {}
        for one in entities:
            by_repository.setdefault(one.entity.source.repo, []).append(one)
        index = {
            "version": VERSION,
            "at": now.isoformat(),
            "entities": dict(
                sorted((str(one.entity.ref), _place(one.entity)) for group in by_repository.values() for one in group)
            ),
            "seconds": {
                str(ref): sorted({(at.repo, at.path) for at in places}) for ref, places in sorted(seconds.items())
            },
            "orphans": {str(ref): [at.repository, at.path, at.location] for ref, at in sorted(orphans.items())},
        }
        try:
            folder = self.folder / "entities"
            folder.mkdir(parents=True, exist_ok=True)
            wanted = {}
            for name, group in sorted(by_repository.items()):
                records = [_record(one) for one in sorted(group, key=lambda one: one.entity.ref)]
                wanted[_file(self.folder, name)] = {"version": VERSION, "repository": name, "entities": records}
            for file, data in wanted.items():
                _replace(file, _json(data))
            for file in sorted(folder.iterdir()):
                if file not in wanted:
                    file.unlink(missing_ok=True)
            _replace(self.folder / "index.json", _json(index))
        except OSError as error:
            message = f"the state folder cannot be written: {error.strerror or type(error).__name__}"
            self.report.add(
                "state-ignored", message, SourceLocation("state"), "make room, and let the build write there"
            )


def _file(folder: Path, repository: str) -> Path:
    return folder / "entities" / f"{fingerprint(repository)[:32]}.json"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()


def _replace(file: Path, content: bytes) -> None:
    if file.is_file() and file.stat().st_size == len(content) and file.read_bytes() == content:
        return
    staged = file.with_name(f"{file.name}.new")
    staged.write_bytes(content)
    os.replace(staged, file)


def _load(file: Path, report: Report, understand: Callable[[Mapping[str, Any]], T], otherwise: T) -> T:
    """What *understand* makes of the JSON in *file*; *otherwise* where there is none, or it is no use."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return otherwise
    except OSError as error:
        reason = error.strerror or type(error).__name__
    else:
        try:
            data = json.loads(content)
            if data["version"] == VERSION:
                return understand(data)
            reason = f"it is of version {data['version']!r}, and this program writes {VERSION}"
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
            reason = "it is damaged"
    message = f"what the last build kept in {file.name} is not used: {reason}"
    report.add("state-ignored", message, SourceLocation("state"), "nothing to do: this build writes it anew")
    return otherwise


def _place(entity: Entity) -> list[str]:
    return [entity.source.repo, entity.source.path, entity.via[-1] if entity.via else ""]


def _record(one: Kept) -> Mapping[str, Any]:
    entity = one.entity
    return {
        "path": entity.source.path,
        "index": entity.source.index,
        "origin": entity.origin,
        "via": list(entity.via),
        "value": entity.value,
        "marks": [
            [list(keys), line, column] for keys, (line, column) in entity.source.marks.items() if len(keys) <= MARKS
        ],
        "emitted": [[_parts(relation.source), relation.type, _parts(relation.target)] for relation in one.emitted],
        "stale": [entity.stale.since.isoformat(), entity.stale.error] if entity.stale else None,
    }


def _parts(ref: EntityRef) -> list[str]:
    return [ref.kind, ref.namespace, ref.name]


def _kept(repository: str, record: Mapping[str, Any]) -> Kept:
    """Raises anything where *record* is not what ``_record`` writes."""
    value = record["value"]
    metadata = value["metadata"]
    marks: dict[Keys, tuple[int, int]] = {
        tuple(keys): (int(line), int(column)) for keys, line, column in record["marks"]
    }
    source = Declaration(value, marks, repository, str(record["path"]), int(record["index"]))
    stale = record["stale"]
    entity = Entity(
        ref=EntityRef.of(value["kind"], metadata["namespace"], metadata["name"]),
        value=value,
        source=source,
        origin=str(record["origin"]),
        via=tuple(map(str, record["via"])),
        stale=Stale(dt.datetime.fromisoformat(stale[0]), str(stale[1])) if stale else None,
    )
    relations = tuple(
        Relation(EntityRef(*source), str(word), EntityRef(*target)) for source, word, target in record["emitted"]
    )
    return Kept(entity, relations)


def outdated(one: Kept, error: str, at: dt.datetime, origin: str, via: tuple[str, ...]) -> Kept:
    """*one* as it is shown today, when *error* keeps its document from being read; *at* is when it last was."""
    since = one.entity.stale.since if one.entity.stale else at
    return replace(one, entity=replace(one.entity, stale=Stale(since, error), origin=origin, via=via))
