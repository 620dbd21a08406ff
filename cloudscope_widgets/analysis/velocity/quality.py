"""Quality of the windows of a velocity, as it is kept beside the table."""

from __future__ import annotations

import numpy as np
import pandas as pd

QUALITY_DTYPES = {"accepted": "bool", "z": "f2", "contrast": "f2", "gap": "f2", "velocity_se": "f4"}
"""Columns of the quality of a velocity, in the precision in which they are kept."""


def unknown_quality(rows: int) -> pd.DataFrame:
    """Quality of a result without one: every window counts, nothing else is known."""
    columns = {name: np.full(rows, np.nan, dtype) for name, dtype in QUALITY_DTYPES.items() if dtype != "bool"}
    return pd.DataFrame({"accepted": np.ones(rows, np.bool_), **columns})
