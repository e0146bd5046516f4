"""Verifies proofs of a Rigsbog ledger, without a database, a network or any other file of Rigsbog.

Usage: python3 -I verify_receipt.py FILE... --key VKEY

A file is a proof of one record (*.tlog-proof), an answer with its proof (*.json), or a bundle of both (*.zip).
The program trusts only the keys on its command line. It prints what each file proves, and what it does not prove.
Exit code 0: every file is valid. 1: a file is invalid. 2: a file cannot be read, or an argument is wrong.

docs/proofs.md defines the forms of the files: "proofs.md 3" in this file means section 3 of that page. It builds on:

  C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof  (c2sp.org)
  RFC 6962 and RFC 9162   the Merkle tree of the log
  RFC 8032                the signature scheme Ed25519
  RFC 8785                canonical JSON
"""

import argparse
import base64
import io
import json
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from hashlib import sha256, sha512
from operator import itemgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

# Results --------------------------------------------------------------------------------------------------------------

VALID, INVALID, UNREADABLE = 0, 1, 2
"""The exit codes."""

UNREADABLE_REASONS = {"no-key", "truncated", "oversized", "not-a-receipt", "wrong-form", "unknown-form"}
"""By these words a file is refused with exit code 2, by all others with 1 (proofs.md 6 explains each word)."""

NEVER_PROVED = [
    "that what the ledger says is true in the world, or that the ledger's own clock was right",
    "that there is nothing more (to change a clock or a row), or no other log, beyond what witnesses signed",
]


class Refused(Exception):
    """The file is refused."""

    def __init__(self, reason: str, explanation: str) -> None:
        super().__init__(f"{reason}: {explanation}")
        self.exit_code = UNREADABLE if reason in UNREADABLE_REASONS else INVALID


def require(condition: bool, reason: str, explanation: str) -> None:
    """Refuse the file unless the condition holds."""
    if not condition:
        raise Refused(reason, explanation)


@dataclass
class Report:
    """What one file proves, and what it does not prove, as lines."""

    proved: list[str] = field(default_factory=list)
    unproved: list[str] = field(default_factory=NEVER_PROVED.copy)


# The command line -----------------------------------------------------------------------------------------------------

FILE_BYTES_MAX = 2**28


def main() -> None:
    """Verify the files that the command line names, and end with the exit code."""
    names, trust = read_arguments()
    exit_codes = [verify_and_print(name, trust) for name in names]
    sys.exit(INVALID if INVALID in exit_codes else max(exit_codes))


