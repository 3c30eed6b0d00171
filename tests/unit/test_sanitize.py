import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard import sanitize

ATTACKS = [
    "<script>alert(1)</script>",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)>",
    '<svg><style>@import "https://evil.example/x.css"</style></svg>',
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<svg><animate attributeName="href" values="javascript:alert(1)"/></svg>',
    '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href="vbscript:x">x</a>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<object data="data:text/html,<script>alert(1)</script>"></object>',
    "<embed src=x>",
    "<base href=https://evil.example/>",
    '<meta http-equiv=refresh content="0;url=https://evil.example/">',
    "<form action=https://evil.example/><input name=password><button>go</button></form>",
    '<link rel=stylesheet href="https://evil.example/x.css">',
    "<style>body{display:none}</style>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea>",
    '<p onclick="alert(1)" ONMOUSEOVER=alert(1)>x</p>',
    "<details ontoggle=alert(1) open>x</details>",
    "<!--><img src=x onerror=alert(1)>-->",
    '<a href="cb:entity/component/default/x">x</a>',
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext><script>alert(1)",
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
]

FORBIDDEN = re.compile(
    r"<(?:script|style|iframe|object|embed|base|meta|form|link|template|textarea|noscript|math|foreignobject|animate|set)\b"
    r"|<[^>]*\son[a-z]+=|(?:href|src)=\"\s*(?:javascript|vbscript|cb|file|blob):",
    re.IGNORECASE,
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_frames_or_submits_is_left(attack):
    assert not FORBIDDEN.search(sanitize.clean(f"<p>before</p>{attack}<p>after</p>"))


FRAGMENTS = st.sampled_from(
    [*ATTACKS, "<svg>", "</svg>", "<math>", "<title>", "</title>", "<p ", 'title="', "'", '"', ">", "<", "&lt;", "\x00", "<table>", "<td>",
     "onerror=alert(1) ", "style=x ", "<a href=", "javascript:", "//evil.example", "<!--", "-->", "<![CDATA[", "]]>", "\u2028", "<b>text</b>"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=12).map("".join))
def test_no_mixture_of_hostile_html_survives(html):
    once = sanitize.clean(html)

    assert not FORBIDDEN.search(once)
    assert not FORBIDDEN.search(sanitize.clean(once))


def test_what_authors_write_stays():
    html = '<h1 id="a">A</h1><table><tbody><tr><td>1</td></tr></tbody></table><details open=""><summary>s</summary>t</details>'

    assert sanitize.clean(html) == html


def test_an_owner_learns_what_was_taken_out():
    html = '<script>x</script><p onclick="x">t</p><a href="javascript:x">l</a><iframe src="https://a.example"></iframe>'

    assert sanitize.taken_out(html) == ("<iframe>", "<script>", "javascript:", "onclick")


def svg(inside: str, attributes: str = "") -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {attributes}>{inside}</svg>'.encode()


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></body></foreignObject>',
        '<a xlink:href="javascript:alert(1)"><text>t</text></a>',
        '<image xlink:href="https://evil.example/beacon.png"/>',
        '<use xlink:href="https://evil.example/x.svg#a"/>',
        '<rect onclick="alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<style>@import "https://evil.example/x.css";</style>',
        '<style>rect{fill:url(https://evil.example/x)}</style>',
        '<rect style="fill:url(https://evil.example/x)"/>',
        '<html:script xmlns:html="http://www.w3.org/1999/xhtml">alert(1)</html:script>',
        '<handler xmlns="http://www.w3.org/2001/xml-events">alert(1)</handler>',
        '<image xlink:href="data:image/svg+xml;base64,PHN2Zz4="/>',
    ],
)
def test_an_svg_file_opened_on_its_own_runs_nothing_and_asks_nobody(inside):
    cleaned = sanitize.svg_file(svg(f"<rect/>{inside}<circle/>", 'onload="alert(1)"'))

    assert cleaned is not None
    text = cleaned.decode()
    assert "evil" not in text and "alert" not in text and "script" not in text and "onclick" not in text and "data:" not in text
    assert "<rect" in text and "<circle" in text


def test_a_drawing_keeps_its_shapes_styles_and_gradients():
    drawing = svg('<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><rect style="fill:url(#g)" width="3"/><text>words</text>')

    assert sanitize.svg_file(drawing) == (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        b'<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><rect style="fill:url(#g)" width="3"/><text>words</text></svg>'
    )


def test_an_svg_reads_no_file_and_expands_no_entities():
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>'

    cleaned = sanitize.svg_file(bomb + svg("<text>&b;&f;</text>"))

    assert cleaned is None or (b"aaaa" not in cleaned and b"ENTITY" not in cleaned)


@pytest.mark.parametrize("data", [b"", b"<html/>", b"not xml", b'<svg xmlns="urn:other"/>', b"\x00\x01"])
def test_what_is_no_svg_is_refused(data):
    assert sanitize.svg_file(data) is None


@pytest.mark.parametrize(
    "data",
    [
        b"<script>alert(1)</script>", b"<!DOCTYPE HTML>", b" \r\n<HtMl lang=x>", b"<!-- x --><script>", b"<p>x", b"<a href=x>", b"<b>x", b"<style\n>", b"<iframe/src=x>",
        b'<?xml version="1.0"?><a xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></a>',
        b'<?xml version="1.0"?><a xmlns:h="http://www.w3.org/1999/&#120;html"><h:script>alert(1)</h:script></a>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a/>', b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a/>', b"<?xml version='1.0'?><a><h",
    ],
)  # fmt: skip
def test_what_a_browser_would_take_for_a_page_is_known(data):
    assert sanitize.taken_for_page(data)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n", b"%PDF-1.7 <script>", b'{"a": "<script>"}', b"a,b\n<p>,c", b"PK\x03\x04", b"<mxfile><diagram/></mxfile>", b'<?xml version="1.0"?><mxfile><diagram/></mxfile>', b"digraph { }", b"< script>"],
)
def test_a_download_is_no_page(data):
    assert not sanitize.taken_for_page(data)
