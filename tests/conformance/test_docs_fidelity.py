"""Articles are what ``mkdocs build`` with techdocs-core makes of the same settings: text, headings, code, tables, links."""

import html
import re
from pathlib import Path
from typing import Any

import fidelity
import pytest

from callboard.diagnostics import Report
from callboard.docs import confine
from callboard.docs.plan import Plan, plan_manuals
from callboard.model.catalog import Catalog
from callboard.model.repository import Crawl
from docs_kit import FolderCheckout, build, checkout_of, entity_of, write_tree

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

MANUALS = [
    ("01__SDA-SE__sda-spring-boot-commons", ""),
    ("03__bcgov__platform-developer-docs", ""),
    ("05__backstage__mkdocs-monorepo-plugin", ""),
    ("05__backstage__mkdocs-monorepo-plugin", "sample-docs"),
    ("06__RoadieHQ__sample-service", ""),
    ("07__RoadieHQ__roadie-backstage-plugins", "plugins/frontend/backstage-plugin-argo-cd"),
    ("10__redhat-developer__red-hat-developer-hub-software-templates", "templates/create-backend-plugin"),
    ("14__backstage__mkdocs-techdocs-core", "test-fixtures"),
]
DIAGRAMS = re.compile(r"^\s*(?:{%\s*(?:dot|neato|fdp|sfdp|twopi|circo)\s|::uml::|(?:`{3}|~{3})\s*\{?\.?(?:graphviz\s|(?:(?:c4)?plant)?uml\b|mermaid\b))", re.M)
"""Pages with diagrams: plain techdocs-core needs programs of the machine for them, or shows them as numbered text."""


def compare(checkout: FolderCheckout, folder: str, tmp_path: Path) -> int:
    """Hold every page of the manual in *folder* against MkDocs' own; how many there were."""
    entity = entity_of(repo=checkout.repository.name, path=f"{folder}/catalog-info.yaml" if folder else "catalog-info.yaml")
    manuals, _ = build([checkout], [entity], tmp_path / "state")
    plan = plan_manuals(Catalog({entity.ref: entity}), Crawl((checkout,), ()), Report()).manuals[entity.ref]
    pages = fidelity.reference(plan, tmp_path / "reference")
    assert not isinstance(pages, str), pages
    manual = manuals.by_entity[entity.ref]
    uris = {page.path: next(source.uri for source in plan.pages if source.path == page.source) for page in manual.pages}
    assert set(uris.values()) == set(pages)
    drawn = {page.uri for page in plan.pages if DIAGRAMS.search(checkout.read(page.path, limit=1 << 24).decode())}
    for page in manual.pages:
        uri = uris[page.path]
        if uri not in drawn:
            theirs, ours = fidelity.theirs(pages[uri], plan, uri), fidelity.ours(page.html, plan, uri, uris)
            assert adapted(theirs, ours, plan, pages) == seen(ours, plan), uri
    return len(manual.pages) - len(drawn)


def seen(article: fidelity.Article, plan: Plan) -> dict[str, Any]:
    host = plan.checkout.repository.url
    links = [link for link in article.links if not link[1].startswith(f"{host}/") and link[0] != link[1]]
    return {"words": article.words, "headings": article.headings, "code": article.code, "cells": article.cells, "links": links, "pictures": article.pictures}


def adapted(theirs: fidelity.Article, ours: fidelity.Article, plan: Plan, pages: Any) -> dict[str, Any]:
    """*theirs* with the differences of fidelity.ALLOWED_DIFFERENCES: the theme's heading, broken links and pictures."""
    words, headings = theirs.words, theirs.headings
    if len(headings) == len(ours.headings) + 1 and headings[0][:2] == ("h1", ""):
        words, headings = words[len(headings[0][2].split()) :], headings[1:]
    published = {file.uri for file in plan.files}
    host = plan.checkout.repository.url
    links = []
    kept = {link for link in ours.links}
    for text, target in theirs.links:
        page, _, name = target.partition("#")
        if name and (text, target) not in kept and f'id="{html.escape(name)}"' not in pages.get(page, ""):
            target = next((found for label, found in ours.links if label == text and found.startswith(f"{page}#")), target)
        broken = target.startswith("file ") and target.removeprefix("file ") not in published
        foreign = text == target or target.startswith(f"{host}/")
        if not broken and not foreign and ((text, target) in kept or "#" not in target or target.startswith("http")):
            links.append((text, target))
    pictures = tuple(picture for picture in theirs.pictures if picture in published or picture.startswith("data:"))
    if len(pictures) != len(theirs.pictures):
        words = ours.words if set(words) <= set(ours.words) else words  # alternative texts of missing pictures are added
    return {"words": words, "headings": headings, "code": theirs.code, "cells": theirs.cells, "links": links, "pictures": pictures}


@pytest.mark.parametrize(("repository", "folder"), MANUALS)
def test_a_real_manual_reads_as_mkdocs_makes_it(shared, repository, folder, tmp_path):
    name = repository.split("__", 1)[1].replace("__", "/")

    assert compare(checkout_of(shared / "corpus" / "techdocs" / repository, name), folder, tmp_path) > 0


