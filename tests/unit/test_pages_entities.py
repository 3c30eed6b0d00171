"""What the page of an entity says: what teams and people have, what systems hold, what would be good to add."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree

from callboard import graph, resources
from callboard.build import compile_portal
from callboard.config import load
from callboard.diagnostics import Report
from callboard.model.ref import EntityRef
from callboard.pages import estate, graphs, icon_of
from callboard.pages.assets import load_theme
from callboard.pages.context import Context
from callboard.pages.entity_page import overview
from callboard.pages.views import Empty, EntityLink, EntityView, Estate, Link
from callboard.tools import Tools
from portals import MARCH, organisation


def document(kind: str, name: str, spec: str, metadata: str = "") -> str:
    return f"apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n{metadata}spec:\n{spec}"


def context(folder: Path, documents: list[str], more: Mapping[str, str] | None = None) -> Context:
    """The portal of one repository that declares *documents*."""
    config_file = organisation(folder, {"shop/catalog-info.yaml": "---\n".join(documents), **(more or {})})
    report = Report()
    config = load(config_file, environ={}, report=report)
    (folder / "state").mkdir()
    portal, _ = compile_portal(config, Tools(now=MARCH, state=folder / "state", environ={}, jobs=1), report)
    return Context(portal, config, load_theme(resources.theme()), {})


def page(made: Context, ref: str) -> EntityView:
    entity = made.entity(EntityRef.parse(ref))
    assert entity is not None
    return overview(made, entity)[1]


def names(links: tuple[EntityLink, ...]) -> list[str]:
    return [link.ref for link in links]


def owned(estate: Estate) -> list[str]:
    return [row.entity.ref for row in estate.owned]


COMPANY = [
    document("Group", "company", "  type: organization\n  children: [shop]\n"),
    document("Group", "shop", "  type: department\n  children: [till, shelf]\n  members: [ann]\n"),
    document("Group", "till", "  type: team\n  children: []\n  members: [bob, nobody]\n"),
    # A group that contains the one above it: trees of groups may be no trees.
    document("Group", "shelf", "  type: team\n  children: [shop]\n"),
    document("User", "ann", "  memberOf: [shop]\n"),
    document("User", "bob", "  memberOf: []\n"),
    document("Domain", "sales", "  owner: shop\n"),
    document("System", "counter", "  owner: till\n  domain: sales\n"),
    document("Component", "scanner", "  type: service\n  lifecycle: production\n  owner: till\n  system: counter\n  providesApis: [prices, gone]\n"),
    document("Component", "lens", "  type: library\n  lifecycle: production\n  owner: user:bob\n  subcomponentOf: scanner\n"),
    document("API", "prices", "  type: openapi\n  lifecycle: production\n  owner: till\n  system: counter\n  definition: 'openapi: 3.0.0'\n"),
]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Context:
    return context(tmp_path_factory.mktemp("company"), COMPANY)


def test_a_group_has_what_it_owns_itself_and_with_the_teams_below_everything_of_theirs(company):
    direct, aggregated = page(company, "group:shop").estates

    assert (direct.label, owned(direct), names(direct.members)) == ("Directly", ["domain:sales"], ["user:ann"])
    assert (aggregated.label, owned(aggregated)) == ("With the teams below", ["component:scanner", "api:prices", "system:counter", "domain:sales"])
    assert names(aggregated.members) == ["user:ann", "user:bob", "user:nobody"]
    assert aggregated.rest == Link("All in the catalog", "../../../?owner=group:shop&owner=group:shelf&owner=group:till")


def test_a_group_that_has_nothing_itself_shows_first_what_is_below_it(company):
    first, second = page(company, "group:company").estates

    assert (first.label, first.total, first.people) == ("With the teams below", 4, 3)
    assert (second.label, second.total, second.people) == ("Directly", 0, 0)


def test_a_person_has_what_they_own_and_what_the_groups_own_that_they_are_in_and_no_group_below(company):
    bob, with_team = page(company, "user:bob").estates
    [ann] = [estate for estate in page(company, "user:ann").estates if estate.label != "Directly"]

    assert owned(bob) == ["component:lens"]
    assert (with_team.label, owned(with_team)) == ("With till", ["component:lens", "component:scanner", "api:prices", "system:counter"])
    assert owned(ann) == ["domain:sales"]


def test_a_team_without_teams_below_is_counted_in_one_way_and_by_type(company):
    [estate] = page(company, "group:till").estates

    assert [(tile.value, tile.label, tile.url) for tile in estate.counts] == [
        ("1", "service", "../../../?owner=group:till&kind=component&type=service"),
        ("1", "openapi", "../../../?owner=group:till&kind=api&type=openapi"),
        ("1", "system", "../../../?owner=group:till&kind=system"),
    ]


def test_a_team_s_page_counts_what_has_problems_and_lists_the_documentation(tmp_path):
    documented = "  annotations: {backstage.io/techdocs-ref: 'dir:.'}\n"
    documents = [
        document("Group", "till", "  type: team\n  children: []\n"),
        document("Component", "scanner", "  type: service\n  lifecycle: production\n  owner: till\n  dependsOn: [component:gone]\n", documented),
    ]
    [estate] = page(context(tmp_path, documents, {"shop/mkdocs.yml": "site_name: How to scan\n", "shop/docs/index.md": "# Scan\n"}), "group:till").estates

    assert (estate.worries, estate.worries_url) == (1, "../../../?owner=group:till&problems=any")
    assert [(link.label, link.url) for link in estate.documents] == [("How to scan", "../../../../docs/default/component/scanner/")]


def test_a_domain_shows_its_systems_and_what_is_inside_of_them(company):
    contains, inside = page(company, "domain:sales").holdings

    assert (contains.heading, [row.entity.ref for row in contains.rows], contains.url) == ("Contains", ["system:counter"], "../../../?domain=domain:sales")
    assert (inside.heading, [row.entity.ref for row in inside.rows]) == ("Inside of these", ["component:lens", "component:scanner", "api:prices"])


def test_apis_are_rows_and_one_that_is_not_in_the_catalog_is_shown_as_such(company):
    [provides] = page(company, "component:scanner").apis
    [provided] = page(company, "api:prices").apis

    assert (provides.heading, [(row.entity.ref, row.entity.missing) for row in provides.rows]) == ("Provides APIs", [("api:prices", False), ("api:gone", True)])
    assert (provided.heading, [row.entity.ref for row in provided.rows]) == ("Provided by", ["component:scanner"])
    assert {group.type for group in page(company, "component:scanner").relations} == {"hasPart"}


def test_what_is_missing_comes_with_the_lines_to_add_and_where_to_add_them(company):
    found = page(company, "component:lens").empty

    assert found == (
        Empty("No description", "Say in one sentence what it is for.", "metadata:\n  description: What it is for", "", "catalog-info.yaml"),
        Empty("No documentation", "Put Markdown into docs/ and point to it.", "metadata:\n  annotations:\n    backstage.io/techdocs-ref: dir:.", "", "catalog-info.yaml"),
    )


def test_a_system_of_the_same_owner_is_proposed_by_name(tmp_path):
    made = context(tmp_path, [*COMPANY, document("Resource", "prices-db", "  type: database\n  owner: till\n", "  description: Prices\n")])

    assert [(empty.title, empty.yaml) for empty in page(made, "resource:prices-db").empty] == [("Part of no system", "spec:\n  system: counter")]


def test_lines_that_belong_into_another_descriptor_have_no_button_that_edits_this_one(tmp_path):
    documents = [document("API", "prices", "  type: openapi\n  lifecycle: production\n  owner: till\n  system: s\n  definition: x\n", "  description: Prices\n")]
    made = context(tmp_path, documents)

    assert page(made, "api:prices").empty == (Empty("Nobody provides it", "The component that serves it says so.", "spec:\n  providesApis: [prices]"),)


def test_of_very_much_the_first_is_shown_and_the_catalog_has_it_all(tmp_path):
    many = [document("Resource", f"db-{n:03}", "  type: database\n  owner: till\n") for n in range(230)]
    [estate] = page(context(tmp_path, [*many, document("Group", "till", "  type: team\n  children: []\n")]), "group:till").estates

    assert (len(estate.owned), estate.total, estate.rest) == (100, 230, Link("All in the catalog", "../../../?owner=group:till"))
    assert [(tile.value, tile.label) for tile in estate.counts] == [("230", "database")]


def test_the_page_of_a_person_shows_the_first_of_what_their_team_has_and_leads_to_the_team(tmp_path):
    many = [document("Resource", f"db-{n:03}", "  type: database\n  owner: till\n") for n in range(12)]
    people = [document("Group", "till", "  type: team\n  children: []\n  members: [ann]\n"), document("User", "ann", "  memberOf: [till]\n")]
    made = context(tmp_path, [*many, *people])
    of_the_team, direct = page(made, "user:ann").estates

    assert (of_the_team.label, len(of_the_team.owned), of_the_team.total) == ("With till", 10, 12)
    assert of_the_team.rest == Link("All on the page of till", "../../group/till/")
    assert [(tile.value, tile.label) for tile in of_the_team.counts] == [("12", "database")]
    assert (direct.label, direct.total) == ("Directly", 0)


def test_an_owner_is_in_no_row_where_the_page_names_the_one_that_all_have(company):
    of_the_team, below = page(company, "group:till").estates[0], page(company, "group:company").estates[0]

    assert {row.owners for row in of_the_team.owned} == {()}
    assert {links[0].ref for row in below.owned if (links := row.owners)} == {"group:till", "group:shop"}


def test_a_picture_says_a_name_twice_only_where_its_box_cuts_it(tmp_path):
    documents = [
        document("Group", "till", "  type: team\n  children: []\n"),
        document("Component", "scanner", "  type: service\n  lifecycle: production\n  owner: till\n", "  title: Reads the codes of every parcel that passes\n"),
    ]
    made = context(tmp_path, documents)
    catalog = made.portal.catalog
    with_pictures = dataclasses.replace(made, drawings=graph.draw(catalog, icon_of, Tools(now=MARCH, state=tmp_path / "state", jobs=1), Report()))

    picture = page(with_pictures, "component:scanner").picture

    assert picture is not None
    svg = etree.fromstring(str(picture.svg))
    boxes = [(box.get("href"), box.findtext("title"), box.findtext("text")) for box in svg.iter("a")]
    assert boxes == [("./", "Reads the codes of every parcel that passes", "Reads the codes of e…"), ("../../group/till/", None, "till")]
    assert [(lines.get("class"), [path.get("d")[0] for path in lines]) for lines in svg.iter("g")] == [("ge g-own", ["M"])]


def test_a_list_of_what_one_box_stands_for_ends_and_says_where_the_rest_is(tmp_path):
    many = [document("Resource", f"db-{n:03}", "  type: database\n  owner: till\n") for n in range(90)]
    made = context(tmp_path, [*many, document("Group", "till", "  type: team\n  children: []\n")])
    drawings = graph.draw(made.portal.catalog, icon_of, Tools(now=MARCH, state=tmp_path / "state", jobs=1), Report())
    till = EntityRef.parse("group:till")

    [fold] = graphs.folds(dataclasses.replace(made, drawings=drawings), "", drawings.around[till], "#explorer")

    assert (len(fold.entities), fold.more, fold.url) == (40, 28, "#explorer")
    assert fold.title == "68 more"
    assert "the first 40 of what it stands for" in " ".join((Path(__file__).parents[2] / "docs/graphs.md").read_text("utf-8").split())


def test_the_guide_says_how_much_of_each_list_is_shown():
    guide = (Path(__file__).parents[2] / "docs/owners.md").read_text("utf-8")

    assert re.findall(r"^\| [^|]+ \| (\d+) \|$", guide, re.MULTILINE) == [
        str(number)
        for number in (estate.ROWS, estate.ROWS_BELOW, estate.ROWS_OF_PERSON, estate.MANUALS, estate.MANUALS_OF_PERSON, estate.PEOPLE, estate.PEOPLE_BELOW)
    ]


def test_the_words_beside_a_picture_say_each_line_once_by_the_end_that_more_lines_share(tmp_path):
    services = [document("Component", f"s{n}", f"  type: service\n  lifecycle: production\n  owner: till\n  dependsOn: [resource:db{', resource:queue' if n == 1 else ''}]\n") for n in range(3)]
    stores = [document("Resource", name, "  type: database\n  owner: nobody\n") for name in ("db", "queue")]
    made = context(tmp_path, [*services, *stores, document("Group", "till", "  type: team\n  children: []\n")])
    drawings = graph.draw(made.portal.catalog, icon_of, Tools(now=MARCH, state=tmp_path / "state", jobs=1), Report())

    said = graphs.facts(made, "", drawings.reach[EntityRef.parse("component:s1")], "")

    assert sorted((" ".join(e.title for e, _ in fact.sources), fact.words, " ".join(e.title for e, _ in fact.targets)) for fact in said) == [
        ("s1", "depends on", "queue"),
        ("s1 s0 s2", "depends on", "db"),
        ("till", "owns", "s1"),
    ]


def test_a_person_in_one_team_who_owns_nothing_has_no_picture_and_others_have(company, tmp_path):
    drawings = graph.draw(company.portal.catalog, icon_of, Tools(now=MARCH, state=tmp_path, jobs=1), Report())
    made = dataclasses.replace(company, drawings=drawings)

    assert {ref for ref in ("user:ann", "user:bob", "component:lens", "group:till") if page(made, ref).picture is None} == {"user:ann"}
