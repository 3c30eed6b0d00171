"""The gate for mkdocs.yml: what of it is used, decided by allow-lists; everything else becomes a diagnostic.

mkdocs.yml is data that somebody else wrote. It is read by our own YAML reader, whose tags construct nothing, and
written anew from plain values: keys, plugins, Markdown extensions and the options of each are looked up in the tables
below, in whichever form they stand (a list of names, a list of mappings, one mapping). MkDocs never sees the file.
Backstage's own lists are in its techdocs-node package; ours are shorter where something makes no difference here.
"""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import yaml
from pathspec.gitignore import GitIgnoreSpec
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from callboard.diagnostics import SourceLocation
from callboard.yamlsource import Keys, read_documents

MAX_NAV_ITEMS = 20_000
MAX_NAV_DEPTH = 20
MAX_TEXT = 10_000
MAX_OPTION_ITEMS = 500

CALLABLES: Mapping[str, tuple[str, str, frozenset[str]]] = MappingProxyType(
    {
        "materialx.emoji.twemoji": ("material.extensions.emoji", "twemoji", frozenset()),
        "materialx.emoji.to_svg": ("material.extensions.emoji", "to_svg", frozenset()),
        "material.extensions.emoji.twemoji": ("material.extensions.emoji", "twemoji", frozenset()),
        "material.extensions.emoji.to_svg": ("material.extensions.emoji", "to_svg", frozenset()),
        "pymdownx.emoji.emojione": ("pymdownx.emoji", "emojione", frozenset()),
        "pymdownx.emoji.gemoji": ("pymdownx.emoji", "gemoji", frozenset()),
        "pymdownx.emoji.twemoji": ("pymdownx.emoji", "twemoji", frozenset()),
        "pymdownx.emoji.to_svg": ("pymdownx.emoji", "to_svg", frozenset()),
        "pymdownx.emoji.to_alt": ("pymdownx.emoji", "to_alt", frozenset()),
        "pymdownx.slugs.slugify": ("pymdownx.slugs", "slugify", frozenset({"case", "percent_encode", "normalize"})),
        "pymdownx.slugs.uslugify": ("pymdownx.slugs", "slugify", frozenset({"case"})),
        "pymdownx.arithmatex.arithmatex_inline_format": ("pymdownx.arithmatex", "arithmatex_inline_format", frozenset({"mode"})),
        "pymdownx.superfences.fence_code_format": ("pymdownx.superfences", "fence_code_format", frozenset()),
        "pymdownx.superfences.fence_div_format": ("pymdownx.superfences", "fence_div_format", frozenset()),
    }
)
"""Functions that an option may name by a ``!!python/name:`` tag: module, name, and the arguments that may be given.
None of them looks at anything but the text that it is given."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something that is not used: its code, what it is, where it stands, what to do."""

    code: str
    message: str
    at: SourceLocation
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What is used of a mkdocs.yml: plain data, each part of it checked.

    *nav* is as MkDocs has it: lists, one-entry mappings and texts; None where the author leaves it to the folder.
    *options* are those of the extensions, functions as ``{"$callable": {"name", "arguments"}}``.
    """

    site_name: str
    docs_dir: str = "docs"
    nav: list[Any] | None = None
    exclude_docs: str = ""
    draft_docs: str = ""
    not_in_nav: str = ""
    use_directory_urls: bool = True
    use_pymdownx_blocks: bool = False
    annotate: bool = False
    """Whether every marker in a comment of code is one, as Material for MkDocs has it with ``content.code.annotate``."""
    extensions: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    redirects: tuple[tuple[str, str], ...] = ()
    ignored: tuple[Ignored, ...] = ()
    marks: Mapping[Keys, tuple[int, int]] = field(default_factory=dict, repr=False)
    nav_marks: Mapping[str, tuple[int, int]] = field(default_factory=dict, repr=False)
    """Where each target of nav is written."""
    path: str = ""

    def plain(self) -> dict[str, Any]:
        """What the worker is told."""
        return {
            "site_name": self.site_name,
            "nav": self.nav,
            "exclude_docs": self.exclude_docs,
            "draft_docs": self.draft_docs,
            "not_in_nav": self.not_in_nav,
            "use_directory_urls": self.use_directory_urls,
            "use_pymdownx_blocks": self.use_pymdownx_blocks,
            "extensions": list(self.extensions),
            "options": {name: dict(options) for name, options in self.options.items()},
        }


class ConfigError(Exception):
    """mkdocs.yml cannot be used at all."""

    def __init__(self, message: str, line: int = 0, column: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.hint = hint


# -- what may be written -----------------------------------------------------------------------------------------------


def _flag(value: Any) -> Any:
    """Markdown's own reading: many options are given as texts."""
    return value if isinstance(value, bool | int | float | str) and len(str(value)) <= MAX_TEXT else None


