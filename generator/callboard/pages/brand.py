"""What makes the portal the organisation's own: logo, accent, style sheets, templates, language."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from callboard import resources
from callboard.config import Config
from callboard.diagnostics import CallboardError, Report, SourceLocation
from callboard.model.language import ENGLISH, Language
from callboard.model.output import OutputFile
from callboard.pages import colour
from callboard.pages.catalogue import BUILT_IN, read_language

LOGOS = frozenset({".svg", ".png"})
CARRIED = frozenset({".woff2", ".woff", ".svg", ".png", ".webp", ".avif", ".jpg", ".jpeg", ".gif"})
"""Files that a style sheet may bring along."""
FOLDER = "assets/site/"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(r"@(?:import|charset|namespace)\b[^;]*;?", re.IGNORECASE)
_URL = re.compile(r"""url\(\s*(?P<quote>["']?)(?P<address>[^"')]*?)(?P=quote)\s*\)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Brand:
    """Empty where the organisation keeps the theme as it is."""

    logo: str = ""
    """Route of the logo, or empty."""
    accent: str = ""
    """The colour of the mark in the browser's tabs, or empty."""
    styles: tuple[str, ...] = ()
    """Routes of the organisation's own style sheets."""
    templates: Path | None = None
    """A folder of templates that stand in for the theme's."""
    files: tuple[OutputFile, ...] = ()
    language: Language = ENGLISH


def read_brand(config: Config, report: Report) -> Brand:
    """The organisation's own files. Raises CallboardError where one cannot be read."""
    site = config.site
    files: list[OutputFile] = []
    if site.accent:
        files.append(OutputFile("assets/accent.css", _accent(config, report), _origin(config)))
    styles = [file.path for file in files]
    for number, name in enumerate(site.css):
        sheet = _Sheet(config, name, report)
        files += [OutputFile(f"assets/site-{number}.css", sheet.layered().encode(), _origin(config)), *sheet.brought]
        styles.append(f"assets/site-{number}.css")
    logo = ""
    if site.logo:
        suffix = Path(site.logo).suffix.lower()
        if suffix not in LOGOS:
            raise CallboardError(f"site.logo is {site.logo!r}, not an SVG or PNG file")
        logo = f"assets/logo{suffix}"
        files.append(OutputFile(logo, _read(config, site.logo), _origin(config)))
    templates = _templates(config, report)
    unique = {file.path: file for file in files}
    accent = colour.light_accent(site.accent).ink if site.accent else ""
    places = ({site.theme: templates} if templates else {}) | {BUILT_IN: resources.theme()}
    language = read_language(site.language, places, report)
    return Brand(logo, accent, tuple(styles), templates, tuple(unique.values()), language)


def _origin(config: Config) -> str:
    return config.file.name


def _read(config: Config, name: str) -> bytes:
    try:
        return (config.folder / name).read_bytes()
    except OSError as error:
        raise CallboardError(f"{name} cannot be read: {(error.strerror or str(error)).lower()}") from error


def _accent(config: Config, report: Report) -> bytes:
    """The accent in both themes, kept readable; a note where the light theme cannot have it as it is."""
    own = config.site.accent
    light, dark = colour.light_accent(own), colour.dark_accent(own)
    if light.ink != own:
        had = min(colour.contrast(own, ground) for ground in (*colour.LIGHT_GROUNDS, colour.mixed(colour.LIGHT_GROUNDS[0], own, 0.1)))
        report.add(
            "accent-contrast",
            f"site.accent {own} has a contrast of {had:.1f} where it stands on the light theme, less than {colour.ENOUGH}; {light.ink} is shown there",
            SourceLocation(_origin(config)),
            f"write {light.ink}, or leave it so",
        )
    names = {"--accent": "ink", "--accent-soft": "soft", "--on-accent": "on"}
    lines = "; ".join(f"{name}: light-dark({getattr(light, part)}, {getattr(dark, part)})" for name, part in names.items())
    return f"@layer site {{ :root {{ {lines} }} }}\n".encode()


class _Sheet:
    """A style sheet of the organisation's own, put into the layer ``site``, with the files that it brings along."""

    def __init__(self, config: Config, name: str, report: Report) -> None:
        self.config = config
        self.name = name
        self.report = report
        self.folder = (config.folder / name).parent
        self.text = _read(config, name).decode("utf-8", "replace").removeprefix("\ufeff")
        self.brought: list[OutputFile] = []

    def layered(self) -> str:
        bare = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), self.text)
        for found in _IMPORT.finditer(bare):
            if found[0].lower().startswith("@import"):
                self.refuse(bare, found.start(), f"{found[0].rstrip(';')} is left out", "name both sheets in site.css")
        bare = _IMPORT.sub("", bare)
        return "@layer site {\n" + _URL.sub(lambda match: self.address(bare, match), bare).strip() + "\n}\n"

    def refuse(self, text: str, at: int, message: str, hint: str) -> None:
        self.report.add("site-style", f"in {self.name} {message}", SourceLocation(self.name, "", text.count("\n", 0, at) + 1), hint)

    def address(self, text: str, match: re.Match[str]) -> str:
        """How *match*, an address in the sheet, is written in the published one."""
        address = match["address"]
        if address.startswith(("data:", "#")):
            return match[0]
        if re.match(r"[a-z][a-z0-9+.-]*:|/", address, re.IGNORECASE):
            self.refuse(text, match.start(), f"{address} is not loaded: pages ask for nothing outside the portal", "put the file beside the style sheet")
            return match[0]
        path = self.folder / re.split("[?#]", address)[0]
        inside = path.resolve().is_relative_to(self.config.folder.resolve())
        if not inside or path.suffix.lower() not in CARRIED or not path.is_file():
            reason = "lies outside the folder of the configuration" if not inside else "is not a font or a picture" if path.is_file() else "does not exist"
            self.refuse(text, match.start(), f"{address} {reason}", "put a font or a picture beside the style sheet")
            return match[0]
        content = path.read_bytes()
        stem = re.sub(r"[^A-Za-z0-9-]+", "-", path.stem)
        name = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{path.suffix.lower()}"
        self.brought.append(OutputFile(f"{FOLDER}{name}", content, self.name))
        return f'url("site/{name}")'


def _templates(config: Config, report: Report) -> Path | None:
    """The folder of the organisation's own templates; a note for each that stands in for nothing."""
    if not config.site.theme:
        return None
    folder = config.folder / config.site.theme
    if not folder.is_dir():
        raise CallboardError(f"site.theme is {config.site.theme!r}, which is not a folder")
    known = set(_below(resources.theme()))
    for name in _below(folder):
        if name.startswith(("pages/", "layouts/")) and name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1)
            where = SourceLocation(str(PurePosixPath(config.site.theme) / name))
            report.add("site-template", f"{where} stands in for no template of the theme", where, f"rename it to {near[0]}" if near else "take it out")
    return folder


def _below(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.html")):
        yield path.relative_to(folder).as_posix()
