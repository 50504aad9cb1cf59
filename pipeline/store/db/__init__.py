"""The study database: SQLite by default, any SQLAlchemy URL (PostgreSQL) by setting."""
