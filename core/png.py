"""A small canvas with a palette, and its PNG (ISO/IEC 15948): boxes and numbers, nothing that needs a graphics library."""

import zlib
from collections.abc import Sequence
from struct import pack

__all__ = ["Canvas"]

#: Three points wide, five high, a row of three bits each.
_GLYPHS = {
    "0": (7, 5, 5, 5, 7), "1": (2, 6, 2, 2, 7), "2": (7, 1, 7, 4, 7), "3": (7, 1, 7, 1, 7), "4": (5, 5, 7, 1, 1),
    "5": (7, 4, 7, 1, 7), "6": (7, 4, 7, 5, 7), "7": (7, 1, 1, 1, 1), "8": (7, 5, 7, 5, 7), "9": (7, 5, 7, 1, 7),
    ".": (0, 0, 0, 0, 2), ",": (0, 0, 0, 2, 4), "$": (3, 6, 7, 3, 6), "-": (0, 0, 7, 0, 0),
}  # fmt: skip
#: Points of the canvas that one point of a glyph takes, each way.
_SCALE = 2
_ADVANCE = 4 * _SCALE


class Canvas:
    """Filled with the palette's first colour. Colours are numbers of the palette (red, green, blue; at most 256)."""

    def __init__(self, width: int, height: int, palette: Sequence[tuple[int, int, int]]) -> None:
        self.width = width
        self.height = height
        self._palette = palette
        self._rows = [bytearray(width) for _ in range(height)]

    def box(self, left: int, top: int, right: int, bottom: int, colour: int) -> None:
        """Fill a rectangle, `right` and `bottom` not included; what lies outside is left out."""
        left = min(max(0, left), self.width)
        right = min(max(left, right), self.width)
        for row in self._rows[max(0, top) : max(0, bottom)]:
            row[left:right] = bytes([colour]) * (right - left)

    def write(self, left: int, top: int, words: str, colour: int) -> None:
        """Digits, points, commas, dollars and minus signs; there is nothing else."""
        for number, character in enumerate(words):
            for y, bits in enumerate(_GLYPHS[character]):
                for x in range(3):
                    if bits >> (2 - x) & 1:
                        at = left + number * _ADVANCE + x * _SCALE, top + y * _SCALE
                        self.box(*at, at[0] + _SCALE, at[1] + _SCALE, colour)

    def width_of(self, words: str) -> int:
        """Points that the words take."""
        return len(words) * _ADVANCE - _SCALE

    def png(self) -> bytes:
        """The picture: 8 bits a point, indexed."""
        header = pack(">IIBBBBB", self.width, self.height, 8, 3, 0, 0, 0)
        colours = b"".join(bytes(colour) for colour in self._palette)
        points = zlib.compress(b"".join(b"\0" + row for row in self._rows), 9)
        parts = ((b"IHDR", header), (b"PLTE", colours), (b"IDAT", points), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
