"""Verifies evidence from a Rigsbog ledger, without a database, a network or any other file of Rigsbog.

Usage: python3 -I verify_receipt.py FILE... --key VKEY

A file is a proof of one record (*.tlog-proof), an answer with its proof (*.json), or a bundle of both (*.zip).
The program trusts only the keys on its command line. It prints what each file proves, what the authority's signature
states beyond that, and what is not proved.
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
import re
import signal
import struct
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from hashlib import sha256, sha512
from operator import itemgetter
from pathlib import Path
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Words: all that the program says, in one place -----------------------------------------------------------------------

UNREADABLE_REASONS = {
    "no-key": "name the log's key by --key, as the authority publishes it; never take it from the file",
    "not-a-file": "there is no such file, or it is a folder, a pipe or a device, or it cannot be read",
    "truncated": "the file is cut off",
    "oversized": "no proof, answer or bundle is so large",
    "not-a-receipt": "the file is no proof, answer or bundle",
    "wrong-form": "the file is not written as docs/proofs.md says",
    "unknown-form": "the file is of a form that this verifier does not know: get a newer one from the authority",
}
"""Why a file is refused with exit code 2."""

INVALID_REASONS = {
    "bad-key": "a key is written name+id+base64, with a name without blanks, the id of both, 32 bytes, and of its kind",
    "non-canonical": "JSON, base64, a day or a number is not in its one canonical spelling",
    "wrong-origin": "the checkpoint is of another log than those of which you named a key",
    "wrong-key": "no key that you trust has signed it",
    "bad-signature": "a signature is not by the key that it names",
    "too-few-witnesses": "fewer of the witnesses that you named than are needed have cosigned the checkpoint",
    "wrong-adoption": "the key history holds something else than adoptions of keys of this log",
    "future-size": "the checkpoint is of fewer records",
    "wrong-salt": "the record does not hold this subject blinded by this salt",
    "wrong-position": "the record has another position than its index",
    "wrong-path": "the record does not lead to the root of the checkpoint",
    "reordered": "the facts are not in order, each once",
    "wrong-seal": "the record holds another encrypted part than the one that is shown",
    "wrong-fields": "the fields that are shown are not those that were encrypted",
    "moved-part": "the fields that are shown were encrypted for another record",
    "wrong-clock": "the facts show another legal clock",
    "wrong-row": "the facts do not make this row",
    "row-left-out": "the facts make a further row about the subject, which the answer leaves out",
    "later-fact": "a fact is later than what was known",
    "wrong-subject": "a row is not about the subject",
    "wrong-declaration": "the declaration is of another register",
    "wrong-attestation": "the attestation is of another register, or of another declaration",
    "empty-answer": "the answer has no row and no fact, and nobody has signed that there is none: it proves nothing",
    "wrong-statement": "what the authority's key signed is not what the file says",
    "wrong-name": "a file of the bundle has a name that is not allowed, or that another one has too",
    "wrong-archive": "the archive holds bytes before, between or after its files, or is encoded in another way",
    "wrong-manifest": "MANIFEST does not list just the files of the bundle, or is of another checkpoint than they are",
    "empty-bundle": "the bundle holds no proof and no answer",
}
"""Why a file is refused with exit code 1."""

CAUSES: dict[type[Exception], str] = {
    RecursionError: "too_deep",
    UnicodeDecodeError: "no_utf_8",
    json.JSONDecodeError: "no_json",
    zipfile.BadZipFile: "no_zip",
    Exception: "no_part",
}
"""What an error of Python says of a file that is not written as docs/proofs.md says: the first kind that fits."""

WORDS = {
    "too_deep": "it is nested too deep",
    "no_utf_8": "a text in it is not UTF-8",
    "no_json": "a part of it is no JSON",
    "no_zip": "it is no whole ZIP archive",
    "no_part": "a part of it is missing, or is of another kind",
    "valid": "VALID (gyldig): {file}",
    "valid_unsigned": "VALID (gyldig), but nobody has signed it as a whole (ikke underskrevet som helhed): {file}",
    "proved": "Proved (bevist):",
    "signed": "Stated by the authority, who signed it, and not proved otherwise (på myndighedens ord):",
    "unproved": "Not proved (ikke bevist):",
    "checkpoint": "{name} signed the checkpoint of {size} records ({reason})",
    "by_named_key": "a key you named",
    "by_adopted_key": "adopted at position {position}",
    "by_witness": "a witness, {at}",
    "record": "position {position} of {origin}: {what}, {at}: {record}",
    "another_fact": "a fact named {fact}",
    "fields": "position {position} of {origin}: its encrypted fields are {fields}",
    "fields_hidden": "position {position} of {origin}: its encrypted fields, for they are not shown",
    "clock": "{message}, by the facts in this file: {line}",
    "time": "{name} ({danish}) {instant}, {at}",
    "arrived_elsewhere": "arrived (kommet frem) in {system} at {at}",
    "arrived_nowhere": "it was found at {at} that the arrival taken over before is none",
    "service": " recorded at {at} ({fact})",
    "service_annulled": "the court found at {at} that the service{service} does not hold",
    "served_again": "served again (forkyndt):{service}",
    "row": "{register} of {subject}, valid on {day}, by the facts in this file: {row}",
    "any_day": "any day",
    "no_row": "no row of {register} about {subject} was valid on {day}, by the facts in this file",
    "answer": "these are all rows of {register} of {subject} by this declaration, known at {known}, valid on {day}:"
    " {signer}",
    "answer_unsigned": "that they are all rows known at {known}: the last fact in this file is at {last}",
    "declaration": "that {register} is declared so ({digest}), unless a record above attests it;"
    " an attestation is of the whole register, and of no single row",
    "bundle": "the bundle of {about} was made at {made} of just these files: {signer}",
    "file": "{file} is a file of the bundle as it was made",
    "bundle_unsigned": "that the bundle is whole: nobody has signed its MANIFEST",
    "file_unsigned": "what {file} says: nobody has signed it",
    "signer": "{name} signed it ({reason})",
    "in_file": "{file}: {line}",
    "stamp": "a time-stamp of the checkpoint; to verify one: openssl ts -verify -digest {digest} -in TOKEN -CAfile PEM",
    "world": "that what the ledger says is true in the world, or that the ledger's own clock was right",
    "more": "that there is nothing more (to change a clock or a row), or no other log, beyond what witnesses signed",
}
"""What a file proves, what the authority states, and what is not proved."""


DANISH = {
    "no-key": "angiv rigsbogens nøgle med --key, som myndigheden offentliggør den; tag den aldrig fra filen",
    "not-a-file": "filen findes ikke, eller den er en mappe, et rør eller en enhed, eller den kan ikke læses",
    "truncated": "filen er skåret over",
    "oversized": "intet bevis, svar eller bundt er så stort",
    "not-a-receipt": "filen er hverken et bevis, et svar eller et bundt",
    "wrong-form": "filen er ikke skrevet, som docs/proofs.md siger",
    "unknown-form": "dette program kender ikke filens form: få et nyere fra myndigheden",
    "bad-key": "en nøgle skrives navn+id+base64, med et navn uden blanke, begges id, 32 byte og den rette art",
    "non-canonical": "JSON, base64, en dag eller et tal er ikke skrevet på sin ene faste måde",
    "wrong-origin": "rodens underskrift er af en anden rigsbog end dem, som du har angivet en nøgle til",
    "wrong-key": "ingen nøgle, som du stoler på, har underskrevet",
    "bad-signature": "en underskrift er ikke sat med den nøgle, som den nævner",
    "too-few-witnesses": "for få af de vidner, som du har angivet, har medunderskrevet",
    "wrong-adoption": "nøglernes historie indeholder andet end ibrugtagning af nøgler til denne rigsbog",
    "future-size": "underskriften dækker færre kendsgerninger",
    "wrong-salt": "kendsgerningen rummer ikke det, som vises her, skjult med dette salt",
    "wrong-position": "kendsgerningen har en anden plads end den, som er angivet",
    "wrong-path": "kendsgerningen fører ikke til den underskrevne rod",
    "reordered": "kendsgerningerne står ikke i rækkefølge, hver én gang",
    "wrong-seal": "kendsgerningen har en anden krypteret del end den, som vises",
    "wrong-fields": "de felter, som vises, er ikke dem, som blev krypteret",
    "moved-part": "de felter, som vises, blev krypteret til en anden kendsgerning",
    "wrong-clock": "kendsgerningerne viser andre retlige tidspunkter",
    "wrong-row": "kendsgerningerne giver ikke denne række",
    "row-left-out": "kendsgerningerne giver en række mere, som svaret udelader",
    "later-fact": "en kendsgerning er senere end det, som var kendt",
    "wrong-subject": "en række handler om en anden",
    "wrong-declaration": "beskrivelsen er af et andet register",
    "wrong-attestation": "attesten er af et andet register eller af en anden beskrivelse",
    "empty-answer": "svaret er tomt, og ingen har underskrevet, at der intet er: det beviser ingenting",
    "wrong-statement": "det, som myndighedens nøgle har underskrevet, er ikke det, som filen siger",
    "wrong-name": "en fil i bundtet har et navn, som ikke er tilladt, eller som en anden også har",
    "wrong-archive": "arkivet har noget før, mellem eller efter filerne, eller er skrevet på en anden måde",
    "wrong-manifest": "MANIFEST nævner ikke netop bundtets filer, eller har en anden underskrevet rod end de",
    "empty-bundle": "bundtet indeholder hverken bevis eller svar",
    "too_deep": "der er for mange lag i den",
    "no_utf_8": "en tekst i den er ikke UTF-8",
    "no_json": "en del af den er ikke JSON",
    "no_zip": "den er ikke et helt ZIP-arkiv",
    "no_part": "en del af den mangler eller er af en anden art",
    "valid": "VALID (gyldig): {file}",
    "valid_unsigned": "VALID (gyldig), men ingen har underskrevet den som helhed: {file}",
    "proved": "Bevist:",
    "signed": "Oplyst af myndigheden, som har underskrevet det, og ikke bevist på anden måde:",
    "unproved": "Ikke bevist:",
    "checkpoint": "{name} har underskrevet roden af {size} kendsgerninger ({reason})",
    "by_named_key": "med en nøgle, som du har angivet",
    "by_adopted_key": "med en nøgle, som blev taget i brug ved nr. {position}",
    "by_witness": "som vidne, {at}",
    "record": "nr. {position} i {origin}: {what}, {at}: {record}",
    "another_fact": "en kendsgerning med navnet {fact}",
    "fields": "nr. {position} i {origin}: dens krypterede felter er {fields}",
    "fields_hidden": "nr. {position} i {origin}: dens krypterede felter, for de vises ikke",
    "clock": "{message}, efter kendsgerningerne i denne fil: {line}",
    "time": "{danish} {at} ({name}, {instant})",
    "arrived_elsewhere": "kommet frem i {system}, {at}",
    "arrived_nowhere": "{at} blev det fundet, at det, som før var overtaget, ikke er nogen ankomst",
    "service": " registreret {at} ({fact})",
    "service_annulled": "retten fandt {at}, at forkyndelsen{service} ikke gælder",
    "served_again": "forkyndt igen:{service}",
    "row": "{register} om {subject}, gældende {day}, efter kendsgerningerne i denne fil: {row}",
    "any_day": "en hvilken som helst dag",
    "no_row": "ingen række i {register} om {subject} gjaldt {day}, efter kendsgerningerne i denne fil",
    "answer": "dette er alle rækker i {register} om {subject} efter denne beskrivelse, kendt ved nr. {known}, gældende"
    " {day}: {signer}",
    "answer_unsigned": "at det er alle rækker, som var kendt ved nr. {known}: det sidste bevis her er af nr. {last}",
    "declaration": "at {register} er beskrevet sådan ({digest}), medmindre en kendsgerning ovenfor attesterer det;"
    " en attest gælder hele registret og ingen enkelt række",
    "bundle": "bundtet om {about} blev dannet {made} af netop disse filer: {signer}",
    "file": "{file} er en fil i bundtet, som det blev dannet",
    "bundle_unsigned": "at bundtet er helt: ingen har underskrevet dets MANIFEST",
    "file_unsigned": "hvad {file} siger: ingen har underskrevet den",
    "signer": "{name} har underskrevet det ({reason})",
    "in_file": "{file}: {line}",
    "stamp": "et tidsstempel af roden; efterprøv det med: openssl ts -verify -digest {digest} -in TOKEN -CAfile PEM",
    "world": "at det, som rigsbogen siger, er sandt i virkeligheden, eller at rigsbogens ur gik rigtigt",
    "more": "at der ikke er mere (som ændrer et tidspunkt eller en række) eller en anden rigsbog, ud over det, som"
    " vidner har underskrevet",
}
"""The same words in Danish, of reasons too."""

FACTS = {
    "MessageSubmitted": ("the letter was sent", "brevet blev afsendt"),
    "MessageRejected": ("the letter was rejected and never arrives", "brevet blev afvist og kommer ikke frem"),
    "MessageScheduled": ("the letter was held back", "brevet blev holdt tilbage"),
    "MessageRecalled": ("the letter was recalled and never arrives", "brevet blev kaldt tilbage og kommer ikke frem"),
    "ReleaseRefused": ("the letter could not be released", "brevet kunne ikke frigives"),
    "MessageMadeAvailable": ("the letter arrived", "brevet kom frem"),
    "ArrivalImported": (
        "an arrival was taken over from another system",
        "en ankomst blev overtaget fra et andet system",
    ),
    "ArrivalImportAnnulled": ("the arrival taken over is none", "den overtagne ankomst er ingen"),
    "MessageOpened": ("the letter was opened for the first time", "brevet blev åbnet første gang"),
    "ServiceEffected": ("the letter was served", "brevet blev forkyndt"),
    "ServiceConfirmed": ("the receipt was confirmed: it is served", "modtagelsen blev bekræftet: det er forkyndt"),
    "ServedOtherwise": ("the letter was served by another method", "brevet blev forkyndt på en anden måde"),
    "SummonsReachedAddressee": ("the letter had reached its addressee", "brevet var kommet modtageren i hænde"),
    "ServiceAnnulled": ("the service does not hold", "forkyndelsen gælder ikke"),
    "ItemOpened": ("the letter was opened", "brevet blev åbnet"),
    "ItemMoved": ("the letter was moved to another folder", "brevet blev flyttet til en anden mappe"),
    "ItemDeleted": ("the letter was deleted", "brevet blev slettet"),
    "ItemDownloaded": ("the letter was downloaded", "brevet blev hentet"),
    "ItemForwarded": ("the letter was forwarded", "brevet blev videresendt"),
    "ReceiptIssued": ("a receipt was issued", "en kvittering blev udstedt"),
    "ReceiptCopied": ("a copy of the receipt was put in sent mail", "en kopi af kvitteringen blev lagt i Sendt post"),
    "RebuildAttested": ("a register was found equal to the ledger", "et register blev fundet lig med rigsbogen"),
    "NameEntered": ("a person's name", "en persons navn"),
    "CompanyNameEntered": ("a company's name", "en virksomheds navn"),
    "CvrAssigned": ("a company's number", "en virksomheds nummer"),
}
"""What a fact means, in English and in Danish, of those that a court reads most often."""


LANGUAGES = ("en", "da")
COPENHAGEN = "Europe/Copenhagen"
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "da": "januar februar marts april maj juni juli august september oktober november december",
}


@dataclass(frozen=True)
class Sentence:
    """One sentence of the words, about these values; it is written when its reader's language is known."""

    word: str
    values: tuple[tuple[str, object], ...] = ()

    def written(self, language: str) -> str:
        words = DANISH if language == "da" else UNREADABLE_REASONS | INVALID_REASONS | WORDS
        values = {name: written(value, language) for name, value in self.values}
        return words[self.word].format(**values)


