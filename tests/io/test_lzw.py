"""What is let through to the library that expands LZW, and what is not."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.loaders.lzw import lzw_fault
from cloudscope_widgets.io.recording import open_recording

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


def test_a_code_that_nothing_defined_is_found_behind_thousands_of_others() -> None:
    noise = np.random.default_rng(5).integers(0, 256, 40_000).astype(np.uint8).tobytes()
    raw = bytearray(imagecodecs.lzw_encode(noise))
    faults = 0
    for at in range(0, len(raw) - 1, 7):  # some of the changes hit the first code after a reset, and most do not
        changed = bytes(raw[:at]) + b"\xff\xff" + bytes(raw[at + 2 :])
        faults += bool(lzw_fault(changed))
    assert 0 < faults < len(raw) // 70


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
        open_recording(path).read_channel(0)
