"""From the worker's records to articles: what is changed, what is refused."""

import base64
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callboard import resources, sanitize
from callboard.diagnostics import Report
from callboard.docs.adopt import COLOURLESS, adopt
from callboard.docs.links import Surroundings
from callboard.docs.plan import plan_manuals
from callboard.docs.renderer import WorkerError
from callboard.docs.tree import parse, write
from callboard.model.catalog import Catalog
from callboard.model.repository import Crawl
from docs_kit import checkout_of, entity_of, write_tree

FILES = {"docs/index.md": "# A\n", "docs/b.md": "# B\n", "docs/p.png": b"1", "docs/x.html": "x", "src/a.py": "1"}


DRAWING = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script><path d="M0 0"/></svg>').decode()
CLEANED = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>').decode()


@pytest.fixture
def plan(tmp_path):
    return plan_for(tmp_path)


def plan_for(folder):
    entity = entity_of()
    checkout = checkout_of(write_tree(folder / "repo", FILES))
    return next(iter(plan_manuals(Catalog({entity.ref: entity}), Crawl((checkout,), ()), Report()).manuals.values()))


def article(plan, html, other="<h1 id='b'>B</h1>", **options):
    records = [{"uri": "index.md", "title": "A", "html": html}, {"uri": "b.md", "title": "B", "html": other}, {"nav": []}]
    around = Surroundings(lambda kind, what: "file" if kind == "path" and what in FILES else "")
    adopted = adopt(plan, records, around, lambda uri: "", **options)
    return next(a for a in adopted.articles if a.uri == "index.md"), adopted


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p style="text-align: right; color: red">a</p>', '<p class="cb-align-right">a</p>'),
        ('<p style="color: red">a</p>', "<p>a</p>"),
        ('<p style="display:none">a</p>', '<p hidden="">a</p>'),
        ('<pre><code><span class="n">x</span> <span class="o">=</span><span class="w"> </span><span class="s1">"n"</span></code></pre>',
         '<pre tabindex="0"><code>x = <span class="s1">"n"</span></code></pre>'),
        ('<p><span class="n">x</span></p>', '<p><span class="n">x</span></p>'),
        ('<p class="cb-dialog note">a</p>', '<p class="note">a</p>'),
        ('<p id="cb-main">a</p>', '<p id="doc-cb-main">a</p>'),
        ('<p id="x">a</p><p id="x">b</p>', '<p id="x">a</p><p id="x_1">b</p>'),
        ('<a name="old">a</a> <a href="#old">b</a>', '<span id="old">a</span> <a href="#old">b</a>'),
        ('<a href="b/">b</a>', '<a href="cb:page/b/">b</a>'),
        ('<a href="b.md">b</a>', '<a href="cb:page/b/">b</a>'),
        ('<a href="b/#b">b</a>', '<a href="cb:page/b/#b">b</a>'),
        ('<a href="#">top</a>', '<a href="cb:page/">top</a>'),
        ('<a href="//example.org/x">e</a>', '<a href="https://example.org/x">e</a>'),
        ('<a href="HTTPS://example.org/">e</a>', '<a href="HTTPS://example.org/">e</a>'),
        ('<a href="../src/a.py">s</a>', '<a href="https://github.com/acme/shop/blob/main/src/a.py">s</a>'),
        ('<a href="x.html">s</a>', '<a href="https://github.com/acme/shop/blob/main/docs/x.html">s</a>'),
        ('<img src="p.png">', '<img src="cb:asset/p.png" alt="" loading="lazy" decoding="async">'),
        ('<img src="p.png" width="10px" height="50%" alt="P">', '<img src="cb:asset/p.png" alt="P" width="10" height="50%" loading="lazy" decoding="async">'),
        ('<img src="https://img.example/a.svg" alt="build">', '<a class="cb-foreign-image" href="https://img.example/a.svg">build</a>'),
        ('<a href="https://ci.example/"><img src="https://img.example/a.svg" alt="build"></a>', '<a href="https://ci.example/">build</a>'),
        (f'<img src="data:image/svg+xml;base64,{DRAWING}" alt="x">', f'<img src="data:image/svg+xml;base64,{CLEANED}" alt="x" loading="lazy" decoding="async">'),
        ('<img src="data:image/png;base64,AA==" alt="x">', '<img src="data:image/png;base64,AA==" alt="x" loading="lazy" decoding="async">'),
        (
            '<img alt="😄" class="emojione" src="https://cdn.example/1f604.svg" title=":smile:">',
            '<span class="cb-emoji" role="img" aria-label="smile" title=":smile:">😄</span>',
        ),
        ("<main><nav>a</nav></main>", "<div><div>a</div></div>"),
        ('<iframe src="https://v.example/e?a=1&amp;b=2" onload=x></iframe>', '<a href="https://v.example/e?a=1&amp;b=2">https://v.example/e?a=1&amp;b=2</a>'),
        ('<video controls><source src="https://v.example/a.mp4"></video>', '<a href="https://v.example/a.mp4">a.mp4</a>'),
        ('<h2 id="x">T<a class="headerlink" href="#x" title="Permanent link">¶</a></h2>',
         '<h2 id="x">T<a class="headerlink" aria-label="Link to this section" href="#x">#</a></h2>'),
        ("<table><tbody><tr><td>1</td></tr></tbody></table>",
         '<div class="cb-table" role="group" tabindex="0" aria-label="Table"><table><tbody><tr><td>1</td></tr></tbody></table></div>'),
        ("<pre><code>x</code></pre>", '<pre tabindex="0"><code>x</code></pre>'),
        ('<input type="text" name="q"><input type="radio" id="r" name="n">', ""),
        ('<ul><li><label class="task-list-control"><input type="checkbox" checked><span class="task-list-indicator"></span></label> Buy milk</li></ul>',
         '<ul><li><label class="task-list-control"><input type="checkbox" disabled="" checked="" aria-label="Buy milk">'
         '<span class="task-list-indicator"></span></label> Buy milk</li></ul>'),
        ('<div class="tabbed-set" data-tabs="1:1"><input id="__tabbed_1_1" name="__tabbed_1" type="radio" checked><div class="tabbed-labels"><label for="__tabbed_1_1">A</label></div></div>',
         '<div class="tabbed-set" data-tabs="1:1"><input type="radio" id="__tabbed_1_1" name="__tabbed_1" checked=""><div class="tabbed-labels"><label for="__tabbed_1_1">A</label></div></div>'),
        ('<svg viewBox="0 0 1 1"><path d="M0" fill="url(https://evil.example)" style="x"></path><use href="https://evil.example#a"></use></svg>',
         '<svg viewBox="0 0 1 1"><path d="M0"></path><use></use></svg>'),
    ],
)  # fmt: skip
def test_an_article_is_written_for_the_portal(plan, html, expected):
    found = article(plan, html)[0].html

    assert found.replace(' name="__tabbed_1"', "") == expected.replace(' name="__tabbed_1"', "")


