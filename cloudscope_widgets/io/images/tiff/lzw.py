"""Pixels compressed by LZW, checked before the library that expands them is let in.

The first code after a reset stands for one value. Where a damaged file has another one there, the library reads memory
that it does not own, and the whole kernel may die.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_RESET, _END = 256, 257
_FIRST_NEW = 258
_ENTRIES = 4096
_SLACK = 4


def lzw_fault(raw: bytes) -> str:
    """Say what is wrong with a stretch of pixels compressed by LZW, in a clause; empty when it can be expanded.

    Parameters
    ----------
    raw
        The compressed bytes, the highest bit of each first, as TIFF has them since 1992.
    """
    if raw[:1] != b"\x80" or not b"" < raw[1:2] < b"\x80":
        return "its LZW compression does not begin as it should"
    data = np.frombuffer(raw + bytes(_SLACK), np.uint8)
    end_bit, at_bit = len(raw) * 8, 9
    while at_bit < end_bit:
        offsets = at_bit + _BEFORE
        codes = _codes(data, offsets[offsets + _WIDTHS <= end_bit])
        if not codes.size or codes[0] == _END:
            return ""
        if codes[0] > _END:
            return f"its LZW compression is broken at byte {at_bit // 8} of a stretch of pixels"
        resets = np.flatnonzero((codes == _RESET) | (codes == _END))
        if not resets.size or codes[resets[0]] == _END:
            return ""
        at_bit = int(offsets[resets[0]] + _WIDTHS[resets[0]])
    return ""


def _codes(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Codes that follow a reset, as far as there are any."""
    first = offsets >> 3
    word = data[first].astype(np.uint32) << 16 | data[first + 1].astype(np.uint32) << 8 | data[first + 2]
    widths = _WIDTHS[: offsets.size]
    codes: NDArray[np.uint32] = word >> (24 - widths - (offsets & 7)).astype(np.uint32)
    return codes & ((1 << widths) - 1).astype(np.uint32)


def _widths() -> NDArray[np.int64]:
    """Bits of each code after a reset; the width grows one code early, as TIFF has it."""
    known = np.maximum(np.arange(_ENTRIES - _FIRST_NEW + 1) - 1, 0) + _FIRST_NEW
    return 9 + np.searchsorted([511, 1023, 2047], known, side="right").astype(np.int64)


_WIDTHS = _widths()
_BEFORE = np.cumsum(_WIDTHS) - _WIDTHS
"""Bits between a reset and each code."""
