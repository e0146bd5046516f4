"""Runs a PostgreSQL server in a home folder while a process uses it; any process may be killed at any moment."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Self
from urllib.parse import quote

from adapters.postgres.cluster import PORT, SUPERUSER, Cluster, locate
from adapters.postgres.programs import Programs, ServerFault, find_programs

# Crash recovery replays at most max_wal_size, which takes minutes on a slow disk.
RECOVERY_DEADLINE_SECONDS = 300.0
STOP_DEADLINE_SECONDS = 120.0
# The process that holds the gate may be in crash recovery, or stopping the server.
GATE_DEADLINE_SECONDS = RECOVERY_DEADLINE_SECONDS + STOP_DEADLINE_SECONDS
READY_DEADLINE_SECONDS = 3
POLL_SECONDS = 0.05


class Readiness(IntEnum):
    ACCEPTS = 0
    REJECTS = 1
    NO_RESPONSE = 2
    NO_ATTEMPT = 3


class EmbeddedServer:
    """A PostgreSQL server in `home`, shared by all processes that use the same home.

    Its whole state is three kernel locks (flock), which are right even after a process was killed:
    - `postgresql.gate` is held exclusively by the process that starts or stops the server;
    - `postgresql.holders` is held shared by each user, and the last user stops the server;
    - `postgresql.alive` is inherited by every process of the server, so that it is free only when none of them, not
      even an orphaned backend, can touch the cluster.
    While the file `postgresql.kept` exists, the server keeps running without users. A forked child shares the lock of
    its parent.

    Under root the server runs as the named account, else `postgres`, else `nobody`. When that account cannot enter the
    home, the cluster is under /var/lib/rigsbog, with a link in the home; when it cannot run the programs, they are
    copied into the cluster's folder. The mode of an existing folder is never changed. Linux and macOS only.
    """

    def __init__(self, home: Path, programs: Path | None = None, account: str | None = None) -> None:
        """Give the home folder, the folder of PostgreSQL's programs (None: the wheel's), and the account under root.

        Changes nothing yet; raises NoPrograms when there are no programs.
        """
        self.home = home.expanduser().resolve()
        self.programs = Programs(find_programs(programs))
        self._account = account
        self._holds: list[int] = []

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()

    def acquire(self) -> None:
        """Start the server unless it runs, and keep it running until `release`; raises ServerFault when it fails.

        After a crash this waits for the last process of the old server to end, and for recovery: at most 300 seconds.
        """
        with self._gate() as cluster:
            hold = self._take("holders", fcntl.LOCK_SH)
            try:
                self._bring_up(cluster)
            except BaseException:
                os.close(hold)
                raise
            self._holds.append(hold)

    def release(self) -> None:
        """Stop the server, unless another process uses it or `keep_running` was called."""
        with self._gate() as cluster:
            os.close(self._holds.pop())
            if not self._keep_file.exists() and not self._is_held("holders"):
                self._bring_down(cluster)

    def keep_running(self) -> None:
        """Start the server unless it runs, and keep it running until `stop`, even without users."""
        with self._gate() as cluster:
            # The file comes first: after a kill in between, no server runs that nobody would stop.
            self._keep_file.touch(mode=0o600)
            self._bring_up(cluster)

    def stop(self) -> None:
        """Stop the server now; its users lose their connections."""
        with self._gate() as cluster:
            self._keep_file.unlink(missing_ok=True)
            self._bring_down(cluster)

    def destroy(self) -> None:
        """Stop the server and delete its cluster with everything recorded in it. This cannot be undone."""
        with self._gate() as cluster:
            self._keep_file.unlink(missing_ok=True)
            self._bring_down(cluster)
            shutil.rmtree(cluster.folder)
            if cluster.socket_folder != cluster.folder:
                shutil.rmtree(cluster.socket_folder)
            for link in (self.home / "postgresql", self.home / "postgresql.socket"):
                link.unlink(missing_ok=True)

    def url(self, database: str = "rigsbog", user: str | None = None) -> str:
        """The connection URL of a database for libpq; valid even when the server does not run."""
        with self._gate() as cluster:
            folder = quote(str(cluster.socket_folder), safe="")
        return f"postgresql://{quote(user or SUPERUSER, safe='')}@/{quote(database, safe='')}?host={folder}&port={PORT}"

    @property
    def _keep_file(self) -> Path:
        return self.home / "postgresql.kept"

    @contextmanager
    def _gate(self) -> Iterator[Cluster]:
        """Hold the lock for starting and stopping this server; raises ServerFault when the home cannot be used."""
        try:
            if not self.home.is_dir():
                self.home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            gate = self._open("gate")
            try:
                self._wait_for(gate)
                yield locate(self.home, self._account)
            finally:
                os.close(gate)
        except OSError as error:
            raise ServerFault(
                f"The home folder {self.home} cannot hold a server: {error.strerror}. Set RIGSBOG_HOME to another."
            ) from error

    def _wait_for(self, gate: int) -> None:
        deadline = time.monotonic() + GATE_DEADLINE_SECONDS
        while not lock(gate, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise ServerFault(
                    f"Another process has been starting or stopping {self.home} for too long: "
                    "try again when it has ended."
                )
            time.sleep(POLL_SECONDS)

    def _open(self, name: str) -> int:
        return os.open(self.home / f"postgresql.{name}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _take(self, name: str, kind: int) -> int:
        """Lock a file and return its descriptor; closing it unlocks. Used only within the gate, so it never waits."""
        descriptor = self._open(name)
        fcntl.flock(descriptor, kind)
        return descriptor

    def _is_held(self, name: str) -> bool:
        """Whether any process holds the lock. Used only within the gate, since it takes the lock for a moment."""
        descriptor = self._open(name)
        try:
            return not lock(descriptor, fcntl.LOCK_EX)
        finally:
            os.close(descriptor)

    def _readiness(self, cluster: Cluster) -> Readiness:
        """Ask the server itself, since a process id proves nothing."""
        completed = self.programs.run(
            "pg_isready",
            f"--host={cluster.socket_folder}",
            f"--port={PORT}",
            f"--username={SUPERUSER}",
            "--dbname=postgres",
            f"--timeout={READY_DEADLINE_SECONDS}",
            deadline_seconds=READY_DEADLINE_SECONDS * 3,
            cwd=Path("/"),
        )
        return Readiness(completed.returncode)

    def _bring_up(self, cluster: Cluster) -> None:
        deadline = time.monotonic() + RECOVERY_DEADLINE_SECONDS
        while (readiness := self._readiness(cluster)) is not Readiness.ACCEPTS:
            if time.monotonic() > deadline:
                raise ServerFault(
                    f"The server in {cluster.folder} did not start in time: see its log there, and try again."
                )
            if readiness is Readiness.NO_RESPONSE and not self._is_held("alive"):
                self._launch(cluster)
            else:
                # It is in recovery, or the last processes of a killed server are still ending.
                time.sleep(POLL_SECONDS)

    def _launch(self, cluster: Cluster) -> None:
        """Start the server when no process of it is alive.

        PostgreSQL refuses to start when the old server's lock file is damaged, or its pid belongs to a zombie or to
        another process. The free lock `alive` proves that such a file is stale, so it is removed. If somebody started a
        server on this folder by hand, PostgreSQL still refuses, because of its shared memory.
        """
        programs = self._programs_for(cluster)
        alive = self._take("alive", fcntl.LOCK_SH)
        try:
            cluster.create(programs, alive)
            cluster.write_settings()
            started = self._start(cluster, programs, alive)
            if not started and cluster.remove_stale_locks():
                started = self._start(cluster, programs, alive)
        finally:
            os.close(alive)
        if not started:
            raise ServerFault(
                f"PostgreSQL did not start in {cluster.folder}: remove the cause that its log names, and try again.\n"
                f"{cluster.log_tail()}"
            )

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
            cwd=cluster.folder,
            inherit=(alive,),
        )
        return started.returncode == 0

    def _bring_down(self, cluster: Cluster) -> None:
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
            cwd=cluster.folder,
        )
        deadline = time.monotonic() + STOP_DEADLINE_SECONDS
        while self._is_held("alive"):
            if time.monotonic() > deadline:
                raise ServerFault(f"The server in {cluster.folder} did not stop in time; its log is there.")
            time.sleep(POLL_SECONDS)

    def _programs_for(self, cluster: Cluster) -> Programs:
        if cluster.account is None:
            return self.programs
        return self.programs.for_account(cluster.account, cluster.folder)


def lock(descriptor: int, kind: int) -> bool:
    """Take a lock without waiting; False when another process holds it."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
