"""A small log in memory with fixed keys, and the proofs, answers and bundles that are made of it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.seal.formats.canonical import of_row, salts
from adapters.seal.formats.checkpoint import Checkpoint
from adapters.seal.formats.note import Key, Kind, cosigned, signed
from adapters.seal.formats.proof import Proof
from adapters.seal.formats.statement import answer_statement, bundle_statement
from adapters.seal.formats.tree import inclusion_path, leaf_hash, root, whole
from bin.application.evidence.bundles import zip_files

ORIGIN = "ledger.example/trial"
ANNA = "person:a11a0000-0000-4000-8000-000000000001"
LETTER = "message:1e77e400-0000-4000-8000-000000000001"
COMMAND = UUID("00000000-0000-4000-8000-0000000000c0")


@dataclass(frozen=True)
class FixedSigner:
    """A signer whose key is the same in every run."""

    name: str
    number: int
    kind: Kind = Kind.LOG

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a trial key %d" % self.number).digest())

    @property
    def key(self) -> Key:
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Key(self.name, public, self.kind)

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)


FIRST, SECOND, STRANGER = (FixedSigner(ORIGIN, number) for number in (1, 2, 3))
ELSEWHERE = FixedSigner("ledger.example/elsewhere", 4)
WITNESS, OTHER_WITNESS = (FixedSigner(f"witness.example/{nth}", 4 + nth, Kind.WITNESS) for nth in (1, 2))
WITNESSED_AT = 1_780_000_000


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Disclosed:
    """A sealed part, with what opens its commitment."""

    sealed: bytes
    salt: bytes
    fields: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: base64_of(getattr(self, name)) for name in ("sealed", "salt", "fields")}


def disclosed(fact: str, fields: Mapping[str, Any], *, ordinal: int = 0, command: UUID = COMMAND) -> Disclosed:
    """A part as the vault seals it, but with nothing drawn by chance, so that files made of it stay the same."""
    plain = json.dumps([fact, fields], ensure_ascii=False, separators=(",", ":")).encode()
    salt = hashlib.sha256(b"salt" + plain).digest()
    commitment = hashlib.sha256(salt + plain).digest()
    header = b"\x02" + bytes(16) + command.bytes + ordinal.to_bytes(2, "big") + commitment
    return Disclosed(header + bytes(12) + b"~" * (32 + len(plain)) + bytes(16), salt, plain)


@dataclass
class SyntheticLog:
    """Records in order, as their canonical bytes; with `salted`, of the form record/2."""

    leaves: list[bytes] = field(default_factory=list)
    salted: bool = False
    salts: list[dict[str, str]] = field(default_factory=list)
    """By which the blinded subjects of each record are shown."""

    def add(self, fact: str, subject: str, *others: str, sealed: bytes | None = None, **payload: Any) -> int:
        """Record a fact, one a second; its index."""
        index = len(self.leaves)
        recorded_at = f"2026-03-10T09:{index // 60:02}:{index % 60:02}.000000Z"
        concerned = ",".join(sorted({subject, *others}))
        row = [index + 1, recorded_at, fact, subject, concerned, 0, str(COMMAND), str(COMMAND), None]
        row += [None, "34051178", "system:test", "a paragraph, § 10", None, json.dumps(payload)]
        row.append(None if sealed is None else hashlib.sha256(sealed).hexdigest())
        row += ["clerk", hashlib.sha256(b"salt %d" % index).digest()[:16]] if self.salted else [None, None]
        self.leaves.append(of_row(row))
        self.salts.append(salts(row))
        return index

    def node(self, height: int, index: int) -> bytes:
        return whole(b"".join(leaf_hash(one) for one in self.leaves[index << height : (index + 1) << height]))

    def checkpoint(self, *signers: FixedSigner, size: int | None = None, witnesses: Sequence[FixedSigner] = ()) -> str:
        """The signed checkpoint, cosigned by the witnesses."""
        size = len(self.leaves) if size is None else size
        checkpoint = Checkpoint((signers or (FIRST,))[0].name, size, root(size, self.node))
        note = checkpoint.signed(*(signers or (FIRST,)))
        return str(note.with_signatures(cosigned(checkpoint.text, one, WITNESSED_AT) for one in witnesses))

    def path(self, index: int, size: int | None = None) -> list[bytes]:
        return inclusion_path(index, len(self.leaves) if size is None else size, self.node)

    def entry(self, index: int, opened: Disclosed | None = None) -> dict[str, Any]:
        """A further fact of a proof or an answer."""
        form = {
            "index": index,
            "record": base64_of(self.leaves[index]),
            "path": [base64_of(one) for one in self.path(index)],
        } | ({"subjects": self.salts[index]} if self.salted else {})
        return form if opened is None else {**form, "opened": opened.form}

    def proof(self, index: int, *, opened: Disclosed | None = None, note: str | None = None, **more: Any) -> str:
        """A proof under the newest checkpoint; `more` replaces parts of its extra."""
        extra: dict[str, Any] = {
            "rigsbog": "receipt/1",
            "record": base64_of(self.leaves[index]),
            "opened": None if opened is None else opened.form,
            "clock": None,
            "message": None,
            "facts": [],
            "keys": [],
        }
        if self.salted:
            extra |= {"rigsbog": "receipt/2", "subjects": self.salts[index]}
        extra |= more
        note = self.checkpoint() if note is None else note
        return str(Proof(index, tuple(self.path(index)), note, canonical(extra)))

    def answer(self, declaration: Mapping[str, Any], subject: str, rows: list[Any], **more: Any) -> str:
        """An answer from all facts; `more` replaces parts of it."""
        said = {
            "rigsbog": "answer/2" if self.salted else "answer/1",
            "register": declaration["register"],
            "declaration": declaration,
            "subject": subject,
            "known": len(self.leaves),
            "valid": None,
            "rows": rows,
            "facts": [self.entry(index) for index in range(len(self.leaves))],
            "checkpoint": self.checkpoint(),
            "keys": [],
            "attestation": None,
        } | more
        return f"{canonical(said).decode()}\n"


def signed_answer(answer: str, *signers: FixedSigner) -> str:
    """The answer in the form answer/3, signed by the log's key."""
    unsigned = json.loads(answer) | {"rigsbog": "answer/3"}
    unsigned["facts"] = [{"subjects": {}} | entry for entry in unsigned["facts"]]
    attestation = unsigned["attestation"]
    unsigned["attestation"] = attestation and {"subjects": {}} | attestation
    note = signed(answer_statement("answer/3", canonical(unsigned)), *(signers or (FIRST,)))
    return f"{canonical(unsigned | {'signature': str(note)}).decode()}\n"


def bundle(files: Mapping[str, str]) -> bytes:
    """An unsigned bundle of these files, with its MANIFEST; the same bytes in every run."""
    lines = [f"{hashlib.sha256(files[name].encode()).hexdigest()}  {name}\n" for name in sorted(files)]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**files, "MANIFEST": "".join(lines)}.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def signed_bundle(files: Mapping[str, str], *signers: FixedSigner, **more: Any) -> bytes:
    """A bundle/2 of these files, signed by the log's key; `more` replaces parts of the head of its MANIFEST."""
    head = {"about": LETTER, "made": "2026-03-10T10:00:00.000000Z", "origin": ORIGIN, "size": 13} | more
    content = {name: text.encode() for name, text in files.items()}
    note = signed(bundle_statement("bundle/2", canonical(head), content), *(signers or (FIRST,)))
    return zip_files(content | {"MANIFEST": str(note).encode()})
