"""Symbolic links: what stays inside is read, what leads out is not, and nothing runs in circles."""

from __future__ import annotations

import time

import pytest

from callboard.sources.links import View, follow_links


def seen(view: View) -> tuple[dict[str, str], tuple[str, ...]]:
    """What links add, and what leads out."""
    return {path: real for path, real in view.files.items() if path != real}, view.outside


def test_a_link_counts_as_the_file_it_leads_to():
    view = follow_links(["docs/index.md"], {"README.md": "docs/index.md", "docs/again.md": "../README.md"})

    assert dict(view.files) == {
        "README.md": "docs/index.md",
        "docs/again.md": "docs/index.md",
        "docs/index.md": "docs/index.md",
    }
    assert view.outside == ()


def test_a_link_to_a_folder_shows_what_is_in_it():
    view = follow_links(["shared/a/x.md", "shared/y.md"], {"docs/s": "../shared", "docs/t": "s/a"})

    assert seen(view) == (
        {"docs/s/a/x.md": "shared/a/x.md", "docs/s/y.md": "shared/y.md", "docs/t/x.md": "shared/a/x.md"},
        (),
    )


@pytest.mark.parametrize(
    "target", ["../outside", "/etc/passwd", "nowhere", "a.md/x", "../../..", "docs/../../x", "loop", ".git/config", ""]
)
def test_a_link_that_leads_out_or_nowhere_is_not_there(target):
    assert seen(follow_links(["a.md", "docs/b.md"], {"loop": target})) == (({}, ("loop",)) if target else ({}, ()))


def test_a_chain_of_links_is_followed_to_its_end():
    chain = {"one": "two", "two": "docs/three", "docs/three": "../../outside"}

    assert seen(follow_links(["docs/x.md"], chain)) == ({}, ("docs/three", "one", "two"))


def test_a_link_through_a_folder_that_leads_out_leads_out():
    assert seen(follow_links(["a.md"], {"out": "/etc", "passwd": "out/passwd"})) == ({}, ("out", "passwd"))


def test_dots_after_a_link_count_from_where_it_leads():
    # docs/l is other/deep, so docs/l/../x is other/x: a path that is only joined as text would be docs/x
    view = follow_links(["other/deep/f", "other/x", "docs/x"], {"docs/l": "../other/deep", "y": "docs/l/../x"})

    assert view.files["y"] == "other/x"


def test_absolute_links_into_the_repository_stay_inside():
    view = follow_links(
        ["docs/x.md"], {"a": "/srv/shop/docs/x.md", "b": "/srv/shopping/x", "c": "/srv/shop"}, "/srv/shop"
    )

    assert seen(view) == ({"a": "docs/x.md"}, ("b",))


def test_folders_that_lead_to_each_other_end():
    view = follow_links(["a/x", "b/y"], {"a/to-b": "../b", "b/to-a": "../a", "a/self": ".", "up": "."})

    assert seen(view) == ({"a/to-b/y": "b/y", "b/to-a/x": "a/x"}, ())


def test_links_that_would_multiply_stop():
    files = [f"d{n}/f" for n in range(30)]
    links = {f"d{n}/{side}": f"../d{n + 1}" for n in range(29) for side in ("l", "r")}
    started = time.monotonic()

    view = follow_links(files, links)

    assert len(view.files) < 50_000
    assert time.monotonic() - started < 10
