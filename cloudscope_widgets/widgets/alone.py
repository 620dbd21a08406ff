"""An array, or a recording that is open already, as a session of its own, so that a widget can show it alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.session import Session


class ArrayAcquisition(Acquisition):
    """An array as a recording without a file: lines and positions are counted, and nothing can be saved."""

    def __init__(self, array: Any) -> None:  # noqa: ANN401  (anything with shape, dtype and slicing)
        """Show an array of lines (time) by columns (position); ValueError when it is no image."""
        super().__init__(Path("array"), Snapshot(_header(array)))
        self._array = array

    def pixels(self, channel: int = 0) -> NDArray[Any]:
        """Return the array itself."""
        self._check_channel(channel)
        return cast("NDArray[Any]", self._array)


class LoneSession(Session):
    """Session of one open recording; no folder is searched."""

    def __init__(self, acquisition: Acquisition) -> None:
        """Show one recording."""
        super().__init__(Path.cwd())
        self._keep(acquisition)
        self._show(acquisition)

    def refresh(self) -> None:
        """Search nothing."""

    def close(self) -> None:
        """Let go of the recording, which stays open for whoever has given it."""
        with self._lock:
            self._recent.clear()
        super().close()


def session_of(source: Any) -> Session:  # noqa: ANN401  (anything that can be shown)
    """Return a session as it is, or make one of a recording or an array."""
    if isinstance(source, Session):
        return source
    return LoneSession(source if isinstance(source, Acquisition) else ArrayAcquisition(source))


def _header(array: Any) -> Header:  # noqa: ANN401  (anything with shape, dtype and slicing)
    shape = tuple(getattr(array, "shape", ()))
    if len(shape) != 2 or 0 in shape:  # noqa: PLR2004  (lines and columns)
        raise ValueError(
            f"an image has two dimensions, lines and positions, got {type(array).__name__} of shape {shape}"
        )
    dtype = np.dtype(array.dtype)
    if dtype.kind not in "buif":
        raise ValueError(f"an image holds numbers, got pixels of type {dtype}")
    return Header(shape=(int(shape[0]), int(shape[1])), dtype=dtype.name)