def read_arguments() -> "tuple[list[str], Trust]":
    """The names of the files, and what the reader trusts. A wrong argument ends the program with exit code 2."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE", help="a proof, an answer or a bundle")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="a public key of the log")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY", help="a public key of a witness")
    needed = "how many of the witnesses must have cosigned (default: all)"
    parser.add_argument("--witnesses-needed", type=int, choices=range(SIGNATURE_LINES_MAX), metavar="N", help=needed)
    arguments = parser.parse_args()
    if not arguments.key:
        parser.error("no-key: name the log's key by --key, as the authority publishes it; never take it from the file")
    try:
        keys = [read_key(vkey, LOG_KEY, "a key you named") for vkey in arguments.key]
        keys += [read_key(vkey, WITNESS_KEY, "a witness you named") for vkey in arguments.witness]
    except (Refused, ValueError) as error:
        parser.error(str(error))
    witnesses_needed = len(arguments.witness) if arguments.witnesses_needed is None else arguments.witnesses_needed
    return arguments.files, Trust({(key.name, key.key_id): key for key in keys}, witnesses_needed)


def verify_and_print(name: str, trust: "Trust") -> int:
    """Verify one file and print the result; its exit code."""
    report = Report()
    try:
        verify_file(read_file(name), trust, report)
    except Refused as refusal:
        print_line(f"{refusal}: {name}")
        return refusal.exit_code
    except Exception as error:  # noqa: BLE001 - a file that an attacker made may cause any error, and is refused
        print_line(f"wrong-form: the file is not as docs/proofs.md says ({type(error).__name__}: {error}): {name}")
        return UNREADABLE
    proved, unproved = dict.fromkeys(report.proved), dict.fromkeys(report.unproved)
    for line in [f"VALID (gyldig): {name}", "Proved (bevist):", *proved, "Not proved (ikke bevist):", *unproved]:
        print_line(line)
    return VALID


def read_file(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise Refused("wrong-form", f"the file cannot be read ({error.strerror})") from error
    require(len(content) <= FILE_BYTES_MAX, "oversized", "no proof, answer or bundle is so large")
    return content


def print_line(line: str) -> None:
    """Print in UTF-8. A character that could steer the screen is replaced by its number in angle brackets."""
    shown = "".join(character if character.isprintable() else f"<{ord(character):x}>" for character in line)
    sys.stdout.buffer.write(shown.encode() + b"\n")


def verify_file(content: bytes, trust: "Trust", report: Report) -> None:
    """Verify a file of any kind: its first bytes show which it is."""
    if content.startswith(b"PK"):
        verify_bundle(content, trust, report)
        return
    require(content.endswith(b"\n"), "truncated", "the last line has no end")
    verify = verify_answer if content.startswith(b"{") else verify_proof
    verify(content, trust, report)


# A bundle (proofs.md 5) -----------------------------------------------------------------------------------------------

PROOF_SUFFIX, ANSWER_SUFFIX = ".tlog-proof", ".answer.json"
BYTES_PER_ARCHIVE_ENTRY = 1_000
"""Counted for each file of an archive besides its content, so that a million empty files are too many."""


def verify_bundle(content: bytes, trust: "Trust", report: Report) -> None:
    """Verify every proof and every answer of a bundle (proofs.md 5)."""
    files = read_archive(content)
    listed = [f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files) if name != "MANIFEST"]
    is_listed = files.get("MANIFEST") == "".join(listed).encode()
    require(is_listed, "wrong-manifest", "MANIFEST does not list just the files of the bundle")
    names = [name for name in sorted(files) if name.endswith((PROOF_SUFFIX, ANSWER_SUFFIX))]
    require(names != [], "empty-bundle", "the bundle holds no proof and no answer")
    lines_printed: set[str] = set()
    for name in names:
        part = Report()
        verify = verify_proof if name.endswith(PROOF_SUFFIX) else verify_answer
        verify(files[name], trust, part)
        for line in part.proved:
            if line not in lines_printed:
                # The name is quoted, so that a file cannot be named like something that is proved.
                report.proved.append(f"{to_json(name)}: {line}")
                lines_printed.add(line)
        report.unproved += part.unproved
    report.unproved.append("what the other files of the bundle say: nobody has signed them")


def read_archive(content: bytes) -> dict[str, bytes]:
    """The files of a ZIP archive by name, each there once, and all together not too large."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        unpacked_bytes = sum(entry.file_size + BYTES_PER_ARCHIVE_ENTRY for entry in entries)
        require(unpacked_bytes <= FILE_BYTES_MAX, "oversized", "the bundle is too large")
        names = {entry.filename for entry in entries}
        require(len(names) == len(entries), "wrong-manifest", "the archive holds two files of one name")
        # One byte more than the archive declares: the reader then reaches the end and compares the checksum.
        return {entry.filename: archive.open(entry).read(entry.file_size + 1) for entry in entries}


# A proof of one record (proofs.md 3; C2SP tlog-proof) -----------------------------------------------------------------

PROOF_HEADER, EXTRA_PREFIX, INDEX_PREFIX = "c2sp.org/tlog-proof@v1", "extra ", "index "
PROOF_FORMS = ("receipt/1", "receipt/2")
EXTRA_MEMBERS = "rigsbog record subjects opened message clock facts keys"


def verify_proof(content: bytes, trust: "Trust", report: Report) -> None:
    """Verify a proof of one record, and the legal clock in it (proofs.md 3)."""
    proof = read_proof(content)
    checkpoint = verify_trusted_checkpoint(proof["note"], list_of(proof["keys"]), trust, report)
    verify_records_of_proof(proof, checkpoint, report)


def read_proof(content: bytes) -> dict[str, Any]:
    """The parts of a proof: the members of its extra line, and the note, the index and the path (C2SP tlog-proof)."""
    head, _, note = content.decode().partition("\n\n")
    is_proof = head.startswith(f"{PROOF_HEADER}\n{EXTRA_PREFIX}")
    require(is_proof, "not-a-receipt", "the file is no C2SP tlog-proof that holds its record")
    _, extra_line, index_line, *path = head.split("\n")
    require(index_line.startswith(INDEX_PREFIX), "wrong-form", "the third line does not hold the index")
    extra = read_json(from_base64(extra_line.removeprefix(EXTRA_PREFIX)))
    members = members_of(with_salts(extra, extra), EXTRA_MEMBERS, PROOF_FORMS)
    members["facts"] = [with_salts(entry, extra) for entry in list_of(members["facts"])]
    message = members["message"]
    require(message is None or (type(message) is str and message != ""), "wrong-form", "the message is no text")
    return {**members, "note": note, "index": read_number(index_line.removeprefix(INDEX_PREFIX)), "path": path}


def verify_records_of_proof(proof: dict[str, Any], checkpoint: "Checkpoint", report: Report) -> dict[str, Any]:
    """Verify the record of a proof, the further facts, and the legal clock that they show; the record."""
    records = verify_facts(list_of(proof["facts"]), checkpoint, report)
    record = verify_record({name: proof[name] for name in ENTRY_MEMBERS.split()}, checkpoint, report)
    require(record not in records, "reordered", "the record of the proof is among the further facts too")
    verify_clock(proof, sorted([*records, record], key=itemgetter("position")), report)
    return record


