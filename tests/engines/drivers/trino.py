"""Trino's dialect without a Trino: a statement is read by Trino's own grammar (SqlBase.g4 of Trino 422) and each of its functions has
to be one that Trino documents; then it is translated and run, by `translated.py`."""

from importlib import metadata

from translated import BY, Refused, Translated
from values import Missing

try:
    import sqlglot
    from antlr4 import CommonTokenStream, InputStream
    from antlr4.error.ErrorListener import ErrorListener
    from sqlglot import exp
    from trino_query_parser.SqlBaseLexer import SqlBaseLexer
    from trino_query_parser.SqlBaseParser import SqlBaseParser
    from trino_sql_validator import validate
except ImportError as reason:
    raise Missing(str(reason)) from reason


def open_engine():
    return Trino()


class Listener(ErrorListener):
    def syntaxError(self, recognizer, symbol, line, column, message, error):
        raise Refused(f"{line}:{column + 1} {message}")


class Upper(InputStream):
    """Keywords of the grammar are in capitals; texts and names keep their case, since they are cut from the letters below."""

    def LA(self, offset):
        letter = super().LA(offset)
        capital = chr(letter).upper() if letter > 0 else ""
        return ord(capital) if len(capital) == 1 else letter


class Trino(Translated):
    dialect = "trino"
    version = f"Trino {metadata.version('trino-query-parser')}'s grammar, {BY}"

    def mended(self, node):
        kind = node.args.get("to") if isinstance(node, exp.Cast) else None
        # DECIMAL '1.10' has the digits that it shows; as DECIMAL it would have three behind the point.
        if kind is not None and kind.is_type("decimal") and not kind.expressions and node.this.is_string:
            return sqlglot.parse_one(node.this.name, read="duckdb")
        if isinstance(node, exp.Anonymous) and node.name.upper() == "WITH_TIMEZONE":
            moment, zone = node.expressions
            return exp.AtTimeZone(this=exp.Paren(this=moment), zone=zone)
        return node

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
