"""What can be found, and the indexes made of it."""

from __future__ import annotations

import gzip
import json
import random
from itertools import accumulate
from pathlib import Path

import pytest
from portals import build_site, component, digests, group, organisation

from callboard.diagnostics import Report
from callboard.hookspecs import hookimpl
from callboard.model import routes
from callboard.model.output import OutputFile
from callboard.model.ref import EntityRef
from callboard.model.search import SearchDocument
from callboard.search import bundles, data_files, documents, index
from callboard.search.data import CAP, OPERATIONS, SPELLINGS
from callboard.plugins import load_plugins
from callboard.tools import Tools
from portals import MARCH

API = """\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders, namespace: sales, title: Orders of customers, description: "Orders,\\n  as they come.", tags: [rest, public]}
spec: {type: openapi, lifecycle: production, owner: group:default/crew, definition: "{openapi: 3.1.0, paths: {}}"}
"""
SHOP = component("shop", metadata="  annotations: {backstage.io/techdocs-ref: dir:.}\n")
FILES = {
    "shop/catalog-info.yaml": SHOP,
    "shop/mkdocs.yml": "site_name: The shop\nplugins: [techdocs-core]\n",
    "shop/docs/index.md": "# The shop\n\nHow to open it.\n\n## On Monday\n\n### Before eight\n",
    "shop/docs/keys.md": "# Keys\n\nThey hang by the door.\n",
    "orders/catalog-info.yaml": API,
    "crew/catalog-info.yaml": group(),
}


def tools(folder: Path) -> Tools:
    return Tools(now=MARCH, state=folder / "state", environ={})


def columns(files: list[OutputFile], name: str) -> tuple[str, dict]:
    """Stamp and columns of one data script, read as the page's function gets them."""
    content = next(file.content for file in files if file.path == f"assets/search/{name}.js")
    assert isinstance(content, bytes)
    text = content.decode()
    prefix = f'callboard.take("{name}",'
    assert text.startswith(prefix)
    assert text.endswith(");\n")
    stamp, found = json.loads(f"[{text.removeprefix(prefix).removesuffix(');' + chr(10))}]")
    return stamp, found


def test_entities_come_first_then_pages_each_with_what_it_is_found_by(tmp_path):
    portal = build_site(organisation(tmp_path, FILES), tmp_path / "site").built.portal

    found = documents(portal, load_plugins(installed=False), Report())

    shop, orders = EntityRef("component", "default", "shop"), EntityRef("api", "sales", "orders")
    page = {"section": "docs", "ref": shop, "kind": "component", "type": "service", "owner": "group:crew", "lifecycle": "production"}
    assert found == (
        SearchDocument(
            route="catalog/sales/api/orders/", title="Orders of customers", section="apis", summary="Orders, as they come.", ref=orders,
            kind="api", type="openapi", owner="group:crew", lifecycle="production", tags=("rest", "public"),
        ),
        SearchDocument(
            route="catalog/sales/api/orders/api/", title="Orders of customers · Definition", section="apis", ref=orders,
            kind="api", type="openapi", owner="group:crew", lifecycle="production",
        ),
        SearchDocument(
            route="catalog/default/component/shop/", title="shop", section="catalog", ref=shop,
            kind="component", type="service", owner="group:crew", lifecycle="production",
        ),
        SearchDocument(
            route="catalog/default/group/crew/", title="crew", section="owners", ref=EntityRef("group", "default", "crew"), kind="group", type="team",
        ),
        SearchDocument(route="docs/default/component/shop/", title="The shop", headings=("The shop", "On Monday", "Before eight"), anchors=("the-shop", "on-monday", "before-eight"), **page),
        SearchDocument(route="docs/default/component/shop/keys/", title="Keys", headings=("Keys",), anchors=("keys",), **page),
    )  # fmt: skip


def test_a_route_is_found_once_and_plugins_come_last(tmp_path):
    portal = build_site(organisation(tmp_path, {"shop/catalog-info.yaml": component("shop")}), tmp_path / "site").built.portal

    class More:
        @hookimpl
        def search_documents(self, portal):
            yield SearchDocument(route="catalog/default/component/shop/", title="Mine now", section="catalog")
            yield SearchDocument(route="rota/", title="Rota", section="catalog")
            yield "rubbish"

    found = documents(portal, load_plugins([More()], installed=False), Report())

    assert [(document.route, document.title) for document in found] == [("catalog/default/component/shop/", "shop"), ("rota/", "Rota")]


