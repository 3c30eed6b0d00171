"""The pages of an API: what its definition says, the definition as text, and the definition as a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from callboard.diagnostics import Severity
from callboard.model import api, routes
from callboard.model.entity import Entity
from callboard.model.output import OutputFile
from callboard.pages.assets import redoc_files
from callboard.pages.context import Context, first_sentence
from callboard.pages.entity_page import breadcrumb, definition_of, header
from callboard.pages.lexers import coloured
from callboard.pages.rich import rich, rich_line
from callboard.pages.views import (
    ApiExample,
    ApiFact,
    ApiGroup,
    ApiNavGroup,
    ApiNavLink,
    ApiOperation,
    ApiPart,
    ApiReferenceView,
    ApiRow,
    ApiShape,
    ApisView,
    ApiType,
    ApiView,
    DefinitionView,
    Link,
    Problem,
)
from callboard.plaintext import plain

SHOWN_LINES = 3000
"""Lines of a definition that its page shows; the whole of it is a file."""
HIGHLIGHTED = 200_000
"""Characters up to which a definition is highlighted."""
COLOURED = 300
"""Examples of one API up to which they are highlighted."""
LISTED = 400
"""Operations and types up to which every page lists all of them."""
LEXERS = {"openapi": "yaml", "asyncapi": "yaml", "graphql": "graphql", "protobuf": "protobuf", "grpc": "protobuf", "proto": "protobuf"}
SUFFIXES = {"openapi": ".openapi", "asyncapi": ".asyncapi", "graphql": ".graphql", "protobuf": ".proto"}
"""How the file of a definition ends, by its format; those in JSON or YAML say so after it."""
TONES = {
    "GET": "read", "HEAD": "read", "OPTIONS": "read", "QUERY": "read", "TRACE": "read", "RECEIVE": "read",
    "POST": "make", "MUTATION": "make", "SEND": "make", "RPC": "call", "SUBSCRIPTION": "hear", "PUT": "change", "PATCH": "change", "DELETE": "drop",
}  # fmt: skip
"""Hues of verbs: what a request does to what it speaks of."""
CARD = 500
"""Characters about a server or a scheme that a card has room for."""
ROWS = 100
"""APIs of one page of their list."""
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069]")
"""What nobody sees in a name or in code, and what makes it read in another order than it is written."""


def visible(text: str) -> str:
    """*text*, which is a name or code, with a mark for each character that hides or disguises."""
    return _HIDDEN.sub("\ufffd", text)


# -- the list --------------------------------------------------------------------------------------------------------------


def api_index(context: Context) -> Iterator[tuple[str, ApisView]]:
    """Every API with what it is, who provides and who consumes it, in parts where there are many."""
    found = sorted(context.portal.catalog.of_kind("api"), key=lambda entity: (entity.title.casefold(), entity.ref))
    for part in context.parts(routes.APIS, context.gettext("APIs"), found, ROWS):
        yield part.route, ApisView(
            frame=context.frame(
                part.route, part.title, description=context.gettext("APIs of %(portal)s", portal=context.portal.title), breadcrumb=part.breadcrumb, section=routes.APIS
            ),
            apis=tuple(_row(context, part.route, entity) for entity in part.inside),
            total=len(found),
            pages=part.pages,
        )


def _row(context: Context, route: str, entity: Entity) -> ApiRow:
    catalog = context.portal.catalog
    description = context.portal.apis.shown(entity.ref)
    return ApiRow(
        row=context.row(route, entity),
        edition=description.edition if description else entity.type,
        version=description.version if description else "",
        operations=sum(1 for _ in description.operations) if description else -1,
        url=context.href(route, routes.api(entity.ref)) if definition_of(entity) else "",
        providers=context.entity_links(route, catalog.targets(entity.ref, "apiProvidedBy")),
        consumers=context.entity_links(route, catalog.targets(entity.ref, "apiConsumedBy")),
    )


# -- the file --------------------------------------------------------------------------------------------------------------


def definition_name(context: Context, entity: Entity) -> str:
    """What the file of a definition is called: hosts and editors know what it is by its end."""
    description = context.portal.apis.by_entity.get(entity.ref)
    format = description.format if description else ""
    suffix = SUFFIXES.get(format, ".txt")
    if format in {"openapi", "asyncapi"}:
        suffix += ".json" if definition_of(entity).lstrip("\ufeff \t\r\n").startswith("{") else ".yaml"
    return f"{entity.ref.name}{suffix}"


def definition_route(context: Context, entity: Entity) -> str:
    return routes.api(entity.ref) + definition_name(context, entity)


def definition_files(context: Context) -> Iterator[OutputFile]:
    """The whole definition of every API as a file beside its page."""
    for entity in defined(context):
        yield OutputFile(definition_route(context, entity), definition_of(entity).encode("utf-8", "replace"), str(entity.ref))


# -- the text --------------------------------------------------------------------------------------------------------------


def _definition(context: Context, entity: Entity, route: str, back: Link | None) -> tuple[str, DefinitionView]:
    """The page that shows an API's definition as text."""
    description = context.portal.apis.by_entity.get(entity.ref)
    text = definition_of(entity)
    lines = text.splitlines()
    shown = visible("\n".join(lines[:SHOWN_LINES])[: 4 * HIGHLIGHTED])
    catalog = context.portal.catalog
    return route, DefinitionView(
        frame=context.frame(
            route,
            f"{entity.title} · {context.gettext('Definition')}",
            description=context.gettext("Definition of %(name)s", name=entity.title),
            breadcrumb=(*breadcrumb(context, route, entity), _entity_link(context, route, entity)),
            ref=entity.ref,
            section=routes.CATALOG,
        ),
        header=header(context, route, entity, "api"),
        format=description.edition if description and description.edition else entity.type,
        html=_coloured(shown, description.format if description else entity.type.lower()),
        lines=len(lines),
        cut=max(0, len(lines) - SHOWN_LINES),
        raw_url=context.href(route, definition_route(context, entity)),
        raw_name=definition_name(context, entity),
        back=back,
        problems=() if back else _problems(context, route, entity),
        providers=context.entity_links(route, catalog.targets(entity.ref, "apiProvidedBy")),
        consumers=context.entity_links(route, catalog.targets(entity.ref, "apiConsumedBy")),
    )


