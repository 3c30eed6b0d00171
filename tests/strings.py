"""Writes theme/locale/messages.pot: every text of the portal's own that readers see, for translators to begin with.

Run it from the repository's root (``make strings``) after a text has changed; tests/unit/test_language.py fails until that
is done. Texts are read by what reads them when a portal is built, so that none is listed that would not be translated.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import generate_po

from callboard.model.language import Message
from callboard.pages.render import environment
from callboard.pages.translated import script_messages

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "generator/callboard"
THEME = ROOT / "theme"
FILE = THEME / "locale/messages.pot"
HEADER = """\
# Every text of Callboard's pages. Made by tests/strings.py from the code: change the code.
#
# To translate: copy this file to locale/<language>/messages.po below your folder of templates, and write each msgstr.
# A %(name)s stands for a value and stays as it is; what has no translation stays English.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def python_messages(source: str) -> Iterator[Message]:
    """The texts that a module marks, in order."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if name in ("_", "N_", "gettext", "Words") and len(texts) == 1:
            yield Message(texts[0])
        elif name == "pgettext" and len(texts) == 2:
            yield Message(texts[1], context=texts[0])
        elif name in ("ngettext", "Message") and len(texts) == 2:
            yield Message(texts[0], texts[1])


def messages() -> Iterator[tuple[str, Message]]:
    """Every text with the file that it stands in."""
    templates = environment(THEME)
    for path in sorted(PACKAGE.rglob("*.py")):
        yield from ((path.relative_to(ROOT).as_posix(), message) for message in python_messages(path.read_text("utf-8")))
    for path in sorted(THEME.rglob("*.html")):
        yield from ((path.relative_to(ROOT).as_posix(), message) for message in templates.messages(path.read_text("utf-8")))
    for path in sorted((THEME / "js").rglob("*.js")):
        yield from ((path.relative_to(ROOT).as_posix(), message) for message in script_messages(path.read_text("utf-8")))


def template() -> str:
    """The catalogue without translations. It has no dates and no lines, so that it changes when a text does."""
    catalog = Catalog()
    for file, message in messages():
        text = (message.one, message.many) if message.many else message.one
        catalog.add(text, locations=[(file, None)], flags=["python-format"] if "%(" in message.one + message.many else [], context=message.context or None)
    return HEADER + "".join(generate_po(catalog, omit_header=True, include_lineno=False, sort_by="file", width=0))


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(template(), "utf-8")
