"""Images, calibration texts and saved files."""
