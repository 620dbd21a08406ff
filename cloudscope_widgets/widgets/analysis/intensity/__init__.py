"""How a sum intensity is shown."""
