"""What a reader gets of an article, so that ours can be held against the one of ``mkdocs build`` with techdocs-core."""

from __future__ import annotations

import os
import posixpath
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
import yaml

from callboard.docs import snippets
from callboard.docs.gate import CALLABLES
from callboard.docs.plan import Plan, read_text, site_url

ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "NO_MKDOCS_2_WARNING": "1"}
EMOJI = ("emojione", "gemoji", "twemoji", "cb-emoji")

ALLOWED_DIFFERENCES = {
    "headerlink": "permalinks have another mark and a label",
    "emoji": "an emoji is its character, the picture would come from another origin",
    "foreign picture": "a picture of another origin is a link with its alternative text",
    "missing picture": "a picture that is not there is its alternative text",
    "frame": "what is framed becomes a link",
    "diagram": "mermaid, PlantUML and Graphviz are shown as code that keeps its language",
    "sanitised": "elements that are not HTML's go, their text stays",
    "broken link": "a link that leads nowhere is text",
    "anchor of GitHub": "a link by the id that GitHub gives a heading leads there; on MkDocs' page it leads nowhere",
    "checkbox": "check boxes have a label",
    "first heading": "the theme writes the title where an article has no h1; so do our pages",
}


@dataclass(frozen=True)
class Article:
    """The text as words, headings with ids, and what is in code, tables, links and pictures."""

    words: tuple[str, ...]
    headings: tuple[tuple[str, str, str], ...]
    code: tuple[str, ...]
    cells: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    pictures: tuple[str, ...]


def reference(plan: Plan, folder: Path) -> Mapping[str, str] | str:
    """HTML of each page of *plan* as MkDocs builds it from our settings; its complaint where it does not."""
    source = folder / "source"
    docs = source / "docs_of_manual"
    for page in plan.pages:
        _write(docs / page.uri, read_text(plan.checkout, page.path, 1 << 24).encode())
    for file in plan.files:
        _write(docs / file.uri, plan.checkout.read(file.path, limit=1 << 26))
    names = snippets.needed(plan, lambda uri: read_text(plan.checkout, next(p.path for p in plan.pages if p.uri == uri), 1 << 24), frozenset())
    for name, text in snippets.texts(plan, names).items():
        _write(source / name, text.encode())
    (source / "mkdocs.yml").write_text(_config(plan), "utf-8")
    site = folder / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(site)]
    done = subprocess.run(command, cwd=source, env=ENVIRONMENT, capture_output=True, timeout=300, check=False)
    if done.returncode:
        return done.stderr.decode(errors="replace")[-300:]
    found = {}
    for uri in plan.page_paths:
        url = site_url(uri, plan.settings.use_directory_urls)
        path = site / (posixpath.join(url, "index.html") if plan.settings.use_directory_urls else url)
        if path.is_file():
            found[uri] = path.read_text("utf-8")
    return found


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


class _Name(str):
    """A function's name, to be written as a tag."""


@dataclass(frozen=True)
class _Call:
    """A call of a function, to be written as a tag."""

    function: str
    arguments: Mapping[str, Any]


def _config(plan: Plan) -> str:
    plain = plan.settings.plain()
    config: dict[str, Any] = {"site_name": plain["site_name"] or "x", "docs_dir": "docs_of_manual", "use_directory_urls": plain["use_directory_urls"]}
    for key in ("nav", "exclude_docs", "not_in_nav"):
        if plain[key]:
            config[key] = plain[key]
    config["plugins"] = [{"techdocs-core": {"use_pymdownx_blocks": plain["use_pymdownx_blocks"]}}]
    config["markdown_extensions"] = [{name: _named(plain["options"][name])} if name in plain["options"] else name for name in plain["extensions"]]
    dumper = type("Dumper", (yaml.SafeDumper,), {})
    dumper.add_representer(_Name, lambda d, v: d.represent_scalar(f"tag:yaml.org,2002:python/name:{v}", ""))
    dumper.add_representer(
        _Call, lambda d, v: d.represent_mapping(f"tag:yaml.org,2002:python/object/apply:{v.function}", {"kwds": dict(v.arguments)})
    )
    return yaml.dump(config, Dumper=dumper, sort_keys=False, allow_unicode=True)


