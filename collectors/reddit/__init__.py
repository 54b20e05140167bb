"""Reddit, asked by the user's own app."""
