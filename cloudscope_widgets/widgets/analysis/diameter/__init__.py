"""How a diameter is shown."""
