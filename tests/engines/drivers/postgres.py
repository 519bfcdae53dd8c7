"""PostgreSQL: a private server for this process, in a temporary folder, on a socket nobody else knows.

A case is a transaction that is rolled back, which is the fastest way to an empty database. The server dies with this process,
however it dies: the kernel tells it (`setpriv --pdeathsig`), and what is left of its folder goes at the next start.
"""

import glob
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg
from values import Missing

PREFIX = "etalon-postgres-"
OWNER = "postgres"  # the server refuses to run as root


def open_engine():
    return Postgres(server_programs(), LINGUISTIC)


def open_by_bytes():
    """For dialects that speak PostgreSQL's language and know no order of texts but that of their bytes."""
    return Postgres(server_programs(), BY_BYTES)


def server_programs():
    """The folder of the newest `initdb` and `postgres` on this machine."""
    found = glob.glob("/usr/lib/postgresql/*/bin/initdb") + glob.glob("/opt/homebrew/opt/postgresql*/bin/initdb")
    found.sort(key=lambda path: [int(part) for part in path.replace("@", "/").split("/") if part.isdigit()])
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise Missing("no `initdb` on this machine")
    return pathlib.Path(found[-1] if found else on_path).parent


def sweep():
    """Removes the folders of workers that were killed."""
    for folder in glob.glob(os.path.join(tempfile.gettempdir(), PREFIX + "*")):
        pid = folder.rsplit(PREFIX, 1)[1].split("-")[0]
        if pid.isdigit() and not pathlib.Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)


# Defaults that a statement must not rest on: a zone of half hours, days first in dates, doubles with digits cut in text.
AWKWARD = ["-c", "timezone=Asia/Kolkata", "-c", "datestyle=SQL, DMY", "-c", "intervalstyle=sql_standard", "-c", "extra_float_digits=0"]

# A collation by language, under which 'a' < 'B' and blanks hardly count: what we emit has to be right all the same.
LINGUISTIC = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]
BY_BYTES = ["--encoding=UTF8", "--locale=C"]


class Postgres:
    errors = (psycopg.Error,)

    def __init__(self, programs, locale):
        if os.path.isdir("/proc/self"):
            sweep()
        self.folder = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")
        self.server = None
        try:
            self.start(programs, locale)
            self.connection = self.connect()
        except BaseException:
            self.close()
            raise
        self.version = self.connection.execute("SHOW server_version").fetchone()[0].split()[0]
        self.reset()

    def start(self, programs, locale):
        as_owner = []
        if os.getuid() == 0:
            shutil.chown(self.folder, OWNER, OWNER)
            as_owner = [f"--reuid={OWNER}", f"--regid={OWNER}", "--clear-groups"]
        setpriv = shutil.which("setpriv")
        if as_owner and not setpriv:
            raise Missing("PostgreSQL does not run as root, and there is no `setpriv` to become another user")
        database = f"{self.folder}/db"
        made = subprocess.run(
            [setpriv, *as_owner] * bool(as_owner)
            + [programs / "initdb", "-D", database, "-U", OWNER, "-A", "trust", "--no-sync", *locale],
            cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr.strip()}")
        with open(f"{self.folder}/log", "w") as log:
            self.server = subprocess.Popen(
                ([setpriv, "--pdeathsig=QUIT", *as_owner] if setpriv else [])
                + [programs / "postgres", "-D", database, "-k", self.folder, "-h", "", "-F",
                   *AWKWARD, "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "jit=off"],
                cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )

    def connect(self):
        waits = 0
        while True:
            try:
                return psycopg.connect(host=self.folder, user=OWNER, dbname="postgres", client_encoding="UTF8", autocommit=True)
            except psycopg.OperationalError as error:
                if self.server.poll() is not None or waits == 600:
                    log = pathlib.Path(self.folder, "log").read_text()
                    raise RuntimeError(f"the server did not start: {error}\n{log}") from error
                waits += 1
                time.sleep(0.02)

    def reset(self):
        self.connection.rollback()
        self.connection.execute("BEGIN")  # what follows are savepoints in this transaction, which never commits

    def script(self, text):
        with self.connection.transaction():
            self.connection.execute(text)

    def load(self, table, path):
        with self.connection.transaction(), open(path, "rb") as file:
            columns = ", ".join(f'"{c}"' for c in file.readline().decode().strip().split(","))
            with self.connection.cursor().copy(f'COPY "{table}" ({columns}) FROM STDIN (FORMAT csv)') as copy:
                while block := file.read(1 << 16):
                    copy.write(block)

    def query(self, sql):
        with self.connection.transaction():  # a savepoint: a query that fails must not spoil the case's transaction
            cursor = self.connection.cursor(binary=True).execute(sql)  # as text, moments would follow DateStyle
            described = cursor.description or []
            kinds = self.connection.adapters.types
            types = [kinds[c.type_code].name if kinds.get(c.type_code) else str(c.type_code) for c in described]
            return [c.name for c in described], types, cursor.fetchall() if described else []

    def close(self):
        if self.server is not None:
            self.server.send_signal(signal.SIGQUIT)  # at once: the data is thrown away
            self.server.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
