r"""Formulas in TeX: where authors may write them, MathML that is harmless, and their TeX where one cannot be typeset."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from callboard import resources
from callboard.docs import formulas
from callboard.docs.renderer import Renderer
from callboard.docs.formulas import Formula, FormulaError
from callboard.docs.studio import Studio
from callboard.docs.tree import write
from callboard.isolate import IsolateError, Katex, katex
from callboard.store import Store
from docs_kit import build, checkout_of, entity_of, page_html, write_tree

CONFIG = "site_name: Queues\nplugins: [techdocs-core]\nmarkdown_extensions:\n  - pymdownx.arithmatex{}\n"
RHO = '<math{}><semantics><mrow><mi>ρ</mi><mo>&lt;</mo><mn>1</mn></mrow><annotation encoding="application/x-tex">\\rho &lt; 1</annotation></semantics></math>'
INLINE = RHO.format("")
DISPLAY = f'<div class="cb-formula" role="group" aria-label="Formula" tabindex="0">{RHO.format(chr(32) + "display=" + chr(34) + "block" + chr(34))}</div>'
ELEMENTS = {
    "annotation", "math", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "ms",
    "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "semantics", "div", "span",
}  # fmt: skip


@pytest.fixture(scope="module")
def renderer():
    with Renderer() as renderer:
        yield renderer


@pytest.fixture
def manual_of(tmp_path, renderer):
    """The manual of a repository with these files, and what was reported."""

    def made(files):
        manuals, report = build([checkout_of(write_tree(tmp_path / "repo", files))], [entity_of()], tmp_path / "state", renderer=renderer)
        (manual,) = manuals.by_entity.values()
        return manual, report

    return made


@pytest.fixture(scope="module")
def typesetter():
    with katex(resources.vendored()).isolate as isolate:
        yield Katex(isolate)


@pytest.fixture(scope="module")
def mathml(typesetter):
    """The HTML of a formula."""

    def made(tex, display=True):
        (answer,) = typesetter.typeset([(tex, display)])
        assert "value" in answer, answer
        return write(formulas.typeset(answer["value"], Formula(tex, display)))

    return made


def configured(options=""):
    return {"mkdocs.yml": CONFIG.format(options)}


@pytest.mark.parametrize("options", ["", ": {generic: true}", ": {preview: false}", ": {tex_inline_wrap: ['$', '$'], block_tag: pre}"])
def test_a_formula_is_typeset_however_arithmatex_is_told_to_mark_it(manual_of, options):
    text = "# A\n\nIt is $\\rho < 1$ or \\(\\rho < 1\\).\n\n$$\n\\rho < 1\n$$\n\n\\[\n\\rho < 1\n\\]\n"
    manual, report = manual_of({**configured(options), "docs/index.md": text})

    assert page_html(manual).split("</h1>\n", 1)[1] == f"<p>It is {INLINE} or {INLINE}.</p>\n{DISPLAY}\n{DISPLAY}"
    assert list(report) == []


def test_a_formula_in_a_script_that_an_author_wrote_is_one(manual_of):
    manual, report = manual_of({"docs/index.md": '# A\n\nIt is <script type="math/tex">x</script> here.\n'})

    assert "<p>It is <math><semantics><mrow><mi>x</mi></mrow>" in page_html(manual)
    assert list(report) == []


def test_an_environment_on_lines_of_its_own_is_a_formula(manual_of):
    manual, report = manual_of({**configured(), "docs/index.md": "# A\n\n\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\n"})

    assert re.findall(r"<mtd[^>]*>", page_html(manual)) == ['<mtd class="cb-m-right">', '<mtd class="cb-m-left cb-m-joined">'] * 2
    assert list(report) == []


def test_the_syntaxes_that_an_author_turns_off_stay_text(manual_of):
    text = "# A\n\nIt is \\(\\rho < 1\\), for $5 or $6.\n"
    manual, report = manual_of({**configured(": {inline_syntax: [round]}"), "docs/index.md": text})

    assert f"<p>It is {INLINE}, for $5 or $6.</p>" in page_html(manual)
    assert list(report) == []


def test_dollars_of_pages_that_did_not_ask_for_formulas_stay_text(manual_of):
    manual, report = manual_of({"docs/index.md": "# A\n\nIt costs $5 or $6.\n\n$$\nx\n$$\n\n`$HOME` and \\(x\\)\n"})

    assert "<math" not in page_html(manual)
    assert "<p>It costs $5 or $6.</p>\n<p>$$\nx\n$$</p>\n<p><code>$HOME</code> and (x)</p>" in page_html(manual)
    assert list(report) == []


def test_a_fence_of_math_and_math_in_code_are_formulas_in_every_manual(manual_of):
    manual, report = manual_of({"docs/index.md": "# A\n\n```math\n\\rho < 1\n```\n\nIt is `#!math \\rho < 1` here.\n"})

    assert page_html(manual).split("</h1>\n", 1)[1] == f"{DISPLAY}\n<p>It is {INLINE} here.</p>"
    assert list(report) == []


def test_math_that_is_configured_for_fences_and_code_is_a_formula(manual_of):
    """As the documentation of Material for MkDocs and of PyMdown has it."""
    options = """
  - pymdownx.superfences:
      custom_fences:
        - name: tex
          class: arithmatex
          format: !!python/object/apply:pymdownx.arithmatex.arithmatex_fenced_format {kwds: {mode: generic, tag: pre}}
  - pymdownx.inlinehilite:
      custom_inline:
        - name: tex
          class: arithmatex
          format: !!python/object/apply:pymdownx.arithmatex.arithmatex_inline_format {kwds: {mode: mathjax}}
