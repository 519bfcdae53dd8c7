"""Snowflake's dialect on an emulator: fakesnow translates it (by sqlglot) to DuckDB, which runs it. No Snowflake is asked: what is
shown is that an independent reader of the dialect takes a statement to mean what the definitions say."""

from importlib import metadata

from values import Missing

try:
    import fakesnow
    import snowflake.connector
except ImportError as reason:
    raise Missing(str(reason)) from reason


def open_engine():
    return Snowflake()


class Snowflake:
    errors = (Exception,)
    version = f"emulated by fakesnow {metadata.version('fakesnow')}"

    def __init__(self):
        self.patch = fakesnow.patch()
        self.patch.__enter__()
        self.connection = None
        self.count = 0
        self.reset()

    def reset(self):
        self.close()
        # A database of its own each time: they live as long as the process.
        self.count += 1
        self.connection = snowflake.connector.connect(database=f"etalon_{self.count}", schema="public")

    def script(self, text):
        cursor = self.connection.cursor()
        for statement in text.split(";\n"):
            if statement.strip():
                cursor.execute(statement)

    def load(self, table, path):
        raise NotImplementedError("rows are given by INSERT")

    def query(self, sql):
        cursor = self.connection.cursor()
        cursor.execute(sql.rstrip().rstrip(";"))
        names = [described[0] for described in cursor.description]
        # Names without quotes come in capitals.
        names = [name.lower() if name.isupper() else name for name in names]
        return names, [], cursor.fetchall()

    def close(self):
        if self.connection is not None:
            self.connection.close()
