"""Whether the windows of a stored velocity were judged, and how many of them stand at exactly 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cloudscope_widgets.core.record import Record

_JUDGING = "line_correlation"
_HALF_TURN_DEG = 180.0


def is_judged(record: Record) -> bool:
    """Whether a velocity says which of its windows can be trusted.

    Line correlation judges every window. The Radon method does not, and of another program's result nobody knows: then
    no window may be said to have been kept.
    """
    if (record.provenance.get("method") or {}).get("name") == _JUDGING:
        return True
    quality = record.held_quality
    return quality is not None and "z" in quality and bool(quality["z"].notna().any())


def at_zero(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Windows of a velocity that stand at exactly 0 (windows,): an angle found in standing stripes, or a stall."""
    theta_deg, velocity = (table[name].to_numpy(np.float64) for name in ("theta_deg", "velocity"))
    flags: NDArray[np.bool_] = (theta_deg == 0) | (theta_deg == _HALF_TURN_DEG) | (velocity == 0)
    return flags


def unknown_quality_text(table: pd.DataFrame | None) -> str:
    """Say that no window was judged, and how many stand at exactly 0, as a sentence for a paper."""
    if table is None or not len(table):
        return "The quality of its windows is not known."
    standing = int(at_zero(table).sum())
    return (
        "The quality of its windows is not known: none was judged, and "
        f"{standing} of {len(table)} ({standing / len(table):.1%}) stand at exactly 0."
    )
