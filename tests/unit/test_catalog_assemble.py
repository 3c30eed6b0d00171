"""What shows only when all entities are known."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from crawls import TEAM, assembled, checkout, component, crawl, documents, group, location

from callboard.catalog.suggest import Names, distance
from callboard.model.ref import EntityRef

# -- relations ------------------------------------------------------------------------------------------------------


def lines(found: object, ref: str) -> list[str]:
    relations = found.catalog.relations  # type: ignore[attr-defined]
    return [f"{one.type} {one.target}" for one in relations.get(EntityRef.parse(ref), ())]


def test_relations_show_at_both_ends_once_sorted_and_dangling_ones_at_their_source_only(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop",
        {
            "catalog-info.yaml": documents(
                component("b", dependsOn="[component:a, component:A, component:gone]"),
                component("a", dependencyOf="[component:b]"),
                TEAM,
            )
        },
    )

    found = assembled(crawl(shop), tmp_path)

    assert lines(found, "component:b") == [
        "dependsOn component:default/a",
        "dependsOn component:default/gone",
        "ownedBy group:default/team",
    ]
    assert lines(found, "component:a") == ["dependencyOf component:default/b", "ownedBy group:default/team"]
    assert lines(found, "group:team") == ["ownerOf component:default/a", "ownerOf component:default/b"]
    assert list(map(str, found.catalog.relations)) == [
        "component:default/a",
        "component:default/b",
        "group:default/team",
    ]


def test_entities_are_sorted_by_their_refs(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop", {"catalog-info.yaml": documents(group("z"), component("b", owner="z"), component("a", owner="z"))}
    )

    assert assembled(crawl(shop), tmp_path).refs == ["component:default/a", "component:default/b", "group:default/z"]


# -- duplicates -----------------------------------------------------------------------------------------------------


def test_of_two_entities_with_one_name_the_first_in_the_order_of_the_sources_is_shown(tmp_path: Path) -> None:
    one = checkout("acme/one", {"catalog-info.yaml": TEAM})
    two = checkout("acme/two", {"catalog-info.yaml": TEAM})

    found = assembled(crawl(two, one), tmp_path)

    assert found.catalog.of_kind("group")[0].source.repo == "acme/two"
    assert found.problems == (
        "acme/one/catalog-info.yaml:4:3: error[duplicate-entity]: group:default/team is already declared at"
        " acme/two/catalog-info.yaml:4:3, which is shown; this one is not\n"
        "  hint: give one of them another name, or delete it"
    )


def test_names_that_differ_in_case_alone_are_one_name(tmp_path: Path) -> None:
    shop = checkout("acme/shop", {"catalog-info.yaml": documents(group("Team"), group("tEAM"))})

    found = assembled(crawl(shop), tmp_path)

    assert found.refs == ["group:default/team"]
    assert found.catalog.of_kind("group")[0].name == "Team"
    assert found.codes() == ["duplicate-entity"]


def test_each_of_several_duplicates_names_all_places(tmp_path: Path) -> None:
    shops = [checkout(f"acme/{name}", {"catalog-info.yaml": TEAM}) for name in ("c", "a", "b")]

    found = assembled(crawl(*shops), tmp_path)

    assert [str(one.location) for one in found.report] == [
        "acme/a/catalog-info.yaml:4:3",
        "acme/b/catalog-info.yaml:4:3",
    ]
    assert next(iter(found.report)).message == (
        "group:default/team is already declared at acme/c/catalog-info.yaml:4:3, which is shown; this one is not,"
        " and neither is acme/b/catalog-info.yaml:4:3"
    )


def test_what_a_duplicate_says_of_others_is_not_in_the_catalog(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop", {"catalog-info.yaml": documents(TEAM, component("a"), component("a", dependsOn="[group:team]"))}
    )

    assert lines(assembled(crawl(shop), tmp_path), "group:team") == ["ownerOf component:default/a"]


def test_a_child_of_an_earlier_source_goes_before_the_root_of_a_later_one(tmp_path: Path) -> None:
    one = checkout("acme/one", {"catalog-info.yaml": location("all", "./team.yaml"), "team.yaml": TEAM})
    two = checkout("acme/two", {"catalog-info.yaml": TEAM})

    assert assembled(crawl(one, two), tmp_path).catalog.of_kind("group")[0].source.repo == "acme/one"


# -- references to nothing ------------------------------------------------------------------------------------------


def test_a_dangling_reference_is_named_where_it_is_written(tmp_path: Path) -> None:
    text = component("a").rstrip("\n") + "\n  dependsOn:\n    - component:zzz\n    - resource:gone\n    - component:b\n"
    shop = checkout("acme/shop", {"catalog-info.yaml": documents(text, component("b"), TEAM)})

    assert assembled(crawl(shop), tmp_path).problems == (
        "acme/shop/catalog-info.yaml:10:7: warning[dangling-ref]: component:default/a dependsOn component:default/zzz,"
        " which is not in the catalog\n"
        "  hint: declare component:default/zzz, or correct the reference\n"
        "acme/shop/catalog-info.yaml:11:7: warning[dangling-ref]: component:default/a dependsOn resource:default/gone,"
        " which is not in the catalog\n"
        "  hint: declare resource:default/gone, or correct the reference"
    )


@pytest.mark.parametrize(
    ("owner", "hint"),
    [
        ("group:taem", "did you mean group:default/team?"),
        ("group:teams", "did you mean group:default/team?"),
        ("ann", "did you mean user:default/ann?"),
        ("group:default/platform", "did you mean group:core/platform?"),
        ("group:nobody", "declare group:default/nobody, or correct the reference"),
        ("group:web", "declare group:default/web, or correct the reference"),
        ("group:other", "declare group:default/other, or correct the reference"),
        ("group:broken", "correct acme/shop/catalog-info.yaml:36:1, where it is declared"),
    ],
)
def test_a_dangling_reference_proposes_what_may_be_meant(tmp_path: Path, owner: str, hint: str) -> None:
    ann = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ann}\nspec: {memberOf: []}\n"
    core = group("platform").replace("name: platform", "name: platform\n  namespace: core")
    broken = group("broken").replace("  children: []\n", "")
    text = documents(TEAM, ann, component("web", owner=owner), core, broken, component("other"))
    shop = checkout("acme/shop", {"catalog-info.yaml": text})

    found = assembled(crawl(shop), tmp_path)

    assert [one.hint for one in found.report if one.code == "dangling-ref"] == [hint]


def test_an_entity_is_not_proposed_to_itself(tmp_path: Path) -> None:
    text = (
        "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: shop}\nspec: {owner: team, domain: shop}\n"
    )
    found = assembled(crawl(checkout("acme/shop", {"catalog-info.yaml": documents(TEAM, text)})), tmp_path)

    assert [one.hint for one in found.report] == ["declare domain:default/shop, or correct the reference"]


def test_an_entity_that_names_no_owner_is_told_and_one_that_needs_none_is_not(tmp_path: Path) -> None:
    template = "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\nspec:\n  type: service\n  steps: []\n"
    found = assembled(
        crawl(checkout("acme/shop", {"catalog-info.yaml": documents(TEAM, template, component("a"))})), tmp_path
    )

    assert found.problems == (
        "acme/shop/catalog-info.yaml:12:1: warning[no-owner]: template:default/t has no owner\n  hint: owner: group:my-team, below spec"
    )


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("", "", 0),
        ("team", "team", 0),
        ("team", "taem", 1),
        ("team", "teams", 1),
        ("team", "tram", 1),
        ("abcd", "badc", 2),
        ("a", "xyz", 3),
    ],
)
def test_distance_counts_slips_of_the_finger(one: str, other: str, far: int) -> None:
    assert distance(one, other) == far == distance(other, one)


def test_short_names_resemble_nothing() -> None:
    assert Names([EntityRef("group", "default", "web")]).near(EntityRef("group", "default", "wob")) == ()


# -- documents ------------------------------------------------------------------------------------------------------


def test_a_broken_document_is_one_diagnostic_and_spares_its_neighbours(tmp_path: Path) -> None:
    shop = checkout("acme/shop", {"catalog-info.yaml": documents(TEAM, "a: [1\n", "- list\n", "", component("a"))})

    found = assembled(crawl(shop), tmp_path)

    assert found.refs == ["component:default/a", "group:default/team"]
    assert found.codes() == ["yaml-syntax", "not-a-mapping"]


def test_a_document_of_twenty_megabytes_is_one_diagnostic(tmp_path: Path) -> None:
    shop = checkout("acme/shop", {"catalog-info.yaml": b"a: 1\n" * (4 << 20), "b.yaml": TEAM})

    found = assembled(crawl(shop, descriptors=("*.yaml",)), tmp_path)

    assert found.refs == ["group:default/team"]
    assert found.codes() == ["file-too-large"]


def test_an_alias_bomb_is_one_diagnostic(tmp_path: Path) -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]\n" for n in range(1, 9))
    shop = checkout("acme/shop", {"catalog-info.yaml": documents(f"l0: &l0 [x]\n{levels}", TEAM)})

    found = assembled(crawl(shop), tmp_path)

    assert found.refs == ["group:default/team"]
    assert found.codes() == ["yaml-syntax"]


def test_ten_thousand_entities_are_assembled_in_seconds(tmp_path: Path) -> None:
    repositories = []
    for number in range(500):
        needs = [f"component:c{(number * 20 + 20 + j) % 10_000}" for j in range(3)]
        texts = [
            component(f"c{number * 20 + k}", owner=f"g{number % 50}", dependsOn=f"[{', '.join(needs)}]")
            for k in range(20)
        ]
        repositories.append(checkout(f"acme/r{number}", {"catalog-info.yaml": documents(*texts)}))
    repositories.append(checkout("acme/org", {"catalog-info.yaml": documents(*(group(f"g{n}") for n in range(45)))}))

    started = time.monotonic()
    found = assembled(crawl(*repositories), tmp_path)

    assert len(found.refs) == 10_045
    assert sum(map(len, found.catalog.relations.values())) > 40_000
    assert time.monotonic() - started < 60
