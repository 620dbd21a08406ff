"""Whether what an analysis returned can be stored, found out before anything is stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from cloudscope_widgets.analysis.base import Result
from cloudscope_widgets.core.kinds import Column, Kind


def checked_result(kind: Kind, result: Result) -> Result:
    """Result with the columns of its kind, and numbers as the saved files hold them.

    Parameters
    ----------
    kind
        Of the analysis.
    result
        What it returned. Results of the shared format are taken as they are.

    Raises
    ------
    ValueError
        When it cannot be stored; a sentence says what is wrong with it.
    """
    if kind.is_shared:
        return result
    if not isinstance(result, Result):
        raise ValueError(f"it returned {type(result).__name__} and no Result")  # noqa: TRY004  (told as a failed run)
    table = _checked_table("table", kind.columns, result.table)
    quality = None if result.quality is None else _checked_table("quality", kind.quality, result.quality)
    if quality is not None and (table is None or len(quality) != len(table)):
        raise ValueError(f"its quality has {len(quality)} rows and its table {0 if table is None else len(table)}")
    counted = {} if table is None else {kind.row_count: len(table)}
    summary = {**_plain(result.summary, "the summary"), **counted}
    return replace(result, table=table, quality=quality, summary=summary, method=_plain(result.method, "the method"))


def _checked_table(what: str, columns: tuple[Column, ...], table: pd.DataFrame | None) -> pd.DataFrame | None:
    """Table with the columns of a kind, in their order and types."""
    if not columns:
        if table is not None:
            raise ValueError(f"it returned a {what}, and its kind has no columns for one")
        return None
    if table is None:
        raise ValueError(f"it returned no {what}, and its kind has one")
    names = [column.name for column in columns]
    if sorted(map(str, table.columns)) != sorted(names):
        wanted, got = (", ".join(map(str, found)) for found in (names, table.columns))
        raise ValueError(f"its {what} must have the columns {wanted}, got {got}")
    return pd.DataFrame({column.name: _values(table[column.name], column) for column in columns})


def _values(values: pd.Series[Any], column: Column) -> Any:  # noqa: ANN401  (an array of the type of the column)
    try:
        found = values.to_numpy(np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the column {column.name} must hold numbers") from error
    if column.dtype.startswith("f"):
        return found.astype(column.dtype)
    if not np.isfinite(found).all():
        raise ValueError(f"the column {column.name} ({column.dtype}) cannot hold a missing value; make it f8")
    return values.to_numpy().astype(column.dtype)


def _plain(value: Any, place: str) -> Any:  # noqa: ANN401  (any JSON value)
    """Value of JSON for a number of numpy, and None for a number that is missing."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{place}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item, f"{place}[{index}]") for index, item in enumerate(value)]
    raise ValueError(f"{place} holds a {type(value).__name__}, which cannot be saved")
