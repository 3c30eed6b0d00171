"""Pictures of relations: what is in them, what is folded, and that equal shapes are laid out once."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import random
import re
from collections import defaultdict
from pathlib import Path

import pytest

from callboard import graph, resources
from callboard.diagnostics import Report
from callboard.graph import layout
from callboard.graph.data import graph_data, hashed
from callboard.graph.maps import inside, systems, teams
from callboard.graph.neighbourhood import around, reach
from callboard.graph.sketch import Joint, Relations
from callboard.graph.stage import CARD, PAGE
from callboard.isolate import IsolateError
from callboard.model.catalog import Catalog, Relation
from callboard.model.entity import Declaration, Entity
from callboard.model.graph import PAIRS, Fold
from callboard.model.ref import EntityRef
from callboard.tools import Tools

BACK = {**PAIRS, **{forward: backward for backward, forward in PAIRS.items()}}


def ref(text):
    return EntityRef.parse(text, kind="component")


def catalog_of(*facts, missing=(), titles=()):
    """A catalog of what *facts* say, such as ``a dependsOn resource:b``; what is named exists, *missing* apart."""
    titles = dict(titles)
    relations = defaultdict(set)
    for fact in facts:
        source, type, target = fact.split()
        relations[ref(source)].add(Relation(ref(source), type, ref(target)))
        relations[ref(target)].add(Relation(ref(target), BACK.get(type, f"{type}Back"), ref(source)))
    absent = {ref(text) for text in missing}
    entities = {}
    for one in sorted(relations.keys() - absent):
        metadata = {"name": one.name, "namespace": one.namespace, **({"title": titles[one.name]} if one.name in titles else {})}
        entities[one] = Entity(ref=one, value={"kind": one.kind, "metadata": metadata}, source=Declaration({}, {}, "acme/shop", "catalog-info.yaml"))
    return Catalog(entities, {one: tuple(sorted(found)) for one, found in relations.items() if one in entities})


def lines(sketch):
    """What a sketch says, one sentence a line."""

    def name(member):
        return f"+{len(member.refs)} {member.under or member.kind}".strip() if isinstance(member, Fold) else member.name

    return [f"{name(sketch.members[j.source])} {'/'.join(j.types)} {name(sketch.members[j.target])}" for j in sketch.joints]


def sketched(sketcher, catalog, root=None, limit=60):
    relations = Relations.of(catalog)
    return sketcher(catalog, relations, ref(root), limit) if root else sketcher(catalog, relations, limit)


def icon_of(entity):
    return f"{entity.ref.kind}-outline"


SHOP = catalog_of(
    "basket dependsOn resource:orders", "basket consumesApi api:prices", "api:prices apiProvidedBy pricing", "pricing dependsOn resource:rates",
    "system:sale hasPart basket", "system:sale hasPart pricing", "domain:trade hasPart system:sale", "group:till ownerOf basket",
    "group:till ownerOf pricing", "group:till hasMember user:ann", "web dependsOn basket", "web dependsOn resource:orders",
)  # fmt: skip


def test_a_relation_that_is_said_from_both_ends_is_one_line_in_backstages_direction():
    assert lines(sketched(around, SHOP, "basket")) == [
        "basket consumesApi prices", "basket dependsOn orders", "web dependsOn basket", "till ownerOf basket", "sale hasPart basket",
    ]  # fmt: skip


def test_two_steps_follow_dependencies_apis_and_what_holds_it_but_not_what_its_owner_owns_besides():
    found = sketched(reach, SHOP, "basket")

    assert [member.name for member in found.members] == ["basket", "prices", "web", "till", "orders", "sale", "pricing", "trade"]
    assert "web dependsOn orders" in lines(found)
    assert "trade hasPart sale" in lines(found)
    assert "sale hasPart pricing" not in lines(found)
    assert "till ownerOf pricing" not in lines(found)


def test_what_is_complete_after_one_step_has_no_picture_of_two():
    assert sketched(reach, catalog_of("a dependsOn b"), "a") is None
    assert sketched(reach, catalog_of("a dependsOn b", "b dependsOn c"), "a") is not None


def test_a_relation_of_the_organisations_own_is_drawn_as_it_is_written():
    assert lines(sketched(around, catalog_of("a replaces b"), "a")) == ["a replaces b", "b replacesBack a"]


@pytest.mark.parametrize("limit", [8, 24, 60])
def test_every_entity_is_drawn_or_counted_and_the_boxes_stay_within_the_limit(limit):
    facts = [f"group:crew ownerOf component:c{n}" for n in range(200)] + [f"system:s{n % 7} hasPart component:c{n}" for n in range(150)]
    found = sketched(around, catalog_of(*facts), "group:crew", limit)

    folded = [one for member in found.members if isinstance(member, Fold) for one in member.refs]
    shown = [member for member in found.members if not isinstance(member, Fold)]
    assert len(found.members) <= limit
    assert sorted([*folded, *shown]) == sorted([ref("group:crew"), *(ref(f"component:c{n}") for n in range(200))])
    assert sum(joint.times for joint in found.joints) == 200


def test_folds_gather_what_has_a_system_in_common_and_name_it():
    facts = [f"hub dependsOn component:{system}-{n}" for system in ("red", "blue") for n in range(20)]
    facts += [f"system:{system} hasPart component:{system}-{n}" for system in ("red", "blue") for n in range(20)]

    found = sketched(around, catalog_of(*facts), "hub", 13)

    assert [(str(member.under), len(member.refs)) for member in found.members if isinstance(member, Fold)] == [
        ("system:default/blue", 15), ("system:default/red", 15),
    ]  # fmt: skip


def test_a_system_is_drawn_with_its_parts_in_a_frame_and_what_is_outside_as_systems():
    other = "pricing dependsOn resource:vault", "system:safe hasPart resource:vault"
    found = sketched(inside, catalog_of("system:sale hasPart basket", "system:sale hasPart pricing", "basket dependsOn pricing", *other), "system:sale")

    assert lines(found) == ["basket dependsOn pricing", "pricing dependsOn safe"]
    assert {str(of): [found.members[n].name for n in numbers] for of, numbers in found.framed.items()} == {
        "system:default/sale": ["basket", "pricing"]
    }


def test_the_map_of_systems_says_which_work_together_and_in_which_domain_they_are():
    found = sketched(systems, catalog_of(
        "domain:trade hasPart system:sale", "system:sale hasPart basket", "system:safe hasPart resource:vault", "system:safe hasPart resource:key",
        "basket dependsOn resource:vault", "basket dependsOn resource:key",
    ))  # fmt: skip

    assert lines(found) == ["sale dependsOn safe"]
    assert found.joints[0].times == 2
    assert {of.name: [found.members[n].name for n in numbers] for of, numbers in found.framed.items()} == {"trade": ["sale"]}


def test_too_many_systems_are_drawn_as_their_domains():
    facts = [f"domain:d{n % 5} hasPart system:s{n}" for n in range(80)] + ["system:s0 hasPart a", "system:s1 hasPart b", "a dependsOn b"]
    found = sketched(systems, catalog_of(*facts))

    assert [member.name for member in found.members] == ["d0", "d1", "d2", "d3", "d4"]
    assert lines(found) == ["d0 dependsOn d1"]


def test_systems_with_more_lines_than_can_be_followed_are_drawn_as_their_domains():
    facts = [f"domain:d{n % 5} hasPart system:s{n}" for n in range(40)] + [f"system:s{n} hasPart c{n}" for n in range(40)]
    facts += [f"c{n} dependsOn c{(n + step) % 40}" for n in range(40) for step in range(1, 5)]

    found = sketched(systems, catalog_of(*facts))

    assert [member.name for member in found.members] == ["d0", "d1", "d2", "d3", "d4"]
    assert sum(joint.times for joint in found.joints) == 160


def test_of_very_many_lines_between_domains_those_are_drawn_that_stand_for_most():
    facts = [f"domain:d{n:02} hasPart system:s{n:02}" for n in range(20)] + [f"system:s{n:02} hasPart c{n:02}" for n in range(20)]
    facts += [f"c{a:02} dependsOn c{b:02}" for a in range(20) for b in range(20) if a != b]
    facts += ["system:s00 hasPart x", "x dependsOn c19"]

    found = sketched(systems, catalog_of(*facts))

    assert (len(found.members), len(found.joints), found.left) == (20, 120, 260)
    assert max(found.joints, key=lambda joint: joint.times) == Joint(0, 19, ("dependsOn",), 2)


def test_a_tangle_is_drawn_with_fewer_boxes_and_all_of_it_is_counted():
    facts = [f"a dependsOn b{n}" for n in range(40)] + [f"b{n} dependsOn b{(n + step) % 40}" for n in range(40) for step in range(1, 6)]

    found = sketched(reach, catalog_of(*facts), "a")

    folded = sum(len(member.refs) for member in found.members if isinstance(member, Fold))
    assert len(found.members) <= 40
    assert len(found.members) - sum(isinstance(member, Fold) for member in found.members) + folded == 41


def test_the_organisation_chart_is_its_groups_even_where_they_are_in_a_circle():
    assert lines(sketched(teams, catalog_of("group:all parentOf group:a", "group:a parentOf group:b", "group:a hasMember user:u"))) == [
        "all parentOf a", "a parentOf b",
    ]  # fmt: skip
    assert lines(sketched(teams, catalog_of("group:a parentOf group:b", "group:b parentOf group:a"))) == ["a parentOf b", "b parentOf a"]
    assert sketched(teams, catalog_of("group:a ownerOf b")) is None


@pytest.fixture
def tools(tmp_path):
    return Tools(now=dt.datetime(2026, 3, 4, tzinfo=dt.UTC), state=tmp_path, jobs=1)


def test_equal_shapes_are_laid_out_once_and_only_what_is_in_use_is_kept(tools):
    first = graph.draw(catalog_of("aaa dependsOn bbb", "ccc dependsOn ddd"), icon_of, tools, Report())
    kept = layout.Layouts(tools.state / "layouts.sqlite").read()
    graph.draw(catalog_of("aaa dependsOn bbb", "aaa dependsOn ccc"), icon_of, tools, Report())
    later = layout.Layouts(tools.state / "layouts.sqlite").read()

    assert len(first.around) == 4
    assert len(kept) == 2  # from the left, and from the right
    assert {(box.x, box.y) for drawing in first.around.values() for box in drawing.boxes} == {(42, 21), (172, 21)}
    assert len(kept.keys() & later.keys()) == 1  # from the right; from the left there are two lines now, and two steps
    assert len(later) == 3


def test_pictures_are_the_same_from_the_store_in_several_processes_and_after_a_broken_store(tools, tmp_path):
    made = graph.draw(SHOP, icon_of, tools, Report())
    parallel = graph.draw(SHOP, icon_of, Tools(now=tools.now, state=tmp_path / "other", jobs=2), Report())
    stored = graph.draw(SHOP, icon_of, tools, Report())
    (tmp_path / "layouts.sqlite").write_bytes(b"not a database")
    again = graph.draw(SHOP, icon_of, tools, Report())

    assert made == parallel == stored == again
    assert len(made.around) == 10
    assert made.inside.keys() == {ref("system:sale"), ref("domain:trade")}


@pytest.mark.parametrize("facts", [
    [f"domain:d{n // 2} hasPart system:s{n}" for n in range(20)],
    [f"system:s{n} hasPart c{n}" for n in range(50)],
    ["system:s0 hasPart a", "system:s1 hasPart b", "a dependsOn b", *(f"system:s{n} hasPart c{n}" for n in range(2, 40))],
], ids=["domains", "systems", "two that work together"])  # fmt: skip
def test_what_has_nothing_to_do_with_each_other_makes_a_page_and_not_a_column(facts, tools):
    drawing = graph.draw(catalog_of(*facts), icon_of, tools, Report()).systems

    assert 0.8 < drawing.width / drawing.height < 2.5
    assert not [one for one in drawing.boxes for other in drawing.boxes if one is not other and abs(one.x - other.x) < one.width and abs(one.y - other.y) < 30]
    first = min(drawing.boxes, key=lambda box: (box.y // 30, box.x))
    assert first.what.name == "s0"
    heads = {box.what.name: box.y - drawing.frames[box.frame].y for box in drawing.boxes if box.frame >= 0}
    assert all(room > 35 for room in heads.values()), "the name of a frame is above what is in it"


def test_a_picture_that_cannot_be_laid_out_is_left_out_and_told(tools):
    kept = layout.Layouts(tools.state / "layouts.sqlite")
    graph.draw(catalog_of("a dependsOn b"), icon_of, tools, Report())
    kept.keep(dict.fromkeys(kept.read(), b"no answer"))
    report = Report()

    drawings = graph.draw(catalog_of("a dependsOn b"), icon_of, tools, report)

    assert drawings.around == {}
    assert [f"{problem.code}: {problem.message}" for problem in report] == [
        "graph-failed: the relations of component:default/a and of 1 more cannot be drawn: the layout cannot be read"
    ]
    with pytest.raises(IsolateError):
        layout.read(b"no answer")


def test_lines_run_from_box_to_box_in_short_numbers():
    answer = {
        "bb": "0,0,300,60",
        "objects": [{"name": "0", "pos": "40,30"}, {"name": "1", "pos": "200,50"}],
        "edges": [{"tail": 0, "head": 1, "pos": "e,160,50 80,30 100,30 120,50 150,50"}],
    }
    found = layout.understood(answer)
    backwards = layout.understood({**answer, "edges": [{"tail": 0, "head": 1, "pos": "s,160,50 150,50 120,50 100,30 80,30"}]})

    plain = layout.straightened(found, 80, 30)

    assert (found.width, found.height, found.boxes) == (312, 72, ((46, 36), (206, 16)))
    assert found.curves == backwards.curves == {(0, 1): "M86 36c20 0 40-20 70-20"}
    assert plain.curves == {(0, 1): "M86 36c36 0 37-20 73-20"}


def test_ten_thousand_entities_are_explored_from_parts_of_a_few_kilobytes():
    chance = random.Random(7)
    facts = [f"system:s{n // 12} hasPart component:c{n}" for n in range(9_000)]
    facts += [f"domain:d{n // 20} hasPart system:s{n}" for n in range(750)]
    facts += [f"group:g{chance.randrange(200)} ownerOf component:c{n}" for n in range(9_000)]
    facts += [f"component:c{n} dependsOn component:c{n // 12 * 12 + chance.randrange(12)}" for n in range(9_000) for _ in range(2)]
    facts += [f"component:c{chance.randrange(9_000)} dependsOn component:c{chance.randrange(40)}" for _ in range(3_000)]
    catalog = catalog_of(*facts)

    data = graph_data(catalog, icon_of)

    assert {file.path.rsplit("/", 1)[0] for file in data.files if file.path.endswith(".js")} == {"assets/graph", f"assets/graph/{data.stamp}"}
    weights = {file.path.rsplit("/", 1)[-1]: len(gzip.compress(file.content, 6)) for file in data.files}
    parts = {name: columns(data, name) for name in weights if name.startswith("near-")}
    finders = [columns(data, f"find-{n}.js") for n in range(data.finders)]
    found = {name: at for finder in finders for name, at in zip(finder["names"].split("\n"), finder["at"], strict=True)}
    first_views = [weights[f"find-{finder_of(ref_text) % data.finders}.js"] + weights[f"near-{at}.js"] for ref_text, at in found.items()]
    assert len(catalog.entities) == len(found) == 9_988
    assert all(name in parts[f"near-{at}.js"]["names"].split("\n")[: parts[f"near-{at}.js"]["own"]] for name, at in found.items())
    assert max(part["own"] for part in parts.values()) <= 48
    assert max(first_views) <= 30_000  # what one step around an entity costs, whichever it is
    assert sorted(first_views)[len(first_views) // 2] <= 12_000
    assert weights["dagre.js"] <= 20_000
    assert sum(len(row) // 2 for part in parts.values() for row in part["edges"]) == sum(map(len, catalog.relations.values()))


def columns(data, name):
    """What a file of the data hands over."""
    text = next(file.content for file in data.files if file.path == f"assets/graph/{data.stamp}/{name}").decode()
    return json.loads(re.fullmatch(r'callboard\.take\("[^"]*","[^"]*",(.*)\);\n', text)[1])


def finder_of(name):
    """The hash by which the finder of an entity is chosen."""
    return hashed(str(ref(name)))


def test_the_guide_says_how_much_is_drawn_and_which_addresses_are_understood():
    guide = (Path(__file__).parents[2] / "docs/graphs.md").read_text("utf-8")
    script = (resources.theme() / "js/lazy/graph.js").read_text("utf-8")

    rows = dict(re.findall(r"^\| ([^|`]+) \| (\d+) \|$", guide, re.MULTILINE))
    names = re.findall(r"^\| `(\w+)(?:\[\])?=", guide, re.MULTILINE)
    assert rows == {
        "On an entity's overview": str(CARD),
        "With a page for itself, of a system, or of the whole": str(PAGE),
        "Explored in the browser": re.search(r"^const MOST = (\d+);$", script, re.MULTILINE)[1],
    }
    assert names == ["rootEntityRefs", "maxDepth", "selectedKinds", "selectedRelations", "unidirectional", "mergeRelations", "direction"]
    assert all(f'"{name}' in script for name in names)
