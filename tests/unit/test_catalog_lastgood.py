"""Nothing that was published disappears because of a mistake, and nothing stays that was taken away."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from crawls import (
    MONDAY,
    TEAM,
    TUESDAY,
    WEDNESDAY,
    Assembled,
    assembled,
    checkout,
    component,
    crawl,
    documents,
    group,
    location,
)

from callboard.catalog.lastgood import LastGood
from callboard.config.model import CatalogConfig, Rule
from callboard.diagnostics import Report, SourceLocation
from callboard.model.ref import EntityRef
from callboard.model.repository import Crawl, ReadError, Stale

SHOP = component("shop", dependsOn="[component:store]")
STORE = component("store")


def stale(found: Assembled) -> dict[str, str]:
    """Each entity that is out of date, with the error."""
    return {str(ref): one.stale.error for ref, one in found.catalog.entities.items() if one.stale}


def shop(text: str | bytes | ReadError, **files: str) -> Crawl:
    return crawl(checkout("acme/shop", {"catalog-info.yaml": text, "org.yaml": TEAM, **files}), descriptors=("*.yaml",))


def test_a_document_that_became_invalid_is_shown_as_it_was_and_says_so(tmp_path: Path) -> None:
    good = assembled(shop(documents(SHOP, STORE)), tmp_path, now=MONDAY)

    found = assembled(shop(documents(SHOP, STORE.replace("owner:", "owners:"))), tmp_path, now=TUESDAY)

    assert found.refs == good.refs
    store = found.catalog.entities[EntityRef.parse("component:store")]
    assert store.stale == Stale(MONDAY, "spec.owner is missing")
    assert store.value == good.catalog.entities[store.ref].value
    assert found.catalog.relations == good.catalog.relations
    assert found.problems == (
        "acme/shop/catalog-info.yaml:15:1: error[bad-field]: spec.owner is missing\n"
        "  hint: did you mean owner instead of owners?\n"
        "acme/shop/catalog-info.yaml:15:1: warning[stale-entity]: component:default/store is shown as it was on 2026-01-05 00:00 UTC,"
        " because its document can no longer be used\n"
        "  hint: correct the document, or delete it"
    )


def test_the_good_version_keeps_its_age_however_often_the_portal_is_built(tmp_path: Path) -> None:
    broken = shop(documents(SHOP, STORE.replace("owner:", "owners:")))
    assembled(shop(documents(SHOP, STORE)), tmp_path, now=MONDAY)

    assembled(broken, tmp_path, now=TUESDAY)
    found = assembled(broken, tmp_path, now=WEDNESDAY)

    assert found.catalog.entities[EntityRef.parse("component:store")].stale == Stale(MONDAY, "spec.owner is missing")


def test_a_document_that_is_repaired_is_fresh_again(tmp_path: Path) -> None:
    for text in (SHOP, SHOP.replace("owner:", "owners:")):
        assembled(shop(documents(text, STORE)), tmp_path, now=MONDAY)

    found = assembled(shop(documents(SHOP, STORE)), tmp_path, now=TUESDAY)

    assert stale(found) == {}
    assert found.problems == ""


def test_a_document_that_is_deleted_is_gone(tmp_path: Path) -> None:
    assembled(shop(documents(SHOP, STORE)), tmp_path)

    found = assembled(shop(STORE), tmp_path, now=TUESDAY)

    assert found.refs == ["component:default/store", "group:default/team"]
    assert found.problems == ""


def test_a_document_that_was_broken_when_it_was_deleted_is_gone(tmp_path: Path) -> None:
    for text in (documents(SHOP, STORE), documents("a: [", STORE)):
        assembled(shop(text), tmp_path)

    assert assembled(shop(STORE), tmp_path, now=TUESDAY).refs == ["component:default/store", "group:default/team"]


def test_a_document_whose_name_cannot_be_read_stands_for_what_its_file_lacks(tmp_path: Path) -> None:
    assembled(shop(documents(SHOP, STORE, component("other"))), tmp_path)

    found = assembled(shop(documents(SHOP, "a: [1\n", component("other"))), tmp_path, now=TUESDAY)

    assert stale(found) == {"component:default/store": "a list in [ ] is not closed"}


@pytest.mark.parametrize("name", ["store!", "another"])
def test_a_document_that_is_broken_under_another_name_stands_for_what_its_file_lacks(tmp_path: Path, name: str) -> None:
    assembled(shop(documents(SHOP, STORE)), tmp_path)

    found = assembled(shop(documents(SHOP, component(f"'{name}'").replace("owner:", "owners:"))), tmp_path, now=TUESDAY)

    assert list(stale(found)) == ["component:default/store"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (
            ReadError("file-unreadable", "catalog-info.yaml cannot be read: Permission denied"),
            "catalog-info.yaml cannot be read: Permission denied",
        ),
        (b"\xff\xfe", "catalog-info.yaml holds bytes in line 1 that are not UTF-8"),
        (b"#" * (6 << 20), "catalog-info.yaml has 6,291,456 bytes, more than the 5,242,880 that are read"),
        ("", None),
    ],
)
def test_a_file_that_became_unreadable_keeps_its_entities_and_one_that_became_empty_does_not(
    tmp_path: Path, content: str | bytes | ReadError, error: str | None
) -> None:
    assembled(shop(documents(SHOP, STORE)), tmp_path)

    found = assembled(shop(content), tmp_path, now=TUESDAY)

    assert stale(found) == ({"component:default/shop": error, "component:default/store": error} if error else {})


def test_a_placeholder_that_breaks_keeps_what_it_brought_in(tmp_path: Path) -> None:
    api = (
        "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: a}\n"
        "spec: {type: openapi, lifecycle: x, owner: team, definition: {$text: ./api.txt}}\n"
    )
    assembled(shop(api, **{"api.txt": "openapi: 3.1.0"}), tmp_path)

    found = assembled(shop(api), tmp_path, now=TUESDAY)

    (entity,) = found.catalog.of_kind("api")
    assert entity.spec["definition"] == "openapi: 3.1.0"
    assert entity.stale is not None


def test_a_repository_that_does_not_answer_keeps_all_of_its_entities_with_one_diagnostic(tmp_path: Path) -> None:
    one, two = (
        checkout("acme/one", {"catalog-info.yaml": documents(SHOP, STORE)}),
        checkout("acme/two", {"catalog-info.yaml": TEAM}),
    )
    good = assembled(crawl(one, two), tmp_path)

    found = assembled(crawl(two, failed=["acme/one"]), tmp_path, now=TUESDAY)

    assert found.refs == good.refs
    assert found.catalog.relations == good.catalog.relations
    assert stale(found) == {"component:default/shop": "does not answer", "component:default/store": "does not answer"}
    assert found.problems == (
        "acme/one: warning[stale-entity]: 2 entities of acme/one are shown as of 2026-01-05 00:00 UTC\n"
        "  hint: see why the repository cannot be read"
    )


def test_a_repository_that_is_taken_out_of_the_sources_is_gone(tmp_path: Path) -> None:
    one, two = checkout("acme/one", {"catalog-info.yaml": SHOP}), checkout("acme/two", {"catalog-info.yaml": TEAM})
    assembled(crawl(one, two), tmp_path)

    assert assembled(crawl(two), tmp_path, now=TUESDAY).refs == ["group:default/team"]


def test_what_a_source_gives_from_its_own_memory_is_marked_like_its_repository(tmp_path: Path) -> None:
    old = checkout("acme/one", {"catalog-info.yaml": TEAM}, stale=Stale(MONDAY, "does not answer"))

    found = assembled(crawl(old), tmp_path, now=TUESDAY)

    assert stale(found) == {"group:default/team": "does not answer"}


def test_an_entity_that_now_comes_from_elsewhere_is_not_resurrected(tmp_path: Path) -> None:
    one, two = checkout("acme/one", {"catalog-info.yaml": SHOP}), checkout("acme/two", {"catalog-info.yaml": TEAM})
    assembled(crawl(one, two), tmp_path)
    moved = checkout("acme/two", {"catalog-info.yaml": documents(TEAM, SHOP)})

    found = assembled(crawl(moved, failed=["acme/one"]), tmp_path, now=TUESDAY)

    assert found.catalog.entities[EntityRef.parse("component:shop")].source.repo == "acme/two"
    assert stale(found) == {}
    assert "duplicate-entity" not in found.codes()


@pytest.mark.parametrize("how", ["broken", "silent"])
def test_a_duplicate_does_not_take_the_place_of_what_was_shown_when_that_breaks(tmp_path: Path, how: str) -> None:
    one, two = checkout("acme/one", {"catalog-info.yaml": TEAM}), checkout("acme/two", {"catalog-info.yaml": TEAM})
    broken = checkout("acme/one", {"catalog-info.yaml": TEAM.replace("children", "child")})
    today = crawl(broken, two) if how == "broken" else crawl(two, failed=["acme/one"])
    assembled(crawl(one, two), tmp_path)

    for day in (TUESDAY, WEDNESDAY):
        found = assembled(today, tmp_path, now=day)

        assert found.catalog.of_kind("group")[0].source.repo == "acme/one"
        assert list(stale(found)) == ["group:default/team"]
        assert [str(one.location) for one in found.report if one.code == "duplicate-entity"] == [
            "acme/two/catalog-info.yaml:4:3"
        ]


def test_a_duplicate_takes_the_place_of_what_was_shown_when_that_is_removed(tmp_path: Path) -> None:
    one, two = checkout("acme/one", {"catalog-info.yaml": TEAM}), checkout("acme/two", {"catalog-info.yaml": TEAM})
    assembled(crawl(one, two), tmp_path)

    found = assembled(crawl(checkout("acme/one", {"catalog-info.yaml": ""}), two), tmp_path, now=TUESDAY)

    assert found.catalog.of_kind("group")[0].source.repo == "acme/two"
    assert found.problems == ""


@pytest.mark.parametrize("how", ["broken", "removed"])
def test_a_location_that_is_a_duplicate_is_followed_only_when_the_other_one_is_removed(
    tmp_path: Path, how: str
) -> None:
    one = checkout("acme/one", {"catalog-info.yaml": location("all", "./team.yaml"), "team.yaml": TEAM})
    two = checkout("acme/two", {"catalog-info.yaml": location("all", "./b.yaml"), "b.yaml": group("b")})
    text = {"broken": "a: [1\n", "removed": ""}[how]
    assembled(crawl(one, two), tmp_path)

    found = assembled(
        crawl(checkout("acme/one", {"catalog-info.yaml": text, "team.yaml": TEAM}), two), tmp_path, now=TUESDAY
    )

    assert (
        found.refs
        == {
            "broken": ["group:default/team", "location:default/all"],
            "removed": ["group:default/b", "location:default/all"],
        }[how]
    )


def test_a_document_that_moved_and_broke_at_once_is_shown_as_it_was(tmp_path: Path) -> None:
    assembled(shop(documents(SHOP, STORE)), tmp_path)

    found = assembled(shop(SHOP, **{"store.yaml": STORE.replace("owner:", "owners:")}), tmp_path, now=TUESDAY)

    assert stale(found) == {"component:default/store": "spec.owner is missing"}


def test_what_a_broken_location_led_to_stays_and_is_read_afresh(tmp_path: Path) -> None:
    def found(text: str, store: str) -> Crawl:
        return crawl(checkout("acme/shop", {"catalog-info.yaml": text, "org.yaml": TEAM, "parts/store.yaml": store}))

    assembled(found(location("all", "./org.yaml", "./parts/*.yaml"), STORE), tmp_path)

    second = assembled(found("a: [1\n", component("store", owner="user:guest")), tmp_path, now=TUESDAY)

    assert second.refs == ["component:default/store", "group:default/team", "location:default/all"]
    assert stale(second) == {"location:default/all": "a list in [ ] is not closed"}
    assert second.catalog.entities[EntityRef.parse("component:store")].spec["owner"] == "user:guest"


def test_what_a_location_leads_to_in_a_repository_that_does_not_answer_stays(tmp_path: Path) -> None:
    one = checkout(
        "acme/one", {"catalog-info.yaml": location("all", "https://github.com/acme/two/blob/main/parts/*.yaml")}
    )
    two = checkout("acme/two", {"parts/team.yaml": TEAM})
    assembled(crawl(one, two), tmp_path)

    found = assembled(crawl(one, failed=["acme/two"]), tmp_path, now=TUESDAY)

    assert found.refs == ["group:default/team", "location:default/all"]
    assert stale(found) == {"group:default/team": "does not answer"}


def test_what_nothing_leads_to_any_more_goes_even_while_its_repository_does_not_answer(tmp_path: Path) -> None:
    one = checkout(
        "acme/one", {"catalog-info.yaml": location("all", "https://github.com/acme/two/blob/main/team.yaml")}
    )
    two = checkout("acme/two", {"team.yaml": TEAM})
    assembled(crawl(one, two), tmp_path)
    without = checkout("acme/one", {"catalog-info.yaml": location("all")})

    assert assembled(crawl(without, failed=["acme/two"]), tmp_path, now=TUESDAY).refs == ["location:default/all"]


def test_a_target_whose_file_is_deleted_takes_its_entities_along(tmp_path: Path) -> None:
    def found(**files: str) -> Crawl:
        return crawl(checkout("acme/shop", {"catalog-info.yaml": location("all", "./a.yaml"), **files}))

    assembled(found(**{"a.yaml": TEAM}), tmp_path)

    second = assembled(found(), tmp_path, now=TUESDAY)

    assert second.refs == ["location:default/all"]
    assert second.codes() == ["location-unreadable"]


def test_a_folder_that_may_not_be_listed_keeps_what_was_in_it(tmp_path: Path) -> None:
    def found(**files: str) -> Crawl:
        texts = {
            "catalog-info.yaml": location("all", "./parts/**/*.yaml", "./closed/b.yaml"),
            "org.yaml": TEAM,
            **files,
        }
        return crawl(
            checkout("acme/shop", texts), descriptors=("catalog-info.yaml", "org.yaml", "closed/catalog-info.yaml")
        )

    paths = {
        "parts/closed/a.yaml": component("a"),
        "closed/b.yaml": component("b"),
        "closed/catalog-info.yaml": component("c"),
    }
    good = assembled(found(**paths), tmp_path)
    report = Report()
    for folder in ("parts/closed", "closed"):
        report.add(
            "file-unreadable",
            f"the folder {folder} cannot be read: Permission denied",
            SourceLocation("acme/shop", folder),
        )

    second = assembled(found(), tmp_path, now=TUESDAY, report=report)

    assert second.refs == good.refs
    assert stale(second) == {
        "component:default/a": "parts/closed/a.yaml cannot be read",
        "component:default/b": "closed/b.yaml cannot be read",
        "component:default/c": "closed/catalog-info.yaml cannot be read",
    }


def test_a_descriptor_that_became_a_link_out_of_the_repository_is_shown_as_it_was(tmp_path: Path) -> None:
    assembled(crawl(checkout("acme/shop", {"catalog-info.yaml": TEAM})), tmp_path)

    found = assembled(crawl(checkout("acme/shop", {}, outside_links=("catalog-info.yaml",))), tmp_path, now=TUESDAY)

    assert stale(found) == {"group:default/team": "catalog-info.yaml cannot be read"}


def test_a_kind_that_the_owner_of_the_portal_forbids_is_not_kept(tmp_path: Path) -> None:
    assembled(shop(SHOP), tmp_path)
    only_groups = CatalogConfig(rules=(Rule((("group", ""),)),))

    assert assembled(shop(SHOP), tmp_path, now=TUESDAY, config=only_groups).refs == ["group:default/team"]
    assembled(shop(SHOP), tmp_path, now=TUESDAY)
    assert assembled(shop("a: ["), tmp_path, now=TUESDAY, config=only_groups).refs == ["group:default/team"]


def test_a_type_that_the_owner_of_the_portal_forbids_is_not_kept_as_what_it_was(tmp_path: Path) -> None:
    only_services = CatalogConfig(rules=(Rule((("group", ""), ("component", "service"))),))
    assembled(shop(STORE), tmp_path, config=only_services)

    found = assembled(shop(STORE.replace("type: service", "type: website")), tmp_path, config=only_services)

    assert found.refs == ["group:default/team"]
    assert found.codes() == ["kind-not-allowed"]


def test_a_fresh_location_goes_before_one_that_was_good_however_late_it_is_found(tmp_path: Path) -> None:
    first = {
        "catalog-info.yaml": documents(
            location("x", "./old.yaml"), location("y", "https://github.com/acme/b/blob/main/y.yaml")
        )
    }
    a = checkout("acme/a", {**first, "old.yaml": group("old")})
    assembled(crawl(a, checkout("acme/b", {"y.yaml": TEAM})), tmp_path)
    b = checkout("acme/b", {"y.yaml": documents(TEAM, location("x", "./new.yaml")), "new.yaml": group("new")})

    found = assembled(crawl(b, failed=["acme/a"]), tmp_path, now=TUESDAY)

    x = found.catalog.entities[EntityRef.parse("location:x")]
    assert (x.source.repo, x.stale) == ("acme/b", None)
    assert "group:default/new" in found.refs
    assert list(stale(found)) == ["group:default/old", "location:default/y"]


def test_a_document_whose_location_no_longer_leads_to_it_is_named_as_long_as_it_is_there(tmp_path: Path) -> None:
    def found(*targets: str, **files: str) -> Crawl:
        return crawl(
            checkout("acme/shop", {"catalog-info.yaml": location("all", *targets), "b.yaml": group("b"), **files})
        )

    assembled(found("./a.yaml", "./b.yaml", **{"a.yaml": TEAM}), tmp_path)

    for day in (TUESDAY, WEDNESDAY):
        without = assembled(found("./b.yaml", **{"a.yaml": TEAM}), tmp_path, now=day)
        assert without.refs == ["group:default/b", "location:default/all"]
        assert without.problems == (
            "acme/shop/a.yaml: warning[orphan]: group:default/team is no longer in the catalog: location:default/all does not lead"
            " to a.yaml any more\n  hint: add it to the targets of a Location, or delete the file"
        )
    forbidding = CatalogConfig(rules=(Rule((("location", ""),)),))
    assert (
        "orphan"
        not in assembled(found("./a.yaml", "./b.yaml", **{"a.yaml": TEAM}), tmp_path, config=forbidding).codes()
    )
    assert assembled(found("./b.yaml"), tmp_path).problems == ""
    assert assembled(found("./b.yaml", **{"a.yaml": TEAM}), tmp_path).problems == ""


# -- the state folder -----------------------------------------------------------------------------------------------


def state_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_equal_catalogs_are_kept_in_equal_bytes_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    one, two = checkout("acme/one", {"catalog-info.yaml": SHOP}), checkout("acme/two", {"catalog-info.yaml": TEAM})

    assembled(crawl(one, two), tmp_path / "a")
    assembled(crawl(two, one), tmp_path / "b")

    assert state_of(tmp_path / "a") == state_of(tmp_path / "b")


def test_a_repository_that_is_gone_leaves_nothing_in_the_state(tmp_path: Path) -> None:
    one, two = checkout("acme/one", {"catalog-info.yaml": SHOP}), checkout("acme/two", {"catalog-info.yaml": TEAM})
    assembled(crawl(one, two), tmp_path)

    assembled(crawl(two), tmp_path)

    assert len(state_of(tmp_path)) == 2
    assert b"acme/one" not in b"".join(state_of(tmp_path).values())


DAMAGE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"x"',
    b'{"version": 1}',
    b'{"version": 99}',
    b"\xff\xfe",
    b'{"version": 1, "at": "x", "entities": 5}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_state_counts_as_none_and_is_written_anew(tmp_path: Path, damage: bytes) -> None:
    assembled(shop(SHOP), tmp_path)
    (tmp_path / "catalog" / "index.json").write_bytes(damage)

    found = assembled(shop("a: ["), tmp_path, now=TUESDAY)

    assert found.refs == ["group:default/team"]
    assert found.codes() == ["yaml-syntax", "state-ignored"]
    assert assembled(shop(SHOP), tmp_path).problems.count("state-ignored") == 0


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_repository_in_the_state_counts_as_none(tmp_path: Path, damage: bytes) -> None:
    assembled(shop(SHOP), tmp_path)
    for file in (tmp_path / "catalog" / "entities").iterdir():
        file.write_bytes(damage)

    found = assembled(shop("a: ["), tmp_path, now=TUESDAY)

    assert found.refs == ["group:default/team"]
    assert found.codes() == ["yaml-syntax", "state-ignored"]


def test_a_state_of_another_version_counts_as_none(tmp_path: Path) -> None:
    assembled(shop(SHOP), tmp_path)
    index = tmp_path / "catalog" / "index.json"
    index.write_text(json.dumps({**json.loads(index.read_bytes()), "version": 2}))

    found = assembled(shop("a: ["), tmp_path, now=TUESDAY)

    assert found.refs == ["group:default/team"]
    assert (
        "state: warning[state-ignored]: what the last build kept in index.json is not used: it is of version 2"
        in found.problems
    )


def test_every_single_damaged_value_of_the_state_is_survived(tmp_path: Path) -> None:
    assembled(shop(documents(SHOP, STORE)), tmp_path)
    (file,) = (tmp_path / "catalog" / "entities").iterdir()
    good = json.loads(file.read_bytes())

    def mutations(value: object) -> list[object]:
        found: list[object] = [None, 5, "x", [], {}]
        if isinstance(value, dict):
            found += [{**value, key: other} for key, item in value.items() for other in mutations(item)]
            found += [{k: v for k, v in value.items() if k != key} for key in value]
        elif isinstance(value, list):
            found += [
                [*value[:n], other, *value[n + 1 :]] for n, item in enumerate(value[:2]) for other in mutations(item)
            ]
        return found

    for number, mutated in enumerate(mutations(good)):
        if number % 7 == 0:
            file.write_bytes(json.dumps(mutated).encode())
            report = Report()
            for kept in LastGood.read(tmp_path / "catalog", report).of("acme/shop"):
                assert dataclasses.is_dataclass(kept.entity)


def test_a_build_that_was_killed_while_it_wrote_leaves_a_state_that_can_be_read(tmp_path: Path) -> None:
    assembled(shop(SHOP), tmp_path)
    folder = tmp_path / "catalog" / "entities"
    (folder / "0123.json.new").write_bytes(b'{"vers')
    (tmp_path / "catalog" / "index.json.new").write_bytes(b"")

    found = assembled(shop("a: ["), tmp_path, now=TUESDAY)

    assert list(stale(found)) == ["component:default/shop"]
    assert not (folder / "0123.json.new").exists()


def test_without_a_state_nothing_is_kept(tmp_path: Path) -> None:
    found = assembled(shop("a: ["), tmp_path)

    assert found.refs == ["group:default/team"]
    assert found.codes() == ["yaml-syntax"]


def test_a_state_that_cannot_be_written_does_not_stop_the_build(tmp_path: Path) -> None:
    (tmp_path / "catalog").write_text("in the way")

    found = assembled(shop(SHOP), tmp_path)

    assert found.refs == ["component:default/shop", "group:default/team"]
    assert set(found.codes()) == {"dangling-ref", "state-ignored"}
