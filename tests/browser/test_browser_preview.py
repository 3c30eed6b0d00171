"""What an author has open while writing: it follows each save, under the portal's own policy."""

from __future__ import annotations

import pytest
from portals import component, started, wait_for_line

from callboard.docs import confine
from docs_kit import write_tree

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

SHOP = {
    "catalog-info.yaml": component("shop", metadata='  annotations: {backstage.io/techdocs-ref: "dir:."}\n'),
    "docs/index.md": "# Shop\n\n" + "A line of text.\n\n" * 200 + "Last words.\n",
}


def test_an_open_page_shows_what_was_saved_where_the_author_was_reading(open_page, tmp_path):
    write_tree(tmp_path / "repo", SHOP)
    with started("docs", "serve", "repo", "--port", "0", cwd=tmp_path, environ={"XDG_CACHE_HOME": str(tmp_path / "caches")}) as process:
        url = wait_for_line(process, "serving ").split()[-1]
        page = open_page(url)
        page.get_by_text("Last words.").scroll_into_view_if_needed()
        before = page.evaluate("scrollY")
        loads = []
        page.on("load", lambda loaded: loads.append(loaded))

        write_tree(tmp_path / "repo", {"docs/index.md": SHOP["docs/index.md"] + "\nVery last words.\n"})

        page.get_by_text("Very last words.").wait_for()
        page.wait_for_function("scrollY > 0")
        assert page.evaluate("scrollY") == pytest.approx(before, abs=5)
        page.wait_for_timeout(1000)
        assert len(loads) == 1
