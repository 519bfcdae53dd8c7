"""SQLite, the library that comes with Python. Each case has a fresh database in memory."""

import csv
import sqlite3


def open_engine():
    return Sqlite()


class Sqlite:
    errors = (sqlite3.Error, sqlite3.Warning)
    version = sqlite3.sqlite_version

    def __init__(self):
        self.connection = None
        self.reset()

    def reset(self):
        self.close()
        self.connection = sqlite3.connect(":memory:", isolation_level=None)

    def script(self, text):
        self.connection.executescript(text)

    def load(self, table, path):
        with open(path, encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            columns = next(lines)
            names = ", ".join(f'"{c}"' for c in columns)
            marks = ", ".join("?" for _ in columns)
            rows = ([cell if cell != "" else None for cell in line] for line in lines)
            self.connection.execute("BEGIN")
            self.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)
            self.connection.execute("COMMIT")

    def query(self, sql):
        cursor = self.connection.execute(sql)
        columns = [c[0] for c in cursor.description or []]
        return columns, [], cursor.fetchall()  # a column of SQLite has no type, only its values have

    def close(self):
        if self.connection is not None:
            self.connection.close()