def test_tabs_stay_a_group_of_choices(plan):
    html = '<div class="tabbed-set"><input id="__tabbed_1_1" name="__tabbed_1" type="radio" checked><input id="__tabbed_1_2" name="__tabbed_1" type="radio"></div>'

    assert article(plan, html)[0].html.count('name="__tabbed_1"') == 2


def test_diagrams_are_text_where_there_is_nobody_to_draw(plan):
    html = '<pre class="graphviz-source" data-engine="dot"><code>digraph { a -&gt; b }</code></pre>'

    assert article(plan, html)[0].html == '<pre class="graphviz-source" tabindex="0"><code>digraph { a -&gt; b }</code></pre>'


@pytest.mark.parametrize(
    "records",
    [
        [],
        ["text"],
        [{"nav": []}],
        [{"uri": "index.md", "title": "A", "html": "x"}],
        [{"uri": "../../etc/passwd", "title": "A", "html": "x"}, {"nav": []}],
        [{"uri": "index.md", "title": 3, "html": "x"}, {"nav": []}],
        [{"uri": "index.md", "title": "A", "html": ["x"]}, {"nav": []}],
        [{"uri": "index.md", "title": "A", "html": "x"}, {"nav": {"title": "x"}}],
        [{"uri": "index.md", "title": "A", "html": "x"}, {"nav": [{"title": "x", "children": "y"}]}],
        [{"uri": "index.md", "title": "A", "html": "x"}, {"nav": ["y"]}],
    ],
)
def test_a_worker_that_was_taken_over_is_not_believed(plan, records):
    with pytest.raises(WorkerError):
        adopt(plan, records, Surroundings(lambda kind, what: ""), lambda uri: "")


