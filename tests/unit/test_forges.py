"""Addresses of code hosts: what is written, what is understood, and what never gets through."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.model.forges import (
    FORGES,
    ISSUE_LIMIT,
    BlobAddress,
    edit_url,
    guess_forge,
    issue_url,
    parse_blob_url,
    raw_url,
    repository_name,
    tree_url,
    view_url,
    web_url,
)
from callboard.model.repository import Repository
from callboard.model.routes import safe_url

HOMES = {
    "github": "https://github.com/acme/shop",
    "gitlab": "https://gitlab.com/acme/web/shop",
    "bitbucket": "https://bitbucket.org/acme/shop",
    "bitbucketServer": "https://git.acme.example/projects/ACME/repos/shop",
    "gitea": "https://codeberg.org/acme/shop",
    "forgejo": "https://forgejo.acme.example/acme/shop",
    "azure": "https://dev.azure.com/acme/web/_git/shop",
    "harness": "https://app.harness.io/ng/account/A1/module/code/orgs/acme/projects/web/repos/shop",
}


def repository(forge: str, **changes: object) -> Repository:
    plain = Repository(name="acme/shop", source="sources[0]", url=HOMES[forge], forge=forge, branch="main")
    return dataclasses.replace(plain, **changes)


def test_every_forge_writes_view_edit_raw_and_folder_addresses_as_its_own_pages_do():
    written = {
        forge: (
            view_url(repository(forge), "docs/a b.md", 7),
            edit_url(repository(forge), "docs/a b.md"),
            raw_url(repository(forge), "docs/a b.md"),
            tree_url(repository(forge), "docs"),
        )
        for forge in HOMES
    }

    gitea = HOMES["gitea"]
    forgejo = HOMES["forgejo"]
    server = HOMES["bitbucketServer"]
    azure = f"{HOMES['azure']}?path=%2Fdocs%2F"
    harness = f"{HOMES['harness']}/files/main/~/docs/"
    assert written == {
        "github": (
            "https://github.com/acme/shop/blob/main/docs/a%20b.md#L7",
            "https://github.com/acme/shop/edit/main/docs/a%20b.md",
            "https://github.com/acme/shop/raw/main/docs/a%20b.md",
            "https://github.com/acme/shop/tree/main/docs/",
        ),
        "gitlab": (
            "https://gitlab.com/acme/web/shop/-/blob/main/docs/a%20b.md#L7",
            "https://gitlab.com/acme/web/shop/-/edit/main/docs/a%20b.md",
            "https://gitlab.com/acme/web/shop/-/raw/main/docs/a%20b.md",
            "https://gitlab.com/acme/web/shop/-/tree/main/docs/",
        ),
        "bitbucket": (
            "https://bitbucket.org/acme/shop/src/main/docs/a%20b.md#lines-7",
            "https://bitbucket.org/acme/shop/src/main/docs/a%20b.md?mode=edit&at=main",
            "https://bitbucket.org/acme/shop/raw/main/docs/a%20b.md",
            "https://bitbucket.org/acme/shop/src/main/docs/",
        ),
        "bitbucketServer": (
            f"{server}/browse/docs/a%20b.md?at=main#7",
            f"{server}/browse/docs/a%20b.md",
            f"{server}/raw/docs/a%20b.md?at=main",
            f"{server}/browse/docs/?at=main",
        ),
        "gitea": (
            f"{gitea}/src/branch/main/docs/a%20b.md#L7",
            f"{gitea}/_edit/main/docs/a%20b.md",
            f"{gitea}/raw/branch/main/docs/a%20b.md",
            f"{gitea}/src/branch/main/docs/",
        ),
        "forgejo": (
            f"{forgejo}/src/branch/main/docs/a%20b.md#L7",
            f"{forgejo}/_edit/main/docs/a%20b.md",
            f"{forgejo}/raw/branch/main/docs/a%20b.md",
            f"{forgejo}/src/branch/main/docs/",
        ),
        "azure": (
            f"{azure}a%20b.md&version=GBmain&line=7&lineEnd=8&lineStartColumn=1&lineEndColumn=1",
            f"{azure}a%20b.md&version=GBmain",
            "",
            f"{azure}&version=GBmain",
        ),
        "harness": (f"{harness}a%20b.md", f"{harness}a%20b.md", "", harness),
    }
    assert set(HOMES) == set(FORGES)


@pytest.mark.parametrize("forge", HOMES)
def test_what_is_written_is_understood_again(forge):
    home = repository(forge, branch="feature/new shop")

    for path in ("catalog-info.yaml", "docs/a b#c?d.md", "100%/ä.md"):
        found = parse_blob_url(view_url(home, path), known_refs=["feature/new shop"])
        assert found == BlobAddress(home.url, "feature/new shop", path)
    assert parse_blob_url(tree_url(home, "docs")).repository_url == home.url


def test_the_folder_of_a_monorepo_links_into_the_whole_repository():
    folder = repository("github", prefix="services/shop")

    assert (
        view_url(folder, "catalog-info.yaml")
        == "https://github.com/acme/shop/blob/main/services/shop/catalog-info.yaml"
    )
    assert tree_url(folder) == "https://github.com/acme/shop/tree/main/services/shop/"


def test_a_commit_can_be_viewed_and_not_edited():
    detached = repository("github", branch="", commit="a" * 40)

    assert view_url(detached, "x.md") == f"https://github.com/acme/shop/blob/{'a' * 40}/x.md"
    assert edit_url(detached, "x.md") == ""
    assert view_url(repository("gitea", branch="", commit="a" * 40), "x.md").endswith(f"/src/commit/{'a' * 40}/x.md")
    assert view_url(repository("azure", branch="", commit="a" * 40), "x.md").endswith(f"&version=GC{'a' * 40}")


def test_a_repository_without_a_web_address_has_no_links():
    nowhere = Repository(name="shop", source="sources[0]")

    assert (view_url(nowhere, "x"), edit_url(nowhere, "x"), tree_url(nowhere), issue_url(nowhere, "t", "b")) == (
        "",
    ) * 4


def test_an_issue_opens_with_title_and_text_and_never_with_a_too_long_address():
    assert issue_url(repository("github"), "Docs & more", "line 1\nline 2") == (
        "https://github.com/acme/shop/issues/new?title=Docs%20%26%20more&body=line%201%0Aline%202"
    )
    assert issue_url(repository("gitlab"), "T", "B") == (
        "https://gitlab.com/acme/web/shop/-/issues/new?issue[title]=T&issue[description]=B"
    )
    assert len(issue_url(repository("github"), "T" * 500, "ä" * 9000)) <= ISSUE_LIMIT
    assert issue_url(repository("bitbucket"), "T", "B") == ""
    assert issue_url(repository("azure"), "T", "B") == (
        "https://dev.azure.com/acme/web/_workitems/create/Task?[System.Title]=T&[System.Description]=B"
    )
    alone = repository("azure", url="https://dev.azure.com/acme/_git/shop")
    assert issue_url(alone, "T", "").startswith("https://dev.azure.com/acme/shop/_workitems/")
    older = repository("azure", url="https://acme.visualstudio.com/web/_git/shop")
    assert issue_url(older, "T", "").startswith("https://acme.visualstudio.com/web/_workitems/")


@pytest.mark.parametrize(
    ("clone", "web"),
    [
        ("https://github.com/acme/shop.git", "https://github.com/acme/shop"),
        ("https://github.com/acme/shop/", "https://github.com/acme/shop"),
        ("https://user:secret@github.com/acme/shop.git", "https://github.com/acme/shop"),
        ("https://ghp_secret@github.com/acme/shop?x=secret#secret", "https://github.com/acme/shop"),
        ("git@github.com:acme/shop.git", "https://github.com/acme/shop"),
        ("ssh://git@ssh.github.com:443/acme/shop.git", "https://github.com/acme/shop"),
        ("ssh://git@gitlab.acme.example:2222/a/b/shop.git", "https://gitlab.acme.example/a/b/shop"),
        ("https://gitlab.acme.example:8443/a/shop.git", "https://gitlab.acme.example:8443/a/shop"),
        ("http://git.acme.example:80/a/shop", "http://git.acme.example/a/shop"),
        ("git@ssh.dev.azure.com:v3/acme/web/shop", "https://dev.azure.com/acme/web/_git/shop"),
        ("acme@vs-ssh.visualstudio.com:v3/acme/web/shop", "https://acme.visualstudio.com/web/_git/shop"),
        ("https://acme@dev.azure.com/acme/my%20web/_git/shop", "https://dev.azure.com/acme/my%20web/_git/shop"),
        ("https://stash.acme.example/scm/acme/shop.git", "https://stash.acme.example/projects/acme/repos/shop"),
        ("ssh://git@bitbucket.acme.example:7999/~ann/shop.git", "https://bitbucket.acme.example/users/ann/repos/shop"),
        ("https://git.harness.io/A1/acme/web/shop.git", HOMES["harness"]),
        ("git://git.acme.example/shop", "https://git.acme.example/shop"),
        ("https://[2001:db8::1]:8080/a/shop", "https://[2001:db8::1]:8080/a/shop"),
        ("/srv/git/shop.git", ""),
        ("../shop", ""),
        ("file:///srv/git/shop.git", ""),
        ("ext::sh -c id", ""),
        ("javascript:alert(1)", ""),
        ("https://github.com/", ""),
        ("https://github.com/a/../../b", ""),
        ("https://evil.example\r\nx/a/b", ""),
        ("https://a b/c/d", ""),
        ("https://github.com/a%0a::error::x/b", ""),
        ("https://host:99999/a/b", ""),
        ("", ""),
    ],
)
def test_clone_addresses_become_web_addresses_without_credentials(clone, web):
    assert web_url(clone) == web


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (
            "https://github.com/acme/shop/blob/main/catalog-info.yaml",
            ("https://github.com/acme/shop", "main", "catalog-info.yaml"),
        ),
        ("https://x:secret@github.com/acme/shop/tree/main/docs/", ("https://github.com/acme/shop", "main", "docs/")),
        ("https://github.com/acme/shop/tree/main", ("https://github.com/acme/shop", "main", "")),
        ("https://raw.githubusercontent.com/acme/shop/main/a.yaml", ("https://github.com/acme/shop", "main", "a.yaml")),
        ("https://gitlab.com/a/b/c/shop/-/blob/main/x.yaml", ("https://gitlab.com/a/b/c/shop", "main", "x.yaml")),
        ("https://gitlab.com/a/b/c/shop/blob/main/x.yaml", ("https://gitlab.com/a/b/c/shop", "main", "x.yaml")),
        ("https://bitbucket.org/acme/shop/src/main/x.yaml", ("https://bitbucket.org/acme/shop", "main", "x.yaml")),
        (
            f"{HOMES['bitbucketServer']}/browse/a/x.yaml?at=refs/heads/main",
            (HOMES["bitbucketServer"], "main", "a/x.yaml"),
        ),
        (f"{HOMES['bitbucketServer']}/browse/x.yaml", (HOMES["bitbucketServer"], "", "x.yaml")),
        ("https://codeberg.org/a/shop/src/branch/main/x.yaml", ("https://codeberg.org/a/shop", "main", "x.yaml")),
        ("https://codeberg.org/a/shop/src/tag/v1/x.yaml", ("https://codeberg.org/a/shop", "v1", "x.yaml")),
        (f"{HOMES['azure']}?path=%2Fa%2Fx.yaml", (HOMES["azure"], "", "a/x.yaml")),
        (f"{HOMES['harness']}/files/feature/x/~/a/x.yaml", (HOMES["harness"], "feature/x", "a/x.yaml")),
    ],
)
def test_addresses_of_files_are_understood(url, address):
    assert parse_blob_url(url) == BlobAddress(*address)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/acme/shop",
        "https://example.org/",
        "mailto:a@b.example",
        "/acme/shop/blob/main/x",
        "https://github.com/acme/shop/blob/main/../../../other/x",
        "https://github.com/acme/shop/blob/main/%2e%2e/x",
        "https://github.com/acme/shop/blob/main/a/%252e%252e/x",
        "https://github.com/acme/shop/blob/main/a%2f..%2fx",
        "https://github.com/acme/shop/blob/main/..%5cx",
        "https://github.com/acme/shop/blob/main\\..\\x",
        "https://github.com/acme/shop/blob/main/%00",
        "https://github.com/acme/shop/blob/main/a%0Ab",
        "https://github.com/../shop/blob/main/x",
        f"{HOMES['azure']}?path=/a/../../x",
        "https://[bad/a/b/blob/main/x",
    ],
)
def test_addresses_that_are_none_or_climb_are_not_understood(url):
    assert parse_blob_url(url) is None


def test_the_longest_known_branch_is_taken_where_its_name_has_slashes():
    url = "https://github.com/acme/shop/blob/release/2026/docs/x.md"

    assert parse_blob_url(url, ["release", "release/2026"]) == BlobAddress(
        "https://github.com/acme/shop", "release/2026", "docs/x.md"
    )
    assert parse_blob_url(url) == BlobAddress("https://github.com/acme/shop", "release", "2026/docs/x.md")


@pytest.mark.parametrize(
    ("url", "forge"),
    [
        *((home, forge) for forge, home in HOMES.items()),
        ("https://github.acme.example/a/b", "github"),
        ("https://acme.ghe.com/a/b", "github"),
        ("git@gitlab.acme.example:a/b.git", "gitlab"),
        ("https://acme.visualstudio.com/web/_git/shop", "azure"),
        ("https://git.acme.example/scm/a/b.git", "bitbucketServer"),
        ("https://git.acme.example/a/b", ""),
        ("https://notgithub.example/a/b", ""),
        ("/srv/git/github.com/x", ""),
    ],
)
def test_the_forge_is_told_from_the_address_where_that_is_telling(url, forge):
    assert guess_forge(url) == forge


def test_repositories_are_called_as_people_call_them():
    assert {forge: repository_name(home) for forge, home in HOMES.items()} == {
        "github": "acme/shop",
        "gitlab": "acme/web/shop",
        "bitbucket": "acme/shop",
        "bitbucketServer": "ACME/shop",
        "gitea": "acme/shop",
        "forgejo": "acme/shop",
        "azure": "acme/web/shop",
        "harness": "acme/web/shop",
    }


@given(st.sampled_from(sorted(HOMES)), st.text(), st.text(), st.text())
def test_no_path_branch_or_text_breaks_out_of_an_address(forge, path, branch, text):
    home = repository(forge, branch=branch or "main")

    places = (f"{home.url}/", f"{home.url}?", f"{home.url.partition('/_git/')[0]}/_workitems/create/Task?")

    for address in (
        view_url(home, path, 3),
        edit_url(home, path),
        raw_url(home, path),
        tree_url(home, path),
        issue_url(home, text, text),
    ):
        assert address == "" or address.startswith(places)
        assert safe_url(address) == address
        assert not set(address) & set('<>" \n\r\\`')
        assert "/../" not in address and not address.endswith("/..")


@given(st.text(alphabet=st.sampled_from("abc:/@.%#?[]-_~\\ \n0")))
def test_no_clone_address_leaks_a_user_or_raises(text):
    found = web_url(text)

    assert "@" not in found.partition("/")[0]
    assert found == "" or "@" not in found.split("/")[2]
    parse_blob_url(text)
    guess_forge(text)
    repository_name(text)
