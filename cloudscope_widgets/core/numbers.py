"""What a number or a text of a recording may be, so that a save can write it and it comes back as it was.

The values of this package ask these functions when they are made; saved files are read by the same limits.
"""

from __future__ import annotations

import math
import re
import sys
from typing import Any

import numpy as np

LARGEST_NUMBER = 1e100
"""Largest time, size or pixel value; sums and products of such numbers are still finite."""
SMALLEST_SIZE = 1e-100
"""Smallest size, time per line or gamma."""
LARGEST_WHOLE = 2**53
"""Largest whole number that every program that reads JSON keeps."""
LARGEST_ID = 2**31 - 1
"""Largest id of a region or an event, and largest index of a channel."""

_MOST_SHOWN = 60
_MOST_BITS_SHOWN = 128
_SPLIT_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def checked_number(what: str, value: object, *, most: float | None = LARGEST_NUMBER) -> float:
    """Return a number as the floating-point number that has exactly its value.

    Parameters
    ----------
    what
        Name of the number, for the message.
    value
        Number of Python or numpy.
    most
        Largest size of it, whatever its sign; None for any finite number.

    Raises
    ------
    ValueError
        When it is none, not finite, too large, or a whole number with more digits than a file keeps.
    """
    number = _as_float(value)
    is_large = isinstance(value, int) and not isinstance(value, bool)  # too large to be a float
    if number is None and not is_large:
        raise ValueError(f"{what} must be a number, got {shown(value)}")
    if number is None or (most is not None and abs(number) > most):
        most = sys.float_info.max if most is None else most
        raise ValueError(f"{what} must be a number from {-most:g} to {most:g}, got {shown(value)}")
    if number != value:
        raise ValueError(f"{what} must be a number that a file keeps to its last digit, got {shown(value)}")
    return number


def checked_size(what: str, value: object) -> float:
    """Return a size, a time or a factor, which is above 0; ValueError as for ``checked_number``."""
    number = _as_float(value)
    if number is None or number <= 0:
        raise ValueError(f"{what} must be a positive number, got {shown(value)}")
    if not SMALLEST_SIZE <= number <= LARGEST_NUMBER:
        limits = f"{SMALLEST_SIZE:g} to {LARGEST_NUMBER:g}"
        raise ValueError(f"{what} must be a number from {limits}, got {shown(value)}")
    return checked_number(what, value)


def checked_whole(what: str, value: object, *, least: int | None = None, most: int | None = None) -> int:
    """Return a whole number; ValueError when it is none or outside of the limits. Numbers such as 5.0 are whole."""
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_whole and isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    elif not is_whole:
        raise ValueError(f"{what} must be a whole number, got {shown(value)}")
    number: int = int(value)  # type: ignore[call-overload]  # one of the kinds above
    if (least is not None and number < least) or (most is not None and number > most):
        limits = f"from {least} to {most}" if most is not None else f"from {least}"
        raise ValueError(f"{what} must be a whole number {limits}, got {shown(value)}")
    return number


def checked_text(what: str, value: object) -> str:
    """Return a text as it comes back from a file; ValueError when it is none.

    A character of two halves, as other languages count it, becomes the one character that a file holds.
    """
    if not isinstance(value, str):
        raise ValueError(f"{what} must be text, got {shown(value)}")  # noqa: TRY004  (a bad value like any other)
    if _SPLIT_PAIR.search(value) is None:
        return str(value)
    return _SPLIT_PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), value)


def checked_flag(what: str, value: object) -> bool:
    """Return True or False; ValueError for anything else."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{what} must be True or False, got {shown(value)}")  # noqa: TRY004  (a bad value)
    return bool(value)


def within_limits(number: float) -> float:
    """Return the nearest number that can be saved; for what is only drawn, such as the brightest pixel."""
    return min(max(number, -LARGEST_NUMBER), LARGEST_NUMBER)


def shown(value: Any) -> str:  # noqa: ANN401  (whatever was given)
    """Value as it fits into a sentence."""
    if isinstance(value, int) and value.bit_length() > _MOST_BITS_SHOWN:  # Python refuses to spell very long ones
        return f"a whole number of about {math.ceil(value.bit_length() * math.log10(2))} digits"
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _as_float(value: object) -> float | None:
    """Nearest finite number, None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
