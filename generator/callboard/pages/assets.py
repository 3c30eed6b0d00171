"""What pages share: one style sheet, one script, and icons, made of the theme's files."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files as package_files
from pathlib import Path

from markupsafe import Markup, escape

from callboard.diagnostics import CallboardError
from callboard.model.language import ENGLISH, Language
from callboard.model.output import OutputFile
from callboard.pages import kinds
from callboard.pages.translated import translated

ORIGIN = "theme"
LAYERS = ("layers", "reset", "tokens", "base", "layout", "prose", "code", "components", "graph", "pages", "manual", "catalog", "api", "search", "print")
"""The parts of the style sheet, in order; each stands in its layer of the cascade."""
ICON_COLOUR = "#2f4cb8"
"""Of theme/icon.svg."""
MAIN = "callboard.js"
"""The script that knows the names of the files that are loaded later."""
INLINED = ("theme.js", "not-found.js", "home.js")
"""Scripts that stand in the page itself."""
GLYPHS = frozenset({
    "account-multiple-outline",
    "account-outline",
    "api",
    "book-open-outline",
    "circle-half-full",
    "close",
    "code-tags",
    "content-copy",
    "help-circle-outline",
    "hexagon-outline",
    "home-outline",
    "layers-outline",
    "magnify",
    "menu",
    "pencil-outline",
    "plus-circle-outline",
    "pulse",
    "sitemap-outline",
    "view-grid-outline",
})  # fmt: skip
"""Icons of the frame, and of what most pages name. The style sheet holds their shapes once, where every page would hold them again."""
LAZY_ICONS = {
    "docs": "book-open-outline",
    "part": "subdirectory-arrow-right",
    "search": "magnify",
    "other": kinds.OTHER,
    "star": "star-outline",
    "copy": "content-copy",
    "theme": "circle-half-full",
    "tag": "tag-outline",
}
"""Icons that scripts draw themselves."""
_SVG = re.compile(r'<svg[^>]*viewBox="([^"]+)"[^>]*>(.*)</svg>', re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_REMARK = re.compile(r"^[ \t]*(?:/\*\*.*?\*/|//[^\n]*)\n|^[ \t]+|^\n", re.DOTALL | re.MULTILINE)
_SPACE = re.compile(r"\s+")
_TIGHT = re.compile(r" ?([{};,>]) ?|(?<=[a-z-])(:) ")
_ZERO = re.compile(r"(?<![\w.])0\.(?=\d)")


@dataclass(frozen=True, slots=True)
class Theme:
    """The finished parts of the theme in *folder*, addressed by their content."""

    folder: Path
    icon: OutputFile
    """Stands beside the title in the browser's tabs, where the organisation has no logo."""
    stylesheet: OutputFile
    script: OutputFile
    lazy: Mapping[str, OutputFile]
    """Scripts and styles that are loaded when something needs them, by name."""
    inline_script: str
    """Sets the theme before the first paint."""
    root_script: str
    """Finds the portal's root on the page for what is not found."""
    yours_script: str
    """Keeps room on the home page for what is the reader's own."""

    def files(self) -> Iterator[OutputFile]:
        yield self.icon
        yield self.stylesheet
        yield self.script
        yield from self.lazy.values()


