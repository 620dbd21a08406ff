"""Numbers from pixels: velocity and other analyses."""
