"""What can be found: one list, from which every index is made."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

from pluggy import PluginManager

from callboard.diagnostics import Report
from callboard.hookspecs import ask
from callboard.model import routes
from callboard.model.entity import Entity
from callboard.model.language import ENGLISH, Language
from callboard.model.manual import ALL_DECISIONS, Heading, Manual, ManualPage
from callboard.model.portal import Portal
from callboard.model.ref import EntityRef
from callboard.model.search import SearchDocument
from callboard.plaintext import plain

SUMMARY = 200
"""Characters of a description that a search document carries."""
SECTIONS = {"api": "apis", "template": "templates", "group": "owners", "user": "owners"}
"""Sections of kinds that have one of their own; the others are of the catalog."""


def documents(portal: Portal, plugins: PluginManager, report: Report, language: Language = ENGLISH) -> tuple[SearchDocument, ...]:
    """Every entity, an API followed by its pages and its operations, then every page of documentation, then what plugins add.

    Each place is there once; the first stays. A plugin that raises is a diagnostic.
    """
    found: dict[tuple[str, str], SearchDocument] = {}
    for document in (*_entities(portal, language), *_pages(portal, language), *_from_plugins(portal, plugins, report)):
        found.setdefault((document.route, document.anchor), document)
    return tuple(found.values())


def owner_of(portal: Portal, ref: EntityRef) -> str:
    """The short ref of the first owner, groups before people; empty where there is none."""
    owners = sorted(portal.catalog.owners(ref), key=lambda owner: (owner.kind != "group", owner))
    return owners[0].short if owners else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SUMMARY else line[:SUMMARY].rsplit(" ", 1)[0] + "…"


def _entity(portal: Portal, entity: Entity) -> SearchDocument:
    return SearchDocument(
        route=routes.entity(entity.ref),
        title=entity.title,
        section=SECTIONS.get(entity.ref.kind, "catalog"),
        summary=_short(plain(entity.description)),
        ref=entity.ref,
        kind=entity.ref.kind,
        type=entity.type,
        owner=owner_of(portal, entity.ref),
        lifecycle=entity.lifecycle,
        tags=entity.tags,
    )


def _entities(portal: Portal, language: Language) -> Iterator[SearchDocument]:
    for entity in portal.catalog.entities.values():
        document = _entity(portal, entity)
        yield document
        if entity.ref.kind == "api" and isinstance(entity.spec.get("definition"), str) and entity.spec["definition"]:
            catalog = portal.catalog
            providers, consumers = (
                tuple(catalog.entities[ref].title for ref in catalog.targets(entity.ref, type) if ref in catalog.entities)
                for type in ("apiProvidedBy", "apiConsumedBy")
            )
            yield from _api(portal, language, dataclasses.replace(document, summary="", tags=(), providers=providers, consumers=consumers))


def _api(portal: Portal, language: Language, like: SearchDocument) -> Iterator[SearchDocument]:
    """The pages of an API and the operations on them; its text alone where nobody knows what that says."""
    assert like.ref is not None
    description = portal.apis.shown(like.ref)
    if description is None:
        yield dataclasses.replace(like, route=routes.api(like.ref), title=f"{like.title} · {language.gettext('Definition')}")
        return
    pages: dict[str, list[str]] = {"": []}
    titles = {"": language.gettext("Definition")}
    for group in description.groups:
        titles.setdefault(group.page, language.say(group.title))
        pages.setdefault(group.page, []).extend(operation.title for operation in group.operations)
    for type in description.types:
        titles.setdefault(type.page, language.gettext("Types"))
        pages.setdefault(type.page, []).append(type.name)
    for page, headings in pages.items():
        yield dataclasses.replace(like, route=routes.api(like.ref, page), title=f"{like.title} · {titles[page]}", headings=tuple(headings))
    for group in description.groups:
        for operation in group.operations:
            yield dataclasses.replace(
                like,
                route=routes.api(like.ref, group.page),
                anchor=operation.id,
                title=operation.title,
                summary=_short(plain(operation.summary or operation.description)),
            )


def _headings(headings: tuple[Heading, ...]) -> Iterator[Heading]:
    for heading in headings:
        yield heading
        yield from _headings(heading.children)


def _page(portal: Portal, language: Language, manual: Manual, page: ManualPage) -> SearchDocument:
    entity = portal.catalog.entities.get(manual.entity)
    return SearchDocument(
        route=routes.manual(manual.entity, page.path),
        title=language.gettext(page.title) if page.title == ALL_DECISIONS else page.title,
        section="docs",
        summary=_short(page.description),
        ref=manual.entity,
        kind=manual.entity.kind,
        type=entity.type if entity else "",
        owner=owner_of(portal, manual.entity),
        lifecycle=entity.lifecycle if entity else "",
        headings=tuple(heading.text for heading in _headings(page.headings)),
        anchors=tuple(heading.id for heading in _headings(page.headings)),
        changed=page.change.at.astimezone(dt.UTC).date().isoformat() if page.change else "",
    )


def _pages(portal: Portal, language: Language) -> Iterator[SearchDocument]:
    for _, manual in sorted(portal.manuals.by_entity.items()):
        for page in manual.pages:
            yield _page(portal, language, manual, page)


def _from_plugins(portal: Portal, plugins: PluginManager, report: Report) -> Iterator[SearchDocument]:
    for document in ask(plugins, "search_documents", report, portal=portal):
        if isinstance(document, SearchDocument):
            yield document
