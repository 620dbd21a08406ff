"""Frozen JSON values."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from cloudscope_widgets.core.frozen import FrozenDict, freeze, thaw


def test_nan_and_infinity_become_none_so_that_a_value_equals_itself() -> None:
    frozen = freeze({"a": float("nan"), "b": [np.inf, np.float32(1.5)], "c": np.int64(3)})
    assert thaw(frozen) == {"a": None, "b": [None, 1.5], "c": 3}
    assert frozen == frozen.merged()


def test_a_change_of_the_source_does_not_reach_the_frozen_copy() -> None:
    source = {"list": [1, {"deep": 2}]}
    frozen = FrozenDict(source)
    source["list"][1]["deep"] = 9  # type: ignore[index]  # known to be a dict here
    assert frozen["list"][1]["deep"] == 2


def test_equal_content_has_equal_hash_and_survives_pickling() -> None:
    one, two = FrozenDict({"a": 1, "b": [2]}), FrozenDict({"b": [2], "a": 1})
    assert one == two
    assert hash(one) == hash(two)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301  (own bytes)


def test_setting_an_attribute_is_refused() -> None:
    with pytest.raises(AttributeError, match="cannot be changed"):
        FrozenDict().name = 1


def test_a_value_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="got set"):
        freeze({"a": {1}})
