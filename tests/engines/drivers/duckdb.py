"""DuckDB, in process. Each case has a fresh database in memory."""

import duckdb

# Nothing may be fetched while tests run, and the wheel has the zones, JSON and CSV built in.
OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def open_engine():
    return DuckDb()


class DuckDb:
    errors = (duckdb.Error,)
    version = duckdb.__version__

    def __init__(self):
        self.connection = None
        self.reset()

    def reset(self):
        self.close()
        self.connection = duckdb.connect(":memory:", config=OFFLINE)
        self.connection.execute("SET TimeZone = 'UTC'")

    def script(self, text):
        self.connection.execute(text)

    def load(self, table, path):
        self.connection.execute(f'COPY "{table}" FROM \'{path}\' (FORMAT csv, HEADER true, NULLSTR \'\')')

    def query(self, sql):
        cursor = self.connection.execute(sql)
        described = cursor.description or []
        return [c[0] for c in described], [str(c[1]) for c in described], cursor.fetchall() if described else []

    def close(self):
        if self.connection is not None:
            self.connection.close()
