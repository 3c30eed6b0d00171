"""Sources of the types folder and file: what is read from this machine, and as what."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from git_remotes import COMPONENT, PATH, commit, git, make_repository, make_wrapper, write

from callboard.config.model import CatalogConfig, Config, FileSource, FolderSource, Source
from callboard.diagnostics import Report
from callboard.model.forges import edit_url, tree_url, view_url
from callboard.model.repository import Change, Checkout, Crawl, ReadError, Stale
from callboard.sources import crawl
from callboard.tools import Tools

NOW = dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=1)


def read(
    folder: Path, *sources: Source, now: dt.datetime = NOW, environ: dict[str, str] | None = None, jobs: int = 2
) -> tuple[Crawl, Report]:
    """Crawl with a configuration that lies in *folder*."""
    report = Report()
    config = Config(file=folder / "site_config.yml", sources=sources)
    tools = Tools(now=now, state=folder / ".callboard", environ=environ or {"PATH": PATH}, jobs=jobs)
    return crawl(config, tools, report), report


def named(found: Crawl) -> dict[str, tuple[str, ...]]:
    return {checkout.repository.name: tuple(checkout.files) for checkout in found.checkouts}


def only(found: Crawl) -> Checkout:
    (checkout,) = found.checkouts
    return checkout


def test_each_subfolder_is_a_repository(tmp_path):
    write(
        tmp_path / "repos",
        {"b/catalog-info.yaml": COMPONENT, "a/catalog-info.yml": "", "a/docs/index.md": "", "x.md": "", ".c/y": ""},
    )

    found, report = read(tmp_path, FolderSource(path="repos"))

    assert named(found) == {"a": ("catalog-info.yml", "docs/index.md"), "b": ("catalog-info.yaml",)}
    assert found.descriptors == (("a", "catalog-info.yml"), ("b", "catalog-info.yaml"))
    assert list(report) == []
    (state,) = found.sources
    assert (state.id, state.description, state.error) == ("sources[0]", "folder repos", "")
    assert state.repositories == tuple(checkout.repository for checkout in found.checkouts)


def test_a_glob_names_repositories_by_what_it_matched(tmp_path):
    write(
        tmp_path,
        {"orgs/acme/shop/a": "", "orgs/acme/.git/x": "", "orgs/beta/shop/a": "", "orgs/file": "", "other/x/y": ""},
    )

    found, _ = read(tmp_path, FolderSource(path="orgs/*/*", repository=True))

    assert named(found) == {"acme/shop": ("a",), "beta/shop": ("a",)}


def test_the_folder_itself_can_be_a_repository(tmp_path):
    write(
        tmp_path / "mono",
        {"svc/a/catalog-info.yaml": "", "svc/.hidden/catalog-info.yaml": "", "node_modules/m/catalog-info.yaml": ""},
    )

    found, _ = read(tmp_path, FolderSource(path="mono", repository=True, descriptors=("**/catalog-info.yaml",)))

    assert named(found) == {"mono": ("svc/.hidden/catalog-info.yaml", "svc/a/catalog-info.yaml")}
    assert found.descriptors == (("mono", "svc/a/catalog-info.yaml"),)


def test_what_the_build_itself_writes_is_no_source(tmp_path):
    write(tmp_path, {"catalog-info.yaml": COMPONENT, "site/index.html": "", "site_config.yml": ""})

    found, _ = read(tmp_path, FolderSource(path=".", repository=True))

    assert named(found) == {tmp_path.name: ("catalog-info.yaml", "site_config.yml")}


def test_a_checkout_is_described_by_its_git(tmp_path):
    shop = make_repository(tmp_path / "repos/folder-name", {"catalog-info.yaml": COMPONENT, "docs/index.md": "1"})
    git(shop, "remote", "add", "origin", "https://ann:secret@github.com/acme/shop.git")
    write(shop, {"docs/index.md": "2"})
    newest = commit(shop, "second", "2026-02-01T10:00:00+02:00")

    found, report = read(tmp_path, FolderSource(path="repos"))
    repository = only(found).repository

    assert dataclasses.asdict(repository) == {
        "name": "acme/shop",
        "source": "sources[0]",
        "url": "https://github.com/acme/shop",
        "forge": "github",
        "branch": "main",
        "commit": newest,
        "prefix": "",
        "committed_at": dt.datetime(2026, 2, 1, 8, tzinfo=dt.UTC),
        "stale": None,
        "trusted": False,
    }
    assert only(found).last_change("docs/index.md") == Change(
        dt.datetime(2026, 2, 1, 8, tzinfo=dt.UTC), "Ann Author", newest
    )
    assert only(found).last_change("catalog-info.yaml").at == dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    assert only(found).last_change("nothing.md") is None
    assert "secret" not in repr((found, list(report)))
    assert all(b"secret" not in file.read_bytes() for file in (tmp_path / ".callboard").rglob("*") if file.is_file())


def test_the_folder_of_a_bigger_checkout_links_to_where_it_lies(tmp_path):
    mono = make_repository(
        tmp_path / "mono", {"services/shop/catalog-info.yaml": COMPONENT, "services/till/docs/x.md": ""}
    )
    git(mono, "remote", "add", "origin", "git@gitlab.com:acme/mono.git")

    found, _ = read(tmp_path, FolderSource(path="mono/services"))
    shop, till = (checkout.repository for checkout in found.checkouts)

    assert (shop.name, shop.prefix, till.name) == ("shop", "services/shop", "till")
    assert (
        view_url(shop, "catalog-info.yaml", 3)
        == "https://gitlab.com/acme/mono/-/blob/main/services/shop/catalog-info.yaml#L3"
    )
    assert edit_url(till, "docs/x.md") == "https://gitlab.com/acme/mono/-/edit/main/services/till/docs/x.md"
    assert tree_url(shop) == "https://gitlab.com/acme/mono/-/tree/main/services/shop/"
    assert found.checkouts[1].last_change("docs/x.md").author == "Ann Author"


def test_files_are_read_as_they_are_on_disk_and_ignored_ones_are_not(tmp_path):
    shop = make_repository(tmp_path / "shop", {"a.md": "committed", ".gitignore": "build/\n*.log\n", "gone.md": ""})
    write(shop, {"a.md": "edited", "new.md": "new", "build/catalog-info.yaml": "", "x.log": "", "docs/y.log": ""})
    (shop / "gone.md").unlink()

    checkout = only(read(tmp_path, FolderSource(path="shop", repository=True))[0])

    assert tuple(checkout.files) == (".gitignore", "a.md", "new.md")
    assert checkout.read("a.md", limit=100) == b"edited"


def test_a_folder_that_the_checkout_around_it_ignores_stands_alone(tmp_path):
    make_repository(tmp_path, {".gitignore": "/work/\n"})
    write(tmp_path, {"work/shop/catalog-info.yaml": COMPONENT})

    found, _ = read(tmp_path, FolderSource(path="work"))

    assert named(found) == {"shop": ("catalog-info.yaml",)}
    assert only(found).repository.commit == ""


def test_a_checkout_inside_a_checkout_is_not_part_of_it(tmp_path):
    outer = make_repository(tmp_path / "outer", {"a": ""})
    make_repository(outer / "vendor/inner", {"b": ""})

    assert named(read(tmp_path, FolderSource(path="outer", repository=True))[0]) == {"outer": ("a",)}


def test_a_shallow_checkout_does_not_pretend_to_know_when_files_changed(tmp_path):
    origin = make_repository(tmp_path / "origin", {"old.md": "", "new.md": "1"})
    write(origin, {"new.md": "2"})
    commit(origin, "second")
    write(origin, {"new.md": "3"})
    newest = commit(origin, "third")
    git(tmp_path, "clone", "-q", "--depth=2", origin.as_uri(), "shop")

    checkout = only(read(tmp_path, FolderSource(path="shop", repository=True))[0])

    assert checkout.last_change("old.md") is None
    assert checkout.last_change("new.md").commit == newest


def test_names_are_unique_and_the_second_of_two_is_reported(tmp_path):
    for place, address in (("a/shop", "github.com"), ("b/shop", "gitlab.com"), ("c/shop", "")):
        folder = make_repository(tmp_path / place, {"catalog-info.yaml": COMPONENT})
        if address:
            git(folder, "remote", "add", "origin", f"https://{address}/acme/shop.git")
    write(tmp_path, {"d/shop/x": "", "e/shop/x": ""})
    sources = [FolderSource(path=path) for path in "abcde"]

    found, report = read(tmp_path, *sources)

    assert list(named(found)) == ["acme/shop", "gitlab.com/acme/shop", "shop", "d/shop", "e/shop"]
    assert [d.message for d in report if d.code == "repository-name"] == [
        "shop is the name of two repositories; the second one is called d/shop",
        "shop is the name of two repositories; the second one is called e/shop",
        "acme/shop is the name of two repositories; the second one is called gitlab.com/acme/shop",
    ]


def test_one_folder_that_is_configured_twice_is_read_once(tmp_path):
    write(tmp_path, {"repos/shop/catalog-info.yaml": COMPONENT})

    found, report = read(tmp_path, FolderSource(path="repos"), FolderSource(path="repos/shop", repository=True))

    assert named(found) == {"shop": ("catalog-info.yaml",)}
    assert [str(d) for d in report] == [
        "shop: warning[repository-twice]: shop is read at sources[0] and again at sources[1]\n"
        "  hint: take one of them out of the configuration"
    ]


def test_the_address_of_a_folder_can_be_given(tmp_path):
    write(tmp_path, {"shop/catalog-info.yaml": COMPONENT})
    source = FolderSource(
        path="shop", repository=True, url="https://git.acme.example/acme/shop", forge="gitea", trusted=True
    )

    repository = only(read(tmp_path, source)[0]).repository

    assert (repository.name, repository.trusted) == ("acme/shop", True)
    assert view_url(repository, "x.md") == "https://git.acme.example/acme/shop/src/branch/HEAD/x.md"


def test_a_folder_with_an_address_of_its_own_is_not_what_lies_around_it(tmp_path):
    mono = make_repository(tmp_path / "mono", {"examples/shop/catalog-info.yaml": COMPONENT})
    git(mono, "remote", "add", "origin", "https://github.com/acme/mono")
    source = FolderSource(path="mono/examples/shop", repository=True, url="https://github.com/acme/shop")

    repository = only(read(tmp_path, source)[0]).repository

    assert (repository.name, repository.branch, repository.commit, repository.prefix) == ("acme/shop", "", "", "")
    assert edit_url(repository, "x.md") == "https://github.com/acme/shop/edit/HEAD/x.md"


def test_a_link_beside_repositories_is_none_and_says_so(tmp_path):
    write(tmp_path, {"repos/shop/catalog-info.yaml": COMPONENT, "elsewhere/catalog-info.yaml": COMPONENT})
    (tmp_path / "repos/till").symlink_to(tmp_path / "elsewhere")

    found, report = read(tmp_path, FolderSource(path="repos"))

    assert list(named(found)) == ["shop"]
    assert [str(d) for d in report] == [
        "till: error[repository-failed]: till is a link, which is not followed\n"
        "  hint: write a folder source for where it leads"
    ]


def test_files_beside_the_configuration_belong_to_its_repository(tmp_path):
    portal = make_repository(
        tmp_path / "portal", {"conf/catalog/a.yaml": "", "conf/catalog/b.yaml": "", "teams.yaml": "", "c [1].yaml": ""}
    )
    git(portal, "remote", "add", "origin", "https://github.com/acme/portal")
    sources = (FileSource(path="catalog/*.yaml"), FileSource(path="../teams.yaml"), FileSource(path="../c [1].yaml"))

    found, report = read(portal / "conf", *sources)

    assert list(named(found)) == ["acme/portal"]
    assert found.descriptors == tuple(
        ("acme/portal", path) for path in ("conf/catalog/a.yaml", "conf/catalog/b.yaml", "teams.yaml", "c [1].yaml")
    )
    assert list(report) == []
    assert [len(state.repositories) for state in found.sources] == [1, 1, 1]


def test_a_file_that_is_not_there_or_lies_outside_is_reported_at_the_configuration(tmp_path):
    write(tmp_path, {"conf/a.yaml": "", "b.yaml": ""})

    found, report = read(
        tmp_path / "conf", FileSource(path="nowhere.yaml"), FileSource(path="../b.yaml"), FileSource(path="x*.yaml")
    )

    assert found.checkouts == ()
    assert [str(d) for d in report] == [
        "site_config.yml: warning[source-empty]: sources[2] (file x*.yaml) holds nothing\n"
        "  hint: look for a typing error in path",
        "site_config.yml: error[source-failed]: sources[0] (file nowhere.yaml) is not there\n"
        "  hint: look for a typing error in path, which is relative to the configuration file",
        "site_config.yml: error[source-failed]: sources[1] (file ../b.yaml) b.yaml lies outside the repository of the configuration\n"
        "  hint: write folder: {path: ..., repository: true} for other folders",
    ]


@pytest.mark.parametrize(
    "source",
    [
        FolderSource(path="repos"),
        FolderSource(path="repos", repository=True),
        FolderSource(path="repos/*", repository=True),
    ],
)
def test_a_folder_that_vanishes_is_a_failure_and_what_was_known_of_it_is_named(tmp_path, source):
    write(tmp_path, {"repos/shop/catalog-info.yaml": COMPONENT})
    before, _ = read(tmp_path, source)
    shutil.rmtree(tmp_path / "repos")

    for _ in range(2):  # and it stays so
        found, report = read(tmp_path, source, now=LATER)

        assert found.checkouts == ()
        stale = Stale(NOW, "is not there")
        assert found.failed == tuple(dataclasses.replace(c.repository, stale=stale) for c in before.checkouts)
        assert found.sources[0].error == "is not there"
        assert found.repositories == {one.name: one for one in found.failed}
        assert [d.code for d in report] == ["source-failed"]


def test_a_repository_that_is_removed_from_a_source_that_answers_is_gone(tmp_path):
    write(tmp_path, {"repos/shop/catalog-info.yaml": COMPONENT, "repos/till/catalog-info.yaml": COMPONENT})
    read(tmp_path, FolderSource(path="repos"))
    shutil.rmtree(tmp_path / "repos/till")

    found, report = read(tmp_path, FolderSource(path="repos"), now=LATER)

    assert (list(named(found)), found.failed, list(report)) == (["shop"], (), [])


def test_a_source_that_holds_nothing_is_reported(tmp_path):
    (tmp_path / "repos").mkdir()

    _, report = read(tmp_path, FolderSource(path="repos"))

    assert [str(d) for d in report] == [
        "site_config.yml: warning[source-empty]: sources[0] (folder repos) holds nothing\n  hint: look for a typing error in path"
    ]


def test_a_repository_without_descriptor_is_noted(tmp_path):
    write(tmp_path, {"repos/shop/README.md": ""})

    _, report = read(tmp_path, FolderSource(path="repos"))

    assert [str(d) for d in report] == [
        "shop: info[no-descriptor]: shop holds no catalog-info.yaml or catalog-info.yml\n"
        "  hint: add catalog-info.yaml, or set descriptors to where it is"
    ]


def test_links_that_lead_out_are_reported_and_not_followed(tmp_path):
    write(tmp_path, {"secret.txt": "secret", "repos/shop/catalog-info.yaml": COMPONENT, "repos/shop/docs/x.md": "x"})
    shop = tmp_path / "repos/shop"
    for name, target in {
        "leak.txt": "../../secret.txt",
        "one": "two",
        "two": "/etc/hostname",
        "dangling": "nowhere",
        "ring": "ring",
        "git": ".git/config",
        "inside.md": "docs/x.md",
        "more": "docs",
        "absolute.md": str(shop / "docs/x.md"),
    }.items():
        (shop / name).symlink_to(target)

    found, report = read(tmp_path, FolderSource(path="repos"))
    checkout = only(found)

    assert tuple(checkout.files) == ("absolute.md", "catalog-info.yaml", "docs/x.md", "inside.md", "more/x.md")
    assert tuple(checkout.outside_links) == ("dangling", "git", "leak.txt", "one", "ring", "two")
    assert checkout.read("more/x.md", limit=10) == b"x"
    with pytest.raises(ReadError, match=r"leak.txt is a link that leads out of the repository"):
        checkout.read("leak.txt", limit=100)
    assert [(d.code, d.location.path) for d in report] == [("link-outside", path) for path in checkout.outside_links]


def test_an_exported_file_is_plain_and_never_written_through_a_link(tmp_path):
    write(tmp_path, {"repos/shop/docs/x.md": "x", "victim/y": "y"})
    (tmp_path / "repos/shop/docs/again.md").symlink_to("x.md")
    checkout = only(read(tmp_path, FolderSource(path="repos"))[0])
    target = tmp_path / "out"

    checkout.export(["docs/x.md", "docs/again.md"], target)

    assert {p.relative_to(target).as_posix(): (p.is_symlink(), p.read_text()) for p in target.rglob("*.md")} == {
        "docs/x.md": (False, "x"),
        "docs/again.md": (False, "x"),
    }
    for number, link in enumerate(("docs", "docs/x.md")):
        trap = tmp_path / f"trap{number}"
        (trap / link).parent.mkdir(parents=True, exist_ok=True)
        (trap / link).symlink_to(tmp_path / "victim" / ("" if link == "docs" else "y"))
        with pytest.raises(ReadError):
            checkout.export(["docs/x.md"], trap)
    assert {p.name: p.read_text() for p in (tmp_path / "victim").iterdir()} == {"y": "y"}


def test_odd_names_are_files_and_unusable_ones_are_one_problem(tmp_path):
    odd = ["%2f..%2f", "a\\b", "a b?#&.md", "\u202egnp.exe", "Case.md", "case.md", "ünï.md", "-rf", "…"]
    write(tmp_path / "repos/shop", {"catalog-info.yaml": COMPONENT, **dict.fromkeys(odd, "")})
    for name in (b"line\nbreak::error::x", b"latin-\xe9.md", b"esc\x1b[31m"):
        (tmp_path / "repos/shop" / os.fsdecode(name)).write_text("")

    found, report = read(tmp_path, FolderSource(path="repos"))

    assert tuple(only(found).files) == tuple(sorted(["catalog-info.yaml", *odd]))
    assert [str(d) for d in report] == [
        "shop: warning[bad-file-name]: 'esc\\x1b[31m', 'latin-\\udce9.md', 'line\\nbreak::error::x':"
        " 3 names are not UTF-8 or not one line\n  hint: rename with letters that every system can write"
    ]


def test_a_repository_with_an_unusable_name_is_one_problem(tmp_path):
    for name in (b"line\nbreak", b"latin-\xe9", b"good"):
        write(tmp_path / "repos" / os.fsdecode(name), {"catalog-info.yaml": COMPONENT})

    found, report = read(tmp_path, FolderSource(path="repos"))

    assert list(named(found)) == ["good"]
    assert [d.message for d in report] == [
        "'latin-\\udce9' has a name that is not UTF-8 or not one line",
        "'line\\nbreak' has a name that is not UTF-8 or not one line",
    ]


def test_what_is_no_regular_file_is_not_opened(tmp_path):
    write(tmp_path, {"repos/shop/catalog-info.yaml": COMPONENT})
    os.mkfifo(tmp_path / "repos/shop/pipe")

    assert tuple(only(read(tmp_path, FolderSource(path="repos"))[0]).files) == ("catalog-info.yaml",)


def test_a_file_over_its_limit_is_refused_with_its_size(tmp_path):
    write(tmp_path, {"repos/shop/catalog-info.yaml": b"a" * 20_000_000})
    checkout = only(read(tmp_path, FolderSource(path="repos"))[0])

    with pytest.raises(ReadError) as caught:
        checkout.read("catalog-info.yaml", limit=1_000_000)

    assert (caught.value.code, str(caught.value)) == (
        "file-too-large",
        "catalog-info.yaml has 20,000,000 bytes, more than the 1,000,000 that are read",
    )


def test_a_file_that_is_not_there_is_a_problem_of_the_reader(tmp_path):
    write(tmp_path, {"repos/shop/a": ""})
    checkout = only(read(tmp_path, FolderSource(path="repos"))[0])

    for path in ("nothing", "../shop/a", "/etc/hostname", ""):
        with pytest.raises(ReadError, match="is not in the repository"):
            checkout.read(path, limit=10)


UNPRIVILEGED = """
import os, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_sources_folder import named, read
from callboard.config.model import FolderSource
os.setgroups([]); os.setgid(65534); os.setuid(65534)  # from here on nothing more can be imported
found, report = read(Path(sys.argv[1]), FolderSource(path="repos"), FolderSource(path="closed"))
print(named(found)); print([one.name for one in found.failed])
for one in report: print(one)
try:
    next(c for c in found.checkouts if c.repository.name == "shop").read("locked.md", limit=10)
