"""The style page: every part of the theme in every state, from the same templates as the pages."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from markupsafe import Markup

from callboard.diagnostics import CallboardError
from callboard.model import routes
from callboard.model.graph import Drawing
from callboard.model.output import OutputFile
from callboard.pages import graphs, kinds
from callboard.pages.context import Context
from callboard.pages.views import (
    ApiExample,
    ApiFact,
    ApiNavGroup,
    ApiNavLink,
    ApiPart,
    ApiShape,
    EntityHeader,
    EntityLink,
    EntityRow,
    Fact,
    FoldedBox,
    GraphFact,
    Link,
    PaletteGroup,
    PaletteRow,
    Picture,
    Problem,
    StyleView,
    Swatch,
    Tile,
    TreeNode,
)

SHEET = "assets/style-page.css"
GROUNDS = (
    ("paper", "the ground"),
    ("surface", "cards and fields"),
    ("sunken", "the rail, code"),
    ("hover", "under the pointer"),
    ("line", "hairlines"),
    ("line-strong", "edges of fields"),
    ("accent-soft", "what is selected"),
    ("bad-soft", "a mistake"),
    ("warn-soft", "a worry"),
    ("ok-soft", "all is well"),
    ("info-soft", "a note"),
    ("mark", "found words"),
)
INKS = (
    ("ink", "text"),
    ("ink-2", "second to it"),
    ("ink-3", "beside it"),
    ("accent", "what can be acted on"),
    ("bad", "a mistake"),
    ("warn", "a worry"),
    ("ok", "all is well"),
    ("info", "a note"),
)
SIZES = ("xs", "s", "m", "l", "xl", "2xl", "3xl")
VERBS = (("GET", "read"), ("POST", "make"), ("PATCH", "change"), ("DELETE", "drop"), ("SEND", "call"), ("RECEIVE", "hear"))
LONG = "a-name-that-is-longer-than-any-column-of-any-table-has-room-for-and-has-no-space"
MANY = ("go", "grpc", "tier-1", "public", "payments", "kept-for-ten-years")


def style_files(theme: Path) -> OutputFile:
    """What only this page needs, and what others load with what opens a dialog. Raises CallboardError."""
    try:
        sheets = (theme / "style-page.css", theme / "css/lazy/dialogs.css")
        return OutputFile(SHEET, b"".join(sheet.read_bytes() for sheet in sheets), "theme")
    except OSError as error:
        raise CallboardError(f"the theme lacks {error.filename}") from error


def style(context: Context) -> tuple[str, StyleView]:
    route = routes.STYLE
    health = Link("Health", context.href(route, routes.HEALTH))
    frame = context.frame(route, "Style", description="Every part of the theme in every state.", breadcrumb=[health], section=routes.HEALTH)
    samples = tuple(EntityLink(f"a-{kind}", f"{kind}:a-{kind}", "#cb-names", words.icon, kind, "service" if kind == "component" else "") for kind, words in kinds.KINDS.items())
    of = {sample.kind: sample for sample in samples}
    missing = EntityLink("gone", "resource:gone", "", kinds.icon("resource"), "resource")
    ref = next(iter(context.drawings.around), None)
    drawing = context.drawings.around[ref] if ref else None
    return route, StyleView(
        frame=dataclasses.replace(frame, extra_styles=(context.href(route, SHEET), *frame.extra_styles)),
        grounds=tuple(Swatch(*each) for each in GROUNDS),
        inks=tuple(Swatch(*each) for each in INKS),
        sizes=SIZES,
        kinds=samples,
        missing=missing,
        lifecycles=("production", "experimental", "deprecated", "retired"),
        rows=_rows(of, missing),
        header=_header(context, of),
        facts=(Fact("Plain", "Text"), Fact("Linked", "", (Link("A page", "#cb-cards"), Link("Elsewhere", "https://example.org/", external=True))), Fact("Named", "", (of["system"], missing))),
        tiles=(
            Tile("Components", "128", "#cb-cards", kinds.icon("component"), "component"),
            Tile("Systems", "7", "", kinds.icon("system"), "system"),
        ),
        groups=(_node(of["group"], "4 members, owns 12", _node(of["group"], "", _node(of["group"], "owns 3"))),),
        problems=(
            Problem("error", "bad-field", "spec.type is 7, not text", "write type: service", "acme/shop/catalog-info.yaml:9:3", "#cb-problems", "#cb-problems", of["component"]),
            Problem("warning", "dangling-ref", "component:shop dependsOn resource:gone, which is not in the catalog", "", "acme/shop/catalog-info.yaml:12:7", "", ""),
            Problem("info", "skeleton-skipped", "a skeleton is not a descriptor", "", "acme/templates/skeleton/catalog-info.yaml", "", ""),
        ),
        picture=_picture(context, route, drawing),
        graph_lines=(GraphFact(((of["component"], 1),), "depends on", ((of["resource"], 1), (missing, 1))), GraphFact(((of["system"], 37), (of["domain"], 1)), "contains", ((of["api"], 1),))),
        folds=(FoldedBox("3 more of a-system", (of["component"], of["api"], of["resource"])),),
        api_part=_api_part(),
        api_facts=(ApiFact(label="Server", text="https://api.example.org", url="https://example.org/", about=Markup("")), ApiFact(label="Key", text="In the header", url="", about=Markup("<p>Ask for one.</p>"))),
        parts=tuple(Link(str(n), "#cb-tables", current=n == 2) for n in range(1, 5)),
        api_nav=(ApiNavGroup("Orders", "#cb-apis", 2, (ApiNavLink("/orders", "#cb-apis", "GET", "read", "All of them"), ApiNavLink("/orders/{id}", "#cb-apis", "DELETE", "drop", "", True))),),
        palette=_palette(),
        verbs=VERBS,
        changed=context.moment(context.portal.built_at),
    )


def _picture(context: Context, route: str, drawing: Drawing | None) -> Picture | None:
    return graphs.picture(context, route, drawing, "A picture of relations", context.href(route, routes.CATALOG)) if drawing else None


def _rows(of: dict[str, EntityLink], missing: EntityLink) -> tuple[EntityRow, ...]:
    about = dataclasses.replace(of["component"], description="What it does, in one sentence that is cut where the column ends.")
    long = dataclasses.replace(of["component"], title=LONG, description=f"{LONG} {LONG}")
    return (
        EntityRow(entity=about, owners=(of["group"],), type="service", lifecycle="production", system=of["system"], tags=MANY[:2]),
        EntityRow(entity=of["api"], owners=(of["user"], of["group"]), type="openapi", lifecycle="experimental", problems=3, tags=MANY),
        EntityRow(entity=of["resource"], unowned=True, type="database", lifecycle="deprecated", system=missing, stale=True, problems=1),
        EntityRow(entity=long, owners=(missing,), type=LONG, lifecycle=LONG, system=dataclasses.replace(of["system"], title=LONG), tags=(LONG,)),
        EntityRow(entity=missing),
    )


def _header(context: Context, of: dict[str, EntityLink]) -> EntityHeader:
    return EntityHeader(
        entity=of["component"],
        name="a-component",
        full_ref="component:default/a-component",
        kind="Component",
        kind_url="#cb-header",
        namespace="",
        type="service",
        lifecycle="production",
        owners=(of["group"], of["user"]),
        summary=Markup("<p>What it does, <strong>in a sentence</strong>.</p>"),
        tabs=(Link("Overview", "#cb-header", current=True), Link("Docs", "#cb-header"), Link("API", "#cb-header")),
        actions=(Link("Edit", "#cb-header", "pencil-outline", "Edit the descriptor"), Link("Source", "#cb-header", "code-tags", "The repository")),
        warning="spec.owner is missing",
        warning_since=context.moment(context.portal.built_at),
    )


def _node(entity: EntityLink, detail: str, *children: TreeNode) -> TreeNode:
    return TreeNode(entity=entity, detail=detail, members=4, owned=12, children=children)


def _palette() -> tuple[PaletteGroup, ...]:
    here = "#cb-palette-rows"
    page = "book-open-outline"
    return (
        PaletteGroup(
            title="Catalog",
            note="3 of 1,204",
            rows=(
                PaletteRow(found="Parcel", title=" tracking", sub="tracking-service", side="service · Couriers", url=here, icon=kinds.icon("component"), hue="component", chosen=True),
                PaletteRow(title="a-parcel", side="api", url=here, icon=kinds.icon("api"), hue="api"),
                PaletteRow(title=LONG, sub=LONG, side=LONG, url=here, icon=kinds.icon("resource"), hue="resource"),
            ),
        ),
        PaletteGroup(
            title="Documentation",
            rows=(
                PaletteRow(title="The way of a parcel", sub="Tracking", side="Couriers · 3 May 2026", url=here, icon=page, hue="docs"),
                PaletteRow(title="At the depot", url=here, icon="subdirectory-arrow-right", hue="part", inner=True),
            ),
        ),
        PaletteGroup(title="Actions", rows=(PaletteRow(title="Copy the reference", sub="component:default/tracking-service", icon="content-copy", hue="plain"), PaletteRow(title="platform", side="12", icon="tag-outline", hue="plain"))),
        PaletteGroup(title="More", rows=(PaletteRow(title="Search everything for “parcel”", url=here, icon="magnify", hue="search"),)),
    )


def _shape(name: str, type: str, *rows: ApiShape, **more: object) -> ApiShape:
    empty = ApiShape(
        name=name, type=type, url="", required=False, deprecated=False, about=Markup(""), notes=(), values=(), more_values=0,
        rows=rows, more=0, label=f"{len(rows)} fields" if rows else "",
    )  # fmt: skip
    return dataclasses.replace(empty, **more)  # type: ignore[arg-type]  # fields of ApiShape by name, each of a type of its own


def _api_part() -> ApiPart:
    order = _shape(
        "",
        "Order",
        _shape("id", "text", required=True, about=Markup("<p>Given by us.</p>"), notes=("at most 26 letters",)),
        _shape("state", "text", values=("open", "paid", "sent"), more_values=4),
        _shape("lines", "list of Line", _shape("sku", "text"), url="#cb-apis"),
        _shape("total", "number", deprecated=True),
        more=2,
    )
    example = ApiExample("An order", Markup('<span class="p">{</span> <span class="nt">"id"</span><span class="p">:</span> <span class="s2">"01J8"</span> <span class="p">}</span>'), made=True)
    return ApiPart(title="Request", code="201", tone="ok", detail="application/json", line=Markup("Made."), about=Markup("<p>Made.</p>"), required=True, shape=order, examples=(example,))
