"""Finding recordings, and what their files say without opening them."""
