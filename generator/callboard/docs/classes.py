"""Which classes are the portal's own: what they mean outside of articles is nothing for an author to say.

With the class of the bar an article could imitate the portal, with one for text that only screen readers hear it could
hide what the copy button copies. The style sheets themselves tell: a class belongs to articles if some rule styles it
below ``.prose``, or if it colours code.
"""

from __future__ import annotations

import re
from pathlib import Path

ARTICLES = ".prose"
CODE = "code.css"
OURS = frozenset({"copy-code", "headerlink", "prose"})
"""Put into articles by the portal itself."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SELECTORS = re.compile(r"([^{};]+)\{")
_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")


def of_the_portal(css: Path) -> frozenset[str]:
    """Names of classes that the style sheets in the folder *css* give a meaning outside of articles."""
    own: set[str] = set()
    articles: set[str] = set()
    for file in sorted(css.glob("*.css")):
        for selectors in _SELECTORS.findall(_COMMENT.sub("", file.read_text("utf-8"))):
            for selector in _apart(selectors):
                names = _CLASS.findall(selector)
                (articles if file.name == CODE or ARTICLES in selector else own).update(names)
    return frozenset(own - articles) | OURS


def _apart(selectors: str) -> list[str]:
    """The selectors of one rule; commas in parentheses are within one."""
    parts, depth = [""], 0
    for character in selectors:
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts
