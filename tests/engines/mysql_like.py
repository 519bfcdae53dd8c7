"""A private server of MySQL's kind for this process, in a temporary folder, on a socket nobody else knows; it dies with the process.

Awkward on purpose, beside what each server adds: tables are of a collation that takes 'a' for 'A' and 'ä', the session's zone is
not UTC, bars are no concatenation, and a group may hold columns that it does not name. What backslashes and double quotes are
differs between the two: on one a backslash escapes and double quotes hold names, on the other it is a letter and they hold texts.
"""

import glob
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

from values import Missing

try:
    import pymysql
except ImportError as reason:
    raise Missing(str(reason)) from reason

OPTIONS = [
    "--skip-networking", "--default-time-zone=+05:30", "--character-set-server=utf8mb4",
    "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--skip-log-bin",
]


def own_process():
    """Ends with whoever started it, however that ends."""
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Server:
    errors = (pymysql.Error,)

    def __init__(self, name, make, run):
        """`make(folder)` and `run(folder)` are the commands that make a data folder and serve it. A server says its `collation` and
        its `mode`."""
        prefix = f"etalon-{name}-"
        for folder in glob.glob(os.path.join(tempfile.gettempdir(), prefix + "*")):
            pid = folder.rsplit(prefix, 1)[1].split("-")[0]
            if pid.isdigit() and not pathlib.Path(f"/proc/{pid}").exists():
                shutil.rmtree(folder, ignore_errors=True)
        self.folder = tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-")
        self.server = None
        try:
            made = subprocess.run(make(self.folder), stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if made.returncode:
                raise RuntimeError(f"the data folder cannot be made: {made.stdout}{made.stderr}{self.log()}")
            quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            # A server that starts clears its kind of files out of the folder for temporary ones.
            os.mkdir(f"{self.folder}/tmp")
            self.server = subprocess.Popen([*run(self.folder), *OPTIONS, f"--sql-mode={self.mode}", f"--tmpdir={self.folder}/tmp"], preexec_fn=own_process, **quiet)
            self.cursor = self.connect().cursor()
        except BaseException:
            self.close()
            raise
        self.cursor.execute("SELECT VERSION()")
        self.version = self.cursor.fetchone()[0].split("-")[0]
        self.reset()

    def log(self):
        log = pathlib.Path(self.folder, "log")
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def connect(self):
        for _ in range(600):
            try:
                return pymysql.connect(unix_socket=f"{self.folder}/socket", user="root", autocommit=True, charset="utf8mb4")
            except pymysql.err.OperationalError:
                if self.server.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError(f"the server did not start: {self.log()}")

    def reset(self):
        self.cursor.execute("DROP DATABASE IF EXISTS etalon")
        self.cursor.execute(f"CREATE DATABASE etalon COLLATE {self.collation}")
        self.cursor.execute("USE etalon")

    def script(self, text):
        for statement in re.split(r";\n", text):
            if statement.strip():
                self.cursor.execute(statement)

    def load(self, table, path):
        raise NotImplementedError("rows are given by INSERT")

    def query(self, sql):
        self.cursor.execute(re.sub(r";\s*$", "", sql))
        return [column[0] for column in self.cursor.description], [], [list(row) for row in self.cursor.fetchall()]

    def close(self):
        if self.server is not None:
            self.server.kill()  # the data is thrown away
            self.server.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
