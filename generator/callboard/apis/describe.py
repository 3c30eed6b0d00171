"""Definitions -> descriptions: which format it is, what it says, and what was known from an earlier build."""

from __future__ import annotations

import gzip
import json
import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import graphql

from callboard.apis import limits
from callboard.apis.asyncapi import read_asyncapi
from callboard.apis.graphql import read_graphql
from callboard.apis.kept import from_plain, to_plain
from callboard.apis.openapi import read_openapi
from callboard.apis.protobuf import read_protobuf
from callboard.apis.split import split
from callboard.apis.tree import TOO_DEEP, Complaints, TooLarge, Tree, Unreadable, read_tree
from callboard.diagnostics import Diagnostic, Report, SourceLocation
from callboard.model import api, language
from callboard.model.api import ApiDescription, Apis, Complaint
from callboard.model.catalog import Catalog
from callboard.model.entity import Entity
from callboard.model.ref import EntityRef
from callboard.parallel import map_ordered
from callboard.store import Store, fingerprint
from callboard.tools import Tools

NAMES = {
    "openapi": "openapi",
    "swagger": "openapi",
    "asyncapi": "asyncapi",
    "graphql": "graphql",
    "grpc": "protobuf",
    "proto": "protobuf",
    "protobuf": "protobuf",
    "grpc/protobuf": "protobuf",
}
"""Formats by what ``spec.type`` calls them."""
_TREES: Mapping[str, Callable[[Tree, Complaints], ApiDescription]] = {
    "openapi": read_openapi,
    "swagger": read_openapi,
    "asyncapi": read_asyncapi,
}
"""Readers by the key that tells the format of a definition in JSON or YAML."""
_TEXTS: Mapping[str, Callable[[str, Complaints], ApiDescription]] = {"graphql": read_graphql, "protobuf": read_protobuf}
"""Readers of the formats that have a syntax of their own."""
_FILE = "description.json.gz"


@dataclass(frozen=True, slots=True)
class _Work:
    type: str
    text: str
    key: str
    """In the store: everything that its description depends on."""


def describe_apis(catalog: Catalog, tools: Tools, report: Report) -> Apis:
    """The description of every API that has a definition; what is wrong with one goes to *report*."""
    works: list[_Work] = []
    refs: list[EntityRef] = []
    program = _program()
    for entity in catalog.of_kind("api"):
        if definition := _written(entity):
            type = _type(entity)
            works.append(_Work(type, definition, fingerprint("api", program, type, definition)))
            refs.append(entity.ref)
    store = Store(tools.state / "apis")
    found = map_ordered(lambda work: _kept(store, work), works, jobs=tools.jobs)
    store.keep({work.key for work in works})
    described = {ref: description for ref, description in zip(refs, found, strict=True) if description is not None}
    for ref, description in described.items():
        report.extend(_problems(catalog.entities[ref], description))
    return Apis(described)


def judge(entity: Entity) -> Iterator[Diagnostic]:
    """What a build would report of the definition of *entity*, where it is an API that has one."""
    if entity.ref.kind == "api" and (definition := _written(entity)) and (description := describe(definition, _type(entity))):
        yield from _problems(entity, description)


def _written(entity: Entity) -> str:
    """The definition of *entity*; empty where it has none."""
    definition = entity.spec.get("definition")
    return definition if isinstance(definition, str) and definition.strip() else ""


def _type(entity: Entity) -> str:
    return entity.type.strip().lower()


def _problems(entity: Entity, description: ApiDescription) -> Iterator[Diagnostic]:
    for complaint in description.complaints:
        yield Diagnostic(complaint.code, complaint.message, _place(entity, complaint), complaint.hint, str(entity.ref))


def _program() -> str:
    """A hash of what reads definitions, so that what another edition of it made is not used."""
    files = [*sorted(Path(__file__).parent.glob("*.py")), Path(api.__file__), Path(language.__file__)]
    return fingerprint(graphql.version, *(file.read_bytes() for file in files))


def _kept(store: Store, work: _Work) -> ApiDescription | None:
    """The description of *work*, from an earlier build where one made it."""

    def make(folder: Path) -> None:
        description = describe(work.text, work.type)
        plain = None if description is None else to_plain(description)
        (folder / _FILE).write_bytes(gzip.compress(json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace"), 1, mtime=0))

    try:
        plain = json.loads(gzip.decompress((store.get_or_make(work.key, make) / _FILE).read_bytes()))
        return None if plain is None else from_plain(plain)
    except (OSError, EOFError, ValueError, TypeError, KeyError, AttributeError, AssertionError):
        return describe(work.text, work.type)  # what is kept was changed by somebody, or cannot be


def describe(text: str, type: str = "") -> ApiDescription | None:
    """What *text* says; None where its format is none that is read. Never raises."""
    name = NAMES.get(type, "")
    if len(text) > limits.CHARACTERS:
        if not name:
            return None
        complaint = TooLarge(f"the definition has {len(text):,} characters; {limits.CHARACTERS:,} are read").complaint
        return ApiDescription(format=name, complaints=(complaint,))
    complaints = Complaints()
    try:
        found = _read(text, name, complaints)
    except Unreadable as error:
        if not name:
            return None
        return ApiDescription(format=name, complaints=tuple(dict.fromkeys((error.complaint, *complaints.all()))))
    except RecursionError:
        complaint = TooLarge(*TOO_DEEP).complaint
        return ApiDescription(format=name, complaints=(complaint,)) if name else None
    if found is None:
        return None
    if found.left_out:
        complaints.add("api-limit", f"{found.left_out:,} operations, types and fields of the definition are not shown", 0, "split it into several APIs")
    return split(replace(found, complaints=complaints.all()))


def _read(text: str, name: str, complaints: Complaints) -> ApiDescription | None:
    """Raises Unreadable where *name*, the format that it should have, is not what is written."""
    if name in _TEXTS:
        return _TEXTS[name](text, complaints)
    if not name and not any(f"{key}" in text[:20_000] for key in _TREES):
        return None
    tree = read_tree(text)
    for key, reader in _TREES.items():
        if key in tree.root:
            return reader(tree, complaints)
    if not name:
        return None
    raise Unreadable(f"the definition has no key {name}, which says that it is {name}", 1, f"begin with a line such as {_BEGINNINGS.get(name, name)}")


_BEGINNINGS = {"openapi": "openapi: 3.1.0", "asyncapi": "asyncapi: 3.0.0"}


def _place(entity: Entity, complaint: Complaint) -> SourceLocation:
    """Where a complaint is to be mended: in the file that ``$text`` names, or in the descriptor itself."""
    at = entity.at("spec", "definition")
    spec = entity.source.value.get("spec")
    written = spec.get("definition") if isinstance(spec, Mapping) else None
    if isinstance(written, Mapping):
        target = next(iter(written.values()), None)
        if isinstance(target, str) and ":" not in target and not target.startswith("/"):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(at.path), target))
            if not path.startswith(".."):
                return SourceLocation(at.repo, path, complaint.line)
        return at
    return replace(at, line=at.line + complaint.line, column=0) if complaint.line and isinstance(written, str) and "\n" in written else at


