"""Numbers in sentences, as the page writes them: thin spaces, a true minus, a dash for what is missing."""

from __future__ import annotations

import math

_THIN_SPACE = "\u2009"
_NO_BREAK_SPACE = "\u00a0"
_MINUS = "\u2212"
_MISSING = "\u2013"


def number_text(value: float | None, decimals: int) -> str:
    """Write a number with a fixed number of decimals; what rounds to zero has no sign."""
    if value is None or not math.isfinite(value):
        return _MISSING
    digits = f"{abs(value):,.{decimals}f}".replace(",", _THIN_SPACE)
    return f"{_MINUS}{digits}" if value < 0 and digits.strip("0.") else digits


def count_text(count: float | None) -> str:
    """Write a count, such as lines or windows."""
    return number_text(count, 0)


def share_text(share: float | None) -> str:
    """Write a share between 0 and 1 as a percentage with its sign."""
    text = number_text(None if share is None else share * 100, 1)
    return text if text == _MISSING else f"{text}{_NO_BREAK_SPACE}%"


def short_number_text(value: float) -> str:
    """Write a number with as many decimals as it has, for instance a parameter."""
    text = f"{abs(value):.12g}" if 1e-4 <= abs(value) < 1e12 or value == 0 else f"{abs(value):.6g}"  # noqa: PLR2004  (as the text says)
    return f"{_MINUS}{text}" if value < 0 else text


def wait_text(seconds: float) -> str:
    """Write how long something will take, in words that do not change with every message."""
    whole = max(1, round(seconds))
    if whole < 60:  # noqa: PLR2004  (seconds of a minute)
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def measure_text(value: float | None, unit: str = "", digits: int = 4) -> str:
    """Write a measured number with ``digits`` significant digits and its unit; whole numbers keep all of theirs."""
    if value is None or not math.isfinite(value):
        return _MISSING
    whole = float(value).is_integer() and abs(value) < 1e12  # noqa: PLR2004  (as far as text shows every digit)
    decimals = 0 if whole or not value else min(max(digits - 1 - math.floor(math.log10(abs(value))), 0), 9)
    return f"{number_text(value, decimals)}{_NO_BREAK_SPACE}{unit}" if unit else number_text(value, decimals)
