"""Problems as values: a stable code, where it is, what is wrong, what to do about it.

A stage adds to the report and carries on. Only what makes the next stage meaningless is raised,
as :class:`CallboardError`.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple


class Severity(enum.IntEnum):
    """How bad a problem is. An error means that something is not published as it was written."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Code(NamedTuple):
    """One kind of problem; *sentence* is its documentation."""

    severity: Severity
    sentence: str


def _codes(*groups: Mapping[str, Code]) -> Mapping[str, Code]:
    merged: dict[str, Code] = {}
    for group in groups:
        merged.update(group)
    return MappingProxyType(dict(sorted(merged.items())))


_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

CONFIG_CODES = {
    "config-syntax": Code(_ERROR, "The configuration file is not valid YAML."),
    "config-unknown-key": Code(_ERROR, "The configuration has a key that Callboard does not know."),
    "config-wrong-type": Code(_ERROR, "A value of the configuration has another type than its setting."),
    "config-missing": Code(_ERROR, "A value that the configuration needs is missing."),
    "config-bad-value": Code(_ERROR, "A value of the configuration has the right type and makes no sense."),
    "config-secret": Code(_ERROR, "An environment variable that a secret names is not set, or `${VAR}` stands where no secret may."),
}

SOURCE_CODES = {
    "source-failed": Code(_ERROR, "A source could not be read; its last good state is shown where there is one."),
    "source-empty": Code(_WARNING, "A source answered and holds nothing."),
    "repository-failed": Code(_ERROR, "A repository could not be read; its last good state is shown where there is one."),
    "no-descriptor": Code(_INFO, "A repository holds no descriptor, so nothing of it is in the catalog."),
    "file-unreadable": Code(_ERROR, "A file cannot be read: permission, or the storage failed."),
    "file-too-large": Code(_ERROR, "A file is larger than Callboard reads."),
    "file-not-utf8": Code(_ERROR, "A file that must be text is not UTF-8."),
    "bad-file-name": Code(_WARNING, "A file has a name that is not UTF-8 or not one line, and is not read."),
    "repository-name": Code(_WARNING, "Two repositories have one name; the later one gets another."),
    "repository-twice": Code(_WARNING, "One repository is configured twice; it is read once, at the first place."),
    "link-outside": Code(_WARNING, "A symbolic link leads out of its repository and is not followed."),
}

CATALOG_CODES = {
    "yaml-syntax": Code(_ERROR, "A document is not valid YAML 1.2."),
    "not-a-mapping": Code(_ERROR, "The root of a document is not a mapping."),
    "unknown-kind": Code(_ERROR, "The kind or apiVersion of a document is none that the catalog knows."),
    "bad-envelope": Code(_ERROR, "A document has no usable apiVersion, kind or metadata.name."),
    "bad-field": Code(_ERROR, "A field is missing, has the wrong type, or is not of the form that Backstage requires."),
    "foreign-field": Code(_ERROR, "A document has a field at its root that users may not write."),
    "bad-ref": Code(_ERROR, "A reference to an entity is not of the form [kind:][namespace/]name, or does not say which kind it means."),
    "bad-placeholder": Code(_ERROR, "A $text, $json or $yaml placeholder cannot be resolved."),
    "bad-location": Code(_ERROR, "A Location has a target that cannot be used."),
    "location-unreadable": Code(_ERROR, "A required target of a Location cannot be read."),
    "location-cycle": Code(_INFO, "A Location leads back to itself; it is read once."),
    "kind-not-allowed": Code(_ERROR, "The catalog rules do not allow this kind from this place."),
    "duplicate-entity": Code(_ERROR, "Two documents declare one entity; the first one is shown."),
    "dangling-ref": Code(_WARNING, "A reference leads to an entity that is not in the catalog."),
    "orphan": Code(_WARNING, "The Location that led to this entity no longer does."),
    "no-owner": Code(_WARNING, "An entity has no owner in the catalog."),
    "stale-entity": Code(_WARNING, "A document became invalid; its last good version is shown."),
    "state-ignored": Code(_WARNING, "What earlier builds kept in the state folder cannot be read or written, so less can be shown of what is broken today."),
    "skeleton-skipped": Code(_INFO, "A file of a software template's skeleton is not a descriptor and is not read."),
    "rejected-link": Code(_WARNING, "A link has an address that is not shown because it could run code or leave the portal's rules."),
}

DOCS_CODES = {
    "docs-ref": Code(_ERROR, "An annotation for TechDocs names a place that cannot be used."),
    "docs-missing": Code(_ERROR, "The folder that should hold the documentation does not exist or holds no page."),
    "docs-config": Code(_ERROR, "mkdocs.yml cannot be read or used."),
    "docs-config-ignored": Code(_INFO, "A setting of mkdocs.yml is not used."),
    "docs-plugin-ignored": Code(_WARNING, "A plugin or Markdown extension of mkdocs.yml is not used."),
    "docs-failed": Code(_ERROR, "The documentation could not be built; the last good one is shown where there is one."),
    "docs-refused": Code(_ERROR, "The documentation of a repository that is not trusted is not built, because nothing can confine it here."),
    "docs-broken-link": Code(_WARNING, "A link in the documentation, or to a file that a page includes, leads nowhere."),
    "docs-orphan": Code(_INFO, "A page of the documentation is not in nav, and no page that is links to it."),
    "docs-sanitized": Code(_INFO, "Something in the documentation was taken out because it could run code or leave the page."),
    "docs-front-matter": Code(_WARNING, "What a page begins with, between lines of dashes, is not a mapping in YAML."),
    "docs-diagram": Code(_WARNING, "A diagram of the documentation cannot be drawn; its text is shown."),
    "docs-formula": Code(_WARNING, "A formula of the documentation cannot be typeset; its TeX is shown."),
    "docs-file-skipped": Code(_WARNING, "A file of the documentation is not published."),
    "docs-unannounced": Code(_INFO, "No descriptor asks for this documentation; `callboard docs` shows it, a portal does not."),
}