def _coloured(text: str, format: str) -> Markup:
    name = LEXERS.get(format, "text")
    if name == "yaml" and text.lstrip().startswith("{"):
        name = "json"
    if len(text) > HIGHLIGHTED or name == "text":
        return escape(text)
    return coloured(text, name)


def _entity_link(context: Context, route: str, entity: Entity) -> Link:
    return Link(entity.title, context.href(route, routes.entity(entity.ref)))


def _problems(context: Context, route: str, entity: Entity) -> tuple[Problem, ...]:
    found = [problem for problem in context.problems_of.get(str(entity.ref), ()) if problem.code.startswith("api-") and problem.severity > Severity.INFO]
    return tuple(context.problem(route, problem) for problem in sorted(found, key=lambda problem: (-problem.severity, problem.order)))


# -- what it says ----------------------------------------------------------------------------------------------------------


def defined(context: Context) -> tuple[Entity, ...]:
    """Every API that has a definition."""
    return tuple(entity for entity in context.portal.catalog.of_kind("api") if definition_of(entity))


def api_pages(context: Context, entity: Entity) -> Iterator[tuple[str, ApiView | ApiReferenceView | DefinitionView]]:
    """Every page of the definition of *entity*."""
    description = context.portal.apis.shown(entity.ref)
    if description is None:
        yield _definition(context, entity, routes.api(entity.ref), None)
        return
    yield from _Composer(context, entity, description).pages()
    if description.reference:
        yield _reference(context, entity)
    route = routes.api(entity.ref, "definition")
    yield _definition(context, entity, route, Link(context.gettext("What it says"), context.href(route, routes.api(entity.ref))))


