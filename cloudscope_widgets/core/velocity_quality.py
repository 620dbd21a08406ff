"""Windows of a stored velocity that stand at exactly 0, and what a paper must say of one that nobody has judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cloudscope_widgets.core.provenance import methods_text

if TYPE_CHECKING:
    from cloudscope_widgets.core.record import Record

_HALF_TURN_DEG = 180.0


def at_zero(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Windows of a velocity that stand at exactly 0 (windows,): an angle found in standing stripes, or a stall."""
    theta_deg, velocity = (table[name].to_numpy(np.float64) for name in ("theta_deg", "velocity"))
    flags: NDArray[np.bool_] = (theta_deg == 0) | (theta_deg == _HALF_TURN_DEG) | (velocity == 0)
    return flags


def velocity_methods(record: Record) -> str:
    """How a velocity was measured, and whether its windows were judged."""
    text = methods_text(record.provenance)
    return text if record.is_judged else f"{text} {unknown_quality_text(record.held_table)}"


def unknown_quality_text(table: pd.DataFrame | None) -> str:
    """Say that no window was judged, and how many stand at exactly 0, as a sentence for a paper."""
    if table is None or not len(table):
        return "The quality of its windows is not known."
    standing = int(at_zero(table).sum())
    return (
        "The quality of its windows is not known: none was judged, and "
        f"{standing} of {len(table)} ({standing / len(table):.1%}) stand at exactly 0."
    )
