"""What the page for exploring loads: the relations of the catalog in parts, so that nobody loads the world.

Entities that belong together (to one system, to one team) are in one part, with the names of everything that they are
related to and where more about that is. A finder, chosen by a hash of the reference, says in which part an entity is.
Like the palette's, the data comes as scripts that hand over columns, so that it works from a file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from callboard import resources
from callboard.diagnostics import CallboardError
from callboard.model.catalog import Catalog
from callboard.model.entity import Entity
from callboard.model.graph import GraphData
from callboard.model.output import OutputFile
from callboard.model.ref import EntityRef

ORIGIN = "graph"
FOLDER = "assets/graph/"
ENTITIES = 48
"""Entities of one part, at most."""
NAMES = 320
"""Names in a part, about: an entity with more relations than that has a part for itself."""
FOUND = 512
"""Entities of one finder, about."""
ABOUT = 160
DAGRE = ("dagre.js", "dagre.LICENSE.txt", "graphlib.LICENSE.txt")


def graph_data(catalog: Catalog, icon_of: Callable[[Entity], str]) -> GraphData:
    """The relations of *catalog* in parts; *icon_of* names the icon of an entity."""
    icons = {ref: icon_of(entity) for ref, entity in catalog.entities.items()}
    parts = list(_parts(catalog))
    part_of = {ref: n for n, part in enumerate(parts) for ref in part}
    near = [_near(catalog, part, part_of, icons) for part in parts]
    finders = max(1, -(-len(catalog.entities) // FOUND))
    found: list[dict[str, int]] = [{} for _ in range(finders)]
    for ref, n in sorted(part_of.items()):
        found[hashed(str(ref)) % finders][_short(ref)] = n
    finds = [{"names": "\n".join(refs), "at": list(refs.values())} for refs in found]
    stamp = hashlib.sha256(_json([near, finds]).encode()).hexdigest()[:12]
    files = [
        *(_script(f"find-{n}", stamp, columns) for n, columns in enumerate(finds)),
        *(_script(f"near-{n}", stamp, columns) for n, columns in enumerate(near)),
        *(OutputFile(f"{FOLDER}{name}", _library(name), ORIGIN) for name in DAGRE),
    ]
    return GraphData(tuple(files), finders, stamp)


def hashed(text: str) -> int:
    """FNV-1a, in 32 bits; theme/js/lazy/graph.js does the same."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def _parts(catalog: Catalog) -> Iterator[list[EntityRef]]:
    """The entities, those that belong together beside each other, in parts of a bounded size."""
    part: list[EntityRef] = []
    names: set[EntityRef] = set()
    for ref in sorted(catalog.entities, key=lambda ref: (_home(catalog, ref), ref)):
        wanted = {relation.target for relation in catalog.relations.get(ref, ())} | {ref}
        if part and (len(part) == ENTITIES or len(names | wanted) > NAMES):
            yield part
            part, names = [], set()
        part.append(ref)
        names |= wanted
    if part:
        yield part


def _home(catalog: Catalog, ref: EntityRef) -> str:
    """What *ref* stands beside: its system or domain, else its team."""
    for type in ("partOf", "memberOf", "childOf", "ownedBy"):
        for target in catalog.targets(ref, type):
            if target in catalog.entities:
                return str(target)
    return str(ref)


def _short(ref: EntityRef) -> str:
    return f"{ref.kind}:{ref.name}" if ref.namespace == "default" else str(ref)


def _near(catalog: Catalog, part: Sequence[EntityRef], part_of: Mapping[EntityRef, int], icons: Mapping[EntityRef, str]) -> dict[str, Any]:
    """The columns of one part: its own entities first, then everything that they are related to."""
    number: dict[EntityRef, int] = {ref: n for n, ref in enumerate(part)}
    relations: dict[str, int] = {}
    edges: list[list[int]] = []
    for ref in part:
        row: list[int] = []
        for relation in catalog.relations.get(ref, ()):
            row += (relations.setdefault(relation.type, len(relations)), number.setdefault(relation.target, len(number)))
        edges.append(row)
    entities = [catalog.entities.get(ref) for ref in number]
    shapes = sorted({icons.get(ref, "") for ref in number})
    return {
        "own": len(part),
        "names": "\n".join(map(_short, number)),
        "titles": "\n".join(_title(entity) for entity in entities),
        "types": "\n".join(entity.type.replace("\n", " ") if entity else "" for entity in entities),
        "icons": shapes,
        "icon": [shapes.index(icons.get(ref, "")) for ref in number],
        "at": [part_of.get(ref, -1) for ref in list(number)[len(part) :]],
        "relations": list(relations),
        "edges": edges,
        "about": [_about(entity) for entity in entities[: len(part)] if entity],
        "lifecycles": [entity.lifecycle for entity in entities[: len(part)] if entity],
    }


def _title(entity: Entity | None) -> str:
    title = " ".join(entity.title.split()) if entity else ""
    return title if entity and title != entity.ref.name else ""


def _about(entity: Entity) -> str:
    line = " ".join(entity.description.split())
    return line if len(line) <= ABOUT else line[:ABOUT].rsplit(" ", 1)[0] + "…"


def _json(value: Any) -> str:
    """JSON that may stand in a script: no end tag, no line separators of Unicode."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _script(name: str, stamp: str, columns: Any) -> OutputFile:
    return OutputFile(f"{FOLDER}{stamp}/{name}.js", f'callboard.take("{name}","{stamp}",{_json(columns)});\n'.encode("utf-8", "replace"), ORIGIN)


def _library(name: str) -> bytes:
    try:
        return (resources.vendored() / name).read_bytes()
    except OSError as error:
        raise CallboardError(f"the browser library {name} is missing; install Callboard again") from error