except Exception as error: print(type(error).__name__, error.code, error)
"""


@pytest.fixture
def open_folder():
    """A folder that every user may enter; pytest's own are closed."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(os.path.realpath(name))


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_what_may_not_be_read_is_one_problem_and_the_rest_is_read(open_folder):
    folder = open_folder
    write(
        folder,
        {
            "repos/shop/catalog-info.yaml": COMPONENT,
            "repos/shop/private/x.md": "",
            "repos/shop/locked.md": "",
            "repos/secret/catalog-info.yaml": "",
            "closed/x/y": "",
        },
    )
    (folder / ".callboard").mkdir()
    for path in folder.rglob("*"):
        os.chown(path, 0, 0)
    os.chown(folder / ".callboard", 65534, 65534)
    for path in ("repos/shop/private", "repos/shop/locked.md", "repos/secret", "closed"):
        (folder / path).chmod(0)

    done = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, str(folder), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": PATH},
    )

    assert done.stdout.splitlines() == [
        "{'shop': ('catalog-info.yaml', 'locked.md')}",
        "['secret']",
        "site_config.yml: error[source-failed]: sources[1] (folder closed) cannot be read: Permission denied",
        "  hint: give the user of the build the right to read closed",
        "secret: error[repository-failed]: secret cannot be read: Permission denied",
        "  hint: chmod -R u+rX secret",
        "shop/private: error[file-unreadable]: private cannot be read: Permission denied",
        "  hint: chmod -R u+rX private",
        "ReadError file-unreadable locked.md cannot be read: Permission denied",
    ], done.stderr


