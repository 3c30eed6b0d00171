"""Descriptions that people wrote into definitions, as HTML that can do nothing but be read."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from callboard.model import routes
from callboard.model.language import ENGLISH, N_, Language
from callboard.sanitize import clean_description

LONGEST = 20_000
"""Characters of one description that are shown."""
_TABLE = N_("Table")
_PLAIN = re.compile(r"[^\\`*_{}\[\]<>#|&~\n]*(?<!  )")
"""What Markdown means nothing by, once it is no list and no number at the start of a line."""
_STARTS = re.compile(r"\s*(?:[-+=>]|[0-9]+[.)]|\t|    )")
_NO_SCHEME = re.compile(r"[^:\\]*")
"""What leads to somewhere in the author's own pages, which is not here: the words are kept, and no link."""
_DEAD = re.compile(r"<a(?![^>]*\shref=)[^>]*>(.*?)</a>", re.DOTALL)
_HEADING = re.compile(r"<(/?)h[1-6]>")


def _markdown() -> MarkdownIt:
    """CommonMark with tables. Pictures are left out; links lead to the web, or are the words that they are called by."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).disable(["image"])
    parser.validateLink = lambda url: bool(routes.safe_url(url)) or _NO_SCHEME.fullmatch(url) is not None  # type: ignore[method-assign]  # there is no setting; only this parser is changed
    return parser


_MARKDOWN = _markdown()


def rich(text: str, language: Language = ENGLISH) -> Markup:
    """*text*, which is Markdown with some HTML in it, as safe HTML. Headings become strong lines: a page has its own."""
    text = text.strip()
    if not text:
        return Markup()
    if len(text) <= LONGEST and _PLAIN.fullmatch(text) and not _STARTS.match(text):
        return Markup("<p>{}</p>").format(text)
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(" ", 1)[0] + " …"
    try:
        html = _DEAD.sub(r"\1", clean_description(_MARKDOWN.render(text)))
    except RecursionError:
        return Markup("<p>{}</p>").format(text)
    html = _HEADING.sub(lambda match: "</strong></p>" if match[1] else "<p><strong>", html)
    table = f'<div class="table-box" tabindex="0" role="group" aria-label="{escape(language.gettext(_TABLE))}"><table>'
    html = html.replace("<table>", table).replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return Markup(html)  # noqa: S704  # sanitised above


_BLOCKS = re.compile(r"</?(?:p|div|ul|ol|li|dl|dt|dd|table|tbody|thead|tfoot|tr|td|th|caption|pre|blockquote|h[1-6]|hr|details|summary|br)\b[^>]*>")


def rich_line(text: str) -> Markup:
    """*text* as :func:`rich` has it, for a place where only words may stand."""
    text = " ".join(text[:LONGEST].split())
    if _PLAIN.fullmatch(text):
        return escape(text)
    html = _DEAD.sub(r"\1", clean_description(_MARKDOWN.renderInline(text)))
    return Markup(_BLOCKS.sub(" ", html))  # noqa: S704  # sanitised above
