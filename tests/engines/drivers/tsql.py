"""T-SQL's grammar by Microsoft's own parser, ScriptDom, run by mono. The newest in a package registry is that of SQL Server 2019: what
2022 brought as grammar (IS DISTINCT FROM, WINDOW) it refuses, what 2022 brought as functions it lets pass. It knows no names."""

import os
import shutil
import subprocess
from pathlib import Path

from values import Missing

HOME = Path(os.environ.get("ETALON_ENGINES") or Path.home() / ".cache" / "etalon-engines")
PROGRAM = HOME / "tsql" / "TsqlGrammar.exe"


def open_engine():
    if shutil.which("mono") is None:
        raise Missing("mono is not installed")
    if not PROGRAM.exists():
        raise Missing(f"{PROGRAM} is not there")
    return Tsql()


class Tsql:
    errors = (ValueError,)
    version = "SQL Server 2019 by ScriptDom of mssql-cli 1.0.0"

    def __init__(self):
        self.program = subprocess.Popen(["mono", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

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
        self.program.stdin.close()
        self.program.wait(timeout=10)
