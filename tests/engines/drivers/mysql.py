"""MySQL, unpacked from Debian's packages with the C library that they were built for, and run through its loader."""

import os
import pathlib

from mysql_like import Missing, Server


def open_engine():
    return MySQL()


class MySQL(Server):
    collation = "utf8mb4_0900_ai_ci"
    mode = "STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES"

    def __init__(self):
        home = pathlib.Path(os.environ.get("ETALON_ENGINES", pathlib.Path.home() / ".cache/etalon-engines"))
        root = home / "mysql/root"
        if not (root / "usr/sbin/mysqld").exists():
            raise Missing(f"no {root}/usr/sbin/mysqld")
        libraries, share = f"{root}/usr/lib/x86_64-linux-gnu", f"{root}/usr/share/mysql"
        program = [
            f"{root}/usr/lib64/ld-linux-x86-64.so.2", "--library-path", libraries, f"{root}/usr/sbin/mysqld", "--no-defaults",
            "--user=root", f"--basedir={root}/usr", f"--lc-messages-dir={share}", f"--character-sets-dir={share}/charsets",
            f"--plugin-dir={root}/usr/lib/mysql/plugin",
        ]
        super().__init__(
            "mysql",
            lambda folder: [*program, f"--datadir={folder}/db", "--initialize-insecure", f"--log-error={folder}/log"],
            lambda folder: [*program, f"--datadir={folder}/db", f"--socket={folder}/socket", f"--pid-file={folder}/pid", "--mysqlx=OFF",
                            "--secure-file-priv=", f"--log-error={folder}/log"],
        )
