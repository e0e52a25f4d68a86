"""Where state is kept: SQLite or PostgreSQL behind core's ports."""