def _plain(value: Any) -> Any:
    """Texts, numbers, and lists and mappings of them."""
    return value if _is_plain(value, 3) else None


def _is_plain(value: Any, depth: int) -> bool:
    if isinstance(value, list):
        return depth > 0 and len(value) <= MAX_OPTION_ITEMS and all(_is_plain(item, depth - 1) for item in value)
    if isinstance(value, dict):
        ours = any(not isinstance(key, str) or key.startswith("$") for key in value)  # such as {"$callable": ...}
        return not ours and depth > 0 and len(value) <= MAX_OPTION_ITEMS and all(_is_plain(item, depth - 1) for item in value.values())
    return value is None or _flag(value) is not None


def _fences(value: Any) -> Any:
    """``custom_fences``: a name and a class each; what they become is always the text as code."""
    if not isinstance(value, list):
        return None
    fences = []
    for item in value[:MAX_OPTION_ITEMS]:
        if isinstance(item, dict) and isinstance(item.get("name"), str) and item["name"]:
            css = item.get("class") if isinstance(item.get("class"), str) else item["name"]
            form = {"$callable": {"name": "pymdownx.superfences.fence_code_format"}}
            fences.append({"name": item["name"], "class": css, "format": form})
    return fences


def _inlines(value: Any) -> Any:
    """``custom_inline``: names of what may stand in code for a formula; what they become is always that."""
    if not isinstance(value, list):
        return None
    form = {"$callable": {"name": "pymdownx.arithmatex.arithmatex_inline_format", "arguments": {"mode": "generic"}}}
    names = [item["name"] for item in value[:MAX_OPTION_ITEMS] if isinstance(item, dict) and isinstance(item.get("name"), str) and item.get("class") == "arithmatex"]
    return [{"name": name, "class": "arithmatex", "format": form} for name in names if name]


_CALLABLE = "callable"
Check = Callable[[Any], Any] | str


def _options(words: str, **special: Check) -> Mapping[str, Check]:
    return MappingProxyType({**dict.fromkeys(words.split(), _flag), **special})


_HIGHLIGHT = _options(
    "use_pygments guess_lang css_class pygments_style linenums linenums_special linenums_style linenums_class"
    " line_spans anchor_linenums line_anchors language_prefix code_attr_on_pre auto_title pygments_lang_class stripnl default_lang",
    auto_title_map=_plain,
    extend_pygments_lang=_plain,
)
_TOC = _options(
    "marker title title_class toc_class anchorlink anchorlink_class permalink permalink_class permalink_title permalink_leading"
    " baselevel separator toc_depth",
    slugify=_CALLABLE,
)
_SMART = _options("smart_enable")
_ATTR_LIST = _options("")
_FOOTNOTES = _options("PLACE_MARKER UNIQUE_IDS BACKLINK_TEXT SUPERSCRIPT_TEXT BACKLINK_TITLE SEPARATOR USE_DEFINITION_ORDER")
_TABLES = _options("use_align_attribute")
_SUPERFENCES = _options("disable_indented_code_blocks preserve_tabs relaxed_headers css_class", custom_fences=_fences)
_ABBR = _options("", glossary=_plain)
_EXTRA: Mapping[str, Mapping[str, Check]] = {
    "pymdownx.betterem": _SMART,
    "pymdownx.superfences": _SUPERFENCES,
    "pymdownx.extrarawhtml": _options(""),
    "footnotes": _FOOTNOTES,
    "markdown.extensions.footnotes": _FOOTNOTES,
    "attr_list": _ATTR_LIST,
    "markdown.extensions.attr_list": _ATTR_LIST,
    "def_list": _options(""),
    "markdown.extensions.def_list": _options(""),
    "tables": _TABLES,
    "markdown.extensions.tables": _TABLES,
    "abbr": _ABBR,
    "markdown.extensions.abbr": _ABBR,
    "md_in_html": _options(""),
    "markdown.extensions.md_in_html": _options(""),
    "fenced_code": _options("lang_prefix"),
}