def entity(kind: str, name: str, namespace: str = "default", **more: object) -> SearchDocument:
    ref = EntityRef(kind, namespace, name)
    values = {"title": name, "section": "catalog", "kind": kind, **more}
    return SearchDocument(route=f"catalog/{namespace}/{kind}/{name}/", ref=ref, **values)  # type: ignore[arg-type]  # keywords by name, each of a type of its own


def test_the_columns_give_back_every_entity():
    written = [
        entity("user", "ann", title="Ann\nMay </script>"),
        entity("component", "shop", owner="group:crew", type="service", tags=("go", "tier-1")),
        entity("component", "__proto__", "ops", owner="group:crew", type="library"),
        entity("component", "till", owner="user:ann", type="service"),
        SearchDocument(route="docs/default/component/till/", title="Till", section="docs", ref=EntityRef("component", "default", "till"), headings=("A bön & b", "B", "C"), anchors=("a-bon-b", "b_1", "")),
    ]  # fmt: skip

    files = list(data_files(written))

    stamp, palette = columns(files, "palette")
    same, details = columns(files, "details")
    also, titles = columns(files, "titles")
    assert stamp == same == also
    names = palette["names"].split("\n")
    rows = []
    for kind, namespace, number in palette["groups"]:
        for name in names[len(rows) : len(rows) + number]:
            at = len(rows)
            rows.append((kind, namespace, name, palette["owners"][palette["owner"][at]], details["types"][details["type"][at]], details["titles"][at], details["tags"][at]))
    assert rows == [
        ("component", "default", "shop", "group:crew", "service", "", "go tier-1"),
        ("component", "default", "till", "user:ann", "service", "", ""),
        ("component", "ops", "__proto__", "group:crew", "library", "", ""),
        ("user", "default", "ann", "", "", "Ann May </script>", ""),
    ]
    assert titles == {"rows": [["docs/default/component/till/", "Till", "component:default/till", "A bön & b\nB\tb_1\nC"]], "left_out": 0}
    assert not any(b"</script" in file.content for file in files if file.path.endswith(("palette.js", "details.js", "titles.js")))


def test_words_come_with_the_most_used_first_as_the_page_reads_them():
    written = [
        entity("component", "shopFront", title="Façade of the shop", tags=("tier-1",)),
        entity("api", "shop", title="Shop"),
        SearchDocument(route="docs/default/component/till/", title="Till", section="docs", headings=("Opening the shop", "2026", "No")),
    ]

    words = columns(list(data_files(written)), "words")[1]["words"]

    assert words == "shop\nthe\nfacade front opening tier till"


def test_words_keep_within_their_size_the_least_used_go_first():
    chance = random.Random(5)
    made = sorted({f"{chance.randrange(26**6):x}{chance.choice('xyz')}" for _ in range(60_000)})
    written = [entity("component", "shop", tags=tuple(made)), entity("component", "common"), entity("component", "other", title="common")]

    words = columns(list(data_files(written)), "words")[1]["words"]

    assert words.split()[0] == "common"
    assert 10_000 < len(words.split()) < len(made)
    assert len(gzip.compress(words.encode(), 6)) <= SPELLINGS


def test_the_stamp_changes_with_the_entities_and_not_with_their_order():
    one, other = entity("component", "a"), entity("component", "b", owner="group:crew")

    def stamp(*written: SearchDocument) -> str:
        return columns(list(data_files(written)), "palette")[0]

    assert stamp(one, other) == stamp(other, one) != stamp(one)


def pages(number: int) -> list[SearchDocument]:
    """Pages of documentation with titles and headings as people write them."""
    chance = random.Random(7)
    words = [f"{a}{b}" for a in ("deploy", "rotat", "measur", "migrat", "restor", "monitor") for b in ("ing", "ed", "s", "ment", "or", "able", "ish")]
    return [
        SearchDocument(
            route=f"docs/default/component/service-{n % 97}/{chance.choice(words)}/{n}/",
            title=" ".join(chance.choices(words, k=4)),
            section="docs",
            headings=tuple(" ".join(chance.choices(words, k=5)) for _ in range(12)),
        )
        for n in range(number)
    ]


