"""What `etalon seed` writes, taken apart: for engines whose tables are made otherwise than by CREATE TABLE and INSERT."""

import re


def statements(text):
    """("table", name, [(column, type)]) and ("rows", table, values), in order; names as they are written, in their quotes."""
    for statement in re.split(r";\n", text):
        statement = statement.strip()
        if statement.startswith("CREATE TABLE "):
            head, body = statement.split(" (\n", 1)
            columns = [re.fullmatch(r"\s*(`[^`]+`|\"[^\"]+\"|\[[^\]]+\]|\S+) (.+?),?", line).groups() for line in body.removesuffix("\n)").split("\n")]
            yield "table", head.removeprefix("CREATE TABLE "), columns
        elif statement.startswith("INSERT INTO "):
            head, rows = statement.split(" VALUES\n", 1)
            yield "rows", head.removeprefix("INSERT INTO ").split(" (", 1)[0], rows
        elif statement:
            raise ValueError(f"only tables are made and filled here, not {statement[:60]!r}")


def plain(name):
    """A name out of its quotes."""
    return name.strip().strip("`\"[]")
