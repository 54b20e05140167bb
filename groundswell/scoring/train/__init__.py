"""Trains the default scorer from labelled posts that lie beside the repository."""
