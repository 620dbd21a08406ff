"""Measure the velocity in a synthetic recording, save it, and find everything again: python first_recording.py."""

from __future__ import annotations

import tempfile
from pathlib import Path

import cloudscope_widgets as cs


def main() -> None:
    """Do the main job once, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        made = cs.synthetic.kymograph(lines=8000, columns=64, flow=1.37, snr_db=8, scan_duty=0.8)
        acq = cs.open(made.write(Path(folder) / "capillary.tif"))
        vessel = acq.add_rect(name="vessel")
        record = acq.analyze("radon_velocity", roi_id=vessel.roi_id, window_width=64)
        summary = record.summary
        print(f"true velocity       {made.velocity_um_s.mean() / 1000:.4f} mm/s")
        print(f"measured, median    {summary['velocity_median'] / 1000:.4f} mm/s")
        print(f"windows accepted    {summary['accepted_fraction']:.1%} of {summary['num_windows']}")
        print(record.methods_text())
        print(acq.save().message)
        again = cs.open(acq.path)
        print(f"Opened again: {len(again.rois)} ROI, {len(again.records)} result, nothing lost: {not again.dirty}")


if __name__ == "__main__":
    main()