def say(word: str, **values: object) -> Sentence:
    return Sentence(word, tuple(values.items()))


def written(value: object, language: str) -> str:
    """A value in a language: a sentence within another, what a fact means, or an instant in Danish time."""
    match value:
        case Sentence():
            return value.written(language)
        case tuple():
            return str(value[LANGUAGES.index(language)])
        case datetime():
            month, clock = MONTHS[language].split()[value.month - 1], f"{value:%H.%M} ({value:%Z})"
            if language == "da":
                return f"den {value.day}. {month} {value.year} kl. {clock}"
            return f"on {value.day} {month} {value.year} at {clock}"
        case _:
            return str(value)


def danish_time(instant: str) -> datetime | str:
    """An instant as clocks in Denmark show it; as it is written where this computer knows no time zones."""
    try:
        return datetime.fromisoformat(instant).astimezone(ZoneInfo(COPENHAGEN))
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return instant


class Refused(Exception):
    """The file is refused: by the word of a reason, and what it is about."""

    def __init__(self, reason: str, about: object = "") -> None:
        super().__init__(reason)
        self.reason, self.about = reason, about
        self.exit_code = UNREADABLE if reason in UNREADABLE_REASONS else INVALID

    def written(self, language: str) -> str:
        about = written(self.about, language)
        return f"{self.reason}: {written(Sentence(self.reason), language)}" + (f" ({about})" if about else "")


