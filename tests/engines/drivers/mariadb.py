"""MariaDB, from the system's packages."""

import shutil

from mysql_like import Missing, Server


def open_engine():
    return MariaDB()


class MariaDB(Server):
    collation = "utf8mb4_unicode_ci"
    mode = "STRICT_TRANS_TABLES,ANSI_QUOTES"

    def __init__(self):
        make, serve = shutil.which("mariadb-install-db"), shutil.which("mariadbd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        if not make or not serve:
            raise Missing("no `mariadbd` on this machine")
        plain = ["--no-defaults", "--user=root"]
        super().__init__(
            "mariadb",
            lambda folder: [make, *plain, f"--datadir={folder}/db", "--auth-root-authentication-method=normal", "--skip-test-db"],
            lambda folder: [serve, *plain, f"--datadir={folder}/db", f"--socket={folder}/socket", f"--pid-file={folder}/pid",
                            f"--log-error={folder}/log"],
        )
