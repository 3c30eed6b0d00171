"""What ``callboard check`` does: the verdict on every document of some files, as Backstage would give it.

Files are read where they are, nothing is fetched. A reader of its results needs no portal. What only another stage of
the build can tell of an entity, such as whether the definition of an API is what it should be, comes by *judge*.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from callboard import __version__, yamlsource
from callboard.catalog.kinds import known_kinds
from callboard.catalog.process import process, ref_of
from callboard.catalog.skeletons import (
    TEMPLATE_FILES,
    Skeletons,
    find_skeletons,
    skeleton_reason,
)
from callboard.catalog.targets import BadTarget, is_url, resolve
from callboard.catalog.validate import envelope_problems
from callboard.catalog.workingcopy import WorkingCopy, files_below, named_like
from callboard.config.model import CatalogConfig
from callboard.diagnostics import CODES, Diagnostic, Severity, SourceLocation, legible, legible_json
from callboard.model import globs
from callboard.model.catalog import Relation
from callboard.model.entity import Declaration, Entity
from callboard.model.repository import ReadError

Judge = Callable[[Entity], Iterable[Diagnostic]]
"""What is wrong with an accepted entity beyond what Backstage looks at."""


def no_judge(entity: Entity) -> Iterable[Diagnostic]:
    """Finds nothing."""
    return ()


YAML_NAMES = (".yaml", ".yml")
_CATALOG_LINE = re.compile(r"^apiVersion:\s*[\"']?(?:scaffolder\.)?backstage\.io/", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """One YAML document, or a file that cannot be read. Places of *problems* name *file* as it was given."""

    file: str
    document: int
    """Counted from 0, empty documents too."""
    kind: str | None
    ref: str | None
    ok: bool
    """Whether Backstage's own pipeline would accept it, allow rules apart."""
    relations: tuple[Relation, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


def check(paths: Sequence[Path], *, all: bool, config: CatalogConfig, base_url: str, judge: Judge = no_judge) -> tuple[DocumentReport, ...]:
    """A report for each document of *paths*, in the order of the paths, files sorted.

    A file is checked whatever its name; in a folder, files named like the configured descriptors are, with *all* every
    YAML document with an apiVersion of the catalog. *base_url* is the address that the first path has at its host.
    """
    reports: list[DocumentReport] = []
    seen: set[Path] = set()
    for number, path in enumerate(paths):
        if not path.exists():
            reports.append(_unreadable(str(path), "file-unreadable", f"there is no {path}"))
            continue
        copy = WorkingCopy.around(path, base_url if number == 0 else "")
        skeletons = _skeletons(copy) if path.is_dir() else None
        for file in files_below(path) if path.is_dir() else (path,):
            named = path.is_file() or named_like(file, config.descriptors)
            if (named or (all and file.suffix in YAML_NAMES)) and (real := file.resolve()) not in seen:
                seen.add(real)
                reports += check_file(copy, file, config=config, every=named, skeletons=skeletons, judge=judge)
    return tuple(reports)


def check_file(
    copy: WorkingCopy, file: Path, *, config: CatalogConfig, every: bool = True, skeletons: Skeletons | None = None, judge: Judge = no_judge
) -> tuple[DocumentReport, ...]:
    """A report for each document of *file*; without *every* only for those with an apiVersion of the catalog.

    With *skeletons*, documents of templates' skeletons are passed over.
    """
    return tuple(_File(copy, file, config, skeletons, every, judge).reports())


def _skeletons(copy: WorkingCopy) -> Skeletons:
    files = (file for file in files_below(copy.root) if file.name in TEMPLATE_FILES)
    return find_skeletons([file.relative_to(copy.root).as_posix() for file in files], copy.read, copy.repository)


def _unreadable(file: str, code: str, message: str, hint: str = "") -> DocumentReport:
    problem = Diagnostic(code, message, SourceLocation("", file), hint)
    return DocumentReport(file=file, document=0, kind=None, ref=None, ok=False, problems=(problem,))


@dataclass(frozen=True, slots=True)
class _File:
    """One file to check. Without *every*, only its documents with an apiVersion of the catalog."""

    copy: WorkingCopy
    path: Path
    config: CatalogConfig
    skeletons: Skeletons | None
    every: bool
    judge: Judge

    def reports(self) -> Iterator[DocumentReport]:
        shown = self.path.as_posix()
        relative = self.copy.relative(self.path)
        try:
            text = self.copy.read(relative).decode("utf-8")
        except ReadError as error:
            yield _unreadable(shown, error.code, str(error), error.hint)
            return
        except UnicodeDecodeError as error:
            if self.every:
                line = error.object.count(b"\n", 0, error.start) + 1
                yield _unreadable(
                    shown, "file-not-utf8", f"line {line} holds bytes that are not UTF-8", "save the file as UTF-8"
                )
            return
        broken_too = self.every or _CATALOG_LINE.search(text) is not None
        if not broken_too and "apiVersion" not in text:
            return
        for document in yamlsource.read_documents(text):
            if document.empty or self._of_skeleton(relative, document.value, text):
                continue
            if document.errors:
                if broken_too:
                    yield self._broken(shown, document)
            elif not isinstance(document.value, dict):
                if self.every:
                    yield self._no_mapping(shown, document)
            else:
                declaration = Declaration(document.value, document.marks, "", relative, document.index)
                if self.every or self._of_catalog(document.value):
                    yield self._document(shown, declaration)

    def _of_skeleton(self, path: str, value: object, text: str) -> bool:
        return self.skeletons is not None and skeleton_reason(path, self.skeletons, value=value, text=text) != ""

    def _of_catalog(self, value: Mapping[str, Any]) -> bool:
        version = value.get("apiVersion")
        if not isinstance(version, str):
            return False
        groups = {known.rsplit("/", 1)[0] for _, known in known_kinds(self.config)}
        return version.rsplit("/", 1)[0] in groups

    def _broken(self, shown: str, document: yamlsource.Document) -> DocumentReport:
        problems = tuple(
            Diagnostic("yaml-syntax", error.message, SourceLocation("", shown, error.line, error.column), error.hint)
            for error in document.errors
        )
        return DocumentReport(file=shown, document=document.index, kind=None, ref=None, ok=False, problems=problems)

    def _no_mapping(self, shown: str, document: yamlsource.Document) -> DocumentReport:
        at = SourceLocation("", shown, *document.marks.get((), (1, 1)))
        what = "a list" if isinstance(document.value, list) else "a single value"
        problem = Diagnostic(
            "not-a-mapping",
            f"the document is {what}, not a mapping",
            at,
            "begin with apiVersion: backstage.io/v1alpha1",
        )
        return DocumentReport(file=shown, document=document.index, kind=None, ref=None, ok=False, problems=(problem,))

    def _document(self, shown: str, declaration: Declaration) -> DocumentReport:
        processed = process(declaration, repository=self.copy.repository, read=self.copy.read, config=self.config)
        problems = [replace(found, location=replace(found.location, path=shown)) for found in processed.diagnostics]
        if processed.ok and declaration.value.get("kind") == "Location":
            problems += _location_problems(declaration, self.copy, shown)
        accepted = processed.ok and not any(problem.severity is Severity.ERROR for problem in problems)
        if processed.entity is not None:
            problems += (_seen_from(shown, declaration.path, found) for found in self.judge(processed.entity))
        kind = declaration.value.get("kind")
        return DocumentReport(
            file=shown,
            document=declaration.index,
            kind=kind if isinstance(kind, str) else None,
            ref=processed.ref,
            ok=accepted,
            relations=processed.relations,
            problems=tuple(sorted(problems, key=lambda problem: problem.order)),
        )


def _seen_from(shown: str, path: str, problem: Diagnostic) -> Diagnostic:
    """*problem*, whose place names a path of the repository, with its file as it is reached from that of the descriptor.

    *path* is the descriptor's own in the repository, and *shown* how it was given.
    """
    way = posixpath.relpath(problem.location.path, posixpath.dirname(path) or ".")
    file = posixpath.normpath(posixpath.join(posixpath.dirname(shown), way)) if problem.location.path != path else shown
    return replace(problem, location=replace(problem.location, repo="", path=file))


# -- what a Location leads to ---------------------------------------------------------------------------------------


def _location_problems(declaration: Declaration, copy: WorkingCopy, shown: str) -> Iterator[Diagnostic]:
    """Targets of a Location that are not there, or that hold what no Location may lead to."""
    spec = declaration.value.get("spec") or {}
    written: list[tuple[tuple[str | int, ...], str]] = (
        [(("spec", "target"), spec["target"])] if spec.get("target") else []
    )
    written += [(("spec", "targets", number), target) for number, target in enumerate(spec.get("targets") or ())]
    subject = str(ref_of(declaration.value) or "")
    for keys, target in written:
        at = replace(declaration.at(*keys), path=shown)
        try:
            path = resolve(target, base=declaration.path, repository=copy.repository)
        except BadTarget as bad:
            if not is_url(target):
                yield Diagnostic("bad-location", str(bad), at, bad.hint, subject)
            continue
        files = copy.matching(path) if globs.is_glob(path) else [path] if copy.exists(path) else []
        if not files and spec.get("presence") != "optional":
            message = f"{target!r} leads to no file"
            yield Diagnostic(
                "location-unreadable", message, at, "correct the path, or write presence: optional", subject
            )
        for file in files:
            for reason in _unusable(file, copy):
                yield Diagnostic(
                    "bad-location", f"{target!r} leads to {file}, {reason}", at, f"correct {file}", subject
                )


def _unusable(path: str, copy: WorkingCopy) -> Iterator[str]:
    """Why Backstage refuses a Location that leads to *path*, although the path is there."""
    try:
        documents = yamlsource.read_documents(copy.read(path).decode("utf-8", "replace"))
    except ReadError as error:
        yield f"which cannot be read: {error}"
        return
    for document in documents:
        place = f"whose document {document.index}"
        if document.errors:
            yield f"{place} is not YAML: {document.errors[0].message} (line {document.errors[0].line})"
        elif not document.empty and not isinstance(document.value, dict):
            yield f"{place} is not a mapping"
        elif not document.empty:
            yield from (f"{place} is no entity: {problem.message}" for problem in envelope_problems(document.value))


# -- how reports are written ----------------------------------------------------------------------------------------


def as_text(reports: Iterable[DocumentReport]) -> str:
    """What compilers print: a line a problem, and how many documents are good."""
    reports = tuple(reports)
    lines = [str(problem) for report in reports for problem in report.problems]
    refused = sum(not report.ok for report in reports)
    count = f"{len(reports)} document{'' if len(reports) == 1 else 's'}"
    wrong = sum(problem.severity is Severity.ERROR for report in reports if report.ok for problem in report.problems)
    verdict = f"{refused} refused" if refused else "all accepted"
    also = f", {wrong} error{'' if wrong == 1 else 's'} in definitions of APIs" if wrong else ""
    lines.append(f"{count}: {verdict}{also}" if reports else "no document to check")
    return legible("\n".join(lines)) + "\n"


def as_json(reports: Iterable[DocumentReport]) -> str:
    """One JSON object a line, one line a document."""
    return "".join(legible_json(json.dumps(_json_object(report), ensure_ascii=False)) + "\n" for report in reports)


def _json_object(report: DocumentReport) -> Mapping[str, Any]:
    return {
        "file": report.file,
        "document": report.document,
        "kind": report.kind,
        "ref": report.ref,
        "ok": report.ok,
        "relations": [{"type": relation.type, "target": str(relation.target)} for relation in report.relations],
        "problems": [
            {
                "code": problem.code,
                "severity": problem.severity.word,
                "message": problem.message,
                "line": problem.location.line,
                "column": problem.location.column,
                "hint": problem.hint,
                **({"file": problem.location.path} if problem.location.path != report.file else {}),
            }
            for problem in report.problems
        ],
    }


GITHUB_LIMIT = 10
"""How many annotations of one severity GitHub shows for a step."""
_GITHUB_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def as_github(reports: Iterable[DocumentReport]) -> str:
    """Workflow commands that GitHub shows beside the changed lines."""
    problems = [problem for report in reports for problem in report.problems]
    lines: list[str] = []
    for severity, word in _GITHUB_WORDS.items():
        found = [problem for problem in problems if problem.severity is severity]
        lines += [_github_command(word, problem) for problem in found[:GITHUB_LIMIT]]
        if len(found) > GITHUB_LIMIT:
            lines.append(f"and {len(found) - GITHUB_LIMIT} more {word}s")
    return "".join(f"{line}\n" for line in lines)


def _github_command(word: str, problem: Diagnostic) -> str:
    at = problem.location
    properties = {"file": at.path, "line": at.line or 1, "col": at.column or 1, "title": problem.code}
    written = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = f"{problem.message}\nhint: {problem.hint}" if problem.hint else problem.message
    return f"::{word} {written}::{_data(message)}"


def _data(text: str) -> str:
    return legible(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def as_sarif(reports: Iterable[DocumentReport]) -> str:
    """SARIF 2.1.0, as code scanning takes it; rules are the codes of the problems."""
    problems = [problem for report in reports for problem in report.problems]
    codes = sorted({problem.code for problem in problems})
    driver = {
        "name": "Callboard",
        "version": __version__,
        "rules": [
            {
                "id": code,
                "shortDescription": {"text": CODES[code].sentence},
                "help": {"text": CODES[code].sentence},
                "defaultConfiguration": {"level": _SARIF_LEVELS[CODES[code].severity]},
            }
            for code in codes
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(problem, codes.index(problem.code)) for problem in problems],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return legible_json(json.dumps(log, ensure_ascii=False, indent=2)) + "\n"


def _sarif_result(problem: Diagnostic, rule: int) -> Mapping[str, Any]:
    at = problem.location
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(at.path)}}
    if at.line:
        place["region"] = {"startLine": at.line, "startColumn": at.column or 1}
    text = f"{problem.message} (hint: {problem.hint})" if problem.hint else problem.message
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": _SARIF_LEVELS[problem.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }


FORMATS: Mapping[str, Callable[[Iterable[DocumentReport]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
"""How reports can be written, by the name that ``--format`` takes."""
