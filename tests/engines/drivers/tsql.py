"""T-SQL's grammar by Microsoft's own parser, ScriptDom, run by mono. The newest in a package registry is that of SQL Server 2019: what
2022 brought as grammar (IS DISTINCT FROM, WINDOW) it refuses, what 2022 brought as functions it lets pass. It knows no names, so
the statement is then translated and run, by `translated.py`: collations and the blanks at the end of texts are not shown so."""

import os
import shutil
import subprocess
from pathlib import Path

from translated import BY, Translated
from values import Missing

try:
    import sqlglot
    from sqlglot import exp
except ImportError as reason:
    raise Missing(str(reason)) from reason

HOME = Path(os.environ.get("ETALON_ENGINES") or Path.home() / ".cache" / "etalon-engines")
PROGRAM = HOME / "tsql" / "TsqlGrammar.exe"


def open_engine():
    if shutil.which("mono") is None:
        raise Missing("mono is not installed")
    if not PROGRAM.exists():
        raise Missing(f"{PROGRAM} is not there")
    return Tsql()


def is_text(node):
    while isinstance(node, (exp.Paren, exp.Collate)):
        node = node.this
    return isinstance(node, exp.National) or isinstance(node, exp.Literal) and node.is_string


class Tsql(Translated):
    dialect = "tsql"
    version = f"SQL Server 2019's grammar by ScriptDom of mssql-cli 1.0.0, {BY}"

    def __init__(self):
        super().__init__()
        self.program = subprocess.Popen(["mono", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def mended(self, node):
        # What is replaced is not looked into any more, so its parts are mended first.
        if isinstance(node, exp.DataType) and node.is_type("bit"):
            return exp.DataType.build("TINYINT")
        # FLOAT has 53 bits in T-SQL.
        if isinstance(node, exp.DataType) and node.is_type("float"):
            return exp.DataType.build("DOUBLE")
        # DuckDB compares texts by their bytes, whatever a collation is called.
        if isinstance(node, exp.Collate):
            return node.this.transform(self.mended)
        if isinstance(node, exp.National):
            return exp.Literal.string(node.name)
        if isinstance(node, exp.Anonymous) and node.name.upper() == "SYSUTCDATETIME":
            return sqlglot.parse_one("NOW() AT TIME ZONE 'UTC'", read="duckdb")
        # A plus beside a text joins texts.
        if isinstance(node, exp.Add) and any(is_text(side) for side in (node.left, node.right)):
            return exp.DPipe(this=node.left.transform(self.mended), expression=node.right.transform(self.mended))
        return node

    def parse(self, sql):
        if "\0" in sql:
            raise ValueError("a NUL in a statement")
        self.program.stdin.write(sql.encode("utf-8") + b"\0")
        self.program.stdin.flush()
        line = self.program.stdout.readline()
        if not line:
            raise RuntimeError("the parser ended")
        if line.strip():
            raise ValueError(line.decode("utf-8").strip())

    def close(self):
        super().close()
        self.program.stdin.close()
        self.program.wait(timeout=10)
