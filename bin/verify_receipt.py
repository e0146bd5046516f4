"""Verifies receipts, answers and evidence bundles of a Rigsbog ledger, with no database, no network and no Rigsbog.

One file for anybody with Python 3.11 or later; set close, for whoever is to trust it reads all of it. It trusts no key
but those that its caller names. Exit code 0: all is valid; 1: something is invalid; 2: something cannot be read.
"""
# fmt: off

import argparse
import base64
import io
import json
import sys
import zipfile
from datetime import UTC, date, datetime, time
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

INVALID, UNREADABLE, LOG, WITNESS, HASH_BYTES, SIGNATURE_BYTES, VKEY_BYTES = 1, 2, 1, 4, 32, 64, 33
BYTES_MAX, SIGNATURES_MAX, KEYS_MAX, WORK_MAX = 2**28, 64, 64, 10**9
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)
BASE = (15112221349535400772501151409588531511454012693041857206046113283949847762202, 4 * pow(5, -1, P) % P)
CLOCK = {
    "submitted_at (afsendt)": ["MessageSubmitted"], "rejected_at (afvist)": ["MessageRejected"],
    "scheduled_for (valørdato)": ["MessageScheduled"], "recalled_at (tilbagekaldt)": ["MessageRecalled"],
    "refused_at (afvist ved frigivelse)": ["ReleaseRefused"], "available_at (kommet frem)": ["MessageMadeAvailable"],
    "first_opened_at (først åbnet)": ["MessageOpened"], "served_at (forkyndt)": ["ServiceEffected"],
    "first_handled_at (først håndteret)": [
        "MessageOpened", "ServiceEffected", "ItemOpened", "ItemMoved", "ItemDeleted", "ItemDownloaded"]}
LIMITS = ["that what the ledger says is true in the world, or that the ledger's own clock was right",
          "that there is nothing more (to change a clock or a row), or no other log, beyond what witnesses signed"]

class Refused(ValueError):
    """Why a file proves nothing: a word and a sentence, and 1 for what is invalid or 2 for what cannot be read."""

def need(holds: object, why: str, code: int = INVALID) -> None:
    """Raise Refused unless it holds."""
    if not holds:
        raise Refused(why, code)

def written(value: Any) -> str:
    """Canonical JSON (RFC 8785) of what holds texts, whole numbers and plain names."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

def unjson(content: bytes) -> Any:
    """What canonical JSON without fractions holds."""
    value = json.loads(content.decode(), parse_float=int, parse_constant=int)
    need(written(value).encode() == content, "non-canonical: JSON is not in its one canonical spelling")
    return value

def unbase64(text: str) -> bytes:
    """What base64 in its one plain spelling holds."""
    value = base64.b64decode(text, validate=True)
    need(base64.b64encode(value).decode() == text, "non-canonical: base64 is not in its one plain spelling")
    return value

def fields(value: dict[str, Any], names: str) -> list[Any]:
    """The values of just these fields."""
    need(sorted(value) == sorted(names.split()), f"wrong-form: something has not just the fields {names}", UNREADABLE)
    return [value[name] for name in names.split()]

def vkey(text: str, kind: int = LOG, why: str = "a key you named") -> tuple[tuple[str, bytes], tuple[int, bytes, str]]:
    """Read a key as it is published, name+id+base64; raises ValueError."""
    name, key_id, encoded = text.split("+", 2)
    material = unbase64(encoded)
    known = sha256(f"{name}\n".encode() + material).digest()[:4]
    need((known.hex(), *material[:1], len(material)) == (key_id, kind, VKEY_BYTES), "bad-key: it is no such vkey")
    return (name, known), (kind, material[1:], why)

def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """RFC 8032, strictly: canonical encodings, s below the order, no key of small order, no cofactor."""
    key, r, s = _point(public), _point(signature[:HASH_BYTES]), int.from_bytes(signature[HASH_BYTES:], "little")
    if not key or not r or s >= ORDER or len(signature) != SIGNATURE_BYTES or not _times(8, key)[0]:
        return False
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        return Ed25519PublicKey.from_public_bytes(public).verify(signature, message) is None
    except ImportError:
        k = int.from_bytes(sha512(signature[:HASH_BYTES] + public + message).digest(), "little") % ORDER
        return _sum(_times(s, BASE), _times(k, (P - key[0], key[1]))) == r
    except Exception:  # noqa: BLE001 - its InvalidSignature, and whatever else it may say, is no
        return False

def _point(encoded: bytes) -> tuple[int, int] | None:
    sign, y = divmod(int.from_bytes(encoded, "little"), 2**255)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * ROOT % P
    wrong = len(encoded) != HASH_BYTES or y >= P or x * x % P != square or (x == 0 and sign)
    return None if wrong else (x if x & 1 == sign else P - x, y)

def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    (x, y), (u, v) = one, other
    t = D * x * y * u * v
    return (x * v + y * u) * pow(1 + t, -1, P) % P, (y * v + x * u) * pow(1 - t, -1, P) % P

def _times(n: int, point: tuple[int, int]) -> tuple[int, int]:
    return _sum(_times(n // 2, _sum(point, point)), point if n & 1 else (0, 1)) if n else (0, 1)

def root_of(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """The root that the path leads to (RFC 6962, 2.1.1); none when it is too short or too long."""
    if size == 1 or not path:
        return leaf if size == 1 and not path else b""
    left = 1 << (size - 1).bit_length() - 1
    below = root_of(index % left, left if index < left else size - left, leaf, path[:-1])
    return sha256(b"\1" + (below + path[-1] if index < left else path[-1] + below)).digest()

def value_of(source: dict[str, Any], record: dict[str, Any], kind: str) -> Any:
    """What a record gives a column or a key of that type."""
    ((form, name),) = ((form, name) for form, name in source.items() if form != "default")
    value = name if form == "constant" else record["payload"].get(name, source.get("default"))
    if form == "header":
        value = record["recorded_at" if (name, record[name]) == ("effective_from", None) else name]
    if form == "start_of_day" and value is not None:
        value = datetime.combine(date.fromisoformat(value), time(), ZoneInfo("Europe/Copenhagen")).isoformat()
    if kind == "timestamptz" and value is not None:
        return datetime.fromisoformat(value).astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value[-36:] if kind == "uuid" and value is not None else value

def rows_of(declaration: dict[str, Any], records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that the records make, one record after another, by the laws last, first and total."""
    _, _, names, types, begins, columns = fields(declaration, "register table key types begins columns")
    empty = {column["name"]: 0 if column["law"] == "total" else None for column in columns}
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    need(len(records) * len(str(columns)) <= WORK_MAX, "oversized: too long a declaration for it", UNREADABLE)
    for record in records:
        for column, setter in ((c, s) for c in columns for s in c["setters"] if s["fact"] == record["fact"]):
            key = tuple(value_of(one, record, types[name]) for name, one in zip(names, setter["key"], strict=True))
            if None not in key and (not begins or record["fact"] in begins or key in rows):
                row, name = rows.setdefault(key, dict(zip(names, key, strict=True)) | empty), column["name"]
                value = value_of(setter["source"], record, types[name])
                if column["law"] != "first" or row[name] is None:
                    row[name] = row[name] + (value or 0) if column["law"] == "total" else value
    return list(rows.values())

class Verification:
    """One file: the keys that are trusted in it, what it proves, and what it does not."""

    def __init__(self, keys: dict[tuple[str, bytes], tuple[int, bytes, str]], needed: int) -> None:
        self.keys, self.needed, self.origin, self.proved, self.unproved = keys, needed, "", list[str](), list(LIMITS)

    def under(self, note: str, adoptions: list[str], entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Verify a checkpoint, by trusted keys and those that these have adopted, and facts under it."""
        need(len(adoptions) <= (KEYS_MAX if self.needed >= 0 else 0), "oversized: too long a key history", UNREADABLE)
        for proof in list.copy(adoptions):
            earlier = Verification(self.keys, -1)  # from before the first key that is trusted here, it adopts nothing
            record = earlier.receipt(proof.encode())
            need(record["fact"] == "SealingKeyAdopted", "wrong-adoption: the key history holds another fact")
            key, known = vkey(record["payload"]["vkey"], LOG, f"adopted at position {record['position']}")
            need(earlier.origin == record["payload"]["origin"] == key[0], "wrong-adoption: the key is of another log")
            self.keys = {key: known} | self.keys if earlier.seen[LOG] else self.keys
        text, _, lines = note.rpartition("\n\n")
        need(text and lines[-1:] == "\n", "truncated: the checkpoint has no whole signatures under it", UNREADABLE)
        self.origin, size, root = text.split("\n")
        stamped = "\n".join([text, "", *[x for x in lines[:-1].split("\n") if f" {self.origin} " in x], ""]).encode()
        self.size, self.root = int(size), unbase64(root)
        need(str(self.size) == size, "non-canonical: the size of the checkpoint is not a plain number")
        need(self.origin in {name for name, _ in self.keys}, f"wrong-origin: you trust no key of {self.origin}")
        self.seen: dict[int, set[bytes]] = {LOG: set(), WITNESS: set()}
        for line in lines[:-1].split("\n", SIGNATURES_MAX - 1):
            dash, name, encoded = line.split(" ")
            need(dash == "\N{EM DASH}", "wrong-form: a signature line begins with a dash", UNREADABLE)
            signature, stamp = unbase64(encoded), ""
            kind, public, why = self.keys.get((name, signature[:4]), (0, b"", ""))
            if kind == WITNESS:
                signature, seconds = signature[8:], int.from_bytes(signature[4:12], "big")
                stamp, why = f"cosignature/v1\ntime {seconds}\n", f"{datetime.fromtimestamp(min(seconds, 2**37), UTC)}"
            if kind == WITNESS or (kind == LOG and name == self.origin):
                need(ed25519(public, signature[4:], f"{stamp}{text}\n".encode()), f"bad-signature: not by {name}")
                self.seen[kind].add(public)
                self.proved.append(f"{name} signed the checkpoint of {size} records ({why})")
        need(self.seen[LOG] or self.needed < 0, f"wrong-key: no key of {self.origin} that you trust signed it")
        need(len(self.seen[WITNESS]) >= self.needed, f"too-few-witnesses: fewer than {self.needed} cosigned it")
        self.unproved.append(f"a stamp: openssl ts -verify -digest {sha256(stamped).hexdigest()} -in TOKEN -CAfile PEM")
        found = [self.record(one) for one in list.copy(entries)]
        order = [int(one["position"]) for one in found]
        need(order == sorted(set(order)), "reordered: the facts do not stand in order, each once")
        return found

    def record(self, entry: dict[str, Any]) -> dict[str, Any]:
        """Verify that a record stands in the tree, and that what is shown open of it is what was sealed."""
        index, encoded, path, opened = fields({"opened": None} | entry, "index record path opened")
        content, hashes = unbase64(encoded), [unbase64(one) for one in list.copy(path)]
        record: dict[str, Any] = unjson(content)
        need(index >= 0 and str(index) == str(record["position"] - 1), "wrong-position: it stands at another index")
        need(index < self.size, f"future-size: the checkpoint is of {self.size} records, and this is a later one")
        leads = root_of(index, self.size, sha256(b"\0" + content).digest(), hashes) == self.root
        need(leads and {len(one) for one in hashes} <= {HASH_BYTES}, "wrong-path: the record does not lead to the root")
        at, told = f"position {index + 1} of {self.origin}", "fact recorded_at actor authority legal_basis case payload"
        self.proved.append(f"{at}: {written({name: one for name, one in record.items() if name in told.split()})}")
        if opened is not None:
            sealed, salt, plain = map(unbase64, fields(opened, "sealed salt fields"))
            need(sha256(sealed).hexdigest() == record["sealed_sha256"], "wrong-seal: the sealed part is another one")
            right = sealed[:1] == b"\2" and len(salt) == HASH_BYTES and sealed[35:67] == sha256(salt + plain).digest()
            need(right, "wrong-fields: what is shown open is not what was sealed")
            fact, values = json.loads(plain.decode())
            bound = bytes.fromhex(record["command"].replace("-", "")) + record["ordinal"].to_bytes(2, "big")
            need(fact == record["fact"] and sealed[17:35] == bound, "moved-part: it was sealed for another fact")
            self.proved.append(f"{at}: sealed there is {written(values)}")
        elif record["sealed_sha256"] is not None:
            self.unproved.append(f"{at}: what is sealed there, for it is not shown open")
        return record

    def receipt(self, content: bytes) -> dict[str, Any]:
        """Verify a receipt, and the legal clock in it; the record that it is of."""
        head, _, note = content.decode().partition("\n\n")
        need(head[:29] == "c2sp.org/tlog-proof@v1\nextra ", "not-a-receipt: no tlog-proof with its record", UNREADABLE)
        _, extra, index, *path = head.split("\n")
        form, encoded, opened, clock, message, facts, keys = fields(
            unjson(unbase64(extra[6:])), "rigsbog record opened clock message facts keys")
        need(form == "receipt/1", "unknown-form: this verifier knows receipt/1", UNREADABLE)
        need(f"index {int(index[6:])}" == index, "non-canonical: the index is not a plain number")
        about = self.under(note, keys, facts)
        record = self.record({"index": int(index[6:]), "record": encoded, "path": path, "opened": opened})
        need(record not in about, "reordered: the record stands among the further facts once more")
        about, hands = sorted([*about, record], key=lambda one: int(one["position"])), dict[str, str | None]()
        for hand, setting in CLOCK.items():
            source = {"field": "release_at"} if hand[:13] == "scheduled_for" else {"header": "recorded_at"}
            sets = [one for one in about if one["fact"] in setting and message in one["subjects"]]
            hands[hand.split()[0]] = at = value_of(source, sets[0], "timestamptz") if sets else None
            self.proved += [f"{message}, by all here: {hand} {at}"] if at else []
        need(written(hands if message else None) == written(clock), "wrong-clock: the facts show another legal clock")
        return record

    def answer(self, content: bytes) -> None:
        """Verify an answer: that its rows are those that its facts make by its declaration."""
        form, register, declaration, subject, known, valid, rows, facts, note, keys, attestation = fields(
            unjson(content.removesuffix(b"\n")),
            "rigsbog register declaration subject known valid rows facts checkpoint keys attestation")
        need(form == "answer/1", "unknown-form: this verifier knows answer/1", UNREADABLE)
        records = self.under(note, keys, facts)
        need(str(known).isdecimal() and known <= self.size, f"future-size: the checkpoint is of {self.size} records")
        need(all(one["position"] <= known for one in records), "later-fact: a fact is later than what was known")
        need(declaration["register"] == register, "wrong-declaration: it declares another register")
        about = rows_of(declaration, [one for one in records if subject in one["subjects"]])
        made = {written(row): row for row in rows_of(declaration, records) if valid is None
                or (row["valid_from"] or "~") <= date.fromisoformat(valid).isoformat() < (row["valid_to"] or "~")}
        for row in list.copy(rows):
            need(made.pop(written(row), None), f"wrong-row: the facts do not make this row: {written(row)}")
            named = any(all(row[name] == one[name] for name in declaration["key"]) for one in about)
            need(named, "wrong-subject: a row is not about the subject")
            self.proved += [f"{register} of {subject} at {known}, valid {valid or 'ever'}, by all here: {written(row)}"]
        left = {row[name] for row in made.values() for name in declaration["key"]}
        need(not left & {subject, subject[-36:]}, "row-left-out: the facts make a further row of this subject")
        digest, attested = sha256(written(declaration).encode()).hexdigest(), [attestation] if attestation else []
        told = [[one["fact"], *map(one["payload"].get, ("name", "declaration"))] for one in map(self.record, attested)]
        need(told in ([], [["RebuildAttested", register, digest]]), "wrong-attestation: it attests something else")
        self.unproved.append(f"that {register} is declared so ({digest}), but as attested above, and then of all of it")

    def bundle(self, content: bytes) -> None:
        """Verify every receipt and answer of a bundle."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            need(sum(one.file_size + 1_000 for one in listed) <= BYTES_MAX, "oversized: too large a bundle", UNREADABLE)
            files = {one.filename: archive.open(one).read(one.file_size + 1) for one in listed}
        lines = [f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files) if name != "MANIFEST"]
        right = len(files) == len(listed) and files.get("MANIFEST") == "".join(lines).encode()
        need(right, "wrong-manifest: the files are not those that MANIFEST lists, each once")
        proofs = [name for name in sorted(files) if name.endswith((".tlog-proof", ".answer.json"))]
        need(said := set(proofs), "empty-bundle: it holds no receipt and no answer")
        for name in proofs:
            part = Verification(self.keys, self.needed)
            (part.receipt if name.endswith("f") else part.answer)(files[name])
            self.proved += [f"{name}: {line}" for line in part.proved if line not in said]
            self.unproved += [line for line in part.unproved if line not in self.unproved]
            said |= set(part.proved)  # what many files prove is told of the first
        self.unproved.append("what the other files of the bundle say: nobody has signed them")

