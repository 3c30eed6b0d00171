"""A portal in the organisation's own colours: accent, logo, style sheets, templates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callboard.diagnostics import CallboardError
from callboard.pages import colour
from portals import ROOT, build_site, component, organisation

FILES = {"shop/catalog-info.yaml": component("shop")}
HEX = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))


def branded(folder: Path, site: str, **own: str | bytes) -> Path:
    """An organisation whose configuration says *site*, with files of its own beside it."""
    config = organisation(folder, FILES, f"site: {site}\nsources: [{{folder: {{path: repos}}}}]\n")
    for name, content in own.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return config


def notes(site) -> list[str]:
    return [str(problem) for problem in site.problems if problem.code in ("accent-contrast", "site-style", "site-template")]


def test_the_grounds_that_accents_are_judged_on_are_those_of_the_theme():
    tokens = (ROOT / "theme/css/tokens.css").read_text()
    pairs = [re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", tokens).groups() for name in ("paper", "surface", "sunken", "hover")]

    assert tuple(light for light, _ in pairs) == colour.LIGHT_GROUNDS
    assert tuple(dark for _, dark in pairs) == colour.DARK_GROUNDS


def test_contrast_is_what_the_guidelines_count():
    assert [round(colour.contrast(*pair), 2) for pair in (("#000", "#fff"), ("#777777", "#ffffff"), ("#2f4cb8", "#fbf9f5"))] == [21.0, 4.48, 7.02]


@given(HEX)
def test_every_colour_can_be_an_accent_and_is_read_on_every_ground_of_both_themes(own):
    light, dark = colour.light_accent(own), colour.dark_accent(own)

    assert min(colour.contrast(light.ink, ground) for ground in (*colour.LIGHT_GROUNDS, light.soft, light.on)) >= 4.5
    assert min(colour.contrast(dark.ink, ground) for ground in (*colour.DARK_GROUNDS, dark.soft, dark.on)) >= 4.5


def test_an_accent_that_can_be_read_stays_as_it_is(tmp_path):
    site = build_site(branded(tmp_path, "{accent: '#2f5d9f'}"), tmp_path / "site")

    assert notes(site) == []
    assert site.text("assets/accent.css").startswith("@layer site { :root { --accent: light-dark(#2f5d9f, #")
    assert 'fill="#2f5d9f"' in next((site.folder / "assets").glob("icon.*.svg")).read_text()


def test_an_accent_that_cannot_be_read_is_darkened_and_the_configuration_told(tmp_path):
    site = build_site(branded(tmp_path, "{accent: '#ffcc00'}"), tmp_path / "site")

    shown = re.search(r"--accent: light-dark\((#\w+), (#\w+)\)", site.text("assets/accent.css")).groups()
    assert shown[1] == "#ffcc00"
    assert notes(site) == [
        f"site_config.yml: info[accent-contrast]: site.accent #ffcc00 has a contrast of 1.3 where it stands on the light theme, less than 4.5; {shown[0]} is shown there\n"
        f"  hint: write {shown[0]}, or leave it so"
    ]


def test_style_sheets_stand_in_the_layer_of_the_organisation_and_bring_their_fonts(tmp_path):
    css = '@charset "utf-8";\n:root { --radius: 2px } /* } */\n@font-face { font-family: Acme; src: url(fonts/acme.woff2) format("woff2"), url( "fonts/acme.woff2?x" ); }\n'
    config = branded(tmp_path, "{css: [brand/own.css]}", brand__own_css=css, brand__fonts__acme_woff2=b"font")

    site = build_site(config, tmp_path / "site")

    font = next(site.folder.glob("assets/site/acme.*.woff2"))
    assert font.read_bytes() == b"font"
    assert site.text("assets/site-0.css") == (
        "@layer site {\n:root { --radius: 2px } \n"
        f'@font-face {{ font-family: Acme; src: url("site/{font.name}") format("woff2"), url("site/{font.name}"); }}\n}}\n'
    )
    assert '<link rel="stylesheet" href="../assets/site-0.css">' in site.text("catalog/index.html")
    assert notes(site) == []


def test_what_a_style_sheet_cannot_load_is_a_problem_at_its_line(tmp_path):
    css = '@import "more.css";\na { background: url(https://cdn.example/x.png) }\nb { background: url(gone.png) }\ni { background: url(../../etc/passwd) }\nu { background: url(own.css) }\n'

    site = build_site(branded(tmp_path, "{css: [brand/own.css]}", brand__own_css=css), tmp_path / "site")

    assert [note.split("\n")[0] for note in notes(site)] == [
        'brand/own.css:1: warning[site-style]: in brand/own.css @import "more.css" is left out',
        "brand/own.css:2: warning[site-style]: in brand/own.css https://cdn.example/x.png is not loaded: pages ask for nothing outside the portal",
        "brand/own.css:3: warning[site-style]: in brand/own.css gone.png does not exist",
        "brand/own.css:4: warning[site-style]: in brand/own.css ../../etc/passwd lies outside the folder of the configuration",
        "brand/own.css:5: warning[site-style]: in brand/own.css own.css is not a font or a picture",
    ]
    assert "import" not in site.text("assets/site-0.css")
    assert not (site.folder / "assets/site").exists()


def test_a_change_of_a_font_alone_makes_the_pages_anew(tmp_path):
    css = "a { background: url(a.svg) }"
    config = branded(tmp_path, "{css: [own.css]}", own_css=css, a_svg="<svg/>")
    build_site(config, tmp_path / "site")
    (tmp_path / "a.svg").write_text("<svg><!-- --></svg>")

    second = build_site(config, tmp_path / "site")

    assert [path.read_text() for path in (second.folder / "assets/site").iterdir()] == ["<svg><!-- --></svg>"]


def test_a_logo_stands_beside_the_name_and_in_the_tab(tmp_path):
    site = build_site(branded(tmp_path, "{title: Acme, logo: brand/acme.svg}", brand__acme_svg='<svg xmlns="http://www.w3.org/2000/svg"/>'), tmp_path / "site")

    home = site.text("index.html")
    assert '<img src="assets/logo.svg" alt="" width="24" height="24">' in home
    assert '<link rel="icon" href="assets/logo.svg">' in home


def test_a_template_that_stands_in_for_none_is_a_problem_that_names_the_nearest(tmp_path):
    site = build_site(branded(tmp_path, "{theme: own}", own__pages__hmoe_html="x", own__parts__mine_html="y"), tmp_path / "site")

    assert notes(site) == [
        "own/pages/hmoe.html: warning[site-template]: own/pages/hmoe.html stands in for no template of the theme\n  hint: rename it to pages/home.html"
    ]


@pytest.mark.parametrize(("site", "said"), [("{theme: own}", "site.theme is 'own', which is not a folder"), ("{css: [x.css]}", "x.css cannot be read: no such file or directory")])
def test_what_is_not_there_ends_the_build_before_anything_is_read(site, said, tmp_path):
    with pytest.raises(CallboardError, match=re.escape(said)):
        build_site(branded(tmp_path, site), tmp_path / "site")
