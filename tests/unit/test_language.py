"""Every text of the pages in one catalogue: what is marked, how it is translated, and what becomes of a broken catalogue."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pseudo
import pytest
import strings
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import nodes
from markupsafe import escape
from py_mini_racer import MiniRacer

from callboard.apis.kept import from_plain, to_plain
from callboard.diagnostics import CallboardError, Report
from callboard.model.api import ApiDescription, Group
from callboard.model.language import ENGLISH, Language, Message, Words
from callboard.pages.catalogue import BUILT_IN, read_language
from callboard.pages.render import environment
from callboard.pages.translated import TranslatedEnvironment, script_messages, translated
from portals import ROOT

ENGINE = MiniRacer()
POLISH = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "Owner"
msgstr "Właściciel"

msgid "By %(who)s"
msgstr "Przez: %(who)s (100 %%)"

msgid "Save"
msgstr "a `b` ${c} \\\\"

msgctxt "a noun"
msgid "Open"
msgstr "Otwarcie"

msgid "%(n)s API"
msgid_plural "%(n)s APIs"
msgstr[0] "%(n)s interfejs"
msgstr[1] "%(n)s interfejsy"
msgstr[2] "%(n)s interfejsów"

#, fuzzy
msgid "Docs"
msgstr "Nie wiem"

msgid "Health"
msgstr ""
"""


def language_of(folder: Path, text: str, code: str = "pl", report: Report | None = None) -> Language:
    file = folder / "locale" / code / "messages.po"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return read_language(code, {"brand": folder}, Report() if report is None else report)


def test_the_catalogue_has_every_text_that_is_marked():
    assert strings.FILE.read_text("utf-8") == strings.template(), "run: make strings"


def test_what_the_catalogue_translates_is_shown_and_the_rest_stays_english(tmp_path):
    polish = language_of(tmp_path, POLISH)

    said = [polish.gettext(text) for text in ("Owner", "Docs", "Health", "Never heard of")]
    assert said == ["Właściciel", "Docs", "Health", "Never heard of"]
    assert polish.gettext("By %(who)s", who="Jan") == "Przez: Jan (100 %)"
    assert (polish.gettext("Open"), polish.pgettext("a noun", "Open"), polish.pgettext("a verb", "Open")) == ("Open", "Otwarcie", "Open")
    numbers = [polish.ngettext("%(n)s API", "%(n)s APIs", n) for n in (1, 2, 5, 1204)]
    assert numbers == ["1 interfejs", "2 interfejsy", "5 interfejsów", "1\u00a0204 interfejsy"]


def test_templates_have_their_texts_in_the_language_before_any_page_is_made(tmp_path):
    source = (
        '{{ _("Owner") }}: {{ _("By %(who)s", who=who) }}, {{ ngettext("%(n)s API", "%(n)s APIs", n) }}'
        '{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(ngettext("%(n)s API", "%(n)s APIs", n)) }}{{ m(_("By %(who)s", who=who)) }}'
        "{% trans who %}By {{ who }}{% endtrans %} {% trans %}Not <b>here</b>, 5 %{% endtrans %}"
    )
    values = {"who": "<Jan>", "n": 5}
    in_polish, in_english = (TranslatedEnvironment(language, autoescape=True).from_string(source).render(values) for language in (language_of(tmp_path, POLISH), ENGLISH))

    assert in_polish == (
        "Właściciel: Przez: &lt;Jan&gt; (100 %), 5 interfejsów[5 interfejsów][Przez: &lt;Jan&gt; (100 %)]Przez: &lt;Jan&gt; (100 %) Not <b>here</b>, 5 %"
    )
    assert in_english == "Owner: By &lt;Jan&gt;, 5 APIs[5 APIs][By &lt;Jan&gt;]By &lt;Jan&gt; Not <b>here</b>, 5 %"
    assert "gettext" not in str(TranslatedEnvironment(ENGLISH, autoescape=True).compile(source, raw=True))


