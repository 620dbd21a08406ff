"""Gating: edges that jump from one row to the next further than a vessel moves are removed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .arrays import AnyArray, Flags, FloatArray
from .edges import Edges

_LEFT, _RIGHT = 1, 2
_BOTH = _LEFT | _RIGHT


@dataclass(frozen=True, slots=True)
class Gate:
    """Largest changes from one row to the next, px."""

    edge_shift_px: float
    diameter_change_px: float
    center_shift_px: float


@dataclass(frozen=True, slots=True, eq=False)
class Gated:
    """Edges after gating, and why some were removed (rows,)."""

    edges: Edges
    has_edge_jump: Flags
    has_diameter_jump: Flags
    has_center_jump: Flags


def gated(edges: Edges, gate: Gate) -> Gated:
    """Remove edges that jump against the row before, as that row is after its own gating.

    Notes
    -----
    A jump of one edge removes this edge. Where both edges of both rows are left, a jump of the diameter, and then
    one of the centre, removes both. After a removed edge nothing is compared with it. Which edges of a row are left
    depends on those of the row before: a map from four states to four. The maps of neighbouring rows are composed two
    by two, so that no loop runs over the rows.
    """
    left, right = edges.left, edges.right
    jumps_left, jumps_right = _jumps(left, gate.edge_shift_px), _jumps(right, gate.edge_shift_px)
    wide = _jumps(right - left, gate.diameter_change_px)
    off = _jumps((left + right) / 2, gate.center_shift_px)
    found = np.isfinite(left) * _LEFT + np.isfinite(right) * _RIGHT
    jumping = jumps_left * _LEFT + jumps_right * _RIGHT
    states = np.arange(4)
    kept = found[:, None] & ~(jumping[:, None] & states)
    is_whole = (kept == _BOTH) & (states == _BOTH)
    after = np.where(is_whole & (wide | off)[:, None], 0, kept)
    now = _composed(after.astype(np.uint8))[:, 0]
    before = np.concatenate([np.zeros(1, np.uint8), now[:-1]])
    row = np.arange(len(now))
    has_diameter_jump = is_whole[row, before] & wide
    return Gated(
        replace(edges, left=np.where(now & _LEFT, left, np.nan), right=np.where(now & _RIGHT, right, np.nan)),
        (jumping & before & found) > 0,
        has_diameter_jump,
        is_whole[row, before] & off & ~has_diameter_jump,
    )


def _jumps(values: FloatArray, most: float) -> Flags:
    """Whether a value differs from the one before by more than ``most``; never where one is missing."""
    flags = np.zeros(len(values), np.bool_)
    flags[1:] = np.abs(np.diff(values)) > most
    return flags


def _composed(maps: AnyArray) -> AnyArray:
    """Compose the map of every row with those of all rows before it (rows, states)."""
    step = 1
    while step < len(maps):
        maps = np.concatenate([maps[:step], np.take_along_axis(maps[step:], maps[:-step], axis=1)])
        step *= 2
    return maps
