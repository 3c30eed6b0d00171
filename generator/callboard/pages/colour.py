"""Colours by lightness and hue (OKLab), and the contrast of two of them as WCAG 2 counts it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

LIGHT_GROUNDS = ("#fbf9f5", "#fffefc", "#f4f1ea", "#f2eee5")
DARK_GROUNDS = ("#161412", "#1d1a17", "#11100e", "#25211d")
"""What text stands on: --paper, --surface, --sunken and --hover of theme/css/tokens.css."""
ENOUGH = 4.5
"""Contrast that text needs (WCAG 2.2, 1.4.3)."""
COMFORTABLE = 6.0
"""What a derived colour is given where there is a choice."""
STEP = 0.005


class Lab(NamedTuple):
    """A colour of OKLab."""

    lightness: float
    a: float
    b: float


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of ``#rgb`` or ``#rrggbb``, from 0 to 1."""
    digits = colour.removeprefix("#")
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits[:3])
    red, green, blue = (int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4))
    return red, green, blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _coded(value: float) -> float:
    return value * 12.92 if value <= 0.0031308 else 1.055 * float(value ** (1 / 2.4)) - 0.055


def luminance(colour: str) -> float:
    red, green, blue = map(_linear, channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1, no difference, to 21, black on white."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def lab(colour: str) -> Lab:
    red, green, blue = map(_linear, channels(colour))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return Lab(
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _rgb(colour: Lab) -> tuple[float, float, float]:
    """Red, green and blue, linear; outside 0 to 1 where no screen of the web shows the colour."""
    long = (colour.lightness + 0.3963377774 * colour.a + 0.2158037573 * colour.b) ** 3
    medium = (colour.lightness - 0.1055613458 * colour.a - 0.0638541728 * colour.b) ** 3
    short = (colour.lightness - 0.0894841775 * colour.a - 1.2914855480 * colour.b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def written(colour: Lab) -> str:
    """``#rrggbb`` of the same lightness and hue, as colourful as can be shown."""
    share = 1.0
    found = _rgb(colour)
    while share > 0 and not all(-0.0005 <= value <= 1.0005 for value in found):
        share -= 0.02
        found = _rgb(Lab(colour.lightness, colour.a * share, colour.b * share))
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, _coded(max(0.0, value))))):02x}" for value in found)


def mixed(one: str, other: str, share: float) -> str:
    """*one* with so much of *other*."""
    return written(Lab(*(a * (1 - share) + b * share for a, b in zip(lab(one), lab(other), strict=True))))


@dataclass(frozen=True, slots=True)
class Accent:
    """What can be acted on, in one theme."""

    ink: str
    soft: str
    """The ground of what is selected."""
    on: str
    """Text on the accent."""


def light_accent(colour: str) -> Accent:
    """*colour* where it can be read on every ground of the light theme; else as much darker as that needs."""
    own = lab(colour)
    ink, soft = colour, mixed(LIGHT_GROUNDS[0], colour, 0.1)
    lightness = own.lightness
    while min(contrast(ink, ground) for ground in (*LIGHT_GROUNDS, soft)) < ENOUGH and lightness > 0:
        lightness -= STEP
        ink = written(own._replace(lightness=lightness))
        soft = mixed(LIGHT_GROUNDS[0], ink, 0.1)
    return Accent(ink, soft, "#ffffff")


def dark_accent(colour: str) -> Accent:
    """*colour* as light as reading it on every ground of the dark theme in comfort needs."""
    own = lab(colour)
    ink, soft = colour, mixed(DARK_GROUNDS[0], colour, 0.2)
    lightness = own.lightness
    while min(contrast(ink, ground) for ground in (*DARK_GROUNDS, soft)) < COMFORTABLE and lightness < 1:
        lightness += STEP
        ink = written(own._replace(lightness=lightness))
        soft = mixed(DARK_GROUNDS[0], ink, 0.2)
    return Accent(ink, soft, DARK_GROUNDS[2])
