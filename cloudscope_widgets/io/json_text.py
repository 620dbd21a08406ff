"""JSON as our files need it: strict where data could be lost, lenient where other programs are sloppy."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cloudscope_widgets.core.errors import SidecarReadError


def parse_json(raw: bytes, path: Path) -> dict[str, Any]:
    """Parse the bytes of a JSON file into a dict.

    A byte order mark and bare NaN or Infinity, which CloudScope writes, are accepted; the latter become None.

    Raises
    ------
    SidecarReadError
        When the bytes are no JSON object, have a key twice in one object, or a number too large to be one.
    """
    try:
        found = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_float=_finite,
            parse_constant=lambda _name: None,
        )
    except UnicodeDecodeError as error:
        raise SidecarReadError(f"{path} cannot be read: byte {error.start} is no UTF-8 text.") from error
    except json.JSONDecodeError as error:
        raise SidecarReadError(f"{path} cannot be read: line {error.lineno}: {error.msg}.") from error
    except (ValueError, RecursionError) as error:
        raise SidecarReadError(f"{path} cannot be read: {error}.") from error
    if not isinstance(found, dict):
        raise SidecarReadError(f"{path} cannot be read: it holds no JSON object.")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text} is too large")
    return number


def json_bytes(document: Any) -> bytes:  # noqa: ANN401  (any JSON value)
    """Write a JSON value as our files hold it: UTF-8, indented, keys sorted, null for NaN, numpy as Python."""
    text = json.dumps(canonical(document), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


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
