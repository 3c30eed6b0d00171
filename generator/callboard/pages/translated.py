"""What templates and scripts say, put into the portal's language when they are read, so that pages cost nothing more.

Templates mark texts as ``_("Owner")``, ``ngettext("%(n)s API", "%(n)s APIs", total)`` and, where there is markup inside,
``{% trans %}``. Scripts mark them as ``_("Copied")``, as ``_`Only ${name}` `` and as
``ngettext(number, `${number} result`, `${number} results`)``: what a browser gets are plain literals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.ext import InternationalizationExtension
from jinja2.visitor import NodeTransformer

from callboard.model.language import ENGLISH, Language, Message

PLACE = re.compile(r"%(?:\((?P<name>\w+)\)s|%)")
"""A place for a value in a text, or a percent sign."""

OWN_DIRECTION = "own_direction"
"""What templates put into the tag of a text that may be in another language than the page."""

# -- templates -----------------------------------------------------------------------------------------------------------


class _Trans(InternationalizationExtension):
    """``{% trans %}``: its text is markup, as all of the template is."""

    def _make_node(self, *arguments: Any, **more: Any) -> nodes.Output:
        made = super()._make_node(*arguments, **more)
        for call in made.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name):
                call.node.name = f"markup_{call.node.name}"
        return made


class TranslatedEnvironment(jinja2.Environment):
    """Reads templates in one language."""

    def __init__(self, language: Language = ENGLISH, **options: Any) -> None:
        super().__init__(**{**options, "extensions": [*options.get("extensions", ()), _Trans]})
        self.language = language
        self.newstyle_gettext = True
        self.policies["ext.i18n.trimmed"] = True
        self.filters["number"] = language.number
        self.globals["plural_form"] = language.form
        # For texts that are only known when a page is made, in templates of the organisation's own.
        self.globals |= {"_": language.gettext, "gettext": language.gettext, "pgettext": language.pgettext, "ngettext": language.ngettext}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        made: nodes.Template = _Translator(self.language).visit(tree)
        made.set_environment(self)
        return made

    def messages(self, source: str) -> Iterator[Message]:
        """The texts that the template *source* marks, in order."""
        for call in super()._parse(source, None, None).find_all(nodes.Call):
            if found := _marked(call):
                yield found[0]


def _marked(call: nodes.Call) -> tuple[Message, nodes.Expr | None, bool] | None:
    """The message of *call*, the number that chooses its form, and whether it is markup; None of another call."""
    if not isinstance(call.node, nodes.Name):
        return None
    name = call.node.name.removeprefix("markup_")
    trusted = name != call.node.name
    texts = [argument.value for argument in call.args if isinstance(argument, nodes.Const)]
    if name in {"_", "gettext"} and len(texts) == 1 == len(call.args):
        return Message(texts[0]), None, trusted
    if name == "pgettext" and len(texts) == 2 == len(call.args):
        return Message(texts[1], context=texts[0]), None, trusted
    if name == "ngettext" and len(texts) == 2 and len(call.args) == 3:
        return Message(texts[0], texts[1]), call.args[2], trusted
    return None


class _Translator(NodeTransformer):
    """Puts what a language says in the place of marked texts."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def visit_Output(self, node: nodes.Output) -> Any:  # noqa: N802  # jinja2 calls it so
        """What a text is made of stands in the output itself, where the compiler joins it with what is around it."""
        found: list[nodes.Stmt] = []
        parts: list[nodes.Expr] = []
        for child in node.nodes:
            message = _marked(child) if isinstance(child, nodes.Call) else None
            if message is None or not isinstance(child, nodes.Call):
                parts.append(self.visit(child))
            elif message[1] is None:
                parts += self._parts(child, self._forms(message[0])[0], None, message[2])
            else:
                found += [nodes.Output(parts), self._chosen(child, *message)]
                parts = []
        return [*found, nodes.Output(parts)]

    def visit_Name(self, node: nodes.Name) -> nodes.Expr:  # noqa: N802  # jinja2 calls it so
        """Where texts of others stand, in pages of a language that is written from right to left, their first letter decides."""
        if node.name != OWN_DIRECTION:
            return node
        return nodes.TemplateData(' dir="auto"' if self.language.direction == "rtl" else "")

    def visit_Call(self, node: nodes.Call) -> Any:  # noqa: N802  # jinja2 calls it so
        message = _marked(node)
        return self._said(node, *message) if message else self.generic_visit(node)

    def _chosen(self, call: nodes.Call, message: Message, number: nodes.Expr | None, trusted: bool) -> nodes.Stmt:
        """The form for *number* as a statement."""
        forms = self._forms(message)
        made: nodes.Stmt = nodes.Output(self._parts(call, forms[-1], number, trusted))
        for n, form in reversed(list(enumerate(forms[:-1]))):
            assert number is not None
            made = nodes.If(self._takes(number, n), [nodes.Output(self._parts(call, form, number, trusted))], [], [made])
        return made

    def _said(self, call: nodes.Call, message: Message, number: nodes.Expr | None, trusted: bool) -> nodes.Expr:
        forms = [_joined(self._parts(call, form, number, trusted)) for form in self._forms(message)]
        made = forms[-1]
        for n, form in reversed(list(enumerate(forms[:-1]))):
            assert number is not None
            made = nodes.CondExpr(self._takes(number, n), form, made)
        return made

    def _forms(self, message: Message) -> tuple[str, ...]:
        return self.language.texts.get(message) or ((message.one, message.many) if message.many else (message.one,))

    def _takes(self, number: nodes.Expr, form: int) -> nodes.Expr:
        """Whether *number* takes the form of this number."""
        if self.language.plural == ENGLISH.plural:
            return nodes.Compare(number, [nodes.Operand("eq", nodes.Const(1))])
        return nodes.Compare(nodes.Call(nodes.Name("plural_form", "load"), [number], [], None, None), [nodes.Operand("eq", nodes.Const(form))])

    def _parts(self, call: nodes.Call, text: str, number: nodes.Expr | None, trusted: bool) -> list[nodes.Expr]:
        """*text* cut at its places, with what *call* puts there."""
        values: dict[str, nodes.Expr] = {value.key: self.visit(value.value) for value in call.kwargs}
        if number is not None:
            values.setdefault("n", nodes.Filter(number, "number", [], [], None, None))
        if not values and not trusted:
            return [nodes.Const(text)]

        def plain(words: str) -> list[nodes.Expr]:
            return [nodes.TemplateData(words) if trusted else nodes.Const(words)] if words else []

        parts: list[nodes.Expr] = []
        end = 0
        for place in PLACE.finditer(text):
            parts += [*plain(text[end : place.start()]), *([values[place["name"]]] if place["name"] else plain("%"))]
            end = place.end()
        return [*parts, *plain(text[end:])]


