"""JSON in the dialect of the saved files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.io.format.json_text import json_bytes, parse_json

PATH = Path("cell.tif.json")


def test_bare_nan_and_a_byte_order_mark_are_accepted() -> None:
    raw = b'\xef\xbb\xbf{"a": NaN, "b": [-Infinity, 1.5]}'
    assert parse_json(raw, PATH) == {"a": None, "b": [None, 1.5]}


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"a": 1, "a": 2}', "the key 'a' stands twice"),
        (b'{"a": 1e999}', "the number 1e999 is too large"),
        (b'{"a": [1,\n2', "line 2"),
        (b"[1]", "no JSON object"),
        (b"", "line 1"),
        (b'{"a": "\xff"}', "byte 7 is no UTF-8"),
        (b"[" * 100_000, "cannot be read"),
    ],
)
def test_what_would_lose_data_is_refused_with_file_and_place(raw: bytes, reason: str) -> None:
    with pytest.raises(SidecarReadError, match=reason) as caught:
        parse_json(raw, PATH)
    assert "cell.tif.json" in str(caught.value)


def test_bytes_are_sorted_indented_and_never_hold_nan() -> None:
    raw = json_bytes({"b": np.float64("nan"), "a": FrozenDict({"µ": np.arange(2)})})
    assert raw == '{\n  "a": {\n    "µ": [\n      0,\n      1\n    ]\n  },\n  "b": null\n}'.encode()


def test_what_cloudscope_wrote_comes_back_the_same(golden: Path) -> None:
    path = golden / "Capillary1_0001.tif.json"
    document = parse_json(path.read_bytes(), path)
    assert parse_json(json_bytes(document), path) == document
    assert json.loads(json_bytes(document))["version"] == 2
