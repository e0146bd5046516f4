"""One PostgreSQL cluster on disk: where it lies, how it is made, and the settings it runs with."""

import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from adapters.atomic_file import sync_folder
from adapters.postgres.programs import Account, Programs, ServerFault, last_lines

SUPERUSER = "postgres"
PORT = 5432
# The kernels' limits for a socket's path are 107 bytes (Linux) and 103 (macOS).
SOCKET_PATH_BYTES_MAX = 103
# Where a cluster goes when root's home folder is closed to the account that runs the server.
SYSTEM_FOLDER = Path("/var/lib/rigsbog")
INITDB_DEADLINE_SECONDS = 120.0
SHARED_BUFFERS_MEBIBYTES_MIN, SHARED_BUFFERS_MEBIBYTES_MAX = 128, 1024

SETTINGS = {
    # A recorded fact is on the disk before its caller is told so. These three are never loosened.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Reached by a socket in a private folder only; there is no network to protect.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    # One machine's tools: each holds a few connections. A pool belongs before more than these.
    "max_connections": "100",
    # Mass mailings write much at once: fewer checkpoints write fewer full pages, and this much WAL is
    # still replayed well within the recovery deadline.
    "max_wal_size": "4GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    # A rebuild groups the whole ledger by subject, then builds its indexes after the load.
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    # Appends are many and short; compiling their plans costs more than it gives.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A week of logs, a file a day, each overwritten a week later.
    "logging_collector": "on",
    "log_directory": "../log",
    "log_filename": "postgresql-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] %q%u@%d/%a ",
    # Statements, parameters and details may hold personal values, and no log line may.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "cluster_name": "rigsbog",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster's private folder (mode 0700, owned by the server's account), and the folder of its socket."""

    place: Path
    socket_folder: Path
    account: Account | None

    @property
    def pgdata(self) -> Path:
        """PostgreSQL's own folder."""
        return self.place / "pgdata"

    @property
    def start_log(self) -> Path:
        """What the server says before its log collector runs."""
        return self.place / "start.log"

    def forget_the_dead(self) -> bool:
        """Remove the lock files of a server of which no process is left, and say whether there were any."""
        notes = (self.pgdata / "postmaster.pid", self.socket_folder / f".s.PGSQL.{PORT}.lock")
        found = [note for note in notes if note.exists()]
        for note in found:
            note.unlink()
        return bool(found)

    def last_words(self) -> str:
        """The end of what the server said before and after its log collector began."""
        logs = sorted((self.place / "log").glob("*.log"), key=lambda log: log.stat().st_mtime)[-1:]
        said = [log.read_text("utf-8", "replace") for log in (*logs, self.start_log) if log.exists()]
        return "\n".join(map(last_lines, said))

    def create(self, programs: Programs, alive: int) -> None:
        """Make the cluster, unless it is there; ServerFault when initdb fails.

        It is made under another name and renamed when whole, so that a killed initdb leaves nothing that looks like a
        cluster. initdb inherits the descriptor `alive`: an orphaned one still counts as running.
        """
        if self.pgdata.exists():
            return
        unfinished = self.place / "pgdata.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        made = programs.run(
            "initdb",
            f"--pgdata={unfinished}",
            f"--username={SUPERUSER}",
            # The socket's folder is the lock: only the server's account, and root, can reach the socket.
            "--auth-local=trust",
            "--auth-host=reject",
            # The C collation orders the same on every system and version, so that an index never goes stale.
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            deadline_seconds=INITDB_DEADLINE_SECONDS,
            cwd=self.place,
            inherit=(alive,),
        )
        if made.returncode != 0:
            raise ServerFault(f"initdb failed in {self.place}:\n{last_lines(made.stderr)}")
        with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write("\ninclude '../rigsbog.conf'\n")
            configuration.flush()
            os.fsync(configuration.fileno())
        unfinished.rename(self.pgdata)
        sync_folder(self.place)

    def write_settings(self) -> None:
        """Write the settings of this release. `ALTER SYSTEM` still wins over them, and initdb's file does not."""
        folder = str(self.socket_folder).replace('"', '""')
        settings = SETTINGS | {
            "unix_socket_directories": f'"{folder}"',
            "shared_buffers": f"{shared_buffers_mebibytes()}MB",
        }
        lines = [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items()]
        descriptor, written = tempfile.mkstemp(prefix="rigsbog.conf.", dir=self.place)
        with os.fdopen(descriptor, "w", encoding="utf-8") as configuration:
            configuration.writelines(lines)
            configuration.flush()
            os.fsync(configuration.fileno())
            if self.account is not None:
                os.fchown(configuration.fileno(), self.account.user, self.account.group)
        Path(written).replace(self.place / "rigsbog.conf")


def settle(home: Path, account_name: str | None = None) -> Cluster:
    """The cluster of a home folder, its folders made and remembered when they are not there yet.

    It lies in `home/postgresql`. Under root the server runs as another account, and no mode of a folder that was there
    before is ever changed to let it in: when the home is closed to that account, the cluster lies in a folder of its
    own under /var/lib/rigsbog and `home/postgresql` is a link to it. The link is the memory of that choice: when its
    target is gone this raises ServerFault, rather than begin an empty book.
    """
    place = home / "postgresql"
    root = os.geteuid() == 0
    if place.is_symlink() and not place.is_dir():
        raise ServerFault(
            f"{place} points to {place.readlink()}, which is gone. Bring it back, or remove the link to begin anew."
        )
    if not place.is_dir():
        if root and not Account.named(account_name).reaches(home):
            if not SYSTEM_FOLDER.exists():
                SYSTEM_FOLDER.mkdir(parents=True)
                SYSTEM_FOLDER.chmod(0o711)  # whatever the umask: it is ours, and the account must pass through
            place.symlink_to(tempfile.mkdtemp(prefix="cluster-", dir=SYSTEM_FOLDER))
        else:
            place.mkdir(mode=0o700)
    place = place.resolve()
    account = keeper(place, account_name) if root else None
    return Cluster(place, socket_folder(home, place, account), account)


def keeper(place: Path, account_name: str | None) -> Account:
    """The account that owns the cluster's folder; a new folder is given to the named account."""
    owner = place.stat()
    if owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    account = Account.named(account_name)
    os.chown(place, account.user, account.group)
    return account


def socket_folder(home: Path, place: Path, account: Account | None) -> Path:
    """The cluster's own folder, or a short private one when a socket's path there is too long or libpq cannot say it.

    The short folder is remembered by a link in the home, and made anew when it is gone or not ours any more.
    """
    if len(os.fsencode(place / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_BYTES_MAX and "," not in str(place):
        return place
    link = home / "postgresql.socket"
    owner = os.geteuid() if account is None else account.user
    if link.is_symlink() and is_private(link.readlink(), owner):
        return link.readlink()
    link.unlink(missing_ok=True)
    short = Path(tempfile.mkdtemp(prefix="rigsbog-", dir="/tmp"))
    if account is not None:
        os.chown(short, account.user, account.group)
    link.symlink_to(short)
    return short


def is_private(folder: Path, owner: int) -> bool:
    """Whether this is a real folder, of that owner, closed to all others."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and stat.S_IMODE(found.st_mode) == stat.S_IRWXU


def shared_buffers_mebibytes() -> int:
    """An eighth of the machine's memory, within limits: a laptop keeps its memory, a server its working set."""
    eighth = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 8 // 1024**2
    return max(SHARED_BUFFERS_MEBIBYTES_MIN, min(SHARED_BUFFERS_MEBIBYTES_MAX, eighth))
