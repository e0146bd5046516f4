"""One PostgreSQL cluster on disk: its folder, how it is created, and its settings."""

import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from adapters.atomic_file import sync_folder, write_atomically
from adapters.postgres.programs import Account, Programs, ServerFault, last_lines

SUPERUSER = "postgres"
PORT = 5432
# The kernels' limits for a socket's path are 107 bytes (Linux) and 103 (macOS).
SOCKET_PATH_BYTES_MAX = 103
# The folder of clusters when the server's account cannot enter root's home folder.
SYSTEM_FOLDER = Path("/var/lib/rigsbog")
INITDB_DEADLINE_SECONDS = 120.0
SHARED_BUFFERS_MEBIBYTES_MIN, SHARED_BUFFERS_MEBIBYTES_MAX = 128, 1024

SETTINGS = {
    # A recorded fact is on the disk before its caller gets the answer. Never change these three.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Only a socket in a private folder: no network access.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    # For the tools of one machine, each with a few connections. Use a connection pooler for more.
    "max_connections": "100",
    # For mass mailings: fewer checkpoints write fewer full pages, and recovery replays this much WAL
    # well within its deadline.
    "max_wal_size": "4GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    # A rebuild groups the whole ledger by subject, and builds indexes after the load.
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    # Appends are many and short: compiling their plans costs more time than it saves.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # One log file for each weekday, overwritten a week later.
    "logging_collector": "on",
    "log_directory": "../log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] %q%u@%d/%a ",
    # Statements, parameters and details may hold personal data, which must not be logged.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "cluster_name": "rigsbog",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster's private folder (mode 0700, owned by the server's account), and the folder of its socket."""

    folder: Path
    socket_folder: Path
    account: Account | None

    @property
    def pgdata(self) -> Path:
        return self.folder / "pgdata"

    @property
    def start_log(self) -> Path:
        """The server's output before its log collector runs."""
        return self.folder / "start.log"

    def remove_stale_locks(self) -> bool:
        """Remove the lock files of a server without a living process; returns whether there were any."""
        locks = (self.pgdata / "postmaster.pid", self.socket_folder / f".s.PGSQL.{PORT}.lock")
        stale = [lock for lock in locks if lock.exists()]
        for lock in stale:
            lock.unlink()
        return bool(stale)

    def log_tail(self) -> str:
        logs = sorted((self.folder / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)[-1:]
        texts = [log.read_text("utf-8", "replace") for log in (*logs, self.start_log) if log.exists()]
        return "\n".join(map(last_lines, texts))

    def create(self, programs: Programs, alive: int) -> None:
        """Create the cluster unless it exists; raises ServerFault when initdb fails.

        It is created under another name and then renamed, so that a killed initdb leaves nothing that looks like a
        cluster. initdb inherits the descriptor `alive`, so that an orphaned initdb counts as running.
        """
        if self.pgdata.exists():
            return
        unfinished = self.folder / "pgdata.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        completed = programs.run(
            "initdb",
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            # Access control is the folder's mode: only the server's account and root can reach the socket.
            "--auth-local=trust",
            "--auth-host=reject",
            # The C collation is the same on every system and version, so that no index breaks after an upgrade.
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            deadline_seconds=INITDB_DEADLINE_SECONDS,
            cwd=self.folder,
            inherit=(alive,),
        )
        if completed.returncode != 0:
            raise ServerFault(
                f"initdb failed in {self.folder}: remove the cause that it names, and try again.\n"
                f"{last_lines(completed.stderr)}"
            )
        with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write("\ninclude '../rigsbog.conf'\n")
            configuration.flush()
            os.fsync(configuration.fileno())
        unfinished.rename(self.pgdata)
        sync_folder(self.folder)

    def write_settings(self) -> None:
        """Write the settings of this release. They override initdb's file, and `ALTER SYSTEM` overrides them."""
        folder = str(self.socket_folder).replace('"', '""')
        settings = SETTINGS | {
            "unix_socket_directories": f'"{folder}"',
            "shared_buffers": f"{shared_buffers_mebibytes()}MB",
        }
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
        owner = None if self.account is None else (self.account.user, self.account.group)
        write_atomically(self.folder / "rigsbog.conf", "".join(lines).encode(), owner=owner)


def locate(home: Path, account_name: str | None = None) -> Cluster:
    """The cluster of a home folder; creates its folders if needed.

    It is in `home/postgresql`. Under root the server runs as another account. The mode of an existing folder is never
    changed: when that account cannot enter the home, the cluster is in a folder under /var/lib/rigsbog, and
    `home/postgresql` is a link to it. When the link's target is missing this raises ServerFault, so that it never
    starts an empty ledger by mistake.
    """
    folder = home / "postgresql"
    root = os.geteuid() == 0
    if folder.is_symlink() and not folder.is_dir():
        raise ServerFault(
            f"{folder} points to {folder.readlink()}, which does not exist."
            " Restore that folder, or remove the link to start with an empty database."
        )
    if not folder.is_dir():
        if root and not Account.named(account_name).reaches(home):
            if not SYSTEM_FOLDER.exists():
                SYSTEM_FOLDER.mkdir(parents=True)
                SYSTEM_FOLDER.chmod(0o711)  # despite the umask: the account must be able to enter
            folder.symlink_to(tempfile.mkdtemp(prefix="cluster-", dir=SYSTEM_FOLDER))
        else:
            folder.mkdir(mode=0o700)
    folder = folder.resolve()
    account = owner(folder, account_name) if root else None
    return Cluster(folder, socket_folder(home, folder, account), account)


def owner(folder: Path, account_name: str | None) -> Account:
    """The account that owns the cluster's folder; a new folder is given to the named account."""
    status = folder.stat()
    if status.st_uid != 0:
        return Account(status.st_uid, status.st_gid)
    account = Account.named(account_name)
    os.chown(folder, account.user, account.group)
    return account


def socket_folder(home: Path, folder: Path, account: Account | None) -> Path:
    """The cluster's folder, or a short private folder when libpq cannot use a socket there.

    A link in the home points to the short folder, which is created again when it is missing or not private.
    """
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_BYTES_MAX and "," not in str(folder):
        return folder
    link = home / "postgresql.socket"
    user = os.geteuid() if account is None else account.user
    if link.is_symlink() and is_private(link.readlink(), user):
        return link.readlink()
    link.unlink(missing_ok=True)
    short = Path(tempfile.mkdtemp(prefix="rigsbog-", dir="/tmp"))
    if account is not None:
        os.chown(short, account.user, account.group)
    link.symlink_to(short)
    return short


def is_private(folder: Path, user: int) -> bool:
    """Whether this is a folder, no link, of that user and closed to everybody else."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == user and stat.S_IMODE(status.st_mode) == stat.S_IRWXU


def shared_buffers_mebibytes() -> int:
    """An eighth of the machine's memory, within limits."""
    eighth = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 8 // 1024**2
    return max(SHARED_BUFFERS_MEBIBYTES_MIN, min(SHARED_BUFFERS_MEBIBYTES_MAX, eighth))
