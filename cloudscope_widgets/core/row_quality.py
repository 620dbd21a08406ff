"""Quality of the rows of a table that nobody has judged: every row counts, nothing else is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from cloudscope_widgets.core.kinds import Column
from cloudscope_widgets.core.record import RecordSet

ACCEPTED = "accepted"
"""Column that says whether a row counts."""


def unknown_quality(columns: Iterable[Column], rows: int) -> pd.DataFrame:
    """Quality of a result without one.

    Parameters
    ----------
    columns
        Of the quality of this kind of result.
    rows
        Count of the rows of the table.

    Returns
    -------
    True in the column ``accepted``, NaN in columns that can hold it, and 0 in others.
    """
    return pd.DataFrame({column.name: np.full(rows, _unknown(column), column.dtype) for column in columns})


def _unknown(column: Column) -> float:
    if column.name == ACCEPTED:
        return True
    return np.nan if column.dtype.startswith("f") else 0


def with_unknown_quality(records: RecordSet) -> RecordSet:
    """Return the records with a quality where they lack one: then every row counts."""
    for record in records:
        kind, table = record.kind, record.held_table
        if kind is not None and kind.judging_methods and table is not None and record.held_quality is None:
            records = records.stored(replace(record, held_quality=unknown_quality(kind.quality, len(table))))
    return records