def _nested(value: Any) -> Any:
    """Options of ``extra``: those of each extension that it brings, looked up in the same tables."""
    return value if isinstance(value, dict) else None


_MARKDOWN = {
    "abbr": _ABBR,
    "admonition": _options(""),
    "attr_list": _ATTR_LIST,
    "codehilite": _options("linenums guess_lang css_class pygments_style use_pygments lang_prefix"),
    "def_list": _options(""),
    "extra": _options(""),
    "fenced_code": _options("lang_prefix"),
    "footnotes": _FOOTNOTES,
    "legacy_attrs": _options(""),
    "legacy_em": _options(""),
    "md_in_html": _options(""),
    "meta": _options(""),
    "nl2br": _options(""),
    "sane_lists": _options(""),
    "smarty": _options("smart_quotes smart_angled_quotes smart_dashes smart_ellipses", substitutions=_plain),
    "tables": _TABLES,
    "toc": _TOC,
    "wikilinks": _options("base_url end_url html_class"),
}
EXTENSIONS: Mapping[str, Mapping[str, Check]] = MappingProxyType(
    {
        **_MARKDOWN,
        **{f"markdown.extensions.{name}": options for name, options in _MARKDOWN.items()},
        "mdx_truly_sane_lists": _options("nested_indent truly_sane"),
        "markdown_inline_graphviz": _options(""),
        "plantuml_markdown": _options(""),
        "pymdownx.arithmatex": _options(
            "smart_dollar generic preview block_tag inline_tag",
            block_syntax=_plain,
            inline_syntax=_plain,
            tex_block_wrap=_plain,
            tex_inline_wrap=_plain,
        ),
        "pymdownx.betterem": _SMART,
        "pymdownx.blocks.admonition": _options("", types=_plain),
        "pymdownx.blocks.caption": _options("auto auto_level prepend", types=_plain),
        "pymdownx.blocks.definition": _options(""),
        "pymdownx.blocks.details": _options("", types=_plain),
        "pymdownx.blocks.html": _options("", custom=_plain),
        "pymdownx.blocks.tab": _options("alternate_style combine_header_slug separator", slugify=_CALLABLE),
        "pymdownx.caret": _options("smart_insert insert superscript"),
        "pymdownx.critic": _options("mode"),
        "pymdownx.details": _options(""),
        "pymdownx.emoji": _options(
            "title alt remove_variation_selector strict", emoji_index=_CALLABLE, emoji_generator=_CALLABLE
        ),
        "pymdownx.escapeall": _options("hardbreak nbsp"),
        "pymdownx.extra": MappingProxyType(dict.fromkeys(_EXTRA, _nested)),
        "pymdownx.extrarawhtml": _options(""),
        "pymdownx.fancylists": _options("additional_ordered_styles inject_style inject_class"),
        "pymdownx.highlight": _HIGHLIGHT,
        "pymdownx.inlinehilite": _options("css_class style_plain_text", custom_inline=_inlines),
        "pymdownx.keys": _options("separator strict class camel_case", key_map=_plain),
        "pymdownx.magiclink": _options(
            "hide_protocol repo_url_shortener repo_url_shorthand social_url_shortener social_url_shorthand"
            " normalize_issue_symbols provider user repo",
            labels=_plain,
        ),
        "pymdownx.mark": _options("smart_mark"),
        "pymdownx.progressbar": _options("level_class progress_increment add_classes"),
        "pymdownx.quotes": _options("callouts"),
        "pymdownx.saneheaders": _options(""),
        "pymdownx.smartsymbols": _options(
            "trademark copyright registered care_of plusminus arrows notequal fractions ordinal_numbers"
        ),
        "pymdownx.snippets": _options(""),
        "pymdownx.superfences": _SUPERFENCES,
        "pymdownx.tabbed": _options("alternate_style combine_header_slug separator", slugify=_CALLABLE),
        "pymdownx.tasklist": _options("custom_checkbox clickable_checkbox"),
        "pymdownx.tilde": _options("smart_delete delete subscript"),
    }
)
"""Every Markdown extension that may be named, and its options. What is fixed by techdocs-core is fixed here, too."""

_FIXED = {
    ("pymdownx.snippets", None): "snippets come from inside the repository only",
    ("plantuml_markdown", None): "PlantUML is shown as code",
    ("pymdownx.highlight", "noclasses"): "code is coloured by style sheet",
}

