"""Writing a synthetic recording as a microscope would: a TIFF, and its calibration as an Olympus text beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def as_pixels(values: NDArray[np.float64], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Round brightness to the nearest pixel value that the type can hold."""
    if dtype.kind == "f":
        return values.astype(dtype)
    limits = np.iinfo(dtype)
    return np.rint(values).clip(limits.min, limits.max).astype(dtype)


def write_image(path: str | Path, image: NDArray[Any]) -> Path:
    """Write an image as an uncompressed TIFF."""
    import tifffile  # noqa: PLC0415  (the rest of these modules needs numpy only)

    path = Path(path)
    tifffile.imwrite(path, image)
    return path


def write_olympus_text(
    image_path: Path,
    shape: tuple[int, ...],
    *,
    seconds_per_line: float,
    um_per_pixel: float,
    others: Mapping[str, str] | None = None,
) -> None:
    """Write the calibration of an image beside it; ``others`` are further entries of the text."""
    lines, columns = shape
    duration_s = lines * seconds_per_line
    entries = {
        "Name": "synthetic",
        "X Dimension": f"{columns}, 0.0 - {columns * um_per_pixel!r} [um], {um_per_pixel!r} [um/pixel]",
        "T Dimension": f"1, 0.000 - {duration_s!r} [s], Interval FreeRun",
        "Image Size": f"{columns} * {lines} [pixel]",
        **(others or {}),
    }
    text = "".join(f'"{key}"\t"{value}"\n' for key, value in entries.items())
    image_path.with_suffix(".txt").write_text(text, encoding="utf-8")
