"""Golden sites: a small organisation in, its whole portal out, compared byte for byte and reviewed like code.

``pytest tests/golden --update-golden`` writes them anew. Left out are the full-text index and the vendored libraries, which
are not ours, and the style sheet and scripts, which the theme holds.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest
from portals import ROOT, build_site

SITES = ROOT / "tests/sites"
GOLDEN = ROOT / "tests/golden"
NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
LEFT_OUT = re.compile(r"pagefind/|assets/redoc/|assets/search/minisearch\.|assets/graph/(?:dagre|graphlib)\.|assets/[a-z]+\.[0-9a-f]{10}\.")
CONFINED = (
    ("api/build.json", re.compile(r'(?<="isolation": )\[[^]]*\]')),
    ("health/index.html", re.compile(r'(?<=<h2 id="cb-isolation">).*?(?=</section>)', re.DOTALL)),
)
"""Where a portal says what confined the workers of documentation, which the machine decides."""


NOT_OURS = (
    (re.compile(rb'<svg class="sprite".*?</svg>', re.DOTALL), b""),  # drawings of an icon set that comes with a package
    (re.compile(rb"(?<=assets/)([a-z]+)\.[0-9a-f]{10}\."), rb"\1."),  # hashes of the theme's files, which stand elsewhere
)
"""What is taken out of pages, each with its reason."""


def ours(folder: Path) -> dict[str, bytes]:
    """What we wrote, by path."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    kept = {path: content for path, content in found.items() if not LEFT_OUT.match(path)}
    for pattern, instead in NOT_OURS:
        kept = {path: pattern.sub(instead, content) if path.endswith(".html") else content for path, content in kept.items()}
    return kept


@pytest.mark.parametrize("name", ["two-services"])
def test_a_small_organisation_becomes_this_portal(name, tmp_path, update_golden):
    """Built from a copy that lies in no checkout, because a folder in a checkout has dates and addresses."""
    shutil.copytree(SITES / name, tmp_path / name)
    made = ours(build_site(tmp_path / name / "site_config.yml", tmp_path / "site", now=NOW, jobs=1).folder)
    for path, words in CONFINED:
        made[path] = words.sub("", made[path].decode()).encode()

    if update_golden:
        shutil.rmtree(GOLDEN / name, ignore_errors=True)
        for path, content in made.items():
            (GOLDEN / name / path).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name / path).write_bytes(content)
    expected = ours(GOLDEN / name)

    assert sorted(made) == sorted(expected)
    assert [path for path in made if made[path] != expected[path]] == []