_QUIET = frozenset(
    "site_url site_dir site_description site_author repo_url repo_name edit_uri edit_uri_template strict dev_addr watch"
    " remote_branch remote_name validation extra".split()
)
"""Keys that are passed over without a word: nobody who reads the portal could tell."""

_HINTS = {
    "hooks": "code of a repository is never run while docs are built",
    "INHERIT": "write the settings into this file",
    "theme": "the portal has one theme for every manual",
    "extra_css": "the portal has one theme for every manual",
    "extra_javascript": "pages of the portal run no scripts of a repository",
    "extra_templates": "write the page as Markdown",
    "copyright": "write it into a page",
    "google_analytics": "take it out",
    "markdown_extensions": "write a list of names",
}

_QUIET_PLUGINS = frozenset({"search", "material/search", "techdocs-core", "monorepo"})


# -- reading ------------------------------------------------------------------------------------------------------------


def generated(title: str) -> Settings:
    """What stands for a mkdocs.yml where there is none (backstage.md 1.8)."""
    return Settings(site_name=title)


def read_settings(text: str, *, repo: str, path: str, title: str) -> Settings:
    """What is used of the mkdocs.yml *text*; *title* is the name of a manual that gives itself none.

    Raises ConfigError where the file is not YAML or not a mapping.
    """
    documents = read_documents(text)
    for document in documents:
        if document.errors:
            error = document.errors[0]
            raise ConfigError(f"{path} is not valid YAML: {error.message}", error.line, error.column, error.hint)
    if not documents or documents[0].value is None:
        return Settings(site_name=title, path=path)
    value = documents[0].value
    if not isinstance(value, dict):
        raise ConfigError(f"{path} is not a mapping of settings", 1, 1, "write site_name: and the rest as key: value")
    return _Reader(value, documents[0].marks, _tags(text), repo, path).settings(title)


def _tags(text: str) -> Mapping[Keys, str]:
    """The tag of everything that has one of its own. libyaml's events are read once more, because values carry no tags."""
    if "!" not in text:
        return {}
    found: dict[Keys, str] = {}
    with contextlib.suppress(yaml.YAMLError, RecursionError, ValueError):
        _collect_tags(CParser(text), found)
    return found


def _collect_tags(parser: CParser, found: dict[Keys, str]) -> None:
    for kind in (yaml.StreamStartEvent, yaml.DocumentStartEvent):
        if not isinstance(parser.get_event(), kind):
            return
    _walk_tags(parser, parser.get_event(), (), found, 0)


def _walk_tags(parser: CParser, event: Any, path: Keys, found: dict[Keys, str], depth: int) -> None:
    if getattr(event, "tag", None):
        found[path] = event.tag
    if depth > 200:
        raise ValueError("too deep")
    if isinstance(event, yaml.MappingStartEvent):
        while not isinstance(key := parser.get_event(), yaml.MappingEndEvent):
            name = key.value if isinstance(key, yaml.ScalarEvent) else "?"
            if not isinstance(key, yaml.ScalarEvent | yaml.AliasEvent):
                _walk_tags(parser, key, (*path, "?"), found, depth + 1)
            _walk_tags(parser, parser.get_event(), (*path, name), found, depth + 1)
    elif isinstance(event, yaml.SequenceStartEvent):
        number = 0
        while not isinstance(item := parser.get_event(), yaml.SequenceEndEvent):
            _walk_tags(parser, item, (*path, number), found, depth + 1)
            number += 1


_PYTHON_NAME = "tag:yaml.org,2002:python/name:"
_PYTHON_APPLY = "tag:yaml.org,2002:python/object/apply:"
_CORE_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in "str int float bool null map seq".split())
_UNSET = object()


