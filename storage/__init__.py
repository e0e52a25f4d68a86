"""Where state lives: tables, repositories and the unit of work, on SQLite and PostgreSQL."""
