"""The register of analyses: our own, those that a cell registers, and what is refused."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis import registry
from cloudscope_widgets.analysis.base import ALONE, Context, Result, measured
from cloudscope_widgets.analysis.checked_result import checked_result
from cloudscope_widgets.analysis.registry import BUILT_IN, analyses, find_analysis, register_analysis
from cloudscope_widgets.core import kinds
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.kinds import SHARED_KINDS, Column, Kind, kind_of
from cloudscope_widgets.core.params import Param, ParamValue, checked_params
from cloudscope_widgets.synthetic import kymograph

KIND = Kind("line_mean", "Line mean", columns=(Column("time_s", "s"), Column("mean"), Column("is_dark", dtype="bool")))


class LineMean:
    """Mean of each line."""

    kind: ClassVar[Kind] = KIND
    version: ClassVar[int] = 1
    params: ClassVar[tuple[Param, ...]] = (Param("dark", 1.0, "Dark"),)

    def measure(
        self, pixels: NDArray[Any], calibration: Calibration, params: Mapping[str, ParamValue], context: Context = ALONE
    ) -> Result:
        """Mean of each line."""
        del context
        mean = pixels.mean(axis=1)
        time_s = np.arange(len(mean)) * calibration.seconds_per_line
        table = pd.DataFrame({"time_s": time_s, "mean": mean, "is_dark": mean < float(params["dark"])})
        return Result({"mean": mean.mean()}, table)


@pytest.fixture(autouse=True)
def _own_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_plug_ins", registry._PlugIns(is_loaded=True))  # noqa: SLF001  (no other way)
    monkeypatch.setattr(kinds, "_registered", {})


def test_our_own_analyses_have_a_kind_of_the_shared_format() -> None:
    assert {name: analysis.kind for name, analysis in BUILT_IN.items()}.items() <= SHARED_KINDS.items()


def test_an_analysis_is_found_once_it_is_registered_and_replaced_by_one_of_the_same_name() -> None:
    with pytest.raises(ValueError, match="there is no analysis 'line_mean'"):
        find_analysis("line_mean")
    assert register_analysis(LineMean) is LineMean
    first = find_analysis("line_mean")
    register_analysis(LineMean())
    assert find_analysis("line_mean") is not first
    assert list(analyses()) == [*BUILT_IN, "line_mean"]
    assert kind_of("line_mean") is KIND


def _without(name: str, value: object) -> type:
    return type("Broken", (LineMean,), {name: value})


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (_without("kind", None), "needs a class attribute kind"),
        (_without("version", "1"), "needs a class attribute version"),
        (_without("params", [Param("a", 1, "A")]), "needs a class attribute params"),
        (_without("params", (Param("a", 1, "A"), Param("a", 2, "B"))), "two parameters of one name"),
        (_without("measure", None), "needs a method measure"),
        (_without("kind", SHARED_KINDS["diameter"]), "belongs to the shared format"),
        ("line_mean", "str is no analysis"),
    ],
)
def test_what_is_no_analysis_is_refused(broken: object, reason: str) -> None:
    with pytest.raises((ValueError, TypeError), match=reason):
        register_analysis(broken)
    assert list(analyses()) == list(BUILT_IN)


@pytest.mark.parametrize("name", ["radon_velocity", "diameter", "line_mean"])
def test_another_process_measures_the_same(name: str) -> None:
    register_analysis(LineMean)
    analysis = find_analysis(name)
    given = (
        kymograph(400, 24, flow=0.7, seed=3).image,
        Calibration(seconds_per_line=0.001, um_per_pixel=0.3, source="typed"),
        checked_params(analysis.params, {}),
    )
    here = analysis.measure(*given)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there = pool.submit(analysis.measure, *given).result()
    assert there.table is not None
    assert here.table is not None
    pd.testing.assert_frame_equal(there.table, here.table)
    assert pickle.loads(pickle.dumps(here)).summary == there.summary  # noqa: S301  (made here)


def test_a_measurement_that_nobody_watches_need_not_take_a_context() -> None:
    class Plain(LineMean):
        def measure(self, pixels: Any, calibration: Any, params: Any) -> Result:  # type: ignore[override]  # noqa: ANN401
            return super().measure(pixels, calibration, params)

    given = np.ones((3, 2)), Calibration(), {"dark": 2.0}
    results = [measured(analysis(), *given, ALONE) for analysis in (LineMean, Plain)]
    assert results[0].summary == results[1].summary == {"mean": 1.0}


# ---------------------------------------------------------------- results
TABLE = pd.DataFrame({"mean": [1.0, np.nan], "time_s": [0, 1], "is_dark": [True, False]})


def test_a_result_gets_the_columns_of_its_kind_and_numbers_that_can_be_saved() -> None:
    given = Result({"mean": np.float32(1.5), "none": np.nan, "list": np.arange(2)}, TABLE, method={"n": np.int64(3)})
    result = checked_result(KIND, given)
    assert result.summary == {"mean": 1.5, "none": None, "list": [0, 1], "num_rows": 2}
    assert result.table is not None
    assert {name: str(dtype) for name, dtype in result.table.dtypes.items()} == {
        "time_s": "float64",
        "mean": "float64",
        "is_dark": "bool",
    }
    assert (result.method, type(result.method["n"])) == ({"n": 3}, int)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (Result({}), "returned no table"),
        (Result({}, TABLE.drop(columns="mean")), "must have the columns time_s, mean, is_dark, got time_s, is_dark"),
        (Result({}, TABLE.assign(more=1)), "must have the columns"),
        (Result({}, TABLE.assign(mean=["a", "b"])), "column mean must hold numbers"),
        (Result({}, TABLE.assign(is_dark=[1.0, np.nan])), "is_dark .bool. cannot hold a missing value"),
        (Result({"shape": object()}, TABLE), r"the summary.shape holds a object"),
        (Result({}, TABLE, quality=TABLE), "its kind has no columns for one"),
        ({"mean": 1}, "returned dict and no Result"),
    ],
)
def test_a_result_that_could_not_be_saved_is_refused(result: Any, reason: str) -> None:  # noqa: ANN401
    with pytest.raises(ValueError, match=reason):
        checked_result(KIND, result)
