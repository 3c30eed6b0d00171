"""Pages: what templates may use, what happens to hostile text, and how much a page may weigh."""

from __future__ import annotations

import dataclasses
import gzip
import inspect
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2.meta
import jinja2.nodes
import pytest
from portals import DEMO, ROOT, Site, build_site, component, group, organisation
from reach import far

from callboard import resources
from callboard.pages import views
from callboard.pages.lexers import COLOURS, coloured
from callboard.pages.render import environment

VIEWS = [value for _, value in inspect.getmembers(views, inspect.isclass) if hasattr(value, "template")]
HTML, CSS, SCRIPTS, LAZY = 60_000, 20_000, 15_000, 15_000
"""Bytes, compressed, that a page, the style sheet, the scripts of every page and each later script may have."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build_site(DEMO, tmp_path_factory.mktemp("demo") / "site", links="folders")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A portal of one repository without a descriptor."""
    folder = tmp_path_factory.mktemp("empty")
    return build_site(organisation(folder, {"nothing/README.md": "nothing"}), folder / "site")


class _Seen(HTMLParser):
    """Elements, attributes and texts of a page, as a browser would take them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_portal_without_any_entity_has_its_pages_and_shows_no_empty_section(empty):
    pages = sorted(path.relative_to(empty.folder).as_posix() for path in empty.folder.rglob("*.html"))

    assert pages == ["404.html", "catalog/index.html", "health/index.html", "index.html", "owners/index.html", "search/index.html"]
    assert "Nothing is in the catalog yet" in empty.text("catalog/index.html")
    assert re.findall(r"<span>(Home|Catalog|Docs|APIs|Owners|Create|Health)</span>", empty.text("index.html")) == ["Home", "Catalog", "Owners", "Health"]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_a_template_uses_no_name_that_its_view_does_not_declare(view):
    templates = environment(resources.theme())
    assert templates.loader is not None
    declared = {field.name for field in dataclasses.fields(view)} | {"icon", "drawn", "sprite"}
    seen: set[str] = set()
    used: set[str] = set()
    edge = [view.template]
    while edge:
        name = edge.pop()
        if name in seen:
            continue
        seen.add(name)
        tree = templates.parse(templates.loader.get_source(templates, name)[0])
        macros = {one[1] if isinstance(one, tuple) else one for node in tree.find_all(jinja2.nodes.FromImport) for one in node.names}
        macros |= {node.name for node in tree.find_all(jinja2.nodes.Macro)}
        used |= jinja2.meta.find_undeclared_variables(tree) - macros
        edge += [found for found in jinja2.meta.find_referenced_templates(tree) if found]

    assert used - declared == set()


def test_every_page_template_has_a_view():
    written = {path.relative_to(resources.theme()).as_posix() for path in (resources.theme() / "pages").glob("*.html")}

    assert written == {view.template for view in VIEWS}


@pytest.mark.parametrize(
    "view", [value for _, value in inspect.getmembers(views, inspect.isclass) if dataclasses.is_dataclass(value)], ids=lambda view: view.__name__
)
def test_every_field_of_a_view_says_what_it_is(view):
    assert [field.name for field in dataclasses.fields(view) if not field.metadata.get("doc")] == []


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"
QUOTED = json.dumps(EVIL)
HOSTILE = {
    "shop/catalog-info.yaml": f"""\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
  title: {QUOTED}
  description: |
    {EVIL}

    [click](javascript:alert(1)) ![x](https://evil.example/x.png) <b onclick=alert(1)>b</b> <https://fine.example>
  labels: {{constructor: a}}
  annotations:
    backstage.io/techdocs-ref: dir:.
    backstage.io/view-url: javascript:alert(1)
    backstage.io/edit-url: "java\\tscript:alert(1)"
    toString: {QUOTED}
  tags: [c++, "c#"]
  links:
    - {{url: "javascript:alert(1)", title: Run}}
    - {{url: "https://fine.example/\\"><script>alert(1)</script>", title: {QUOTED}}}
    - {{url: "data:text/html,<script>alert(1)</script>", title: Data}}
spec:
  type: {QUOTED}
  lifecycle: {QUOTED}
  owner: crew
""",
    "shop/docs/index.md": f"# {EVIL}\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n\n<a href='java&#x09;script:alert(1)' id=cb-main>y</a>\n",
    "crew/catalog-info.yaml": f"""\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {{name: crew, title: "\u202ededdeppat"}}
spec:
  type: team
  children: []
  profile: {{displayName: {QUOTED}, email: "a@b.example?cc=x&body={EVIL[:8]}", picture: "javascript:alert(1)"}}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {{name: constructor}}
spec:
  memberOf: [crew]
  profile: {{displayName: "مريم \u202e\u2066 ltr", email: "x\\r\\nBcc: y@z.example"}}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {{name: {"a" * 63}, namespace: {"n" * 63}, title: {"W" * 3000}, description: {"word " * 3000}}}
spec: {{type: {QUOTED}, lifecycle: production, owner: crew, definition: {QUOTED}}}
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {{name: valueOf, title: {QUOTED}}}
spec:
  type: {QUOTED}
  owner: crew
  parameters: [{{title: {QUOTED}, properties: {{__proto__: {{title: {QUOTED}, type: string, default: {QUOTED}}}}}}}]
  steps: [{{id: {QUOTED}, name: {QUOTED}, action: {QUOTED}}}]
""",
    "broken/catalog-info.yaml": "kind: <script>alert(1)</script>\napiVersion: backstage.io/v1alpha1\nmetadata: {name: '<img src=x onerror=alert(1)>'}\n",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A portal of which every text wants to run code."""
    folder = tmp_path_factory.mktemp("hostile")
    return build_site(organisation(folder, HOSTILE), folder / "site", links="files")


def test_no_text_of_a_repository_becomes_an_element_or_an_attribute_that_runs(hostile):
    found = []
    for path in sorted(hostile.folder.rglob("*.html")):
        seen = _Seen(path.read_text("utf-8"))
        where = path.relative_to(hostile.folder).as_posix()
        found += [f"{where}: on…: {one}" for one in seen.attributes if one[1].startswith("on")]
        found += [f"{where}: address: {one}" for one in seen.attributes if one[1] in {"href", "src", "action", "formaction", "data"} and re.match(r"\s*(javascript|data:text|vbscript)", one[2].replace("\t", ""), re.I)]
        scripts = [tag for tag in seen.tags if tag == "script"]
        found += [f"{where}: {len(scripts)} scripts"] * (len(scripts) != (3 if where in {"404.html", "index.html"} else 2))
        found += [f"{where}: a picture of theirs"] * ("img" in seen.tags)
        found += [f"{where}: evaluated"] * ("49" in " ".join(text for text in seen.texts if "alert" in text))
        ids = [one[2] for one in seen.attributes if one[1] == "id"]
        found += [f"{where}: id {one} twice" for one in set(ids) if ids.count(one) > 1]
    assert found == []


def test_hostile_text_is_shown_as_it_was_written(hostile):
    page = _Seen(hostile.text("catalog/default/component/shop/index.html"))

    assert EVIL in "".join(page.texts)
    assert hostile.text("catalog/default/component/shop/index.html").count("&lt;script&gt;") > 3
    assert ("a", "href", "https://fine.example") in page.attributes


def test_links_that_could_run_code_are_left_out_and_told(hostile):
    page = _Seen(hostile.text("catalog/default/component/shop/index.html"))

    assert [text for text in page.texts if text in {"Run", "Data"}] == []
    assert {problem.code for problem in hostile.problems} >= {"rejected-link"}


def test_tags_with_marks_lead_to_their_filter(hostile):
    page = _Seen(hostile.text("catalog/default/component/shop/index.html"))

    assert sorted(value for tag, name, value in page.attributes if name == "href" and "?tag=" in value) == [
        "../../../index.html?tag=c%23",
        "../../../index.html?tag=c%2B%2B",
    ]


def test_names_that_javascript_keeps_for_itself_are_names(hostile):
    assert "catalog/default/template/valueof/index.html" in {path.relative_to(hostile.folder).as_posix() for path in hostile.folder.rglob("*.html")}
    assert (hostile.folder / "catalog/default/user/constructor/index.html").is_file()
    assert (hostile.folder / "create/templates/default/valueof/index.html").is_file()


def pages(site: Site) -> list[Path]:
    """Every page that people open; the frame in which diagrams are drawn is a tool and no page."""
    return sorted(path for path in site.folder.rglob("*.html") if "assets" not in path.relative_to(site.folder).parts[:1])


def weight(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 6))


def test_no_page_of_the_demo_is_heavier_than_its_budget(demo):
    heavy = {path.relative_to(demo.folder).as_posix(): weight(path) for path in pages(demo) if weight(path) > HTML}

    assert heavy == {}


def test_the_style_sheet_and_the_scripts_keep_their_budgets(demo):
    found = {path.name.split(".")[0] + path.suffix: weight(path) for path in (demo.folder / "assets").glob("*.*")}

    assert set(found) == {"icon.svg", "callboard.css", "callboard.js", "catalog.js", "chooser.js", "dialogs.css", "entities.js", "find.js", "graph.js", "keys.js", "palette.js", "reference.js", "search.js", "zoom.js"}
    assert found["callboard.css"] <= CSS
    assert found["callboard.js"] <= SCRIPTS
    assert [name for name, size in found.items() if size > LAZY and not name.startswith("callboard.")] == []


def test_code_is_marked_by_the_colours_of_the_style_sheet_and_nothing_else():
    sheet = (resources.theme() / "css/code.css").read_text("utf-8")
    groups = [re.findall(r"\.([\w-]+)", names) for names in re.findall(r"\.highlight :is\(([^)]*)\) \{ color", sheet)]

    assert {name: group[0] for group in groups for name in group} == {**COLOURS, "l-Scalar-Plain": "s"}
    assert coloured('{"a": [1, "<b>"]}', "json") == '{<i class="nt">"a"</i>: [<i class="m">1</i>, <i class="s">"&lt;b&gt;"</i>]}'
    assert coloured("a: b # c", "yaml") == '<i class="nt">a</i>: <i class="s">b</i> <i class="c"># c</i>'


AUTHORS = {
    "align-left", "align-right", "annotate", "caution", "cite", "emojione", "faq", "footnote-backref", "footnote-ref", "important", "md-button",
    "md-button--primary", "tabbed-block", "tabbed-content", "task-list-indicator", "task-list-item", "todo", "twemoji",
}  # fmt: skip
"""Classes that articles bring: of Markdown's extensions, and of their authors."""


def test_every_class_of_the_style_sheets_is_written_by_some_template_script_or_stage():
    """A name counts as written too where its beginning is, followed by a value. Classes of highlighted code are those of Pygments."""
    theme = resources.theme()
    written = "\n".join(path.read_text("utf-8") for folder in (theme, ROOT / "generator/callboard") for path in sorted(folder.rglob("*")) if path.suffix in {".html", ".js", ".py"} and "vendor" not in path.parts)
    names = set(re.findall(r"[A-Za-z][\w-]*[\w]", written)) | {name for name in re.findall(r"[\w-]+-(?=[{$])", written)} | AUTHORS
    dead = {}
    for sheet in sorted((theme / "css").rglob("*.css")):
        if sheet.name == "code.css":
            continue
        text = re.sub(r"/\*.*?\*/|url\([^)]*\)|\"[^\"]*\"", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        classes = {name for head in re.findall(r"([^{}]+)\{", text) for name in re.findall(r"\.(-?[A-Za-z_][\w-]*)", head)}
        dead[sheet.name] = sorted(name for name in classes if not names & {name, re.sub(r"[^-]+$", "", name)})

    assert {name: found for name, found in dead.items() if found} == {}


def test_a_catalog_of_two_thousand_entities_comes_in_parts_within_the_budget(tmp_path):
    files = {f"r{n:04}/catalog-info.yaml": component(f"service-{n:04}", metadata=f"  description: Takes care of the parcels of depot {n}\n  tags: [go, tier-{n % 4}]\n") for n in range(1200)}
    site = build_site(organisation(tmp_path, files | {"crew/catalog-info.yaml": group()}), tmp_path / "site", links="folders")

    assert (site.folder / "catalog/~all/5/index.html").is_file()
    assert max(weight(path) for path in (site.folder / "catalog").glob("*.html")) <= HTML
    assert max(weight(path) for path in (site.folder / "catalog").glob("~*/**/*.html")) <= HTML
    group_page = weight(site.folder / "catalog/default/group/crew/index.html")
    assert group_page <= HTML


def test_every_page_has_one_first_heading_one_main_and_a_title_of_its_own(demo):
    titles: dict[str, str] = {}
    for path in pages(demo):
        where = path.relative_to(demo.folder).as_posix()
        text = path.read_text("utf-8")
        seen = _Seen(text)
        assert (where, seen.tags.count("main"), seen.tags.count("h1") >= 1) == (where, 1, True)
        titles[where] = re.search(r"<title>([^<]*)</title>", text)[1]  # type: ignore[index]
    manuals = [title for where, title in titles.items() if where.startswith("docs/")]
    assert sorted(set(manuals)) == sorted(manuals)


def test_a_template_of_the_organisation_stands_in_for_the_theme_s(tmp_path):
    config = organisation(tmp_path, {}, "site: {theme: own, accent: '#aa0000', css: [own.css]}\nsources: [{folder: {path: repos}}]\n")
    (tmp_path / "own/pages").mkdir(parents=True)
    (tmp_path / "own/pages/owners.html").write_text('{% extends "layouts/base.html" %}{% block main %}<h1>Mine</h1>{% endblock %}')
    (tmp_path / "own.css").write_text("body { color: red }")

    site = build_site(config, tmp_path / "site")

    assert "<h1>Mine</h1>" in site.text("owners/index.html")
    assert '<link rel="stylesheet" href="../assets/site-0.css">' in site.text("owners/index.html")
    assert site.text("assets/site-0.css") == "@layer site {\nbody { color: red }\n}\n"
    assert "#aa0000" in site.text("assets/accent.css")


def test_long_lists_come_in_parts_that_lead_to_each_other_and_hold_everything(tmp_path):
    """Manuals, APIs, people and what nobody owns: no page grows with the organisation, and nothing is out of reach."""
    document = "apiVersion: backstage.io/v1alpha1\nkind: {}\nmetadata: {{name: {}{:03}}}\nspec: {}\n"
    api = "{type: text, lifecycle: production, owner: nobody, definition: x}"
    people = [document.format("User", "u", n, "{memberOf: []}") for n in range(120)]
    apis = [document.format("API", "a", n, api) for n in range(260)]
    files = {"many/catalog-info.yaml": "---\n".join([*apis, *people])}
    for n in range(202):
        files[f"d{n:03}/catalog-info.yaml"] = component(f"d{n:03}", metadata="  annotations: {backstage.io/techdocs-ref: 'dir:.'}\n")
        files[f"d{n:03}/docs/index.md"] = "# T\n"
    files["crew/catalog-info.yaml"] = group()

    site = build_site(organisation(tmp_path, files, "sources: [{folder: {path: repos}}]\nsearch: {full_text: false}\n"), tmp_path / "site")

    def listed(path: str, pattern: str) -> list[str]:
        return re.findall(pattern, site.text(f"{path}index.html").partition("<main")[2])

    assert [len(set(listed(path, r'title="api:(a\d+)"'))) for path in ("apis/", "apis/~all/2/", "apis/~all/3/")] == [100, 100, 60]
    assert [len(set(listed(path, r'href="[^"]*/component/(d\d+)/"><span class="kind k-docs'))) for path in ("docs/", "docs/~all/2/")] == [200, 2]
    for section, total in (("apis", "260 APIs"), ("docs", "202 manuals")):
        assert '<li><a href="~all/2/">2</a></li>' in site.text(f"{section}/index.html")
        assert '<li><a href="../../">1</a></li>' in site.text(f"{section}/~all/2/index.html")
        assert total in site.text(f"{section}/index.html")
    assert len(site.built.portal.catalog.entities) > 500 and far(site) == []
    owners = site.text("owners/index.html")
    assert (len(set(listed("owners/", r"/user/(u\d+)/"))), len(set(listed("owners/", r"/api/(a\d+)/")))) == (100, 200)
    assert 'The first 100 of 120. <a href="../catalog/~user/">' in owners
    assert 'The first 200 of 260. <a href="../catalog/?problems=unowned">' in owners


def test_problems_are_told_to_the_owner_that_is_written_even_where_that_leads_to_nobody(tmp_path):
    """A team that nobody declared is still who the people of that file mean."""
    files = {
        "a/catalog-info.yaml": component("pump", owner="crew", extra="  dependsOn: [resource:default/gone]\n") + "---\n" + group(),
        "b/catalog-info.yaml": component("valve", owner="plumbers"),
        "c/catalog-info.yaml": "kind: Component\n",  # has neither version nor metadata
    }

    health = build_site(organisation(tmp_path, files), tmp_path / "site").text("health/index.html")

    by_owner = health[health.index("cb-by-owner") : health.index("cb-by-repository")]
    heads = re.findall(r"<summary>(.*?)</summary>", by_owner)
    assert [re.sub(r"<[^>]+>", "", head) for head in heads] == ["crew 1", "group:plumbers not in the catalog 1", "Nobody 2"]


def test_the_page_of_a_team_counts_what_it_owns_by_lifecycle_where_there_is_more_than_one(tmp_path):
    lives = ("production", "production", "Experimental", "sunset")
    files = {f"s{n}/catalog-info.yaml": component(f"s{n}").replace("production", life) for n, life in enumerate(lives)}
    files |= {f"t{n}/catalog-info.yaml": component(f"t{n}", owner="solo") for n in range(3)}
    files |= {"crew/catalog-info.yaml": group(), "solo/catalog-info.yaml": group("solo")}

    site = build_site(organisation(tmp_path, files), tmp_path / "site")

    def counted(name: str) -> list[tuple[str, str, str, str]]:
        return re.findall(r'<li><a href="([^"]*)"><b class="chip life-(\w+)">(\d+)</b> (\w+)</a>', site.text(f"catalog/default/group/{name}/index.html"))

    narrowed = "../../../?owner=group:crew&amp;lifecycle="
    assert counted("crew") == [
        (f"{narrowed}production", "production", "2", "production"),
        (f"{narrowed}Experimental", "experimental", "1", "Experimental"),
        (f"{narrowed}sunset", "other", "1", "sunset"),
    ]
    assert counted("solo") == []