API_CODES = {
    "api-invalid": Code(_ERROR, "The definition of an API is not what its type says; its text is shown."),
    "api-limit": Code(_WARNING, "The definition of an API is larger than Callboard shows; the text is shown, or what is left out is counted."),
    "api-reference": Code(_WARNING, "A reference in the definition of an API leads to nothing that is written there."),
}

SITE_CODES = {
    "accent-contrast": Code(_INFO, "The accent of the configuration cannot be read on the light theme; a darker one of the same hue is shown."),
    "site-style": Code(_WARNING, "A style sheet of the organisation asks for something that pages cannot load."),
    "site-template": Code(_WARNING, "A template of the organisation stands in for none of the theme's, so it is never used."),
    "language-text": Code(_WARNING, "A translation in the catalogue of the site's language has a place for a value that there is not; the English text is shown."),
    "path-conflict": Code(_ERROR, "Two pieces of content want one path of the portal; the first one has it."),
    "graph-failed": Code(_WARNING, "A picture of relations could not be laid out within its limits; the relations themselves are listed."),
    "plugin-failed": Code(_WARNING, "A plugin raised an error; what it would have added is missing."),
    "search-unavailable": Code(_WARNING, "The full-text index could not be made; search falls back to titles."),
}

CODES: Mapping[str, Code] = _codes(CONFIG_CODES, SOURCE_CODES, CATALOG_CODES, DOCS_CODES, API_CODES, SITE_CODES)
"""Every code that a diagnostic may have. docs/reference/problems.md is generated from it."""
ELSEWHERE = frozenset({"dangling-ref", "no-descriptor", "no-owner"})
"""What only the whole organisation can tell: where one repository is looked at alone, these say nothing."""


_MISLEADING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_COMMAND = re.compile(r"^(\s*):(?=:)|#(?=#\[)", re.MULTILINE)


def legible(text: str) -> str:
    """*text*, which a repository may have written, for a terminal or a log: it moves no cursor, turns no line around and
    gives the service that keeps the log no command (``::add-mask::``). What would is shown as its escape."""
    shown = _MISLEADING.sub(_escaped, text)
    return _COMMAND.sub(lambda match: f"{match[1] or ''}{_escaped(match[0][-1:])}", shown)


def one_line(text: str) -> str:
    """The same where *text* must not begin a new line."""
    return legible(text).replace("\n", "\\n").replace("\t", "\\t")


def legible_json(text: str) -> str:
    """The JSON *text*, equally harmless, with the same meaning."""
    shown = _MISLEADING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return shown.replace("##[", "\\u0023#[")


def _escaped(character: re.Match[str] | str) -> str:
    number = ord(character[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


@dataclass(frozen=True, slots=True, order=True)
class SourceLocation:
    """A place in a repository, as compilers print it. Line and column count from 1; 0 is unknown."""

    repo: str
    path: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        text = one_line("/".join(part for part in (self.repo, self.path) if part))
        if self.line:
            text += f":{self.line}"
            if self.column:
                text += f":{self.column}"
        return text


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem. *subject* is the full ref of the entity that it is about, or empty."""

    code: str
    message: str
    location: SourceLocation
    hint: str = ""
    subject: str = ""

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise KeyError(f"{self.code} is not in diagnostics.CODES")

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def order(self) -> tuple[SourceLocation, str, str]:
        return (self.location, self.code, self.message)

    def __str__(self) -> str:
        head = f"{self.location}: {self.severity.word}[{self.code}]: {one_line(self.message)}"
        return f"{head}\n  hint: {one_line(self.hint)}" if self.hint else head


@dataclass(slots=True)
class Report:
    """Collects the diagnostics of one build, each once. Safe to add to from several threads."""

    without: frozenset[str] = frozenset()
    """Codes that are not collected."""
    _found: dict[Diagnostic, None] = field(default_factory=dict)

    def add(self, code: str, message: str, at: SourceLocation, hint: str = "", subject: str = "") -> None:
        self.extend((Diagnostic(code, message, at, hint, subject),))

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            if diagnostic.code not in self.without:
                self._found.setdefault(diagnostic)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(tuple(self._found), key=lambda d: d.order))  # noqa: C414  # threads may add meanwhile

    def __len__(self) -> int:
        return len(self._found)

    def worst(self) -> Severity | None:
        return max((d.severity for d in self), default=None)


class CallboardError(Exception):
    """The build cannot go on. Anything less than that is a diagnostic."""


class GuardError(CallboardError):
    """A guard refused: going on could publish or destroy what must not be (exit code 4)."""
