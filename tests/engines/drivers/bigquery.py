"""BigQuery's language, GoogleSQL, by its own analyzer and reference implementation (the package `zetasql`, WebAssembly).

It executes queries over tables that are handed over with them, and no statement that changes one: a script's `CREATE TABLE` and
`INSERT` are read here, the rows evaluated as a query. Loading the module takes a minute the first time; compiled, it is kept
beside the other engines.
"""

import datetime
import decimal
import os
import pathlib
import re
from importlib import metadata

from seeds import plain, statements
from values import Missing

try:
    import wasmtime
    import zetasql.core.wasm_client as wasm_client
    from zetasql.api import CatalogBuilder, TableBuilder
    from zetasql.core import ZetaSqlLocalService
    from zetasql.types import (
        AnalyzerOptions, LanguageOptions, ProductMode, TableContent, TableData, TypeKind, Value, ZetaSQLBuiltinFunctionOptions,
    )
except ImportError as reason:
    raise Missing(str(reason)) from reason

UTC = datetime.timezone.utc
DAY_ZERO = datetime.date(1970, 1, 1)
KINDS = {
    "INT64": TypeKind.TYPE_INT64, "NUMERIC": TypeKind.TYPE_NUMERIC, "BIGNUMERIC": TypeKind.TYPE_BIGNUMERIC,
    "FLOAT64": TypeKind.TYPE_DOUBLE, "STRING": TypeKind.TYPE_STRING, "BOOL": TypeKind.TYPE_BOOL, "DATE": TypeKind.TYPE_DATE,
    "DATETIME": TypeKind.TYPE_DATETIME, "TIMESTAMP": TypeKind.TYPE_TIMESTAMP,
}


class CachedModule:
    """The module of 28 MB, compiled once for all runs."""

    @staticmethod
    def from_file(engine, path):
        home = pathlib.Path(os.environ.get("ETALON_ENGINES", pathlib.Path.home() / ".cache/etalon-engines"))
        cache = home / f"zetasql-{metadata.version('zetasql')}-{metadata.version('wasmtime')}.cwasm"
        if not cache.exists():
            part = cache.with_suffix(f".{os.getpid()}")
            part.write_bytes(wasmtime.Module.from_file(engine, path).serialize())
            part.rename(cache)
        return wasmtime.Module.deserialize_file(engine, str(cache))


def open_engine():
    return BigQuery()


class BigQuery:
    errors = (Exception,)
    version = f"GoogleSQL (zetasql {metadata.version('zetasql')})"

    def __init__(self):
        wasm_client.Module = CachedModule
        # The wrapper would drop what it has no Python type for: the messages themselves are kept.
        Value.from_proto = classmethod(lambda cls, proto: proto)
        self.language = LanguageOptions.maximum_features()
        self.language.product_mode = ProductMode.PRODUCT_EXTERNAL
        self.service = ZetaSqlLocalService.get_instance()
        self.reset()

    def reset(self):
        self.tables, self.contents = {}, {}
        self.catalog = None

    def script(self, text):
        for what, name, content in statements(text):
            if what == "table":
                self.tables[plain(name)] = ([(plain(column), ty.split("(")[0]) for column, ty in content], [])
                self.catalog = None
                continue
            columns, stored = self.tables[plain(name)]
            kinds = ", ".join(f"`{column}` {kind}" for column, kind in columns)
            rows = re.sub(r"(^|\n)  \(", r"\1  STRUCT(", content)
            _, read = self.run(f"SELECT * FROM UNNEST(ARRAY<STRUCT<{kinds}>>[\n{rows}\n])")
            stored.extend(read)
            self.contents.pop(plain(name), None)

    def load(self, table, path):
        raise NotImplementedError("rows are given by INSERT")

    def run(self, sql):
        if self.catalog is None:
            options = ZetaSQLBuiltinFunctionOptions(language_options=self.language)
            catalog = CatalogBuilder("etalon").with_builtin_functions(options)
            for name, (columns, _) in self.tables.items():
                table = TableBuilder(name)
                for column, kind in columns:
                    table.add_column(column, KINDS[kind])
                catalog.add_table(table.build())
            self.catalog = catalog.build()
        # All rows go to the module with each query, so only those of tables that it names.
        content = {name: self.content(name) for name in self.tables if re.search(rf"\b{re.escape(name)}\b", sql)}
        options = AnalyzerOptions(language_options=self.language, default_timezone="UTC")
        prepared = self.service.prepare_query(sql=sql, options=options, simple_catalog=self.catalog, table_content=content).prepared
        try:
            result = self.service.evaluate_query(prepared_query_id=prepared.prepared_query_id)
            names = [column.name for column in prepared.columns]
            data = result.content.table_data
            return names, [list(row.cell) for row in data.row] if data is not None else []
        finally:
            self.service.unprepare_query(prepared_query_id=prepared.prepared_query_id)

    def content(self, name):
        if name not in self.contents:
            rows = [TableData.Row(cell=row) for row in self.tables[name][1]]
            self.contents[name] = TableContent(table_data=TableData(row=rows))
        return self.contents[name]

    def query(self, sql):
        names, rows = self.run(sql)
        return names, [], [[decoded(cell) for cell in row] for row in rows]

    def close(self):
        pass


def decoded(value):
    which = value.WhichOneof("value")
    if which is None:
        return None
    raw = getattr(value, which)
    if which == "date_value":
        return DAY_ZERO + datetime.timedelta(days=raw)
    if which == "timestamp_value":
        return datetime.datetime.fromtimestamp(raw.seconds, UTC) + datetime.timedelta(microseconds=raw.nanos // 1000)
    if which == "numeric_value":
        return decimal.Decimal(int.from_bytes(raw, "little", signed=True)).scaleb(-9)
    if which == "bignumeric_value":
        return decimal.Context(prec=80).scaleb(decimal.Decimal(int.from_bytes(raw, "little", signed=True)), -38)
    if which == "datetime_value":
        bits = raw.bit_field_datetime_seconds
        return datetime.datetime(
            bits >> 26, (bits >> 22) & 15, (bits >> 17) & 31, (bits >> 12) & 31, (bits >> 6) & 63, bits & 63, raw.nanos // 1000
        )
    return raw
