"""The language of the pages: what each text of the portal's own is called in it.

The English text is the key. It is marked where it stands, as gettext's users do: ``_("Owner")``,
``ngettext("%(n)s API", "%(n)s APIs", number)``, ``pgettext("a person", "User")``; and ``N_("Owner")`` in a table, whose
rows are translated when they are used. What has no translation stays English.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, Self


class Message(NamedTuple):
    """A text of the portal. *many* is the plural, where there is one; *context* tells equal texts apart."""

    one: str
    many: str = ""
    context: str = ""


def N_(text: str) -> str:  # noqa: N802  # gettext's own name for it
    """*text*, marked for the catalogue: who shows it translates it."""
    return text


_EITHER = N_("%(first)s or %(second)s")


class Words(str):
    """A text that the program put together, in English; it remembers of what, so that it can be said in another language."""

    template: str
    values: Mapping[str, str]

    def __new__(cls, template: str, /, **values: str) -> Self:
        made = super().__new__(cls, template % values if values else template)
        made.template = template
        made.values = values
        return made

    @classmethod
    def either(cls, texts: Iterable[str]) -> str:
        """*texts* as alternatives, such as ``string or number``; empty where there are none."""
        return functools.reduce(lambda first, second: cls(_EITHER, first=first, second=second), texts) if (texts := list(texts)) else ""

    @classmethod
    def joined(cls, separator: str, texts: Iterable[str]) -> str:
        """*texts* one after the other."""
        template = f"%(first)s{separator}%(second)s"
        return functools.reduce(lambda first, second: cls(template, first=first, second=second), texts) if (texts := list(texts)) else ""


MONTHS = tuple("January February March April May June July August September October November December".split())


@dataclass(frozen=True, slots=True)
class Language:
    """English, unless it is made otherwise."""

    code: str = "en"
    """As HTML's ``lang`` has it."""
    direction: str = "ltr"
    texts: Mapping[Message, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """The forms of each message: one, or as many as the language has for numbers."""
    plural: str = "n != 1"
    """Which form a number *n* takes, as gettext's catalogues write it, and scripts can run it."""
    form: Callable[[int], int] = field(default=lambda n: int(n != 1), repr=False, compare=False)
    """The same to be called."""
    months: tuple[str, ...] = MONTHS
    thousands: str = ","
    """What stands between groups of three digits."""

    def gettext(self, text: str, /, **values: object) -> str:
        """*text* with its ``%(name)s`` replaced by *values*."""
        found = self.texts.get(Message(text))
        said = found[0] if found else text
        return said % values if values else said

    def pgettext(self, context: str, text: str, /, **values: object) -> str:
        """The same where one English text means two things: *context* says which."""
        found = self.texts.get(Message(text, context=context))
        said = found[0] if found else text
        return said % values if values else said

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The form of the text for *number*, which is ``%(n)s`` in it."""
        found = self.texts.get(Message(one, many))
        said = found[self.form(number)] if found else one if number == 1 else many
        return said % {"n": self.number(number), **values}

    def say(self, text: str) -> str:
        """*text*; what is :class:`Words` in this language."""
        if not isinstance(text, Words) or not self.texts:
            return text
        return self.gettext(text.template, **{name: self.say(value) for name, value in text.values.items()})

    def number(self, number: int) -> str:
        """Such as ``1,204``."""
        return f"{number:,}" if self.thousands == "," else f"{number:,}".replace(",", self.thousands)

    def both(self, texts: Iterable[str]) -> str:
        """*texts* as a list, such as ``owns and contains``."""
        first, *others = texts
        for other in others:
            first = self.gettext("%(first)s and %(second)s", first=first, second=other)
        return first

    def day(self, at: dt.date) -> str:
        """Such as ``4 March 2026``."""
        return self.gettext("%(day)s %(month)s %(year)s", day=at.day, month=self.months[at.month - 1], year=at.year)

    def moment(self, utc: dt.datetime) -> str:
        """Such as ``4 March 2026, 09:30 UTC``."""
        return self.gettext("%(day)s, %(time)s UTC", day=self.day(utc), time=f"{utc:%H:%M}")


ENGLISH = Language()