def test_the_search_by_titles_keeps_within_its_size_headings_go_first_then_the_last_pages():
    few, more, many = (columns(list(data_files(pages(number))), "titles")[1] for number in (200, 6_000, 30_000))

    assert (len(few["rows"]), few["left_out"], few["rows"][0][3] != "") == (200, 0, True)
    assert (len(more["rows"]), more["left_out"], {row[3] for row in more["rows"]}) == (6_000, 0, {""})
    assert len(many["rows"]) + many["left_out"] == 30_000
    assert many["left_out"] > 0
    for found in (few, more, many):
        assert len(gzip.compress(json.dumps(found["rows"], separators=(",", ":")).encode())) < CAP * 1.01


def test_the_palette_of_ten_thousand_entities_is_ninety_kilobytes():
    chance = random.Random(11)
    firsts = "billing payment order parcel route customer depot label price stock invoice account search report fraud ledger".split()
    seconds = "api service worker gateway ui sync exporter importer processor scheduler store cache bridge proxy adapter portal".split()
    names = sorted({f"{chance.choice(firsts)}-{chance.choice(firsts)}-{chance.choice(seconds)}-{n // 12}" for n in range(13_000)})[:10_000]
    kinds = chance.choices(["component", "api", "resource", "system", "user"], weights=[60, 20, 10, 5, 5], k=len(names))
    written = [entity(kind, name, owner=f"group:team-{chance.randrange(300)}") for kind, name in zip(kinds, names, strict=True)]
    assert len(written) == 10_000

    palette = next(file.content for file in data_files(written) if file.path.endswith("palette.js"))

    assert isinstance(palette, bytes)
    assert len(gzip.compress(palette, 6)) <= 90_000


def test_operations_keep_within_their_size_their_summaries_go_first_and_an_address_that_the_name_says_is_not_written():
    def operations(number: int) -> list[SearchDocument]:
        found = []
        for n in range(number):
            ref = EntityRef("api", "default", f"api-{n // 20}")
            title, anchor = (f"GET /parcels/{{id}}/events-{n}", f"get-parcels-id-events-{n}") if n % 20 else ("getParcel", "parcel-query")
            found.append(SearchDocument(route=routes.api(ref), anchor=anchor, title=title, section="apis", ref=ref, summary=f"Tells {n * 7919} of the {n * 104_729} parcels of a depot"))
        return found

    few, many = (columns(list(data_files(operations(number))), "operations")[1] for number in (40, 12_000))

    assert few["apis"][0][3][:2] == [["getParcel", "Tells 0 of the 0 parcels of a depot", "#parcel-query"], ["GET /parcels/{id}/events-1", "Tells 7919 of the 104729 parcels of a depot", ""]]
    assert {row[1] for api in many["apis"] for row in api[3]} == {""}
    assert len(gzip.compress(json.dumps(many["apis"], separators=(",", ":")).encode())) < OPERATIONS * 1.01


OWNERS = ("group:crew", "group:zebra", "user:ann", "group:apes", "group:mice", "user:zoe")


def write_pages(folder: Path, order: random.Random) -> None:
    """Forty pages with filters, created in some order."""
    numbers = list(range(40))
    order.shuffle(numbers)
    for n in numbers:
        page = folder / f"p{n}" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(
            f"<html lang=en><title>Page {n}</title><body><main data-pagefind-body><h1>Page {n}</h1>"
            f"<span data-pagefind-filter=owner>{OWNERS[n % 6]}</span><span data-pagefind-filter=kind>k{n % 5}</span>"
            f"<p>{' '.join(f'word{n * m % 31}' for m in range(30))}</p></main></body></html>"
        )
    (folder / "aside.html").write_text("<html><body>not indexed</body></html>")


def test_equal_pages_give_equal_indexes_whatever_the_order_in_which_they_were_written(tmp_path):
    found = []
    for run in range(4):
        folder = tmp_path / str(run)
        write_pages(folder, random.Random(run))
        report = Report()
        assert index(folder, previous=None, tools=tools(tmp_path), report=report) is False
        assert list(report) == []
        found.append(digests(folder / "pagefind"))

    assert found[0] == found[1] == found[2] == found[3]
    assert {"pagefind.js", "pagefind-entry.json", "inputs.txt"} < set(found[0])
    assert [name for name in found[0] if "ui" in name.split("/")[-1]] == []


