"""Why an entity looks as it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawls import TEAM, TUESDAY, Assembled, assembled, checkout, component, crawl, documents, group, location

from callboard.catalog.explain import explain
from callboard.config.model import CatalogConfig, CustomKind
from callboard.model.repository import Crawl

API = """\
apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: orders
  title: Orders
  annotations: {acme.example/tier: gold}
spec:
  type: openapi
  lifecycle: production
  owner: tean
  definition: {$text: ./orders.yaml}
"""


def organisation(api: str = API) -> Crawl:
    files = {
        "catalog-info.yaml": location("all", "./*/api.yaml", "./team.yaml"),
        "parts/api.yaml": documents(component("shop", providesApis="[orders]"), api),
        "parts/orders.yaml": "openapi: 3.1.0\n",
        "team.yaml": TEAM,
    }
    other = {"catalog-info.yaml": documents(API.replace("{$text: ./orders.yaml}", "x"))}
    return crawl(checkout("acme/shop", files), checkout("acme/other", other))


def told(ref: str, found: Assembled, crawled: Crawl, **more: CatalogConfig) -> str:
    return explain(ref, found.catalog, crawled, tuple(found.report), **more)


def test_an_explanation_names_every_source_of_what_is_shown(tmp_path: Path) -> None:
    crawled = organisation()

    assert told("api:orders", assembled(crawled, tmp_path), crawled) == (
        """\
api:default/orders (Orders)

declared
  acme/shop/parts/api.yaml:14:3, document 2 of the file
  branch main, commit c0ffee
  https://github.com/acme/shop/blob/main/parts/api.yaml#L14
  by sources[0] of the configuration: folder repos

reached by
  url:https://github.com/acme/shop/blob/main/catalog-info.yaml
  location:default/all (acme/shop/catalog-info.yaml:5:1)

brought in by placeholders
  spec.definition: $text ./orders.yaml, 15 characters

annotations added
  backstage.io/edit-url: https://github.com/acme/shop/edit/main/parts/api.yaml
  backstage.io/managed-by-location: url:https://github.com/acme/shop/blob/main/parts/api.yaml
  backstage.io/managed-by-origin-location: url:https://github.com/acme/shop/blob/main/catalog-info.yaml
  backstage.io/source-location: url:https://github.com/acme/shop/tree/main/parts/
  backstage.io/view-url: https://github.com/acme/shop/blob/main/parts/api.yaml

relations
  apiProvidedBy component:default/shop (acme/shop/parts/api.yaml:9:18)
  ownedBy group:default/tean, which is not in the catalog (acme/shop/parts/api.yaml:20:3)

problems
  acme/other/catalog-info.yaml:4:3: error[duplicate-entity]: api:default/orders is already declared at acme/shop/parts/api.yaml:14:3,"""
        """ which is shown; this one is not
    hint: give one of them another name, or delete it
  acme/shop/parts/api.yaml:20:3: warning[dangling-ref]: api:default/orders ownedBy group:default/tean, which is not in the catalog
    hint: did you mean group:default/team?"""
    )


def test_an_explanation_says_since_when_an_entity_is_out_of_date(tmp_path: Path) -> None:
    assembled(organisation(), tmp_path)
    crawled = organisation(API.replace("type: openapi", "type: 5"))

    text = told("api:orders", assembled(crawled, tmp_path, now=TUESDAY), crawled)

    assert (
        "\n\nout of date\n  this is how it was on 2026-01-05 00:00 UTC\n  spec.type is the number 5, not text\n\n"
        in text
    )
    assert "acme/shop/parts/api.yaml:18:3: error[bad-field]: spec.type is the number 5, not text" in text
    assert "warning[stale-entity]: api:default/orders is shown as it was on 2026-01-05 00:00 UTC" in text


def test_references_of_the_organisations_own_kinds_have_their_places(tmp_path: Path) -> None:
    dataset = "apiVersion: acme.example/v1\nkind: Dataset\nmetadata: {name: d}\nspec:\n  steward: team\n"
    rule = {"field": "steward", "forward": "stewardedBy", "backward": "stewardOf", "target": "Group"}
    config = CatalogConfig(kinds=(CustomKind("acme.example/v1", "Dataset", {}, (rule,)),))
    crawled = crawl(checkout("acme/data", {"catalog-info.yaml": documents(dataset, TEAM)}))

    text = told("group:team", assembled(crawled, tmp_path, config=config), crawled, config=config)

    assert "  stewardOf dataset:default/d (acme/data/catalog-info.yaml:5:3)" in text


@pytest.mark.parametrize(
    "ref", ["component:default/shop", "Component:Shop", "component:shop", "default/shop", "shop", "SHOP"]
)
def test_an_entity_is_found_by_as_much_of_its_name_as_is_needed(tmp_path: Path, ref: str) -> None:
    crawled = organisation()

    assert told(ref, assembled(crawled, tmp_path), crawled).startswith("component:default/shop\n")


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        ("component:shpo", "component:default/shpo is not in the catalog\ndid you mean component:default/shop?"),
        ("shpo", "shpo is not in the catalog\ndid you mean component:default/shop?"),
        ("nothing-like-it", "nothing-like-it is not in the catalog"),
        ("api:", "'api:' is not of the form [kind:][namespace/]name"),
        (
            "all",
            "all is the name of group:default/all and of location:default/all: write one of them",
        ),
        (
            "group:tean",
            "group:default/tean is not in the catalog\napi:default/orders ownedBy it (acme/shop/parts/api.yaml:17:1)\n"
            "did you mean group:default/team?",
        ),
        (
            "component:refused",
            "component:default/refused is not in the catalog\n"
            "acme/third/catalog-info.yaml:13:1: error[bad-field]: spec.owner is missing\n  hint: did you mean owner instead of owners?",
        ),
    ],
)
def test_an_entity_that_is_not_there_is_explained_too(tmp_path: Path, ref: str, said: str) -> None:
    texts = {"catalog-info.yaml": documents(group("all"), component("refused").replace("owner:", "owners:"))}
    third = checkout("acme/third", texts)
    base = organisation()
    crawled = Crawl((*base.checkouts, third), base.sources, (*base.descriptors, ("acme/third", "catalog-info.yaml")))

    with pytest.raises(LookupError) as raised:
        told(ref, assembled(crawled, tmp_path), crawled)

    assert raised.value.args[0] == said
