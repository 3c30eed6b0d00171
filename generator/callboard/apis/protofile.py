"""The language of ``.proto`` files: text -> what it declares, with the comments that belong to each declaration.

It follows the published grammar of proto2, proto3 and editions. Nothing is resolved and nothing is imported: names of
types are as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from callboard.apis import limits

DEPTH = 60
"""Messages within messages, and braces within options."""


class ProtoError(Exception):
    """Why a text is no ``.proto`` file."""

    def __init__(self, message: str, line: int, hint: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.hint = hint


class ProtoTooLarge(ProtoError):
    """A text that may be one, and is more than is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    type: str
    number: str
    label: str = ""
    """``repeated``, ``optional``, ``required`` or empty."""
    key: str = ""
    """Type of the keys, where it is a map."""
    group: str = ""
    """The ``oneof`` that it is in."""
    default: str = ""
    deprecated: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    name: str
    number: str
    deprecated: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enum:
    name: str
    values: tuple[Value, ...]
    deprecated: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    name: str
    fields: tuple[Field, ...]
    messages: tuple[Message, ...] = ()
    enums: tuple[Enum, ...] = ()
    reserved: tuple[str, ...] = ()
    deprecated: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    name: str
    fields: tuple[Field, ...]
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    name: str
    request: str
    response: str
    client_streams: bool = False
    server_streams: bool = False
    deprecated: bool = False
    http: tuple[str, ...] = ()
    """Such as ``GET /v1/orders/{id}``, from ``google.api.http``."""
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    name: str
    methods: tuple[Method, ...]
    deprecated: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    syntax: str
    package: str
    imports: tuple[str, ...]
    about: str
    messages: tuple[Message, ...]
    enums: tuple[Enum, ...]
    services: tuple[Service, ...]
    extensions: tuple[Extension, ...]


class _Token(NamedTuple):
    kind: str
    """``word``, ``number``, ``string``, ``sign`` or ``end``."""
    text: str
    line: int
    above: str
    """The comment that stands directly before it."""
    behind: str
    """The comment that follows it on its line."""


_SCAN = re.compile(
    r"(?P<space>[ \t\r\f\v]+)|(?P<line>\n)|(?P<comment>//[^\n]*|/\*[\s\S]*?\*/)"
    r"|(?P<word>\.?[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)|(?P<number>(?:0[xX][0-9A-Fa-f]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)f?)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')|(?P<sign>[-+{}()\[\]<>;,=:.]|/(?!\*))"
)


def _tokens(text: str) -> list[_Token]:
    """The words and signs of *text*, each with its comments. Raises ProtoError."""
    found: list[_Token] = []
    line = 1
    place = 0
    above: list[str] = []
    last_line = 0
    """The line on which the comment before ended; 0 where a blank line followed it."""
    while place < len(text):
        match = _SCAN.match(text, place)
        if match is None:
            what = "a quoted text is not closed on its line" if text[place] in "\"'" else "a comment is not closed" if text.startswith("/*", place) else f"{text[place]!r} means nothing here"
            raise ProtoError(what, line, "close it" if "closed" in what else "")
        kind, word = match.lastgroup or "", match[0]
        place = match.end()
        if kind == "comment":
            said = _said(word)
            if found and found[-1].line == line and not above and found[-1].text in ";,{}":
                found[-1] = found[-1]._replace(behind=said)
            elif (above and last_line == line - 1) or not above:
                above.append(said)
            else:
                above = [said]
            line += word.count("\n")
            last_line = line
        elif kind == "line":
            line += 1
        elif kind != "space":
            comment = "\n".join(above) if above and last_line >= line - 1 else ""
            found.append(_Token(kind, word, line, comment, ""))
            above = []
            if len(found) > limits.TOKENS:
                raise ProtoTooLarge(f"the definition has more than {limits.TOKENS:,} words and signs", line)
    found.append(_Token("end", "the end", line, "", ""))
    return found


def _said(comment: str) -> str:
    """The words of *comment*."""
    if comment.startswith("//"):
        return comment.lstrip("/").removeprefix(" ").rstrip()
    lines = [re.sub(r"^\s*\*+ ?", "", each).rstrip() for each in comment[2:-2].split("\n")]
    return "\n".join(lines).strip()


