"""A snapshot as JSON for drafts, whatever its values: independent of what the saved files can hold.

Frozen values are written field by field and tables column by column. What cannot be read back, such as a value that
this version refuses, is taken from another snapshot, and the rest stays.
"""

from __future__ import annotations

import base64
import contextlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from cloudscope_widgets.core.contrast import ChannelContrast, ContrastSet
from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.experiment import Experiment
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Calibration, Header
from cloudscope_widgets.core.peaks import PeakReview
from cloudscope_widgets.core.record import Record, RecordSet, Written
from cloudscope_widgets.core.roi import LineRoi, RectRoi, Roi, RoiSet
from cloudscope_widgets.core.snapshot import Snapshot

_KIND, _VALUE = "kind", "value"
_VALUES: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (Calibration, ChannelContrast, Event, Experiment, LineRoi, PeakReview, RectRoi, Record, Written)
}
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)
_Item = TypeVar("_Item")


# ---------------------------------------------------------------- writing
def snapshot_document(snapshot: Snapshot) -> dict[str, Any]:
    """Write a snapshot part by part; of the header only the calibration, since the image says the rest."""
    parts = {item.name: getattr(snapshot, item.name) for item in fields(snapshot)}
    parts["header"] = snapshot.header.calibration
    return {name: _part_document(part) for name, part in parts.items()}


def _part_document(part: Any) -> Any:  # noqa: ANN401  (any part of a snapshot)
    if isinstance(part, ContrastSet):
        return {str(channel): _document(shown) for channel, shown in part.items()}
    if isinstance(part, RoiSet | RecordSet):
        return [_document(item) for item in part]
    return _document(part)


def _document(value: Any) -> Any:  # noqa: ANN401, PLR0911  (any frozen value; a case for each kind)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return {_KIND: "float", _VALUE: repr(value)}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_document(item) for item in value]
    if isinstance(value, Mapping):
        return {_KIND: "map", _VALUE: {str(key): _document(item) for key, item in value.items()}}
    if isinstance(value, bytes):
        return {_KIND: "bytes", _VALUE: base64.b64encode(value).decode("ascii")}
    if isinstance(value, pd.DataFrame):
        return {_KIND: "table", _VALUE: [[str(name), *_column_document(value[name])] for name in value.columns]}
    if is_dataclass(value) and type(value).__name__ in _VALUES:
        held = {item.name: _document(getattr(value, item.name)) for item in fields(value)}
        return {_KIND: type(value).__name__, _VALUE: held}
    raise TypeError(f"a draft cannot hold a {type(value).__name__}")


def _column_document(column: pd.Series[Any]) -> tuple[str, Any]:
    """Type and values of a column: numbers as base64 of their bytes, anything else as a list."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "biuf":
        stored = column.dtype.newbyteorder("<")
        return stored.str, base64.b64encode(column.to_numpy().astype(stored).tobytes()).decode("ascii")
    return "", [None if pd.isna(item) else _document(item) for item in column.tolist()]


# ---------------------------------------------------------------- reading
def read_snapshot_document(said: Mapping[str, Any], header: Header, otherwise: Snapshot) -> Snapshot:
    """Read a snapshot.

    Parameters
    ----------
    said
        As ``snapshot_document`` wrote it, perhaps by another version of this program.
    header
        What the image itself says.
    otherwise
        Where parts come from that are not there or cannot be read.
    """
    found: dict[str, Any] = {}
    for item in fields(Snapshot):
        if item.name in said:
            with contextlib.suppress(*_UNREADABLE):
                found[item.name] = _part(item.name, said[item.name], header, otherwise)
    return replace(otherwise, **found)


def _part(name: str, said: Any, header: Header, otherwise: Snapshot) -> Any:  # noqa: ANN401  (any part of a snapshot)
    if name == "header":
        return replace(header, calibration=_value(said))
    if name == "contrast":
        held: Mapping[int, ChannelContrast] = otherwise.contrast
        pairs = _read(((int(key), shown) for key, shown in said.items()), {str(key): held[key] for key in held})
        return ContrastSet(dict(pairs))
    if name == "rois":
        known_rois = {str(roi.roi_id): roi for roi in otherwise.rois}
        rois: Iterable[tuple[Any, Roi]] = _read(((item[_VALUE]["roi_id"], item) for item in said), known_rois)
        return RoiSet(roi.clamped(header.shape) for _, roi in rois)
    if name == "records":
        known = {str([*record.key]): record for record in otherwise.records}
        return RecordSet(record for _, record in _read(((_record_key(item), item) for item in said), known))
    return _value(said)


def _record_key(said: Any) -> list[Any]:  # noqa: ANN401  (as it was read)
    return [said[_VALUE][name] for name in ("analysis_name", "channel", "roi_id")]


def _read(said: Iterable[tuple[Any, Any]], otherwise: Mapping[str, _Item]) -> Iterator[tuple[Any, _Item]]:
    """Items with their keys; one that cannot be read is the one of this key elsewhere, or left out."""
    for key, item in said:
        try:
            yield key, _value(item)
        except _UNREADABLE:
            if str(key) in otherwise:
                yield key, otherwise[str(key)]


def _value(said: Any) -> Any:  # noqa: ANN401  (any frozen value)
    if isinstance(said, list):
        return tuple(_value(item) for item in said)
    if not isinstance(said, Mapping):
        return said
    kind, value = said[_KIND], said[_VALUE]
    if kind in _VALUES:
        names = {item.name for item in fields(_VALUES[kind])}
        return _VALUES[kind](**{name: _value(item) for name, item in value.items() if name in names})
    return _READERS[kind](value)


def _table(said: Any) -> pd.DataFrame:  # noqa: ANN401  (as it was read)
    return pd.DataFrame({name: _column(stored, values) for name, stored, values in said})


def _column(stored: str, values: Any) -> Any:  # noqa: ANN401  (as it was read)
    if not stored:
        return [_value(item) for item in values]
    return np.frombuffer(base64.b64decode(values, validate=True), stored).astype(np.dtype(stored).newbyteorder("="))


_READERS: dict[str, Callable[[Any], Any]] = {
    "float": float,
    "map": lambda value: FrozenDict({key: _value(item) for key, item in value.items()}),
    "bytes": lambda value: base64.b64decode(value, validate=True),
    "table": _table,
}
