"""What older versions of pandas do otherwise."""

from __future__ import annotations

import re

import pandas as pd


def is_pandas_before(major: int, minor: int = 0) -> bool:
    """Whether the installed pandas is older than a version."""
    found = re.match(r"(\d+)\.(\d+)", pd.__version__)
    return found is not None and (int(found[1]), int(found[2])) < (major, minor)