def parse(text: str) -> File:
    """What *text* declares. Raises ProtoError."""
    return _Parser(_tokens(text.removeprefix("\ufeff"))).file()


@dataclass
class _Options:
    """What options say that is shown."""

    deprecated: bool = False
    default: str = ""
    http: list[str] = field(default_factory=list)


@dataclass
class _Body:
    """What was found between the braces of a message."""

    fields: list[Field] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    enums: list[Enum] = field(default_factory=list)
    reserved: list[str] = field(default_factory=list)
    options: _Options = field(default_factory=_Options)


@dataclass
class _Parser:
    tokens: list[_Token]
    at: int = 0
    depth: int = 0
    extensions: list[Extension] = field(default_factory=list)

    # -- words ------------------------------------------------------------------------------------------------------------

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self, *texts: str) -> _Token:
        """The next token, which must be one of *texts* where any are given."""
        token = self.tokens[self.at]
        if token.kind == "end" or (texts and token.text not in texts):
            wanted = " or ".join(repr(text) for text in texts) or "more"
            raise ProtoError(f"{token.text if token.kind == 'end' else repr(token.text)} stands where {wanted} is expected", token.line)
        self.at += 1
        return token

    def word(self, what: str) -> str:
        """A word; it may be written in several pieces, with dots between them."""
        token = self.tokens[self.at]
        if token.kind != "word" and token.text != ".":
            raise ProtoError(f"{token.text!r} stands where {what} is expected", token.line)
        self.at += 1
        text = token.text
        while text.endswith(".") or (self.token.text.startswith(".") and self.token.kind in {"word", "sign"}):
            following = self.take()
            if following.kind not in {"word", "sign"}:
                raise ProtoError(f"{following.text!r} stands where {what} is expected", following.line)
            text += following.text
        return text

    def accept(self, text: str) -> bool:
        if self.token.text == text and self.token.kind != "string":
            self.at += 1
            return True
        return False

    def end(self) -> str:
        """The ``;`` of a declaration; returns the comment behind it."""
        return self.take(";").behind

    # -- the file -----------------------------------------------------------------------------------------------------------

    def file(self) -> File:
        syntax, package, about = "proto2", "", ""
        imports: list[str] = []
        body = _Body()
        services: list[Service] = []
        if self.token.text in {"syntax", "edition"}:
            about = self.token.above
            word = self.take().text
            self.take("=")
            value = _unquoted(self.take().text)
            syntax = value if word == "syntax" else f"edition {value}"
            self.end()
        while self.token.kind != "end":
            token = self.token
            if self.accept(";"):
                continue
            if token.text == "import":
                self.take()
                _ = self.accept("public") or self.accept("weak") or self.accept("option")
                imports.append(_unquoted(self.take().text))
                self.end()
            elif token.text == "package":
                about = about or token.above
                self.take()
                package = self.word("a package")
                self.end()
            elif token.text == "service":
                services.append(self.service())
            elif not self.declaration(body):
                raise ProtoError(f"{token.text!r} stands where a message, an enum or a service is expected", token.line)
        licence = about.lower()
        about = "" if "copyright" in licence or "licen" in licence else about
        return File(
            syntax=syntax, package=package, imports=tuple(imports), about=about, messages=tuple(body.messages), enums=tuple(body.enums),
            services=tuple(services), extensions=tuple(self.extensions),
        )  # fmt: skip

    def declaration(self, body: _Body) -> bool:
        """Read a message, an enum, an extension or an option into *body*; false where the next word is none of them."""
        word, following = self.token.text, self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if word in {"export", "local"} and following.text in {"message", "enum"}:
            self.take()
            word, following = self.token.text, self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if word == "message" and following.kind == "word":
            body.messages.append(self.message())
        elif word == "enum" and following.kind == "word":
            body.enums.append(self.enum())
        elif word == "extend" and (following.kind == "word" or following.text == "."):
            self.extend(body)
        elif word == "option" and (following.kind == "word" or following.text == "("):
            self.option(body.options)
        else:
            return False
        return True

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise ProtoError("it is nested too deeply to be read", self.token.line, "declare messages beside one another")

    # -- messages -----------------------------------------------------------------------------------------------------------

    def message(self) -> Message:
        about = self.take("message").above
        name = self.word("the name of a message")
        body, behind = self.body()
        return Message(
            name=name, fields=tuple(body.fields), messages=tuple(body.messages), enums=tuple(body.enums), reserved=tuple(body.reserved),
            deprecated=body.options.deprecated, about=_shortened(about or behind),
        )  # fmt: skip

    def body(self) -> tuple[_Body, str]:
        """What is between braces, and the comment behind the first of them."""
        self.deeper()
        behind = self.take("{").behind
        body = _Body()
        while not self.accept("}"):
            self.member(body)
        self.depth -= 1
        return body, behind

    def member(self, body: _Body) -> None:
        token = self.token
        following = self.tokens[min(self.at + 1, len(self.tokens) - 1)]
        if self.accept(";") or self.declaration(body):
            return
        if token.text == "oneof" and following.kind == "word":
            self.oneof(body)
        elif token.text == "reserved" and following.kind != "sign" and self.tokens[min(self.at + 2, len(self.tokens) - 1)].text != "=":
            body.reserved += self.ranges()
        elif token.text == "extensions" and following.kind == "number":
            self.ranges()
        else:
            body.fields += self.field(body)

    def ranges(self) -> list[str]:
        self.take()
        found: list[str] = []
        words: list[str] = []
        while not self.accept(";"):
            if self.token.text == "[":
                self.options()
            elif self.accept(","):
                found.append(" ".join(words))
                words = []
            else:
                words.append(_unquoted(self.take().text))
        return [*found, " ".join(words)]

    def field(self, body: _Body, group: str = "") -> list[Field]:
        """A field; the fields of a group of proto2 are a message of their own."""
        start = self.token
        label = ""
        if self.token.text in {"repeated", "optional", "required"} and (self.tokens[self.at + 1].kind == "word" or self.tokens[self.at + 1].text == "."):
            label = self.take().text
        if self.token.text == "map" and self.tokens[self.at + 1].text == "<":
            self.take()
            self.take("<")
            key = self.word("a type")
            self.take(",")
            type = self.word("a type")
            self.take(">")
        elif self.token.text == "group" and self.tokens[self.at + 1].kind == "word":
            return [self.proto2_group(body, label, group, start.above)]
        else:
            key, type = "", self.word("a field")
        name = self.word("the name of a field")
        self.take("=")
        number = self.take().text
        options = self.options() if self.token.text == "[" else _Options()
        behind = self.end()
        return [
            Field(
                name=name, type=type, number=number, label=label, key=key, group=group, default=options.default, deprecated=options.deprecated,
                about=_shortened(start.above or behind),
            )
        ]

    def proto2_group(self, body: _Body, label: str, group: str, about: str) -> Field:
        self.take("group")
        name = self.word("the name of a group")
        self.take("=")
        number = self.take().text
        options = self.options() if self.token.text == "[" else _Options()
        inner, _ = self.body()
        body.messages.append(Message(name=name, fields=tuple(inner.fields), messages=tuple(inner.messages), enums=tuple(inner.enums)))
        return Field(name=name.lower(), type=name, number=number, label=label, group=group, deprecated=options.deprecated, about=_shortened(about))

    def oneof(self, body: _Body) -> None:
        """A choice of fields; what is said of it is said with the first of them."""
        about = self.take("oneof").above
        name = self.word("the name of a oneof")
        behind = self.take("{").behind
        about = about or behind
        first = len(body.fields)
        while not self.accept("}"):
            if self.token.text == "option" and self.tokens[self.at + 1].text != "=" and (self.tokens[self.at + 1].text == "(" or self.tokens[self.at + 2].text == "="):
                self.option(_Options())
            elif not self.accept(";"):
                body.fields += self.field(body, name)
        if about and len(body.fields) > first:
            field = body.fields[first]
            body.fields[first] = replace(field, about=_shortened(f"{field.about}\n\n`{name}`: {about}"))

    def extend(self, body: _Body) -> None:
        about = self.take("extend").above
        name = self.word("the name of a message")
        inner, _ = self.body()
        body.messages += inner.messages
        self.extensions.append(Extension(name=name, fields=tuple(inner.fields), about=_shortened(about)))

    # -- enums and services ---------------------------------------------------------------------------------------------------

    def enum(self) -> Enum:
        about = self.take("enum").above
        name = self.word("the name of an enum")
        behind = self.take("{").behind
        values: list[Value] = []
        options = _Options()
        while not self.accept("}"):
            if self.accept(";"):
                continue
            if self.token.text == "option" and self.tokens[self.at + 1].text != "=":
                self.option(options)
            elif self.token.text == "reserved" and self.tokens[self.at + 1].text != "=":
                self.ranges()
            else:
                values.append(self.value())
        return Enum(name=name, values=tuple(values), deprecated=options.deprecated, about=_shortened(about or behind))

    def value(self) -> Value:
        above = self.token.above
        name = self.word("a value")
        self.take("=")
        sign = "-" if self.accept("-") else ""
        number = f"{sign}{self.take().text}"
        options = self.options() if self.token.text == "[" else _Options()
        behind = self.end()
        return Value(name=name, number=number, deprecated=options.deprecated, about=_shortened(above or behind))

    def service(self) -> Service:
        about = self.take("service").above
        name = self.word("the name of a service")
        behind = self.take("{").behind
        methods: list[Method] = []
        options = _Options()
        while not self.accept("}"):
            if self.accept(";"):
                continue
            if self.token.text == "option":
                self.option(options)
            else:
                methods.append(self.method())
        return Service(name=name, methods=tuple(methods), deprecated=options.deprecated, about=_shortened(about or behind))

    def method(self) -> Method:
        about = self.take("rpc").above
        name = self.word("the name of a method")
        client, request = self.message_type()
        self.take("returns")
        server, response = self.message_type()
        options = _Options()
        behind = ""
        if self.token.text == "{":
            behind = self.take("{").behind
            while not self.accept("}"):
                if not self.accept(";"):
                    self.option(options)
            self.accept(";")
        else:
            behind = self.end()
        return Method(
            name=name, request=request, response=response, client_streams=client, server_streams=server, deprecated=options.deprecated,
            http=tuple(options.http[:5]), about=_shortened(about or behind),
        )  # fmt: skip

    def message_type(self) -> tuple[bool, str]:
        self.take("(")
        streams = self.token.text == "stream" and self.tokens[self.at + 1].kind == "word"
        if streams:
            self.take()
        name = self.word("a message")
        self.take(")")
        return streams, name

    # -- options ------------------------------------------------------------------------------------------------------------

    def option(self, options: _Options) -> None:
        """``option name = value;``"""
        self.take("option")
        self.setting(options)
        self.end()

    def options(self) -> _Options:
        """``[name = value, ...]``"""
        options = _Options()
        self.take("[")
        while not self.accept("]"):
            self.setting(options)
            self.accept(",")
        return options

    def setting(self, options: _Options) -> None:
        name = "".join(self.name())
        self.take("=")
        words = list(self.constant())
        value = " ".join(words)
        if name == "deprecated":
            options.deprecated = value == "true"
        elif name == "default":
            options.default = _unquoted(value)[: limits.VALUE]
        elif name.startswith("(google.api.http)"):
            options.http += _http(words)

    def name(self) -> Iterator[str]:
        while self.token.text not in {"=", ":"}:
            token = self.take()
            if token.text in {";", "{", "}", "]"}:
                raise ProtoError(f"{token.text!r} stands where an option's name is expected", token.line)
            yield token.text

    def constant(self) -> Iterator[str]:
        """The words of a value: a word, a number, adjoining strings, or everything within braces."""
        if self.token.text in {"-", "+"}:
            yield self.take().text
        token = self.take()
        yield token.text
        if token.text == "{":
            depth = 1
            while depth:
                token = self.take()
                depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "sign" else 0
                yield token.text
        while token.kind == "string" and self.token.kind == "string":
            yield self.take().text


def _http(words: list[str]) -> Iterator[str]:
    """Method and path of every rule in the value of ``google.api.http``."""
    for number, word in enumerate(words[:-1]):
        if word in {"get", "put", "post", "delete", "patch"}:
            rest = [each for each in words[number + 1 : number + 3] if each != ":"]
            if rest and rest[0][:1] in "\"'":
                yield f"{word.upper()} {_unquoted(rest[0])}"[:300]


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] else text


def _shortened(text: str) -> str:
    return text.strip()[: limits.TEXT]
