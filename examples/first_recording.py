"""Measure a synthetic recording, save, and find everything again."""

from __future__ import annotations

import tempfile
from pathlib import Path

import cloudscope_widgets as cs


def main() -> None:
    """Run the main job once."""
    with tempfile.TemporaryDirectory() as folder:
        made = cs.synthetic.kymograph(lines=8000, columns=64, flow=1.37, snr_db=8, scan_duty=0.8)
        acq = cs.open(made.write(Path(folder) / "capillary.tif"))
        acq.add_rect(name="vessel")
        record = acq.analyze("radon_velocity", roi_id=1, window_width=64)
        print(f"true velocity      {made.velocity_um_s.mean() / 1000:.4f} mm/s")
        print(f"measured (median)  {record.summary['velocity_median'] / 1000:.4f} mm/s")
        print(f"windows kept       {record.summary['accepted_fraction']:.1%}")
        print(record.methods_text())
        print(acq.save().message)
        again = cs.open(acq.path)
        print(f"after opening again: {len(again.rois)} ROI, {len(again.records)} result")


if __name__ == "__main__":
    main()