def test_equal_content_has_an_equal_id_wherever_it_lies(tmp_path):
    write(
        tmp_path,
        {
            "repos/a/docs/x.md": "x",
            "repos/a/docs/s/y.md": "y",
            "repos/b/docs/x.md": "x",
            "repos/b/docs/s/y.md": "y",
            "repos/b/z": "",
        },
    )
    found, _ = read(tmp_path, FolderSource(path="repos"))
    a, b = found.checkouts

    assert a.tree_id("docs") == b.tree_id("docs")
    assert a.tree_id("docs/x.md") == b.tree_id("docs/x.md") != a.tree_id("docs/s/y.md")
    assert a.tree_id() != b.tree_id()
    ids = {a.tree_id("docs")}
    for path, content in (("docs/x.md", "X"), ("docs/new.md", ""), ("docs/new.md", "x")):
        write(tmp_path / "repos/a", {path: content})
        ids.add(read(tmp_path, FolderSource(path="repos"))[0].checkouts[0].tree_id("docs"))
    (tmp_path / "repos/a/docs/out").symlink_to("/etc/passwd")
    ids.add(read(tmp_path, FolderSource(path="repos"))[0].checkouts[0].tree_id("docs"))
    assert len(ids) == 5


def test_folders_that_did_not_change_are_counted(tmp_path):
    write(tmp_path, {"repos/a/x": "", "repos/b/x": ""})
    assert read(tmp_path, FolderSource(path="repos"))[0].sources[0].reused == 0
    assert read(tmp_path, FolderSource(path="repos"))[0].sources[0].reused == 2

    write(tmp_path, {"repos/b/x": "more"})

    assert read(tmp_path, FolderSource(path="repos"))[0].sources[0].reused == 1