class _Reader:
    """Reads one file, once. Whatever it passes over is noted with its place."""

    def __init__(self, value: Mapping[str, Any], marks: Mapping[Keys, tuple[int, int]], tags: Mapping[Keys, str], repo: str, path: str):
        self.value = value
        self.marks = marks
        self.tags = {keys: tag for keys, tag in tags.items() if tag not in _CORE_TAGS and tag != "!"}
        self.repo = repo
        self.path = path
        self.ignored: list[Ignored] = []
        self.nav_marks: dict[str, tuple[int, int]] = {}

    def settings(self, title: str) -> Settings:
        for key in self.value:
            if key not in _READ and key not in _QUIET:
                self._drop((key,), f"{key} is not used", _HINTS.get(key, ""))
        extensions, options = self._extensions()
        blocks, redirects = self._plugins()
        return Settings(
            site_name=self._text("site_name") or title,
            docs_dir=self._text("docs_dir") or "docs",
            nav=self._nav_root(),
            exclude_docs=self._patterns("exclude_docs"),
            draft_docs=self._patterns("draft_docs"),
            not_in_nav=self._patterns("not_in_nav"),
            use_directory_urls=self._get(("use_directory_urls",), self.value.get("use_directory_urls")) is not False,
            use_pymdownx_blocks=blocks,
            annotate=self._annotate(),
            extensions=extensions,
            options=options,
            redirects=redirects,
            ignored=tuple(self.ignored),
            marks=self.marks,
            nav_marks=self.nav_marks,
            path=self.path,
        )

    def _annotate(self) -> bool:
        """The one feature of Material's theme that says what an author's text means."""
        theme = self.value.get("theme")
        features = theme.get("features") if isinstance(theme, dict) else None
        return isinstance(features, list) and "content.code.annotate" in features

    def _drop(self, keys: Keys, message: str, hint: str = "", code: str = "docs-config-ignored") -> None:
        place = keys
        while place and place not in self.marks:
            place = place[:-1]
        self.ignored.append(Ignored(code, message, SourceLocation(self.repo, self.path, *self.marks.get(place, (0, 0))), hint))

    def _tagged(self, keys: Keys) -> bool:
        return any(keys[:length] in self.tags for length in range(len(keys) + 1))

    def _get(self, keys: Keys, value: Any) -> Any:
        """*value*, or None where a tag asks for more than plain data."""
        if value is not None and self._tagged(keys):
            self._drop(keys, f"{_name(keys)} has a tag, so it counts as not set", "write the value itself")
            return None
        return value

    def _text(self, key: str) -> str:
        value = self._get((key,), self.value.get(key))
        if value is None:
            return ""
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            self._drop((key,), f"{key} is {_kind(value)}, not a text", f"write {key}: and a text")
            return ""
        return str(value)[:MAX_TEXT]

    def _patterns(self, key: str) -> str:
        """Patterns as in a .gitignore, those apart that are none."""
        kept = []
        for line in self._text(key).splitlines():
            try:
                GitIgnoreSpec.from_lines([line])
            except (ValueError, re.error):
                self._drop((key,), f"{line[:100]} in {key} is not a pattern", "write patterns as in .gitignore")
            else:
                kept.append(line)
        return "\n".join(kept)

    # nav

    def _nav_root(self) -> list[Any] | None:
        value = self._get(("nav",), self.value.get("nav")) if ("nav",) in self.tags else self.value.get("nav")
        if value is None or value == []:
            return None
        if isinstance(value, dict):
            value = [{key: item} for key, item in value.items()]
            keys: list[Keys] = [("nav",)] * len(value)
        elif isinstance(value, list):
            keys = [("nav", number) for number in range(len(value))]
        else:
            self._drop(("nav",), f"nav is {_kind(value)}, not a list", "write each page as - Title: page.md")
            return None
        self.nav_left = MAX_NAV_ITEMS
        return [item for at, entry in zip(keys, value, strict=True) for item in self._nav_item(at, entry, 0)]

    def _nav_item(self, keys: Keys, value: Any, depth: int) -> list[Any]:
        self.nav_left -= 1
        if depth > MAX_NAV_DEPTH or self.nav_left < 0:
            if self.nav_left in (-1, 0):
                self._drop(keys, "nav is deeper or longer than can be shown", "write fewer entries")
            return []
        if isinstance(value, str):
            return [self._nav_target(keys, value)] if value else []
        if isinstance(value, dict):
            found: list[Any] = []
            for key, inner in value.items():
                found += self._nav_entry((*keys, key), key, inner, depth)
            return found
        self._drop(keys, f"an entry of nav is {_kind(value)}", "write - Title: page.md")
        return []

    def _nav_entry(self, keys: Keys, title: str, inner: Any, depth: int) -> list[Any]:
        if isinstance(inner, str) and inner:
            return [{title: self._nav_target(keys, inner)}]
        if isinstance(inner, list):
            children = [item for number, entry in enumerate(inner) for item in self._nav_item((*keys, number), entry, depth + 1)]
            return [{title: children}] if children else []
        if isinstance(inner, dict):
            children = [item for key, entry in inner.items() for item in self._nav_entry((*keys, key), key, entry, depth + 1)]
            return [{title: children}] if children else []
        self._drop(keys, f"{title} in nav leads nowhere", "write - Title: page.md")
        return []

    def _nav_target(self, keys: Keys, value: str) -> str:
        """An unquoted ``!include`` is a tag to YAML and means the same to its author."""
        tag = self.tags.get(keys, "")
        target = f"{tag} {value}" if tag in {"!include", "*include"} else value
        self.nav_marks.setdefault(target, self.marks.get(keys, (0, 0)))
        return target

    # plugins

    def _plugins(self) -> tuple[bool, tuple[tuple[str, str], ...]]:
        blocks = False
        redirects: tuple[tuple[str, str], ...] = ()
        for keys, name, options in self._named("plugins", ("plugins",), self.value.get("plugins")):
            name, nested = name.removeprefix("material/") if name == "material/group" else name, None
            if name == "group":
                nested = options.get("plugins") if isinstance(options, dict) and options.get("enabled") else None
                for inner_keys, inner, inner_options in self._named("plugins", (*keys, "plugins"), nested):
                    blocks, redirects = self._plugin(inner_keys, inner, inner_options, blocks, redirects)
            else:
                blocks, redirects = self._plugin(keys, name, options, blocks, redirects)
        return blocks, redirects

    def _plugin(
        self, keys: Keys, name: str, options: Any, blocks: bool, redirects: tuple[tuple[str, str], ...]
    ) -> tuple[bool, tuple[tuple[str, str], ...]]:
        if name == "techdocs-core" and isinstance(options, dict):
            return options.get("use_pymdownx_blocks") is True, redirects
        if name == "redirects":
            return blocks, redirects + self._redirects(keys, options)
        if name not in _QUIET_PLUGINS:
            self._drop(keys, f"the plugin {name} is not used", _PLUGIN_HINTS.get(name) or _meant(name, (*_QUIET_PLUGINS, "redirects")), "docs-plugin-ignored")
        return blocks, redirects

    def _redirects(self, keys: Keys, options: Any) -> tuple[tuple[str, str], ...]:
        maps = options.get("redirect_maps") if isinstance(options, dict) else None
        found = []
        for old, new in maps.items() if isinstance(maps, dict) else ():
            if isinstance(new, str) and "://" not in new and not new.startswith(("/", "\\")):
                found.append((old, new))
            else:
                self._drop((*keys, "redirect_maps", old), f"{old} redirects out of the manual", "redirect to one of its pages")
        return tuple(found)

    def _named(self, what: str, keys: Keys, value: Any) -> list[tuple[Keys, str, Any]]:
        """Names with their options, from any of the forms that MkDocs takes."""
        if value is None:
            return []
        if isinstance(value, dict):
            return [((*keys, name), name, self._get((*keys, name), options)) for name, options in value.items()]
        if not isinstance(value, list):
            self._drop(keys, f"{what} is {_kind(value)}, not a list", f"write {what}: and - name below it")
            return []
        found: list[tuple[Keys, str, Any]] = []
        for number, item in enumerate(value):
            here = (*keys, number)
            if here in self.tags:
                self._drop(here, f"an entry of {what} has a tag", "write the name itself")
            elif isinstance(item, str):
                found.append((here, item, None))
            elif isinstance(item, dict):
                found += [((*here, name), name, options) for name, options in item.items()]
            else:
                self._drop(here, f"an entry of {what} is {_kind(item)}", "write a name")
        return found

    # Markdown extensions

    def _extensions(self) -> tuple[tuple[str, ...], dict[str, dict[str, Any]]]:
        names: list[str] = []
        options: dict[str, dict[str, Any]] = {}
        for keys, name, written in self._named("markdown_extensions", ("markdown_extensions",), self.value.get("markdown_extensions")):
            table = EXTENSIONS.get(name)
            if table is None:
                hint = _EXTENSION_HINTS.get(name) or _meant(name, EXTENSIONS)
                self._drop(keys, f"the Markdown extension {name} is not used", hint, "docs-plugin-ignored")
                continue
            names.append(name)
            if kept := self._extension_options(keys, name, table, written):
                options[name] = kept
        return tuple(dict.fromkeys(names)), options

    def _extension_options(self, keys: Keys, name: str, table: Mapping[str, Check], written: Any) -> dict[str, Any]:
        if written is None or written == "":
            return {}
        if not isinstance(written, dict):
            self._drop(keys, f"the options of {name} are {_kind(written)}, not a mapping", "indent them below the name")
            return {}
        kept = {}
        for option, value in written.items():
            checked = self._option((*keys, option), name, option, table.get(option), value)
            if checked is not _UNSET:
                kept[option] = checked
        return kept

    def _option(self, keys: Keys, name: str, option: str, check: Check | None, value: Any) -> Any:
        if check is None:
            reason = _FIXED.get((name, option)) or _FIXED.get((name, None)) or _meant(option, EXTENSIONS.get(name) or ())
            self._drop(keys, f"the option {option} of {name} is not used", reason, "docs-plugin-ignored")
            return _UNSET
        if check is _nested:
            return self._extension_options(keys, option, _EXTRA[option], value)
        if isinstance(check, str):
            return self._function(keys, name, option, value)
        if any(tagged[: len(keys)] == keys for tagged in self.tags) and check not in (_fences, _inlines):
            self._drop(keys, f"the option {option} of {name} has a tag", "write the value itself", "docs-plugin-ignored")
            return _UNSET
        checked = check(value)
        if checked is None:
            self._drop(keys, f"the option {option} of {name} is {_kind(value)}", "write a plain value", "docs-plugin-ignored")
            return _UNSET
        return checked

    def _function(self, keys: Keys, name: str, option: str, value: Any) -> Any:
        tag = self.tags.get(keys, "")
        arguments: dict[str, Any] = {}
        if tag.startswith(_PYTHON_APPLY):
            function = tag.removeprefix(_PYTHON_APPLY)
            given = value.get("kwds") if isinstance(value, dict) else None
            arguments = {key: item for key, item in (given or {}).items() if isinstance(item, str | bool)} if isinstance(given, dict) else {}
        else:
            function = tag.removeprefix(_PYTHON_NAME)
        if function in CALLABLES and function.startswith(_FUNCTIONS[option]):
            return {"$callable": {"name": function, "arguments": arguments}}
        self._drop(keys, f"the option {option} of {name} is not used", f"name one of {_known(option)}", "docs-plugin-ignored")
        return _UNSET


_FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "slugify": ("pymdownx.slugs.",),
    "emoji_index": (
        "materialx.emoji.twemoji",
        "material.extensions.emoji.twemoji",
        "pymdownx.emoji.emojione",
        "pymdownx.emoji.gemoji",
        "pymdownx.emoji.twemoji",
    ),
    "emoji_generator": (
        "materialx.emoji.to_svg",
        "material.extensions.emoji.to_svg",
        "pymdownx.emoji.to_svg",
        "pymdownx.emoji.to_alt",
    ),
}


def _known(option: str) -> str:
    return ", ".join(sorted(name for name in CALLABLES if name.startswith(_FUNCTIONS[option])))


_READ = frozenset("site_name docs_dir nav exclude_docs draft_docs not_in_nav use_directory_urls plugins markdown_extensions".split())

_PLUGIN_HINTS = {
    "mermaid2": "write diagrams in ```mermaid fences",
    "git-revision-date-localized": "the portal shows when a page was last changed by itself",
    "git-revision-date": "the portal shows when a page was last changed by itself",
    "git-authors": "the portal shows who changed a page last by itself",
    "awesome-pages": "write nav in mkdocs.yml",
    "awesome-nav": "write nav in mkdocs.yml",
    "literate-nav": "write nav in mkdocs.yml",
    "macros": "write the text itself; no code of a repository is run",
    "include-markdown": 'include a file by a line --8<-- "file.md"',
}
_EXTENSION_HINTS = {
    "mkdocs_graphviz": "write diagrams as {% dot name.svg ... %}",
    "markdown_include.include": 'include a file by a line --8<-- "file.md"',
    "pymdownx.b64": "link the pictures",
}


def _meant(name: str, known: Iterable[str]) -> str:
    """A hint for a *name* that is none of those that are *known*."""
    near = difflib.get_close_matches(name[:60], sorted(known), 1, 0.8)
    return f"did you mean {near[0]}?" if near else "delete it: the manual is built without it"


def _name(keys: Sequence[str | int]) -> str:
    return ".".join(str(key) for key in keys)


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    names = {dict: "a mapping", list: "a list", bool: "true or false", str: "a text", int: "a number", float: "a number"}
    return names.get(type(value), "something else")
