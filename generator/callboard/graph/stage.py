"""Every picture of the portal: sketched, laid out where its shape is new, put together."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from callboard import isolate, resources
from callboard.diagnostics import Report, SourceLocation
from callboard.graph import dot, layout
from callboard.graph.data import graph_data
from callboard.graph.maps import inside, systems, teams
from callboard.graph.neighbourhood import WHOLES, around, reach
from callboard.graph.sketch import Member, Relations, Sketch
from callboard.isolate import Graphviz, IsolateError
from callboard.model.catalog import Catalog
from callboard.model.entity import Entity
from callboard.model.graph import Box, Drawing, Drawings, Fold, Frame, Line
from callboard.model.language import ENGLISH, Language
from callboard.model.ref import EntityRef
from callboard.parallel import map_forked
from callboard.tools import Tools

CARD = 24
"""Boxes of the picture on an entity's overview."""
PAGE = 60
"""Boxes of a picture that has a page for itself."""
FILE = "layouts.sqlite"
PART = 64
"""Entities whose pictures are made in one go."""
_Sketcher = Callable[[Catalog, Relations, EntityRef, int], Sketch | None]


@dataclass(frozen=True, slots=True)
class _Made:
    """Pictures of some entities, and what was learned with them."""

    around: dict[EntityRef, Drawing]
    reach: dict[EntityRef, Drawing]
    inside: dict[EntityRef, Drawing]
    used: frozenset[str]
    answers: dict[str, bytes]
    failed: tuple[tuple[EntityRef, str], ...]


class _Studio:
    """Makes drawings of sketches, and notes which layouts it used and which were new."""

    def __init__(self, catalog: Catalog, relations: Relations, graphviz: Graphviz, known: Mapping[str, bytes], language: Language) -> None:
        self.catalog = catalog
        self.relations = relations
        self.graphviz = graphviz
        self.known = known
        self.language = language
        self.engine = layout.engine()
        self.labels: dict[EntityRef, tuple[str, int]] = {}
        self.used: set[str] = set()
        self.answers: dict[str, bytes] = {}

    def draw(self, sketch: Sketch) -> Drawing:
        """Raises IsolateError where it cannot be laid out."""
        measured = [self._label(member) for member in sketch.members]
        labels = [label for label, _ in measured]
        heads = [self._label(ref)[0] for ref in sketch.framed]
        width = max(width for _, width in measured)
        text = dot.dot(sketch, width, heads)
        key = layout.key_of(text, self.engine)
        answer = self.known.get(key) or self.answers.get(key)
        if answer is None:
            answer = self.answers[key] = layout.ask(self.graphviz, text, (width, dot.HEIGHT), downwards=sketch.downwards)
        self.used.add(key)
        return _drawing(sketch, labels, width, heads, layout.read(answer))

    def _label(self, member: Member) -> tuple[str, int]:
        """What stands in a box, and how wide it has to be for that."""
        if isinstance(member, Fold):
            label = dot.label_of("+" + self.language.gettext("%(number)s more", number=self.language.number(len(member.refs))))
            return label, dot.box_width(label)
        if member not in self.labels:
            entity = self.catalog.entities.get(member)
            label = dot.label_of(entity.title if entity else member.name)
            self.labels[member] = label, dot.box_width(label)
        return self.labels[member]

    def pictures(self, refs: Sequence[EntityRef]) -> _Made:
        """The pictures of each of *refs*."""
        kinds: Mapping[str, tuple[_Sketcher, int]] = {"around": (around, CARD), "reach": (reach, PAGE), "inside": (inside, PAGE)}
        made: dict[str, dict[EntityRef, Drawing]] = {name: {} for name in kinds}
        failed: list[tuple[EntityRef, str]] = []
        self.used, self.answers = set(), {}
        for ref in refs:
            for name, (sketcher, limit) in kinds.items():
                if (name == "inside" and ref.kind not in WHOLES) or (name == "reach" and ref.kind in {"user", *WHOLES}):
                    continue
                try:
                    if sketch := sketcher(self.catalog, self.relations, ref, limit):
                        made[name][ref] = self.draw(sketch)
                except IsolateError as error:
                    failed.append((ref, str(error)))
        return _Made(**made, used=frozenset(self.used), answers=self.answers, failed=tuple(failed))


