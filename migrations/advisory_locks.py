"""Every advisory lock of the database: PostgreSQL knows them by number only, so each number is chosen here."""

from enum import IntEnum


class AdvisoryLock(IntEnum):
    """A lock that is gone with the connection or transaction that holds it, whatever becomes of the process."""

    MIGRATE = 7_236_550
    """One migration at a time."""
    APPEND = 7_236_553
    """One append at a time, so that positions follow the order of commits (versions/0001_append.sql)."""
    ESTABLISH_REGISTERS = 7_236_554
    """One of several starting processes makes a register's missing table."""
    REBUILD = 7_236_555
    """One rebuild of a register at a time: this number, and one of the register's name."""
    REACTIONS = 7_236_560
    """The leader of the reactions."""
    SEAL = 7_236_570
    """One sealer at a time."""
