import pytest

from callboard.docs.gate import ConfigError, generated, read_settings


def read(text):
    return read_settings(text, repo="acme/shop", path="mkdocs.yml", title="Shop")


def notes(settings):
    return [f"{note.at}: {note.code}: {note.message}" for note in settings.ignored]


def test_a_usual_file_passes_whole():
    settings = read(
        """\
site_name: Shop manual
site_url: https://docs.example.org
repo_url: https://github.com/acme/shop
docs_dir: documentation
use_directory_urls: false
nav:
  - Home: index.md
  - Guides:
    - guides/first.md
    - Second: guides/second.md
  - Elsewhere: https://example.org/
plugins:
  - techdocs-core
  - search
markdown_extensions:
  - attr_list
  - toc:
      permalink: "#"
      toc_depth: 3
exclude_docs: |
  drafts/
"""
    )

    assert settings.plain() == {
        "site_name": "Shop manual",
        "nav": [
            {"Home": "index.md"},
            {"Guides": ["guides/first.md", {"Second": "guides/second.md"}]},
            {"Elsewhere": "https://example.org/"},
        ],
        "exclude_docs": "drafts/",
        "draft_docs": "",
        "not_in_nav": "",
        "use_directory_urls": False,
        "use_pymdownx_blocks": False,
        "extensions": ["attr_list", "toc"],
        "options": {"toc": {"permalink": "#", "toc_depth": 3}},
    }
    assert (settings.docs_dir, notes(settings)) == ("documentation", [])


def test_nothing_written_means_the_defaults():
    assert read("") == read("# only a comment\n") and read("").site_name == "Shop"
    assert generated("Shop").plain() == read("").plain()


@pytest.mark.parametrize(
    "text",
    [
        "markdown_extensions:\n  - toc:\n      permalink: true\n      evil: 1\n",
        "markdown_extensions:\n  toc:\n    permalink: true\n    evil: 1\n",
    ],
    ids=["list", "mapping"],
)
def test_options_are_looked_up_in_either_form(text):
    """CVE-2026-106558. Fails without the look at the option's name in gate._Reader._option."""
    settings = read(text)

    assert settings.options == {"toc": {"permalink": True}}
    assert [note.split(": ", 1)[1] for note in notes(settings)] == ["docs-plugin-ignored: the option evil of toc is not used"]


def test_what_is_not_used_is_named_with_its_line():
    settings = read(
        """\
site_name: x
hooks: [a.py]
plugins:
  - techdocs-core
  - macros
  - mermaid2: {version: 10}
markdown_extensions:
  - markdown_exec
  - pymdownx.snippets:
      base_path: [/etc]
theme:
  custom_dir: o
"""
    )

    assert notes(settings) == [
        "acme/shop/mkdocs.yml:2:1: docs-config-ignored: hooks is not used",
        "acme/shop/mkdocs.yml:11:1: docs-config-ignored: theme is not used",
        "acme/shop/mkdocs.yml:8:5: docs-plugin-ignored: the Markdown extension markdown_exec is not used",
        "acme/shop/mkdocs.yml:10:7: docs-plugin-ignored: the option base_path of pymdownx.snippets is not used",
        "acme/shop/mkdocs.yml:5:5: docs-plugin-ignored: the plugin macros is not used",
        "acme/shop/mkdocs.yml:6:5: docs-plugin-ignored: the plugin mermaid2 is not used",
    ]


def test_what_is_not_used_comes_with_a_hint_at_what_was_meant():
    settings = read("plugins: [serach, nothing-like-it]\nmarkdown_extensions:\n  - admonitions\n  - toc: {permalinks: true, evil: 1}\n  - toc2\n")

    assert {note.message: note.hint for note in settings.ignored} == {
        "the plugin serach is not used": "did you mean search?",
        "the plugin nothing-like-it is not used": "delete it: the manual is built without it",
        "the Markdown extension admonitions is not used": "did you mean admonition?",
        "the option permalinks of toc is not used": "did you mean permalink?",
        "the option evil of toc is not used": "delete it: the manual is built without it",
        "the Markdown extension toc2 is not used": "did you mean toc?",
    }


def test_options_nested_in_extra_pass_the_same_tables():
    """Fails where gate._Reader._option takes what is nested as it is."""
    settings = read(
        "markdown_extensions:\n  - pymdownx.extra:\n      pymdownx.superfences: {css_class: a, evil: b}\n      footnotes: {BACKLINK_TEXT: up}\n      evil: {x: y}\n"
    )

    assert settings.options == {"pymdownx.extra": {"pymdownx.superfences": {"css_class": "a"}, "footnotes": {"BACKLINK_TEXT": "up"}}}


def test_known_functions_are_known_by_name_only():
    """Fails without gate._fences, and with any argument let through in gate._Reader._function."""
    settings = read(
        """\
markdown_extensions:
  - pymdownx.emoji:
      emoji_index: !!python/name:materialx.emoji.twemoji
      emoji_generator: !!python/name:materialx.emoji.to_svg
  - toc:
      slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower, evil: {a: b}}}
  - pymdownx.superfences:
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:os.system
"""
    )

    assert settings.options == {
        "pymdownx.emoji": {
            "emoji_index": {"$callable": {"name": "materialx.emoji.twemoji", "arguments": {}}},
            "emoji_generator": {"$callable": {"name": "materialx.emoji.to_svg", "arguments": {}}},
        },
        "toc": {"slugify": {"$callable": {"name": "pymdownx.slugs.slugify", "arguments": {"case": "lower"}}}},
        "pymdownx.superfences": {
            "custom_fences": [
                {"name": "mermaid", "class": "mermaid", "format": {"$callable": {"name": "pymdownx.superfences.fence_code_format"}}}
            ]
        },
    }


@pytest.mark.parametrize("value", ["{$callable: {name: os.system}}", "{a: {$callable: {name: os.system}}}"])
def test_an_author_cannot_write_our_own_form_of_a_function(value):
    """Fails without the look at keys in gate._is_plain, and without the look into CALLABLES in gate._Reader._function."""
    settings = read(f"markdown_extensions:\n  - toc:\n      slugify: {value}\n  - pymdownx.keys:\n      key_map: {value}\n")

    assert settings.options == {}


@pytest.mark.parametrize("text", ["- a\n", "just text\n", "site_name: [\n", "a: 1\na: 2\n"])
def test_what_is_no_configuration_is_an_error_with_its_place(text):
    with pytest.raises(ConfigError) as caught:
        read(text)

    assert caught.value.line > 0


def test_values_of_another_type_are_named():
    settings = read("site_name: [a]\nnav: text\nplugins: 3\nmarkdown_extensions: text\ndocs_dir: {a: b}\n")

    assert settings.plain() == generated("Shop").plain() and settings.docs_dir == "docs"
    assert len(settings.ignored) == 5


def test_redirects_lead_to_pages():
    """Fails without the look at the target in gate._Reader._redirects."""
    settings = read("plugins:\n  redirects:\n    redirect_maps: {a.md: b.md, c.md: 'https://example.org', d.md: '//example.org'}\n")

    assert settings.redirects == (("a.md", "b.md"),)
