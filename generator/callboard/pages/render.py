"""From the portal to files: each view through its template."""

from __future__ import annotations

import dataclasses
import re
import traceback
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import jinja2
from jinja2.ext import Extension
from markupsafe import Markup
from pluggy import PluginManager

from callboard import resources
from callboard.config import Config
from callboard.diagnostics import CallboardError, Report
from callboard.model import routes
from callboard.model.graph import Drawings
from callboard.model.language import ENGLISH, Language
from callboard.model.output import OutputFile
from callboard.model.portal import Portal
from callboard.model.search import SearchDocument
from callboard.pages import graphs, overview
from callboard.pages.api_pages import api_index, api_pages, defined, definition_files, reference_files
from callboard.pages.assets import Icons, load_theme, mermaid_files
from callboard.pages.brand import Brand
from callboard.pages.context import Context
from callboard.pages.create import create, template_pages
from callboard.pages.docs_pages import docs_pages, has_mermaid, manual_files, redirect_files
from callboard.pages.entity_page import entity_pages
from callboard.pages.explorer import catalog_files, catalog_pages
from callboard.pages.health import health
from callboard.pages.people import owners
from callboard.pages.style import style, style_files
from callboard.pages.translated import TranslatedEnvironment
from callboard.pages.twins import build_files
from callboard.pages.views import NotFoundView, SearchView
from callboard.parallel import map_forked
from callboard.store import fingerprint


class _Flat(Extension):
    """Takes the indentation of templates out of pages, once when a template is read: it was every tenth byte of a frame."""

    _INDENT = re.compile(r"(<pre\b.*?</pre>)|\n[ \t]+", re.DOTALL)

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return self._INDENT.sub(lambda match: match[1] or "\n", source)


def environment(theme: Path, override: Path | None = None, language: Language = ENGLISH) -> TranslatedEnvironment:
    """Templates of *override* first, then the theme's. A name that a view does not declare is an error."""
    folders = [folder for folder in (override, theme) if folder is not None]
    return TranslatedEnvironment(
        language,
        loader=jinja2.FileSystemLoader(folders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=[_Flat],
        auto_reload=False,
    )


def render_view(templates: jinja2.Environment, view: Any) -> bytes:
    """The page of one view. Raises CallboardError where a template of the organisation's own cannot be used."""
    values = {f.name: getattr(view, f.name) for f in dataclasses.fields(view)}
    icons = Icons()
    try:
        text = templates.get_template(view.template).render(**values, icon=icons.icon, drawn=icons.drawn, sprite=icons.sprite)
    except jinja2.TemplateError as error:
        place = _place_of(error)
        if place and not place[0].is_relative_to(resources.theme()):
            raise CallboardError(f"{place[0]}:{place[1]}: {error.message}") from error
        raise
    return text.encode("utf-8", "replace")


def _place_of(error: jinja2.TemplateError) -> tuple[Path, int] | None:
    """The template and the line that *error* is about; jinja2 makes frames of lines of templates."""
    if isinstance(error, jinja2.TemplateSyntaxError) and error.filename:
        return Path(error.filename), error.lineno
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".html")]
    return (Path(frames[-1].filename), frames[-1].lineno or 1) if frames else None


def _search(context: Context) -> tuple[str, SearchView]:
    route = routes.SEARCH
    return route, SearchView(
        frame=context.frame(route, context.gettext("Search")),
        catalog_url=context.href(route, routes.CATALOG),
        docs_url=context.href(route, routes.DOCS) if context.portal.manuals.by_entity else "",
        full_text=context.config.search.full_text,
    )


def _not_found(context: Context) -> tuple[str, NotFoundView]:
    script = "" if context.base else context.theme.root_script
    return routes.NOT_FOUND, NotFoundView(
        frame=context.frame(routes.NOT_FOUND, context.gettext("Not found")),
        root_script=Markup(script),  # noqa: S704  # our own file
    )


def views(context: Context, plugins: PluginManager, report: Report) -> Iterator[tuple[str, Any]]:
    """Every page of the portal but those of manuals and of definitions of APIs, as its route and its view."""
    yield overview.home(context)
    yield from catalog_pages(context)
    yield from entity_pages(context, plugins, report)
    present = {route for _label, route, _icon in context.sections}
    if routes.DOCS in present:
        yield from overview.docs_index(context)
    if routes.APIS in present:
        yield from api_index(context)
    if routes.GRAPH in present:
        yield graphs.graph_page(context)
    if routes.CREATE in present:
        yield create(context)
        yield from template_pages(context)
    yield owners(context)
    yield _search(context)
    yield health(context)
    if context.config.site.style_page:
        yield style(context)
    yield _not_found(context)


def theme_key(brand: Brand) -> str:
    """A hash of every file that decides how pages look: the theme's, and the organisation's own."""
    parts: list[bytes | str] = [part for file in brand.files for part in (file.path, file.content) if not isinstance(part, Path)]
    for folder in (resources.theme(), *((brand.templates,) if brand.templates else ())):
        files = sorted(path for path in folder.rglob("*") if path.is_file() and "node_modules" not in path.parts)
        parts += [part for path in files for part in (path.name, path.read_bytes())]
    return fingerprint(*parts)


def record(portal: Portal, config: Config, brand: Brand) -> Iterator[OutputFile]:
    """The files that tell when this was built: the only ones that change when nothing else did."""
    theme = load_theme(resources.theme(), brand.accent, brand.language)
    context = Context(portal, config, theme, {}, brand)
    templates = environment(theme.folder, brand.templates, brand.language)
    route, view = health(context)
    yield OutputFile(routes.file_of(route), render_view(templates, view), view.template)
    yield from build_files(portal)


def render(
    portal: Portal, documents: tuple[SearchDocument, ...], drawings: Drawings, config: Config, brand: Brand, plugins: PluginManager, report: Report, *, jobs: int = 1
) -> Iterator[OutputFile]:
    """Every page, and what pages need: style sheet, script, logo, the files of manuals. *jobs* APIs or manuals at a time.

    Raises CallboardError; a plugin that raises is a diagnostic.
    """
    theme = load_theme(resources.theme(), brand.accent, brand.language)
    context = Context(portal, config, theme, {document.route: document for document in documents if not document.anchor}, brand, drawings)
    templates = environment(theme.folder, brand.templates, brand.language)
    yield from chain(theme.files(), brand.files)

    def written(made: Iterable[tuple[str, Any]]) -> list[OutputFile]:
        return [OutputFile(routes.file_of(route), render_view(templates, view), view.template) for route, view in made]

    for page in views(context, plugins, report):
        yield from written([page])
    for pages in map_forked(lambda entity: written(api_pages(context, entity)), defined(context), jobs=jobs):
        yield from pages
    manuals = tuple(portal.manuals.by_entity.values())
    for pages in map_forked(lambda manual: written(docs_pages(context, manual)), manuals, jobs=jobs):
        yield from pages
    yield from definition_files(context)
    yield from reference_files(context)
    yield from catalog_files(context)
    yield from manual_files(context)
    yield from redirect_files(context)
    if config.site.style_page:
        yield style_files(theme.folder)
    if has_mermaid(portal):
        yield from mermaid_files(theme.folder, context.language)
