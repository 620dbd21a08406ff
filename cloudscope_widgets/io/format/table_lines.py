"""Lines of a CSV table as they stand in the file: whether they are whole, and which one is wrong."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from cloudscope_widgets.core.errors import SidecarReadError

_LINE_END = 10


def refused_table(path: Path, reason: str) -> SidecarReadError:
    """Error that names the file and the reason."""
    return SidecarReadError(f"{path} cannot be read: {reason.rstrip('.')}.")


def check_lines(raw: bytes, path: Path, *, separator: str = ",") -> None:
    """Refuse a table in which a line has more or fewer fields than the first one.

    Raises
    ------
    SidecarReadError
        When a line is not whole, for instance because the file was cut off; the message names it.
    """
    if not raw.strip():
        raise refused_table(path, "line 1: there is nothing in it")
    if b"\0" in raw:
        raise refused_table(path, f"line {raw.count(_LINE_END, 0, raw.index(0)) + 1}: it is no text")
    lone = re.search(rb"\r(?!\n)", raw)
    if lone is not None:  # some readers end a line there, and some do not
        raise refused_table(path, f"line {raw.count(_LINE_END, 0, lone.start()) + 1}: it holds half a line end")
    if b'"' not in raw and _are_alike(raw, separator):
        return  # the usual case, decided without taking each line apart
    expected = 0
    for line, found in _lines(raw, path, separator):
        expected = expected or len(found)
        if found and len(found) != expected:
            raise refused_table(path, f"line {line}: it has {len(found)} fields, the first line {expected}")


def _are_alike(raw: bytes, separator: str) -> bool:
    """Whether all lines hold equally many fields; a blank line does not."""
    signs = np.frombuffer(raw, np.uint8)
    ends = np.flatnonzero(signs == _LINE_END)
    if not raw.endswith(b"\n"):
        ends = np.append(ends, len(raw))
    commas = np.diff(np.searchsorted(np.flatnonzero(signs == ord(separator)), ends), prepend=0)
    return bool((commas == commas[0]).all())


def first_bad_line(raw: bytes, column: str, is_good: Callable[[str], bool], *, separator: str = ",") -> int:
    """Line of the first field of a column that is not good; of the last line when all are."""
    index, last = -1, 1
    for line, found in _lines(raw, Path(), separator):
        last = line
        if index < 0:
            index = found.index(column)
        elif found and not is_good(found[index]):
            return line
    return last


def _lines(raw: bytes, path: Path, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and fields of each line, none for a blank one."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise refused_table(path, f"line {line}: byte {error.start} is no UTF-8 text") from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for found in reader:
            yield reader.line_num, found
    except csv.Error as error:
        raise refused_table(path, f"line {reader.line_num}: {error}") from error