EVERYTHING = {
    "mkdocs.yml": """\
site_name: Everything
nav:
  - index.md
  - More: more.md
  - Ünï: ordner/seite-ü.md
plugins: [techdocs-core]
markdown_extensions:
  - pymdownx.keys
  - pymdownx.emoji:
      emoji_index: !!python/name:materialx.emoji.twemoji
      emoji_generator: !!python/name:materialx.emoji.to_svg
  - toc:
      permalink: true
      slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}
""",
    "docs/index.md": """\
# Everything :smile:

Term[^1], {++in++} {--out--} {~~a~>b~~} {==mark==} {>>comment<<}, ==marked==, H~2~O, x^2^, ~~gone~~, ++ctrl+alt+del++, (c) 1/2 -->

!!! note "A title"
    Body with `code` and **bold**.

!!! warning ""
    No title.

??? tip "Closed"
    Hidden.

???+ danger
    Open.

> [!IMPORTANT]
> An alert.

>>> [!note] GitLab's
several

lines
>>>

=== "One"

    Text *one*

=== "Two"

    ```python title="x.py" hl_lines="1 2" linenums="3"
    def f(x):
        return x < 1
    ```

- [ ] open
- [x] done
    - nested

1. one
2. two

term
:   definition

| left | right |
|:-----|------:|
| `a`  | **b** |

The HTML specification. https://example.org/x a@example.org @somebody #3

*[HTML]: Hyper Text Markup Language

A paragraph with attributes.
{: #own .class }

[to it](#own) [more](more.md) [part](more.md#part) [u](ordner/seite-ü.md#überschrift) [file](data.csv) ![picture](p.png){ width=10 }

<details><summary>raw</summary>html <b>bold</b></details>

<div markdown>
*inside*
</div>

`#!python x = 1` and ``a`b``

--8<-- "inc.md"

[^1]: The note.
""",
    "docs/more.md": "---\ntitle: More things\n---\n\n## Part\n\nText\n\n    indented\n\n***\n\n## Part\n\nagain\n",
    "docs/ordner/seite-ü.md": "# Seite\n\n## Überschrift\n\n[zurück](../index.md) ![p](../p.png)\n",
    "docs/data.csv": "a,b\n",
    "docs/p.png": b"1",
    "inc.md": "Included *text*.\n",
}


@pytest.mark.parametrize(
    "options",
    ["", "use_directory_urls: false\n", "exclude_docs: |\n  more.md\n"],
    ids=["folders", "files", "excluded"],
)
def test_everything_that_techdocs_core_renders_reads_the_same(options, tmp_path):
    files = {**EVERYTHING, "mkdocs.yml": options + str(EVERYTHING["mkdocs.yml"])}

    assert compare(checkout_of(write_tree(tmp_path / "repo", files)), "", tmp_path) >= 2


def test_blocks_read_the_same(tmp_path):
    config = "site_name: b\nplugins:\n  - techdocs-core:\n      use_pymdownx_blocks: true\n"
    text = "# B\n\n/// note | Title\nBody\n///\n\n/// details-tip | More\nHidden\n///\n\n/// tab | One\nfirst\n///\n\n/// tab | Two\nsecond\n///\n"

    assert compare(checkout_of(write_tree(tmp_path / "repo", {"mkdocs.yml": config, "docs/index.md": text})), "", tmp_path) == 1


OPTIONS = """\
site_name: Options
plugins: [techdocs-core]
markdown_extensions:
  - pymdownx.blocks.caption
  - pymdownx.blocks.definition
  - pymdownx.blocks.html
  - pymdownx.progressbar
  - pymdownx.fancylists
  - pymdownx.saneheaders
  - pymdownx.quotes:
      callouts: true
  - pymdownx.keys:
      separator: '-'
  - pymdownx.magiclink:
      repo_url_shorthand: true
      user: acme
      repo: shop
  - pymdownx.tasklist:
      clickable_checkbox: true
  - pymdownx.highlight:
      linenums: false
      auto_title: true
      anchor_linenums: true
  - smarty
  - nl2br
  - footnotes:
      BACKLINK_TEXT: back
  - toc:
      permalink: '#'
      toc_depth: 2-3
      baselevel: 2
      title: Contents
"""
UNUSUAL = """\
# Top

[TOC]

## Two "quoted" -- dash...

a
b

Fancy:

a. one
b. two

I. eins
II. zwei

[==50% "half"]

++ctrl+c++ @acme #12 acme/other#3

- [ ] do
- [x] done

```python
x = 1
```

/// caption
A caption
///

/// html | div.cls
inner *text*
///

Note[^1]

| a | b |
|---|---|
| `x|y` | 2 |

!!! note inline end "In"
    x

=== "A"
    1
=== "B"
    2

=== "Second set"
    3

[^1]: foot
"""


def test_extensions_with_unusual_options_read_the_same(tmp_path):
    files = {
        "mkdocs.yml": OPTIONS,
        "docs/index.md": UNUSUAL,
        "docs/old.md": "Title: old style\n\n# Head `code` *em*\n",
        "docs/meta.md": "---\ntitle: 'T: & x'\nhide: [toc]\n---\n\nNo heading\n",
        "docs/marked.md": "\ufeff# Marked\n\nSetext\r\n======\r\n",
    }

    assert compare(checkout_of(write_tree(tmp_path / "repo", files)), "", tmp_path) == 4
