"""Measure something of your own and save it beside the image: python own_analysis.py."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

import cloudscope_widgets as cs
from cloudscope_widgets.analysis.base import Result
from cloudscope_widgets.core.kinds import Column, Kind
from cloudscope_widgets.core.params import Param


@cs.register_analysis
class Contrast:
    """How much the pixels of a stretch of lines differ: what a refocus or a lost vessel changes first."""

    kind = Kind("contrast", "Contrast", columns=(Column("time_s", "s"), Column("contrast")))
    version = 1
    params = (Param("lines", 100, "Lines", "Lines that are taken together.", unit="lines", minimum=2),)

    def measure(self, pixels, calibration, params):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        """Standard deviation divided by the mean, in one stretch after the other."""
        if len(pixels) < params["lines"]:
            raise ValueError(f"the region has {len(pixels)} lines, fewer than one stretch; choose fewer lines")
        stretches = [pixels[row : row + params["lines"]] for row in range(0, len(pixels), params["lines"])]
        contrast = np.array([part.std() / part.mean() for part in stretches])
        time_s = (np.arange(len(contrast)) + 0.5) * params["lines"] * calibration.seconds_per_line
        return Result({"contrast_median": np.median(contrast)}, pd.DataFrame({"time_s": time_s, "contrast": contrast}))


def main() -> None:
    """Run it, save it and find it again, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        acq = cs.open(cs.synthetic.kymograph(lines=2000, columns=40, flow=1.1).write(Path(folder) / "capillary.tif"))
        vessel = acq.add_rect(name="vessel")
        record = acq.analyze("contrast", roi_id=vessel.roi_id, lines=200)
        print(f"median contrast {record.summary['contrast_median']:.3f} in {record.summary['num_rows']} stretches")
        print(acq.save().message)
        again = cs.open(acq.path).record("contrast", roi_id=vessel.roi_id)
        print(f"Opened again: {again is not None and again.summary == record.summary}")


if __name__ == "__main__":
    main()