HANDLED = "MessageOpened ServiceEffected ItemOpened ItemMoved ItemDeleted ItemDownloaded ItemForwarded"
LEGAL_TIMES = {
    "submitted_at": ("afsendt", "MessageSubmitted"),
    "rejected_at": ("afvist", "MessageRejected"),
    "scheduled_for": ("valørdato", "MessageScheduled"),
    "recalled_at": ("tilbagekaldt", "MessageRecalled"),
    "refused_at": ("afvist ved frigivelse", "ReleaseRefused"),
    "available_at": ("kommet frem", "MessageMadeAvailable"),
    "first_opened_at": ("først åbnet", "MessageOpened"),
    "served_at": ("forkyndt", "ServiceEffected"),
    "first_handled_at": ("først håndteret", HANDLED),
}
"""Each time of the legal clock: its Danish term, and the facts of which the first one sets it."""
SERVING = "ServiceEffected ServiceConfirmed ServedOtherwise SummonsReachedAddressee"


def verify_clock(proof: dict[str, Any], records: list[dict[str, Any]], report: Report) -> None:
    """Verify that the facts about the message show the legal clock of the proof. The records are in order."""
    message = proof["message"]
    records = [record for record in records if message in record["subjects"]]
    clock: dict[str, str | None] = {}
    for name, (_, facts) in LEGAL_TIMES.items():
        setting = [record for record in records if record["fact"] in facts.split()]
        source = {"field": "release_at"} if name == "scheduled_for" else {"header": "recorded_at"}
        clock[name] = value_of(source, setting[0], "timestamptz") if setting else None
    require(to_json(message and clock) == to_json(proof["clock"]), "wrong-clock", "the facts show another legal clock")
    times = [f"{name} ({danish}) {clock[name]}" for name, (danish, _) in LEGAL_TIMES.items() if clock[name] is not None]
    for line in times + lines_outside_clock(records):
        report.proved.append(f"{message}, by the facts in this file: {line}")


def lines_outside_clock(records: list[dict[str, Any]]) -> list[str]:
    """What the facts about a message say that is no time of the clock: an arrival elsewhere, a service annulled."""
    lines: list[str] = []
    service, is_annulled = "", False
    for record in records:
        if record["fact"] == "ArrivalImported":
            at, system = (to_json(value_at({"field": field}, record)) for field in ("available_at", "system"))
            lines.append(f"arrived (kommet frem) in {system} at {at}")
        elif record["fact"] == "ArrivalImportAnnulled":
            lines.append(f"it was found at {record['recorded_at']} that the arrival taken over before is none")
        elif record["fact"] == "ServiceAnnulled":
            lines.append(f"the court found at {record['recorded_at']} that the service{service} does not hold")
            is_annulled = True
        elif record["fact"] in SERVING.split():
            service = f" recorded at {record['recorded_at']} ({record['fact']})"
            lines += [f"served again (forkyndt):{service}"] if is_annulled else []
    return lines


# An answer (proofs.md 4) ----------------------------------------------------------------------------------------------

ANSWER_FORMS = ("answer/1", "answer/2")
ANSWER_MEMBERS = "rigsbog register declaration subject known valid rows facts checkpoint keys attestation"
UUID_LENGTH = 36
END_OF_TIME = "~"  # sorts after every day, which begins with a digit


def verify_answer(content: bytes, trust: "Trust", report: Report) -> None:
    """Verify an answer: its rows are those that its facts make by its declaration (proofs.md 4)."""
    answer = read_answer(content)
    checkpoint = verify_trusted_checkpoint(answer["checkpoint"], list_of(answer["keys"]), trust, report)
    records = verify_facts(list_of(answer["facts"]), checkpoint, report)
    known = answer["known"]
    require(0 <= known <= checkpoint.size, "future-size", f"the checkpoint is of {checkpoint.size} records")
    verify_rows(answer, records, report)
    verify_attestation(answer, checkpoint, report)


def read_answer(content: bytes) -> dict[str, Any]:
    """Read an answer: an object of JSON, and what its members are. Nothing in it is verified."""
    answer = members_of(read_json(content.removesuffix(b"\n")), ANSWER_MEMBERS, ANSWER_FORMS)
    answer["facts"] = [with_salts(entry, answer) for entry in list_of(answer["facts"])]
    require(type(answer["known"]) is int, "wrong-form", "known is no number")
    require(type(answer["subject"]) is str, "wrong-form", "the subject is no text")
    register, valid = answer["register"], answer["valid"]
    # An identifier has no blanks, so a register cannot be named like something that is proved.
    require(type(register) is str and register.isidentifier(), "wrong-form", "the register has no plain name")
    is_day = valid is None or date.fromisoformat(valid).isoformat() == valid
    require(is_day, "non-canonical", "the day is not written YYYY-MM-DD")
    return answer


