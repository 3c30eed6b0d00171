"""Which classes are the portal's own: what they mean outside of articles is nothing for an author to say.

With the class of the bar an article could imitate the portal, with one for text that only screen readers hear it could
hide what the copy button copies. The theme itself tells: a class belongs to articles if some rule styles it below
``.prose``, or if it colours code; one that a script gives to what it makes is the portal's all the same.
"""

from __future__ import annotations

import re
from pathlib import Path

ARTICLES = ".prose"
CODE = "code.css"
OURS = frozenset({"headerlink", "prose"})
"""Put into articles when they are built."""
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SELECTORS = re.compile(r"([^{};]+)\{")
_CLASS = re.compile(r"\.([A-Za-z_][\w-]*)")
_GIVEN = re.compile(r"""(?:\bclassName\s*=\s*|\bclassList\.\w+\(\s*|\bclass=\\?)["'`]([\w -]+)""")


def of_the_portal(theme: Path) -> frozenset[str]:
    """Names of classes that style sheets and scripts of the folder *theme* give a meaning outside of articles."""
    own: set[str] = set()
    articles: set[str] = set()
    for file in sorted((theme / "css").glob("*.css")):
        for selectors in _SELECTORS.findall(_COMMENT.sub("", file.read_text("utf-8"))):
            for selector in _apart(selectors):
                names = _CLASS.findall(selector)
                (articles if file.name == CODE or ARTICLES in selector else own).update(names)
    given = {
        name
        for file in sorted((theme / "js").rglob("*.js"))
        for names in _GIVEN.findall(file.read_text("utf-8"))
        for name in names.split()
    }
    return frozenset(own - articles) | given | OURS


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
