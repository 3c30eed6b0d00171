"""Markdown to article HTML with MkDocs' own objects and techdocs-core's own extension set. Runs in the worker only.

Nothing is written and no theme is involved: a job comes in as plain data, pages go out as plain data. The
configuration was made by callboard.docs.gate; MkDocs' loader never sees what a repository wrote.
"""

from __future__ import annotations

import bisect
import contextlib
import html
import importlib
import logging
import re
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import markdown
import pathspec
import techdocs_core.core
from admonitions.admonition import AdmonitionConverter
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import PluginCollection
from mkdocs.structure.files import File, Files, set_exclusions
from mkdocs.structure.nav import Link, Navigation, Section, get_navigation
from mkdocs.structure.pages import Page
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound
from pymdownx.arithmatex import arithmatex_inline_format
from pymdownx.superfences import fence_code_format

from callboard.docs.gate import CALLABLES

SITE = "/nowhere"
"""Stands where MkDocs wants the folder that it would write to."""


class PageTimeoutError(Exception):
    """One page took longer than its share."""


def prepare_language(name: str) -> None:
    """Load the lexer of *name* and make its tables, which it does on its first use."""
    with contextlib.suppress(ClassNotFound):
        for _ in get_lexer_by_name(name).get_tokens("x"):
            pass


def base_config() -> MkDocsConfig:
    """MkDocs' defaults, validated once. What a manual sets is put in by :func:`configure`."""
    config = MkDocsConfig(config_file_path="mkdocs.yml")
    config.load_dict({"site_name": "", "docs_dir": ".", "theme": {"name": None}, "plugins": []})
    config["plugins"] = PluginCollection()
    for name, option in type(config)._schema:
        if name in {"validation", "extra", "use_directory_urls", "site_url", "repo_url", "edit_uri", "edit_uri_template"}:
            option.pre_validation(config, name)
            config[name] = option.validate(config[name])
    for checks in (config.validation.links, config.validation.nav):
        for name in checks:
            checks[name] = logging.DEBUG  # broken links are found when the article is adopted, with their line
    return config


def configure(config: MkDocsConfig, settings: Mapping[str, Any]) -> None:
    """Put *settings*, as the gate wrote them, into *config*, and have techdocs-core add what it forces."""
    config["site_name"] = settings["site_name"]
    config["nav"] = settings["nav"]
    config["use_directory_urls"] = settings["use_directory_urls"]
    for key in ("exclude_docs", "not_in_nav"):
        lines = settings[key]
        config[key] = pathspec.gitignore.GitIgnoreSpec.from_lines(lines.splitlines()) if lines else None
    options = {name: _revive(value) for name, value in settings["options"].items()}
    plain: dict[str, Any] = {
        "site_name": settings["site_name"],
        "site_description": "",
        "markdown_extensions": ["toc", "tables", "fenced_code", *settings["extensions"]],
        "mdx_configs": options,
        "theme": _Theme(),
        "plugins": {"techdocs-core": None},
    }
    plain["markdown_extensions"] = list(dict.fromkeys(plain["markdown_extensions"]))
    core = techdocs_core.core.TechDocsCore()
    core.load_config({"use_pymdownx_blocks": settings["use_pymdownx_blocks"]})
    core.on_config(_Settings(plain))
    _keep_diagrams(options)
    _mark_formulas(options, plain["markdown_extensions"])
    extensions = [_STAND_INS.get(name, name) for name in plain["markdown_extensions"]]
    config["markdown_extensions"] = extensions
    config["mdx_configs"] = {name: value for name, value in options.items() if name not in _STAND_INS}


def _keep_diagrams(options: dict[str, Any]) -> None:
    """Have fences of diagrams keep their name: highlighting knows no such languages and would call them text."""
    fences = options.setdefault("pymdownx.extra", {}).setdefault("pymdownx.superfences", {}).setdefault("custom_fences", [])
    for name in ("mermaid", "plantuml", "math"):
        if not any(fence.get("name") == name for fence in fences):
            fences.append({"name": name, "class": name, "format": fence_code_format})


def _mark_formulas(options: dict[str, Any], extensions: Sequence[str]) -> None:
    """Have formulas marked in one form, whichever their author chose for the scripts that do not run here; also in code."""
    inline = options.setdefault("pymdownx.inlinehilite", {}).setdefault("custom_inline", [])
    if not any(item.get("name") == "math" for item in inline):
        inline.append({"name": "math", "class": "arithmatex", "format": arithmatex_inline_format(mode="generic")})
    if _ARITHMATEX in extensions:
        kept = {name: value for name, value in options.get(_ARITHMATEX, {}).items() if name in {"smart_dollar", "block_syntax", "inline_syntax"}}
        options[_ARITHMATEX] = {**kept, "generic": True}


_ARITHMATEX = "pymdownx.arithmatex"


class _Settings(dict[str, Any]):
    """As much of MkDocs' configuration as techdocs-core reads and writes."""

    __getattr__ = dict.__getitem__


class _Theme(dict[str, Any]):
    """As much of a theme as techdocs-core touches; nothing is rendered with it."""

    name = "material"

    def __init__(self) -> None:
        super().__init__()
        self.static_templates: set[str] = set()
        self.dirs: list[str] = []


def _revive(value: Any) -> Any:
    """*value* with the names of allowed functions replaced by the functions."""
    if isinstance(value, dict):
        if set(value) == {"$callable"}:
            return _callable(value["$callable"])
        return {key: _revive(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_revive(item) for item in value]
    return value


def _callable(written: Mapping[str, Any]) -> Any:
    module, name, arguments = CALLABLES[written["name"]]
    function = getattr(importlib.import_module(module), name)
    return function(**{key: value for key, value in written.get("arguments", {}).items() if key in arguments}) if arguments else function


# -- diagrams: the extensions that would start programs are replaced ---------------------------------------------------

_DOT = re.compile(r"^(?:{%[ ]* (?P<a>\w+)\s+\S+\s*\n(?P<x>.*?)%}|```graphviz[ ]* (?P<b>\w+)\s+\S+\s*\n(?P<y>.*?)```)\s*$", re.M | re.S)
_DOT_FENCE = re.compile(r"```graphviz[ ]* \w+\s+\S+\s*$")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")
_UML = re.compile(r"^(?P<indent>[ ]*)::uml::[^\n]*\n(?P<code>.*?)(?<=\n)(?P=indent)::end-uml::[ ]*$", re.M | re.S)
_UML_FENCE = re.compile(r"^(?P<fence>[ ]*(?:`{3}|~{3}))[ ]*\{?\.?(?:(?:c4)?plant)?uml\b[^\n`]*$", re.M)
_ENGINES = frozenset({"dot", "neato", "fdp", "sfdp", "twopi", "circo"})


_SVG = re.compile(r"^ {0,3}<svg[\s>]", re.M)


class _Graphviz(Preprocessor):  # type: ignore[misc]
    """Leaves a diagram's source, marked with its engine; adopt draws or shows it. In a fence it is an example of one."""

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if "<svg" in text and "</svg>" in text:
            lines = "".join(_with_blocks(text, list(_fences(lines)))).split("\n")
            text = "\n".join(lines)
        if "{%" not in text and "```graphviz" not in text:
            return lines
        fences = list(_fences(lines))

        def keep(match: re.Match[str]) -> str:
            before = bisect.bisect_right(fences, (match.start(), len(text))) - 1
            return match[0] if before >= 0 and match.start() < fences[before][1] else self._keep(match)

        return _DOT.sub(keep, text).split("\n")

    def _keep(self, match: re.Match[str]) -> str:
        engine = match["a"] or match["b"]
        if engine not in _ENGINES:
            return match[0]
        source = _escape(match["x"] or match["y"] or "")
        text = f'<pre class="graphviz-source" data-engine="{engine}"><code>{source}</code></pre>'
        return f"\n{self.md.htmlStash.store(text)}\n"


def _with_blocks(text: str, fences: Sequence[tuple[int, int]]) -> Iterator[str]:
    """*text* with drawings that have lines of their own in blocks, as the extension that is replaced here has them.

    Else what stands behind an empty line in one were no part of it. Those in *fences* are examples.
    """
    at = seen = 0
    for match in _SVG.finditer(text):
        start = match.start()
        before = bisect.bisect_right(fences, (start, len(text))) - 1
        if start < seen or (before >= 0 and start < fences[before][1]):
            continue
        end = text.find("</svg>", start) + len("</svg>")
        if end < start:
            break
        seen, line_end = end, text.find("\n", end)
        if not text[end : line_end if line_end >= 0 else len(text)].strip():
            yield f"{text[at:start]}<div>{text[start:end].lstrip()}</div>"
            at = end
    yield text[at:]


def _fences(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the fences of *lines* begin and end, those that are diagrams themselves apart."""
    at, start, fence = 0, 0, ""
    for line in lines:
        bare = line.strip(" >\t")
        if fence:
            if bare.startswith(fence) and not bare.strip(fence[0]):
                if start >= 0:
                    yield start, at + len(line)
                fence = ""
        elif match := _FENCE.match(bare):
            start, fence = (-1 if _DOT_FENCE.match(line) else at), match[0]
        at += len(line) + 1


class _PlantUml(Preprocessor):  # type: ignore[misc]
    """Makes ``::uml::`` and fences with the options of a picture plain fences, which are shown as code."""

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        if "uml" not in text:
            return lines
        text = _UML.sub(lambda m: f"{m['indent']}```plantuml\n{m['code']}{m['indent']}```", text)
        return _UML_FENCE.sub(lambda m: f"{m['fence']}plantuml", text).split("\n")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _GraphvizExtension(Extension):  # type: ignore[misc]
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - Markdown calls it so
        md.preprocessors.register(_Graphviz(md), "graphviz_block", 28)  # after what takes the marks of stored HTML out


class _PlantUmlExtension(Extension):  # type: ignore[misc]
    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - Markdown calls it so
        md.preprocessors.register(_PlantUml(md), "plantuml", 100)


_STAND_INS: Mapping[str, Extension] = {
    "markdown_inline_graphviz": _GraphvizExtension(),
    "plantuml_markdown": _PlantUmlExtension(),
}


# -- pages -------------------------------------------------------------------------------------------------------------


def render(config: MkDocsConfig, job: Mapping[str, Any], write: Callable[[Mapping[str, Any]], None]) -> None:
    """Render every page of *job*; *write* gets one record each, and the navigation last.

    A page that raises or takes too long is a record with an error; the others are unharmed.
    """
    configure(config, job["settings"])
    texts = dict(job["pages"])
    files = Files([])
    for uri in sorted([*texts, *job["assets"]], key=_walk_order):
        file = File(uri, None, SITE, config.use_directory_urls)
        file.abs_src_path = None
        if uri in texts:
            file._content = texts[uri]
        files.append(file)
    set_exclusions(files, config)
    navigation = get_navigation(files, config)
    converter = AdmonitionConverter()
    for file in files.documentation_pages():
        page = file.page if file.page is not None else Page(None, file, config)
        assert isinstance(page, Page)
        try:
            with _bounded(job["page_seconds"]):
                _populate(page, config, files, converter)
        except (Exception, RecursionError, MemoryError) as error:
            write({"uri": file.src_uri, "error": f"{type(error).__name__}: {error}"[:500]})
        else:
            description = page.meta.get("description", "")
            write(
                {
                    "uri": file.src_uri,
                    "title": _title(page, config),
                    "html": page.content,
                    "description": description if isinstance(description, str) else "",
                }
            )
    write({"nav": list(_nav(navigation, config))})


def _walk_order(uri: str) -> tuple[Any, ...]:
    """The order in which MkDocs finds files: a folder's own before those below it, index pages first."""
    *folders, name = uri.split("/")
    stem = name.rsplit(".", 1)[0]
    return (folders, stem not in {"index", "README"}, name)


def _populate(page: Page, config: MkDocsConfig, files: Files, converter: AdmonitionConverter) -> None:
    config._current_page = page
    page.read_source(config)
    assert page.markdown is not None
    page.markdown = converter.on_page_markdown(page.markdown, page=page, config=config, files=files)
    page.render(config, files)


@contextlib.contextmanager
def _bounded(seconds: float) -> Iterator[None]:
    def end(number: int, frame: object) -> None:
        raise PageTimeoutError(f"took longer than {seconds:g} s")

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _nav(items: Navigation | Sequence[Any], config: MkDocsConfig) -> Iterator[dict[str, Any]]:
    for item in items:
        if isinstance(item, Section):
            yield {"title": _bare(str(item.title)), "children": list(_nav(item.children, config))}
        elif isinstance(item, Link):
            yield {"title": _bare(str(item.title or "")), "url": str(item.url)}
        elif isinstance(item, Page):
            yield {"title": _title(item, config), "page": item.file.src_uri}


_FORMULA = re.compile(r"\\\((.+?)\\\)")


def _title(page: Page, config: MkDocsConfig) -> str:
    """The title of *page* as text. Taken from a heading it is escaped text; from nav or front matter it may be HTML."""
    if page.title is page._title_from_render:
        title = html.unescape(page._title_from_render or "")
        return _FORMULA.sub(r"\1", title) if _ARITHMATEX in config["markdown_extensions"] else title
    return _bare(str(page.title or ""))


_PHRASE = re.compile(r"</?(?:a|abbr|b|br|code|em|i|img|kbd|mark|q|s|small|span|strong|sub|sup|svg|u|wbr)(?:\s[^<>]*|/)?>", re.I)


def _bare(title: str) -> str:
    """A *title* of nav or front matter as text: MkDocs' themes read it as HTML, so authors put icons and entities there."""
    return " ".join(html.unescape(_PHRASE.sub("", title)).split()) or title
