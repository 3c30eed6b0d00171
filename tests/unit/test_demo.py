"""The demo organisation: what is in it, what is wrong with it on purpose, and that nothing in it is real."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from callboard.build import compile_portal
from callboard.config import load
from callboard.diagnostics import Report
from callboard.tools import Tools

ROOT = Path(__file__).resolve().parents[2]
NOW = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)
CONTENT = sorted(
    path
    for folder in ("examples", "templates")
    for path in (ROOT / folder).rglob("*")
    if path.is_file() and path.suffix != ".png"
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The portal of the demo as a value."""
    report = Report()
    config = load(ROOT / "site_config.yml", environ={}, report=report)
    portal, _ = compile_portal(config, Tools(now=NOW, state=tmp_path_factory.mktemp("state")), report)
    return portal


def test_the_demo_has_entities_of_every_kind(demo):
    kinds = Counter(entity.kind for entity in demo.catalog.entities.values())

    assert dict(kinds) == {
        "AiResource": 2,
        "API": 8,
        "Component": 20,
        "Domain": 4,
        "Group": 10,
        "Location": 2,
        "Resource": 2,
        "System": 5,
        "Template": 2,
        "User": 6,
    }


def test_the_demo_has_the_faults_that_its_readme_promises_and_no_others(demo):
    found = [
        (
            problem.location.repo.removeprefix("larkmoor/"),
            problem.location.path,
            problem.location.line,
            problem.code,
        )
        for problem in demo.problems
    ]

    assert found == [
        ("depot-gateway", "docs/README.md", 14, "docs-broken-link"),
        ("insights-pipeline", "mkdocs.yml", 8, "docs-plugin-ignored"),
        ("legacy-labels", "catalog-info.yaml", 9, "docs-missing"),
        ("legacy-labels", "catalog-info.yaml", 14, "dangling-ref"),
        ("legacy-labels", "catalog-info.yaml", 18, "dangling-ref"),
        ("legacy-labels", "catalog-info.yaml", 29, "yaml-syntax"),
        ("legacy-labels", "catalog-info.yaml", 33, "duplicate-entity"),
        ("templates", "service/skeleton/catalog-info.yaml", 0, "skeleton-skipped"),
    ]


def test_every_repository_of_the_demo_has_an_address_at_the_company(demo):
    assert all(
        repository.url == f"https://git.larkmoor.example/{name}" and name.startswith("larkmoor/")
        for name, repository in demo.repositories.items()
    )
    assert len(demo.repositories) == 16


def test_every_folder_of_the_demo_is_explained_in_its_readme():
    readme = (ROOT / "examples/README.md").read_text("utf-8")
    folders = [f"repos/{folder.name}" for folder in sorted((ROOT / "examples/repos").iterdir())]

    assert [folder for folder in (*folders, "monorepo") if f"`{folder}`" not in readme] == []


@pytest.mark.parametrize("path", CONTENT, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_in_the_demo_leads_to_a_real_host(path):
    text = re.sub(r"\$\{\{.*?\}\}", "value", path.read_text("utf-8"))
    hosts = re.findall(r"(?:https?|ssh|mqtt)://([^/\s\"'`)>:]+)", text) + re.findall(
        r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text
    )
    reserved = re.compile(r"(?:[\w{}-]+\.)*(?:example|example\.(?:com|org|net))|localhost|127\.0\.0\.1|www\.w3\.org")

    assert [host for host in hosts if not reserved.fullmatch(host)] == []
