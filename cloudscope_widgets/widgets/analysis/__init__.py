"""Form, trace and facts of an analysis."""