def _reference(context: Context, entity: Entity) -> tuple[str, ApiReferenceView]:
    """The page that frames the interactive reference."""
    route = routes.api(entity.ref, "reference")
    data = _reference_data(entity)
    return route, ApiReferenceView(
        frame=context.frame(
            route,
            f"{context.gettext('Interactive reference')} · {entity.title}",
            description=context.gettext("Interactive reference of %(name)s", name=entity.title),
            breadcrumb=(*breadcrumb(context, route, entity), _entity_link(context, route, entity), Link(context.gettext("API"), context.href(route, routes.api(entity.ref)))),
            ref=entity.ref,
            section=routes.CATALOG,
        ),
        title=entity.title,
        back_url=context.href(route, routes.api(entity.ref)),
        script=context.href(route, context.theme.lazy["reference"].path),
        folder=context.href(route, data).removesuffix("definition.js"),
        definition_url=context.href(route, data),
    )


def _reference_data(entity: Entity) -> str:
    return f"{routes.api(entity.ref, 'reference')}definition.js"


def reference_files(context: Context) -> Iterator[OutputFile]:
    """What interactive references show, as scripts, because a page from a file may load nothing else; and the frame."""
    found = False
    for entity in context.portal.catalog.of_kind("api"):
        description = context.portal.apis.shown(entity.ref)
        if description and description.reference:
            found = True
            text = description.reference.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
            yield OutputFile(_reference_data(entity), f'callboard.take("definition","",{text});\n'.encode("utf-8", "replace"), str(entity.ref))
    if found:
        yield from redoc_files(context.theme.folder, context.language)


