"""What an author could disguise by the portal's own means: text that nobody sees and everybody copies, a second bar."""

from __future__ import annotations

import re

import pytest
from portals import build_site, component, group, organisation

from browser_kit import hosted
from callboard import resources
from callboard.docs import confine

pytestmark = pytest.mark.skipif(not confine.BASE <= confine.available(), reason="this machine cannot confine the worker")

STYLES = "\n".join(path.read_text("utf-8") for path in sorted((resources.theme() / "css").glob("*.css")))
CLASSES = sorted(set(re.findall(r"\.([A-Za-z_][\w-]*)", re.sub(r"/\*.*?\*/", "", STYLES, flags=re.S))))
ODD = r"""
() => [...document.querySelectorAll(".prose [title=try]")].flatMap((element) => {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  if (style.display === "none") return [];  // nor is it copied
  const wrong = [];
  if (!["static", "relative"].includes(style.position)) wrong.push(style.position);
  if (style.opacity !== "1") wrong.push(`opacity ${style.opacity}`);
  if (style.clipPath !== "none") wrong.push("clipped");
  if (style.zIndex !== "auto") wrong.push("in front");
  if (style.visibility !== "visible") wrong.push("not shown");
  if (parseFloat(style.fontSize) < 10 || box.width < 8 || box.height < 8) wrong.push(`small ${box.width}x${box.height}`);
  if (style.color === style.backgroundColor || /rgba\(.*, 0\)/.test(style.color)) wrong.push("without colour");
  if (box.left < -40 || box.top + scrollY < 60) wrong.push("elsewhere");
  return wrong.length ? [`${element.tagName} in ${element.parentElement.tagName}: ${element.textContent}: ${wrong}`] : [];
})
"""


OVER = r"""# Over

$\smash{\raisebox{-2em}{\rule{50em}{50em}}}$ $\kern-40em\smash{\rule{30em}{30em}}$ $\raisebox{20em}{\smash{\rule{50em}{9em}}}$ $$\smash{\rule{50em}{50em}}$$

<svg viewBox="0 0 1 1" width="10" height="10"><rect x="-900" y="-900" width="3000" height="3000"/></svg>
"""
COVERED = """
() => {
  const own = document.querySelector(".prose").getBoundingClientRect();
  const found = [];
  for (let x = 4; x < innerWidth; x += 20) {
    for (let y = 4; y < innerHeight; y += 20) {
      const inside = x > own.left - 20 && x < own.right + 20 && y > own.top - 20 && y < own.bottom + 20;
      if (!inside && document.elementFromPoint(x, y)?.closest(".prose")) found.push([x, y]);
    }
  }
  return found;
}
"""


def disguised(tag: str) -> str:
    return "".join(f'<{tag} class="{name}" title="try">{name}-text</{tag}> ' for name in CLASSES)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page that tries every class of the theme on text, in code and on boxes."""
    folder = tmp_path_factory.mktemp("disguised")
    text = f"# T\n\n<p>{disguised('span')}</p>\n\n<div class='highlight'><pre class='highlight'>{disguised('span')}</pre></div>\n\n<div>{disguised('div')}</div>\n\n<p>{disguised('a')}</p>\n"
    files = {
        "shop/catalog-info.yaml": component("shop", metadata='  annotations: {backstage.io/techdocs-ref: "dir:."}\n'),
        "shop/docs/index.md": text,
        "shop/docs/over.md": OVER,
        "shop/mkdocs.yml": "site_name: Shop\nmarkdown_extensions:\n  - pymdownx.arithmatex: {generic: true}\n",
        "crew/catalog-info.yaml": group(),
    }
    with hosted(build_site(organisation(folder, files), folder / "site").folder) as host:
        yield f"{host.url}docs/default/component/shop/"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_class_of_the_theme_lets_an_author_hide_or_move_text(page, open_page, width, scheme):
    """Fails without docs.classes in adopt._Writer._reserved: <span class="quiet"> in code was not seen and was copied."""
    tab = open_page(page, viewport={"width": width, "height": 800}, color_scheme=scheme)

    assert tab.evaluate("document.querySelectorAll('.prose [title=try]').length") > 3 * len(CLASSES)
    assert tab.evaluate(ODD) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_no_formula_and_no_drawing_covers_what_is_around_the_article(page, open_page, width):
    """Fails without the clipping of .prose in prose.css: a rule of TeX covered the contents and whatever else was there."""
    tab = open_page(f"{page}over/", viewport={"width": width, "height": 800})

    assert tab.locator(".prose math").count() == 4
    assert tab.evaluate(COVERED) == []
