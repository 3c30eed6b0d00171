"""The catalogue of a language: a PO file, gettext's format, beside the organisation's own templates."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from babel import Locale, UnknownLocaleError
from babel.messages import Catalog
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import get_group_symbol

from callboard import resources
from callboard.diagnostics import CallboardError, Report, SourceLocation
from callboard.model.language import MONTHS, Language, Message
from callboard.pages.translated import PLACE

BUILT_IN = "(Callboard's own theme)"
"""What that is called among the places of catalogues: as no folder of an organisation is, such as ``theme``."""
FILE = "messages.po"
TEMPLATE = "messages.pot"
"""Every text, for translators to begin with, in the theme's own folder of locales."""
_PLURAL = re.compile(r"[n\d\s()<>=!&|?:%+*-]+")
"""What may stand in the rule of plurals: it is run in browsers as it is."""


def read_language(code: str, places: Mapping[str, Path], report: Report) -> Language:
    """The language *code*, whose catalogue is in one of the folders *places*, by their names in the configuration. English needs none.

    Raises CallboardError where there is no catalogue, or it cannot be read; a text that cannot be used is a diagnostic.
    """
    for name, folder in places.items():
        for tag in dict.fromkeys((code, code.split("-")[0])):
            file = folder / "locale" / tag / FILE
            if file.is_file():
                return _language(code, file, f"{name}/locale/{tag}/{FILE}", report)
    if code.split("-")[0] == "en":
        return Language(code)
    own = next(iter(places.keys() - {BUILT_IN}), "")
    where = f"{own}/locale/{code}/{FILE}" if own else f"locale/{code}/{FILE} in a folder of your own, which site.theme names"
    raise CallboardError(f"site.language is {code!r}, which has no catalogue; begin one from {resources.theme() / 'locale' / TEMPLATE} and save it as {where}")


def _language(code: str, file: Path, name: str, report: Report) -> Language:
    locale = _locale(code)
    try:
        with file.open("rb") as stream:
            catalog = read_po(stream, locale=locale, abort_invalid=True)
        plural = catalog.plural_expr.strip()
        if not _PLURAL.fullmatch(plural):
            raise ValueError(f"{plural!r} is no rule of plurals")
        form = gettext.c2py(plural)
        if any(not 0 <= form(n) < catalog.num_plurals for n in range(1000)):
            raise ValueError(f"{plural!r} chooses a form that is not among {catalog.num_plurals}")
    except PoFileError as error:
        said = str(error).removesuffix(f" on {error.lineno}")
        raise CallboardError(f"{name}:{error.lineno + 1}: {said}") from error
    except (OSError, ValueError) as error:
        raise CallboardError(f"{name} cannot be used as a catalogue: {error}") from error
    return Language(
        code=code,
        direction=locale.text_direction if locale else "ltr",
        texts=MappingProxyType(dict(_texts(catalog, name, report))),
        plural=plural,
        form=form,
        months=tuple(locale.months["format"]["wide"][n] for n in range(1, 13)) if locale else MONTHS,
        thousands=get_group_symbol(locale) if locale else ",",
    )


def _locale(code: str) -> Locale | None:
    """What is known of the language *code*: how it writes dates and numbers, and in which direction."""
    for tag in (code, code.split("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _texts(catalog: Catalog, name: str, report: Report) -> Iterator[tuple[Message, tuple[str, ...]]]:
    for entry in catalog:
        if not entry.id or entry.fuzzy:
            continue
        one, many = entry.id if isinstance(entry.id, (tuple, list)) else (entry.id, "")
        strings = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
        forms = tuple(form for form in strings if form)
        if len(forms) < len(strings):
            continue
        if foreign := _foreign((one, many), forms):
            message = f"{foreign} in the translation of {one!r} stands for no value; the English text is shown"
            known = ", ".join(sorted(_names((one, many)))) or "write %% for a percent sign"
            report.add("language-text", message, SourceLocation(name, "", entry.lineno or 0), f"values: {known}")
        else:
            yield Message(one, many, entry.context or ""), forms


def _names(texts: tuple[str, ...]) -> set[str]:
    return {match[0] for text in texts for match in PLACE.finditer(text) if match["name"]}


def _foreign(originals: tuple[str, ...], forms: tuple[str, ...]) -> str:
    """What a translation puts a value in the place of, and the original does not; empty where there is nothing."""
    names = _names(originals)
    if not names:
        return ""
    for form in forms:
        if strange := sorted(_names((form,)) - names):
            return strange[0]
        if "%" in (rest := PLACE.sub("", form)):
            return rest[rest.index("%") :][:2]
    return ""

