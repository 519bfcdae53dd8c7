"""Apache Spark SQL, one session on one core. Tables are temporary views of their rows, which is quicker than files.

Awkward on purpose: the session's zone is not UTC and has summer time.
"""

import datetime
import os
import re

from seeds import plain, statements
from values import Missing

os.environ["TZ"] = "UTC"  # the zone that Python's side of the answers is in, whatever the session's is

try:
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession
    from pyspark.sql.types import TimestampType
except ImportError as reason:
    raise Missing(str(reason)) from reason

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    # Rows are few: compiling a plan to Java takes longer than running it.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.session.timeZone": "America/New_York",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.warehouse.dir": "/nonexistent",
    "spark.driver.memory": "2g",
    "spark.log.level": "OFF",
}


def open_engine():
    return Spark()


class Spark:
    errors = (PySparkException, Exception)

    def __init__(self):
        builder = SparkSession.builder.master("local[1]").appName("etalon")
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        try:
            self.session = builder.getOrCreate()
        except Exception as reason:
            raise Missing(f"Spark does not start: {reason}") from reason
        self.version = self.session.version
        self.views = []

    def reset(self):
        for view in self.views:
            self.session.catalog.dropTempView(plain(view))
        self.views = []

    def script(self, text):
        tables = {}
        for what, name, content in statements(text):
            if what == "table":
                tables[name] = (content, [])
            else:
                tables[name][1].append(content)
        for name, (columns, batches) in tables.items():
            types = ", ".join(f"CAST(c{at} AS {ty}) AS {column}" for at, (column, ty) in enumerate(columns))
            own = ", ".join(f"c{at}" for at in range(len(columns)))
            none = f"SELECT {', '.join(f'CAST(NULL AS {ty}) AS {column}' for column, ty in columns)} WHERE FALSE"
            selects = [f"SELECT {types} FROM VALUES\n{rows} AS rows_of({own})" for rows in batches]
            self.session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS " + "\nUNION ALL\n".join(selects or [none]))
            self.views.append(name)

    def load(self, table, path):
        raise NotImplementedError("rows are given by INSERT")

    def query(self, sql):
        frame = self.session.sql(re.sub(r";\s*$", "", sql))
        moments = [at for at, field in enumerate(frame.schema.fields) if isinstance(field.dataType, TimestampType)]
        rows = [list(row) for row in frame.collect()]
        for row in rows:
            for at in moments:
                row[at] = row[at] and row[at].replace(tzinfo=datetime.timezone.utc)
        return frame.columns, [], rows

    def close(self):
        self.session.stop()
