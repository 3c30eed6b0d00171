"""Pictures of every type of page of the demo's portal: on a desk and on a telephone, in light and in dark.

    python tests/screenshots.py [--readme]

writes ``screenshots/``, which git does not keep; with ``--readme`` the few small ones that the README shows, in docs/img.
"""

from __future__ import annotations

import argparse
import base64
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent / "browser")]

from browser_kit import hosted
from page_types import PAGE_TYPES, PageType
from playwright.sync_api import Browser, sync_playwright
from portals import DEMO, ROOT, build_site

SIZES = {"desktop": (1280, 800), "mobile": (390, 844)}
SCHEMES = ("light", "dark")
WEBP = """async ([data, width]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const canvas = new OffscreenCanvas(width, Math.round((image.height * width) / image.width));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.82 })).arrayBuffer());
  return btoa(String.fromCharCode.apply(null, bytes.subarray(0, 32768)) + [...bytes.subarray(32768)].map((byte) => String.fromCharCode(byte)).join(""));
}"""


README = {"home": "light", "component": "light", "palette": "dark"}


def picture(browser: Browser, url: str, shot: PageType, size: str, scheme: str) -> bytes:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # keywords by name, each of a type of its own
    page = context.new_page()
    page.goto(f"{url}{shot.route}", wait_until="networkidle")
    shot.act(page)
    page.wait_for_timeout(200)
    taken = page.screenshot()
    context.close()
    return taken


def small(browser: Browser, png: bytes, width: int) -> bytes:
    """The picture as WebP, so many pixels wide; Chromium itself makes it."""
    page = browser.new_page()
    made = page.evaluate(WEBP, [base64.b64encode(png).decode(), width])
    page.close()
    return base64.b64decode(made)


def main() -> None:
    parser = argparse.ArgumentParser(description="Take pictures of every type of page.")
    parser.add_argument("--readme", action="store_true", help="write those of the README instead")
    arguments = parser.parse_args()
    program = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    if program is None:
        raise SystemExit("there is no Chromium here: install chromium")
    with tempfile.TemporaryDirectory(prefix="callboard-") as folder:
        site = build_site(DEMO, Path(folder) / "site", links="folders", environ={"CALLBOARD_SITE_STYLE_PAGE": "true"})
        with hosted(site.folder) as host, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else [])
            if arguments.readme:
                for shot in PAGE_TYPES:
                    if scheme := README.get(shot.name):
                        target = ROOT / f"docs/img/{shot.name}.webp"
                        target.write_bytes(small(browser, picture(browser, host.url, shot, "desktop", scheme), 1000))
                        print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1000:.0f} kB")
                return
            target = ROOT / "screenshots"
            target.mkdir(exist_ok=True)
            for shot in PAGE_TYPES:
                for size in SIZES:
                    for scheme in SCHEMES:
                        (target / f"{shot.name}-{size}-{scheme}.png").write_bytes(picture(browser, host.url, shot, size, scheme))
                print(shot.name, flush=True)
    print(f"{len(PAGE_TYPES) * len(SIZES) * len(SCHEMES)} pictures in {target.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