def require(condition: bool, reason: str, about: object = "") -> None:
    """Refuse the file unless the condition holds."""
    if not condition:
        raise Refused(reason, about)


@dataclass
class Report:
    """What one file proves, what its signature states beyond that, and what is not proved, as sentences."""

    is_signed: bool = True
    """False of an answer or a bundle that nobody has signed as a whole."""
    proved: list[Sentence] = field(default_factory=list)
    signed: list[Sentence] = field(default_factory=list)
    unproved: list[Sentence] = field(default_factory=lambda: [say("world"), say("more")])


# The command line -----------------------------------------------------------------------------------------------------

VALID, INVALID, UNREADABLE = 0, 1, 2
"""The exit codes."""
FILE_BYTES_MAX = 2**28


def main() -> None:
    """Verify the files that the command line names, and end with the exit code."""
    names, trust, language = read_arguments()
    exit_codes = [verify_and_print(name, trust, language) for name in names]
    sys.exit(INVALID if INVALID in exit_codes else max(exit_codes))


def read_arguments() -> "tuple[list[str], Trust, str]":
    """The names of the files, whom the reader trusts, and the language; a wrong argument ends with exit code 2."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE", help="a proof, an answer or a bundle")
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help="a public key of the log")
    parser.add_argument("--witness", action="append", default=[], metavar="VKEY", help="a public key of a witness")
    needed = "how many of the witnesses must have cosigned (default: all)"
    parser.add_argument("--witnesses-needed", type=int, choices=range(SIGNATURE_LINES_MAX), metavar="N", help=needed)
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of the result (default: en)")
    arguments = parser.parse_args()
    try:
        require(arguments.key != [], "no-key")
        keys = [read_key(vkey, LOG_KEY, say("by_named_key")) for vkey in arguments.key]
        keys += [read_key(vkey, WITNESS_KEY, say("by_named_key")) for vkey in arguments.witness]
    except (Refused, ValueError) as error:
        refusal = error if isinstance(error, Refused) else Refused("bad-key")
        parser.error(refusal.written(arguments.language))
    witnesses_needed = len(arguments.witness) if arguments.witnesses_needed is None else arguments.witnesses_needed
    trust = Trust({(key.name, key.key_id): key for key in keys}, witnesses_needed)
    return arguments.files, trust, arguments.language


def verify_and_print(name: str, trust: "Trust", language: str) -> int:
    """Verify one file and print the result; its exit code."""
    report = Report()
    try:
        verify_file(read_file(name), trust, report)
    except Exception as error:  # noqa: BLE001 - a file that an attacker made may cause any error, and is refused
        cause = next(word for kind, word in CAUSES.items() if isinstance(error, kind))
        refusal = error if isinstance(error, Refused) else Refused("wrong-form", say(cause))
        print_line(f"{refusal.written(language)}: {name}")
        return refusal.exit_code
    print_line(say("valid" if report.is_signed else "valid_unsigned", file=name).written(language))
    for heading, sentences in (("proved", report.proved), ("signed", report.signed), ("unproved", report.unproved)):
        for sentence in [say(heading), *dict.fromkeys(sentences)] if sentences else []:
            print_line(sentence.written(language))
    return VALID


def read_file(name: str) -> bytes:
    """The content of a regular file: a pipe or a device might never end."""
    try:
        require(Path(name).is_file(), "not-a-file")
        with Path(name).open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        raise Refused("not-a-file") from error
    require(len(content) <= FILE_BYTES_MAX, "oversized")
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
    require(content.endswith(b"\n"), "truncated")
    verify = verify_answer if content.startswith(b"{") else verify_proof
    verify(content, trust, report)


# A bundle (proofs.md 5) -----------------------------------------------------------------------------------------------

PROOF_SUFFIX, ANSWER_SUFFIX = ".tlog-proof", ".answer.json"
SIGNED_BUNDLE = "rigsbog bundle/2\n"
"""The first line of the MANIFEST of a signed bundle. That of an unsigned one has no such line, only a list of files."""
MANIFEST_MEMBERS = "about:text made:text origin:text size:number"
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
BYTES_PER_ARCHIVE_ENTRY = 1_000
"""Counted for each file of an archive besides its content, so that a million empty files are too many."""
END_RECORD, END_RECORD_BYTES = b"PK\x05\x06", 22


def verify_bundle(content: bytes, trust: "Trust", report: Report) -> None:
    """Verify every proof and every answer of a bundle, and the signature of the whole (proofs.md 5)."""
    files = read_archive(content)
    manifest = files.get("MANIFEST", b"").decode()
    listed = "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files) if name != "MANIFEST")
    # Facts come before the answers that rest on them.
    names = [
        name for suffix in (PROOF_SUFFIX, ANSWER_SUFFIX) for name in sorted(files) if name.lower().endswith(suffix)
    ]
    others = sorted(files.keys() - {*names, "MANIFEST"})
    require(names != [], "empty-bundle")
    checkpoints = verify_parts({name: files[name] for name in names}, trust, report)
    if manifest.startswith(SIGNED_BUNDLE):
        require(content == archive_of(files), "wrong-archive")
        verify_manifest(manifest, listed, checkpoints, report)
        report.signed += [say("file", file=name) for name in others]
        return
    require(not manifest.startswith("rigsbog "), "unknown-form")
    require(manifest == listed, "wrong-manifest")
    report.unproved += [say("file_unsigned", file=name) for name in others]
    report.unproved.append(say("bundle_unsigned"))
    report.is_signed = False


def verify_parts(parts: dict[str, bytes], trust: "Trust", report: Report) -> "list[Checkpoint]":
    """Verify the proofs and answers of a bundle; the checkpoint of each."""
    checkpoints, proved, unproved = [], dict[Sentence, str](), list[Sentence]()
    for name, content in parts.items():
        part = Report()
        verify = verify_proof if name.lower().endswith(PROOF_SUFFIX) else verify_answer
        checkpoints.append(verify(content, trust, part))
        # What several files prove is said once.
        proved |= {line: name for line in part.proved if line not in proved}
        report.signed += [say("in_file", file=name, line=line) for line in part.signed]
        unproved += part.unproved
    # One part may show the encrypted fields that another does not.
    shown = {line.values[:2] for line in proved if line.word == "fields"}
    report.unproved += [line for line in unproved if line.word != "fields_hidden" or line.values not in shown]
    report.proved += [say("in_file", file=name, line=line) for line, name in proved.items()]
    return checkpoints


def verify_manifest(manifest: str, listed: str, checkpoints: "list[Checkpoint]", report: Report) -> None:
    """Verify that the log's key signed the list of the files, and that all are under the checkpoint it names."""
    text, _ = read_note(manifest)
    head, _, rest = text.removeprefix(SIGNED_BUNDLE).partition("\n")
    members = members_of(read_json(head.encode()), MANIFEST_MEMBERS)
    require(rest == listed, "wrong-manifest")
    for checkpoint in checkpoints:
        is_same = (checkpoint.origin, checkpoint.size) == (members["origin"], members["size"])
        require(is_same, "wrong-manifest", f"checkpoint of {checkpoint.size} records of {checkpoint.origin}")
    # A reader who trusts an older key follows the key history of the proofs and answers.
    keys = {place: key for checkpoint in checkpoints for place, key in checkpoint.trust.keys.items()}
    signer = verify_statement(text, manifest, members["origin"], Trust(keys, 0))
    report.signed.append(say("bundle", about=members["about"], made=members["made"], signer=signer))