HOSTILE = """
[core]
    fsmonitor = touch {mark} #
    hooksPath = {hooks}
    pager = touch {mark}
    sshCommand = touch {mark}
    worktree = .
    alternateRefsCommand = touch {mark}
[log]
    showSignature = true
[gpg]
    program = {hooks}/run
[diff]
    external = touch {mark}
[extensions]
    partialClone = origin
[remote "origin"]
    url = ext::sh -c "touch {mark}"
    promisor = true
    uploadpack = touch {mark};
[protocol "ext"]
    allow = always
[protocol]
    allow = always
[credential]
    helper = "!touch {mark}"
[alias]
    log = "!touch {mark}"
    ls-files = "!touch {mark}"
[filter "x"]
    clean = touch {mark}
    smudge = touch {mark}
"""


def test_nothing_that_a_checkout_configures_is_run(tmp_path):
    shop = make_repository(
        tmp_path / "repos/shop", {"catalog-info.yaml": COMPONENT, ".gitattributes": "* filter=x\n", "docs/x.md": "x"}
    )
    mark, hooks = tmp_path / "pwned", tmp_path / "hooks"
    for name in ("run", "post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout"):
        write(hooks, {name: f"#!/bin/sh\ntouch {mark}\n"})
        (hooks / name).chmod(0o755)
    head, _, message = git(shop, "cat-file", "commit", "HEAD").partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    signed = f"{head}\n{signature}\n\n{message}\n".encode()
    git(shop, "update-ref", "HEAD", git(shop, "hash-object", "-t", "commit", "-w", "--stdin", input=signed))
    with (shop / ".git/config").open("a") as config:
        config.write(HOSTILE.format(mark=mark, hooks=hooks))

    found, _ = read(tmp_path, FolderSource(path="repos"))
    checkout = only(found)

    assert tuple(checkout.files) == (".gitattributes", "catalog-info.yaml", "docs/x.md")
    assert checkout.last_change("docs/x.md").author == "Ann Author"
    assert not mark.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a folder to somebody else")