def policy_hash(script: str) -> str:
    """How the content security policy names an inline script."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def load_theme(folder: Path, accent: str = "", language: Language = ENGLISH) -> Theme:
    """Join the style sheets and scripts of *folder*, the icon in the colour *accent*, the words in *language*.

    Raises CallboardError where one is not there.
    """
    try:
        css = "\n".join(_smaller((folder / "css" / f"{layer}.css").read_text("utf-8")) for layer in LAYERS) + "\n" + _glyphs()
        lazy = {path.stem: _lazy(path, language) for path in sorted((folder / "js" / "lazy").iterdir())} | {
            path.stem: _hashed(path.stem, ".css", _smaller(path.read_text("utf-8"))) for path in sorted((folder / "css" / "lazy").iterdir())
        }
        named = f"const FILES = {json.dumps({name: file.path for name, file in lazy.items()})};\n"
        elements = sorted((folder / "js").glob("*.js"))
        js = "\n".join(
            f"(() => {{\n{named if path.name == MAIN else ''}{translated(_lean(path.read_text('utf-8')), language)}\n}})();"
            for path in elements
            if path.name not in INLINED
        )
        icon = (folder / "icon.svg").read_text("utf-8")
        inline, root, yours = (_inlined((folder / "js" / name).read_text("utf-8")) for name in INLINED)
    except OSError as error:
        raise CallboardError(f"the theme lacks {error.filename}") from error
    return Theme(
        folder=folder,
        icon=_hashed("icon", ".svg", icon.replace(ICON_COLOUR, accent or ICON_COLOUR)),
        stylesheet=_hashed("callboard", ".css", css),
        script=_hashed("callboard", ".js", js),
        lazy=lazy,
        inline_script=inline,
        root_script=root,
        yours_script=yours,
    )


def _inlined(script: str) -> str:
    """*script* on one line, without the comments, which stand on lines of their own."""
    lines = (line.strip() for line in script.splitlines())
    return "".join(line for line in lines if not line.startswith("//"))


def _lazy(path: Path, language: Language) -> OutputFile:
    """A script of its own, or a folder of files that make one; given the icons of kinds where it draws them before any page has."""
    files = sorted(path.glob("*.js")) if path.is_dir() else [path]
    text = translated("\n".join(_lean(file.read_text("utf-8")) for file in files), language)
    shapes = {kind: _symbol(words.icon)[1] for kind, words in kinds.KINDS.items()} | {
        name: _symbol(icon)[1] for name, icon in LAZY_ICONS.items()
    }
    icons = f"const ICONS = {json.dumps(shapes)};\n" if "ICONS" in text else ""
    return _hashed(path.stem, ".js", f"(() => {{\n{icons}{text}\n}})();")


def _lean(script: str) -> str:
    """*script* without remarks that begin a line, and without indentation. No text in our scripts spans lines."""
    return _REMARK.sub("", script)


def _smaller(css: str) -> str:
    """*css* without comments and needless characters. Strings in our style sheets hold nothing of the kind."""
    css = _SPACE.sub(" ", _COMMENT.sub("", css))
    css = _TIGHT.sub(r"\1\2", css)
    return _ZERO.sub(".", css).replace(";}", "}").strip()


def _glyphs() -> str:
    """What makes an icon of an empty element: its shape as a mask of the colour of the text around it."""
    shapes = "".join(f'.i-{name}{{--i:url("{_address(*_symbol(name))}")}}' for name in sorted(GLYPHS))
    return f"@layer base{{i.icon{{background:currentColor;mask:var(--i) center/contain no-repeat;forced-color-adjust:preserve-parent-color}}{shapes}}}"


def _address(box: str, content: str) -> str:
    """An icon as an address, for style sheets."""
    drawn = content.replace('"', "'")
    return f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='{box}'>{drawn}</svg>"


def _hashed(name: str, suffix: str, text: str) -> OutputFile:
    content = text.encode("utf-8")
    return OutputFile(f"assets/{name}.{hashlib.sha256(content).hexdigest()[:10]}{suffix}", content, ORIGIN)


MERMAID = "assets/mermaid/frame.html"
"""Route of the page that draws diagrams of Mermaid, for theme/js/cb-diagram.js."""
REDOC = "assets/redoc/frame.html"
"""Route of the page that is the interactive reference of an API, for theme/js/lazy/reference.js."""
_FRAME = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="robots" content="noindex">
<title>{title}</title>
</head>
<body>
<div id="drawing"></div>
<script>{library}</script>
<script>{own}</script>
</body>
</html>
"""


def mermaid_files(theme: Path, language: Language) -> Iterator[OutputFile]:
    """The page that draws diagrams of Mermaid, and the licences of what is in it. Raises CallboardError."""
    return _frame(theme, "mermaid", MERMAID, language, language.gettext("Draws diagrams"))


def redoc_files(theme: Path, language: Language) -> Iterator[OutputFile]:
    """The page that is an interactive reference, and the licences of what is in it. Raises CallboardError."""
    return _frame(theme, "redoc", REDOC, language, language.gettext("Interactive reference"), "; worker-src blob:")


