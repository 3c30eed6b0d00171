"""What an entity would do well to have: each with the lines to add, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from callboard.model.entity import Entity
from callboard.model.language import N_
from callboard.pages import kinds
from callboard.pages.context import Context
from callboard.pages.views import Empty

OWNABLE = kinds.OWNABLE
PARTS = frozenset({"component", "api", "resource"})


class Lesson(NamedTuple):
    """*kinds* that *lack* something should be told *text*, and be shown what *yaml* gives."""

    kinds: frozenset[str]
    lack: Callable[[Context, Entity], bool]
    title: str
    text: str
    yaml: Callable[[Context, Entity], str]
    elsewhere: bool = False
    """Whether the lines belong into another entity's descriptor."""


def _none(*relations: str) -> Callable[[Context, Entity], bool]:
    return lambda context, entity: not any(context.portal.catalog.targets(entity.ref, relation) for relation in relations)


def _text(yaml: str) -> Callable[[Context, Entity], str]:
    return lambda context, entity: yaml.replace("NAME", entity.name)


def _neighbour(kind: str, otherwise: str) -> Callable[[Context, Entity], str]:
    """Name of a system or domain that has the same owner, as a guess."""

    def guess(context: Context, entity: Entity) -> str:
        catalog = context.portal.catalog
        owners = set(catalog.owners(entity.ref))
        names = sorted(ref.name for owner in owners for ref in catalog.targets(owner, "ownerOf") if ref.kind == kind and ref in catalog.entities)
        return f"spec:\n  {kind}: {names[0] if names else otherwise}"

    return guess


def _documented(context: Context, entity: Entity) -> bool:
    manuals = context.portal.manuals
    return entity.ref in manuals.by_entity or entity.ref in manuals.aliases or "backstage.io/techdocs-ref" in entity.annotations


LESSONS = (
    Lesson(OWNABLE, _none("ownedBy"), N_("No owner"), N_("Name the team that answers for it."), _text("spec:\n  owner: group:my-team")),
    Lesson(
        OWNABLE, lambda context, entity: not entity.description.strip(),
        N_("No description"), N_("Say in one sentence what it is for."), _text("metadata:\n  description: What it is for"),
    ),
    Lesson(
        frozenset({"component"}), lambda context, entity: not _documented(context, entity),
        N_("No documentation"), N_("Put Markdown into docs/ and point to it."),
        _text("metadata:\n  annotations:\n    backstage.io/techdocs-ref: dir:."),
    ),
    Lesson(PARTS, _none("partOf"), N_("Part of no system"), N_("Say which system it belongs to."), _neighbour("system", "my-system")),
    Lesson(frozenset({"system"}), _none("partOf"), N_("Part of no domain"), N_("Say which domain it serves."), _neighbour("domain", "my-domain")),
    Lesson(
        frozenset({"component"}), lambda context, entity: entity.type.lower() == "service" and _none("providesApi", "consumesApi")(context, entity),
        N_("No APIs"), N_("Name those that it provides, and those that it calls."),
        _text("spec:\n  providesApis: [NAME-api]\n  consumesApis: [another-api]"),
    ),
    Lesson(
        frozenset({"component"}), lambda context, entity: entity.type.lower() in {"service", "website", "worker"} and _none("dependsOn")(context, entity),
        N_("No dependencies"), N_("Say what it needs to run."), _text("spec:\n  dependsOn:\n    - resource:default/my-database"),
    ),
    Lesson(
        frozenset({"api"}), _none("apiProvidedBy"),
        N_("Nobody provides it"), N_("The component that serves it says so."), _text("spec:\n  providesApis: [NAME]"), elsewhere=True,
    ),
    Lesson(
        frozenset({"system"}), _none("hasPart"),
        N_("Nothing is in it"), N_("Components, APIs and resources say which system they are in."), _text("spec:\n  system: NAME"), elsewhere=True,
    ),
    Lesson(
        frozenset({"domain"}), _none("hasPart"),
        N_("Nothing is in it"), N_("Systems say which domain they serve."), _text("spec:\n  domain: NAME"), elsewhere=True,
    ),
    Lesson(
        frozenset({"group"}), _none("hasMember", "parentOf"),
        N_("No members"), N_("Name people here, or name the group in the memberOf of a person."), _text("spec:\n  members: [a-person]"),
    ),
    Lesson(
        frozenset({"user"}), _none("memberOf"), N_("In no team"), N_("Name the groups that this person is in."), _text("spec:\n  memberOf: [my-team]"),
    ),
)  # fmt: skip


def lessons(context: Context, entity: Entity, edit_url: str) -> Iterator[Empty]:
    """What *entity* lacks; *edit_url* is where its descriptor is edited, or empty."""
    file = entity.source.path.rsplit("/", 1)[-1]
    for lesson in LESSONS:
        if entity.ref.kind in lesson.kinds and lesson.lack(context, entity):
            yield Empty(
                context.gettext(lesson.title), context.gettext(lesson.text), lesson.yaml(context, entity),
                url="" if lesson.elsewhere else edit_url, place="" if lesson.elsewhere else file,
            )  # fmt: skip
