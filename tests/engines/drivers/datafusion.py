"""DataFusion, in process. Each case has a fresh session.

Awkward on purpose: a session zone of half hours, which no statement may rest on.
"""

import re

from values import Missing

try:
    import datafusion
    import pyarrow
except ImportError as reason:
    raise Missing(str(reason)) from reason

AWKWARD = {"datafusion.execution.time_zone": "Asia/Kolkata"}

# A statement of a script ends with its line; within quotes a line may end with a semicolon too.
STATEMENT = re.compile(r"""(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|[^;'"])+""")


def open_engine():
    return DataFusion()


class DataFusion:
    errors = (Exception,)
    version = datafusion.__version__

    def __init__(self):
        self.reset()

    def reset(self):
        config = datafusion.SessionConfig()
        for name, value in AWKWARD.items():
            config = config.set(name, value)
        self.session = datafusion.SessionContext(config)

    def script(self, text):
        for statement in STATEMENT.findall(text):
            if statement.strip():
                self.session.sql(statement).collect()

    def load(self, table, path):
        raise NotImplementedError("rows are given by INSERT")

    def query(self, sql):
        table = self.session.sql(sql.rstrip().rstrip(";")).to_arrow_table()
        columns = [micros(column).to_pylist() for column in table.columns]
        return table.column_names, [str(field.type) for field in table.schema], list(zip(*columns))

    def close(self):
        pass


def micros(column):
    """Python's moments have six digits; of nine, the last three have to be 0."""
    if pyarrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        return column.cast(pyarrow.timestamp("us", tz=column.type.tz))
    return column
