"""Oracle's dialect read by sqlglot, which is lenient: the second reader beside parseora."""

from values import Missing

try:
    import sqlglot
except ImportError as reason:
    raise Missing(str(reason)) from reason


def open_engine():
    return Oracle()


class Oracle:
    errors = (sqlglot.errors.SqlglotError,)
    version = f"sqlglot {sqlglot.__version__}"

    def parse(self, sql):
        sqlglot.parse_one(sql, read="oracle", error_level=sqlglot.ErrorLevel.RAISE)

    def close(self):
        pass
