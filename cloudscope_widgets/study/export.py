"""Tables for people, as CSV: text that a spreadsheet would run as a formula is made plain text.

The saved tables beside an image hold numbers only and are never changed in this way.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

_FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
"""Beginning of a cell that Excel, LibreOffice or Google Sheets takes for a formula, also behind spaces."""
_PLAIN = "'"
"""Sign before such a text; spreadsheets take what follows as it stands."""


def write_export(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV, without its index.

    Parameters
    ----------
    table
        Numbers stay numbers, negative ones included; of text, names of columns included, what looks like a formula
        begins with an apostrophe.
    path
        Of the CSV file.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    columns = (table.iloc[:, index] for index in range(table.shape[1]))
    texts = [column if pd.api.types.is_numeric_dtype(column) else column.map(plain_cell) for column in columns]
    names = [str(plain_cell(str(name))) for name in table.columns]
    plain = pd.concat(texts, axis=1) if texts else table
    plain.to_csv(path, index=False, header=names or True, lineterminator="\n")


def plain_cell(value: Any) -> Any:  # noqa: ANN401  (any value of a table)
    """Value of a cell, of which text does nothing in a spreadsheet but be shown."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")  # a lone CR ends a line for some readers, quoted or not
    return f"{_PLAIN}{text}" if _FORMULA.match(text) else text
