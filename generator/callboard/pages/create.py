"""Create: software templates, what each asks and what it does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from callboard.model import routes
from callboard.model.entity import Entity
from callboard.model.language import N_
from callboard.pages.context import Context, first_sentence
from callboard.pages.entity_page import header
from callboard.pages.views import CreateView, Link, Parameter, ParameterGroup, Step, TemplateCard, TemplateView
from callboard.plaintext import plain

TYPES = {
    "string": N_("text"), "number": N_("number"), "integer": N_("whole number"), "boolean": N_("yes or no"), "array": N_("list"), "object": N_("group"),
}  # fmt: skip
CHOICE = N_("choice")


def _templates(context: Context) -> list[Entity]:
    return sorted(context.portal.catalog.of_kind("template"), key=lambda entity: (entity.title.casefold(), entity.ref))


def create(context: Context) -> tuple[str, CreateView]:
    """Every template as a card."""
    _ = context.gettext
    route = routes.CREATE
    return route, CreateView(
        frame=context.frame(route, _("Create"), description=_("Software templates of %(portal)s", portal=context.portal.title)),
        templates=tuple(
            TemplateCard(
                entity=context.link(route, entity.ref),
                url=context.href(route, routes.template(entity.ref)),
                type=entity.type,
                owners=context.owners(route, entity.ref),
                tags=entity.tags,
                steps=len(_list(entity.spec.get("steps"))),
            )
            for entity in _templates(context)
        ),
    )


def template_pages(context: Context) -> Iterator[tuple[str, TemplateView]]:
    """A page for each template."""
    _ = context.gettext
    for entity in _templates(context):
        route = routes.template(entity.ref)
        yield route, TemplateView(
            frame=context.frame(
                route,
                f"{entity.title} · {_('Create')}",
                description=first_sentence(plain(entity.description)),
                breadcrumb=(Link(_("Create"), context.href(route, routes.CREATE)),),
                ref=entity.ref,
                section=routes.CREATE,
            ),
            header=header(context, route, entity, "create"),
            groups=tuple(_groups(context, entity.spec.get("parameters"))),
            steps=tuple(_steps(entity.spec.get("steps"))),
        )


def _list(value: Any) -> list[Any]:
    """A list as it is, one value as a list of it: ``parameters`` may be written either way."""
    return value if isinstance(value, list) else [value] if isinstance(value, Mapping) else []


def _groups(context: Context, written: Any) -> Iterator[ParameterGroup]:
    for n, form in enumerate(_list(written), 1):
        if not isinstance(form, Mapping):
            continue
        required = form.get("required")
        names = set(required) if isinstance(required, list) else set()
        properties = form.get("properties")
        fields = properties.items() if isinstance(properties, Mapping) else ()
        yield ParameterGroup(
            str(form.get("title") or context.gettext("Step %(number)s", number=n)),
            tuple(_parameter(context, str(name), field, str(name) in names) for name, field in fields if isinstance(field, Mapping)),
        )


def _parameter(context: Context, name: str, field: Mapping[str, Any], required: bool) -> Parameter:
    kind = field.get("type")
    shown = CHOICE if isinstance(field.get("enum"), list) else TYPES.get(kind if isinstance(kind, str) else "", TYPES["string"])
    picker = field.get("ui:field")
    default = field.get("default")
    return Parameter(
        name=name,
        title=str(field.get("title") or name),
        type=picker if isinstance(picker, str) else context.gettext(shown),
        required=required,
        description=str(field.get("description") or ""),
        default="" if default is None else default if isinstance(default, str) else json.dumps(default, ensure_ascii=False, default=str),
    )


def _steps(written: Any) -> Iterator[Step]:
    for step in _list(written):
        if isinstance(step, Mapping):
            condition = step.get("if")
            yield Step(
                name=str(step.get("name") or step.get("id") or step.get("action") or ""),
                action=str(step.get("action") or ""),
                condition="" if condition is None or condition is True else str(condition),
            )
