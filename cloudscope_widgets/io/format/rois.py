"""Regions of interest as the sidecar holds them."""

from __future__ import annotations

from typing import Any

from cloudscope_widgets.core.frozen import FrozenDict, thaw
from cloudscope_widgets.core.numbers import LARGEST_ID
from cloudscope_widgets.core.roi import LineRoi, RectRoi, Roi
from cloudscope_widgets.io.format.fields import Fields

_VERSION = "1.0"
_RECT = "rectroi"
_LINE = "linesegmentroi"
_BOUNDS = {_RECT: ("row_start", "row_stop", "col_start", "col_stop"), _LINE: ("row0", "col0", "row1", "col1")}


def parse_roi(said: Fields, shape: tuple[int, int]) -> Roi:
    """Read one region, clamped to an image of ``shape`` (lines, columns).

    Raises
    ------
    SidecarReadError
        When it is of an unknown kind or version, or a bound is no whole number.
    """
    kind = said.text("roi_type")
    if kind not in _BOUNDS:
        raise said.refused("roi_type", " or ".join(_BOUNDS), kind)
    if said.text("version", _VERSION) != _VERSION:
        raise said.refused("version", _VERSION, said.values.get("version"))
    data = said.child("data")
    bounds: dict[str, Any] = {name: data.whole(name, least=-LARGEST_ID) for name in _BOUNDS[kind]}
    common: dict[str, Any] = {
        "roi_id": said.whole("roi_id", least=1),
        "name": said.text("name"),
        "note": said.text("note"),
        "extra": _extra(said, data, kind),
    }
    roi = RectRoi(**bounds, **common) if kind == _RECT else LineRoi(**bounds, **common)
    return roi.clamped(shape)


def _extra(said: Fields, data: Fields, kind: str) -> FrozenDict:
    """Return unknown keys of the region and of its data, so that they are written back."""
    own = said.others("roi_id", "roi_type", "version", "name", "note", "data")
    inner = data.others(*_BOUNDS[kind])
    return FrozenDict({**own, **({"data": inner} if inner else {})})


def roi_document(roi: Roi) -> dict[str, Any]:
    """Write one region."""
    kind = _RECT if isinstance(roi, RectRoi) else _LINE
    extra = thaw(roi.extra)
    return {
        **extra,
        "roi_id": roi.roi_id,
        "roi_type": kind,
        "version": _VERSION,
        "name": roi.name,
        "note": roi.note,
        "data": {**extra.get("data", {}), **dict(zip(_BOUNDS[kind], roi.bounds, strict=True))},
    }
