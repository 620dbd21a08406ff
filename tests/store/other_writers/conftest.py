"""One recording that is open here and in another program."""

from __future__ import annotations

from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.store.acquisition import Acquisition, open_acquisition
from cloudscope_widgets.synthetic import kymograph
from tests.saved_files import FakeClock


@pytest.fixture
def time_s() -> FakeClock:
    return FakeClock()


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Recording with two regions, of which the first has a velocity."""
    path = kymograph(600, 40).write(tmp_path / "cell.tif")
    acq = cs.open(path)
    acq.add_rect(name="vessel")
    acq.add_rect(row_stop=300)
    acq.analyze("radon_velocity", roi_id=1)
    acq.add_event(roi_id=1, start_s=0.123456789, stop_s=0.2)
    acq.save()
    return path


@pytest.fixture
def acq(image: Path, time_s: FakeClock) -> Acquisition:
    return open_acquisition(image, clock=time_s.clock)


@pytest.fixture
def other(image: Path) -> Acquisition:
    return open_acquisition(image)
