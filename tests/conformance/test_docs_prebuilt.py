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