def test_a_nav_of_a_worker_that_was_taken_over_names_known_pages_only(plan):
    nav = [{"title": "A", "page": "index.md"}, {"title": "X", "page": "../x.md"}, {"title": "J", "url": "javascript:alert(1)"}, {"title": "E", "url": "https://e.example/"}]
    records = [{"uri": "index.md", "title": "A", "html": "x"}, {"nav": nav}]

    adopted = adopt(plan, records, Surroundings(lambda kind, what: ""), lambda uri: "")

    assert [(item.title, item.path, item.url) for item in adopted.nav] == [("A", "", ""), ("E", None, "https://e.example/")]


def test_a_page_that_could_not_be_rendered_is_shown_as_text(plan):
    records = [{"uri": "index.md", "error": "RecursionError: <b>"}, {"nav": []}]

    adopted = adopt(plan, records, Surroundings(lambda kind, what: ""), lambda uri: "# A <b>\n")

    assert adopted.articles[0].html == '<div class="cb-page-failed"><pre tabindex="0"># A &lt;b&gt;\n</pre></div>'
    assert [problem.code for problem in adopted.problems] == ["docs-failed"]


PIECES = st.sampled_from(list("<>/='& abpd\n1\"") + ["<p>", "</p>", "<pre>", "</pre>", '<span class="k">', "</span>", "<td>", "<br>"])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_an_untouched_tree_is_written_as_it_was_read(html):
    canonical = sanitize.clean(html)

    assert write(parse(canonical)) == canonical


@pytest.mark.parametrize(("mark", "classes"), [("#only-dark", "cb-only-dark"), ("#gh-light-mode-only", "cb-only-light"), ("#only-darker", ""), ("#top", "")])
def test_a_picture_may_be_meant_for_one_theme(plan, mark, classes):
    shown, _ = article(plan, f'<p><img alt="x" src="p.png{mark}"></p>')

    assert re.findall(r'class="([^"]*)"', shown.html) == ([classes] if classes else [])


def test_only_classes_without_a_colour_are_taken_from_code():
    coloured = set(re.findall(r"\.([a-z]+[0-9]?)\b", (resources.theme() / "css" / "code.css").read_text("utf-8").partition(".code-tools .done")[2]))

    assert COLOURLESS & coloured == frozenset()
    assert {"c1", "k", "s2", "nf"} <= coloured


GRAPH = """<svg width="62pt" height="116pt" viewBox="0.00 0.00 62.00 116.00" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
<g id="graph0" class="graph" transform="scale(1 1) rotate(0) translate(4 112)"><title>G</title>
<polygon fill="white" stroke="none" points="-4,4 -4,-112 58,-112 58,4 -4,4"/>
<g id="node1" class="node"><title>a</title><ellipse fill="none" stroke="black" cx="27" cy="-90" rx="27" ry="18"/>
<text text-anchor="middle" x="27" y="-85.8" font-family="Times,serif" font-size="14.00">a&#160;b</text></g>
<g id="edge1" class="edge"><title>a&#45;&gt;b</title><path fill="none" stroke="black" d="M27,-71.7C27,-64 27,-54.7 27,-46.1"/></g>
</g></svg>"""


def test_what_graphviz_drew_elsewhere_follows_the_theme_as_what_it_draws_here(plan):
    text = article(plan, f"<div>{GRAPH}</div>")[0].html

    assert text.startswith('<div><figure class="cb-drawing"><div class="cb-drawn" role="group" aria-label="Diagram" tabindex="0"><svg ')
    assert 'width="62" height="116" class="cb-fits"' in text and 'aria-label="Diagram: a b"' in text
    assert "white" not in text and 'stroke="currentColor"' in text and "<details" not in text