"""
    manual, report = manual_of({**configured(options), "docs/index.md": "# A\n\n```tex\n\\rho < 1\n```\n\nIt is `#!tex \\rho < 1` here.\n"})

    assert page_html(manual).split("</h1>\n", 1)[1] == f"{DISPLAY}\n<p>It is {INLINE} here.</p>"
    assert list(report) == []


def test_formulas_in_scripts_are_those_of_arithmatex(tmp_path):
    html = '<p><span class="arithmatex"><span class="MathJax_Preview">a < b</span><script type="math/tex">a < b</script></span></p>'
    block = '<div class="arithmatex"><script type="math/tex; mode=display">\na\n</script></div>'

    assert formulas.without_scripts(html + block) == (
        '<p><span class="arithmatex"><span class="arithmatex">\\(a &lt; b\\)</span></span></p>'
        '<div class="arithmatex"><span class="arithmatex">\\[a\\]</span></div>'
    )


def test_a_formula_in_a_heading_is_its_tex_where_headings_are_listed(manual_of):
    text = "# The rate $\\lambda$\n\n## Of $\\frac{a}{b}$\n"
    manual, _ = manual_of({**configured(), "docs/index.md": text})
    (top,) = manual.pages[0].headings

    assert (manual.pages[0].title, top.text, [heading.text for heading in top.children]) == ("The rate \\lambda", "The rate \\lambda", ["Of \\frac{a}{b}"])
    assert manual.nav[0].title == "The rate \\lambda"


def test_a_formula_that_cannot_be_typeset_is_its_tex_and_a_problem_with_its_line(manual_of):
    text = "# A\n\nText $\\foo{x}$.\n\n$$\n\\frac{a}{b} \\\\\n\\bar\n$$\n\n$\\href{https://example.org/}{x}$ $\\href{a}{x}$ $a$\n"
    manual, report = manual_of({**configured(), "docs/index.md": text})
    html = page_html(manual)

    assert '<p>Text <code class="cb-tex">\\foo{x}</code>.</p>' in html
    assert '<pre tabindex="0"><code class="cb-tex">\\frac{a}{b} \\\\\n\\bar</code></pre>' in html
    assert html.count("<math") == 1
    hint = "\n  hint: https://katex.org/docs/supported lists what a formula can hold"
    place, code = "acme/shop/docs/index.md:", "warning[docs-formula]: docs/index.md has a formula that is shown as TeX: "
    assert sorted(str(problem) for problem in report) == [
        f"{place}10: {code}\\href is not typeset\n  hint: put the link into the text beside the formula",
        f"{place}3: {code}Undefined control sequence: \\foo{hint}",
        f"{place}7: {code}Unexpected end of input in a macro argument, expected '}}'{hint}",
    ]


@pytest.mark.parametrize(
    ("tex", "hint"),
    [
        ("a \\label{x}", "leave it out; \\tag{1} gives the formula a name that readers see"),
        ("\\eqref{x}", "write the \\tag of the formula that you mean, such as (1)"),
        ("\\begin{multline} a \\end{multline}", "write gather, or aligned for lines that begin at one place"),
        ("\\begin{eqnarray*} a \\end{eqnarray*}", "write align*, with one & before each sign"),
        ("\\begin{theirs} a \\end{theirs}", "https://katex.org/docs/supported lists what a formula can hold"),
        ("{", "https://katex.org/docs/supported lists what a formula can hold"),
    ],
)
def test_a_problem_of_a_formula_says_what_to_write_instead(typesetter, tex, hint):
    (answer,) = typesetter.typeset([(tex, True)])

    assert formulas.remedy(answer["error"]) == hint


@pytest.mark.parametrize("written", sorted(set(formulas._INSTEAD) - {"\\href", "\\url", "\\includegraphics"}))
def test_what_is_called_unknown_is_unknown(typesetter, written):
    tex = written + "{x}" if written.startswith("\\") else f"\\begin{{{written}}} x \\end{{{written}}}"
    (answer,) = typesetter.typeset([(tex, True)])

    assert written in answer["error"]


def test_what_one_formula_defines_holds_for_the_rest_of_its_page(manual_of):
    files = {**configured(), "docs/index.md": "# A\n\n$\\newcommand{\\own}{\\mathbb{R}} x$ $\\own$\n", "docs/b.md": "# B\n\n$\\own$\n"}
    manual, report = manual_of(files)

    assert "<mi>ℝ</mi>" in page_html(manual)
    assert [(problem.code, problem.location.path) for problem in report] == [("docs-formula", "docs/b.md")]


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        ("\\def\\a{\\a\\a}\\a", "Too many expansions: infinite loop or need to increase maxExpand setting"),
        ("x" * 10_001, "it has 10001 characters; 10000 are typeset"),
        ("\\href{1a:x}{y}", "\\href is not typeset"),
        ("{" * 4900 + "}" * 4900, "it is more than can be done"),
        ("\\def\\a{" + "x" * 9000 + "}" + "\\a" * 100, "it becomes too large"),
    ],
    ids=["endless", "long", "a link of no scheme", "deep", "wide"],
)
def test_a_formula_that_asks_for_too_much_is_refused_and_spares_its_neighbours(typesetter, tex, said):
    first, second = typesetter.typeset([(tex, True), ("x", False)])

    assert first["error"] == said
    assert "<mi>x</mi>" in second["value"]


def test_formulas_that_take_too_long_are_one_problem_of_their_page(manual_of, monkeypatch):
    def late(*arguments, **options):
        raise IsolateError("it takes longer than 10 s", bounded=True)

    monkeypatch.setattr("callboard.isolate.Katex.typeset", late)
    manual, report = manual_of({**configured(), "docs/index.md": "# A\n\n$a$ $b$\n"})

    assert '<p><code class="cb-tex">a</code> <code class="cb-tex">b</code></p>' in page_html(manual)
    assert [str(problem).partition("\n")[0] for problem in report] == [
        "acme/shop/docs/index.md: warning[docs-formula]: docs/index.md has formulas that are shown as TeX, because it takes longer than 10 s"
    ]


def test_a_page_s_formulas_are_typeset_once_for_good(tmp_path, monkeypatch):
    files = {**configured(), "docs/index.md": "# A\n\n$a$\n"}
    checkout = checkout_of(write_tree(tmp_path / "repo", files))
    first, _ = build([checkout], [entity_of()], tmp_path / "state")
    write_tree(tmp_path / "repo", {"docs/index.md": "# B\n\n$a$\n"})
    del checkout.__dict__["_paths"]
    monkeypatch.setattr("callboard.isolate.Isolate._start", lambda isolate: pytest.fail("it is typeset again"))

    second, _ = build([checkout], [entity_of()], tmp_path / "state")

    made = [re.search(r"<math.*</math>", page_html(*manuals.by_entity.values()))[0] for manuals in (first, second)]
    assert made[0] == made[1] and second.built == 1


def test_pages_without_formulas_start_nothing(manual_of, monkeypatch):
    monkeypatch.setattr("callboard.isolate.Isolate._start", lambda isolate: pytest.fail("KaTeX is started"))

    manual_of({**configured(), "docs/index.md": "# A\n\nIt costs $5.\n"})


def test_without_katex_formulas_are_their_tex(tmp_path):
    with Studio(Store(tmp_path), tmp_path) as studio:
        assert studio.typesetter()([Formula("x", False)]) is None


# -- how they look -----------------------------------------------------------------------------------------------------


def test_styles_of_letters_are_letters_of_their_own(mathml):
    """MathML Core, which browsers draw, knows no ``mathvariant`` but normal."""
    html = mathml(r"\mathbb{R1} \mathcal{LM} \mathfrak{gC} \mathbf{x\Gamma} \boldsymbol{\alpha} \mathsf{A} \mathtt{B} \mathrm{d} \mathit{h}")

    assert "".join(re.findall(r"<m[in][^>]*>([^<]*)", html)) == "ℝ𝟙ℒℳ𝔤ℭ𝐱𝚪𝜶𝖠𝙱dh"
    assert re.findall(r'mathvariant="[^"]*"', html) == ['mathvariant="normal"']


def test_tables_say_by_classes_how_their_columns_stand_and_which_lines_they_have(mathml):
    html = mathml(r"\begin{array}{|l|r|} \hline a & b \\ \hline c & d \\ \hline \end{array}")

    assert re.findall(r'class="(cb-m[^"]*)"', html) == [
        "cb-m-enclosed cb-m-top cb-m-bottom cb-m-left cb-m-right",
        "cb-m-left", "cb-m-right cb-m-ruled", "cb-m-left cb-m-under", "cb-m-right cb-m-ruled cb-m-under",
    ]  # fmt: skip
    assert "columnalign" not in html


def test_the_tag_of_a_formula_stands_beside_it(mathml):
    html = mathml(r"a = b \tag{Little}")

    assert html.endswith('</math><span class="cb-formula-tag">(Little)</span></div>')
    assert "<mtable" not in html and "Little" not in html.partition("<annotation")[0]


def test_the_tags_of_rows_stand_in_a_column_of_their_own(mathml):
    html = mathml(r"\begin{align} a &= b \tag{1$\alpha$} \\ c &= d \\ e &= f \notag \\ g &= h \tag*{Größe <b>} \end{align}")

    rows = re.findall(r"<mtr>.*?</mtr>", html)
    assert [re.findall(r'<mtd class="cb-m-tag"><mtext>(.*?)</mtext></mtd></mtr>', row) for row in rows] == [["(1α)"], [], [], ["Größe &lt;b&gt;"]]
    assert [row.count("<mtd") for row in rows] == [3, 2, 2, 3]


def test_what_is_defined_beside_a_tag_is_defined_once(mathml):
    assert "<mi>x</mi>" in mathml(r"\newcommand{\once}{x} \begin{gather} \once \tag{1} \end{gather}")


def test_letters_with_accents_are_letters(mathml):
    assert "<mtext>Größe\xa0é\xa0ç\xa0Ź</mtext>" in mathml(r"\text{Größe é \c{c} Ź}")
    assert mathml(r"a \tag{Größe}").endswith('<span class="cb-formula-tag">(Größe)</span></div>')


@pytest.mark.parametrize(
    ("tex", "seen"),
    [
        (r"x \sin \varphi", "x sin φ"),
        (r"\cos^2 x", "cos2 x"),
        (r"\log(x) + \log x = 1", "log(x)+log x=1"),
        (r"\lim_{x \to 0} \frac{\sin x}{x}", "limx→0 sin xx"),
        (r"\left(a\right)\left(b\right)", "(a) (b)"),
        (r"\frac{\left(a\right)}{\left(b\right)}", "(a)(b)"),
        (r"\frac{\text{a}}{\text{b}}", "ab"),
        (r"\left(a\right) b", "(a)b"),
    ],
)
def test_names_of_functions_and_brackets_stand_apart_as_in_tex(mathml, tex, seen):
    shown = mathml(tex).partition("<annotation")[0].replace('<mspace width="0.1667em"></mspace>', " ").replace("\u2061", "")

    assert re.sub(r"<[^>]*>", "", shown) == seen


def test_a_sign_that_is_words_keeps_its_distance(mathml):
    assert mathml(r"a \bmod b").count('<mspace width="0.22em"></mspace>') == 2


def test_a_long_formula_in_a_line_scrolls_inside_itself(mathml):
    assert mathml("+".join("abcdefghijklmn"), display=False).startswith('<span class="cb-formula-long" role="group" aria-label="Formula" tabindex="0"><math>')


# -- what it cannot become ---------------------------------------------------------------------------------------------


def typeset(content, tex="x"):
    return write(formulas.typeset(f'<span><math xmlns="http://www.w3.org/1998/Math/MathML"><semantics>{content}</semantics></math></span>', Formula(tex, False)))


def body(html):
    return html.removeprefix("<math><semantics>").partition("<annotation")[0]


@pytest.mark.parametrize(
    ("made", "kept"),
    [
        ('<mrow><annotation-xml encoding="text/html"><img src="x" onerror="alert(1)"/></annotation-xml><mi>x</mi></mrow>', "<mrow><mi>x</mi></mrow>"),
        ('<mtext><mglyph><style>a</style></mglyph><img src="x"/></mtext>', "<mrow></mrow>"),
        ('<mi><mo>a</mo></mi>', "<mrow><mo>a</mo></mrow>"),
        ('<maction actiontype="statusline" href="javascript:alert(1)"><mi>x</mi></maction><mi>y</mi>', "<mi>y</mi>"),
        ('<mi href="javascript:alert(1)" onclick="alert(1)" style="color: red" class="x" id="cb-palette">x</mi>', "<mi>x</mi>"),
        ('<mtext>&lt;img src=x onerror=alert(1)&gt;</mtext>', "<mtext>&lt;img src=x onerror=alert(1)&gt;</mtext>"),
        ('<mstyle mathcolor="url(https://example.org)" mathbackground="red"><mi>x</mi></mstyle>', '<mstyle mathbackground="red"><mi>x</mi></mstyle>'),
        ('<mspace width="1em" height="99999999em" linebreak="newline"/>', '<mspace width="1em"></mspace>'),
        ('<mtable><mtr><mtd columnspan="9"><mi>x</mi></mtd></mtr><tr><td>x</td></tr></mtable>', "<mtable><mtr><mtd><mi>x</mi></mtd></mtr></mtable>"),
        ('<svg><script>alert(1)</script></svg><mi>x</mi>', "<mi>x</mi>"),
        ('<menclose notation="box x&quot;onload"><mi>x</mi></menclose>', '<mrow class="cb-m-enclosed cb-m-boxed"><mi>x</mi></mrow>'),
    ],
)
def test_only_parts_of_formulas_are_published(made, kept):
    assert body(typeset(made)) == kept


def test_the_tex_of_a_formula_cannot_leave_its_annotation():
    html = typeset("<mi>x</mi>", '</annotation><img src=x onerror=alert(1)> & "')

    assert html.endswith('>&lt;/annotation&gt;&lt;img src=x onerror=alert(1)&gt; &amp; "</annotation></semantics></math>')


def test_entities_stand_for_nothing():
    made = "<!DOCTYPE math [<!ENTITY a 'secret'>]><math><semantics><mi>x</mi><mtext>&a;</mtext></semantics></math>"

    assert "secret" not in write(formulas.typeset(made, Formula("x", False)))


@pytest.mark.parametrize("made", ["<mi>x", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "<p>x</p>", "<mrow>" * 300 + "</mrow>" * 300, "\x00"])
def test_what_is_no_formula_is_refused(made):
    with pytest.raises(FormulaError):
        formulas.typeset(made, Formula("x", False))


TEX = st.lists(
    st.one_of(
        st.sampled_from(
            r"\frac{ \sqrt[ \left( \right) \begin{array}{c|c} \end{array} \begin{cases} \end{cases} & \\ { } ^ _ \text{<img src=x onerror=alert(1)>} \href{javascript:alert(1)}{x}"
            r" \includegraphics{x} \htmlData{a=b}{x} \htmlStyle{color:red}{x} \htmlId{cb-x}{x} \class{a}{b} \boxed{ \cancel{ \mathbb{ \color{red} \colorbox{#fff}{ \overset{a}{ \tag{ \def\a{ \a \verb|<b>| \hline".split()
        ),
        st.text("abc<>&\"'`${}^_ \\=/*-:;#é中\u202e\x01", max_size=6),
    ),
    max_size=14,
).map("".join)


@settings(max_examples=120, deadline=None)
@given(TEX, st.booleans())
def test_whatever_is_written_becomes_nothing_but_a_formula_or_its_tex(typesetter, tex, display):
    (answer,) = typesetter.typeset([(tex, display)])
    try:
        html = write(formulas.typeset(answer.get("value", ""), Formula(tex, display)))
    except FormulaError:
        return
    root = etree.HTML(f"<body>{html}</body>").find("body")
    parts = list(root.iterdescendants())

    assert {part.tag for part in parts} <= ELEMENTS
    allowed = {"class", "role", "tabindex", "aria-label", "encoding", "display", "mathvariant", *formulas._ANYWHERE, *formulas._OPERATOR, *formulas._SPACE, "linethickness", "accent", "accentunder"}
    assert {name for part in parts for name in part.attrib} <= allowed
    assert all(not len(part) for part in parts if part.tag in {"mi", "mn", "mo", "ms", "mtext", "annotation"})