def main() -> None:
    """Verify the files that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE", help="receipts, answers and bundles")
    parser.add_argument("--key", action="append", default=[], type=vkey, metavar="VKEY", help="a log's key")
    parser.add_argument("--witness", action="append", default=[], type=lambda text: vkey(text, WITNESS), metavar="VKEY")
    parser.add_argument("--witnesses-needed", type=int, metavar="N", choices=range(64), help="how many; left out: all")
    asked, codes = parser.parse_args(), set[int]()
    needed = len(asked.witness) if asked.witnesses_needed is None else asked.witnesses_needed
    if not asked.key:
        parser.error("no-key: name the log's key by --key, as the authority publishes it; never take it from the file")
    for name in asked.files:
        proof, verdict, code = Verification(dict([*asked.key, *asked.witness]), needed), "VALID (gyldig)", 0
        try:
            with Path(name).open("rb") as file:
                content = file.read(BYTES_MAX + 1)
            need(len(content) <= BYTES_MAX, "oversized: no file of these is so large", UNREADABLE)
            need(content[-1:] == b"\n" or content[:2] == b"PK", "truncated: the last line has no end", UNREADABLE)
            (proof.bundle if content[:2] == b"PK" else proof.answer if content[:1] == b"{" else proof.receipt)(content)
        except Exception as error:  # noqa: BLE001 - whatever a made-up file provokes, it is refused
            verdict, code = error.args if isinstance(error, Refused) else (f"wrong-form: {error}", UNREADABLE)
        codes.add(code)
        proved = ["Proved (bevist):", *proof.proved, "Not proved (ikke bevist):", *proof.unproved]
        for line in [f"{verdict}: {name}", *([] if code else proved)]:
            sys.stdout.buffer.write("".join(c if c.isprintable() else f"<{ord(c):x}>" for c in line).encode() + b"\n")
    sys.exit(INVALID if INVALID in codes else max(codes))

if __name__ == "__main__":
    main()
