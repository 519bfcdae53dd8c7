"""CockroachDB's statements on PostgreSQL, whose language it speaks."""

from drivers.postgres import open_by_bytes as open_engine  # noqa: F401
