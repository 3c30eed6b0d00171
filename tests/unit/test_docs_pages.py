"""Files that manuals add to the site, beside the pages that the theme draws."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs

import pytest

from callboard.docs import confine
from portals import build_site, component, group, organisation

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

DOCUMENTED = '  annotations: {backstage.io/techdocs-ref: "dir:."}\n'
MOVED = """\
site_name: Shop & sons
plugins:
  - techdocs-core
  - redirects:
      redirect_maps:
        old.md: guide/new.md
        'deep/down/"é".md': guide/new.md#next
        guide/new.md: index.md
        index.md: guide/new.md
        p.png/x.md: index.md
        ../../../../evil.md: index.md
        /rooted.md: index.md
        .hidden/a.md: index.md
        %s.md: index.md
        gone.md: nowhere.md
""" % ("a" * 300)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("moved")
    config = organisation(
        folder,
        {
            "shop/catalog-info.yaml": component("shop", metadata=DOCUMENTED),
            "shop/mkdocs.yml": MOVED,
            "shop/docs/index.md": "# Home\n\n![p](p.png)\n",
            "shop/docs/guide/new.md": "# New & only\n\n## Next\n",
            "shop/docs/p.png": b"picture",
        },
    )
    return build_site(config, folder / "site"), config


MANUAL = "docs/default/component/shop/"


def test_an_address_that_a_page_had_before_leads_to_where_it_is_now(shop):
    site, _ = shop

    assert site.text(MANUAL + "old/index.html") == """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'">
<meta http-equiv="refresh" content="0; url=../guide/new/">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>New &amp; only has moved · Shop &amp; sons</title>
</head>
<body>
<main>
<h1>This page has moved</h1>
<p><a href="../guide/new/">New &amp; only</a></p>
</main>
</body>
</html>
"""
    assert 'content="0; url=../../../guide/new/#next"' in site.text(MANUAL + 'deep/down/"é"/index.html')


def test_a_redirect_takes_no_place_of_a_page_or_a_file_and_leaves_its_manual_never(shop):
    site, _ = shop

    pages = sorted(path.relative_to(site.folder / MANUAL).as_posix() for path in (site.folder / MANUAL).rglob("*") if path.is_file())
    assert pages == ['deep/down/"é"/index.html', "guide/new/index.html", "index.html", "old/index.html", "p.png"]
    assert "<h1" in site.text(MANUAL + "guide/new/index.html") and "refresh" not in site.text(MANUAL + "index.html")
    assert list(site.folder.rglob("*evil*")) == list(site.folder.rglob("*rooted*")) == []
    assert "path-conflict" not in site.codes()


def test_redirects_work_where_addresses_name_files(shop, tmp_path):
    site = build_site(shop[1], tmp_path / "site", links="files")

    assert 'content="0; url=../guide/new/index.html"' in site.text(MANUAL + "old/index.html")


HOSTED = """\
site: {url: "https://portal.acme.example/"}
sources:
  - folder: {path: repos/shop, repository: true, url: "%s", forge: %s}
"""


def report_link(folder, forge, url, crew=""):
    files = {
        "shop/catalog-info.yaml": component("shop", metadata=DOCUMENTED) + "---\n" + group() + crew,
        "shop/mkdocs.yml": "site_name: Shop & sons\n",
        "shop/docs/index.md": "# Home\n",
        "shop/docs/guide.md": "# Prices & rates\n",
    }
    config = organisation(folder, files, HOSTED % (url, forge))
    page = build_site(config, folder / "site").text(MANUAL + "guide/index.html")
    return re.findall(r'<a class="cb-report" href="([^"]*)"[^>]*><svg[^>]*><use href="#cb-i-(?:bug|email)-outline"/></svg>([^<]*)</a>', page)


def test_an_issue_is_filled_in_with_the_page_its_address_and_its_source(tmp_path):
    ((address, label),) = report_link(tmp_path, "gitlab", "https://gitlab.com/acme/shop")
    where, _, query = html.unescape(address).partition("?")

    assert (where, label) == ("https://gitlab.com/acme/shop/-/issues/new", "Report an issue")
    assert parse_qs(query) == {
        "issue[title]": ["Documentation: Prices & rates (Shop & sons)"],
        "issue[description]": [
            "What is wrong, or missing?\n\n\n\n---\n"
            "Page: Prices & rates (Shop & sons) https://portal.acme.example/docs/default/component/shop/guide/\n"
            "Source: https://gitlab.com/acme/shop/-/blob/HEAD/docs/guide.md\n"
        ],
    }


def test_where_the_host_has_no_issues_the_owner_is_written_to(tmp_path):
    mail = "  profile: {email: crew@acme.example}\n"
    ((address, label),) = report_link(tmp_path, "bitbucket", "https://bitbucket.org/acme/shop", mail)

    assert label == "Write to the owner"
    assert html.unescape(address).startswith("mailto:crew@acme.example?subject=Documentation%3A%20Prices%20%26%20rates")
    assert report_link(tmp_path / "no", "bitbucket", "https://bitbucket.org/acme/shop") == []


def plain(text):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_decisions_are_listed_with_status_and_date_and_say_their_status_on_top(tmp_path):
    files = {
        "shop/catalog-info.yaml": component("shop", metadata=DOCUMENTED),
        "shop/docs/index.md": "# Home\n",
        "shop/docs/adr/0001-a.md": "---\nstatus: superseded by ADR-0010\ndate: 2024-01-02\n---\n# ADR-0001: Shout\n",
        "shop/docs/adr/0010-b.md": "# 10. Whisper & wait\n\n## Status\n\nAccepted\n",
        "shop/docs/adr/0002-c.md": "# 2. Sing\n\n* Status: <b>on ice</b>\n",
    }
    site = build_site(organisation(tmp_path, files), tmp_path / "site", links="files")
    listing = site.text(MANUAL + "adr/index.html")
    rows = re.findall(r"<tr>(.*?)</tr>", listing[listing.index("<tbody>") :], re.DOTALL)

    assert [plain(row) for row in rows] == [
        "1 Shout Superseded by ADR-0010 2 January 2024",
        "2 Sing on ice",
        "10 Whisper & wait Accepted",
    ]
    assert '<a href="0001-a/index.html">Shout</a>' in rows[0] and '<a href="0010-b/index.html">ADR-0010</a>' in rows[0]
    record = site.text(MANUAL + "adr/0001-a/index.html")
    line = re.search(r'<p class="decision-line">(.*?)</p>', record, re.DOTALL)[1]
    assert plain(line) == "Decision 1 Superseded by ADR-0010 2 January 2024 All decisions"
    assert 'href="../0010-b/index.html"' in line and 'href="../index.html"' in line
    assert "decision-line" not in site.text(MANUAL + "index.html")
