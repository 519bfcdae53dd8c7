"""Writes TPC-H data and the published answers: `python generate.py SCALE FOLDER`.

Both come from DuckDB's extension `tpch`, which a package brings (see README.md). FOLDER gets `data/TABLE.csv` and
`answers/N.csv` (as published, columns parted by bars); at a scale of 1 or more a DuckDB database `tpch.db` instead of the CSV files.
"""

import pathlib
import sys

import duckdb
import duckdb_extension_tpch

QUERIES = (1, 3, 5, 6, 10, 12, 14)
TABLES = ("customer", "lineitem", "nation", "orders", "part", "partsupp", "region", "supplier")


def main(scale, folder):
    package = pathlib.Path(duckdb_extension_tpch.__file__).parent
    extension = package / "extensions" / f"v{duckdb.__version__}" / "tpch.duckdb_extension"
    as_database = scale >= 1
    (folder / "answers").mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(folder / "tpch.db" if as_database else ":memory:")
    connection.execute(f"LOAD '{extension}'")
    connection.execute(f"CALL dbgen(sf = {scale})")
    for query in QUERIES:
        found = connection.execute("SELECT answer FROM tpch_answers() WHERE query_nr = ? AND scale_factor = ?", [query, scale])
        (folder / "answers" / f"{query}.csv").write_text(found.fetchone()[0], encoding="utf-8")
    if not as_database:
        (folder / "data").mkdir(exist_ok=True)
        for table in TABLES:
            connection.execute(f"COPY {table} TO '{folder / 'data' / table}.csv' (FORMAT csv, HEADER true)")
    connection.close()


if __name__ == "__main__":
    main(float(sys.argv[1]), pathlib.Path(sys.argv[2]))
