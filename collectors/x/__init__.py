"""X, within a budget of money."""