def test_names_of_pages_are_short_and_tell_documentation_from_the_rest(tmp_path):
    """A browser loads them all before its first result, and the palette asks for no filter."""
    for n in range(30):
        page = tmp_path / f"p{n}" / "index.html"
        page.parent.mkdir()
        section = ("docs", "catalog", "apis")[n % 3]
        page.write_text(f"<html lang={'de' if n == 8 else 'en'}><body><main data-pagefind-body><p hidden data-pagefind-filter=section>{section}</p>word{n}</main></body></html>")
    index(tmp_path, previous=None, tools=tools(tmp_path), report=Report())

    fragments = {path.stem: json.loads(gzip.decompress(path.read_bytes()).removeprefix(bundles.MAGIC)) for path in (tmp_path / "pagefind/fragment").iterdir()}
    assert len(fragments) == 30
    assert {len(name) for name in fragments} == {4}
    assert {name[0].isalpha() for name, page in fragments.items() if page["filters"]["section"] == ["docs"]} == {True}
    assert {name[0].isdigit() for name, page in fragments.items() if page["filters"]["section"] != ["docs"]} == {True}


def test_an_index_of_the_same_pages_is_kept_and_of_others_is_made_anew(tmp_path):
    for name in ("first", "same", "other"):
        write_pages(tmp_path / name, random.Random(1))
    (tmp_path / "other" / "p3" / "index.html").write_text("<html><body><main data-pagefind-body>changed</main></body></html>")
    index(tmp_path / "first", previous=None, tools=tools(tmp_path), report=Report())

    kept = index(tmp_path / "same", previous=tmp_path / "first", tools=tools(tmp_path), report=Report())
    anew = index(tmp_path / "other", previous=tmp_path / "first", tools=tools(tmp_path), report=Report())

    assert (kept, anew) == (True, False)
    assert digests(tmp_path / "same/pagefind") == digests(tmp_path / "first/pagefind")
    assert digests(tmp_path / "other/pagefind") != digests(tmp_path / "first/pagefind")


def postings(folder: Path) -> dict[str, object]:
    """What an index knows, by the addresses of its pages: words, filters, and the pages themselves."""
    entry = json.loads((folder / "pagefind-entry.json").read_text())
    known: dict[str, object] = {}
    for language, record in entry["languages"].items():
        _, pages, chunks, filters, sorts, fields = bundles.read(folder / f"pagefind.{record['hash']}.pf_meta")
        fragments = [gzip.decompress((folder / "fragment" / f"{name}.pf_fragment").read_bytes()) for name, _ in pages]
        urls = [json.loads(fragment.removeprefix(bundles.MAGIC))["url"] for fragment in fragments]
        assert (record["page_count"], sorts) == (len(urls), [])
        known[language] = dict(zip(urls, ((count, fragment) for (_, count), fragment in zip(pages, fragments, strict=True)), strict=True))

        def places(numbered: list, urls: list = urls, fields: list = fields) -> dict[str, tuple]:
            steps = accumulate(page[0] for page in numbered)
            named = [[fields[-at - 1] if at < 0 else at for at in page[2]] for page in numbered]
            return {urls[n]: (page[1], where) for n, page, where in zip(steps, numbered, named, strict=True)}

        before = ""
        for first, last, name in chunks:
            words = bundles.read(folder / "index" / f"{name}.pf_index")[0]
            assert before < words[0][0]
            assert first <= words[0][0]
            assert words[-1][0].startswith(last)
            before = words[-1][0]
            for word, on, forms in words:
                known[f"{language} word {word}"] = (places(on), {form: places(there) for form, there in forms})
        for name, filtered in filters:
            values = bundles.read(folder / "filter" / f"{filtered}.pf_filter")[1]
            known[f"{language} filter {name}"] = {value: sorted(urls[n] for n in on) for value, on in values}
    return known


