"""Repositories that attack the whole build: what would end it for everybody, overwrite others, or lead readers astray.

A build that one repository can end is the portal of nobody (backstage.md 3.3).
"""

import html
import json
import re

import pytest
from git_remotes import git, make_repository
from portals import build_site, component, group, organisation

from callboard.diagnostics import CallboardError, Report
from callboard.docs import confine
from callboard.model.output import OutputFile
from callboard.publish import replace_folder

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

SHOP = component("shop", metadata='  annotations: {backstage.io/techdocs-ref: "dir:."}\n')
GOOD = {
    "good/catalog-info.yaml": component("good", metadata='  annotations: {backstage.io/techdocs-ref: "dir:."}\n'),
    "good/docs/index.md": "# Unharmed\n",
    "crew/catalog-info.yaml": group(),
}
MANUAL = "docs/default/component/shop/"


@pytest.fixture
def attacked(tmp_path):
    """The portal of a repository with these files and of another one, which is there as if the first were not."""

    def build_it(files, config=""):
        written = {f"shop/{path}": content for path, content in {"catalog-info.yaml": SHOP, **files}.items()}
        site = build_site(organisation(tmp_path, GOOD | written, config), tmp_path / "site")
        assert ">Unharmed<" in site.text("docs/default/component/good/index.html")
        return site

    return build_it


def article(site, path=MANUAL):
    return re.search(r'<div class="prose">(.*?)</div>\n<footer', site.text(f"{path}index.html"), re.S)[1]


@pytest.mark.parametrize("form", ["{}", "`{}`", "    {}", "```html\n{}\n```", "<pre>{}</pre>", "| {} |\n|---|", '!!! note "{}"\n    x', "## {}", "[{}](index.md)"])
def test_a_text_that_looks_like_our_own_form_of_an_address_is_text(attacked, form):
    """Fails without tree.write: the words href="cb:entity/x" ended the build of everybody's portal."""
    text = 'href="cb:entity/x" src="cb:asset/x" href="cb:docs/a/b/c/d" href="cb:page/../../../../x"'

    site = attacked({"docs/index.md": f"# T\n\n{form.format(text)}\n"})

    shown = html.unescape(re.sub(r"<[^>]*>", "", article(site))).replace("“", '"').replace("”", '"')
    assert shown.count(text) == 1


def test_a_title_or_a_name_is_text_on_every_page(attacked):
    """Fails without autoescape in pages.render: what the docs and the catalog hold is text, and here it is shown."""
    attack = "<img src=x onerror=alert(1)>"
    metadata = f"  title: {attack}\n  description: {attack}\n  labels: {{a: b}}\n  annotations: {{backstage.io/techdocs-ref: 'dir:.', x: '{attack}'}}\n  links: [{{url: 'https://example.com/', title: '{attack}'}}]\n"
    settings = f"site_name: '{attack}'\nnav:\n  - '{attack}': index.md\n  - '{attack}{attack}': 'https://example.com/'\n"

    site = attacked({"catalog-info.yaml": component("shop", metadata=metadata), "mkdocs.yml": settings, "docs/index.md": f"---\ndescription: {attack}\n---\n# T\n"})

    pages = {path.relative_to(site.folder).as_posix(): path.read_text("utf-8") for path in site.folder.rglob("*.html")}
    assert html.escape(attack, quote=False) in pages[f"{MANUAL}index.html"] and html.escape(attack, quote=False) in pages["catalog/default/component/shop/index.html"]
    assert [path for path, page in pages.items() if "<img src=x" in page] == []


@pytest.mark.parametrize("name", ["index.html.md", "INDEX.HTML.md", "a/index.html/b.md", "index.html/index.md"])
def test_a_page_that_needs_the_file_of_another_as_its_folder_is_not_published(attacked, name):
    """Fails without _Planner._publishable: two pages of ours wanted one path, which ends a build."""
    site = attacked({"docs/index.md": "# Home\n", f"docs/{name}": "# Other\n"})

    assert site.codes() == ["docs-file-skipped"] and "Home" in article(site)


def test_no_name_in_git_is_too_long_or_too_odd_to_build_with(attacked, tmp_path):
    """Fails without plan.repository_uri: a tree of git can hold names that no disk does."""
    remote = make_repository(tmp_path / "remote", {"catalog-info.yaml": SHOP.replace("shop", "odd"), "docs/index.md": "x"})
    names = ["a" * 300 + ".png", "back\\slash.png", "\u202egnp.png", ".hidden.png", "a:b.png", "per%2fcent.png", "con.png", "x" * 255]
    links = "".join(f"![p](<../{name.replace('%', '%25')}>)\n" for name in names)
    entries = {}
    for name, content in {**dict.fromkeys(names, b"picture"), "catalog-info.yaml": SHOP.replace("shop", "odd").encode(), "index.md": f"# Odd\n\n{links}".encode()}.items():
        entries[name] = git(remote, "hash-object", "-w", "--stdin", input=content)
    docs = git(remote, "mktree", input=f"100644 blob {entries.pop('index.md')}\tindex.md\n".encode())
    listing = "".join(f"100644 blob {blob}\t{name}\0" for name, blob in entries.items()) + f"040000 tree {docs}\tdocs\0"
    tree = git(remote, "mktree", "-z", input=listing.encode())
    git(remote, "update-ref", "refs/heads/main", git(remote, "commit-tree", "-m", "odd", tree))

    site = attacked({"docs/index.md": "# T\n"}, f"sources:\n  - folder: {{path: repos}}\n  - git: {{url: {remote}}}\n")

    published = {path.relative_to(site.folder / "docs/default/component/odd").as_posix() for path in (site.folder / "docs/default/component/odd").rglob("*") if path.is_file()}
    assert published == {"index.html", *(f"_repository/{name}" for name in ("_.hidden.png", "a:b.png", "per%2fcent.png", "con.png"))}


@pytest.mark.parametrize("path", ["../evil", "/evil", "a/../../evil", "a//b", "./a", "a/.", "", "a\\..\\b", "a\0b"])
@pytest.mark.parametrize("guest", [True, False])
def test_whoever_makes_a_file_it_lands_in_the_site(tmp_path, path, guest):
    """GHSA-4jqc-jvh2-pxg9: the last gate, should a name of an entity or a plugin ever lead out. Fails without folder._write."""
    file = OutputFile(path, b"x", "somebody", guest=guest)

    with pytest.raises(CallboardError, match="is not a path below the portal's root"):
        replace_folder([OutputFile("index.html", b"", "us"), file], tmp_path / "out/site", report=Report(), finish=lambda *_: None)

    assert [path.name for path in tmp_path.rglob("*")] == ["out"]


def test_a_name_of_an_entity_is_a_folder_and_no_file_of_the_portal(attacked):
    """Fails without is_file in pagefind._pages: an entity called 404.html ended the build of everybody's portal."""
    names = ["index.html", "con", "nul", "aux.txt", "a.js", "CNAME", "404.html", "api", "graph", "docs", "constructor"]

    site = attacked({"catalog-info.yaml": "---\n".join([SHOP, *(component(name) for name in names)]), "docs/index.md": "# T\n", "docs/x.html.md": "# X\n"})

    assert site.codes() == []
    for name in names:
        assert (site.folder / f"catalog/default/component/{name.lower()}/index.html").is_file()
    assert sorted(path.name for path in site.folder.iterdir() if path.is_file()) == [".nojekyll", "404.html", "index.html", "llms.txt"]
    entry = json.loads(site.text("pagefind/pagefind-entry.json"))
    assert sum(record["page_count"] for record in entry["languages"].values()) == len(names) + 6