def test_a_checkout_of_another_user_is_described_too(tmp_path):
    shop = make_repository(tmp_path / "repos/shop", {"catalog-info.yaml": COMPONENT})
    newest = git(shop, "rev-parse", "HEAD")
    for place in (shop, *shop.rglob("*")):
        os.chown(place, 65534, 65534)

    assert only(read(tmp_path, FolderSource(path="repos"))[0]).repository.commit == newest


def test_a_thousand_small_folders_take_no_process_and_little_time(tmp_path):
    for number in range(1000):
        write(
            tmp_path / f"repos/service-{number:04}",
            {"catalog-info.yaml": COMPONENT, "docs/index.md": "x", "mkdocs.yml": ""},
        )
    wrapper = make_wrapper(tmp_path / "bin")

    found, _ = read(tmp_path, FolderSource(path="repos"), environ=wrapper.environ())

    assert len(found.checkouts) == 1000
    assert wrapper.calls == []


def test_the_order_of_work_does_not_show(tmp_path):
    for name in "dcba":
        make_repository(tmp_path / "repos" / name, {"catalog-info.yaml": COMPONENT})

    one, many = (read(tmp_path, FolderSource(path="repos"), jobs=jobs) for jobs in (1, 8))

    assert named(one[0]) == named(many[0])
    assert one[0].descriptors == many[0].descriptors
    assert list(one[1]) == list(many[1])


def test_descriptors_may_have_other_names(tmp_path):
    write(tmp_path, {"repos/a/backstage/x.yaml": "", "repos/a/catalog-info.yaml": ""})
    report = Report()
    config = Config(
        file=tmp_path / "site_config.yml",
        sources=(FolderSource(path="repos"),),
        catalog=CatalogConfig(descriptors=("backstage/*.yaml", "catalog-info.yaml")),
    )

    found = crawl(config, Tools(now=NOW, state=tmp_path / ".callboard"), report)

    assert found.descriptors == (("a", "backstage/x.yaml"), ("a", "catalog-info.yaml"))


def test_an_unknown_forge_is_reported_with_those_that_are_known(tmp_path):
    write(tmp_path, {"repos/a/catalog-info.yaml": ""})

    _, report = read(tmp_path, FolderSource(path="repos", forge="gitub"))

    assert [str(d).splitlines()[0] for d in report] == [
        "site_config.yml: error[config-bad-value]: sources[0].forge is 'gitub', not one of github, gitlab, bitbucket,"
        " bitbucketServer, gitea, forgejo, azure, harness"
    ]
