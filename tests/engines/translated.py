"""A dialect without its engine: a statement is read by whoever knows the dialect, then sqlglot translates it to DuckDB, which runs it.
What is shown is that an independent reader of the dialect takes a statement to mean what the definitions say. The session is in a
zone of its own on purpose."""

from values import Missing

try:
    import duckdb
    import sqlglot
except ImportError as reason:
    raise Missing(str(reason)) from reason

OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
BY = f"DuckDB {duckdb.__version__} by sqlglot {sqlglot.__version__}"


class Refused(Exception):
    """The grammar does not take a statement."""


class Translated:
    """A driver says which `dialect` it reads, and in `mended` what the translation gets wrong and has to be put right before it."""

    errors = (Exception,)
    version = BY

    def __init__(self):
        self.connection = None
        self.reset()

    def reset(self):
        Translated.close(self)
        self.connection = duckdb.connect(":memory:", config=OFFLINE)
        self.connection.execute("SET TimeZone = 'Pacific/Auckland'")

    def mended(self, node):
        return node

    def parse(self, sql):
        sqlglot.parse_one(sql, read=self.dialect)

    def translated(self, statement):
        return statement.transform(self.mended).sql(dialect="duckdb")

    def script(self, text):
        for statement in sqlglot.parse(text, read=self.dialect):
            self.connection.execute(self.translated(statement))

    def load(self, table, path):
        raise NotImplementedError("rows are given by INSERT")

    def query(self, sql):
        self.parse(sql)
        statement = self.translated(sqlglot.parse_one(sql, read=self.dialect))
        try:
            cursor = self.connection.execute(statement)
        except duckdb.Error as error:
            raise Refused(f"{error}\ntranslated to:\n{statement}") from error
        described = cursor.description or []
        return [one[0] for one in described], [str(one[1]) for one in described], cursor.fetchall()

    def close(self):
        if self.connection is not None:
            self.connection.close()
