"""What programs read: whole values, in a stable order, without what JSON cannot say."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from pathlib import Path

import pytest
from portals import DEMO, MARCH, Site, build_site, component, group, organisation

from callboard import __version__
from callboard.model.backstage import NAMESPACE, stable_json

SHOP = component(
    "shop",
    metadata="  title: The shop\n  labels: {floor: '1'}\n  tags: [go]\n  links: [{url: https://shop.example, title: Open}]\n",
    extra="  dependsOn: [resource:till]\n  weight: .inf\n  share: .nan\n",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("twins")
    return build_site(organisation(folder, {"shop/catalog-info.yaml": SHOP, "crew/catalog-info.yaml": group()}), folder / "site")


def read(site: Site, path: str):
    def refuse(name: str) -> None:
        raise AssertionError(f"{path} holds {name}, which is no JSON")

    return json.loads(site.text(path), parse_constant=refuse)


def test_an_entity_has_backstage_s_shape_whole(site):
    found = read(site, "api/catalog/entities/by-name/component/default/shop.json")

    etag = found["metadata"].pop("etag")
    assert len(etag) == 40
    assert found == {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {
            "namespace": "default",
            "name": "shop",
            "title": "The shop",
            "labels": {"floor": "1"},
            "tags": ["go"],
            "links": [{"url": "https://shop.example", "title": "Open"}],
            "annotations": found["metadata"]["annotations"],
            "uid": str(uuid.uuid5(NAMESPACE, "component:default/shop")),
        },
        "spec": {"type": "service", "lifecycle": "production", "owner": "crew", "dependsOn": ["resource:till"], "weight": None, "share": None},
        "relations": [
            {"type": "dependsOn", "targetRef": "resource:default/till"},
            {"type": "ownedBy", "targetRef": "group:default/crew"},
        ],
    }
    assert set(found["metadata"]["annotations"]) >= {"backstage.io/managed-by-location", "backstage.io/managed-by-origin-location"}


def test_the_etag_is_the_hash_of_everything_but_itself_and_the_uid(site):
    found = read(site, "api/catalog/entities/by-name/component/default/shop.json")
    etag = found["metadata"].pop("etag")
    del found["metadata"]["uid"]

    assert etag == hashlib.sha1(stable_json(found).encode()).hexdigest()


def test_a_relation_is_on_both_of_its_ends(site):
    found = read(site, "api/catalog/entities/by-name/group/default/crew.json")

    assert found["relations"] == [{"type": "ownerOf", "targetRef": "component:default/shop"}]


def test_the_array_holds_every_entity_once_sorted_as_its_own_file_has_it(site):
    found = read(site, "api/catalog/entities.json")

    assert [f"{one['kind'].lower()}:{one['metadata']['namespace']}/{one['metadata']['name']}" for one in found] == ["component:default/shop", "group:default/crew"]
    for one in found:
        assert one == read(site, f"api/catalog/entities/by-name/{one['kind'].lower()}/default/{one['metadata']['name']}.json")


def test_uid_and_etag_stay_while_the_entity_does(tmp_path):
    def ids(text: str, now: dt.datetime) -> tuple[str, str]:
        built = build_site(organisation(tmp_path, {"shop/catalog-info.yaml": text}), tmp_path / "site", now=now)
        metadata = read(built, "api/catalog/entities/by-name/component/default/shop.json")["metadata"]
        return metadata["uid"], metadata["etag"]

    first = ids(SHOP, MARCH)
    assert ids(SHOP, MARCH + dt.timedelta(days=9)) == first
    uid, etag = ids(SHOP.replace("The shop", "Shop"), MARCH)
    assert uid == first[0]
    assert etag != first[1]


def test_problems_are_an_array_of_whole_problems_sorted(site):
    assert read(site, "api/problems.json") == [
        {
            "code": "dangling-ref",
            "severity": "warning",
            "message": "component:default/shop dependsOn resource:default/till, which is not in the catalog",
            "repository": "shop",
            "file": "catalog-info.yaml",
            "line": 13,
            "column": 15,
            "hint": "declare resource:default/till, or correct the reference",
            "entity": "component:default/shop",
        }
    ]


def test_the_build_s_record_counts_what_there_is_and_names_every_source(site):
    found = read(site, "api/build.json")

    isolation = found["docs"].pop("isolation")
    assert all(isinstance(name, str) for name in isolation)
    repository = {"url": "", "branch": "", "commit": "", "committed_at": None, "stale_since": None, "error": ""}
    assert found == {
        "generator": "callboard",
        "version": __version__,
        "built_at": "2026-03-04T00:00:00Z",
        "counts": {
            "repositories": 2,
            "entities": 2,
            "kinds": {"Component": 1, "Group": 1},
            "manuals": 0,
            "pages": 0,
            "problems": {"info": 0, "warning": 1, "error": 0},
        },
        "docs": {},
        "sources": [
            {
                "id": "sources[0]",
                "description": "folder repos",
                "error": "",
                "repositories": [{"name": "crew", **repository}, {"name": "shop", **repository}],
            }
        ],
    }


def test_what_the_foot_of_every_page_reads_stays_small_however_many_repositories_there_are(site):
    assert read(site, "api/built.json") == {"generator": "callboard", "built_at": "2026-03-04T00:00:00Z", "counts": {"repositories": 2, "entities": 2}}
    [script] = (site.folder / "assets").glob("callboard.*.js")
    assert 'callboard.address("api/built.json")' in script.read_text("utf-8")


def test_the_record_holds_the_time_of_the_build_and_no_page_does(site, tmp_path):
    later = build_site(organisation(tmp_path, {"shop/catalog-info.yaml": SHOP, "crew/catalog-info.yaml": group()}), tmp_path / "site", now=dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=dt.UTC))

    named = sorted(path.relative_to(later.folder).as_posix() for path in later.folder.rglob("*") if path.is_file() and b"2031" in path.read_bytes())
    assert named == ["api/build.json", "api/built.json", "health/index.html"]


def test_llms_txt_names_every_entity_and_manual_with_its_page(tmp_path):
    files = {
        "shop/catalog-info.yaml": component("shop", metadata="  title: A [shop](https://x.example)\n  description: |\n    Sells\n    things\n  annotations: {backstage.io/techdocs-ref: dir:.}\n"),
        "shop/docs/index.md": "# Shop\n",
        "crew/catalog-info.yaml": group(),
    }  # fmt: skip

    site = build_site(organisation(tmp_path, files, "site: {title: Board}\nsources: [{folder: {path: repos}}]\n"), tmp_path / "site")

    assert [line for line in site.text("llms.txt").splitlines() if line.startswith(("#", "-", ">"))] == [
        "# Board",
        "> Software catalog and documentation. Entities as JSON: api/catalog/entities.json",
        "## Component",
        "- [A (shop)(https://x.example)](catalog/default/component/shop/): Sells things",
        "## Group",
        "- [crew](catalog/default/group/crew/)",
        "## Documentation",
        "- [A (shop)(https://x.example)](docs/default/component/shop/)",
    ]


@pytest.mark.parametrize(
    ("url", "links", "expected"),
    [
        ("https://acme.example/portal", "folders", "https://acme.example/portal/catalog/default/component/shop/"),
        ("https://acme.example/portal/", "files", "https://acme.example/portal/catalog/default/component/shop/index.html"),
    ],
)
def test_a_sitemap_and_canonical_addresses_are_written_where_the_address_is_known(url, links, expected, tmp_path):
    config = f"site: {{url: '{url}', links: {links}}}\nsources: [{{folder: {{path: repos}}}}]\n"

    site = build_site(organisation(tmp_path, {"shop/catalog-info.yaml": component("shop")}, config), tmp_path / "site")

    assert f"<loc>{expected}</loc>" in site.text("sitemap.xml")
    assert f'<link rel="canonical" href="{expected}">' in site.text("catalog/default/component/shop/index.html")


def test_without_an_address_there_is_no_sitemap_and_no_canonical_address(site):
    assert not (site.folder / "sitemap.xml").exists()
    assert 'rel="canonical"' not in site.text("index.html")


def test_every_entity_of_the_demo_has_its_twin_and_its_page_names_it(tmp_path):
    site = build_site(DEMO, tmp_path / "site")

    for ref in site.built.portal.catalog.entities:
        twin = Path(f"api/catalog/entities/by-name/{ref.kind}/{ref.namespace}/{ref.name}.json")
        assert (site.folder / twin).is_file()
        assert f'href="../../../../{twin}"' in site.text(f"catalog/{ref.namespace}/{ref.kind}/{ref.name}/index.html")
