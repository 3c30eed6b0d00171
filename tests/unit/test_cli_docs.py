"""One repository's documentation, as its author looks at it: what is found, what is said, what follows a change."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from git_remotes import git, make_repository
from portals import callboard, component, digests, fetch, started, wait_for_line

from callboard.docs import confine
from docs_kit import write_tree

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

ASKS = '  annotations: {backstage.io/techdocs-ref: "dir:."}\n'
SHOP = {"catalog-info.yaml": component("shop", metadata=ASKS), "docs/index.md": "# Shop\n\nWelcome.\n"}
BROKEN_LINK = {**SHOP, "docs/index.md": "# Shop\n\nSee [prices](price.md).\n", "docs/prices.md": "# Prices\n"}
LOCATION = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: ['./*/catalog-info.yaml']}\n"


def caches(folder: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(folder / "caches")}


def build(folder: Path, path: str | Path, *more: str) -> subprocess.CompletedProcess[str]:
    return callboard("docs", "build", path, *more, cwd=folder, environ=caches(folder))


def manuals(site: Path) -> list[str]:
    """Where a manual begins: ``namespace/kind/name``."""
    found = json.loads((site / "api/catalog/entities.json").read_text("utf-8"))
    names = (f"{one['metadata']['namespace']}/{one['kind']}/{one['metadata']['name']}".lower() for one in found)
    return sorted(name for name in names if (site / "docs" / name / "index.html").is_file())


# -- what is found ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (SHOP, ["default/component/shop"]),
        ({"mkdocs.yml": "site_name: Till\n", "docs/index.md": "# Till\n"}, ["default/component/some-repo"]),
        ({"mkdocs.yml": "site_name: Till\ndocs_dir: pages\n", "pages/a.md": "# A\n"}, ["default/component/some-repo"]),
        ({"docs/usage.md": "# Usage\n"}, ["default/component/some-repo"]),
        ({"README.md": "# Read me\n"}, ["default/component/some-repo"]),
        ({"catalog-info.yaml": component("shop"), "README.md": "# Read me\n"}, ["default/component/shop"]),
        ({"catalog-info.yaml": LOCATION, **{f"services/{path}": text for path, text in SHOP.items()}}, ["default/component/shop"]),
        (
            {f"{name}/catalog-info.yaml": component(name, metadata=ASKS) for name in ("till", "ledger")}
            | {f"{name}/README.md": "# Read me\n" for name in ("till", "ledger")},
            ["default/component/ledger", "default/component/till"],
        ),
        ({**SHOP, "tests/data/catalog-info.yaml": component("sample", metadata=ASKS), "tests/data/README.md": "# No\n"}, ["default/component/shop"]),
    ],
    ids=["descriptor", "mkdocs", "docs_dir", "docs", "readme", "not-asked-for", "location", "projects", "not-below"],
)
def test_a_folder_is_shown_by_what_it_has(files, found, tmp_path):
    write_tree(tmp_path / "Some repo", files)

    done = build(tmp_path, "Some repo")

    assert done.returncode == 0, done.stdout + done.stderr
    assert manuals(tmp_path / "site") == found
    assert done.stderr.splitlines() == [f"open site/docs/{name}/index.html" for name in found]


@pytest.mark.parametrize(
    ("files", "path", "said"),
    [
        ({"main.py": "\n"}, "repo", "repo holds no mkdocs.yml, no docs/ with a page, no README.md, and no entity with backstage.io/techdocs-ref"),
        ({"docs/index.md": "# Shop\n", ".git/HEAD": "x"}, "repo/docs", "docs holds no mkdocs.yml, no docs/ with a page, no README.md"),
    ],
    ids=["nothing", "the-docs-folder-itself"],
)
def test_a_folder_without_documentation_ends_with_2_and_says_what_would_be_some(files, path, said, tmp_path):
    write_tree(tmp_path / "repo", files)

    done = build(tmp_path, path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {said}")
    assert not (tmp_path / "site").exists()


def test_documentation_that_no_descriptor_asks_for_is_shown_with_a_note(tmp_path):
    write_tree(tmp_path / "repo", {"catalog-info.yaml": component("shop"), "docs/index.md": "# Shop\n"})

    done = build(tmp_path, "repo", "--strict")

    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-2:] == [
        "repo/catalog-info.yaml:3:1: info[docs-unannounced]: no entity asks for the documentation of repo, so a portal does not show it",
        "  hint: annotate one with backstage.io/techdocs-ref: dir:. in catalog-info.yaml",
    ]


def test_the_working_copy_is_shown_as_it_is_and_a_part_of_it_links_into_the_whole(tmp_path):
    repo = make_repository(
        tmp_path / "repo",
        {
            "README.md": "# All\n",
            ".gitignore": "secret.md\n",
            "services/shop/docs/index.md": "# Old\n",
        },
    )
    git(repo, "remote", "add", "origin", "https://github.com/acme/mono.git")
    write_tree(
        repo,
        {
            "services/shop/docs/index.md": "# New\n\n[All](../../../README.md)\n",
            "services/shop/docs/added.md": "# Added\n",
            "services/shop/docs/secret.md": "# Secret\n",
        },
    )

    done = build(tmp_path, "repo/services/shop", "--strict")

    assert done.returncode == 0, done.stdout
    docs = tmp_path / "site/docs/default/component/shop"
    page = (docs / "index.html").read_text("utf-8")
    assert sorted(path.name for path in docs.iterdir() if path.is_dir()) == ["added"]
    assert ">New" in page and 'href="https://github.com/acme/mono/blob/main/README.md"' in page
    assert "https://github.com/acme/mono/edit/main/services/shop/docs/index.md" in page
    assert git(repo, "status", "--short").splitlines() == ["M services/shop/docs/index.md", "?? services/shop/docs/added.md"]


def test_a_folder_that_git_ignores_is_shown_all_the_same(tmp_path):
    repo = make_repository(tmp_path / "repo", {".gitignore": "vendor/\n", "vendor/till/README.md": "# Till\n"})

    done = build(tmp_path, repo / "vendor/till")

    assert done.returncode == 0, done.stderr
    assert manuals(tmp_path / "site") == ["default/component/till"]


# -- what is said ----------------------------------------------------------------------------------------------------------


def test_the_summary_is_about_documentation_and_names_files_as_an_editor_finds_them(tmp_path):
    write_tree(tmp_path / "repo", BROKEN_LINK)

    done = build(tmp_path, "repo")

    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert re.fullmatch(r"repo: built in \d+\.\d s", lines[0])
    assert lines[1] == "  docs      1 manual, 2 pages (1 built, 0 reused)"
    assert re.fullmatch(r"  written   (\d+) files to site \(\1 changed\)", lines[2])
    assert lines[3:] == [
        "  problems  1 warning",
        "",
        "repo/docs/index.md:3: warning[docs-broken-link]: docs/index.md has a link to price.md, which leads to nothing",
        "  hint: did you mean prices.md?",
    ]


@pytest.mark.parametrize(
    ("files", "more", "code"),
    [
        (SHOP, ["--strict"], 0),
        (BROKEN_LINK, [], 0),
        (BROKEN_LINK, ["--strict"], 1),
        ({**SHOP, "mkdocs.yml": "nav: {\n"}, [], 1),
        ({**SHOP, "catalog-info.yaml": component("shop", metadata=ASKS.replace("dir:.", "dir:nowhere"))}, [], 1),
    ],
    ids=["good", "worrying", "worrying-and-strict", "broken", "missing"],
)
def test_a_build_of_documentation_ends_with_1_for_an_error_and_when_strict_for_a_warning(files, more, code, tmp_path):
    write_tree(tmp_path / "repo", files)

    done = build(tmp_path, "repo", *more)

    assert done.returncode == code, done.stdout
    assert (tmp_path / "site/index.html").is_file()


def test_json_tells_the_same_as_one_object(tmp_path):
    write_tree(tmp_path / "repo", BROKEN_LINK)

    done = callboard("--log-format", "json", "docs", "build", "repo", cwd=tmp_path, environ=caches(tmp_path))

    outcome = json.loads(done.stdout)
    assert (outcome["manuals"], outcome["problems"]) == (
        {"total": 1, "built": 1, "reused": 0, "pages": 2},
        {"info": 0, "warning": 1, "error": 0},
    )


def test_a_folder_with_other_files_is_not_written_to(tmp_path):
    write_tree(tmp_path, {"repo/README.md": "# Shop\n", "site/index.html": "mkdocs was here"})

    done = build(tmp_path, "repo")

    assert done.returncode == 4
    assert digests(tmp_path / "site").keys() == {"index.html"}


# -- the second time -------------------------------------------------------------------------------------------------------


def test_an_unchanged_manual_is_reused_and_nothing_but_the_site_is_written_beside_it(tmp_path):
    write_tree(tmp_path / "repo", SHOP)
    first = build(tmp_path, "repo")

    again = build(tmp_path, "repo")

    assert "(1 built, 0 reused)" in first.stdout and "(0 built, 1 reused)" in again.stdout
    assert digests(tmp_path / "repo").keys() == SHOP.keys()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["caches", "repo", "site"]


def test_what_a_manual_was_at_earlier_saves_is_not_kept(tmp_path):
    def kept() -> int:
        return len(list((tmp_path / "caches").glob("callboard/docs/*/store/*/*/manual.json")))

    for text in ("one", "two", "three"):
        write_tree(tmp_path / "repo", {**SHOP, "docs/index.md": f"# Shop\n\n{text}\n"})
        assert build(tmp_path, "repo").returncode == 0

    assert kept() == 1


# -- serve -----------------------------------------------------------------------------------------------------------------


def test_serve_tells_where_the_manual_is_and_pages_learn_of_each_build(tmp_path):
    write_tree(tmp_path / "repo", SHOP)

    with started("docs", "serve", "repo", "--port", "0", cwd=tmp_path, environ=caches(tmp_path)) as process:
        said = wait_for_line(process, "serving ")
        found = re.fullmatch(r"serving repo at (http://127\.0\.0\.1:\d+/)docs/default/component/shop/\n", said)
        assert found
        url = f"{found[1]}docs/default/component/shop/"
        page = fetch(url)[1]
        assert "Welcome." in page
        assert '<script src="/~reload/script.js" data-builds="0" defer></script>\n</head>' in page
        assert fetch(f"{url}later/")[0] == 404 and "~reload" in fetch(f"{url}later/")[1]
        assert "EventSource" in fetch(f"{found[1]}~reload/script.js")[1]
        assert "~reload" not in (next((tmp_path / "caches").rglob("site/docs/default/component/shop/index.html"))).read_text("utf-8")
        with urllib.request.urlopen(f"{found[1]}~reload/builds", timeout=30) as events:
            assert (events.headers["Content-Type"], events.readline(), events.readline()) == ("text/event-stream", b"data: 0\n", b"\n")

            write_tree(tmp_path / "repo", {"docs/index.md": "# Shop\n\nWelcome back.\n"})

            assert events.readline() == b"data: 1\n"
        page = fetch(url)[1]
        assert "Welcome back." in page and 'data-builds="1"' in page

        write_tree(tmp_path / "repo", {"mkdocs.yml": "nav: {\n"})
        assert process.stdout is not None
        told = next(line for line in process.stdout if "error" in line and "mkdocs.yml" in line)
        assert told.startswith("repo/mkdocs.yml:")
        assert "Welcome back." in fetch(url)[1]

        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["caches", "repo"]


def test_a_page_that_may_not_run_our_scripts_is_served_as_it_is(tmp_path):
    write_tree(tmp_path / "repo", {**SHOP, "mkdocs.yml": "plugins:\n  - techdocs-core\n  - redirects: {redirect_maps: {old.md: index.md}}\n"})

    with started("docs", "serve", "repo", "--port", "0", cwd=tmp_path, environ=caches(tmp_path)) as process:
        url = wait_for_line(process, "serving ").split()[-1]
        status, page = fetch(f"{url}old/")

    assert (status, "This page has moved" in page, "~reload" in page) == (200, True, False)


def test_serve_opens_the_browser_where_it_is_asked_to(tmp_path):
    write_tree(tmp_path / "repo", SHOP)
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path / "url"} && mv {tmp_path / "url"} {tmp_path / "opened"}\n')
    browser.chmod(0o755)
    environ = {**caches(tmp_path), "BROWSER": f"{browser} %s"}

    with started("docs", "serve", "repo", "--port", "0", "--open", cwd=tmp_path, environ=environ) as process:
        url = wait_for_line(process, "serving ").split()[-1]
        deadline = time.monotonic() + 20
        while not (tmp_path / "opened").exists() and time.monotonic() < deadline:
            time.sleep(0.1)

    assert (tmp_path / "opened").read_text("utf-8").strip() == url


def test_serve_of_a_folder_without_documentation_ends_with_2(tmp_path):
    write_tree(tmp_path / "repo", {"main.py": "\n"})

    done = callboard("docs", "serve", "repo", "--port", "0", cwd=tmp_path, environ=caches(tmp_path))

    assert (done.returncode, done.stderr.startswith("error: repo holds no mkdocs.yml")) == (2, True)
