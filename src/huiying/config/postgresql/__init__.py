"""A database engine of our own: PostgreSQL, one writer at a time."""
