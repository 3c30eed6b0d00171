"""Where in a Markdown file something is written that its HTML tells of: MkDocs keeps no lines."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

LIMIT = 200
"""So many questions about one file are answered: each costs reading it."""

_AS_LINK = r"""(?:\]\(\s{0,3}<?|^[ ]{0,3}\[[^\]\n]{1,200}\]:\s{0,3}<?|(?:href|src)\s{0,3}=\s{0,3}["']?)(FORM)(?=[\s>)"']|$)"""
"""Where an address stands in Markdown and HTML."""
_CODE = re.compile(r"(?<!`)(`{1,9})(?!`).{1,300}?(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")


@dataclass(slots=True)
class Whereabouts:
    """Lines of one file. What is asked for once more is looked for behind the place where it was found."""

    read: Callable[[], str]
    found: dict[str, int] = field(default_factory=dict)
    asked: int = 0

    def link(self, *forms: str) -> int:
        """The line on which a link to the first of *forms* stands; else one with its text; 0 where there is none."""
        text = self._text()
        bare = _without_fences(text)
        for form in _with_names(forms):
            pattern = _AS_LINK.replace("FORM", re.escape(form))
            if places := [match.start(1) for match in re.finditer(pattern, bare, re.MULTILINE)]:
                return self._line(text, form, places)
        return self._first(text, forms)

    def text(self, *forms: str) -> int:
        """The line on which the first of *forms* stands; 0 where none is found as it is."""
        return self._first(self._text(), forms)

    def markup(self, name: str) -> int:
        """The first line that opens an element *name*, or has it as an attribute or scheme; 0 where none is outside code."""
        bare = _CODE.sub(_blanked, _COMMENT.sub(_blanked, _without_fences(self._text())))
        form = rf"<{re.escape(name[1:-1])}(?![\w:-])" if name.startswith("<") else re.escape(name)
        found = re.search(form, bare, re.IGNORECASE)
        return bare.count("\n", 0, found.start()) + 1 if found else 0

    def _text(self) -> str:
        self.asked += 1
        if self.asked > LIMIT:
            return ""
        try:
            return self.read()
        except Exception:  # the place is a courtesy: whatever is wrong with the file is reported elsewhere
            return ""

    def _first(self, text: str, forms: Sequence[str]) -> int:
        for form in _with_names(forms):
            if form in text:
                return self._line(text, form, [match.start() for match in re.finditer(re.escape(form), text)])
        return 0

    def _line(self, text: str, form: str, places: Sequence[int]) -> int:
        number = self.found[form] = self.found.get(form, -1) + 1
        return text.count("\n", 0, places[min(number, len(places) - 1)]) + 1


def _with_names(forms: Sequence[str]) -> list[str]:
    """*forms*, then the last part of each."""
    return [form for form in (*forms, *(posixpath.basename(form.rstrip("/")) for form in forms)) if form]


def _blanked(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _without_fences(text: str) -> str:
    """*text*, what stands in fences blanked: an address in there is no link."""
    lines = []
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if fence or match:
            lines.append(" " * len(line))
            if not fence:
                fence = match[1] if match else ""
            elif match and match[1].startswith(fence) and not line[match.end() :].strip():
                fence = ""
        else:
            lines.append(line)
    return "\n".join(lines)
