"""Which kinds may come from where."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawls import TEAM, assembled, checkout, component, crawl, documents, location

from callboard.catalog.rules import is_allowed
from callboard.config.model import CatalogConfig, Rule

HERE = "url:https://github.com/acme/shop/blob/main/catalog-info.yaml"


@pytest.mark.parametrize(
    ("rules", "value", "allowed"),
    [
        ((), {"kind": "Anything"}, True),
        ((Rule((("component", ""),)),), {"kind": "Component"}, True),
        ((Rule((("component", ""),)),), {"kind": "COMPONENT"}, True),
        ((Rule((("component", ""),)),), {"kind": "API"}, False),
        ((Rule((("api", "OpenAPI"),)),), {"kind": "API", "spec": {"type": "openapi"}}, True),
        ((Rule((("api", "openapi"),)),), {"kind": "API", "spec": {"type": "graphql"}}, False),
        ((Rule((("api", "openapi"),)),), {"kind": "API", "spec": {"type": 5}}, False),
        ((Rule((("api", "openapi"),)),), {"kind": "API", "spec": None}, False),
        ((Rule((("api", ""),)), Rule((("group", ""),))), {"kind": "Group"}, True),
        ((Rule((("group", ""),), ({"type": "url", "exact": HERE[4:]},)),), {"kind": "Group"}, True),
        ((Rule((("group", ""),), ({"type": "file", "exact": HERE[4:]},)),), {"kind": "Group"}, False),
        (
            (Rule((("group", ""),), ({"type": "url", "exact": "https://github.com/acme/org"},)),),
            {"kind": "Group"},
            False,
        ),
        (
            (Rule((("group", ""),), ({"type": "url", "pattern": "https://github.com/ACME/**"},)),),
            {"kind": "Group"},
            True,
        ),
        (
            (Rule((("group", ""),), ({"type": "url", "pattern": "https://github.com/acme/*"},)),),
            {"kind": "Group"},
            False,
        ),
        ((Rule((("group", ""),), ({"type": "url"},)),), {"kind": "Group"}, True),
    ],
)
def test_a_rule_allows_kinds_and_types_from_places(
    rules: tuple[Rule, ...], value: dict[str, object], allowed: bool
) -> None:
    assert is_allowed(value, HERE, rules) is allowed


def test_what_is_not_allowed_is_named_and_everything_else_is_shown(tmp_path: Path) -> None:
    shop = checkout("acme/shop", {"catalog-info.yaml": documents(component("a", owner="group:x"), TEAM)})

    found = assembled(crawl(shop), tmp_path, config=CatalogConfig(rules=(Rule((("component", ""),)),)))

    assert found.refs == ["component:default/a"]
    assert str(next(one for one in found.report if one.code == "kind-not-allowed")) == (
        f"acme/shop/catalog-info.yaml:11:1: error[kind-not-allowed]: kind Group is not allowed from {HERE}\n"
        "  hint: add the kind to catalog.rules of the configuration, or take the document out"
    )


def test_a_location_leads_to_nothing_that_its_own_origin_may_not_declare(tmp_path: Path) -> None:
    """S14: whoever may write a Location must not make a Group by pointing at somebody else's file."""
    rules = (
        Rule((("location", ""),)),
        Rule((("group", ""),), ({"type": "url", "pattern": "https://github.com/acme/org/**"},)),
    )
    shop = checkout(
        "acme/shop", {"catalog-info.yaml": location("all", "https://github.com/acme/org/blob/main/team.yaml")}
    )
    org = checkout("acme/org", {"team.yaml": TEAM})

    found = assembled(crawl(shop, org), tmp_path, config=CatalogConfig(rules=rules))

    assert found.refs == ["location:default/all"]
    assert found.codes() == ["kind-not-allowed"]


@pytest.mark.parametrize("order", [1, -1])
def test_a_file_with_two_origins_is_allowed_if_one_of_them_may(tmp_path: Path, order: int) -> None:
    rules = (
        Rule((("location", ""),)),
        Rule((("group", ""),), ({"type": "url", "pattern": "https://github.com/acme/org/**"},)),
    )
    shop = checkout(
        "acme/shop", {"catalog-info.yaml": location("shop", "https://github.com/acme/org/blob/main/team.yaml")}
    )
    org = checkout("acme/org", {"catalog-info.yaml": location("org", "./team.yaml"), "team.yaml": TEAM})

    found = assembled(crawl(*(shop, org)[::order]), tmp_path, config=CatalogConfig(rules=rules))

    assert found.refs == ["group:default/team", "location:default/org", "location:default/shop"]
    assert found.codes() == []


def test_a_descriptor_of_its_own_that_may_not_be_there_is_allowed_where_a_location_leads_to_it_that_may(
    tmp_path: Path,
) -> None:
    rules = (
        Rule((("location", ""),)),
        Rule((("group", ""),), ({"type": "url", "pattern": "https://github.com/acme/org/**"},)),
    )
    shop = checkout("acme/shop", {"catalog-info.yaml": TEAM})
    org = checkout(
        "acme/org", {"catalog-info.yaml": location("org", "https://github.com/acme/shop/blob/main/catalog-info.yaml")}
    )

    found = assembled(crawl(shop, org), tmp_path, config=CatalogConfig(rules=rules))

    assert found.refs == ["group:default/team", "location:default/org"]
    assert found.codes() == []
