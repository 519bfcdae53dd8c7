"""Answers SQL on one engine: `python worker.py ENGINE`, one JSON request a line in, one JSON answer a line out.

    {"reset": true}                        an empty database; every test case begins with this
    {"setup": "CREATE TABLE ...; ..."}     run statements (one text, or a list of texts)
    {"load": "table", "csv": "/a/b.csv"}   fill a table from a file with a header row; an empty cell is null
    {"sql": "SELECT ..."}                  run a query
    {"parse": "SELECT ..."}                read a statement by a grammar, without rows (drivers of grammars have only this)

    {"ok": true, "columns": [...], "types": [...], "rows": [[...]]}      the last two for "sql" only
    {"ok": false, "error": "..."}

The first line out says {"ok": true, "engine": ..., "version": ...}, or {"ok": false, "missing": ...} where the engine is not
installed, which is different from an installed engine that fails to start. The worker ends when its input does, and takes
its server with it. Each engine is one file in `drivers/`.
"""

import importlib
import json
import sys
import traceback

from values import Missing, tagged


def answer(engine, request):
    """Does what one request says."""
    if "reset" in request:
        engine.reset()
    elif "setup" in request:
        texts = request["setup"]
        for text in [texts] if isinstance(texts, str) else texts:
            engine.script(text)
    elif "load" in request:
        engine.load(request["load"], request["csv"])
    elif "sql" in request:
        columns, types, rows = engine.query(request["sql"])
        return {"ok": True, "columns": columns, "types": types, "rows": [[tagged(v) for v in row] for row in rows]}
    elif "parse" in request:
        engine.parse(request["parse"])
    else:
        raise ValueError(f"a request says reset, setup, load, sql or parse, not {sorted(request)}")
    return {"ok": True}


def say(line):
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main(name):
    if not name.isidentifier():
        raise SystemExit(f"not a name of an engine: {name}")
    try:
        engine = importlib.import_module(f"drivers.{name}").open_engine()
    except (Missing, ModuleNotFoundError) as reason:
        say({"ok": False, "missing": str(reason)})
        return
    except Exception as reason:
        say({"ok": False, "error": f"{type(reason).__name__}: {reason}"})
        return
    try:
        say({"ok": True, "engine": name, "version": engine.version})
        for line in sys.stdin:
            try:
                said = answer(engine, json.loads(line))
            except engine.errors as error:
                said = {"ok": False, "error": str(error).strip()}
            except Exception:
                said = {"ok": False, "error": "the worker itself failed:\n" + traceback.format_exc()}
            say(said)
    except BrokenPipeError:
        pass  # the test process is gone: nobody is left to answer to
    finally:
        engine.close()


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    main(sys.argv[1])
