"""Files that manuals add to the site, beside the pages that the theme draws."""

from __future__ import annotations

import pytest

from callboard.docs import confine
from portals import build_site, component, organisation

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
