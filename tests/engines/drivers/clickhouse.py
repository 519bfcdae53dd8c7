"""ClickHouse in this process (the package `chdb`).

Awkward on purpose: the session's zone is not UTC, what joins miss is not null unless the statement says so, null is in lists,
decimals wrap, a distinct count is a guess, numbers in GROUP BY are constants, and a decimal's text has no zeros behind it.
"""

import datetime
import decimal
import json
import re

from values import Missing

try:
    from chdb import session
except ImportError as reason:
    raise Missing(str(reason)) from reason

# Each answer is read from JSON, where what JSON has no exact form for is a text.
SETTINGS = (
    "session_timezone = 'America/New_York', join_use_nulls = 0, transform_null_in = 1, decimal_check_overflow = 0, "
    "count_distinct_implementation = 'uniq', enable_positional_arguments = 0, group_by_use_nulls = 0, output_format_json_quote_64bit_integers = 0, "
    "output_format_json_quote_decimals = 1, output_format_json_quote_denormals = 1, output_format_decimal_trailing_zeros = 0"
)


def open_engine():
    return ClickHouse()


class ClickHouse:
    errors = (RuntimeError, Exception)

    def __init__(self):
        self.session = session.Session()
        self.session.query(f"SET {SETTINGS}")
        self.version = self.session.query("SELECT version()", "CSV").data().strip().strip('"')
        self.tables = []

    def reset(self):
        for table in self.tables:
            self.session.query(f"DROP TABLE {table}")
        self.tables = []

    def script(self, text):
        for statement in re.split(r";\n", text):
            if not statement.strip():
                continue
            made = re.match(r"CREATE TABLE (.+) \($", statement.split("\n", 1)[0])
            if made:
                self.tables.append(made.group(1))
                statement = f"{statement} ENGINE = Memory"
            self.session.query(statement)

    def load(self, table, path):
        raise NotImplementedError("rows are given by INSERT")

    def query(self, sql):
        answer = json.loads(self.session.query(re.sub(r";\s*$", "", sql), "JSONCompact").data(), parse_float=str)
        names = [column["name"] for column in answer["meta"]]
        types = [re.sub(r"^(?:LowCardinality\()?Nullable\((.*)\)$", r"\1", column["type"]) for column in answer["meta"]]
        return names, types, [[decoded(value, ty) for value, ty in zip(row, types)] for row in answer["data"]]

    def close(self):
        self.session.close()


def decoded(value, ty):
    if value is None:
        return None
    if ty.startswith("Decimal"):
        return decimal.Decimal(value)
    if ty.startswith("Float"):
        return float(value)
    if ty.startswith("DateTime"):
        return datetime.datetime.fromisoformat(value)
    if ty.startswith("Date"):
        return datetime.date.fromisoformat(value)
    return value
