"""What a record must be like for its speed to be measured."""

from __future__ import annotations

from .arrays import AnyArray
from .plan import WINDOWS

LEAST_COLUMNS = 5
"""Narrowest record, px."""

LEAST_GOOD_LINES = 8
"""Fewest usable lines in a record."""


def check_arguments(image: AnyArray, window_lines: int) -> None:
    """Check what can be told without reading pixels.

    Raises
    ------
    ValueError
        With a sentence that says what is wrong, why, and what to do.
    """
    if window_lines not in WINDOWS:
        raise ValueError(f"window_lines must be one of {', '.join(map(str, WINDOWS))}, got {window_lines}")
    if image.ndim != 2:
        raise ValueError(f"the image must have two axes, lines and columns, got {image.ndim}: select one channel")
    if image.dtype.kind not in "buif":
        raise ValueError(f"pixels must be real numbers, got {image.dtype}: convert the image, e.g. to its magnitude")
    lines, columns = image.shape
    if columns < LEAST_COLUMNS:
        raise ValueError(
            f"the region is {columns} px wide, too narrow to follow cells from line to line: "
            f"make it at least {LEAST_COLUMNS} px wide"
        )
    if lines < window_lines:
        raise ValueError(
            f"the region has {lines} lines, fewer than one window of {window_lines}: "
            "choose a longer region or a shorter window"
        )


def check_good_lines(good: int, lines: int) -> None:
    """Check that enough lines hold a picture.

    Parameters
    ----------
    good
        Number of usable lines.
    lines
        Number of lines.

    Raises
    ------
    ValueError
        If nearly all lines are missing.
    """
    if good < LEAST_GOOD_LINES:
        raise ValueError(
            f"only {good} of {lines} lines hold a picture, the others are blank, dark or not finite: "
            "choose a region with usable lines"
        )
