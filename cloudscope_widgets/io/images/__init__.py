"""Reading images and their calibration."""
