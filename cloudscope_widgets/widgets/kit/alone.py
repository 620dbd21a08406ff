"""An array, or a recording that is open already, as a session of its own, so that a widget can show it alone."""

from __future__ import annotations

from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cloudscope_widgets.core.header import Calibration, Header
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.images.lines import Lines
from cloudscope_widgets.store.acquisition import Acquisition, check_duration
from cloudscope_widgets.store.session import Session


class ArrayAcquisition(Acquisition):
    """An array as a recording without a file: nothing can be saved; without a calibration lines and pixels count."""

    def __init__(
        self,
        array: Any,  # noqa: ANN401  (anything with shape, dtype and slicing)
        *,
        seconds_per_line: float | None = None,
        um_per_pixel: float | None = None,
    ) -> None:
        """Show an array of lines (time) by columns (position); ValueError when it is no image."""
        calibration = _calibration(seconds_per_line, um_per_pixel)
        super().__init__(Path("array"), Snapshot(replace(_header(array), calibration=calibration)))
        check_duration(self.header.shape[0], calibration.seconds_per_line)
        self._array = array

    def pixels(self, channel: int = 0) -> NDArray[Any]:
        """Return the array itself."""
        self._check_channel(channel)
        return cast("NDArray[Any]", self._array)

    def lines(self, channel: int = 0) -> Lines:
        """Return the array itself."""
        return cast("Lines", self.pixels(channel))


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


def session_of(
    source: Any,  # noqa: ANN401  (anything that can be shown)
    *,
    seconds_per_line: float | None = None,
    um_per_pixel: float | None = None,
) -> Session:
    """Return a session as it is, or make one of a recording or an array, which may have a calibration.

    Raises
    ------
    ValueError
        When it is none of these, or what has a calibration of its own is given another one.
    """
    if isinstance(source, Session | Acquisition):
        if seconds_per_line is not None or um_per_pixel is not None:
            raise ValueError(
                "seconds_per_line and um_per_pixel belong to an array; a recording has its own calibration, which "
                "acq.update_calibration changes"
            )
        return source if isinstance(source, Session) else LoneSession(source)
    array = _array_of(source)
    return LoneSession(ArrayAcquisition(array, seconds_per_line=seconds_per_line, um_per_pixel=um_per_pixel))


def _array_of(source: Any) -> Any:  # noqa: ANN401  (anything that can be shown)
    """Array of a table or of nested lists; what is an array already is not read."""
    if isinstance(source, str | bytes | PathLike):
        raise ValueError(_path_sentence(source))  # noqa: TRY004  (what is no image is one kind of error)
    if isinstance(source, pd.DataFrame):
        return _of_numbers(source.to_numpy(), "the table")
    if isinstance(source, np.ma.MaskedArray):
        return np.where(np.ma.getmaskarray(source), np.nan, source.data) if np.ma.is_masked(source) else source.data
    if isinstance(source, list | tuple):
        try:
            return _of_numbers(np.array(source), "the list")
        except ValueError as error:
            raise ValueError(
                f"an image has lines of numbers, all of the same length; the list has not: {error}"
            ) from error
    return source


def _of_numbers(array: NDArray[Any], what: str) -> NDArray[Any]:
    """Array with a type of numbers; missing values become NaN."""
    if array.dtype.kind != "O":
        return array
    try:
        values = [np.nan if pd.isna(value) else value for value in array.ravel()]
        found = np.array(values)
    except (TypeError, ValueError) as error:
        raise ValueError(f"an image holds numbers; {what} does not: {error}") from error
    if found.dtype.kind not in "buif":
        raise ValueError(f"an image holds numbers; {what} also holds text or other values")
    return found.reshape(array.shape)


def _path_sentence(source: str | bytes | PathLike[Any]) -> str:
    """What to do with a path."""
    path = Path(source.decode(errors="replace") if isinstance(source, bytes) else source)
    if path.is_dir():
        return f"a folder is no image by itself, but an image of it can be shown: give cs.Session({str(path)!r})"
    return f"an image is shown when it is open: give cs.open({str(path)!r}) instead of its path"


def _calibration(seconds_per_line: float | None, um_per_pixel: float | None) -> Calibration:
    """Calibration of an array, in seconds and micrometres where they are given."""
    given: dict[str, Any] = {}
    if seconds_per_line is not None:
        given |= {"seconds_per_line": seconds_per_line, "time_label": "s"}
    if um_per_pixel is not None:
        given |= {"um_per_pixel": um_per_pixel, "space_label": "um"}
    return Calibration(**given, source="typed") if given else Calibration()


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