def _named(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"$callable"}:
            module, name, arguments = CALLABLES[value["$callable"]["name"]]
            full = f"{module}.{name}"
            return _Call(full, value["$callable"]["arguments"]) if arguments else _Name(full)
        return {key: _named(item) for key, item in value.items()}
    return [_named(item) for item in value] if isinstance(value, list) else value


def theirs(html: str, plan: Plan, uri: str) -> Article:
    """The article of a page that MkDocs built."""
    start = html.index("<article")
    body = html[html.index(">", start) + 1 : html.rindex("</article>")]
    return _read(body, plan, uri, {site_url(other, plan.settings.use_directory_urls): other for other in plan.page_paths})


def ours(html: str, plan: Plan, uri: str, places: Mapping[str, str]) -> Article:
    """The article of ours; *places* are uris by the place of their page."""
    return _read(html, plan, uri, places)


def _read(html: str, plan: Plan, uri: str, places: Mapping[str, str]) -> Article:
    root = lxml.html.fragment_fromstring(f"<div>{html}</div>")
    for element in list(root.iter("a", "nav", "aside", "form", "script", "style", "template")):
        classes = element.get("class") or ""
        if "headerlink" in classes or "md-content__button" in classes or (element.tag != "a" and "md-" in classes) or element.tag in {"script", "style", "template"}:
            element.drop_tree()
    for element in list(root.iter("iframe")):
        link = lxml.html.fragment_fromstring("<span></span>")
        link.text, link.tail = element.get("src"), element.tail
        element.getparent().replace(element, link)
    for element in list(root.iter("img", "span")):
        classes = (element.get("class") or "").split()
        source = element.get("src") or ""
        if any(name in EMOJI for name in classes):
            _as_text(element, element.text_content() or (element.get("alt") or ""))
        elif element.tag == "img" and urlsplit(source).scheme in {"http", "https"}:
            _as_text(element, element.get("alt") or posixpath.basename(source.rstrip("/")))
    for element in list(root.iter("a")):
        if element.get("class") == "cb-foreign-image":
            _as_text(element, element.text_content())
    headings = [e for e in root.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    return Article(
        words=tuple(root.text_content().split()),
        headings=tuple((e.tag, e.get("id") or "", " ".join(e.text_content().split())) for e in headings),
        code=tuple(e.text_content().strip() for e in root.iter("pre") if "linenodiv" not in (e.getparent().get("class") or "")),
        cells=tuple(" ".join(e.text_content().split()) for e in root.iter("td", "th")),
        links=tuple(link for e in root.iter("a") if e.get("href") and (link := _target(e, plan, uri, places))),
        pictures=tuple(_file(e.get("src") or "", plan, uri) for e in root.iter("img")),
    )


def _as_text(element: Any, text: str) -> None:
    span = lxml.html.fragment_fromstring("<span></span>")
    span.text, span.tail = text, element.tail
    element.getparent().replace(element, span)


def _target(element: Any, plan: Plan, uri: str, places: Mapping[str, str]) -> tuple[str, str]:
    href = element.get("href")
    text = " ".join(element.text_content().split())
    if href.startswith("cb:page/"):
        path, _, anchor = href.removeprefix("cb:page/").partition("#")
        return text, f"{places[unquote(path)]}#{unquote(anchor)}"
    if href.startswith("cb:asset/"):
        return text, f"file {unquote(href.removeprefix('cb:asset/'))}"
    if href.startswith("cb:") or urlsplit(href).scheme:
        return text, href
    if href.startswith("#"):
        return text, f"{uri}#{unquote(href[1:])}"
    base = "http://site/" + site_url(uri, plan.settings.use_directory_urls)
    parts = urlsplit(urljoin(base, href))
    path = unquote(parts.path).lstrip("/")
    for form in (path, path.removesuffix("index.html"), f"{path}/"):
        if form in places:
            return text, f"{places[form]}#{unquote(parts.fragment)}"
    return text, f"file {path}"


def _file(source: str, plan: Plan, uri: str) -> str:
    if source.startswith("cb:asset/"):
        return unquote(source.removeprefix("cb:asset/"))
    if source.startswith("data:"):
        return source[:40]
    base = "http://site/" + site_url(uri, plan.settings.use_directory_urls)
    return unquote(urlsplit(urljoin(base, source)).path).lstrip("/")