def read_archive(content: bytes) -> dict[str, bytes]:
    """The files of a ZIP archive by name, each there once, and all together not too large."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        unpacked_bytes = sum(entry.file_size + BYTES_PER_ARCHIVE_ENTRY for entry in entries)
        require(unpacked_bytes <= FILE_BYTES_MAX, "oversized")
        for entry in entries:
            require(FILE_NAME.fullmatch(entry.orig_filename) is not None, "wrong-name", to_json(entry.filename))
        require(len({entry.filename.lower() for entry in entries}) == len(entries), "wrong-name")
        begins_with_file = min((entry.header_offset for entry in entries), default=0) == 0
        ends_with_record = content[-END_RECORD_BYTES:].startswith(END_RECORD)
        require(begins_with_file and ends_with_record, "wrong-archive")
        # One byte more than the archive declares: the reader then reaches the end and compares the checksum.
        return {entry.filename: archive.open(entry).read(entry.file_size + 1) for entry in entries}


def archive_of(files: dict[str, bytes]) -> bytes:
    """The one ZIP archive that a signed bundle of these files may be (proofs.md 5)."""
    members, directory = bytearray(), bytearray()
    for name in sorted(files):
        content, path = files[name], name.encode()
        form = struct.pack("<5H3I2H", 20, 0, 0, 0, 33, crc32(content), len(content), len(content), len(path), 0)
        directory += b"PK\x01\x02\x14\x03" + form + struct.pack("<3H2I", 0, 0, 0, 0o644 << 16, len(members)) + path
        members += b"PK\x03\x04" + form + path + content
    counts = (0, 0, len(files), len(files), len(directory), len(members), 0)
    return bytes(members + directory) + END_RECORD + struct.pack("<4H2IH", *counts)


# A proof of one record (proofs.md 3; C2SP tlog-proof) -----------------------------------------------------------------

PROOF_HEADER, EXTRA_PREFIX, INDEX_PREFIX = "c2sp.org/tlog-proof@v1", "extra ", "index "
PROOF_FORMS = ("receipt/1", "receipt/2")
OWN_ENTRY = ("index", "record", "path", "subjects", "opened")
ENTRY_MEMBERS = "index:number record:text path:list subjects:object opened:object?"
EXTRA_MEMBERS = (
    "rigsbog:text record:text subjects:object opened:object? message:text? clock:object? facts:list keys:list"
)


def verify_proof(content: bytes, trust: "Trust", report: Report) -> "Checkpoint":
    """Verify a proof of one record, and the legal clock in it (proofs.md 3); its checkpoint."""
    proof = read_proof(content)
    checkpoint = verify_trusted_checkpoint(proof["note"], proof["keys"], trust, report)
    verify_records_of_proof(proof, checkpoint, report)
    return checkpoint


def read_proof(content: bytes) -> dict[str, Any]:
    """The parts of a proof: the members of its extra line, and the note, the index and the path (C2SP tlog-proof)."""
    head, _, note = content.decode().partition("\n\n")
    require(head.startswith(f"{PROOF_HEADER}\n{EXTRA_PREFIX}"), "not-a-receipt")
    _, extra_line, index_line, *path = head.split("\n")
    require(index_line.startswith(INDEX_PREFIX), "wrong-form", "index")
    extra = read_json(from_base64(extra_line.removeprefix(EXTRA_PREFIX)))
    form = form_of(extra, PROOF_FORMS)
    members = members_of(with_salts(extra, form), EXTRA_MEMBERS)
    require(members["message"] != "", "wrong-form", "message")
    index = read_number(index_line.removeprefix(INDEX_PREFIX))
    facts = [with_salts(entry, form) for entry in members["facts"]]
    return {**members, "facts": facts, "note": note, "index": index, "path": path}


def verify_records_of_proof(proof: dict[str, Any], checkpoint: "Checkpoint", report: Report) -> dict[str, Any]:
    """Verify the record of a proof and the further facts, in order, and the legal clock that they show; the record."""
    own = {name: proof[name] for name in OWN_ENTRY}
    indexes = [entry["index"] for entry in proof["facts"]]
    require(indexes == sorted(indexes), "reordered")
    records = verify_facts(sorted([*proof["facts"], own], key=itemgetter("index")), checkpoint, report)
    verify_clock(proof, records, report)
    return next(record for record in records if record["position"] == own["index"] + 1)


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
    require(to_json(message and clock) == to_json(proof["clock"]), "wrong-clock")
    times = [(name, danish, at) for name, (danish, _) in LEGAL_TIMES.items() if (at := clock[name]) is not None]
    lines = [say("time", name=name, danish=danish, instant=at, at=danish_time(at)) for name, danish, at in times]
    report.proved += [say("clock", message=message, line=line) for line in [*lines, *lines_outside_clock(records)]]


def lines_outside_clock(records: list[dict[str, Any]]) -> list[Sentence]:
    """What the facts about a message say that is no time of the clock: an arrival elsewhere, a service annulled."""
    lines: list[Sentence] = []
    service: Sentence | str = ""
    is_annulled = False
    for record in records:
        if record["fact"] == "ArrivalImported":
            at, system = (to_json(value_at({"field": field}, record)) for field in ("available_at", "system"))
            lines.append(say("arrived_elsewhere", system=system, at=at))
        elif record["fact"] == "ArrivalImportAnnulled":
            lines.append(say("arrived_nowhere", at=record["recorded_at"]))
        elif record["fact"] == "ServiceAnnulled":
            lines.append(say("service_annulled", at=record["recorded_at"], service=service))
            is_annulled = True
        elif record["fact"] in SERVING.split():
            service = say("service", at=record["recorded_at"], fact=record["fact"])
            lines += [say("served_again", service=service)] if is_annulled else []
    return lines


# An answer (proofs.md 4) ----------------------------------------------------------------------------------------------

ANSWER_FORMS = ("answer/1", "answer/2", "answer/3")
ANSWER_MEMBERS = (
    "rigsbog:text register:text declaration:object subject:text known:number valid:text?"
    " rows:list facts:list checkpoint:text keys:list attestation:object?"
)
SIGNED_ANSWER = "rigsbog answer/3\nsha256 {digest}\n"
"""What the log's key signs of an answer/3: the digest of the answer without the signature."""
SUBJECT = re.compile(r"[a-z_]+:[0-9a-f-]{36}")
UUID_LENGTH = 36
END_OF_TIME = "~"  # sorts after every day, which begins with a digit


