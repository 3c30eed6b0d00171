"""What holds for every catalog, whatever somebody wrote."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from crawls import MONDAY, Assembled, MemoryCheckout, assembled, checkout, component, crawl, documents, location
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard.model.repository import Crawl

NAMES = [f"c{n}" for n in range(8)]


def sample(name: str) -> str:
    """The one document that declares *name*: the same in every file."""
    number = int(name[1:])
    return component(name, owner=f"group:g{number}", dependsOn=f"[component:c{(number * 3) % 12}]")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([*NAMES, "broken", "invalid"]), max_size=4), min_size=1, max_size=6), st.randoms()
)
def test_the_order_of_files_decides_only_which_duplicate_is_shown(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[str]], chance: random.Random
) -> None:
    texts = {
        f"f{n}.yaml": documents(
            *(
                {"broken": "a: [1\n", "invalid": sample("c0").replace("owner:", "owners:")}.get(one) or sample(one)
                for one in names
            )
        )
        for n, names in enumerate(files)
    }
    found = crawl(checkout("acme/shop", texts), descriptors=("*.yaml",))
    shuffled = list(found.descriptors)
    chance.shuffle(shuffled)

    one = assembled(found, tmp_path_factory.mktemp("state"))
    other = assembled(Crawl(found.checkouts, found.sources, tuple(shuffled)), tmp_path_factory.mktemp("state"))

    assert one.refs == other.refs
    assert one.catalog.relations == other.catalog.relations
    assert Counter(one.codes()) == Counter(other.codes())
    own = {"yaml-syntax", "bad-field"}
    assert [str(p) for p in one.report if p.code in own] == [str(p) for p in other.report if p.code in own]


class Graph(NamedTuple):
    """Files of one Location and one component each; targets are numbers of files, some of which are not there."""

    targets: list[list[int]]
    roots: list[int]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    size = draw(st.integers(1, 9))
    targets = draw(st.lists(st.lists(st.integers(0, size + 1), max_size=5), min_size=size, max_size=size))
    return Graph(targets, draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=3, unique=True)))


def reachable(graph: Graph) -> set[int]:
    found: set[int] = set()
    ahead = list(graph.roots)
    while ahead:
        number = ahead.pop()
        if number not in found and number < len(graph.targets):
            found.add(number)
            ahead += graph.targets[number]
    return found


@settings(max_examples=120, deadline=None)
@given(graphs())
def test_every_graph_of_locations_is_followed_to_its_end_and_each_file_read_once(
    tmp_path_factory: pytest.TempPathFactory, graph: Graph
) -> None:
    texts = {
        f"{n}.yaml": documents(location(f"l{n}", *(f"./{one}.yaml" for one in to)), component(f"c{n}"))
        for n, to in enumerate(graph.targets)
    }
    shop = checkout("acme/shop", texts)

    found = assembled(
        crawl(shop, descriptors=tuple(f"{n}.yaml" for n in graph.roots)), tmp_path_factory.mktemp("state")
    )

    expected = reachable(graph)
    assert set(found.refs) == {f"component:default/c{n}" for n in expected} | {
        f"location:default/l{n}" for n in expected
    }
    assert Counter(shop.reads) == Counter({f"{n}.yaml": 1 for n in expected})
    missing = {(n, one) for n in expected for one in graph.targets[n] if one >= len(graph.targets)}
    unreadable = [problem for problem in found.report if problem.code == "location-unreadable"]
    assert len({(problem.location.path, problem.message) for problem in unreadable}) == len(missing)
    assert "duplicate-entity" not in found.codes()


# -- mistakes -------------------------------------------------------------------------------------------------------

REPOSITORIES, FILES, SLOTS = 2, 3, 3


class Slot(NamedTuple):
    """A document that somebody meant to write, and how it looks today."""

    name: str
    look: str = "good"


class Organisation:
    """Repositories to which things happen: each has a root file with a Location that leads to its other files."""

    def __init__(self) -> None:
        self.files: dict[tuple[int, int], list[Slot]] = {
            (r, f): [Slot(f"e{r}{f}{s}") for s in range(SLOTS)] for r in range(REPOSITORIES) for f in range(FILES)
        }
        self.unreadable: set[tuple[int, int]] = set()
        self.failed: set[int] = set()

    def happen(self, what: str, r: int, f: int, s: int) -> None:
        slots = self.files.get((r, f))
        if what == "fail":
            self.failed ^= {r}
        elif what == "unreadable":
            self.unreadable ^= {(r, f)}
        elif what == "drop file":
            self.files.pop((r, f), None)
        elif slots and s < len(slots):
            if what == "delete":
                del slots[s]
            elif what == "move":
                self.files.setdefault((r, (f + 1) % FILES), []).append(slots.pop(s))
            else:
                slots[s] = slots[s]._replace(look=what)

    def written(self) -> set[str]:
        return {slot.name for slots in self.files.values() for slot in slots}

    def recognisable(self, shown_at: Mapping[str, tuple[str, str]]) -> set[str]:
        """Names of documents that are in the file where they were, or can be told by their names elsewhere."""
        return {
            slot.name
            for (r, f), slots in self.files.items()
            for slot in slots
            if shown_at.get(slot.name) == (f"acme/r{r}", f"f{f}.yaml")
            or (slot.look in {"good", "no owner"} and (r, f) not in self.unreadable)
        }

    def text(self, slot: Slot) -> str:
        good = component(slot.name)
        return {
            "good": good,
            "syntax": f"a: [{slot.name}\n",
            "no owner": good.replace("owner:", "owners:"),
            "bad name": good.replace(f"name: {slot.name}", f"name: {slot.name}!"),
            "no mapping": f"- {slot.name}\n",
            "no name": good.replace(f"  name: {slot.name}\n", "  title: x\n"),
        }[slot.look]

    def crawl(self) -> Crawl:
        checkouts: list[MemoryCheckout] = []
        for r in range(REPOSITORIES):
            texts: dict[str, str | bytes] = {"catalog-info.yaml": location(f"l{r}", "./f*.yaml")}
            for (repository, f), slots in self.files.items():
                if repository == r:
                    here = documents(*map(self.text, slots))
                    texts[f"f{f}.yaml"] = b"\xff\xfe" if (r, f) in self.unreadable else here
            if r not in self.failed:
                checkouts.append(checkout(f"acme/r{r}", dict(texts)))
        return crawl(*checkouts, failed=[f"acme/r{r}" for r in sorted(self.failed)])


HAPPENINGS = [
    "fail",
    "unreadable",
    "drop file",
    "delete",
    "move",
    "good",
    "syntax",
    "no owner",
    "bad name",
    "no mapping",
    "no name",
]


def places(found: Assembled) -> dict[str, tuple[str, str]]:
    return {ref.name: (one.source.repo, one.source.path) for ref, one in found.catalog.entities.items()}


happenings = st.tuples(
    st.sampled_from(HAPPENINGS), st.integers(0, REPOSITORIES - 1), st.integers(0, FILES - 1), st.integers(0, SLOTS - 1)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(happenings, min_size=1, max_size=4), min_size=1, max_size=6))
def test_no_entity_is_lost_but_by_being_removed_at_a_source_that_answers(
    tmp_path_factory: pytest.TempPathFactory, days: list[list[tuple[str, int, int, int]]]
) -> None:
    organisation, state = Organisation(), tmp_path_factory.mktemp("state")
    first = assembled(organisation.crawl(), state, now=MONDAY)
    before, shown_at = set(first.refs), places(first)
    for day in days:
        for happening in day:
            organisation.happen(*happening)

        found = assembled(organisation.crawl(), state)

        lost = {ref.rpartition("/")[2] for ref in before - set(found.refs)}
        assert not lost & organisation.recognisable(shown_at), "an entity is gone although its document is there"
        assert not {name for name in lost if int(name[1]) in organisation.failed}, (
            "an entity is gone although its repository is silent"
        )
        looks = {slot.name: slot.look for slots in organisation.files.values() for slot in slots}
        for ref, one in found.catalog.entities.items():
            assert one.stale or ref.kind == "location" or looks[ref.name] == "good", (
                "a broken document is shown as if it were good"
            )
        before, shown_at = set(found.refs), places(found)


@settings(max_examples=60, deadline=None)
@given(st.lists(happenings, max_size=12))
def test_once_everything_is_repaired_exactly_what_is_written_is_shown(
    tmp_path_factory: pytest.TempPathFactory, happened: list[tuple[str, int, int, int]]
) -> None:
    organisation, state = Organisation(), tmp_path_factory.mktemp("state")
    assembled(organisation.crawl(), state, now=MONDAY)
    for happening in happened:
        organisation.happen(*happening)
        assembled(organisation.crawl(), state)
    organisation.failed.clear()
    organisation.unreadable.clear()
    organisation.files = {
        file: [slot._replace(look="good") for slot in slots] for file, slots in organisation.files.items()
    }

    found = assembled(organisation.crawl(), state)

    assert {ref.name for ref in found.catalog.entities if ref.kind == "component"} == organisation.written()
    assert all(one.stale is None for one in found.catalog.entities.values())
    assert set(found.codes()) <= {"dangling-ref", "location-unreadable"}
