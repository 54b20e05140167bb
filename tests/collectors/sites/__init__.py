"""Small servers that speak as the real sites do, and fail as they are told."""
