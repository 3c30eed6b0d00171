"""What techdocs-cli published reads as what the engine ``mkdocs`` makes of the same Markdown, by really publishing it."""

import json
import subprocess
import sys
from pathlib import Path

import fidelity
import pytest
from test_docs_fidelity import EVERYTHING

from callboard.config.model import DocsConfig
from callboard.docs import confine
from docs_kit import build, checkout_of, entity_of, write_tree

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

def published(source: Path, site: Path) -> Path:
    """*site*, filled as ``techdocs-cli generate`` does: MkDocs, then its own facts in techdocs_metadata.json."""
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(site)]
    subprocess.run(command, cwd=source, env=fidelity.ENVIRONMENT, check=True, timeout=120)
    place = site / "techdocs_metadata.json"
    facts = json.loads(place.read_text())
    facts |= {"build_timestamp": 1767312000000, "etag": "0123456789abcdef"}
    facts["files"] = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    place.write_text(json.dumps(facts))
    return site


def both(tmp_path, files):
    """The manual of a repository with *files*, as each engine has it, and what each reported."""
    repository = checkout_of(write_tree(tmp_path / "repo", files))
    published(repository.root, tmp_path / "mirror" / "default" / "component" / "shop")
    configs = {"mkdocs": DocsConfig(), "prebuilt": DocsConfig(engine="prebuilt", prebuilt=tmp_path / "mirror")}
    for name, config in configs.items():
        manuals, report = build([repository], [entity_of()], tmp_path / name, config=config)
        (manual,) = manuals.by_entity.values()
        yield manual, report


@pytest.mark.parametrize("options", ["", "use_directory_urls: false\n"], ids=["folders", "files"])
def test_a_published_manual_is_the_manual(options, tmp_path):
    files = {**EVERYTHING, "mkdocs.yml": options + "repo_url: https://github.com/acme/shop\nedit_uri: edit/main/docs\n" + str(EVERYTHING["mkdocs.yml"])}

    (ours, _), (theirs, report) = both(tmp_path, files)

    assert list(report) == []
    assert (theirs.title, theirs.nav, [asset.path for asset in theirs.assets]) == (ours.title, ours.nav, [asset.path for asset in ours.assets])
    assert [(p.path, p.title, p.source, p.change, p.html) for p in theirs.pages] == [(p.path, p.title, p.source, p.change, p.html) for p in ours.pages]


BEYOND = {
    "mkdocs.yml": """\
site_name: Beyond
repo_url: https://github.com/acme/shop
edit_uri: edit/main/docs
theme: {name: material, features: [content.code.annotate]}
nav:
  - README.md
  - Rest:
    - rest/index.md
    - rest/page.md
  - Code: https://example.org/
plugins:
  - techdocs-core
  - redirects:
      redirect_maps: {old/place.md: "rest/page.md#part"}
markdown_extensions:
  - pymdownx.arithmatex: {generic: true}
""",
    "docs/README.md": """\
![badge](https://img.example/badge.svg) [there](rest/page.md#part) [gone](gone.md) [code](../src/a.py) ![lost](lost.png)

```mermaid
graph TD
  A["a < b"] --> B
```

```mermaid
sequenceDiagram
  A->>B: hello
```

```yaml
a: 1 # (1)!
```

1.  A *note*.

$x^2$ and

$$
y < 1
$$

<iframe src="https://video.example/1"></iframe>
""",
    "docs/rest/index.md": "# Rest\n\ntext\n",
    "docs/rest/page.md": "---\ntitle: Named page\ndescription: What is here\n---\n\n## Part\n\n[up](../README.md) [beside](index.md) [old](../old/place.md)\n",
    "docs/left.md": "# Left out of nav\n",
    "src/a.py": "",
}


ONLY_FROM_MARKDOWN = {
    "docs-orphan": "whether a nav was written or made is not in the HTML",
    "docs-config-ignored": "mkdocs.yml is not read",
}
"""Problems that published documentation does not have, and why. The others are without their lines: HTML has none."""


def test_diagrams_formulas_notes_redirects_and_frames_of_a_published_manual_are_those_of_the_manual(tmp_path):
    (ours, known), (theirs, told) = both(tmp_path, BEYOND)

    assert (theirs.title, theirs.nav, theirs.redirects) == (ours.title, ours.nav, ours.redirects)
    assert [(p.path, p.title, p.source, p.description, p.html) for p in theirs.pages] == [
        (p.path, p.title, p.source, p.description, p.html) for p in ours.pages
    ]
    first = theirs.pages[0].html
    assert first.count('<pre class="mermaid') == 2 and "<math" in first and "cb-notes" in first and "video.example" in first
    assert sorted((p.code, p.message, p.location.path) for p in told) == sorted(
        (p.code, p.message, p.location.path) for p in known if p.code not in ONLY_FROM_MARKDOWN
    )
    assert set(ONLY_FROM_MARKDOWN) < {problem.code for problem in known}
