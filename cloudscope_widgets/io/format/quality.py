"""Quality of every window, packed into text for our own file."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import numpy as np
import pandas as pd

from cloudscope_widgets.analysis.velocity.quality import QUALITY_DTYPES
from cloudscope_widgets.io.format.fields import Fields

_STORED = {name: "u1" if dtype == "bool" else f"<{dtype}" for name, dtype in QUALITY_DTYPES.items()}

COLUMN_NAMES = tuple(_STORED)
"""Columns that are stored."""


def packed_quality(quality: pd.DataFrame) -> dict[str, str]:
    """Little-endian bytes of every column as base64."""
    return {
        name: base64.b64encode(quality[name].to_numpy().astype(dtype).tobytes()).decode("ascii")
        for name, dtype in _STORED.items()
    }


def unpacked_quality(said: Fields, rows: int) -> pd.DataFrame:
    """Columns of quality of a table with ``rows`` rows.

    Raises
    ------
    SidecarReadError
        When a column is missing, damaged or of another length.
    """
    columns: dict[str, Any] = {}
    for name, stored in _STORED.items():
        try:
            values = np.frombuffer(base64.b64decode(said.text(name), validate=True), stored)
        except (binascii.Error, ValueError) as error:
            raise said.refused(name, f"base64 of {rows} values", said.text(name)) from error
        if len(values) != rows:
            raise said.refused(name, f"{rows} values", f"{len(values)} values")
        columns[name] = values.astype(QUALITY_DTYPES[name])
    return pd.DataFrame(columns)
