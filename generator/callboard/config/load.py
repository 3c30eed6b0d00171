"""Reads ``site_config.yml`` into a :class:`Config`, or says at which line it cannot be."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callboard import yamlsource
from callboard.config.model import SOURCE_TYPES, Config, CustomKind, DocsConfig, Rule, Secret, Source
from callboard.config.settings import Setting, sections, settings_of
from callboard.diagnostics import CallboardError, Report, SourceLocation

Keys = tuple[str | int, ...]
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
TRUTH = {"true": True, "false": False}
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class ConfigError(CallboardError):
    """The configuration cannot be used; the report says why."""


_MISSING = object()


@dataclass(frozen=True, slots=True)
class _Reader:
    """Walks one document and reports what is wrong at its place."""

    file: str
    marks: Mapping[Keys, tuple[int, int]]
    environ: Mapping[str, str]
    folder: Path
    report: Report

    def at(self, keys: Keys) -> SourceLocation:
        while keys and keys not in self.marks:
            keys = keys[:-1]
        return SourceLocation("", self.file, *self.marks.get(keys, (1, 1)))

    def problem(self, code: str, message: str, keys: Keys, hint: str = "") -> None:
        self.report.add(code, message, self.at(keys), hint)

    def mapping(self, value: Any, keys: Keys, known: Sequence[str]) -> Mapping[str, Any]:
        """*value* if it is a mapping of *known* keys; other keys are reported and left out."""
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.problem("config-wrong-type", f"{_name(keys)} is {_what(value)}, not a mapping", keys)
            return {}
        for key in value:
            if key not in known:
                near = difflib.get_close_matches(str(key), known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
                self.problem("config-unknown-key", f"{_name((*keys, key))} is not a setting", (*keys, key), hint)
        return {key: item for key, item in value.items() if key in known}

    def sequence(self, value: Any, keys: Keys) -> Sequence[Any]:
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problem("config-wrong-type", f"{_name(keys)} is {_what(value)}, not a list", keys, "start each item with -")
            return ()
        return value

    def text(self, value: Any, keys: Keys) -> Any:
        if not isinstance(value, str):
            hint = f'write "{value}" in quotes' if isinstance(value, (int, float)) else ""
            return self.wrong(value, keys, "text", hint)
        if VARIABLE.search(value):
            self.problem(
                "config-secret",
                f"{_name(keys)} names an environment variable, which only secrets may",
                keys,
                "write the value itself, or set the variable of this setting (see the settings reference)",
            )
            return _MISSING
        return value

    def wrong(self, value: Any, keys: Keys, expected: str, hint: str = "") -> object:
        self.problem("config-wrong-type", f"{_name(keys)} is {_what(value)}, not {expected}", keys, hint)
        return _MISSING

    def secret(self, value: Any, keys: Keys) -> Any:
        match = VARIABLE.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            hint = 'write "${GIT_TOKEN}" and set that variable where the build runs; if this was a real token, revoke it'
            self.problem("config-secret", f"{_name(keys)} is not the name of an environment variable", keys, hint)
            return _MISSING
        if not self.environ.get(match[1]):
            hint = f"set {match[1]} where the build runs, or take the setting out"
            self.problem("config-secret", f"{_name(keys)} needs the environment variable {match[1]}, which is not set", keys, hint)
            return _MISSING
        return Secret(self.environ[match[1]])

    def value(self, setting: Setting, value: Any, keys: Keys) -> Any:
        """*value* as the setting's type, or _MISSING after a report."""
        if setting.type == "text" or setting.type == "path":
            text = self.text(value, keys)
            if text is _MISSING:
                return text
            if setting.choices and text not in setting.choices:
                near = difflib.get_close_matches(text, setting.choices, n=1) or setting.choices
                self.problem(
                    "config-bad-value",
                    f"{_name(keys)} is {text!r}, not one of {', '.join(setting.choices)}",
                    keys,
                    f"write {near[0]}",
                )
                return _MISSING
            return Path(text) if setting.type == "path" else text
        if setting.type == "yes or no":
            return value if isinstance(value, bool) else self.wrong(value, keys, "true or false", "write true or false")
        if setting.type == "whole number":
            if isinstance(value, bool) or not isinstance(value, int):
                return self.wrong(value, keys, "a whole number")
            if value < setting.minimum:
                self.problem("config-bad-value", f"{_name(keys)} is {value}, which is less than {setting.minimum}", keys)
                return _MISSING
            return value
        if setting.type == "secret":
            return self.secret(value, keys)
        items = [self.text(item, (*keys, n)) for n, item in enumerate(self.sequence(value, keys))]
        return _MISSING if _MISSING in items else tuple(items)

    def overridden(self, setting: Setting) -> Any:
        """The value that the setting's environment variable gives, or _MISSING."""
        text = self.environ.get(setting.variable, "") if setting.variable else ""
        if not text:
            return _MISSING
        convert: Mapping[str, Callable[[str], Any]] = {
            "yes or no": lambda t: TRUTH.get(t.lower(), t),
            "whole number": lambda t: int(t) if t.isdecimal() else t,
            "list of texts": lambda t: [part.strip() for part in t.split(",") if part.strip()],
        }
        reader = _Reader(f"${setting.variable}", {}, self.environ, self.folder, self.report)
        return reader.value(setting, convert.get(setting.type, str)(text), (setting.variable,))

    def fields(self, rows: Sequence[Setting], value: Mapping[str, Any], keys: Keys) -> dict[str, Any]:
        """The fields of one class: what is written or overridden; what is neither is left to its default."""
        found: dict[str, Any] = {}
        for setting in rows:
            key = setting.name.rpartition(".")[2]
            result = self.overridden(setting)
            if result is _MISSING and value.get(key) is not None:
                result = self.value(setting, value[key], (*keys, key))
            elif result is _MISSING and setting.required:
                self.problem("config-missing", f"{_name((*keys, key))} is missing", keys, f"add {key}: {setting.sentence}")
            if result is not _MISSING:
                found[setting.attribute] = result
        return found

    def source(self, value: Any, keys: Keys) -> Source | None:
        entry = self.mapping(value, keys, tuple(SOURCE_TYPES))
        if len(entry) != 1:
            if isinstance(value, Mapping) and all(key in SOURCE_TYPES for key in value):
                hint = "write one source an item, such as - folder: {path: repos}"
                self.problem("config-missing", f"{_name(keys)} names {len(entry)} types of source, not one", keys, hint)
            return None
        ((kind, body),) = entry.items()
        rows = settings_of(SOURCE_TYPES[kind], environment=False)
        here = (*keys, kind)
        before = len(self.report)
        fields = self.fields(rows, self.mapping(body, here, [row.name for row in rows]), here)
        return SOURCE_TYPES[kind](**fields) if len(self.report) == before else None

    def rule(self, value: Any, keys: Keys) -> Rule:
        body = self.mapping(value, keys, ("allow", "locations"))
        allow: list[tuple[str, str]] = []
        for n, item in enumerate(self.sequence(body.get("allow"), (*keys, "allow"))):
            here = (*keys, "allow", n)
            if isinstance(item, str):
                allow.append((item.lower(), ""))
                continue
            matcher = self.mapping(item, here, ("kind", "spec.type"))
            if not isinstance(matcher.get("kind"), str):
                self.problem("config-missing", f"{_name(here)} does not say which kind", here, "write a kind, such as Component")
                continue
            allow.append((matcher["kind"].lower(), str(matcher.get("spec.type", "")).lower()))
        if "allow" not in body:
            self.problem("config-missing", f"{_name(keys)} allows nothing", keys, "add allow: [Component, API]")
        locations = tuple(
            {key: str(text) for key, text in self.mapping(item, (*keys, "locations", n), ("type", "exact", "pattern")).items()}
            for n, item in enumerate(self.sequence(body.get("locations"), (*keys, "locations")))
        )
        return Rule(tuple(allow), locations)

    def custom_kind(self, value: Any, keys: Keys) -> CustomKind | None:
        body = self.mapping(value, keys, ("apiVersion", "kind", "schema", "relations"))
        for key in ("apiVersion", "kind"):
            if not isinstance(body.get(key), str):
                self.problem("config-missing", f"{_name((*keys, key))} is missing", keys, f"add {key}")
                return None
        relations: list[dict[str, str]] = []
        for n, item in enumerate(self.sequence(body.get("relations"), (*keys, "relations"))):
            here = (*keys, "relations", n)
            relation = self.mapping(item, here, ("field", "forward", "backward", "target"))
            missing = [key for key in ("field", "forward", "backward") if not isinstance(relation.get(key), str)]
            if missing:
                self.problem("config-missing", f"{_name(here)} has no {' and no '.join(missing)}", here)
            else:
                relations.append({key: str(text) for key, text in relation.items()})
        schema = self.schema(body.get("schema"), (*keys, "schema"))
        return CustomKind(body["apiVersion"], body["kind"], schema, tuple(relations))

    def schema(self, value: Any, keys: Keys) -> Mapping[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, str):
            self.wrong(value, keys, "a file name")
            return {}
        try:
            schema = json.loads((self.folder / value).read_text("utf-8"))
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not JSON"
            self.problem("config-bad-value", f"{_name(keys)}: {value} cannot be read: {reason}", keys)
            return {}
        if not isinstance(schema, dict):
            self.problem("config-bad-value", f"{_name(keys)}: {value} holds {_what(schema)}, not a JSON Schema", keys)
            return {}
        return schema


