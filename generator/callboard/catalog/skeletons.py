"""The skeletons of software templates: what looks like descriptors and has yet to be filled in (backstage.md S12).

Two signs, either of which is enough: a Template of the repository fetches the folder, or a document's kind or name
holds the syntax of a template language. Backstage knows neither; a crawler that looks for descriptors in folders has
to, or every template greets its owner with errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from callboard import yamlsource
from callboard.catalog.targets import BadTarget, resolve
from callboard.model.repository import ReadError, Repository

TEMPLATE_FILES = ("template.yaml", "template.yml")
"""What Templates are called by custom. Others count where they are read anyway."""

_API = "scaffolder.backstage.io/"
_MARK = re.compile(r"\$\{\{|\{\{|\{%")
_MARKED_LINE = re.compile(r"^[ \t]*\{[%#]", re.MULTILINE)
_MARKED_KIND = re.compile(r"^kind:[^\n]*(?:\$\{\{|\{\{|\{%)", re.MULTILINE)
_MARKED_NAME = re.compile(
    r"^metadata:[^\n]*\n(?:[ \t][^\n]*\n|[ \t]*\n)*?[ \t]+name:[^\n]*(?:\$\{\{|\{\{|\{%)", re.MULTILINE
)
_TEMPLATE = re.compile(rf"^apiVersion:\s*[\"']?{re.escape(_API)}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Skeletons:
    """The skeletons of one repository: folders and files, each with the file of the Template that fills it in."""

    places: Mapping[str, str] = field(default_factory=dict)

    def template_of(self, path: str) -> str:
        """The file of the Template whose skeleton *path* belongs to, or empty."""
        end = len(path)
        while end > 0:
            if template := self.places.get(path[:end]):
                return template
            end = path.rfind("/", 0, end)
        return ""


NO_SKELETONS = Skeletons()


def skeleton_reason(path: str, skeletons: Skeletons, *, value: object = None, text: str = "") -> str:
    """Why a document of the file *path* is a skeleton's and no descriptor, as the end of a sentence; empty if it is one.

    *value* is what the document holds. A document that is no YAML has none: then the *text* of its file is looked at.
    """
    if template := skeletons.template_of(path):
        return f"belongs to the skeleton of {template}"
    if _MARK.search(path):
        return "has a path that a software template fills in"
    if isinstance(value, Mapping):
        metadata = value.get("metadata")
        if _to_fill_in(metadata.get("name") if isinstance(metadata, Mapping) else None):
            return "has a metadata.name that a software template fills in"
        if _to_fill_in(value.get("kind")):
            return "has a kind that a software template fills in"
    elif _MARKED_KIND.search(text) or _MARKED_NAME.search(text):
        return "has a kind or a metadata.name that a software template fills in"
    elif _MARKED_LINE.search(text) and not _TEMPLATE.search(text):
        return "has lines of a template language"
    return ""


def _to_fill_in(value: object) -> bool:
    """Whether *value* is text of a template language. Without quotes ``{{ x }}`` is a mapping whose key is one."""
    if isinstance(value, Mapping):
        return len(value) == 1 and str(next(iter(value))).startswith("{")
    return isinstance(value, str) and _MARK.search(value) is not None


def find_skeletons(files: Iterable[str], read: Callable[[str], bytes], repository: Repository) -> Skeletons:
    """The skeletons of every Template among *files* that has the customary name. *read* raises ReadError."""
    return skeletons_of(templates_in(files, read), repository)


def templates_in(files: Iterable[str], read: Callable[[str], bytes]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each Template (its file, its value) in those *files* that have the customary name."""
    for path in files:
        if path.rsplit("/", 1)[-1] not in TEMPLATE_FILES:
            continue
        try:
            text = read(path).decode("utf-8", "replace")
        except ReadError:
            continue
        if _API in text:
            yield from ((path, one.value) for one in yamlsource.read_documents(text) if is_template(one.value))


def is_template(value: object) -> bool:
    """Whether the document *value* is a software template."""
    return (
        isinstance(value, Mapping) and value.get("kind") == "Template" and str(value.get("apiVersion")).startswith(_API)
    )


def skeletons_of(templates: Iterable[tuple[str, Mapping[str, Any]]], repository: Repository) -> Skeletons:
    """What the *templates* (file, value) fetch from their own repository.

    A Template that lies in another one's skeleton says nothing, and nobody fetches the folder that he lies in himself.
    """
    found = Skeletons({})
    places: dict[str, str] = {}
    for path, value in sorted(templates, key=lambda one: (one[0].count("/"), one[0])):
        if found.template_of(path):
            continue
        for place in _fetched(path, value, repository):
            if place and place != path and not path.startswith(f"{place}/"):
                places.setdefault(place, path)
        found = Skeletons(dict(places))
    return found


def _fetched(path: str, value: Mapping[str, Any], repository: Repository) -> Iterator[str]:
    """Folders and files that the steps of a Template in the file *path* fetch."""
    spec = value.get("spec")
    steps = spec.get("steps") if isinstance(spec, Mapping) else None
    for step in steps if isinstance(steps, list) else ():
        if not isinstance(step, Mapping) or not str(step.get("action")).startswith("fetch:"):
            continue
        given = step.get("input")
        url = given.get("url") if isinstance(given, Mapping) else None
        if not isinstance(url, str):
            continue
        fixed = _MARK.split(url, maxsplit=1)[0]
        if fixed != url:
            fixed = fixed.rpartition("/")[0]
        try:
            yield resolve(fixed, base=path, repository=repository).rstrip("/") if fixed else ""
        except BadTarget:
            continue