def verify_rows(answer: dict[str, Any], records: list[dict[str, Any]], report: Report) -> None:
    """Verify the rows of an answer: the facts make each of them, and no further row of the subject."""
    register, declaration, subject = answer["register"], answer["declaration"], answer["subject"]
    known, valid = answer["known"], answer["valid"]
    require(all(record["position"] <= known for record in records), "later-fact", f"a fact is later than {known}")
    require(declaration["register"] == register, "wrong-declaration", "the declaration is of another register")
    about_subject = [record for record in records if subject in record["subjects"]]
    keys_of_subject = rows_of(declaration, about_subject).keys()
    made = rows_of(declaration, records)
    key_of = {to_json(row): key for key, row in made.items() if is_valid_on(row, valid)}
    for row in map(to_json, list_of(answer["rows"])):
        require(row in key_of, "wrong-row", f"the facts do not make this row: {row}")
        require(key_of.pop(row) in keys_of_subject, "wrong-subject", f"this row is not about the subject: {row}")
        report.proved.append(
            f"{register} of {subject} at {known}, valid on {valid or 'any day'}, by the facts in this file: {row}"
        )
    values_left = {value for key in key_of.values() for value in key}
    names_of_subject = {subject, subject[-UUID_LENGTH:]}
    require(values_left.isdisjoint(names_of_subject), "row-left-out", "the facts make a further row of this subject")


def is_valid_on(row: dict[str, Any], day: str | None) -> bool:
    """Whether the row was valid on that day. Where no day is asked for, every row counts."""
    if day is None or row.get("annulled_at") is not None:
        return day is None
    return bool((row["valid_from"] or END_OF_TIME) <= day < (row["valid_to"] or END_OF_TIME))


def verify_attestation(answer: dict[str, Any], checkpoint: "Checkpoint", report: Report) -> None:
    """Verify that the attestation, if there is one, is of this register by this declaration."""
    register = answer["register"]
    digest = sha256(to_json(answer["declaration"]).encode()).hexdigest()
    if answer["attestation"] is not None:
        record = verify_record(with_salts(answer["attestation"], answer), checkpoint, report)
        attested = (record["fact"], record["payload"].get("name"), record["payload"].get("declaration"))
        expected = ("RebuildAttested", register, digest)
        require(attested == expected, "wrong-attestation", "the attestation is of something else")
    scope = "an attestation is of the whole register, and of no single row"
    report.unproved.append(f"that {register} is declared so ({digest}), unless a record above attests it; {scope}")


# The rows that facts make (proofs.md 4) -------------------------------------------------------------------------------

DECLARATION_MEMBERS = "register table key types begins columns"
SOURCE_KINDS = ("field", "start_of_day", "constant", "header")
WORK_MAX = 10**9
"""Records times the length of the declaration's columns: beyond this, a reader would wait for hours."""


