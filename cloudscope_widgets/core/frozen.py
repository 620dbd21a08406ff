"""JSON values that cannot change: what may stand in a compared, hashable value."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np


class FrozenDict(Mapping[str, Any]):
    """Immutable, hashable, picklable mapping from text to frozen JSON values."""

    __slots__ = ("_hash", "_items")
    _items: dict[str, Any]
    _hash: int | None

    def __init__(self, items: Mapping[str, Any] | None = None) -> None:
        """Copy and freeze ``items`` at every depth."""
        frozen = {str(key): freeze(value) for key, value in (items or {}).items()}
        object.__setattr__(self, "_items", frozen)
        object.__setattr__(self, "_hash", None)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: a frozen mapping never changes."""
        msg = f"a FrozenDict cannot be changed (tried to set {name}); make a new one with merged()"
        raise AttributeError(msg)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401  (any JSON value)
        """Value stored under ``key``."""
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        """Keys in the order in which they were given."""
        return iter(self._items)

    def __len__(self) -> int:
        """Count of keys."""
        return len(self._items)

    def __hash__(self) -> int:
        """Hash over all items, whatever their order."""
        known = self._hash
        if known is None:
            known = hash(frozenset(self._items.items()))
            object.__setattr__(self, "_hash", known)
        return known

    def __repr__(self) -> str:
        """Show as the dict it holds."""
        return f"FrozenDict({self._items!r})"

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[str, Any]]]:
        """Pickle as the dict it holds."""
        return FrozenDict, (self._items,)

    def merged(self, **changes: Any) -> FrozenDict:  # noqa: ANN401  (any JSON value)
        """Return a copy with some keys set."""
        return FrozenDict({**self._items, **changes})

    def without(self, *keys: str) -> FrozenDict:
        """Return a copy that lacks ``keys``."""
        return FrozenDict({key: value for key, value in self._items.items() if key not in keys})


EMPTY = FrozenDict()


def freeze(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    """Turn a JSON value, numpy scalars included, into an immutable one; NaN and infinity become None.

    Two values that hold NaN would differ from themselves, so a missing number is always None.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return value if isinstance(value, FrozenDict) else FrozenDict(value)
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return tuple(freeze(item) for item in value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    msg = f"a saved value must be text, a number, true, false, a list or a mapping, got {type(value).__name__}"
    raise TypeError(msg)


def thaw(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    """Turn a frozen JSON value back into plain dicts and lists."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {key: thaw(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [thaw(item) for item in value]
    return value
