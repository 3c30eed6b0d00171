"""How large a picture is, read from its first bytes, so that a page keeps its place for it and does not jump."""

from __future__ import annotations

import re
import struct
from pathlib import Path

HEAD = 1 << 16
"""Bytes that are read of a picture; what JPEG puts before its size (profiles, thumbnails) mostly fits."""
LARGEST = 20_000
_SVG = re.compile(rb"<svg\b[^<>]*>")
_LENGTH = re.compile(rb"\s(width|height)\s*=\s*[\"']\s*([0-9.]{1,12})(?:px)?\s*[\"']")
_BOX = re.compile(rb"\sviewBox\s*=\s*[\"']\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+([0-9.]{1,12})[\s,]+([0-9.]{1,12})\s*[\"']")


def size(file: Path) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG, GIF, JPEG, WebP or SVG *file*; None where it does not say."""
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD)
        found = _size(head)
    except (OSError, ValueError, struct.error, IndexError):
        return None
    return found if found and all(0 < length <= LARGEST for length in found) else None


def _size(head: bytes) -> tuple[int, int] | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return struct.unpack(">II", head[16:24])
    if head.startswith((b"GIF87a", b"GIF89a")):
        return struct.unpack("<HH", head[6:10])
    if head.startswith(b"\xff\xd8"):
        return _jpeg(head)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _webp(head)
    return _svg(head)


def _jpeg(head: bytes) -> tuple[int, int] | None:
    """The size in the first start-of-frame segment."""
    at = 2
    while head[at] == 0xFF:
        marker, length = head[at + 1], int.from_bytes(head[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        at += 2 + max(length, 2)
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    form = head[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if form == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _svg(head: bytes) -> tuple[int, int] | None:
    """The root's width and height in pixels, or its view box."""
    root = _SVG.search(head)
    if root is None:
        return None
    lengths = {name: round(float(value)) for name, value in _LENGTH.findall(root[0])}
    if len(lengths) == 2:
        return lengths[b"width"], lengths[b"height"]
    box = _BOX.search(root[0])
    return (round(float(box[1])), round(float(box[2]))) if box and not lengths else None
