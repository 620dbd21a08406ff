"""What is let through to the library that expands LZW, and what is not."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.recording import open_recording
from cloudscope_widgets.io.images.tiff.lzw import lzw_fault

RESET, END = 256, 257


def packed(*codes: int) -> bytes:
    """Bytes of codes of nine bits each."""
    bits = "".join(f"{code:09b}" for code in codes)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


@pytest.mark.parametrize("kind", ["noise", "steps", "one value", "short"])
def test_what_was_compressed_in_order_is_let_through(kind: str) -> None:
    rng = np.random.default_rng(3)
    pixels = {
        "noise": rng.integers(0, 4096, 300_000).astype(np.uint16),
        "steps": (np.arange(400_000) // 37).astype(np.uint16),
        "one value": np.zeros(500_000, np.uint16),
        "short": np.arange(2, dtype=np.uint16),
    }[kind]
    assert lzw_fault(bytes(imagecodecs.lzw_encode(pixels.tobytes()))) == ""


@pytest.mark.parametrize("code", [258, 300, 511])
def test_a_code_that_nothing_defined_after_a_reset_is_found(code: int) -> None:
    assert "broken" in lzw_fault(packed(RESET, code, 65, END))
    assert "broken" in lzw_fault(packed(RESET, 65, 66, RESET, code, END))


def bits_after_resets(raw: bytes) -> list[int]:
    """Where the first code after each reset begins, read code by code; a code grows one early, as TIFF has it."""
    bits, size = int.from_bytes(raw), len(raw) * 8
    found, at, width, free = list[int](), 0, 9, END
    while (code := bits >> (size - at - width) & ((1 << width) - 1)) != END:
        at += width
        free = END if code == RESET else free + 1
        width = 9 + sum(free >= limit for limit in (511, 1023, 2047))
        found += [at] if code == RESET else []
    return found


def with_code(raw: bytes, bit: int, code: int) -> bytes:
    """The same with another code of nine bits at a place."""
    away = len(raw) * 8 - bit - 9
    return (int.from_bytes(raw) & ~(511 << away) | code << away).to_bytes(len(raw))


def test_a_code_that_nothing_defined_is_found_behind_thousands_of_others() -> None:
    noise = np.random.default_rng(5).integers(0, 256, 20_000).astype(np.uint8).tobytes()
    raw = bytes(imagecodecs.lzw_encode(noise))
    _, *later = bits_after_resets(raw)
    assert len(later) > 3
    for bit in later:
        assert all("broken" in lzw_fault(with_code(raw, bit, code)) for code in (258, 511))
        assert lzw_fault(with_code(raw, bit, 65)) == ""
        assert lzw_fault(with_code(raw, bit + 9, 511)) == ""  # what the library itself refuses, or takes for a value


@pytest.mark.parametrize("raw", [b"", b"\x80", b"\x00\x01\x02", b"\x41\x80"])
def test_what_does_not_begin_with_a_reset_is_found(raw: bytes) -> None:
    assert "does not begin" in lzw_fault(raw)


def test_an_image_that_would_end_the_kernel_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cell.tif"
    tifffile.imwrite(path, np.zeros((64, 40), np.uint16), compression="lzw")
    with tifffile.TiffFile(path) as tiff:
        page = tiff.pages.first
        offset, count = page.dataoffsets[0], page.databytecounts[0]
    raw = bytearray(path.read_bytes())
    raw[offset : offset + count] = packed(RESET, 400, *[65] * count)[:count]
    path.write_bytes(raw)
    with pytest.raises(ImageReadError, match="LZW compression is broken"):
        open_recording(path).lines(0)