def _joined(parts: list[nodes.Expr]) -> nodes.Expr:
    return parts[0] if len(parts) == 1 else nodes.Concat(parts)


# -- scripts -------------------------------------------------------------------------------------------------------------

_TEXT = r'"(?:[^"\\\n]|\\.)*"'
_LITERAL = r"`(?:[^`\\]|\\.)*`"
_MARK = re.compile(
    rf"""(?<![\w$.])(?:
        _\(\s*(?P<text>{_TEXT})\s*\)
        | _(?P<literal>{_LITERAL})
        | pgettext\(\s*(?P<context>{_TEXT}),\s*(?P<said>{_TEXT})\s*\)
        | ngettext\(\s*(?P<number>[A-Za-z_$][\w$]*),\s*(?P<one>{_LITERAL}),\s*(?P<many>{_LITERAL})\s*\)
    )""",
    re.VERBOSE,
)
_VALUE = re.compile(r"\$\{(?P<name>[^}]*)\}")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_N = re.compile(r"\bn\b")


def script_messages(script: str) -> Iterator[Message]:
    """The texts that *script* marks, in order. Raises ValueError where a value in one has no name of its own."""
    return (message for message, _ in _marks(script))


def translated(script: str, language: Language) -> str:
    """*script* with the words of *language* in the place of what it marks."""
    made = []
    end = 0
    for message, match in _marks(script):
        made += [script[end : match.start()], _literal(message, match, language)]
        end = match.end()
    made.append(script[end:])
    return _LOCALE.sub(lambda match: json.dumps(_locale(match[0], language)), "".join(made))


_LOCALE = re.compile(r"\b(?:LANGUAGE|DATES)\b")


def _locale(name: str, language: Language) -> str:
    """The language that ``Intl`` writes numbers in, or dates: English ones with the day before the month."""
    return "en-GB" if name == "DATES" and language.code == "en" else language.code


def _marks(script: str) -> Iterator[tuple[Message, re.Match[str]]]:
    for match in _MARK.finditer(script):
        if match["text"]:
            yield Message(json.loads(match["text"])), match
        elif match["literal"]:
            yield Message(_key(match["literal"])), match
        elif match["said"]:
            yield Message(json.loads(match["said"]), context=json.loads(match["context"])), match
        else:
            yield Message(_key(match["one"]), _key(match["many"])), match


def _key(literal: str) -> str:
    """A template literal as the catalogue has it: ``${name}`` is ``%(name)s``."""

    def place(match: re.Match[str]) -> str:
        if not _NAME.fullmatch(match["name"]):
            raise ValueError(f"{match[0]} in {literal} is not the name of a value")
        return f"%({match['name']})s"

    return _VALUE.sub(place, literal[1:-1].replace("%", "%%"))


def _literal(message: Message, match: re.Match[str], language: Language) -> str:
    """What stands in the script in the place of a mark."""
    forms = language.texts.get(message)
    if match["number"]:
        literals = [_template(form) for form in forms] if forms else [match["one"], match["many"]]
        chosen = _N.sub(match["number"], language.plural)
        return f"({chosen} ? {literals[1]} : {literals[0]})" if len(literals) == 2 else f"[{', '.join(literals)}][{chosen}]"
    if match["literal"]:
        return _template(forms[0]) if forms else match["literal"]
    return json.dumps(forms[0], ensure_ascii=False) if forms else match["text"] or match["said"]


def _template(text: str) -> str:
    """*text* of the catalogue as a template literal."""
    parts = []
    end = 0
    for place in PLACE.finditer(text):
        parts += [_quoted(text[end : place.start()]), f"${{{place['name']}}}" if place["name"] else "%"]
        end = place.end()
    return f"`{''.join(parts)}{_quoted(text[end:])}`"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${").replace("\r", "\\r")


