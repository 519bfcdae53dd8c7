"""Trino's dialect without a Trino: a statement is read by Trino's own grammar (SqlBase.g4 of Trino 422) and each of its functions has
to be one that Trino documents; then sqlglot translates it to DuckDB, which runs it. What is shown is that an independent reader of
the dialect takes a statement to mean what the definitions say. The session is in a zone of its own on purpose."""

from importlib import metadata

from values import Missing

try:
    import duckdb
    import sqlglot
    from antlr4 import CommonTokenStream, InputStream
    from antlr4.error.ErrorListener import ErrorListener
    from sqlglot import exp
    from trino_query_parser.SqlBaseLexer import SqlBaseLexer
    from trino_query_parser.SqlBaseParser import SqlBaseParser
    from trino_sql_validator import validate
except ImportError as reason:
    raise Missing(str(reason)) from reason

OFFLINE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}


def open_engine():
    return Trino()


class Refused(Exception):
    """The grammar does not take a statement."""


class Listener(ErrorListener):
    def syntaxError(self, recognizer, symbol, line, column, message, error):
        raise Refused(f"{line}:{column + 1} {message}")


class Upper(InputStream):
    """Keywords of the grammar are in capitals; texts and names keep their case, since they are cut from the letters below."""

    def LA(self, offset):
        letter = super().LA(offset)
        capital = chr(letter).upper() if letter > 0 else ""
        return ord(capital) if len(capital) == 1 else letter


def translated(statement):
    """In DuckDB's words. Two things that the translation gets wrong are put right before it."""
    return statement.transform(mended).sql(dialect="duckdb")


def mended(node):
    kind = node.args.get("to") if isinstance(node, exp.Cast) else None
    # DECIMAL '1.10' has the digits that it shows; as DECIMAL it would have three behind the point.
    if kind is not None and kind.is_type("decimal") and not kind.expressions and node.this.is_string:
        return sqlglot.parse_one(node.this.name, read="duckdb")
    if isinstance(node, exp.Anonymous) and node.name.upper() == "WITH_TIMEZONE":
        moment, zone = node.expressions
        return exp.AtTimeZone(this=exp.Paren(this=moment), zone=zone)
    return node


class Trino:
    errors = (Exception,)
    version = f"Trino {metadata.version('trino-query-parser')}'s grammar, DuckDB {duckdb.__version__} by sqlglot {sqlglot.__version__}"

    def __init__(self):
        self.connection = None
        self.reset()

    def reset(self):
        self.close()
        self.connection = duckdb.connect(":memory:", config=OFFLINE)
        self.connection.execute("SET TimeZone = 'Pacific/Auckland'")

    def parse(self, sql):
        bare = sql.strip().rstrip(";").rstrip()
        lexer = SqlBaseLexer(Upper(bare))
        parser = SqlBaseParser(CommonTokenStream(lexer))
        for part in (lexer, parser):
            part.removeErrorListeners()
            part.addErrorListener(Listener())
        parser.singleStatement()
        unknown = [str(one) for one in validate(bare, dialect="trino").warnings if type(one).__name__ == "FunctionWarning"]
        if unknown:
            raise Refused("; ".join(unknown))

    def script(self, text):
        for statement in sqlglot.parse(text, read="trino"):
            self.connection.execute(translated(statement))

    def load(self, table, path):
        raise NotImplementedError("rows are given by INSERT")

    def query(self, sql):
        self.parse(sql)
        statement = translated(sqlglot.parse_one(sql, read="trino"))
        try:
            cursor = self.connection.execute(statement)
        except duckdb.Error as error:
            raise Refused(f"{error}\ntranslated to:\n{statement}") from error
        described = cursor.description or []
        return [one[0] for one in described], [str(one[1]) for one in described], cursor.fetchall()

    def close(self):
        if self.connection is not None:
            self.connection.close()
