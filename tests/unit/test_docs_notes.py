"""Notes on code: markers in a block that lead to the items of the list behind it, and back, without scripts."""

import re

import pytest

from callboard.docs import notes
from callboard.docs.gate import read_settings
from callboard.docs.tree import parse, write
from callboard.sanitize import clean
from docs_kit import manual_of, page_html

LIST = "<ol>\n<li>One</li>\n<li>Two</li>\n</ol>"


def block(comment, language="c1", classes="highlight"):
    return f'<div class="{classes}"><pre><code>x = 1  <span class="{language}">{comment}</span>\n</code></pre></div>'


def annotated(html, *, everywhere=False):
    root = parse(clean(html))
    notes.annotate(root, everywhere=everywhere)
    return write(root)


def mark(note, block=1):
    return f'<a class="cb-mark" href="#cb-note-{block}-{note}" aria-label="Note {note}" id="cb-mark-{block}-{note}">{note}</a>'


def note(number, text, block=1):
    back = f'<a class="cb-mark cb-back" href="#cb-mark-{block}-{number}" aria-label="Note {number}, back to its place">{number}</a>'
    return f'<li id="cb-note-{block}-{number}">{back}{text}</li>'


@pytest.mark.parametrize("comment", ["# (1)!", "// (1)!", "&lt;!-- (1)! --&gt;", "/* (1)! */", "-- see (1)!"])
def test_a_marked_comment_becomes_a_link_to_its_note_which_leads_back(comment):
    html = annotated(block(comment) + "\n" + LIST, everywhere=comment.startswith("--"))

    assert html == (
        f'<div class="highlight"><pre><code>x = 1{mark(1)}\n</code></pre></div>\n'
        f'<ol class="cb-notes">\n{note(1, "One")}\n<li>Two</li>\n</ol>'
    )


def test_a_marker_without_an_exclamation_mark_leaves_its_comment():
    html = annotated(block("# (2)") + LIST)

    assert f'x = 1  <span class="c1"># {mark(2)}</span>\n' in html
    assert "<li>One</li>" in html and note(2, "Two") in html


def test_several_markers_share_a_comment_and_a_note_leads_back_to_its_first():
    html = annotated(block("# (1)! (2)! (1)!") + LIST)

    again = mark(1).replace(' id="cb-mark-1-1"', "")
    assert f"x = 1{mark(1)}{mark(2)}{again}\n" in html


@pytest.mark.parametrize(
    "html",
    [
        block("# (1)!"),
        block("# (3)!") + LIST,
        block("# (0)") + LIST,
        block("# (1)!") + "<p>Between.</p>" + LIST,
        block("# (1)!") + "Between." + LIST,
        block("# (1)!") + LIST.replace("ol>", "ul>"),
        block("(1)", "s1") + LIST,
        block("# as in step (1)") + LIST,
        block("# f(1)") + LIST,
        f"<p>Text (1).</p>{LIST}",
    ],
    ids=["no list", "no such note", "no number zero", "a paragraph between", "a text between", "bullets", "no comment", "more in it", "a call", "a text"],
)
def test_nothing_changes_where_no_marker_or_no_list_is(html):
    assert annotated(html) == write(parse(clean(html)))


def test_an_empty_paragraph_between_is_passed_over():
    assert mark(1) in annotated(f"{block('# (1)!')}<p></p>{LIST}")


@pytest.mark.parametrize("how", [{"classes": "annotate highlight"}, {"everywhere": True}], ids=["class", "feature"])
def test_words_beside_a_marker_are_no_hindrance_where_its_author_asked_for_notes(how):
    html = annotated(block("# as in step (1)", classes=how.get("classes", "highlight")) + LIST, everywhere="everywhere" in how)

    assert f'<span class="c1"># as in step {mark(1)}</span>' in html


def test_blocks_of_text_that_are_called_annotate_have_notes():
    html = annotated(
        f'<p class="annotate">A <b>text (1)</b> and <code>f(1)</code> <a href="#x">(2)</a>.</p>{LIST}<div class="annotate"><blockquote><p>Said (1)</p></blockquote></div>{LIST}'
    )

    assert f'<p class="annotate">A <b>text {mark(1)}</b> and <code>f(1)</code> <a href="#x">(2)</a>.</p>' in html
    assert f"<p>Said {mark(1, 2)}</p>" in html and note(1, "One", 2) in html


def test_notes_have_notes_of_their_own():
    inner = f'<p class="annotate">Deeper (1)</p>{LIST}'
    html = annotated(f'<p class="annotate">Text (1)</p><ol><li>{inner}</li></ol>')

    assert sorted(re.findall(r'id="([^"]*)"', html)) == ["cb-mark-1-1", "cb-mark-2-1", "cb-note-1-1", "cb-note-2-1"]


def test_code_with_numbers_marked_lines_and_other_elements_has_notes(tmp_path):
    text = '# A\n\n```yaml linenums="1" hl_lines="1"\n- key: value # (1)!\n- other: [1] # (2)!\n```\n\n1.  One\n\n    Still one.\n\n2.  Two\n'
    manual, report = manual_of(tmp_path, {"docs/index.md": text})
    html = page_html(manual)

    assert "# (" not in html and re.search(r"\s<a class=.cb-mark. href", html) is None
    assert re.findall(r'href="#(cb-[mn][^"]*)"', html) == ["cb-note-1-1", "cb-note-1-2", "cb-mark-1-1", "cb-mark-1-2"]
    assert list(report) == []


def test_a_note_of_several_paragraphs_leads_back_from_its_first():
    html = annotated(f"{block('# (1)!')}<ol>\n<li>\n<p>One</p>\n<p>more</p>\n</li>\n</ol>")

    back = '<a class="cb-mark cb-back" href="#cb-mark-1-1" aria-label="Note 1, back to its place">1</a>'
    assert html.endswith(f'<ol class="cb-notes">\n<li id="cb-note-1-1">\n<p>{back}One</p>\n<p>more</p>\n</li>\n</ol>')


def test_the_id_of_an_author_s_note_stays():
    assert 'href="#gr%C3%B6%C3%9Fe"' in annotated(block("# (1)!") + '<ol><li id="größe">One</li></ol>')


def test_the_feature_of_material_is_read_from_mkdocs_yml():
    def settings(text):
        return read_settings(text, repo="acme/shop", path="mkdocs.yml", title="Shop")

    asked = settings("theme:\n  name: material\n  features:\n    - content.code.copy\n    - content.code.annotate\n")

    assert (asked.annotate, settings("site_name: x\ntheme: material\n").annotate, settings("theme: {features: x}").annotate) == (True, False, False)


def test_markers_beside_words_are_notes_in_a_manual_that_asks_for_them(tmp_path):
    config = "theme:\n  features: [content.code.annotate]\n"
    text = "# A\n\n```python\nx = 1  # as in step (1)\n```\n\n1. One\n"
    asked, _ = manual_of(tmp_path / "asked", {"mkdocs.yml": config, "docs/index.md": text})
    plain, _ = manual_of(tmp_path / "plain", {"docs/index.md": text})

    assert [page_html(manual).count('href="#cb-note-1-1"') for manual in (asked, plain)] == [1, 0]


def test_an_author_cannot_write_a_mark_that_is_none(tmp_path):
    manual, _ = manual_of(tmp_path, {"docs/index.md": '# A\n\n<a class="cb-mark" id="cb-mark-1-1" href="https://example.org/">1</a>\n'})

    assert "cb-mark" not in re.sub(r'id="doc-cb-mark-1-1"', "", page_html(manual))
