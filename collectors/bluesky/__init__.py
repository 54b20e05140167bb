"""Bluesky: the search through an account, or without one."""
