"""The organisation that benchmarks are made on: the same every time, and one that can be read without a fault. What its pages weigh."""

from __future__ import annotations

import hashlib
import importlib
from pathlib import Path
from types import ModuleType

import pytest
from portals import build_site

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
KILOBYTES = {
    "catalog user": 17,
    "catalog component": 20,
    "catalog component graph": 34,
    "catalog resource": 15,
    "catalog resource graph": 18,
    "catalog api": 22,
    "catalog api graph": 30,
    "catalog api api": 27,
    "catalog group": 46,
    "catalog group graph": 28,
    "catalog system": 28,
}
"""What pages of each kind may weigh in the middle, before they are zipped: a tenth of the way to a portal that no longer fits its host."""


@pytest.fixture(scope="module")
def organisation() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        return importlib.import_module("organisation")


@pytest.fixture(scope="module")
def rendering() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        return importlib.import_module("rendering")


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


def test_pages_weigh_what_lets_ten_thousand_entities_fit_and_are_the_same_from_the_store(rendering, tmp_path):
    rendering.write(60, tmp_path, people=21)

    cold = rendering.run(tmp_path)
    unchanged = rendering.run(tmp_path)

    weights = {part: cold["bytes"][part] / cold["files"][part] / 1000 for part in KILOBYTES}
    assert {part: weight for part, weight in weights.items() if weight > KILOBYTES[part]} == {}
    assert {part: weight for part, weight in weights.items() if weight < KILOBYTES[part] / 2} == {}, "these budgets say nothing any more"
    assert (unchanged["bytes"], unchanged["files"], unchanged["pages"]) == (cold["bytes"], cold["files"], cold["pages"])
    assert cold["pages"] > cold["entities"]