def rows_of(declaration: dict[str, Any], records: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows that the records make by a declaration, one record after another, by their keys (proofs.md 4)."""
    work = len(records) * len(str(declaration["columns"]))
    require(work <= WORK_MAX, "oversized", "the declaration is too long for its facts")
    columns, types = read_columns(declaration), declaration["types"]
    begins = set(list_of(declaration["begins"]))
    empty_row = {column["name"]: 0 if column["law"] == "total" else None for column in columns}
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for record in records:
        for column in columns:
            for setter in column["setters"]:
                if setter["fact"] != record["fact"]:
                    continue
                sources = zip(declaration["key"], list_of(setter["key"]), strict=True)
                key = tuple(value_of(source, record, types[name]) for name, source in sources)
                may_begin = not begins or record["fact"] in begins
                if None in key or not (may_begin or key in rows):
                    continue
                if key not in rows:
                    rows[key] = dict(zip(declaration["key"], key, strict=True)) | empty_row
                value = value_of(setter["source"], record, types[column["name"]])
                set_value(rows[key], column, value)
    return rows


def read_columns(declaration: Any) -> list[dict[str, Any]]:
    """The columns of a declaration, whose form is verified as far as the rows depend on it."""
    members = members_of(declaration, DECLARATION_MEMBERS)
    columns = list_of(members["columns"])
    names = [*list_of(members["key"]), *(column["name"] for column in columns)]
    require(len(names) == len(set(names)), "wrong-form", "the declaration names a column twice")
    for column in columns:
        require(column["law"] in ("last", "first", "total"), "wrong-form", "a column is of an unknown law")
    return columns


def set_value(row: dict[str, Any], column: dict[str, Any], value: Any) -> None:
    """Set a value by the law of its column."""
    name = column["name"]
    if column["law"] == "total":
        row[name] += 0 if value is None else value
    elif column["law"] == "last" or row[name] is None:
        row[name] = value


def value_of(source: dict[str, Any], record: dict[str, Any], column_type: str) -> Any:
    """The value that a record gives to a column of this type."""
    value = value_at(source, record)
    if value is not None and column_type == "timestamptz":
        instant = datetime.fromisoformat(value)
        require(instant.tzinfo is not None, "wrong-form", "a time has no time zone")
        return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value[-UUID_LENGTH:] if value is not None and column_type == "uuid" else value


def value_at(source: dict[str, Any], record: dict[str, Any]) -> Any:
    """The value that a source finds in a record, before its column's type forms it."""
    (kind,) = source.keys() - {"default"}
    require(kind in SOURCE_KINDS, "wrong-form", "the declaration has an unknown source")
    name = source[kind]
    if kind == "constant":
        return name
    if kind == "header":
        is_registration_time = name == "effective_from" and record[name] is None
        return record["recorded_at"] if is_registration_time else record[name]
    value = record["payload"].get(name, source.get("default"))
    if kind == "start_of_day" and value is not None:
        return datetime.combine(date.fromisoformat(value), time(), ZoneInfo("Europe/Copenhagen")).isoformat()
    return value


# Trusted keys ---------------------------------------------------------------------------------------------------------

LOG_KEY, WITNESS_KEY = 0x01, 0x04
"""The signature types of C2SP signed-note: Ed25519 of a note, and a timestamped cosignature by Ed25519."""
KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32
KEY_HISTORY_MAX = 64


@dataclass(frozen=True)
class TrustedKey:
    """A public key that the reader trusts, with the reason why."""

    name: str
    key_id: bytes
    kind: int
    public: bytes
    reason: str


@dataclass(frozen=True)
class Trust:
    """The keys that are trusted, by name and id, and how many witnesses must have cosigned."""

    keys: dict[tuple[str, bytes], TrustedKey]
    witnesses_needed: int


def read_key(vkey: str, kind: int, reason: str) -> TrustedKey:
    """Read a public key, written `name+id+base64` (C2SP signed-note, "Verifier keys")."""
    name, _, id_and_material = vkey.partition("+")
    key_id, _, encoded = id_and_material.partition("+")
    material = from_base64(encoded)
    expected_id = sha256(name.encode() + b"\n" + material).digest()[:KEY_ID_BYTES]
    require(len(material) == 1 + PUBLIC_KEY_BYTES, "bad-key", "a key is written name+id+base64, and has 32 bytes")
    require(material[0] == kind, "bad-key", "the key is of another kind")
    require(key_id == expected_id.hex(), "bad-key", "the id of the key is not that of its name and its bytes")
    return TrustedKey(name, expected_id, kind, material[1:], reason)


def follow_key_history(history: list[Any], trust: Trust) -> Trust:
    """Trust also the keys that a trusted key has adopted, one after another (proofs.md 3, "key history")."""
    require(len(history) <= KEY_HISTORY_MAX, "oversized", "the key history is too long")
    keys = dict(trust.keys)
    for text in history:
        adopted = adopted_key(text.encode(), Trust(keys, 0))
        if adopted is not None:
            # A key that is trusted already comes first: an adopted one never takes its place.
            keys.setdefault((adopted.name, adopted.key_id), adopted)
    return Trust(keys, trust.witnesses_needed)


def adopted_key(content: bytes, trust: Trust) -> TrustedKey | None:
    """The key that a text of the key history adopts, or None where it is older than the first key that is trusted."""
    proof = read_proof(content)
    require(proof["keys"] == [], "oversized", "a text of the key history has a key history of its own")
    checkpoint = verify_checkpoint(proof["note"], trust, Report())
    record = verify_records_of_proof(proof, checkpoint, Report())
    require(record["fact"] == "SealingKeyAdopted", "wrong-adoption", "the key history holds another fact")
    payload = record["payload"]
    key = read_key(payload["vkey"], LOG_KEY, f"adopted at position {record['position']}")
    is_of_log = checkpoint.origin == payload["origin"] == key.name
    require(is_of_log, "wrong-adoption", "the adopted key is of another log")
    return key if checkpoint.signed_by_log else None


# The checkpoint: a signed note (C2SP signed-note, tlog-checkpoint, tlog-cosignature; proofs.md 1) ---------------------

SIGNATURE_LINES_MAX = 64
TIMESTAMP_BYTES = 8


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint, and which trusted keys have signed it. `verify_trusted_checkpoint` decides if they suffice."""

    origin: str
    size: int
    root: bytes
    signed_by_log: bool
    witnesses: int


def verify_trusted_checkpoint(note: str, history: list[Any], trust: Trust, report: Report) -> Checkpoint:
    """Verify a checkpoint that the log and enough witnesses must have signed."""
    trust = follow_key_history(history, trust)
    checkpoint = verify_checkpoint(note, trust, report)
    require(checkpoint.signed_by_log, "wrong-key", f"no key of {checkpoint.origin} that you trust signed it")
    few = f"fewer than {trust.witnesses_needed} of the witnesses that you named cosigned the checkpoint"
    require(checkpoint.witnesses >= trust.witnesses_needed, "too-few-witnesses", few)
    return checkpoint


def verify_checkpoint(note: str, trust: Trust, report: Report) -> Checkpoint:
    """Verify all signatures that name a trusted key. Signed-note demands that all others are passed over."""
    text, lines = read_note(note)
    origin, size_line, root_line = text.removesuffix("\n").split("\n")
    size, root = read_number(size_line), from_base64(root_line)
    require(len(root) == HASH_BYTES, "wrong-form", "the root of the checkpoint is no SHA-256 hash")
    has_key = any(key.name == origin and key.kind == LOG_KEY for key in trust.keys.values())
    require(has_key, "wrong-origin", f"you trust no key of {origin}")
    signers: dict[int, set[bytes]] = {LOG_KEY: set(), WITNESS_KEY: set()}
    for name, key_id, signature in map(read_signature_line, lines):
        key = trust.keys.get((name, key_id))
        if key is None or (key.kind == LOG_KEY and name != origin):
            continue
        reason = verify_signature(text, signature, key)
        signers[key.kind].add(key.public)
        report.proved.append(f"{name} signed the checkpoint of {size} records ({reason})")
    # A time-stamp (RFC 3161) is of the note as the log signed it, without cosignatures.
    note_of_log = "".join([text, "\n", *(f"{line}\n" for line in lines if line.split(" ")[1] == origin)])
    command = f"openssl ts -verify -digest {sha256(note_of_log.encode()).hexdigest()} -in TOKEN -CAfile PEM"
    report.unproved.append(f"a time-stamp of the checkpoint; to verify one: {command}")
    return Checkpoint(origin, size, root, signed_by_log=signers[LOG_KEY] != set(), witnesses=len(signers[WITNESS_KEY]))


def read_note(note: str) -> tuple[str, list[str]]:
    """The text of a signed note, with its last end of line, and the signature lines (C2SP signed-note, "Format")."""
    text, _, signatures = note.rpartition("\n\n")
    require(text != "" and signatures.endswith("\n"), "truncated", "the checkpoint has no whole signatures under it")
    lines = signatures.removesuffix("\n").split("\n")
    require(len(lines) <= SIGNATURE_LINES_MAX, "wrong-form", f"more than {SIGNATURE_LINES_MAX} signature lines")
    return f"{text}\n", lines


def read_signature_line(line: str) -> tuple[str, bytes, bytes]:
    """The name and the id of the key, and the signature: `DASH name base64(id | signature)` (C2SP signed-note)."""
    dash, name, encoded = line.split(" ")
    require(dash == "\N{EM DASH}", "wrong-form", "a signature line begins with a dash")
    content = from_base64(encoded)
    return name, content[:KEY_ID_BYTES], content[KEY_ID_BYTES:]


def verify_signature(text: str, signature: bytes, key: TrustedKey) -> str:
    """Verify a signature of a note's text by the log, or by a witness (C2SP tlog-cosignature); why it counts."""
    message, reason = text, key.reason
    if key.kind == WITNESS_KEY:
        seconds = int.from_bytes(signature[:TIMESTAMP_BYTES], "big")
        signature = signature[TIMESTAMP_BYTES:]
        message = f"cosignature/v1\ntime {seconds}\n{text}"
        reason = f"a witness, at {datetime.fromtimestamp(seconds, UTC)}"
    is_signed = is_ed25519_signature(key.public, signature, message.encode())
    require(is_signed, "bad-signature", f"a signature that names {key.name} is not by its key")
    return reason


# A record in the tree (proofs.md 1; RFC 6962, 2.1) --------------------------------------------------------------------

HASH_BYTES = 32
LEAF_PREFIX, NODE_PREFIX = b"\x00", b"\x01"
RECORD_FORMS = (None, "record/2")
"""A record of the form record/1 does not name its form, and none of its subjects is blinded."""
ENTRY_MEMBERS = "index record path subjects opened"
MEMBERS_PRINTED = ("fact", "recorded_at", "actor", "caller", "authority", "legal_basis", "case", "payload")


def verify_facts(entries: list[Any], checkpoint: Checkpoint, report: Report) -> list[dict[str, Any]]:
    """Verify fact entries under a checkpoint; their records, which must come by rising position."""
    records = [verify_record(entry, checkpoint, report) for entry in entries]
    positions = [record["position"] for record in records]
    require(positions == sorted(set(positions)), "reordered", "the facts are not in order, each once")
    return records


def verify_record(entry: Any, checkpoint: Checkpoint, report: Report) -> dict[str, Any]:
    """Verify that a record is in the tree of the checkpoint, and that its opened fields are the encrypted ones."""
    members = members_of({"opened": None} | entry, ENTRY_MEMBERS)
    index, opened = members["index"], members["opened"]
    content = from_base64(members["record"])
    path = [from_base64(encoded) for encoded in list_of(members["path"])]
    record = read_record(content, members["subjects"])
    is_at_index = type(index) is int and index >= 0 and index == record["position"] - 1
    require(is_at_index, "wrong-position", "the record has another position than its index")
    require(index < checkpoint.size, "future-size", f"the checkpoint is of only {checkpoint.size} records")
    leaf = sha256(LEAF_PREFIX + content).digest()
    is_in_tree = leads_to_root(leaf, index, path, checkpoint.size, checkpoint.root)
    require(is_in_tree, "wrong-path", "the record does not lead to the root of the checkpoint")
    place = f"position {index + 1} of {checkpoint.origin}"
    report.proved.append(f"{place}: {to_json({name: record[name] for name in MEMBERS_PRINTED if name in record})}")
    if opened is not None:
        fields = verify_opened_fields(opened, record)
        report.proved.append(f"{place}: its encrypted fields are {to_json(fields)}")
    elif record["sealed_sha256"] is not None:
        report.unproved.append(f"{place}: its encrypted fields, for they are not shown")
    return record


def with_salts(part: Any, file: dict[str, Any]) -> dict[str, Any]:
    """A part of a file. The files of the first forms hold no salts of blinded subjects."""
    return {**part, "subjects": {}} if str(file.get("rigsbog")).endswith("/1") else part


def read_record(content: bytes, salts: dict[str, str]) -> dict[str, Any]:
    """Read canonical bytes, and name each blinded subject whose salt is shown (proofs.md 1, "blinded subjects")."""
    form = read_json(content).get("rigsbog")
    require(form in RECORD_FORMS, "unknown-form", "the record is of a later form")
    for subject, encoded in salts.items():
        salt, kind = from_base64(encoded), subject.partition(":")[0]
        digest = base64.urlsafe_b64encode(sha256(salt + subject.encode()).digest()).decode().rstrip("=")
        blinded = to_json(f"{kind}:{digest}").encode()
        is_in_record = form is not None and len(salt) == SALT_BYTES and blinded in content
        require(is_in_record, "wrong-salt", f"the record does not hold {subject} blinded by this salt")
        content = content.replace(blinded, to_json(subject).encode())
    return dict(json.loads(content))


def leads_to_root(leaf: bytes, index: int, path: list[bytes], size: int, root: bytes) -> bool:
    """Whether the path leads from the leaf to the root: the algorithm of RFC 9162, 2.1.3.2, step by step."""
    if any(len(sibling) != HASH_BYTES for sibling in path):
        return False
    node, last_node, computed = index, size - 1, leaf
    for sibling in path:
        if last_node == 0:
            return False
        if node % 2 == 1 or node == last_node:
            computed = sha256(NODE_PREFIX + sibling + computed).digest()
            while node % 2 == 0 and node != 0:
                node //= 2
                last_node //= 2
        else:
            computed = sha256(NODE_PREFIX + computed + sibling).digest()
        node //= 2
        last_node //= 2
    return last_node == 0 and computed == root


# The encrypted fields of a record (proofs.md 2) -----------------------------------------------------------------------

OPENED_MEMBERS = "sealed salt fields"
SALT_BYTES = 32
COMMAND_AND_ORDINAL = slice(17, 35)
COMMITMENT = slice(35, 67)


def verify_opened_fields(opened: Any, record: dict[str, Any]) -> Any:
    """Verify that the fields that are shown are those that the record holds encrypted (proofs.md 2); the fields."""
    members = members_of(opened, OPENED_MEMBERS)
    part, salt, plain = (from_base64(members[name]) for name in OPENED_MEMBERS.split())
    require(sha256(part).hexdigest() == record["sealed_sha256"], "wrong-seal", "the record holds another part")
    has_commitment = part[:1] == b"\x02" and len(salt) == SALT_BYTES
    is_committed = part[COMMITMENT] == sha256(salt + plain).digest()
    require(has_commitment and is_committed, "wrong-fields", "the fields that are shown are not those encrypted")
    fact, fields = list_of(json.loads(plain.decode()))
    command = bytes.fromhex(record["command"].replace("-", ""))
    is_at_home = part[COMMAND_AND_ORDINAL] == command + record["ordinal"].to_bytes(2, "big")
    require(fact == record["fact"] and is_at_home, "moved-part", "the fields were encrypted for another record")
    return fields


# JSON, base64 and numbers: each value has one spelling, and no other is accepted --------------------------------------


def to_json(value: Any) -> str:
    """Canonical JSON (RFC 8785) of texts, whole numbers and plain names, which are all that the ledger's JSON holds."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_json(content: bytes) -> Any:
    """Read canonical JSON. Writing the value again must give the same bytes."""
    # `int` refuses the numbers that are not whole.
    value = json.loads(content.decode(), parse_float=int, parse_constant=int)
    require(to_json(value).encode() == content, "non-canonical", "JSON is not in its canonical spelling (RFC 8785)")
    return value


def from_base64(text: str) -> bytes:
    """Read base64 (RFC 4648, 4). Writing the value again must give the same text."""
    value = base64.b64decode(text, validate=True)
    require(base64.b64encode(value).decode() == text, "non-canonical", "base64 is not in its canonical spelling")
    return value


def read_number(text: str) -> int:
    """Read a whole number in decimal digits. Writing it again must give the same text."""
    number = int(text)
    require(str(number) == text, "non-canonical", "a number is not in its canonical spelling")
    return number


def members_of(value: Any, names: str, forms: tuple[str, ...] = ()) -> dict[str, Any]:
    """The members of an object of JSON that has just these; `rigsbog` names its form."""
    require(isinstance(value, dict), "wrong-form", "something is no object of JSON")
    require(not forms or value.get("rigsbog") in forms, "unknown-form", f"this verifier knows the forms {forms}")
    require(value.keys() == set(names.split()), "wrong-form", f"an object has not just the members {names}")
    return dict(value)


def list_of(value: Any) -> list[Any]:
    require(isinstance(value, list), "wrong-form", "something is no list")
    return list(value)


# Ed25519 (RFC 8032, 5.1). All values are public, so nothing needs to take constant time. --------------------------

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
"""The order L of the base point: a prime."""
CURVE_D = -121665 * pow(121666, -1, PRIME) % PRIME
SQUARE_ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
COFACTOR = 8
SIGNATURE_BYTES = 64

Point = tuple[int, int, int, int]
"""Extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x * y = T/Z (RFC 8032, 5.1.4)."""
IDENTITY: Point = (0, 1, 1, 0)
BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960
BASE: Point = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % PRIME)


@cache
def is_ed25519_signature(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is valid (RFC 8032, 5.1.7): S * B = R + k * A, without the cofactor.

    Stricter than RFC 8032 in one thing: a public key of small order, for which anybody can sign, signs nothing.
    """
    if len(signature) != SIGNATURE_BYTES:
        return False
    encoded_r, encoded_s = signature[:PUBLIC_KEY_BYTES], signature[PUBLIC_KEY_BYTES:]
    point_a = decode_point(public)
    point_r = decode_point(encoded_r)
    s = int.from_bytes(encoded_s, "little")
    if point_a is None or point_r is None or s >= ORDER or are_equal(multiply(COFACTOR, point_a), IDENTITY):
        return False
    k = int.from_bytes(sha512(encoded_r + public + message).digest(), "little") % ORDER
    return are_equal(multiply(s, BASE), add(point_r, multiply(k, point_a)))


def decode_point(encoded: bytes) -> Point | None:
    """Decode a point (RFC 8032, 5.1.3), or None where the bytes are no point in its one encoding."""
    sign, y = divmod(int.from_bytes(encoded, "little"), 2**255)
    if len(encoded) != PUBLIC_KEY_BYTES or y >= PRIME:
        return None
    x_squared = (y * y - 1) * pow(CURVE_D * y * y + 1, -1, PRIME) % PRIME
    x = pow(x_squared, (PRIME + 3) // 8, PRIME)
    if x * x % PRIME != x_squared:
        x = x * SQUARE_ROOT_OF_MINUS_ONE % PRIME
    if x * x % PRIME != x_squared or (x == 0 and sign == 1):
        return None
    if x % 2 != sign:
        x = PRIME - x
    return (x, y, 1, x * y % PRIME)


def add(p: Point, q: Point) -> Point:
    """The sum of two points (RFC 8032, 5.1.4)."""
    x1, y1, z1, t1 = p
    x2, y2, z2, t2 = q
    a = (y1 - x1) * (y2 - x2) % PRIME
    b = (y1 + x1) * (y2 + x2) % PRIME
    c = 2 * t1 * t2 * CURVE_D % PRIME
    d = 2 * z1 * z2 % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def multiply(factor: int, point: Point) -> Point:
    """The point added to itself so many times (RFC 8032, 6, "point_mul")."""
    product = IDENTITY
    while factor > 0:
        if factor % 2 == 1:
            product = add(product, point)
        point = add(point, point)
        factor //= 2
    return product


def are_equal(p: Point, q: Point) -> bool:
    """Whether two points are one: x1/z1 = x2/z2 and y1/z1 = y2/z2."""
    x1, y1, z1, _ = p
    x2, y2, z2, _ = q
    return (x1 * z2 - x2 * z1) % PRIME == 0 and (y1 * z2 - y2 * z1) % PRIME == 0


if __name__ == "__main__":
    main()