def _name(keys: Keys) -> str:
    """A path as people write it: ``sources[0].git.url``; the whole file is called so."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
    return text.removeprefix(".") or "the configuration"


def _what(value: Any) -> str:
    words = {dict: "a mapping", list: "a list", bool: "true or false", int: "a number", float: "a number", str: "text"}
    return words.get(type(value), "nothing")


def parse(text: str, *, file: Path, environ: Mapping[str, str], report: Report) -> Config:
    """Make the configuration of *text*. Raises ConfigError after everything that is wrong is in *report*."""
    before = len(report)
    shown = file.name
    documents = [document for document in yamlsource.read_documents(text) if not document.empty]
    for document in documents:
        for error in document.errors:
            report.add("config-syntax", error.message, SourceLocation("", shown, error.line, error.column), error.hint)
    if len(documents) > 1:
        report.add("config-syntax", "the file holds several documents, not one", SourceLocation("", shown), "take out the --- lines")
    if len(report) > before:
        raise ConfigError(f"{file} cannot be used")
    value, marks = (documents[0].value, documents[0].marks) if documents else ({}, {})
    reader = _Reader(shown, marks, environ, file.parent, report)

    top = settings_of(Config)
    known = [*(row.name for row in top), *(name for name, _ in sections())]
    body = reader.mapping(value, (), sorted(known))
    fields = reader.fields([row for row in top if row.type != "list of mappings"], body, ())
    for name, section in sections():
        rows = settings_of(section, f"{name}.")
        keys = [row.name.removeprefix(f"{name}.") for row in rows]
        inner = reader.mapping(body.get(name), (name,), keys)
        made = reader.fields([row for row in rows if row.type != "list of mappings"], inner, (name,))
        if name == "catalog":
            made |= _catalog_lists(reader, inner)
        fields[name] = section(**made)
    sources = [reader.source(item, ("sources", n)) for n, item in enumerate(reader.sequence(body.get("sources"), ("sources",)))]
    if not sources and len(report) == before:
        reader.problem("config-missing", "sources is missing", (), "write sources: [{folder: {path: repos}}]")
    _check_site(reader, fields["site"])
    _check_docs(reader, fields["docs"])
    if len(report) > before:
        raise ConfigError(f"{file} cannot be used")
    return Config(file=file, sources=tuple(source for source in sources if source is not None), **fields)


def _catalog_lists(reader: _Reader, body: Mapping[str, Any]) -> dict[str, Any]:
    rules = reader.sequence(body.get("rules"), ("catalog", "rules"))
    kinds = reader.sequence(body.get("kinds"), ("catalog", "kinds"))
    made = [reader.custom_kind(item, ("catalog", "kinds", n)) for n, item in enumerate(kinds)]
    return {
        "rules": tuple(reader.rule(item, ("catalog", "rules", n)) for n, item in enumerate(rules)),
        "kinds": tuple(kind for kind in made if kind is not None),
    }


def _check_site(reader: _Reader, site: Any) -> None:
    if site.url and not re.fullmatch(r"https?://[^\s?#]+", site.url):
        reader.problem("config-bad-value", f"site.url is {site.url!r}, not an http(s) address", ("site", "url"), "write https://acme.github.io/portal/")
    if site.accent and not HEX_COLOUR.fullmatch(site.accent):
        reader.problem("config-bad-value", f"site.accent is {site.accent!r}, not a colour", ("site", "accent"), "write it like #2f5d9f")
    if not LANGUAGE.fullmatch(site.language):
        reader.problem("config-bad-value", f"site.language is {site.language!r}, not a language", ("site", "language"), "write it like en, de or pt-BR")


def _check_docs(reader: _Reader, docs: DocsConfig) -> None:
    if docs.engine == "prebuilt" and docs.prebuilt is None:
        reader.problem("config-missing", "docs.engine is prebuilt, and docs.prebuilt does not say where", ("docs", "engine"), "add prebuilt: and a folder")


def load(file: Path, *, environ: Mapping[str, str], report: Report) -> Config:
    """Read *file*. Raises ConfigError; what is wrong is in *report*."""
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        report.add("config-syntax", "the file is not UTF-8", SourceLocation("", file.name), "save it as UTF-8")
        raise ConfigError(f"{file} cannot be used") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        report.add("config-missing", f"it cannot be read: {reason}", SourceLocation("", file.name), "run callboard init to get one")
        raise ConfigError(f"{file} cannot be used") from None
    return parse(text, file=file, environ=environ, report=report)
