"""Bluesky's stream of posts as they are made."""