def test_an_index_made_in_parts_knows_what_one_made_at_once_knows(tmp_path):
    """Fails where pages are not numbered on, where steps are taken as numbers, or where fields of parts are mixed up."""
    for name in ("whole", "parts"):
        write_pages(tmp_path / name, random.Random(1))
        for n in range(9):
            page = tmp_path / name / "z" / f"{n}.html"
            page.parent.mkdir(exist_ok=True)
            accents = "Café cafe naïve" if n % 2 else "cafe"
            page.write_text(f"<html lang={'de' if n == 8 else 'en'}><body><main data-pagefind-body><p data-pagefind-meta=aside>aside {n}</p><p>{accents} z{n}</p></main></body></html>")
    report = Report()

    index(tmp_path / "whole", previous=None, tools=tools(tmp_path), report=report)
    index(tmp_path / "parts", previous=None, tools=tools(tmp_path), report=report, most=15)

    whole, parts = postings(tmp_path / "whole/pagefind"), postings(tmp_path / "parts/pagefind")
    assert list(report) == []
    assert parts == whole
    assert (len(whole["en"]), len(whole["de"]), "en word cafe" in whole) == (48, 1, True)
    kinds = [sorted(path.name for path in (tmp_path / name / "pagefind").iterdir() if path.suffix != ".pf_meta") for name in ("whole", "parts")]
    assert kinds[0] == kinds[1]
    assert list((tmp_path / "parts").glob(".pagefind-*")) == []


def test_an_index_made_in_parts_is_the_same_each_time(tmp_path):
    for name in ("one", "other"):
        write_pages(tmp_path / name, random.Random(len(name)))
        index(tmp_path / name, previous=None, tools=tools(tmp_path), report=Report(), most=15)

    assert digests(tmp_path / "one/pagefind") == digests(tmp_path / "other/pagefind")


def test_an_index_is_kept_also_where_a_file_cannot_have_two_names(tmp_path, monkeypatch):
    for name in ("first", "same"):
        write_pages(tmp_path / name, random.Random(1))
    index(tmp_path / "first", previous=None, tools=tools(tmp_path), report=Report())

    def refuse(*_: object) -> None:
        raise PermissionError("hard links are not supported")

    monkeypatch.setattr("os.link", refuse)

    assert index(tmp_path / "same", previous=tmp_path / "first", tools=tools(tmp_path), report=Report()) is True
    assert digests(tmp_path / "same/pagefind") == digests(tmp_path / "first/pagefind")


def test_the_index_says_whose_program_reads_it(tmp_path):
    write_pages(tmp_path / "site", random.Random(1))

    index(tmp_path / "site", previous=None, tools=tools(tmp_path), report=Report())

    assert (tmp_path / "site/pagefind/NOTICE.txt").read_text().startswith("Pagefind 1.")


def test_summaries_are_cut_rather_than_left_out_until_they_do_not_fit_at_all():
    chance = random.Random(3)
    words = [f"{chance.randrange(10**7):x}" for _ in range(4_000)]

    def summaries(number: int) -> list[str]:
        written = [entity("component", f"c{n}", summary=" ".join(chance.choices(words, k=20))[:190]) for n in range(number)]
        return columns(list(data_files(written)), "summaries")[1]["summaries"]

    few, more, many = (summaries(number) for number in (100, 4_000, 20_000))

    assert (len(few), max(map(len, few)) > 121) == (100, True)
    assert (len(more), 60 < max(map(len, more)) <= 121) == (4_000, True)
    assert many == []


def test_where_the_index_cannot_be_made_the_build_says_so_and_goes_on(tmp_path):
    class InTheWay:
        @hookimpl
        def extra_files(self, portal):
            yield OutputFile("pagefind", b"not a folder", "plugin", guest=True)

    site = build_site(organisation(tmp_path, FILES), tmp_path / "site", plugins=(InTheWay(),))

    assert site.codes() == ["search-unavailable"]
    assert (site.folder / "catalog/default/component/shop/index.html").is_file()
    assert (site.folder / "assets/search/titles.js").is_file()
    assert not (site.folder / "pagefind").is_dir()


def test_a_portal_without_full_text_has_no_index_and_its_search_page_knows(tmp_path):
    config = organisation(tmp_path, FILES, "sources: [{folder: {path: repos}}]\nsearch: {full_text: false}\n")

    site = build_site(config, tmp_path / "site")

    assert not (site.folder / "pagefind").exists()
    assert 'data-full-text="no"' in site.text("search/index.html")


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--", "\u2028", "\u2029"])
def test_no_text_of_a_repository_ends_the_script_that_carries_it(text):
    for file in data_files([entity("component", "shop", title=text, owner=f"group:{text}", tags=(text,)), *pages(1)]):
        if file.path.endswith((".js",)) and "minisearch" not in file.path:
            assert isinstance(file.content, bytes)
            assert text.encode() not in file.content
            assert b"<" not in file.content