def verify_answer(content: bytes, trust: "Trust", report: Report) -> "Checkpoint":
    """Verify an answer: its rows are those that its facts make by its declaration (proofs.md 4); its checkpoint."""
    answer = read_answer(content)
    checkpoint = verify_trusted_checkpoint(answer["checkpoint"], answer["keys"], trust, report)
    records = verify_facts(answer["facts"], checkpoint, report)
    require(0 <= answer["known"] <= checkpoint.size, "future-size", checkpoint.size)
    verify_rows(answer, records, report)
    verify_completeness(answer, checkpoint, report)
    verify_attestation(answer, checkpoint, report)
    return checkpoint


def read_answer(content: bytes) -> dict[str, Any]:
    """Read an answer: an object of JSON, and what its members are. Nothing in it is verified."""
    answer = read_json(content.removesuffix(b"\n"))
    form = form_of(answer, ANSWER_FORMS)
    answer = members_of(answer, ANSWER_MEMBERS + (" signature:text" if form == "answer/3" else ""))
    answer["facts"] = [with_salts(entry, form) for entry in answer["facts"]]
    # Neither has a blank, so a register or a subject cannot be named like something that is proved.
    require(answer["register"].isidentifier(), "wrong-form", "register")
    require(SUBJECT.fullmatch(answer["subject"]) is not None, "wrong-form", "subject")
    valid = answer["valid"]
    require(valid is None or date.fromisoformat(valid).isoformat() == valid, "non-canonical", "valid")
    return answer


