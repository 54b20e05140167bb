"""Mastodon instances."""