def test_a_text_of_a_template_is_text_and_that_of_trans_is_markup():
    shown = TranslatedEnvironment(ENGLISH, autoescape=True).from_string('{{ _("Owners & <b>") }}{% trans %}Owners &amp; <b>{% endtrans %}').render()

    assert shown == "Owners &amp; &lt;b&gt;Owners &amp; <b>"


def test_scripts_have_their_texts_as_plain_literals(tmp_path):
    script = (
        'a = _("Owner"); b = _`By ${who}`; c = ngettext(count, `${count} API`, `${count} APIs`); d = pgettext("a noun", "Open"); '
        'e = _("Save"); [x, _, y] = f((_, n) => n); g = `${_("Owner")}`; h = LANGUAGE + DATES'
    )

    assert translated(script, ENGLISH) == (
        'a = "Owner"; b = `By ${who}`; c = (count != 1 ? `${count} APIs` : `${count} API`); d = "Open"; '
        'e = "Save"; [x, _, y] = f((_, n) => n); g = `${"Owner"}`; h = "en" + "en-GB"'
    )
    polish = language_of(tmp_path, POLISH.replace("%(n)s", "%(count)s"))
    assert translated(script, polish) == (
        'a = "Właściciel"; b = `Przez: ${who} (100 %)`; '
        "c = [`${count} interfejs`, `${count} interfejsy`, `${count} interfejsów`]"
        "[(count==1 ? 0 : count%10>=2 && count%10<=4 && (count%100<10 || count%100>=20) ? 1 : 2)]; "
        'd = "Otwarcie"; e = "a `b` ${c} \\\\"; [x, _, y] = f((_, n) => n); g = `${"Właściciel"}`; h = "pl" + "pl"'
    )


def test_a_template_literal_of_a_translation_can_run_nothing():
    language = Language("xx", texts={Message("By %(who)s"): ("`${alert(1)} \\${%(who)s}",)})

    assert translated("a = _`By ${who}`", language) == "a = `\\`\\${alert(1)} \\\\\\${${who}}`"


def test_a_value_in_a_text_of_a_script_has_a_name():
    with pytest.raises(ValueError, match=r"\$\{a\.b\} in `By \$\{a\.b\}` is not the name of a value"):
        list(script_messages("_`By ${a.b}`"))


def test_a_translation_with_a_place_for_no_value_is_a_problem_and_stays_english(tmp_path):
    report = Report()
    text = POLISH.replace("Przez: %(who)s (100 %%)", "Przez: %(kto)s").replace("%(n)s interfejsów", "%n interfejsów")
    polish = language_of(tmp_path, text, report=report)

    assert polish.gettext("By %(who)s", who="Jan") == "By Jan"
    assert polish.ngettext("%(n)s API", "%(n)s APIs", 5) == "5 APIs"
    assert [str(problem) for problem in report] == [
        "brand/locale/pl/messages.po:9: warning[language-text]: %(kto)s in the translation of 'By %(who)s' stands for no value; the English text is shown\n"
        "  hint: values: %(who)s",
        "brand/locale/pl/messages.po:19: warning[language-text]: %n in the translation of '%(n)s API' stands for no value; the English text is shown\n"
        "  hint: values: %(n)s",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (POLISH + "nonsense\n", "brand/locale/pl/messages.po:31: Unknown or misformatted keyword"),
        (POLISH.replace("n==1 ? 0", "system(1)"), "brand/locale/pl/messages.po cannot be used as a catalogue: '(system(1)"),
        (POLISH.replace("nplurals=3", "nplurals=2"), "brand/locale/pl/messages.po:19: msg has more translations than num_plurals of catalog"),
        (POLISH.replace("? 1 : 2", "? 1 : 3"), "brand/locale/pl/messages.po cannot be used as a catalogue: '(n==1"),
        (POLISH.replace("nplurals=3", "nplurals=three"), "brand/locale/pl/messages.po cannot be used as a catalogue: invalid literal"),
    ],
)
def test_a_broken_catalogue_is_named_with_its_place(tmp_path, text, said):
    with pytest.raises(CallboardError) as raised:
        language_of(tmp_path, text)

    assert str(raised.value).startswith(said)


