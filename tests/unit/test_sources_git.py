"""Sources of the type git, against real repositories and a real server: what is read, what it costs, what is refused."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import shutil
import socket
import threading
from pathlib import Path

import pytest
from git_remotes import (
    COMPONENT,
    PATH,
    GitServer,
    Wrapper,
    commit,
    git,
    make_repository,
    make_wrapper,
    serving,
    write,
)

from callboard.config.model import Config, DocsConfig, FolderSource, GitSource, Secret, Source
from callboard.diagnostics import Report
from callboard.model.repository import Change, Checkout, Crawl, ReadError, Stale
from callboard.sources import crawl
from callboard.sources.git import remote_of
from callboard.sources.gitrun import Git, GitError, make_home, scrub
from callboard.sources.kinds import SourceError
from callboard.sources.mirror import CONFIG
from callboard.tools import Tools

NOW = dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)
TOKEN = "s3cr3t+/Token"
DOCUMENTED = COMPONENT.replace("name: shop", "name: shop\n  annotations: {backstage.io/techdocs-ref: 'dir:.'}")
FILES = {
    "catalog-info.yaml": DOCUMENTED,
    "mkdocs.yml": "site_name: Shop\n",
    "docs/index.md": "# Shop\n",
    "docs/deep/page.md": "# Deep\n",
    "src/main.bin": b"\0" * 100_000,
    "src/api.yaml": "openapi: 3.1.0\n",
    "src/other.yaml": "a: 1\n",
}


def read(
    folder: Path,
    *sources: Source,
    now: dt.datetime = NOW,
    environ: dict[str, str] | None = None,
    docs: DocsConfig = DocsConfig(),
    only: str = "",
) -> tuple[Crawl, Report]:
    report = Report()
    config = Config(file=folder / "site_config.yml", sources=sources, docs=docs)
    tools = Tools(now=now, state=folder / "state", environ=environ or {"PATH": PATH}, jobs=2, only=only)
    return crawl(config, tools, report), report


def the_one(found: Crawl) -> Checkout:
    (checkout,) = found.checkouts
    return checkout


@pytest.fixture
def wrapper(tmp_path) -> Wrapper:
    return make_wrapper(tmp_path / "bin")


@pytest.fixture
def shop(tmp_path) -> Path:
    return make_repository(tmp_path / "srv/shop", FILES)


def network_calls(wrapper: Wrapper) -> list[str]:
    return [name for name in wrapper.commands() if name in {"ls-remote", "fetch", "clone", "pull"}]


def test_a_repository_is_read_at_the_branch_that_its_server_calls_head(tmp_path, shop):
    found, report = read(tmp_path, GitSource(url=str(shop)))
    checkout = the_one(found)

    assert checkout.repository == dataclasses.replace(
        checkout.repository,
        name="shop",
        source="sources[0]",
        url="",
        forge="",
        branch="main",
        commit=git(shop, "rev-parse", "HEAD"),
        committed_at=dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
        stale=None,
    )
    assert tuple(checkout.files) == tuple(sorted(FILES))
    assert found.descriptors == (("shop", "catalog-info.yaml"),)
    assert {path: checkout.read(path, limit=1_000_000) for path in FILES} == {
        path: content if isinstance(content, bytes) else content.encode() for path, content in FILES.items()
    }
    assert list(report) == []


def test_another_branch_can_be_named(tmp_path, shop):
    git(shop, "checkout", "-q", "-b", "release/2026")
    write(shop, {"only-here.md": ""})
    newest = commit(shop, "release")
    git(shop, "checkout", "-q", "main")

    checkout = the_one(read(tmp_path, GitSource(url=shop.as_uri(), branch="release/2026"))[0])

    assert (checkout.repository.branch, checkout.repository.commit) == ("release/2026", newest)
    assert "only-here.md" in checkout.files


def test_git_and_a_folder_give_the_same_ids_for_the_same_files(tmp_path, shop):
    (shop / "again.md").symlink_to("docs/index.md")
    commit(shop, "link")
    found, _ = read(tmp_path, GitSource(url=str(shop)), FolderSource(path="srv/shop", repository=True))
    mirror, folder = found.checkouts

    assert mirror.files == folder.files
    for path in ("", "docs", "docs/index.md", "again.md"):
        assert mirror.tree_id(path) == folder.tree_id(path)


def test_the_first_build_fetches_in_few_calls_and_no_content_that_nobody_reads(tmp_path, shop, wrapper):
    found, _ = read(tmp_path, GitSource(url=str(shop)), environ=wrapper.environ())

    # commits and folders, then descriptors, then documentation
    assert network_calls(wrapper) == ["ls-remote", "fetch", "fetch", "fetch"]
    (mirror,) = (tmp_path / "state/sources/mirrors").iterdir()
    assert sum(file.stat().st_size for file in mirror.rglob("*.pack")) < 20_000
    wrapper.forget()
    checkout = the_one(found)
    checkout.read("catalog-info.yaml", limit=10_000)
    checkout.read("docs/index.md", limit=10_000)
    checkout.export(["docs/index.md", "docs/deep/page.md", "mkdocs.yml"], tmp_path / "out")
    assert network_calls(wrapper) == []


def test_files_beside_one_that_is_read_come_with_it(tmp_path, shop, wrapper):
    checkout = the_one(read(tmp_path, GitSource(url=str(shop)), environ=wrapper.environ())[0])
    wrapper.forget()

    assert checkout.read("src/api.yaml", limit=100) == b"openapi: 3.1.0\n"
    assert checkout.read("src/other.yaml", limit=100) == b"a: 1\n"

    assert network_calls(wrapper) == ["fetch"]


def test_an_export_fetches_everything_at_once(tmp_path, wrapper):
    pages = {f"handbook/p{number:03}.md": f"# {number}\n" for number in range(300)}
    shop = make_repository(tmp_path / "srv/shop", {"catalog-info.yaml": COMPONENT, **pages})
    checkout = the_one(read(tmp_path, GitSource(url=str(shop)), environ=wrapper.environ())[0])
    wrapper.forget()

    checkout.export([*pages], tmp_path / "out")

    assert {path: (tmp_path / "out" / path).read_text() for path in pages} == pages
    assert network_calls(wrapper) == ["fetch"]
    assert len(wrapper.calls) <= 4


def test_an_unchanged_repository_costs_one_question(tmp_path, shop, wrapper):
    source = GitSource(url=str(shop))
    first, _ = read(tmp_path, source)
    second, report = read(tmp_path, source, now=LATER, environ=wrapper.environ())

    assert network_calls(wrapper) == ["ls-remote"]
    assert len(wrapper.calls) <= 7
    assert the_one(second).repository == the_one(first).repository
    assert (first.sources[0].reused, second.sources[0].reused) == (0, 1)
    assert list(report) == []


def test_a_new_commit_is_fetched(tmp_path, shop, wrapper):
    source = GitSource(url=str(shop))
    read(tmp_path, source)
    write(shop, {"docs/index.md": "# New\n"})
    newest = commit(shop, "second", "2026-02-01T00:00:00Z")

    found, _ = read(tmp_path, source, now=LATER, environ=wrapper.environ())

    assert the_one(found).repository.commit == newest
    assert the_one(found).read("docs/index.md", limit=100) == b"# New\n"
    assert found.sources[0].reused == 0
    assert network_calls(wrapper)[:2] == ["ls-remote", "fetch"]


def test_rewritten_history_is_followed(tmp_path, shop):
    source = GitSource(url=str(shop))
    read(tmp_path, source)
    write(shop, {"docs/index.md": "# Other\n"})
    git(shop, "add", "-A")
    git(shop, "commit", "-q", "--amend", "-m", "other")

    assert the_one(read(tmp_path, source)[0]).read("docs/index.md", limit=100) == b"# Other\n"


def test_the_last_change_of_each_file_is_known(tmp_path, shop):
    write(shop, {"docs/index.md": "# New\n"})
    newest = commit(shop, "second", "2026-02-01T00:00:00Z")
    checkout = the_one(read(tmp_path, GitSource(url=str(shop)))[0])

    assert checkout.last_change("docs/index.md") == Change(dt.datetime(2026, 2, 1, tzinfo=dt.UTC), "Ann Author", newest)
    assert checkout.last_change("docs/deep/page.md").at == dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    assert checkout.last_change("catalog-info.yaml").at == dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    assert checkout.last_change("nothing") is None


def test_history_is_left_where_nobody_asks_for_it(tmp_path, shop):
    for number in range(3):
        write(shop, {"docs/index.md": f"# {number}\n"})
        commit(shop, str(number))

    found, _ = read(tmp_path, GitSource(url=shop.as_uri()), docs=DocsConfig(last_change=False))

    (mirror,) = (tmp_path / "state/sources/mirrors").iterdir()
    assert (mirror / "shallow").is_file()
    assert the_one(found).last_change("docs/index.md") is None
    assert the_one(found).read("docs/index.md", limit=100) == b"# 2\n"
    write(shop, {"docs/index.md": "# again\n"})
    commit(shop, "again")
    again, _ = read(tmp_path, GitSource(url=shop.as_uri()), docs=DocsConfig(last_change=False))
    assert the_one(again).read("docs/index.md", limit=100) == b"# again\n"


def test_a_server_that_gives_only_whole_repositories_is_read_too(tmp_path, wrapper):
    shop = make_repository(tmp_path / "srv/shop", FILES, partial=False)

    found, report = read(tmp_path, GitSource(url=shop.as_uri()), environ=wrapper.environ())

    assert the_one(found).read("src/main.bin", limit=1_000_000) == b"\0" * 100_000
    assert network_calls(wrapper) == ["ls-remote", "fetch"]
    assert list(report) == []


def test_only_one_repository_is_asked_where_only_one_is_wanted(tmp_path, shop, wrapper):
    till = make_repository(tmp_path / "srv/till", FILES)
    sources = (GitSource(url=str(shop)), GitSource(url=str(till)))
    read(tmp_path, *sources)
    commit(shop, "more")
    newest = commit(till, "more")

    found, _ = read(tmp_path, *sources, environ=wrapper.environ(), only="till")

    assert network_calls(wrapper) == ["ls-remote", "fetch"]
    assert [one.repository.commit == newest for one in found.checkouts] == [False, True]


def test_a_repository_that_cannot_be_read_keeps_its_last_good_state(tmp_path, shop):
    source = GitSource(url=str(shop))
    read(tmp_path, source)
    shop.rename(tmp_path / "srv/moved")

    for _ in range(2):
        found, report = read(tmp_path, source, now=LATER)
        checkout = the_one(found)

        assert checkout.repository.stale == Stale(NOW, "is not there, or may not be seen")
        assert checkout.read("docs/index.md", limit=100) == b"# Shop\n"
        assert found.failed == ()
        assert found.sources[0].error == "shop is not there, or may not be seen"
        assert [str(d) for d in report] == [
            "shop: error[repository-failed]: shop is not there, or may not be seen; its state of 2026-03-04 05:06 UTC is shown\n"
            "  hint: look for a typing error in the url; a private one needs a token that may read it"
        ]
    with pytest.raises(ReadError, match="src/main.bin cannot be fetched: the repository did not answer"):
        checkout.read("src/main.bin", limit=1_000_000)


def test_a_repository_of_which_nothing_is_left_is_named(tmp_path, shop):
    source = GitSource(url=str(shop))
    before, _ = read(tmp_path, source)
    shutil.rmtree(tmp_path / "state/sources/mirrors")
    shutil.rmtree(shop)

    found, report = read(tmp_path, source, now=LATER)

    assert found.checkouts == ()
    stale = Stale(NOW, "is not there, or may not be seen")
    assert found.failed == (dataclasses.replace(the_one(before).repository, stale=stale),)
    assert [d.code for d in report] == ["repository-failed"]


def test_a_repository_that_never_answered_is_a_failure_beside_others_that_did(tmp_path, shop):
    found, report = read(tmp_path, GitSource(url="srv/nothing"), GitSource(url=str(shop)))

    assert [one.repository.name for one in found.checkouts] == ["shop"]
    assert [one.name for one in found.failed] == ["nothing"]
    assert [d.location.repo for d in report] == ["nothing"]


def test_an_empty_repository_and_a_branch_that_is_gone_say_so(tmp_path, shop):
    (tmp_path / "srv/empty").mkdir()
    git(tmp_path / "srv/empty", "init", "-q", "-b", "main")

    _, report = read(tmp_path, GitSource(url="srv/empty"), GitSource(url="srv/shop", branch="gone"))

    assert [str(d) for d in report] == [
        "empty: error[repository-failed]: empty is empty, or its HEAD names a branch that is not there\n"
        "  hint: push a first commit, or set branch",
        "shop: error[repository-failed]: shop has no branch gone\n"
        "  hint: take branch out to read the one that the server calls HEAD",
    ]


def test_a_broken_mirror_is_made_anew(tmp_path, shop):
    source = GitSource(url=str(shop))
    read(tmp_path, source)
    (mirror,) = (tmp_path / "state/sources/mirrors").iterdir()
    for pack in mirror.rglob("*.pack"):
        pack.chmod(0o644)
        pack.write_bytes(b"rubbish")

    found, report = read(tmp_path, source, now=LATER)

    assert the_one(found).read("docs/index.md", limit=100) == b"# Shop\n"
    assert (the_one(found).repository.stale, list(report)) == (None, [])
    assert len(list((tmp_path / "state/sources/mirrors").iterdir())) == 1


def test_many_small_fetches_are_joined(tmp_path, shop):
    for number in range(45):
        write(shop, {"docs/index.md": f"# {number}\n"})
        commit(shop, str(number))
        found, report = read(tmp_path, GitSource(url=str(shop)))

    (mirror,) = (tmp_path / "state/sources/mirrors").iterdir()
    assert len(list(mirror.rglob("*.pack"))) < 45
    assert the_one(found).read("docs/index.md", limit=100) == b"# 44\n"
    assert list(report) == []


def test_mirrors_that_nobody_asks_for_go_after_a_month(tmp_path, shop):
    read(tmp_path, GitSource(url=str(shop)))
    (old,) = (tmp_path / "state/sources/mirrors").iterdir()
    till = make_repository(tmp_path / "srv/till", FILES)

    read(tmp_path, GitSource(url=str(till)), now=NOW + dt.timedelta(days=10))
    assert old.exists()
    read(tmp_path, GitSource(url=str(till)), now=NOW + dt.timedelta(days=50))
    assert not old.exists()


# what a repository holds runs nothing and reaches nothing


def test_filters_hooks_submodules_and_links_of_a_repository_do_nothing(tmp_path):
    mark = tmp_path / "pwned"
    evil = make_repository(
        tmp_path / "srv/evil",
        {
            **FILES,
            ".gitmodules": f'[submodule "s"]\n\tpath = sub\n\turl = ext::sh -c "touch {mark}"\n\tupdate = !touch {mark}\n',
            ".lfsconfig": f"[lfs]\n\turl = file://{tmp_path}\n",
            "docs/big.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            ".git-hooks/post-checkout": f"#!/bin/sh\ntouch {mark}\n",
        },
    )
    for name, target in {
        "leak": "/etc/hostname",
        "up": "../../outside",
        "chain": "leak",
        "dangling": "x",
        "docs/ok.md": "index.md",
    }.items():
        (evil / name).symlink_to(target)
    git(evil, "add", "-A", "-f")
    attributes = b"* filter=evil diff=evil text eol=crlf ident\n*.md export-subst working-tree-encoding=UTF-16\n"
    oid = git(evil, "hash-object", "-w", "--stdin", input=attributes)
    git(evil, "update-index", "--add", "--cacheinfo", f"100644,{oid},.gitattributes")
    git(evil, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    git(evil, "commit", "-q", "-m", "evil")

    found, report = read(tmp_path, GitSource(url=evil.as_uri()))
    checkout = the_one(found)
    target = tmp_path / "out"
    checkout.export(checkout.files, target)

    assert not mark.exists()
    assert tuple(checkout.outside_links) == ("chain", "dangling", "leak", "up")
    assert not any(path.startswith("sub") for path in checkout.files)
    assert (target / "docs/index.md").read_bytes() == b"# Shop\n"
    assert (target / "docs/ok.md").read_bytes() == b"# Shop\n"
    assert not any(path.is_symlink() for path in target.rglob("*"))
    assert [d.location.path for d in report if d.code == "link-outside"] == ["chain", "dangling", "leak", "up"]


def test_paths_that_git_would_never_make_are_not_read(tmp_path):
    evil = make_repository(tmp_path / "srv/evil", {"catalog-info.yaml": COMPONENT})
    blob = git(evil, "hash-object", "-w", "--stdin", input=b"x")

    def tree(*names: str, mode: str = "100644", kind: str = "blob", oid: str = blob) -> str:
        text = "".join(f"{mode} {kind} {oid}\t{name}\0" for name in names)
        return git(evil, "mktree", "-z", input=text.encode("utf-8", "surrogateescape"))

    inner = tree("x")
    raw = b""
    for mode, name, oid in sorted(
        [
            (b"100644", b"catalog-info.yaml", blob),
            (b"100644", b"line\nbreak", blob),
            (b"100644", b"back\\slash", blob),
            (b"40000", b"..", inner),
            (b"40000", b".git", inner),
            (b"40000", b".GIT", inner),
        ],
        key=lambda row: row[1],
    ):
        raw += mode + b" " + name + b"\0" + bytes.fromhex(oid)
    root = git(evil, "hash-object", "-w", "-t", "tree", "--literally", "--stdin", input=raw)
    git(evil, "update-ref", "refs/heads/main", git(evil, "commit-tree", root, "-m", "evil"))

    found, report = read(tmp_path, GitSource(url=evil.as_uri()))

    assert tuple(the_one(found).files) == ("back\\slash", "catalog-info.yaml")
    assert [d.message for d in report if d.code == "bad-file-name"] == [
        "'../x', '.GIT/x', '.git/x', ...: 4 names are not UTF-8 or not one line"
    ]


def test_hooks_and_settings_of_a_local_origin_do_nothing(tmp_path, shop):
    mark = tmp_path / "pwned"
    for hook in ("post-checkout", "reference-transaction", "pre-auto-gc", "post-update", "post-upload-pack"):
        (shop / ".git/hooks").mkdir(exist_ok=True)
        (shop / ".git/hooks" / hook).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (shop / ".git/hooks" / hook).chmod(0o755)
    with (shop / ".git/config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = touch {mark}\n[uploadpack]\n\tpackObjectsHook = touch {mark};\n")

    read(tmp_path, GitSource(url=str(shop)))

    assert not mark.exists()


def test_settings_of_the_machine_and_of_the_folder_around_the_state_do_not_count(tmp_path, shop):
    mark = tmp_path / "pwned"
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", f"url.ext::touch {mark} .insteadOf", "/")
    git(tmp_path, "config", "core.sshCommand", f"touch {mark}")
    home = tmp_path / "home"
    write(home, {".gitconfig": f'[core]\n\thooksPath = {tmp_path}\n[url "ext::touch {mark} "]\n\tinsteadOf = /\n'})

    found, report = read(
        tmp_path, GitSource(url=str(shop)), environ={"PATH": PATH, "HOME": str(home), "GIT_DIR": "/nowhere"}
    )

    assert (len(found.checkouts), list(report), mark.exists()) == (1, [], False)


def test_a_document_of_twenty_megabytes_is_refused_by_its_reader_and_nothing_else_is(tmp_path):
    shop = make_repository(
        tmp_path / "srv/shop", {"catalog-info.yaml": b"a: " + b"x" * 20_000_000, "docs/index.md": "# Shop\n"}
    )

    found, report = read(tmp_path, GitSource(url=str(shop)))

    assert list(report) == []
    with pytest.raises(
        ReadError, match="catalog-info.yaml has 20,000,003 bytes, more than the 1,000,000 that are read"
    ):
        the_one(found).read("catalog-info.yaml", limit=1_000_000)
    assert the_one(found).read("docs/index.md", limit=100) == b"# Shop\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a folder to somebody else")
def test_a_local_repository_of_another_user_is_read(tmp_path, shop):
    for place in (shop, *shop.rglob("*")):
        os.chown(place, 65534, 65534)

    found, report = read(tmp_path, GitSource(url=str(shop)))

    assert (len(found.checkouts), list(report)) == (1, [])


# addresses


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ext::sh -c id", "is no address of a repository"),
        ("ext::sh", "has the transport ext::, which could run programs"),
        ("fd::7", "has the transport fd::, which could run programs"),
        ("-uhttps://x", "is no address of a repository"),
        ("--upload-pack=touch", "is no address of a repository"),
        ("", "is no address of a repository"),
        ("https://a.example/x\ny", "is no address of a repository"),
        ("git://a.example/x", "has the transport git, which is neither https nor ssh"),
        ("ftp://a.example/x", "has the transport ftp, which is neither https nor ssh"),
        ("https://ann:tok@a.example/x", "holds credentials"),
        ("https://tok@a.example/x", "holds credentials"),
        ("ssh://git:pw@a.example/x", "holds credentials"),
        ("https://a.example/x?token=tok", "has a ? or #, which no address of a repository has"),
        ("ssh://-oProxyCommand=touch/x", "has no usable host"),
        ("https:///x", "has no usable host"),
        ("https://a.example:port/x", "is no address of a repository"),
        ("file://elsewhere/x", "names a host, which file:// cannot reach"),
    ],
)
def test_an_address_that_could_do_more_than_name_a_repository_is_refused(tmp_path, wrapper, url, message):
    found, report = read(tmp_path, GitSource(url=url), environ=wrapper.environ())

    (problem,) = report
    assert (problem.code, problem.hint != "") == ("source-failed", True)
    assert problem.message.endswith(f") {message}")
    assert wrapper.calls == []
    everything = repr((found, problem))
    assert "tok" not in everything.replace("token", "") and ":pw@" not in everything


@pytest.mark.parametrize(
    ("url", "transport"),
    [
        ("https://github.com/acme/shop.git", "https"),
        ("git@github.com:acme/shop.git", "ssh"),
        ("ssh://git@github.com:22/acme/shop.git", "ssh"),
        ("github-alias:acme/shop.git", "ssh"),
        ("../shop", "file"),
        ("/srv/git/shop.git", "file"),
        ("file:///srv/git/shop.git", "file"),
    ],
)
def test_the_address_decides_the_transport(tmp_path, url, transport):
    assert remote_of(GitSource(url=url), tmp_path).transport == transport


def test_a_token_is_not_sent_unencrypted(tmp_path):
    with pytest.raises(SourceError, match="would send the token unencrypted"):
        remote_of(GitSource(url="http://git.acme.example/a/b", token=Secret("x")), tmp_path)
    assert remote_of(GitSource(url="http://127.0.0.1:3000/a/b", token=Secret("x")), tmp_path).token is not None
    assert remote_of(GitSource(url="git@github.com:a/b", token=Secret("x")), tmp_path).token is None


# over http


@pytest.fixture
def served(tmp_path, shop):
    """The same repository over http, for who has the token."""
    git(tmp_path / "srv", "clone", "-q", "--bare", str(shop), "acme/shop.git")
    git(tmp_path / "srv/acme/shop.git", "config", "uploadpack.allowFilter", "true")
    with serving(GitServer(tmp_path / "srv", token=TOKEN)) as server:
        yield server


def test_a_repository_is_read_over_http_with_a_token(tmp_path, served):
    source = GitSource(url=f"{served.url}/acme/shop.git", token=Secret(TOKEN), forge="gitea")

    found, report = read(tmp_path, source)
    checkout = the_one(found)

    assert list(report) == []
    assert (checkout.repository.name, checkout.repository.url) == ("acme/shop", f"{served.url}/acme/shop")
    assert checkout.read("src/api.yaml", limit=100) == b"openapi: 3.1.0\n"
    served.requests.clear()
    read(tmp_path, source)
    # the list of branches: asked without, refused, asked with the token, then one question
    assert [request.split("?")[0] for request in served.requests] in (
        ["GET /acme/shop.git/info/refs", "GET /acme/shop.git/info/refs", "POST /acme/shop.git/git-upload-pack"],
        ["GET /acme/shop.git/info/refs", "POST /acme/shop.git/git-upload-pack"],
    )


def test_the_token_stands_in_no_argument_file_or_message(tmp_path, served, wrapper):
    source = GitSource(url=f"{served.url}/acme/shop.git", token=Secret(TOKEN))

    found, report = read(tmp_path, source, environ=wrapper.environ())
    the_one(found).read("src/main.bin", limit=1_000_000)
    served.token = "another"
    again, failed = read(tmp_path, source, environ=wrapper.environ())

    secrets = remote_of(source, tmp_path).secrets()
    assert TOKEN in secrets and len(secrets) >= 5
    assert [d.message for d in failed] == ["acme/shop refuses the token; its state of 2026-03-04 05:06 UTC is shown"]
    texts = [wrapper.log.read_text(), repr((found, again, list(report), list(failed), source))]
    texts += [file.read_bytes().decode(errors="replace") for file in (tmp_path / "state").rglob("*") if file.is_file()]
    assert not [(secret, text) for secret in secrets for text in texts if secret in text]
    assert served.seen_arguments == set()
    assert any(served.authorizations)
    (mirror,) = (tmp_path / "state/sources/mirrors").iterdir()
    assert (mirror / "config").read_text() == CONFIG


def test_a_redirect_to_another_host_does_not_get_the_token(tmp_path, served):
    source = GitSource(url="", token=Secret(TOKEN))
    with (
        serving(GitServer(tmp_path / "srv", token=TOKEN), host="localhost") as other,
        serving(GitServer(tmp_path)) as first,
    ):
        first.redirect = other.url

        _, report = read(tmp_path, dataclasses.replace(source, url=f"{first.url}/acme/shop.git"))

        assert other.requests != []
        assert other.authorizations == [""] * len(other.requests)
        assert [d.code for d in report] == ["repository-failed"]


def test_a_repository_that_moved_on_the_same_server_is_still_read(tmp_path, served):
    with serving(GitServer(tmp_path / "srv")) as old:
        served.token = ""
        old.redirect = served.url

        found, report = read(tmp_path, GitSource(url=f"{old.url}/acme/shop.git"))

    assert (len(found.checkouts), list(report)) == (1, [])


def test_what_a_server_says_is_shown_without_secrets_and_on_one_line(tmp_path, served):
    served.status, served.message = 500, f"no\n\x1b[31m::error::{TOKEN}\n"

    _, report = read(tmp_path, GitSource(url=f"{served.url}/acme/shop.git", token=Secret(TOKEN)))

    assert [str(d) for d in report] == [
        "acme/shop: error[repository-failed]: acme/shop cannot be reached\n"
        "  hint: try again later, or look at the network and the server"
    ]
    remote = remote_of(GitSource(url=served.url, token=Secret(TOKEN)), tmp_path)
    said = f"fatal: \x1b[1mhttps://x:{TOKEN}@h/a {TOKEN}\r\n\u2028 {tmp_path}/m"
    assert scrub(said, remote, tmp_path) == "fatal: https://h/a *** the mirror/m"


@pytest.mark.parametrize(
    ("status", "token", "message"),
    [
        (0, "", "refuses to be read without credentials"),
        (0, "wrong", "refuses the token"),
        (403, TOKEN, "refuses the token"),
        (404, TOKEN, "is not there, or may not be seen"),
        (429, TOKEN, "cannot be reached"),
        (503, TOKEN, "cannot be reached"),
    ],
)
def test_a_refusal_says_what_to_do(tmp_path, served, status, token, message):
    served.status = status

    _, report = read(tmp_path, GitSource(url=f"{served.url}/acme/shop.git", token=Secret(token) if token else None))

    (problem,) = report
    assert problem.message == f"acme/shop {message}"
    assert problem.hint != ""


def test_a_host_that_does_not_exist_or_refuses_says_so(tmp_path):
    with serving(GitServer(tmp_path)) as gone:
        pass

    _, report = read(
        tmp_path, GitSource(url=f"{gone.url}/a/b"), GitSource(url="https://no-such-host.invalid/a/b", name="x")
    )

    assert [(d.location.repo, d.message.removeprefix(d.location.repo)) for d in report] == [
        ("a/b", " cannot be reached"),
        ("x", " is at a host that has no address"),
    ]


def test_a_server_that_never_answers_is_left_after_a_while(tmp_path):
    make_home(tmp_path / "home")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        remote = remote_of(GitSource(url=f"http://127.0.0.1:{silent.getsockname()[1]}/a/b"), tmp_path)

        with pytest.raises(GitError, match="does not answer in time"):
            Git({"PATH": PATH}, tmp_path / "home").run(
                tmp_path, "ls-remote", "origin", bare=False, remote=remote, timeout=0.5
            )


def test_a_mirror_that_somebody_changed_runs_nothing(tmp_path, shop):
    source = GitSource(url=str(shop))
    read(tmp_path, source)
    commit(shop, "more")
    (mirror,) = (tmp_path / "state/sources/mirrors").iterdir()
    mark = tmp_path / "pwned"
    write(mirror, {"hooks/reference-transaction": f"#!/bin/sh\ntouch {mark}\n"})
    (mirror / "hooks/reference-transaction").chmod(0o755)
    with (mirror / "config").open("a") as config:
        config.write(f'[remote "origin"]\n\tuploadpack = touch {mark};\n[core]\n\tgitProxy = touch {mark}\n')

    _, report = read(tmp_path, source)

    assert (list(report), mark.exists()) == ([], False)


def test_a_git_that_is_not_installed_is_named(tmp_path, shop):
    _, report = read(tmp_path, GitSource(url=str(shop)), environ={"PATH": str(tmp_path)})

    assert [str(d) for d in report] == [
        "shop: error[repository-failed]: shop cannot be read: git is not installed\n  hint: install git 2.32 or newer"
    ]


def test_a_git_that_would_not_heed_its_protection_is_not_used(tmp_path, shop):
    write(tmp_path, {"old/git": "#!/bin/sh\necho git version 2.25.1\n"})
    (tmp_path / "old/git").chmod(0o755)

    _, report = read(tmp_path, GitSource(url=str(shop)), environ={"PATH": f"{tmp_path}/old"})

    assert [d.message for d in report] == ["shop cannot be read: git version 2.25.1 is too old"]


def test_one_repository_that_is_configured_twice_is_fetched_once(tmp_path, shop, wrapper):
    found, report = read(tmp_path, *[GitSource(url=str(shop))] * 4, environ=wrapper.environ())

    assert [one.repository.name for one in found.checkouts] == ["shop"]
    assert {d.code for d in report} == {"repository-twice"}
    assert network_calls(wrapper).count("fetch") == 3


@pytest.mark.skipif(shutil.which("ssh") is None, reason="needs ssh")
def test_ssh_never_asks_and_keeps_the_settings_of_the_environment(tmp_path):
    report = tmp_path / "said"
    fake = tmp_path / "bin/ssh"
    write(
        tmp_path,
        {"bin/ssh": f'#!/bin/sh\nprintf "%s\\n" "$@" > {report}\necho "Host key verification failed." >&2\nexit 255\n'},
    )
    fake.chmod(0o755)
    environ = {"PATH": PATH, "GIT_SSH_COMMAND": f"{fake} -i key", "HOME": str(tmp_path)}

    _, problems = read(tmp_path, GitSource(url="ssh://git@git.acme.example:2222/acme/shop.git"), environ=environ)

    arguments = report.read_text().splitlines()
    assert arguments[:3] == ["-i", "key", "-oBatchMode=yes"]
    assert arguments[-2:] == ["git@git.acme.example", "git-upload-pack '/acme/shop.git'"]
    assert [d.message for d in problems] == ["acme/shop has an ssh host key that is not known here"]


def test_a_call_without_an_address_reaches_nothing(tmp_path, shop):
    """The readers of a mirror have no transport at all, so that nothing is fetched behind anybody's back."""
    make_home(tmp_path / "home")
    runner = Git({"PATH": PATH}, tmp_path / "home")

    with pytest.raises(Exception, match="leads to a transport that is not allowed"):
        runner.run(shop / ".git", "fetch", str(shop))


