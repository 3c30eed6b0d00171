"""Diagrams of Graphviz in articles: drawn when the portal is built, harmless, in the theme's colours, with their text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard import resources
from callboard.docs import drawings
from callboard.docs.drawings import DrawingError, figure
from callboard.docs.studio import Studio
from callboard.docs.tree import parse, write
from callboard.isolate import graphviz
from callboard.sanitize import TAGS
from docs_kit import checkout_of, build, entity_of, manual_of, page_html, write_tree

SERVICES = "{% dot services.svg\ndigraph services {\n  gateway -> orders -> ledger\n}\n%}\n"


@pytest.fixture(scope="module")
def draw():
    """The figure of a text, its links as they are."""
    drawer = graphviz(resources.vendored())
    with drawer.isolate:
        yield lambda dot, resolve=lambda address: address: write(figure(drawer.draw(dot), dot, resolve))


def shapes(html):
    return sorted(set(re.findall(r"<([a-z]+)", html)))


@pytest.mark.parametrize("written", [SERVICES, SERVICES.replace("{% ", "```graphviz ").replace("%}", "```"), SERVICES.replace("services.svg", "x.png")])
def test_a_diagram_is_a_picture_with_its_text_behind_it(tmp_path, written):
    manual, report = manual_of(tmp_path, {"docs/index.md": f"# Services\n\nBefore.\n\n{written}\nAfter.\n"})
    html = page_html(manual)

    assert list(report) == []
    assert re.findall(r"<text[^>]*>([^<]*)</text>", html) == ["gateway", "orders", "ledger"]
    assert 'role="img" aria-label="Diagram: gateway, orders, ledger"' in html
    assert "<summary>Text of this diagram</summary><pre tabindex=\"0\"><code>digraph services {\n  gateway -&gt; orders -&gt; ledger\n}</code></pre>" in html
    assert html.index("Before.") < html.index("<figure") < html.index("</figure>") < html.index("After.")


def test_a_diagram_has_no_style_no_id_and_no_colour_but_the_theme_s(draw):
    html = draw("digraph { a -> b; subgraph cluster_x { label=inside; c } }")

    assert re.findall(r'\b(?:style|id|class)="[^"]*"', html) == [
        'class="cb-drawing"', 'class="cb-drawn"', 'class="cb-fits"', 'class="cb-drawing-text"',
    ]
    assert set(re.findall(r'\b(?:fill|stroke)="([^"]*)"', html)) == {"none", "currentColor"}
    assert "font-family" not in html


def test_a_diagram_with_colours_of_its_own_stands_on_paper(draw):
    html = draw('digraph { a [style=filled, fillcolor="#ffcc00", color=darkgreen]; a -> b [color="red;0.5:blue"] ; c [style=radial, fillcolor="red:blue"]}')

    assert 'class="cb-drawing cb-own-colours"' in html
    assert {"#ffcc00", "darkgreen", "red", "blue", "currentColor"} <= set(re.findall(r'\b(?:fill|stroke)="([^"]*)"', html))
    assert "url(" not in html and "Gradient" not in html


def test_a_long_diagram_is_called_by_its_first_boxes(draw):
    assert 'aria-label="Diagram: n0, n1, n2, n3, n4, n5 and 4 more"' in draw("digraph { " + "; ".join(f"n{n}" for n in range(10)) + " }")


def test_links_in_a_diagram_lead_where_links_of_the_page_lead(tmp_path):
    written = 'digraph { a [URL="other.md#there"]; b [href="https://example.org/"]; c [URL="javascript:alert(1)"]; d [URL="missing.md"] }'
    manual, report = manual_of(tmp_path, {"docs/index.md": f"# A\n\n{{% dot a.svg\n{written}\n%}}\n", "docs/other.md": "# O\n\n## There\n"})
    html = page_html(manual)

    assert re.findall(r'<a href="([^"]*)">', html) == ["cb:page/other/#there", "https://example.org/"]
    assert 'role="group" aria-label="Diagram: a, b, c, d"' in html
    assert sorted(problem.code for problem in report) == ["docs-broken-link", "rejected-link"]


def test_a_diagram_that_cannot_be_drawn_is_its_text_and_a_problem_with_its_line(tmp_path):
    manual, report = manual_of(tmp_path, {"docs/index.md": "# A\n\nText.\n\n{% dot a.svg\ndigraph { a -> -> b }\n%}\n\n{% neato b.svg\ngraph { c }\n%}\n"})
    html = page_html(manual)

    assert '<pre class="graphviz-source" tabindex="0"><code>digraph { a -&gt; -&gt; b }' in html
    assert html.count("<svg") == 1
    assert [str(problem) for problem in report] == [
        "acme/shop/docs/index.md:6: warning[docs-diagram]: docs/index.md has a diagram for dot that is shown as text,"
        " because syntax error in line 1 near '->'\n  hint: correct its text"
    ]


def test_a_diagram_is_drawn_once_for_good(tmp_path, monkeypatch):
    checkout = checkout_of(write_tree(tmp_path / "repo", {"docs/index.md": f"# A\n\n{SERVICES}"}))
    first, _ = build([checkout], [entity_of()], tmp_path / "state")
    write_tree(tmp_path / "repo", {"docs/index.md": f"# B\n\n{SERVICES}"})
    del checkout.__dict__["_paths"]
    monkeypatch.setattr("callboard.isolate.Isolate._start", lambda isolate: pytest.fail("it is drawn again"))

    second, _ = build([checkout], [entity_of()], tmp_path / "state")

    drawn = [re.search(r"<svg.*</svg>", page_html(*manuals.by_entity.values()))[0] for manuals in (first, second)]
    assert drawn[0] == drawn[1] and second.built == 1


def test_two_builds_draw_the_same_bytes(tmp_path):
    htmls = [page_html(manual_of(tmp_path / name, {"docs/index.md": f"# A\n\n{SERVICES}"})[0]) for name in "ab"]

    assert htmls[0] == htmls[1]


def test_diagrams_of_one_manual_take_no_more_than_their_share(tmp_path, monkeypatch):
    monkeypatch.setattr("callboard.docs.studio.MANUAL_SECONDS", 0.0)
    manual, report = manual_of(tmp_path, {"docs/index.md": f"# A\n\n{SERVICES}"})

    assert "<svg" not in page_html(manual)
    assert [problem.code for problem in report] == ["docs-diagram"]


def test_a_diagram_in_a_fence_is_an_example_of_one(tmp_path):
    fence = "```graphviz dot b.svg\ngraph { b }\n```\n"
    text = f"# A\n\n````markdown\n{SERVICES}\n{fence}````\n\nUse ```code``` so.\n\n{fence}\n~~~text\n{SERVICES}~~~\n\n{SERVICES}"
    manual, report = manual_of(tmp_path, {"docs/index.md": text})
    html = page_html(manual)

    assert (html.count("<svg"), html.count("{% dot services.svg"), html.count("</span> dot b.svg")) == (2, 2, 1)
    assert list(report) == []


def test_without_graphviz_diagrams_are_their_text(tmp_path):
    from callboard.store import Store

    with Studio(Store(tmp_path), tmp_path) as studio:
        assert studio.for_manual()("dot", "graph { a }") is None


@pytest.mark.parametrize(
    ("svg", "why"),
    [
        ("<svg", "the picture is not SVG"),
        ("<svg>" + " " * drawings.SIZE_LIMIT + "</svg>", "the picture becomes larger than 1024 KiB"),
        ("<svg>" + '<g class="node"><text>a</text></g>' * 1001 + "</svg>", "it has 1,001 nodes; 1,000 are drawn"),
    ],
)
def test_a_picture_that_is_too_much_is_none(svg, why):
    with pytest.raises(DrawingError, match=f"^{re.escape(why)}$"):
        figure(svg, "", str)


HOSTILE = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="x()" width="10pt" height="9pt" viewBox="0 0 1 1">
<script>x()</script><style>* { x }</style><foreignObject><b>x</b></foreignObject><image href="https://evil.example/"/>
<a xlink:href="javascript:x()" href="javascript:x()"><text onclick="x()" style="x" font-family="&quot;&gt;&lt;script&gt;" x="1;">Hello &lt;b&gt;</text></a>
<g class="node" transform="matrix(1)" id="cb-main"><path d="M0 0" fill="url(https://evil.example/)" stroke="var(--x)"/><use href="#cb-main"/></g>
<animate attributeName="href"/></svg>"""