def test_a_language_without_a_catalogue_is_refused_and_english_needs_none(tmp_path):
    with pytest.raises(CallboardError) as raised:
        read_language("de", {"brand": tmp_path}, Report())

    assert str(raised.value) == (
        f"site.language is 'de', which has no catalogue; begin one from {ROOT / 'theme/locale/messages.pot'} and save it as brand/locale/de/messages.po"
    )
    with pytest.raises(CallboardError, match="save it as locale/de/messages.po in a folder of your own, which site.theme names"):
        read_language("de", {BUILT_IN: tmp_path}, Report())
    assert [read_language(code, {}, Report()).code for code in ("en", "en-US")] == ["en", "en-US"]


def test_a_country_has_the_catalogue_of_its_language_where_it_has_none_of_its_own(tmp_path):
    language_of(tmp_path, POLISH)

    assert read_language("pl-PL", {"brand": tmp_path}, Report()).gettext("Owner") == "Właściciel"


def test_what_is_known_of_a_language_is_how_it_writes_dates_and_numbers_and_in_which_direction(tmp_path):
    empty = POLISH.split("\n\n", 1)[0] + "\n"
    made = {code: language_of(tmp_path, empty, code) for code in ("pl", "ar", "xx")}

    assert [(code, each.direction, each.months[2], each.number(1204)) for code, each in made.items()] == [
        ("pl", "ltr", "marca", "1\u00a0204"), ("ar", "rtl", "مارس", "1,204"), ("xx", "ltr", "March", "1,204"),
    ]  # fmt: skip


def test_no_script_needs_a_translation_when_it_runs():
    for path in (ROOT / "theme/js").rglob("*.js"):
        left = translated(path.read_text("utf-8"), ENGLISH)
        assert not any(mark in left for mark in ("_(\"", "_`", "ngettext(", "pgettext(")), path


def test_the_shipped_templates_can_be_read_in_any_language(tmp_path):
    templates = environment(ROOT / "theme", None, language_of(tmp_path, POLISH))

    assert [name for name in templates.list_templates(["html"]) if templates.get_template(name) is None] == []


class Bracketed(dict):
    """Translations of everything."""

    def get(self, message, default=None):
        return tuple(f"⟦{text}⟧" for text in (message.one, message.many) if text)

    def __bool__(self):
        return True


EVERYTHING = Language("xx", texts=Bracketed())
TEMPLATES = sorted(path for path in (ROOT / "theme").rglob("*.html") if path.name != "style.html")  # it shows specimens
PLAIN = frozenset("Ctrl K F esc SVG PNG DOT JSON LR RL TB BT apiVersion kind metadata name".split())
"""Keys, names of formats, and values."""


def said_by(tree: nodes.Template) -> str:
    """What stands in a template itself, of every branch, values apart."""
    kept = []
    for node in tree.find_all((nodes.Output, nodes.Call, nodes.CondExpr, nodes.Or)):
        for child in node.iter_child_nodes():
            if isinstance(child, nodes.TemplateData):
                kept.append(re.sub(r"^page-[\w -]+$", "", child.data))  # the class of the page's body
            elif isinstance(child, nodes.Const) and isinstance(child.value, str) and (isinstance(node, nodes.Output) or re.match(r"[A-Z][a-z]+(?: |$)", child.value)):
                kept.append(child.value if isinstance(node, nodes.Output) else f"<p>{child.value}</p>")
    return "".join(kept)


def test_templates_say_nothing_that_is_not_marked_whatever_is_shown():
    templates = environment(ROOT / "theme", None, EVERYTHING)
    trees = {path.relative_to(ROOT).as_posix(): templates._parse(path.read_text("utf-8"), None, None) for path in TEMPLATES}

    assert {path: found for path, tree in trees.items() if (found := list(pseudo.unsaid(said_by(tree), PLAIN, frozenset())))} == {}


