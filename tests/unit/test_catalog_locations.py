"""Where Location entities lead, and where they do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from crawls import TEAM, assembled, checkout, component, crawl, documents, group, location

from callboard.catalog.locations import circles
from callboard.model.repository import ReadError


def test_target_and_targets_both_lead_relative_to_the_locations_own_file(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop",
        {
            "catalog-info.yaml": location("all", "./catalog/more.yaml"),
            "catalog/more.yaml": location("more", "parts/b.yaml", "../c.yaml", "/d.yaml", target="a.yaml"),
            "catalog/a.yaml": TEAM,
            "catalog/parts/b.yaml": component("b"),
            "c.yaml": component("c"),
            "d.yaml": component("d"),
        },
    )

    found = assembled(crawl(shop), tmp_path)

    assert found.problems == ""
    assert found.refs == [
        "component:default/b",
        "component:default/c",
        "component:default/d",
        "group:default/team",
        "location:default/all",
        "location:default/more",
    ]


def test_an_entity_knows_its_own_file_the_root_it_came_from_and_the_locations_between(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop",
        {
            "catalog-info.yaml": location("all", "./catalog/more.yaml"),
            "catalog/more.yaml": location("more", "./team.yaml"),
            "catalog/team.yaml": TEAM,
        },
    )

    (team,) = assembled(crawl(shop), tmp_path).catalog.of_kind("group")

    assert team.via == ("location:default/all", "location:default/more")
    assert team.origin == "url:https://github.com/acme/shop/blob/main/catalog-info.yaml"
    assert (
        team.annotations["backstage.io/managed-by-location"]
        == "url:https://github.com/acme/shop/blob/main/catalog/team.yaml"
    )
    assert team.annotations["backstage.io/managed-by-origin-location"] == team.origin
    assert team.annotations["backstage.io/source-location"] == "url:https://github.com/acme/shop/tree/main/catalog/"


def test_globs_lead_to_every_file_they_match_and_pass_over_the_locations_own(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop",
        {
            "catalog-info.yaml": location("all", "./**/*.yaml"),
            "a.yaml": component("a"),
            "deep/er/b.yaml": component("b"),
            ".hidden/c.yaml": component("c"),
            "d.yml": component("d"),
            "team.yaml": TEAM,
        },
    )

    found = assembled(crawl(shop), tmp_path)

    assert found.refs == ["component:default/a", "component:default/b", "group:default/team", "location:default/all"]
    assert found.problems == ""


def test_addresses_lead_into_other_configured_repositories(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop", {"catalog-info.yaml": location("all", "https://github.com/Acme/Org/blob/main/teams/*.yaml")}
    )
    org = checkout("acme/org", {"teams/a.yaml": group("a"), "teams/b.yaml": group("b")})

    found = assembled(crawl(shop, org), tmp_path)

    assert found.refs == ["group:default/a", "group:default/b", "location:default/all"]
    assert found.catalog.of_kind("group")[0].source.repo == "acme/org"
    assert found.catalog.of_kind("group")[0].via == ("location:default/all",)
    assert found.problems == ""


def test_an_address_leads_into_a_folder_that_is_a_part_of_a_repository(tmp_path: Path) -> None:
    part = checkout(
        "acme/mono/shop",
        {
            "catalog-info.yaml": location(
                "all", "https://github.com/acme/mono/blob/main/services/shop/a.yaml", "/services/shop/b.yaml"
            ),
            "a.yaml": TEAM,
            "b.yaml": component("b"),
        },
        url="https://github.com/acme/mono",
        prefix="services/shop",
    )

    assert assembled(crawl(part), tmp_path).refs == [
        "component:default/b",
        "group:default/team",
        "location:default/all",
    ]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            "https://github.com/other/repo/blob/main/catalog-info.yaml",
            "bad-location]: 'https://github.com/other/repo/blob/main/catalog-info.yaml' leads into https://github.com/other/repo,"
            " which is none of the sources\n  hint: add a source for it: - git: {url: https://github.com/other/repo.git}",
        ),
        (
            "https://robot:hunter2@github.com/other/repo/blob/main/a.yaml",
            "bad-location]: 'https://github.com/other/repo/blob/main/a.yaml' leads into https://github.com/other/repo,"
            " which is none of the sources\n  hint: add a source for it: - git: {url: https://github.com/other/repo.git}",
        ),
        (
            "https://github.com/acme/shop/blob/next/a.yaml",
            "bad-location]: 'https://github.com/acme/shop/blob/next/a.yaml' leads to next of acme/shop, of which main is read\n"
            "  hint: write main instead of next, or set branch: next at the source",
        ),
        (
            "https://github.com/acme/shop",
            "bad-location]: 'https://github.com/acme/shop' is not the address of a file in a repository\n  hint: write the"
            " address that the file has in the browser, such as https://github.com/acme/shop/blob/main/catalog-info.yaml",
        ),
        (
            "url:https://github.com/acme/shop/blob/main/a.yaml",
            "bad-location]: 'url:https://github.com/acme/shop/blob/main/a.yaml' has a type before its address\n"
            "  hint: write https://github.com/acme/shop/blob/main/a.yaml",
        ),
        (
            "ftp://example.org/a.yaml",
            "bad-location]: 'ftp://example.org/a.yaml' is neither a web address nor a path of this repository\n"
            "  hint: write a path such as ./catalog/all.yaml",
        ),
        (
            "../other/a.yaml",
            "bad-location]: '../other/a.yaml' leads out of the repository\n  hint: write a path of this repository, such as ./catalog/all.yaml",
        ),
        (
            "./catalog/",
            "bad-location]: './catalog/' is a folder\n  hint: write ./catalog/catalog-info.yaml, or a glob",
        ),
        (
            "./missing.yaml",
            "location-unreadable]: './missing.yaml' leads to missing.yaml, which is not in acme/shop\n"
            "  hint: correct the path, or write presence: optional",
        ),
        (
            "./team.yaml",
            "location-unreadable]: './team.yaml' leads to team.yaml, which is not in acme/shop\n  hint: did you mean team.yml?",
        ),
        (
            "./catalog",
            "location-unreadable]: './catalog' leads to catalog, which is a folder\n"
            "  hint: write ./catalog/catalog-info.yaml, or a glob",
        ),
        (
            "./none/*.yaml",
            "location-unreadable]: './none/*.yaml' matches no file of acme/shop\n  hint: correct the glob, or write presence: optional",
        ),
    ],
)
def test_a_target_that_leads_nowhere_is_named_at_its_line_and_spares_the_others(
    tmp_path: Path, target: str, said: str
) -> None:
    shop = checkout(
        "acme/shop",
        {
            "catalog-info.yaml": location("all", f'"{target}"', "./team.yml"),
            "team.yml": TEAM,
            "catalog/x.yaml": component("x"),
        },
    )

    found = assembled(crawl(shop), tmp_path)

    assert found.problems == f"acme/shop/catalog-info.yaml:7:7: error[{said}"
    assert found.refs == ["group:default/team", "location:default/all"]


@pytest.mark.parametrize(
    "target", ["%2e%2e/a.yaml", "..%2fa.yaml", "%252e%252e/a.yaml", "..\\\\a.yaml", "./x/../../a.yaml", "/../a.yaml%00"]
)
def test_no_spelling_of_two_dots_leaves_the_repository(tmp_path: Path, target: str) -> None:
    shop = checkout("acme/shop", {"catalog-info.yaml": location("all", f'"{target}"')})

    assert assembled(crawl(shop), tmp_path).codes() in (["bad-location"], ["location-unreadable"])


def test_an_encoded_address_is_not_followed_into_another_repository(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop",
        {"catalog-info.yaml": location("all", '"https://github.com/acme/shop/blob/main/%2e%2e/%2e%2e/a.yaml"')},
    )

    assert assembled(crawl(shop), tmp_path).codes() == ["bad-location"]


def test_a_location_in_a_repository_reads_no_files_of_the_machine(tmp_path: Path) -> None:
    shop = checkout("acme/shop", {"catalog-info.yaml": location("all", "./team.yaml", type="file"), "team.yaml": TEAM})

    found = assembled(crawl(shop), tmp_path)

    assert found.codes() == ["bad-location"]
    assert found.refs == []


def test_optional_silences_what_is_not_there_and_nothing_else(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop",
        {
            "catalog-info.yaml": location(
                "all", "./missing.yaml", "./none/*.yaml", "./broken.yaml", presence="optional"
            ),
            "broken.yaml": "a: [",
        },
    )

    found = assembled(crawl(shop), tmp_path)

    assert [(problem.code, problem.location.path) for problem in found.report] == [("yaml-syntax", "broken.yaml")]
    assert found.refs == ["location:default/all"]


def test_a_target_that_cannot_be_read_is_one_diagnostic_at_the_file(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop",
        {
            "catalog-info.yaml": location("all", "./a.yaml", "./b.yaml", "./c.yaml"),
            "a.yaml": ReadError("file-unreadable", "a.yaml cannot be read: Permission denied", "chmod u+r a.yaml"),
            "b.yaml": b"# \xff\n",
            "c.yaml": "# " + "x" * (20 << 20),
        },
    )

    assert assembled(crawl(shop), tmp_path).problems == (
        "acme/shop/a.yaml: error[file-unreadable]: a.yaml cannot be read: Permission denied\n"
        "  hint: chmod u+r a.yaml\n"
        "acme/shop/b.yaml:1: error[file-not-utf8]: b.yaml holds bytes in line 1 that are not UTF-8\n"
        "  hint: save the file as UTF-8\n"
        "acme/shop/c.yaml: error[file-too-large]: c.yaml has 20,971,522 bytes, more than the 5,242,880 that are read"
    )


def test_a_location_that_leads_to_its_own_file_is_noted_once(tmp_path: Path) -> None:
    shop = checkout("acme/shop", {"catalog-info.yaml": documents(location("all", "./catalog-info.yaml"), TEAM)})

    found = assembled(crawl(shop), tmp_path)

    assert found.problems == (
        "acme/shop/catalog-info.yaml:7:7: info[location-cycle]: './catalog-info.yaml' leads to its own file; each is read once\n"
        "  hint: take the target out"
    )
    assert found.refs == ["group:default/team", "location:default/all"]


def test_a_circle_of_locations_is_noted_once_and_everything_in_it_is_read(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop",
        {
            "catalog-info.yaml": location("a", "./b.yaml"),
            "b.yaml": location("b", "./c.yaml"),
            "c.yaml": documents(location("c", "./catalog-info.yaml"), TEAM),
        },
    )

    found = assembled(crawl(shop), tmp_path)

    assert found.refs == ["group:default/team", "location:default/a", "location:default/b", "location:default/c"]
    assert found.problems == (
        "acme/shop/b.yaml:7:7: info[location-cycle]: './c.yaml' leads to this file again by way of c.yaml, catalog-info.yaml;"
        " each is read once\n  hint: take the target out"
    )


def test_two_locations_may_lead_to_one_file(tmp_path: Path) -> None:
    shop = checkout(
        "acme/shop",
        {
            "catalog-info.yaml": documents(location("a", "./team.yaml"), location("b", "./team.yaml", "./*.yaml")),
            "team.yaml": TEAM,
        },
    )

    found = assembled(crawl(shop), tmp_path)

    assert found.refs == ["group:default/team", "location:default/a", "location:default/b"]
    assert found.problems == ""
    assert shop.reads.count("team.yaml") == 1


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_a_descriptor_of_its_own_is_one_even_where_a_location_leads_to_it_too(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    texts = {f"{names[0]}.yaml": location("all", f"./{names[1]}.yaml"), f"{names[1]}.yaml": TEAM}

    (team,) = assembled(crawl(checkout("acme/shop", texts), descriptors=("*.yaml",)), tmp_path).catalog.of_kind("group")

    assert (team.via, team.origin) == ((), f"url:https://github.com/acme/shop/blob/main/{names[1]}.yaml")


def test_a_chain_of_locations_is_followed_as_far_as_anybody_would_make_one(tmp_path: Path) -> None:
    chain = {f"{n}.yaml": location(f"l{n}", f"./{n + 1}.yaml") for n in range(250)}
    shop = checkout("acme/shop", {"catalog-info.yaml": location("l", "./0.yaml"), **chain, "250.yaml": TEAM})

    found = assembled(crawl(shop), tmp_path)

    assert len(found.refs) == 201
    assert found.problems == (
        "acme/shop/199.yaml:5:1: error[bad-location]: location:default/l199 is behind 200 other Locations and is not followed\n"
        "  hint: let a Location nearer to the root lead there"
    )


def test_a_location_whose_name_is_taken_leads_nowhere(tmp_path: Path) -> None:
    one = checkout("acme/one", {"catalog-info.yaml": documents(location("all", "./team.yaml")), "team.yaml": TEAM})
    two = checkout("acme/two", {"catalog-info.yaml": location("all", "./b.yaml"), "b.yaml": component("b")})

    found = assembled(crawl(one, two), tmp_path)

    assert found.refs == ["group:default/team", "location:default/all"]
    assert found.codes() == ["duplicate-entity"]


def test_generated_locations_are_not_listed(tmp_path: Path) -> None:
    shop = checkout("acme/shop", {"catalog-info.yaml": TEAM})

    assert assembled(crawl(shop), tmp_path).catalog.of_kind("location") == ()


def test_circles_are_found_in_graphs_of_any_depth() -> None:
    chain = {("r", f"{n:05}"): [("r", f"{n + 1:05}")] for n in range(20_000)}

    assert circles(chain) == ()
    assert circles({**chain, ("r", "20000"): [("r", "19999")], ("x", ""): [("x", "")]}) == (
        (("r", "19999"), ("r", "20000")),
        (("x", ""),),
    )
