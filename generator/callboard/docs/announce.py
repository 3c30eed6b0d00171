"""Documentation that no descriptor asks for, shown all the same where its author looks at it before it is published."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import replace

from callboard.diagnostics import CallboardError, Report
from callboard.docs.plan import CONFIG_NAMES, ENTITY, README_NAMES, REF, is_markdown
from callboard.model.catalog import Catalog
from callboard.model.entity import Declaration, Entity
from callboard.model.ref import DEFAULT_NAMESPACE, EntityRef
from callboard.model.repository import Checkout, Crawl

MADE_UP = "component"
"""The kind of an entity that stands in for one that is not declared."""
_NO_NAME = re.compile(r"[^a-zA-Z0-9]+")


def announce(catalog: Catalog, crawl: Crawl, folder: str, name: str, report: Report) -> Catalog:
    """*catalog*, in which an entity asks for the documentation in *folder* of the one repository of *crawl*.

    Where an entity asks already, all is as a portal has it. Otherwise the first one that *folder* declares is taken,
    or one called *name* is made up. Raises CallboardError where there is no documentation.
    """
    if not crawl.checkouts or any(entity.annotations.get(one) for entity in catalog.entities.values() for one in (REF, ENTITY)):
        return catalog
    checkout = crawl.checkouts[0]
    place = _documentation(checkout, folder)
    if not place:
        beside = folder and any(is_markdown(path) and posixpath.dirname(path) == folder for path in checkout.files)
        hint = "; name the folder above it" if beside else ""
        raise CallboardError(f"{folder or name} holds no mkdocs.yml, no docs/ with a page, no README.md, and no entity with {REF}{hint}")
    entity = _asking(_first_of(catalog, folder) or _made_up(name, checkout, place), folder)
    message = f"no entity asks for the documentation of {folder or name}, so a portal does not show it"
    descriptor = posixpath.join(folder, "catalog-info.yaml")
    report.add("docs-unannounced", message, entity.at("metadata"), f"annotate one with {REF}: dir:. in {descriptor}", str(entity.ref))
    found = dict(sorted({**catalog.entities, entity.ref: entity}.items()))
    return replace(catalog, entities=found)


def _documentation(checkout: Checkout, folder: str) -> str:
    """The first file of *folder* by which it has documentation; empty where there is none."""
    files = checkout.files
    docs = f"{posixpath.join(folder, 'docs')}/"
    named = (posixpath.join(folder, name) for name in (*CONFIG_NAMES, *README_NAMES))
    pages = (path for path in files if path.startswith(docs) and is_markdown(path))
    there = frozenset(files)
    return next((path for path in named if path in there), next(pages, ""))


def _first_of(catalog: Catalog, folder: str) -> Entity | None:
    """The entity that a descriptor in *folder* declares first."""
    found: Iterable[Entity] = (entity for entity in catalog.entities.values() if posixpath.dirname(entity.source.path) == folder)
    return min((one for one in found if one.ref.kind != "location"), key=lambda one: (one.source.path, one.source.index), default=None)


def _made_up(name: str, checkout: Checkout, place: str) -> Entity:
    plain = _NO_NAME.sub("-", name).strip("-")[:63].strip("-") or "documentation"
    metadata = {"name": plain, "namespace": DEFAULT_NAMESPACE, "title": name}
    value = {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": metadata, "spec": {"type": "documentation"}}
    source = Declaration(value, {}, checkout.repository.name, place)
    return Entity(ref=EntityRef(MADE_UP, DEFAULT_NAMESPACE, plain.lower()), value=value, source=source)


def _asking(entity: Entity, folder: str) -> Entity:
    way = posixpath.relpath(folder or ".", posixpath.dirname(entity.source.path) or ".")
    metadata = {**entity.metadata, "annotations": {**entity.annotations, REF: f"dir:{way}"}}
    return replace(entity, value={**entity.value, "metadata": metadata})
