"""A picture says how large it is."""

from __future__ import annotations

import struct

import pytest

from callboard.pages.pictures import size

JPEG_HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(9)
FRAME = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", 40, 300) + bytes(10)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 300, 40), (300, 40)),
        (b"GIF89a" + struct.pack("<HH", 300, 40), (300, 40)),
        (JPEG_HEAD + FRAME, (300, 40)),
        (b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0" + (299).to_bytes(3, "little") + (39).to_bytes(3, "little"), (300, 40)),
        (b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (299 | 39 << 14).to_bytes(4, "little"), (300, 40)),
        (b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + struct.pack("<HH", 300, 40), (300, 40)),
        (b'<?xml version="1.0"?><svg viewBox="0 0 300 40.2">', (300, 40)),
        (b'<svg width="300px" height="40" viewBox="0 0 1 1">', (300, 40)),
        (b'<svg width="100%" height="100%" viewBox="0 0 300 40">', (300, 40)),
        (b'<svg width="300" viewBox="0 0 1 1">', None),
        (b"<svg>", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (JPEG_HEAD, None),
        (b"\xff\xd8" + b"\xff\xe0\x00\x00" * 9, None),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 0, 40), None),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 4_000_000_000, 40), None),
        (b"", None),
        (b"GIF89a", None),
    ],
)  # fmt: skip
def test_the_size_is_read_from_the_first_bytes(content, expected, tmp_path):
    (tmp_path / "picture").write_bytes(content)

    assert size(tmp_path / "picture") == expected


def test_a_picture_that_is_not_there_has_no_size(tmp_path):
    assert size(tmp_path / "nothing.png") is None
