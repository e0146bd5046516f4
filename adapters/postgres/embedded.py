"""Runs a real PostgreSQL under a home folder for as long as someone uses it, whoever may die suddenly."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from adapters.postgres.cluster import PORT, SUPERUSER, Cluster, settle
from adapters.postgres.programs import Programs, ServerFault, find_programs

# Crash recovery replays at most the WAL that the settings allow; a slow disk needs minutes for it.
RECOVERY_DEADLINE_SECONDS = 300.0
STOP_DEADLINE_SECONDS = 120.0
# Whoever holds the gate may be starting after a crash, or stopping.
GATE_DEADLINE_SECONDS = RECOVERY_DEADLINE_SECONDS + STOP_DEADLINE_SECONDS
READY_DEADLINE_SECONDS = 3
POLL_SECONDS = 0.05


class Answer(IntEnum):
    """What pg_isready says, by its exit code."""

    ACCEPTS = 0
    REJECTS = 1
    SILENT = 2
    NOT_ASKED = 3


class EmbeddedServer:
    """A PostgreSQL server under `home`, shared by all processes that name the same home.

    Three locks of the kernel carry its whole state, so that no death can leave a lie behind:
    `postgresql.gate` is held exclusively while one process starts or stops the server; `postgresql.holders` is held
    shared by each user, and whoever leaves last stops the server; `postgresql.alive` is inherited by every process
    of the server itself, so that it is free only when none of them is left to touch the cluster, orphaned backends too.
    A file `postgresql.kept` says that the server stays up although nobody holds it. A forked child shares its
    parent's hold.

    Under root the server runs as the named account, else `postgres`, else `nobody`. When the home is closed to that
    account, the cluster lies under /var/lib/rigsbog, with a link in the home; when the programs are, they are copied
    beside the cluster. No mode of an existing folder is changed. Linux and macOS only: it stands on flock and Unix
    sockets.
    """

    def __init__(self, home: Path, programs: Path | None = None, account: str | None = None) -> None:
        """Name the home folder, the folder of PostgreSQL's programs (None: the wheel's), and the account under root.

        Nothing is touched yet; NoPrograms when there are no programs.
        """
        self.home = home.expanduser().resolve()
        self.programs = Programs(find_programs(programs))
        self._account = account
        self._held: list[int] = []

    def __enter__(self) -> Self:
        """Acquire the server for the length of a with statement."""
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release the server, whatever happened."""
        self.release()

    def acquire(self) -> None:
        """Start the server unless it runs, and hold it; ServerFault when it does not come up.

        After a crash this waits for the dead server's last process to go, and for recovery, up to 300 seconds.
        """
        with self._gate() as cluster:
            held = self._take("holders", fcntl.LOCK_SH)
            try:
                self._bring_up(cluster)
            except BaseException:
                os.close(held)
                raise
            self._held.append(held)

    def release(self) -> None:
        """Let go of the server, and stop it when nobody else holds it and it is not kept."""
        with self._gate() as cluster:
            os.close(self._held.pop())
            if not self._kept.exists() and not self._is_held("holders"):
                self._bring_down(cluster)

    def keep(self) -> None:
        """Start the server unless it runs, and let it stay up until `stop`, whoever comes and goes."""
        with self._gate() as cluster:
            # The mark comes first: killed in between, nothing is left running that nobody would ever stop.
            self._kept.touch(mode=0o600)
            self._bring_up(cluster)

    def stop(self) -> None:
        """Stop the server now, even when it is kept or held: its users lose their connections."""
        with self._gate() as cluster:
            self._kept.unlink(missing_ok=True)
            self._bring_down(cluster)

    def destroy(self) -> None:
        """Stop the server and remove its cluster, with all that was ever recorded in it. There is no way back."""
        with self._gate() as cluster:
            self._kept.unlink(missing_ok=True)
            self._bring_down(cluster)
            shutil.rmtree(cluster.place)
            if cluster.socket_folder != cluster.place:
                shutil.rmtree(cluster.socket_folder)
            for link in (self.home / "postgresql", self.home / "postgresql.socket"):
                link.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Whether the server accepts connections at this moment. It waits for nobody, and makes no folder."""
        if not (self.home / "postgresql").is_dir():
            return False
        return self._ask(settle(self.home, self._account)) is Answer.ACCEPTS

    def url(self, database: str = "rigsbog", user: str | None = None) -> str:
        """The connection URL of a database by the server's socket, for libpq; it is right whether or not it is up."""
        with self._gate() as cluster:
            folder = quote(str(cluster.socket_folder), safe="")
        return f"postgresql://{quote(user or SUPERUSER, safe='')}@/{quote(database, safe='')}?host={folder}&port={PORT}"

    @property
    def _kept(self) -> Path:
        return self.home / "postgresql.kept"

    @contextmanager
    def _gate(self) -> Iterator[Cluster]:
        """Be the only one that starts or stops this server; ServerFault when the home cannot hold one."""
        try:
            if not self.home.is_dir():
                self.home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            gate = self._open("gate")
            try:
                self._wait_for(gate)
                yield settle(self.home, self._account)
            finally:
                os.close(gate)
        except OSError as error:
            raise ServerFault(f"{self.home} cannot hold a server: {error}") from error

    def _wait_for(self, gate: int) -> None:
        ending = time.monotonic() + GATE_DEADLINE_SECONDS
        while not lock(gate, fcntl.LOCK_EX):
            if time.monotonic() > ending:
                raise ServerFault(f"Another process has been starting or stopping {self.home} for too long.")
            time.sleep(POLL_SECONDS)

    def _open(self, name: str) -> int:
        return os.open(self.home / f"postgresql.{name}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _take(self, name: str, kind: int) -> int:
        """Lock a file and hand over its descriptor; closing it, or dying, unlocks. Nobody contends within the gate."""
        descriptor = self._open(name)
        fcntl.flock(descriptor, kind)
        return descriptor

    def _is_held(self, name: str) -> bool:
        """Whether any process holds the lock. Asked only within the gate, so that two who ask never see each other."""
        descriptor = self._open(name)
        try:
            return not lock(descriptor, fcntl.LOCK_EX)
        finally:
            os.close(descriptor)

    def _ask(self, cluster: Cluster) -> Answer:
        """Ask the server itself; a pid proves nothing."""
        asked = self.programs.run(
            "pg_isready",
            f"--host={cluster.socket_folder}",
            f"--port={PORT}",
            f"--username={SUPERUSER}",
            "--dbname=postgres",
            f"--timeout={READY_DEADLINE_SECONDS}",
            deadline_seconds=READY_DEADLINE_SECONDS * 3,
            cwd=Path("/"),
        )
        return Answer(asked.returncode)

    def _bring_up(self, cluster: Cluster) -> None:
        ending = time.monotonic() + RECOVERY_DEADLINE_SECONDS
        while (answer := self._ask(cluster)) is not Answer.ACCEPTS:
            if time.monotonic() > ending:
                raise ServerFault(f"The server in {cluster.place} did not come up in time; its log lies there.")
            if answer is Answer.SILENT and not self._is_held("alive"):
                self._launch(cluster)
            else:
                # It is recovering, or the last processes of a killed server are still leaving.
                time.sleep(POLL_SECONDS)

    def _launch(self, cluster: Cluster) -> None:
        """Start the server, of which no process lives; PostgreSQL judges the lock files of the dead one first.

        It refuses a torn one, one of a zombie, and one whose pid now belongs to another process. The free lock
        `alive` proves all of these stale, and the files are removed. Should someone have started a server on this
        folder by hand, PostgreSQL still refuses by its shared memory.
        """
        programs = self._programs_for(cluster)
        alive = self._take("alive", fcntl.LOCK_SH)
        try:
            cluster.create(programs, alive)
            cluster.write_settings()
            started = self._start(cluster, programs, alive)
            if not started and cluster.forget_the_dead():
                started = self._start(cluster, programs, alive)
        finally:
            os.close(alive)
        if not started:
            raise ServerFault(f"PostgreSQL did not start in {cluster.place}:\n{cluster.last_words()}")

    def _start(self, cluster: Cluster, programs: Programs, alive: int) -> bool:
        cluster.start_log.unlink(missing_ok=True)
        started = programs.run(
            "pg_ctl",
            "start",
            f"--pgdata={cluster.pgdata}",
            f"--log={cluster.start_log}",
            f"--timeout={RECOVERY_DEADLINE_SECONDS:.0f}",
            "--wait",
            deadline_seconds=RECOVERY_DEADLINE_SECONDS + READY_DEADLINE_SECONDS,
            cwd=cluster.place,
            inherit=(alive,),
        )
        return started.returncode == 0

    def _bring_down(self, cluster: Cluster) -> None:
        """Stop the server, and wait until not one process of it lives."""
        if not self._is_held("alive"):
            return
        programs = self._programs_for(cluster)
        programs.run(
            "pg_ctl",
            "stop",
            f"--pgdata={cluster.pgdata}",
            "--mode=fast",
            "--no-wait",
            deadline_seconds=STOP_DEADLINE_SECONDS,
            cwd=cluster.place,
        )
        ending = time.monotonic() + STOP_DEADLINE_SECONDS
        while self._is_held("alive"):
            if time.monotonic() > ending:
                raise ServerFault(f"The server in {cluster.place} did not stop in time; its log lies there.")
            time.sleep(POLL_SECONDS)

    def _programs_for(self, cluster: Cluster) -> Programs:
        """The programs as the server's account can run them."""
        if cluster.account is None:
            return self.programs
        return self.programs.lent_to(cluster.account, cluster.place)


def lock(descriptor: int, kind: int) -> bool:
    """Take a lock without waiting; False when another holds it."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
