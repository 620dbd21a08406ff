"""A record gives copies of its tables, whatever the version of pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from cloudscope_widgets.core.record import Record


@pytest.mark.parametrize("name", ["table", "quality"])
def test_what_is_done_to_a_table_stays_outside_of_the_record(name: str) -> None:
    held = pd.DataFrame({"z": [1.0, 2.0], "ok": [True, False]})
    record = Record("radon_velocity", 0, 1, held_table=held, held_quality=held)
    changed = getattr(record, name)
    changed.loc[0, "z"] = 9.0
    changed["ok"] = False
    changed["z"] += 1
    column = getattr(record, name)["z"]
    column.iloc[1] = 7.0
    values = getattr(record, name)["z"].to_numpy()
    if values.flags.writeable:
        values[:] = np.nan
    assert getattr(record, name).to_dict("list") == {"z": [1.0, 2.0], "ok": [True, False]}
