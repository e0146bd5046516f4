"""Time stamps (RFC 3161) on checkpoints: an authority proves that the signed note existed at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

import psycopg
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509 import Certificate, DuplicateExtension, UnsupportedGeneralNameType, load_pem_x509_certificates
from psycopg.rows import TupleRow
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from adapters.seal.witness.http_client import NoAnswer, post
from domain.errors import ErrorKind, RigsbogError

EXCHANGE_SECONDS_MAX = 15.0
TOKEN_BYTES_MAX = 64 * 2**10
ROOTS_BYTES_MAX = 2**20
QUERY_TYPE = "application/timestamp-query"
SHA256 = "2.16.840.1.101.3.4.2.1"
CLOCK_OFF_MAX = timedelta(hours=1)
"""The greatest difference between the authority's clock and this server's when a stamp is requested."""
UNREADABLE = (ValueError, VerificationError, DuplicateExtension, UnsupportedGeneralNameType, UnsupportedAlgorithm)

STAMPS = """
select t.size, t.authority, t.token, t.stamped_at, c.note
  from seal.time_stamp t join seal.checkpoint c using (size) order by t.size, t.authority
"""
NEWEST = """
select c.size, c.note, exists (select from seal.time_stamp t where t.size = c.size and t.authority = %s)
  from seal.publication p join seal.checkpoint c using (size) order by p.size desc limit 1
"""
KEEP = """
insert into seal.time_stamp (size, authority, token, stamped_at) values (%s, %s, %s, %s)
on conflict (size, authority) do nothing
"""


class NoTimeStamp(RigsbogError):
    """The authority gave no valid time stamp. Sealing continues; request it again later."""

    kind = ErrorKind.UNAVAILABLE

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"No time stamp from {url}: {why}. Sealing continues; request it again later.")


class BadTimeStamp(RigsbogError):
    """The token does not prove that this checkpoint existed at a time: request a new time stamp."""

    kind = ErrorKind.DIFFERENT


class NoRoots(RigsbogError):
    """The file holds no certificates to trust: give the authority's root certificate as a PEM file."""

    kind = ErrorKind.CONFIGURATION


class NothingToStamp(RigsbogError):
    """No checkpoint is published yet: run `rigsbog seal once`, or wait for `rigsbog run`."""

    kind = ErrorKind.BUSY


@dataclass(frozen=True, slots=True)
class Stamp:
    """A token as it is stored, and the checkpoint that it is on."""

    size: int
    authority: str
    """The URL of the authority."""
    token: bytes
    """The authority's whole answer, as `openssl ts -verify -in` reads it."""
    stamped_at: datetime
    note: str


def roots_at(path: Path) -> list[Certificate]:
    """The certificates in a PEM file; raises NoRoots."""
    try:
        with path.open("rb") as file:
            return load_pem_x509_certificates(file.read(ROOTS_BYTES_MAX))
    except (OSError, ValueError) as error:
        raise NoRoots(f"{path} holds no certificates: give the authority's root as a PEM file.") from error


def asked(url: str, note: str, roots: Sequence[Certificate], now: datetime) -> tuple[bytes, datetime]:
    """A new token of the authority on the note, verified, and its time; raises NoTimeStamp."""
    request = TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        answer = post(url, request.as_bytes(), QUERY_TYPE, seconds_max=EXCHANGE_SECONDS_MAX, bytes_max=TOKEN_BYTES_MAX)
        if answer.status != HTTPStatus.OK:
            raise NoTimeStamp(url, f"it answered with status {answer.status}")
        at = checked(answer.body, note, roots, request.nonce)
    except (NoAnswer, BadTimeStamp) as error:
        raise NoTimeStamp(url, str(error).removesuffix(".")) from error
    if abs(at - now) > CLOCK_OFF_MAX:
        raise NoTimeStamp(url, f"its clock says {at.isoformat()}, and ours {now.isoformat()}")
    return answer.body, at


def checked(token: bytes, note: str, roots: Sequence[Certificate], nonce: int | None = None) -> datetime:
    """The time at which the note existed, as the authority states under a root that the caller trusts.

    Raises BadTimeStamp. The certificates need to have been valid then, not now.
    """
    builder = VerifierBuilder(roots=list(roots))
    try:
        response = decode_timestamp_response(token)
        _check_form(response)
        (builder if nonce is None else builder.nonce(nonce)).build().verify_message(response, note.encode())
        at = response.tst_info.gen_time
    except UNREADABLE as error:
        raise BadTimeStamp(f"the token does not hold: {_reason(error)}") from error
    return at


def stated(token: bytes, note: str) -> datetime:
    """The time that the token states for the note; who signed it is not looked at. Raises BadTimeStamp."""
    try:
        response = decode_timestamp_response(token)
        _check_form(response)
        imprint, at = response.tst_info.message_imprint.message, response.tst_info.gen_time
    except UNREADABLE as error:
        raise BadTimeStamp(f"the token does not hold: {_reason(error)}") from error
    if imprint != sha256(note.encode()).digest():
        raise BadTimeStamp("the token is not over this checkpoint")
    return at


def newest_unstamped(connection: psycopg.Connection[TupleRow], authority: str) -> tuple[int, str] | None:
    """The newest published checkpoint; None when this authority has stamped it. Raises NothingToStamp."""
    row = connection.execute(NEWEST, [authority]).fetchone()
    if row is None:
        raise NothingToStamp
    size, note, stamped = row
    return None if stamped else (size, note)


def keep(connection: psycopg.Connection[TupleRow], stamp: Stamp) -> None:
    """Store the token with its checkpoint."""
    connection.execute(KEEP, [stamp.size, stamp.authority, stamp.token, stamp.stamped_at])


def stamps(connection: psycopg.Connection[TupleRow]) -> list[Stamp]:
    """Every token that is stored, by size."""
    return [
        Stamp(size, authority, bytes(token), at, note)
        for size, authority, token, at, note in connection.execute(STAMPS).fetchall()
    ]


def check_stored(stamp: Stamp, roots: Sequence[Certificate]) -> None:
    """Raise BadTimeStamp unless the stored token proves the stored checkpoint at the stored time."""
    at = checked(stamp.token, stamp.note, roots)
    if at != stamp.stamped_at:
        raise BadTimeStamp(f"the token says {at.isoformat()}, and the stored time is {stamp.stamped_at.isoformat()}")


def _check_form(response: TimeStampResponse) -> None:
    if response.status:
        reasons = "; ".join(" ".join(text.split()) for text in response.status_string)[:200]
        raise VerificationError(f"the authority refused with status {response.status} {reasons}".rstrip())
    if response.tst_info.message_imprint.hash_algorithm.dotted_string != SHA256:
        raise VerificationError("it is over another hash than SHA-256")


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, VerificationError) else "it cannot be read"