def test_an_organisation_is_read_in_parallel_with_the_result_in_order(tmp_path):
    sources = []
    for number in range(12):
        make_repository(tmp_path / f"srv/s{number:02}", {"catalog-info.yaml": COMPONENT})
        sources.append(GitSource(url=f"srv/s{number:02}"))

    before = set(threading.enumerate())

    found, report = read(tmp_path, *sources)

    assert [one.repository.name for one in found.checkouts] == [f"s{number:02}" for number in range(12)]
    assert list(report) == []
    assert [thread.name for thread in threading.enumerate() if thread not in before] == []


@pytest.fixture
def shared() -> Path:
    """The folder of real repositories beside the project."""
    place = Path(os.environ.get("CALLBOARD_SHARED", Path(__file__).parents[3] / "shared"))
    if not (place / "corpus").is_dir():
        pytest.skip(f"{place} is not there")
    return place


def test_the_corpus_is_read_the_same_from_folders_and_from_git(tmp_path, shared):
    folders = sorted(path for path in (shared / "corpus/org").glob("*/*") if path.is_dir())
    sources: list[Source] = []
    for folder in folders:
        name = folder.relative_to(shared / "corpus/org").as_posix()
        remote = tmp_path / "srv" / name
        shutil.copytree(folder, remote, symlinks=True)
        for place in (remote, *remote.rglob("*")):
            if not place.is_symlink():
                place.chmod(0o755 if place.is_dir() else 0o644)
        make_repository(remote, {})
        sources.append(GitSource(url=str(remote), name=name))

    from_git, report = read(tmp_path, *sources)
    from_folders, _ = read(tmp_path / "other", FolderSource(path=f"{shared}/corpus/org/*/*", repository=True))

    assert len(from_git.checkouts) == len(folders) >= 9
    assert [d.code for d in report if d.severity > 1] == []
    assert from_git.descriptors == from_folders.descriptors
    for one, other in zip(from_git.checkouts, from_folders.checkouts, strict=True):
        assert (one.repository.name, one.files) == (other.repository.name, other.files)
        assert one.tree_id() == other.tree_id()
    again, _ = read(tmp_path, *sources)
    assert [state.reused for state in again.sources] == [1] * len(folders)


def test_what_is_remembered_of_the_sources_can_be_lost_or_broken(tmp_path, shop):
    source = GitSource(url=str(shop))
    read(tmp_path, source)
    file = tmp_path / "state/sources/known.json"
    assert list(json.loads(file.read_text())) == ["version", "sources"]

    for text in ("", "[]", '{"version": 1}', '{"version": 99, "sources": {}}', '{"version": 1, "sources": {"a": 3}}'):
        file.write_text(text)
        assert len(read(tmp_path, source)[0].checkouts) == 1
    os.remove(file)
    assert len(read(tmp_path, source)[0].checkouts) == 1
