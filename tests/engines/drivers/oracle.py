"""Oracle 19c's grammar, by parseora, which is not Oracle's own. It knows which version has what, and says so as a warning: here a
warning is an error. It knows no names and no types: an unknown function, an unknown column and an ungrouped one all pass."""

from importlib import metadata

from values import Missing

try:
    import parseora
except ImportError as reason:
    raise Missing(str(reason)) from reason


def open_engine():
    return Oracle()


class Oracle:
    errors = (ValueError,)
    version = f"19c by qivo-parseora {metadata.version('qivo-parseora')}"

    def parse(self, sql):
        statements = parseora.parse(sql.rstrip().rstrip(";") + ";\n", version="19c")
        if not statements:
            raise ValueError("no statement was read")
        for statement in statements:
            for found in statement["errors"] + statement["warnings"]:
                raise ValueError(f"{found.get('line')}:{found.get('col')} {found['message']}")

    def close(self):
        pass