KEYS = re.compile(r'"(?:Arrow\w+|Page\w+|Enter|Escape|Backspace|Ctrl|Ctrl ↵|Home|End|Tab)"')
SENTENCE = re.compile(r'["`](?:[A-Z][a-z]|[^"`]*[a-z]{2,} (?:is|are|of|the|in|not|has|have|for|from|cannot) )')
INNER = ("cannot be loaded", "a an and are as")
"""What an error says that nobody sees; words that searching leaves out."""


def test_scripts_have_no_sentence_that_is_not_marked():
    found = {}
    for path in sorted((ROOT / "theme/js").rglob("*.js")):
        script = re.sub(r"/\*.*?\*/|^\s*//[^\n]*", "", translated(path.read_text("utf-8"), EVERYTHING), flags=re.DOTALL | re.MULTILINE)
        literals = re.findall(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`', script)
        if left := [text for text in literals if SENTENCE.match(text) and "⟦" not in text and not KEYS.fullmatch(text) and not any(each in text for each in INNER)]:
            found[path.name] = left

    assert found == {}


@given(st.text(max_size=40), st.text(max_size=20))
def test_whatever_a_translation_holds_a_script_says_just_that(text, who):
    """Run by a real engine: nothing of a translation is anything but text."""
    said = text.replace("%", "%%") + "%(who)s" + text.replace("%", "%%")
    language = Language("xx", texts={Message("Owner"): (text,), Message("By %(who)s"): (said,), Message("%(n)s API", "%(n)s APIs"): (said.replace("who", "n"),) * 2})
    marked = '_("Owner"), _`By ${who}`, ngettext(n, `${n} API`, `${n} APIs`)'
    script = f"((who, n) => JSON.stringify([{marked}]))({json.dumps(who)}, {json.dumps(who)})"

    assert json.loads(ENGINE.eval(translated(script, language))) == [text, text + who + text, text + who + text]


@given(st.text(max_size=40), st.text(max_size=20))
def test_whatever_a_translation_holds_a_template_says_just_that(text, who):
    said = text.replace("%", "%%") + "%(who)s"
    language = Language("xx", texts={Message("Owner"): (text,), Message("By %(who)s"): (said,)})
    shown = TranslatedEnvironment(language, autoescape=True, keep_trailing_newline=True).from_string('{{ _("Owner") }}|{{ _("By %(who)s", who=who) }}').render(who=who)

    assert shown == f"{escape(text)}|{escape(text)}{escape(who)}"


def test_what_the_program_puts_together_is_said_in_the_language_part_by_part():
    words = Words("list of %(type)s", type=Words.either(["Order", Words("anything"), "integer"]))
    texts = {"list of %(type)s": "Liste von %(type)s", "%(first)s or %(second)s": "%(first)s oder %(second)s", "anything": "irgendetwas"}
    german = Language("de", texts={Message(key): (value,) for key, value in texts.items()})

    assert words == "list of Order or anything or integer"
    assert german.say(words) == "Liste von Order oder irgendetwas oder integer"
    assert german.say("list of %(type)s") == "list of %(type)s"
    assert ENGLISH.say(words) is words


def test_what_is_kept_of_an_api_can_still_be_said_in_another_language():
    description = ApiDescription(groups=(Group(id="g", title=Words("Other"), operations=()),), title=Words("list of %(type)s", type=Words("anything")))
    back = from_plain(json.loads(json.dumps(to_plain(description))))

    assert back == description
    assert (back.title.template, back.title.values["type"].template, back.groups[0].title.template) == ("list of %(type)s", "anything", "Other")


def test_style_sheets_say_nothing_themselves():
    css = "\n".join(path.read_text("utf-8") for path in (ROOT / "theme").rglob("*.css") if "vendor" not in path.parts)
    said = [text for value in re.findall(r"\bcontent:([^;}]*)", css) for text in re.findall(r'"([^"]*)"', value)]

    assert [text for text in said if re.search("[A-Za-z]", text)] == []