def _drawing(sketch: Sketch, labels: Sequence[str], width: int, heads: Sequence[str], place: layout.Layout) -> Drawing:
    frame_of = {number: n for n, numbers in enumerate(sketch.framed.values()) for number in numbers}
    boxes = tuple(
        Box(member, label, x, y, width, frame_of.get(n, -1))
        for n, (member, label, (x, y)) in enumerate(zip(sketch.members, labels, place.boxes, strict=True))
    )
    lines = tuple(
        Line(joint.source, joint.target, joint.types, joint.times, place.curves[joint.source, joint.target])
        for joint in sketch.joints
    )
    frames = tuple(Frame(ref, head, *bounds) for ref, head, bounds in zip(sketch.framed, heads, place.frames, strict=True))
    return Drawing(width=place.width, height=place.height, boxes=boxes, lines=lines, frames=frames, roots=sketch.roots, left=sketch.left)


def draw(catalog: Catalog, icon_of: Callable[[Entity], str], tools: Tools, report: Report, language: Language = ENGLISH) -> Drawings:
    """Every picture of *catalog*, whose entities have the icons that *icon_of* names, with words in *language*. One that cannot be laid out is left out, and is a diagnostic."""
    relations = Relations.of(catalog)
    kept = layout.Layouts(tools.state / FILE)
    known = kept.read()
    related = [ref for ref in catalog.entities if relations.at(ref)]
    with isolate.graphviz(resources.vendored()).isolate as started:
        studio = _Studio(catalog, relations, Graphviz(started), known, language)
        made = list(map_forked(studio.pictures, list(_parts(related)), jobs=tools.jobs))
        studio.used, studio.answers = set(), {}
        maps = {"systems": systems(catalog, relations, PAGE), "teams": teams(catalog, relations, PAGE)}
        whole: dict[str, Drawing] = {}
        for name, sketch in maps.items():
            try:
                if sketch:
                    whole[name] = studio.draw(sketch)
            except IsolateError as error:
                report.add("graph-failed", f"the map of {name} cannot be drawn: {error}", SourceLocation("callboard"))
    used = studio.used.union(*(part.used for part in made))
    answers = dict(ChainMap(studio.answers, *(part.answers for part in made)))
    _tell(catalog, [failure for part in made for failure in part.failed], report)
    if used != known.keys():
        kept.keep({key: answers.get(key) or known[key] for key in used})
    return Drawings(
        around={ref: drawing for part in made for ref, drawing in part.around.items()},
        reach={ref: drawing for part in made for ref, drawing in part.reach.items()},
        inside={ref: drawing for part in made for ref, drawing in part.inside.items()},
        **whole,
        data=graph_data(catalog, icon_of),
    )


def _tell(catalog: Catalog, failed: Sequence[tuple[EntityRef, str]], report: Report) -> None:
    """One problem for each reason: it may be the machine's, and hold for every picture."""
    by_reason: dict[str, dict[EntityRef, None]] = {}
    for ref, reason in failed:
        by_reason.setdefault(reason, {})[ref] = None
    for reason, refs in by_reason.items():
        first, *others = refs
        more = f" and of {len(others):,} more" if others else ""
        report.add("graph-failed", f"the relations of {first}{more} cannot be drawn: {reason}", catalog.entities[first].at(), subject=str(first))


def _parts(refs: Sequence[EntityRef]) -> Iterator[Sequence[EntityRef]]:
    iterator = iter(refs)
    while part := tuple(islice(iterator, PART)):
        yield part