def verify_rows(answer: dict[str, Any], records: list[dict[str, Any]], report: Report) -> None:
    """Verify the rows of an answer: the facts make each of them, and no further row about the subject."""
    declaration, subject, known = answer["declaration"], answer["subject"], answer["known"]
    require(all(record["position"] <= known for record in records), "later-fact", known)
    require(declaration["register"] == answer["register"], "wrong-declaration")
    made = rows_of(declaration, records)
    about = keys_about(subject, declaration, records)
    key_of = {to_json(row): key for key, row in made.items() if is_valid_on(row, answer["valid"])}
    asked = {"register": answer["register"], "subject": subject, "day": answer["valid"] or say("any_day")}
    for row in map(to_json, answer["rows"]):
        require(row in key_of, "wrong-row", row)
        require(key_of.pop(row) in about, "wrong-subject", row)
        report.proved.append(say("row", **asked, row=row))
    own_names = {subject, subject[-UUID_LENGTH:]}
    for row, key in key_of.items():
        require(key not in about and own_names.isdisjoint(key), "row-left-out", row)
    if answer["rows"] == []:
        report.proved.append(say("no_row", **asked))


def keys_about(subject: str, declaration: dict[str, Any], records: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """The keys of the rows that the facts about the subject make, but those that name another subject of its kind."""
    kind = subject.partition(":")[0] + ":"
    keys = rows_of(declaration, [record for record in records if subject in record["subjects"]]).keys()
    return {key for key in keys if not any(str(part).startswith(kind) and part != subject for part in key)}


def is_valid_on(row: dict[str, Any], day: str | None) -> bool:
    """Whether the row was valid on that day. Where no day is asked for, every row counts."""
    if day is None or row.get("annulled_at") is not None:
        return day is None
    require({"valid_from", "valid_to"} <= row.keys(), "wrong-form", "the register has no days")
    return bool((row["valid_from"] or END_OF_TIME) <= day < (row["valid_to"] or END_OF_TIME))


def verify_completeness(answer: dict[str, Any], checkpoint: "Checkpoint", report: Report) -> None:
    """Verify the signature by which the authority states that nothing is left out; earlier forms have none."""
    asked = {"register": answer["register"], "subject": answer["subject"], "day": answer["valid"] or say("any_day")}
    if "signature" in answer:
        unsigned = {name: value for name, value in answer.items() if name != "signature"}
        statement = SIGNED_ANSWER.format(digest=sha256(to_json(unsigned).encode()).hexdigest())
        signer = verify_statement(statement, answer["signature"], checkpoint.origin, checkpoint.trust)
        report.signed.append(say("answer", **asked, known=answer["known"], signer=signer))
    else:
        require(answer["rows"] != [] or answer["facts"] != [], "empty-answer")
        last = max((entry["index"] + 1 for entry in answer["facts"]), default=0)
        report.unproved.append(say("answer_unsigned", known=answer["known"], last=last))
        report.is_signed = False


def verify_attestation(answer: dict[str, Any], checkpoint: "Checkpoint", report: Report) -> None:
    """Verify that the attestation, if there is one, is of this register by this declaration."""
    digest = sha256(to_json(answer["declaration"]).encode()).hexdigest()
    if answer["attestation"] is not None:
        record = verify_record(with_salts(answer["attestation"], answer["rigsbog"]), checkpoint, report)
        attested = (record["fact"], record["payload"].get("name"), record["payload"].get("declaration"))
        require(attested == ("RebuildAttested", answer["register"], digest), "wrong-attestation")
    report.unproved.append(say("declaration", register=answer["register"], digest=digest))


# The rows that facts make (proofs.md 4) -------------------------------------------------------------------------------

DECLARATION_MEMBERS = "register:text table:text key:list types:object begins:list columns:list"
LAWS = ("last", "first", "total")
SOURCE_KINDS = ("field", "start_of_day", "constant", "header")
WORK_MAX = 10**9
"""Records times the length of the declaration's columns: beyond this, a reader would wait for hours."""


def rows_of(declaration: dict[str, Any], records: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows that the records make by a declaration, one record after another, by their keys (proofs.md 4)."""
    require(len(records) * len(str(declaration["columns"])) <= WORK_MAX, "oversized")
    columns, types, begins = read_columns(declaration), declaration["types"], set(declaration["begins"])
    empty_row = {column["name"]: 0 if column["law"] == "total" else None for column in columns}
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    setters = [(column, setter) for column in columns for setter in column["setters"]]
    for record in records:
        for column, setter in setters:
            if setter["fact"] != record["fact"]:
                continue
            sources = zip(declaration["key"], setter["key"], strict=True)
            key = tuple(value_of(source, record, types[name]) for name, source in sources)
            may_begin = not begins or record["fact"] in begins
            if None in key or not (may_begin or key in rows):
                continue
            row = rows.setdefault(key, dict(zip(declaration["key"], key, strict=True)) | empty_row)
            value, name = value_of(setter["source"], record, types[column["name"]]), column["name"]
            if column["law"] == "total":
                row[name] += 0 if value is None else value
            elif column["law"] == "last" or row[name] is None:
                row[name] = value
    return rows


def read_columns(declaration: Any) -> list[dict[str, Any]]:
    """The columns of a declaration, whose form is verified as far as the rows depend on it."""
    members = members_of(declaration, DECLARATION_MEMBERS)
    columns = list(members["columns"])
    names = [*members["key"], *(column["name"] for column in columns)]
    require(len(names) == len(set(names)), "wrong-form", "columns")
    for column in columns:
        is_known = column["law"] in LAWS and isinstance(column["setters"], list)
        require(is_known, "wrong-form", f"column {column['name']}")
    return columns


def value_of(source: dict[str, Any], record: dict[str, Any], column_type: str) -> Any:
    """The value that a record gives to a column of this type."""
    value = value_at(source, record)
    if value is not None and column_type == "timestamptz":
        instant = datetime.fromisoformat(value)
        require(instant.tzinfo is not None, "wrong-form", "time zone")
        return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value[-UUID_LENGTH:] if value is not None and column_type == "uuid" else value


def value_at(source: dict[str, Any], record: dict[str, Any]) -> Any:
    """The value that a source finds in a record, before its column's type forms it."""
    (kind,) = source.keys() - {"default"}
    require(kind in SOURCE_KINDS, "wrong-form", "source")
    name = source[kind]
    if kind == "constant":
        return name
    if kind == "header":
        is_registration_time = name == "effective_from" and record[name] is None
        return record["recorded_at"] if is_registration_time else record[name]
    value = record["payload"].get(name, source.get("default"))
    if kind == "start_of_day" and value is not None:
        return datetime.combine(date.fromisoformat(value), time(), ZoneInfo(COPENHAGEN)).isoformat()
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
    reason: Sentence


@dataclass(frozen=True)
class Trust:
    """The keys that are trusted, by name and id, and how many witnesses must have cosigned."""

    keys: dict[tuple[str, bytes], TrustedKey]
    witnesses_needed: int


def read_key(vkey: str, kind: int, reason: Sentence) -> TrustedKey:
    """Read a public key, written `name+id+base64` (C2SP signed-note, "Verifier keys")."""
    name, _, id_and_material = vkey.partition("+")
    key_id, _, encoded = id_and_material.partition("+")
    material = from_base64(encoded)
    expected_id = sha256(name.encode() + b"\n" + material).digest()[:KEY_ID_BYTES]
    is_key = len(material) == 1 + PUBLIC_KEY_BYTES and material[0] == kind and key_id == expected_id.hex()
    require(is_key and name.split() == [name], "bad-key")
    return TrustedKey(name, expected_id, kind, material[1:], reason)


def follow_key_history(history: list[Any], trust: Trust) -> Trust:
    """Trust also the keys that a trusted key has adopted, one after another (proofs.md 3, "key history")."""
    require(len(history) <= KEY_HISTORY_MAX, "oversized", "keys")
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
    require(proof["keys"] == [], "oversized", "keys")
    checkpoint = verify_checkpoint(proof["note"], trust, Report())
    record = verify_records_of_proof(proof, checkpoint, Report())
    require(record["fact"] == "SealingKeyAdopted", "wrong-adoption")
    payload = record["payload"]
    key = read_key(payload["vkey"], LOG_KEY, say("by_adopted_key", position=record["position"]))
    require(checkpoint.origin == payload["origin"] == key.name, "wrong-adoption")
    return key if checkpoint.signed_by_log else None


# Signed notes: the checkpoint, and what the log's key states (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ----

SIGNATURE_LINES_MAX = 64
TIMESTAMP_BYTES = 8


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint, the keys by which it was verified, and which of them have signed it."""

    origin: str
    size: int
    root: bytes
    trust: Trust
    signed_by_log: bool
    witnesses: int


def verify_trusted_checkpoint(note: str, history: list[Any], trust: Trust, report: Report) -> Checkpoint:
    """Verify a checkpoint that the log and enough witnesses must have signed."""
    checkpoint = verify_checkpoint(note, follow_key_history(history, trust), report)
    require(checkpoint.signed_by_log, "wrong-key", checkpoint.origin)
    require(checkpoint.witnesses >= trust.witnesses_needed, "too-few-witnesses", trust.witnesses_needed)
    return checkpoint


def verify_checkpoint(note: str, trust: Trust, report: Report) -> Checkpoint:
    """Verify all signatures that name a trusted key; `verify_trusted_checkpoint` decides if they suffice."""
    text, lines = read_note(note)
    origin, size_line, root_line = text.removesuffix("\n").split("\n")
    size, root = read_number(size_line), from_base64(root_line)
    require(len(root) == HASH_BYTES, "wrong-form", "root")
    has_key = any(key.name == origin and key.kind == LOG_KEY for key in trust.keys.values())
    require(has_key, "wrong-origin", origin)
    signers = signers_of(text, lines, origin, trust)
    report.proved += [say("checkpoint", name=key.name, size=size, reason=reason) for key, reason in signers]
    # A time-stamp (RFC 3161) is of the note as the log signed it, without cosignatures.
    note_of_log = "".join([text, "\n", *(f"{line}\n" for line in lines if line.split(" ")[1] == origin)])
    report.unproved.append(say("stamp", digest=sha256(note_of_log.encode()).hexdigest()))
    witnesses = {key.public for key, _ in signers if key.kind == WITNESS_KEY}
    signed_by_log = any(key.kind == LOG_KEY for key, _ in signers)
    return Checkpoint(origin, size, root, trust, signed_by_log, len(witnesses))


def verify_statement(text: str, note: str, origin: str, trust: Trust) -> Sentence:
    """Verify that a note is of just this text and signed by the log's key; who signed it, as a sentence."""
    note_text, lines = read_note(note)
    require(note_text == text, "wrong-statement")
    signers = [(key, reason) for key, reason in signers_of(text, lines, origin, trust) if key.kind == LOG_KEY]
    require(signers != [], "wrong-key", origin)
    key, reason = signers[0]
    return say("signer", name=key.name, reason=reason)


def read_note(note: str) -> tuple[str, list[str]]:
    """The text of a signed note, with its last end of line, and the signature lines (C2SP signed-note, "Format")."""
    text, _, signatures = note.rpartition("\n\n")
    require(text != "" and signatures.endswith("\n"), "truncated", "signatures")
    lines = signatures.removesuffix("\n").split("\n")
    require(len(lines) <= SIGNATURE_LINES_MAX, "wrong-form", f"more than {SIGNATURE_LINES_MAX} signatures")
    return f"{text}\n", lines


def signers_of(text: str, lines: list[str], origin: str, trust: Trust) -> list[tuple[TrustedKey, Sentence]]:
    """The trusted keys that signed a text of this log, and why each counts; signatures of other keys are passed over.

    A line is `DASH name base64(id | signature)`. A witness signs its time too (C2SP tlog-cosignature).
    """
    signers: list[tuple[TrustedKey, Sentence]] = []
    for line in lines:
        dash, name, encoded = line.split(" ")
        require(dash == "\N{EM DASH}", "wrong-form", "signature")
        content = from_base64(encoded)
        key = trust.keys.get((name, content[:KEY_ID_BYTES]))
        if key is None or (key.kind == LOG_KEY and name != origin):
            continue
        message, reason, signature = text, key.reason, content[KEY_ID_BYTES:]
        if key.kind == WITNESS_KEY:
            seconds, signature = int.from_bytes(signature[:TIMESTAMP_BYTES], "big"), signature[TIMESTAMP_BYTES:]
            message = f"cosignature/v1\ntime {seconds}\n{text}"
            reason = say("by_witness", at=datetime.fromtimestamp(seconds, UTC))
        require(is_ed25519_signature(key.public, signature, message.encode()), "bad-signature", name)
        signers.append((key, reason))
    return signers


# A record in the tree (proofs.md 1; RFC 6962, 2.1) --------------------------------------------------------------------

HASH_BYTES = 32
LEAF_PREFIX, NODE_PREFIX = b"\x00", b"\x01"
RECORD_FORMS = (None, "record/2")
"""A record of the form record/1 does not name its form, and none of its subjects is blinded."""
MEMBERS_PRINTED = ("fact", "recorded_at", "actor", "caller", "authority", "legal_basis", "case", "payload")


def verify_facts(entries: list[Any], checkpoint: Checkpoint, report: Report) -> list[dict[str, Any]]:
    """Verify fact entries under a checkpoint; their records, which must come by rising position."""
    records = [verify_record(entry, checkpoint, report) for entry in entries]
    positions = [record["position"] for record in records]
    require(positions == sorted(set(positions)), "reordered")
    return records


def verify_record(entry: Any, checkpoint: Checkpoint, report: Report) -> dict[str, Any]:
    """Verify that a record is in the tree of the checkpoint, and that its opened fields are the encrypted ones."""
    members = members_of({"opened": None} | entry, ENTRY_MEMBERS)
    index, content = members["index"], from_base64(members["record"])
    path = [from_base64(encoded) for encoded in members["path"]]
    record = read_record(content, members["subjects"])
    require(0 <= index == record["position"] - 1, "wrong-position", index + 1)
    require(index < checkpoint.size, "future-size", checkpoint.size)
    leaf = sha256(LEAF_PREFIX + content).digest()
    is_in_tree = leads_to_root(leaf, index, path, checkpoint.size, checkpoint.root)
    require(is_in_tree, "wrong-path", index + 1)
    place = {"position": index + 1, "origin": checkpoint.origin}
    printed = to_json({name: record[name] for name in MEMBERS_PRINTED if name in record})
    what = FACTS.get(record["fact"]) or say("another_fact", fact=record["fact"])
    at = danish_time(record["recorded_at"])
    report.proved.append(say("record", **place, what=what, at=at, record=printed))
    if members["opened"] is not None:
        fields = verify_opened_fields(members["opened"], record)
        report.proved.append(say("fields", **place, fields=to_json(fields)))
    elif record["sealed_sha256"] is not None:
        report.unproved.append(say("fields_hidden", **place))
    return record


def with_salts(part: dict[str, Any], form: str) -> dict[str, Any]:
    """A part of a file. The files of the first forms hold no salts of blinded subjects."""
    return {**part, "subjects": {}} if form.endswith("/1") else part


def read_record(content: bytes, salts: dict[str, str]) -> dict[str, Any]:
    """Read canonical bytes, and name each blinded subject whose salt is shown (proofs.md 1, "blinded subjects")."""
    form = read_json(content).get("rigsbog")
    require(form in RECORD_FORMS, "unknown-form")
    for subject, encoded in salts.items():
        salt, kind = from_base64(encoded), subject.partition(":")[0]
        digest = base64.urlsafe_b64encode(sha256(salt + subject.encode()).digest()).decode().rstrip("=")
        blinded = to_json(f"{kind}:{digest}").encode()
        is_in_record = form is not None and len(salt) == SALT_BYTES and blinded in content
        require(is_in_record, "wrong-salt", subject)
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

OPENED_MEMBERS = "sealed:text salt:text fields:text"
SALT_BYTES = 32
COMMAND_AND_ORDINAL = slice(17, 35)
COMMITMENT = slice(35, 67)


def verify_opened_fields(opened: Any, record: dict[str, Any]) -> Any:
    """Verify that the fields that are shown are those that the record holds encrypted (proofs.md 2); the fields."""
    members = members_of(opened, OPENED_MEMBERS)
    part, salt, plain = (from_base64(members[name]) for name in ("sealed", "salt", "fields"))
    require(sha256(part).hexdigest() == record["sealed_sha256"], "wrong-seal")
    has_commitment = part[:1] == b"\x02" and len(salt) == SALT_BYTES
    is_committed = part[COMMITMENT] == sha256(salt + plain).digest()
    require(has_commitment and is_committed, "wrong-fields")
    fact, fields = json.loads(plain.decode())
    command = bytes.fromhex(record["command"].replace("-", ""))
    is_at_home = part[COMMAND_AND_ORDINAL] == command + record["ordinal"].to_bytes(2, "big")
    require(fact == record["fact"] and is_at_home, "moved-part")
    return fields


# JSON, base64 and numbers: each value has one spelling, and no other is accepted --------------------------------------


def to_json(value: Any) -> str:
    """Canonical JSON (RFC 8785) of texts, whole numbers and plain names, which are all that the ledger's JSON holds."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_json(content: bytes) -> Any:
    """Read canonical JSON. Writing the value again must give the same bytes."""
    # `int` refuses the numbers that are not whole.
    value = json.loads(content.decode(), parse_float=int, parse_constant=int)
    require(to_json(value).encode() == content, "non-canonical", "JSON")
    return value


def from_base64(text: str) -> bytes:
    """Read base64 (RFC 4648, 4). Writing the value again must give the same text."""
    value = base64.b64decode(text, validate=True)
    require(base64.b64encode(value).decode() == text, "non-canonical", "base64")
    return value


def read_number(text: str) -> int:
    """Read a whole number in decimal digits. Writing it again must give the same text."""
    number = int(text)
    require(str(number) == text, "non-canonical", "number")
    return number


def form_of(value: Any, forms: tuple[str, ...]) -> str:
    """The name of the form of an object of JSON, which must be one of these."""
    require(isinstance(value, dict), "wrong-form", "no object")
    require(value.get("rigsbog") in forms, "unknown-form", ", ".join(forms))
    return str(value["rigsbog"])


MEMBER_KINDS = {"text": str, "number": int, "list": list, "object": dict}


def members_of(value: Any, form: str) -> dict[str, Any]:
    """The members of an object of JSON that has just these, written `name:kind`, or `name:kind?` for one or null."""
    kinds = dict(member.split(":") for member in form.split())
    has_members = isinstance(value, dict) and value.keys() == kinds.keys()
    require(has_members, "wrong-form", f"members {' '.join(kinds)}")
    for name, kind in kinds.items():
        is_null = kind.endswith("?") and value[name] is None
        # To Python, true and false are numbers.
        is_of_kind = isinstance(value[name], MEMBER_KINDS[kind.rstrip("?")]) and not isinstance(value[name], bool)
        require(is_null or is_of_kind, "wrong-form", name)
    return dict(value)


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
    if hasattr(signal, "SIGPIPE"):
        # A reader that closes the pipe, such as `head`, ends the program as it ends others.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main()
