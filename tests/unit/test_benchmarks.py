"""The organisation that benchmarks are made on: the same every time, and one that can be read without a fault."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from portals import build_site


@pytest.fixture(scope="module")
def organisation() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks/organisation.py"
    spec = importlib.util.spec_from_file_location("organisation", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def digest(made: ModuleType, count: int, seed: int) -> str:
    text = repr([(name, sorted(files.items())) for name, files in made.organisation(count, seed)])
    return hashlib.sha256(text.encode()).hexdigest()


def test_one_seed_makes_one_organisation(organisation):
    assert digest(organisation, 12, 1) == digest(organisation, 12, 1)
    assert digest(organisation, 12, 1) != digest(organisation, 12, 2)
    assert [name for name, _ in organisation.organisation(3)][0] == "company"
    assert len(list(organisation.organisation(12))) == 12


def test_what_is_measured_is_a_portal_without_a_problem(organisation, tmp_path):
    organisation.write(12, tmp_path)

    site = build_site(tmp_path / "site_config.yml", tmp_path / "site")

    assert site.codes() == []
    assert len(site.built.portal.repositories) == 12
    assert len(site.built.portal.catalog.entities) >= 40
    assert len(site.built.portal.manuals.by_entity) > 4
