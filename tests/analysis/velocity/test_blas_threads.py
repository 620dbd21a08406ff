"""While an analysis runs, matrices are multiplied on one thread; afterwards on as many as before."""

from __future__ import annotations

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from cloudscope_widgets.analysis.velocity.blas_threads import one_blas_thread


def blas_threads() -> set[int]:
    np.eye(2) @ np.eye(2)  # brings the library that multiplies
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_matrices_are_multiplied_on_one_thread_until_the_last_analysis_has_ended() -> None:
    with threadpool_limits(limits=2, user_api="blas"):
        if blas_threads() != {2}:
            pytest.skip("not run: this build of numpy multiplies on one thread only")
        first, second = one_blas_thread(), one_blas_thread()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        during = blas_threads()
        second.__exit__(None, None, None)
        assert (during, blas_threads()) == ({1}, {2})


def test_threads_are_given_back_after_an_error() -> None:
    before = blas_threads()
    with pytest.raises(ValueError, match="wrong"), one_blas_thread():
        raise ValueError("wrong")
    assert blas_threads() == before
