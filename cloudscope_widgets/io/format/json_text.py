"""JSON as our files need it: strict where data could be lost, lenient where other programs are sloppy."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.io.format.json_place import line_of_second_key, line_of_word

_MOST_DIGITS = 300
"""Longest whole number that is still a floating-point number."""
_MOST_SHOWN = 40


class _TwoOfAKeyError(ValueError):
    """An object has a key twice."""


class _TooLargeError(ValueError):
    """A number is none that can be computed with; the argument is its text."""


def parse_json(raw: bytes, path: Path) -> dict[str, Any]:
    """Parse the bytes of a JSON file into a dict.

    A byte order mark and bare NaN or Infinity, which CloudScope writes, are accepted; the latter become None.

    Raises
    ------
    SidecarReadError
        When the bytes are no JSON object, have a key twice in one object, or a number too large to be one.
    """
    return parse_json_text(decoded(raw, path), path)


def decoded(raw: bytes, path: Path) -> str:
    """Text of a JSON file, without its byte order mark; SidecarReadError when it is no UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SidecarReadError(f"{path} cannot be read: line {line}: byte {error.start} is no UTF-8 text.") from error


def parse_json_text(text: str, path: Path) -> dict[str, Any]:
    """Parse the text of a JSON file, see ``parse_json``."""
    try:
        found = json.loads(
            text, object_pairs_hook=_unique, parse_float=_finite, parse_int=_whole, parse_constant=lambda _name: None
        )
    except json.JSONDecodeError as error:
        raise SidecarReadError(f"{path} cannot be read: line {error.lineno}: {error.msg}.") from error
    except _TwoOfAKeyError as error:
        raise SidecarReadError(f"{path} cannot be read: line {line_of_second_key(text)}: {error}.") from error
    except _TooLargeError as error:
        word = str(error)
        shown = word if len(word) <= _MOST_SHOWN else f"{word[:_MOST_SHOWN]}…"
        line = line_of_word(text, word)
        raise SidecarReadError(f"{path} cannot be read: line {line}: the number {shown} is too large.") from error
    except RecursionError as error:
        raise SidecarReadError(f"{path} cannot be read: its lists are nested too deeply.") from error
    if not isinstance(found, dict):
        raise SidecarReadError(f"{path} cannot be read: line 1: it holds no JSON object.")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _TwoOfAKeyError(f"the key {twice!r} stands twice in one object")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _TooLargeError(text)
    return number


def _whole(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise _TooLargeError(text)
    return int(text)


def json_bytes(document: Any) -> bytes:  # noqa: ANN401  (any JSON value)
    """Write a JSON value as our files hold it: UTF-8, indented, keys sorted, null for NaN, numpy as Python."""
    text = json.dumps(canonical(document), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", errors="backslashreplace")  # half a character pair is written as it was: \ud83d


def canonical(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    """Plain Python form of a value, frozen or not, as it comes back from a file."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(item) for item in value]
    if isinstance(value, np.ndarray):
        return canonical(value.tolist())
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