def test_nothing_but_shapes_and_words_comes_out_of_a_picture():
    html = write(figure(HOSTILE, "<script>", lambda address: ""))

    picture = re.search(r"<svg.*</svg>", html)[0]
    assert picture == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="9" class="cb-fits" viewBox="0 0 1 1" role="img" aria-label="Diagram">'
        "<text>Hello &lt;b&gt;</text><g><path d=\"M0 0\"></path></g></svg>"
    )
    assert "<code>&lt;script&gt;</code>" in html


@settings(max_examples=150, deadline=None)
@given(st.recursive(st.sampled_from(["<a xlink:href='javascript:x'>", "<text onx='1'>", "<script>", "<g style='x'>", "&#60;", "t", "<x:script>", "<path d='\"'/>"]),
                    lambda inner: st.lists(inner, max_size=5).map("".join)))
def test_whatever_a_picture_holds_the_article_stays_canonical(inner):
    from lxml import etree

    repaired = etree.tostring(etree.fromstring(f"<svg xmlns:xlink='http://www.w3.org/1999/xlink' xmlns:x='x'>{inner}</svg>", etree.XMLParser(recover=True))).decode()
    html = write(figure(repaired, "x", lambda address: ""))

    assert write(parse(html)) == html
    assert set(shapes(html)) <= TAGS | {"details", "summary"}
    assert not re.search(r"<script|javascript:|\son\w+=|style=", html)
