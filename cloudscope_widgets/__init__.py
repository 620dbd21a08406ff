"""Look at line-scan recordings of blood vessels, measure them and trust the result."""
