"""The only room that knows DuckDB: what is stored, how it gets in, and what can be asked of it."""