def _frame(theme: Path, name: str, route: str, language: Language, title: str, policy: str = "") -> Iterator[OutputFile]:
    """A page for a sandboxed frame, made of the library and of the script that are called *name*.

    It stands alone, because a page in a sandbox has no origin that a policy could name its files by. It may write
    styles and nothing else: no address, not even of the portal, can be asked for. Raises CallboardError.
    """
    try:
        own = (theme / "frames" / f"{name}.js").read_text("utf-8")
        library = (theme / "vendor" / "dist" / f"{name}.js").read_text("utf-8")
        for licence in (f"{name}.LICENSE.txt", f"{name}.LICENSES.txt"):
            yield OutputFile(f"assets/{name}/{licence}", (theme / "vendor" / "dist" / licence).read_bytes(), ORIGIN)
    except OSError as error:
        raise CallboardError(f"the theme lacks {error.filename}: install callboard again") from error
    scripts = [_embedded(library), _embedded(f"(() => {{\n{own}\n}})();")]
    allowed = " ".join(map(policy_hash, scripts))
    policy = f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'{policy}"
    page = _FRAME.format(language=language.code, policy=policy, title=escape(title), library=scripts[0], own=scripts[1])
    yield OutputFile(route, page.encode("utf-8"), ORIGIN)


def _embedded(script: str) -> str:
    """*script* as it may stand in a page: marks by which HTML would end it, or read on after its end, written otherwise.

    They are in texts and patterns of it, where the other form means the same.
    """
    return script.replace("<!--", "\\x3c!--").replace("</script", "<\\/script").replace("<script", "\\x3cscript").replace("\r\n", "\n").replace("\r", "\\r")


@functools.cache
def _symbol(name: str) -> tuple[str, str]:
    """View box and content of an icon of the Material Design set, as mkdocs-material's package carries it."""
    file = package_files("material") / "templates" / ".icons" / "material" / f"{name}.svg"
    match = _SVG.search(file.read_text("utf-8"))
    if match is None:
        raise CallboardError(f"the icon {name} is not a plain SVG")
    return match[1], match[2]


def symbols(names: Iterable[str]) -> dict[str, tuple[str, str]]:
    """View box and content of each icon, for scripts that draw what no page has drawn before."""
    return {name: _symbol(name) for name in sorted(set(names))}


_TIP = (
    '<marker id="cb-tip" markerWidth="7" markerHeight="6" refY="3" orient="auto" markerUnits="userSpaceOnUse">'
    '<path class="g-tip" d="M0 0l7 3-7 3z"/></marker>'
)
"""The head of every arrow of pictures of relations."""


@dataclass(slots=True)
class Icons:
    """The icons of one page: each is drawn where it is used, and defined once at the page's end."""

    _used: dict[str, None] = field(default_factory=dict)
    _drawn: dict[str, None] = field(default_factory=dict)
    """Those of pictures of relations, which draw them in pixels of their own."""

    def icon(self, name: str, label: str = "") -> Markup:
        """An icon; with *label* it says something by itself, without it is decoration."""
        if name in GLYPHS and not label:
            return Markup(f'<i class="icon i-{name}"></i>')  # noqa: S704  # one of our own names
        self._used[name] = None
        attributes = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
        return Markup(f'<svg class="icon" {attributes}><use href="#cb-i-{escape(name)}"/></svg>')  # noqa: S704  # escaped above

    def drawn(self, names: Iterable[str]) -> str:
        """Define the icons of a picture of relations: their shapes are called ``#cb-p-NAME``."""
        self._drawn.update(dict.fromkeys(names))
        return ""

    def sprite(self) -> Markup:
        """The definitions of every icon that the page has used so far, and of arrows where there are any."""
        parts = [_TIP] if self._drawn else []
        for name in sorted({*self._used, *self._drawn}):
            box, content = _symbol(name)
            shape = f'<g id="cb-p-{name}">{content}</g>' if name in self._drawn else content
            parts.append(f'<symbol id="cb-i-{name}" viewBox="{box}">{shape}</symbol>' if name in self._used else shape)
        return Markup(f'<svg class="sprite" aria-hidden="true" width="0" height="0">{"".join(parts)}</svg>')  # noqa: S704  # made of the package's own files
