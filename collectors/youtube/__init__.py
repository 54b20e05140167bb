"""YouTube comments."""
