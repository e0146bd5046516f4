"""Signs for the log with an Ed25519 key in a file, or by a command that reaches a hardware security module.

It signs checkpoints and statements about evidence, and nothing else (docs/proofs.md 6).
Every signature is verified by the public key before anybody sees it: a module that signs something else, or nothing,
is found out here and not by an auditor years later.
"""

from __future__ import annotations

import base64
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adapters.keys.key_file import KEY_COMMAND, NoKey, create_key_file, read_key
from adapters.seal.formats.note import NAME, SIGNATURE_BYTES, Key, Kind, NotAKey, Signer
from adapters.settings import Settings
from domain.errors import ErrorKind, RigsbogError

SEAL_FOLDER = "seal"
KEY_FILE = "key"
COMMAND_SECONDS_MAX = 10.0
OUTPUT_SHOWN_MAX = 200


class NoSealKey(NoKey):
    """There is no usable sealing key, or the log has no name: set RIGSBOG_SEAL_KEY_FILE and RIGSBOG_ORIGIN."""


class CannotSign(RigsbogError):
    """The signing command failed, took too long, or gave no signature of its key: run it by hand to find the cause."""

    kind = ErrorKind.UNAVAILABLE


@dataclass(frozen=True)
class FileSigner:
    name: str
    seed: bytes = field(repr=False)
    kind: ClassVar[Kind] = Kind.LOG

    @property
    def key(self) -> Key:
        return Key(self.name, self._private.public_key().public_bytes_raw(), self.kind)

    def sign(self, message: bytes) -> bytes:
        return _verified(self.key, message, self._private.sign(message))

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


@dataclass(frozen=True)
class CommandSigner:
    """A command that takes the message on standard input and gives 64 bytes, or their base64, on standard output."""

    key: Key
    command: tuple[str, ...]
    seconds_max: float = COMMAND_SECONDS_MAX

    def sign(self, message: bytes) -> bytes:
        """The signature, verified; raises CannotSign."""
        program = self.command[0]
        try:
            ran = subprocess.run(  # noqa: S603 - the operator's own command, and no shell
                self.command, input=message, capture_output=True, timeout=self.seconds_max, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise CannotSign(
                f"The command {program} did not sign within {self.seconds_max:g} seconds: run it by hand to see why."
            ) from error
        except OSError as error:
            raise CannotSign(
                f"The command {program} cannot be run: {error.strerror}. Correct RIGSBOG_SEAL_COMMAND."
            ) from error
        if ran.returncode:
            output = " ".join(ran.stderr.decode(errors="replace").split())[:OUTPUT_SHOWN_MAX]
            raise CannotSign(
                f"The command {program} ended with {ran.returncode} and did not sign: {output or 'it wrote nothing'}."
            )
        return _verified(self.key, message, _signature(ran.stdout, program))


def signer(settings: Settings, origin: str) -> Signer:
    """The signer of the log of that origin: RIGSBOG_SEAL_COMMAND, RIGSBOG_SEAL_KEY_FILE, or the home's own key.

    The home's key is made at first use, and never in production. Raises NoSealKey.
    """
    if settings.origin not in (None, origin):
        raise NoSealKey(
            f"The log has the name {origin}, which never changes, but RIGSBOG_ORIGIN is {settings.origin}: correct the "
            "setting, or connect to the ledger that it names."
        )
    if settings.seal_command is not None:
        return command_signer(settings.seal_command.get_secret_value(), settings.seal_public_key or "", origin)
    if settings.seal_key_file is not None:
        return file_signer(settings.seal_key_file, origin)
    if settings.is_production:
        raise NoSealKey(
            f"No key to seal with: set RIGSBOG_SEAL_KEY_FILE to a file with mode 0600 made by `{KEY_COMMAND}`, "
            f"or RIGSBOG_SEAL_COMMAND and RIGSBOG_SEAL_PUBLIC_KEY to those of a security module."
        )
    return file_signer(create_key_file(settings.home / SEAL_FOLDER / KEY_FILE), origin)


def key_at_hand(settings: Settings, origin: str) -> Signer:
    """The signer of the log of that origin, as `signer`, but no key is made. Raises NoSealKey."""
    is_configured = settings.seal_command is not None or settings.seal_key_file is not None
    if not is_configured and not (settings.home / SEAL_FOLDER / KEY_FILE).exists():
        raise NoSealKey(
            "The key that signs the log is not at hand: set RIGSBOG_SEAL_KEY_FILE, or RIGSBOG_SEAL_COMMAND and "
            "RIGSBOG_SEAL_PUBLIC_KEY, or have the operator who has the key run the command."
        )
    return signer(settings, origin)


def file_signer(path: Path, origin: str) -> FileSigner:
    """The key in a file, which only its owner may read; raises NoSealKey."""
    try:
        return FileSigner(origin, read_key(path))
    except NoKey as error:
        raise NoSealKey(str(error)) from error


def chosen_origin(settings: Settings, log: UUID) -> str:
    """The name of a new log, which never changes: RIGSBOG_ORIGIN, or a name of its own outside production.

    Raises NoSealKey when it is missing in production, or is no name.
    """
    if settings.origin is not None:
        if not NAME.fullmatch(settings.origin):
            raise NoSealKey(
                "RIGSBOG_ORIGIN may hold neither spaces nor a plus sign: set it to a name such as "
                "log.example.dk/ledger."
            )
        return settings.origin
    if settings.is_production:
        raise NoSealKey(
            "The ledger is not sealed yet and has no name: set RIGSBOG_ORIGIN to the name that every proof will "
            "contain, such as log.example.dk/ledger. It never changes."
        )
    return f"rigsbog.local/{log}"


def command_signer(command: str, public: str, origin: str) -> CommandSigner:
    try:
        words = tuple(shlex.split(command))
        key = Key.read(public)
    except (ValueError, NotAKey) as error:
        raise NoSealKey(f"RIGSBOG_SEAL_COMMAND or RIGSBOG_SEAL_PUBLIC_KEY cannot be read: {error}.") from error
    if not words or key.name != origin:
        raise NoSealKey(
            f"RIGSBOG_SEAL_PUBLIC_KEY must be the vkey of {origin}, and RIGSBOG_SEAL_COMMAND name a program."
        )
    return CommandSigner(key, words)


def _signature(output: bytes, program: str) -> bytes:
    if len(output) == SIGNATURE_BYTES:
        return output
    try:
        value = base64.b64decode(output.strip(), validate=True)
    except ValueError:
        value = b""
    if len(value) != SIGNATURE_BYTES:
        raise CannotSign(
            f"The command {program} gave {len(output)} bytes that are no signature: {SIGNATURE_BYTES} raw bytes, or "
            "their base64, are expected."
        )
    return value


def _verified(key: Key, message: bytes, signature: bytes) -> bytes:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature as error:
        raise CannotSign(f"The signature is not by the key {key}: it is not used.") from error
    return signature