@dataclass
class _Composer:
    """Makes the pages of one API."""

    context: Context
    entity: Entity
    description: api.ApiDescription

    def __post_init__(self) -> None:
        self.type_places: Mapping[str, tuple[str, str]] = {type.name: (type.page, type.id) for type in self.description.types}
        self.numbers = (sum(1 for _ in self.description.operations), len(self.description.types))
        bodies = sum(len(part.examples) for operation in self.description.operations for part in operation.parts)
        self.colour = bodies + len(self.description.types) <= COLOURED

    def pages(self) -> Iterator[tuple[str, ApiView]]:
        names = list(dict.fromkeys(("", *(group.page for group in self.description.groups), *(type.page for type in self.description.types))))
        titles = {group.page: self._name(group.title) for group in reversed(self.description.groups)}
        titles |= {name: self._types_title(name.partition("/")[2]) for name in names if name.split("/")[0] == "types"}
        titles[""] = self.entity.title
        for number, name in enumerate(names):
            previous = names[number - 1] if number else None
            following = names[number + 1] if number + 1 < len(names) else None
            yield self._page(name, titles[name], *(self._turn(name, other, titles) for other in (previous, following)), several=len(names) > 1)

    def _turn(self, name: str, other: str | None, titles: Mapping[str, str]) -> Link | None:
        return None if other is None else Link(titles[other] if other else self.context.gettext("Overview"), self._href(name, other))

    def _href(self, name: str, other: str, anchor: str = "") -> str:
        if name == other and anchor:
            return f"#{anchor}"
        return self.context.href(routes.api(self.entity.ref, name), routes.api(self.entity.ref, other), anchor)

    def _page(self, name: str, title: str, previous: Link | None, following: Link | None, *, several: bool) -> tuple[str, ApiView]:
        context, entity, description = self.context, self.entity, self.description
        route = routes.api(entity.ref, name)
        catalog = context.portal.catalog
        first = name == ""
        crumbs = (*breadcrumb(context, route, entity), _entity_link(context, route, entity))
        navigation = self._navigation(name)
        return route, ApiView(
            frame=context.frame(
                route,
                f"{context.gettext('API')} · {entity.title}" if first else f"{title} · {entity.title}",
                description=first_sentence(plain(description.summary or entity.description or context.gettext("API of %(name)s", name=entity.title))),
                breadcrumb=crumbs if first else (*crumbs, Link(context.gettext("API"), self._href(name, ""))),
                ref=entity.ref,
                section=routes.CATALOG,
            ),
            header=header(context, route, entity, "api"),
            title=visible(description.title) or entity.title if first else title,
            first=first,
            edition=description.edition,
            version=description.version,
            summary=description.summary,
            about=self._rich(description.description) if first else Markup(),
            servers=self._facts(_short(description.servers)) if first else (),
            security=self._facts(_short(description.security)) if first else (),
            facts=self._facts(description.facts) if first else (),
            notes=self._facts([fact for fact in (*description.servers, *description.security) if _long(fact)]) if first else (),
            count=self._count(),
            navigation=navigation,
            listed=navigation if several and first else (),
            groups=tuple(self._group(name, group) for group in description.groups if group.page == name),
            types=tuple(self._type(name, type) for type in description.types if type.page == name),
            problems=_problems(context, route, entity) if first else (),
            text_url=context.href(route, routes.api(entity.ref, "definition")),
            raw_url=context.href(route, definition_route(context, entity)),
            raw_name=definition_name(context, entity),
            reference_url=context.href(route, routes.api(entity.ref, "reference")) if description.reference else "",
            home_url=self._href(name, ""),
            previous=previous,
            next=following,
            providers=context.entity_links(route, catalog.targets(entity.ref, "apiProvidedBy")) if first else (),
            consumers=context.entity_links(route, catalog.targets(entity.ref, "apiConsumedBy")) if first else (),
        )

    def _say(self, text: str) -> str:
        return self.context.language.say(text)

    def _name(self, text: str) -> str:
        return visible(self._say(text))

    def _rich(self, text: str) -> Markup:
        return rich(self._say(text), self.context.language)

    def _types_title(self, number: str) -> str:
        return self.context.gettext("Types, part %(number)s", number=number) if number else self.context.gettext("Types")

    def _count(self) -> str:
        operations, types = self.numbers
        return ", ".join(
            part
            for part in (
                self.context.ngettext("%(n)s operation", "%(n)s operations", operations) if operations else "",
                self.context.ngettext("%(n)s type", "%(n)s types", types) if types else "",
            )
            if part
        )

    def _count_rows(self, number: int, alternatives: bool) -> str:
        if alternatives:
            return self.context.ngettext("%(n)s choice", "%(n)s choices", number)
        return self.context.ngettext("%(n)s field", "%(n)s fields", number)

    # -- lists ------------------------------------------------------------------------------------------------------------

    def _navigation(self, name: str) -> tuple[ApiNavGroup, ...]:
        """Everything, or where that is very much, what is on this page in full and the rest by its groups."""
        whole = sum(self.numbers) <= LISTED
        groups = []
        for group in self.description.groups:
            links = (self._operation_link(name, group, operation) for operation in group.operations)
            current = group.page == name
            groups.append(ApiNavGroup(self._name(group.title), self._href(name, group.page, group.id), len(group.operations), tuple(links) if whole or current else (), current))
        pages: dict[str, list[api.Type]] = {}
        for type in self.description.types:
            pages.setdefault(type.page, []).append(type)
        for number, (page, types) in enumerate(pages.items(), start=1):
            shown = tuple(ApiNavLink(visible(type.name), self._href(name, page, type.id)) for type in types) if whole or page == name else ()
            title = self._types_title("" if number == 1 else str(number))
            groups.append(ApiNavGroup(title, self._href(name, page, "cb-types"), len(types), shown, page == name))
        return tuple(groups)

    def _operation_link(self, name: str, group: api.Group, operation: api.Operation) -> ApiNavLink:
        url = self._href(name, group.page, operation.id)
        return ApiNavLink(visible(operation.name), url, operation.verb, TONES.get(operation.verb, "other"), operation.summary, operation.deprecated)

    # -- operations -------------------------------------------------------------------------------------------------------

    def _group(self, name: str, group: api.Group) -> ApiGroup:
        return ApiGroup(
            id=group.id,
            title=self._name(group.title),
            detail=visible(group.detail),
            about=self._rich(group.description),
            facts=self._facts(group.facts),
            operations=tuple(self._operation(name, operation) for operation in group.operations),
        )

    def _operation(self, name: str, operation: api.Operation) -> ApiOperation:
        parts = [self._part(name, part) for part in operation.parts]
        return ApiOperation(
            id=operation.id,
            verb=operation.verb,
            tone=TONES.get(operation.verb, "other"),
            name=visible(operation.name),
            summary=operation.summary,
            about=self._rich(operation.description) if operation.description.strip() != operation.summary else Markup(),
            deprecated=operation.deprecated,
            reason=operation.reason,
            facts=self._facts(operation.facts),
            parts=tuple(part for part in parts if not part.code),
            answers=tuple(part for part in parts if part.code),
            examples=self._examples(operation.examples),
        )

    def _part(self, name: str, part: api.Part) -> ApiPart:
        line, rest = _first_paragraph(self._say(part.description)) if part.code else ("", part.description)
        return ApiPart(
            title=self._name(part.title),
            code=visible(part.code),
            tone={"1": "info", "2": "ok", "3": "info", "4": "bad", "5": "bad"}.get(part.code[:1], "info" if part.code else ""),
            detail=visible(part.detail),
            line=rich_line(line),
            about=self._rich(rest),
            required=part.required,
            shape=self._shape(name, part.shape) if part.shape else None,
            examples=self._examples(part.examples),
        )

    def _shape(self, name: str, shape: api.Shape) -> ApiShape:
        place = self.type_places.get(shape.target) if shape.target else None
        alternatives = bool(shape.rows) and all(not row.name for row in shape.rows)
        return ApiShape(
            name=self._name(shape.name),
            type=self._name(shape.type),
            url=self._href(name, *place) if place else "",
            required=shape.required,
            deprecated=shape.deprecated,
            about=self._rich(shape.description),
            notes=tuple(map(self._name, shape.notes)),
            values=tuple(map(visible, shape.values)),
            more_values=shape.more_values,
            rows=tuple(self._shape(name, row) for row in shape.rows),
            more=shape.more,
            label=self._count_rows(len(shape.rows) + shape.more, alternatives),
        )

    def _type(self, name: str, type: api.Type) -> ApiType:
        return ApiType(id=type.id, kind=self._say(type.kind), name=visible(type.name), shape=self._shape(name, type.shape), examples=self._examples(type.examples))

    def _examples(self, examples: Sequence[api.Example]) -> tuple[ApiExample, ...]:
        return tuple(ApiExample(self._name(example.title), self._code(example), example.made) for example in examples)

    def _code(self, example: api.Example) -> Markup:
        text = visible(example.text)
        if not self.colour or example.language not in {"json", "xml", "yaml", "graphql", "shell"}:
            return escape(text)
        return coloured(text, example.language)

    def _facts(self, facts: Sequence[api.Fact]) -> tuple[ApiFact, ...]:
        return tuple(_fact(self.context, fact) for fact in facts)


def _long(fact: api.Fact) -> bool:
    """Whether what is said of *fact* has no room in a card."""
    return len(fact.detail) > CARD


def _short(facts: Sequence[api.Fact]) -> list[api.Fact]:
    return [replace(fact, detail="") if _long(fact) else fact for fact in facts]


def _first_paragraph(text: str) -> tuple[str, str]:
    """The first paragraph of a description and what follows it; a list or the like is no paragraph."""
    first, _, rest = text.strip().partition("\n\n")
    return (first, rest) if not re.match(r"[-*+>#|`]|[0-9]+[.)]", first) else ("", text)


def _fact(context: Context, fact: api.Fact) -> ApiFact:
    """A fact whose detail is an address leads there, as a text does that is one."""
    say = context.language.say
    detail = say(fact.detail).strip()
    address = f"mailto:{detail}" if re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", detail) else detail
    if url := routes.safe_url(address) if " " not in detail else "":
        return ApiFact(label=visible(say(fact.label)), text=visible(say(fact.text)), url=url, about=Markup())
    return ApiFact(
        label=visible(say(fact.label)), text=visible(say(fact.text)), url=routes.safe_url(fact.text) if fact.label in {"Terms", "More"} else "", about=rich(detail, context.language)
    )
