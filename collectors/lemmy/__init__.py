"""Lemmy instances."""
