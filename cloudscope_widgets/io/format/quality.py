"""Quality of every row of a table, packed into text for our own file."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from cloudscope_widgets.core.kinds import Column
from cloudscope_widgets.io.format.fields import Fields


def packed_quality(quality: pd.DataFrame, columns: Iterable[Column]) -> dict[str, str]:
    """Little-endian bytes of every column as base64."""
    return {
        column.name: base64.b64encode(quality[column.name].to_numpy().astype(_stored(column)).tobytes()).decode("ascii")
        for column in columns
    }


def unpacked_quality(said: Fields, columns: Iterable[Column], rows: int) -> pd.DataFrame:
    """Columns of quality of a table with ``rows`` rows.

    Raises
    ------
    SidecarReadError
        When a column is missing, damaged or of another length.
    """
    found: dict[str, Any] = {}
    for column in columns:
        name = column.name
        try:
            values = np.frombuffer(base64.b64decode(said.text(name), validate=True), _stored(column))
        except (binascii.Error, ValueError) as error:
            raise said.refused(name, f"base64 of {rows} values", said.text(name)) from error
        if len(values) != rows:
            raise said.refused(name, f"{rows} values", f"{len(values)} values")
        found[name] = values.astype(column.dtype)
    return pd.DataFrame(found)


def _stored(column: Column) -> str:
    return "u1" if column.dtype == "bool" else f"<{column.dtype}"
