"""Makes the golden proofs, once: `python -m tests.bin.verifier.golden_proofs` writes those that are not there yet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bin.verifier.test_verify_answer import NEMKONTO, attested, letters_answer
from tests.bin.verifier.verifying import OPENED, letters_log, letters_proof
from tests.synthetic_log import ANNA, FIRST, SECOND, WITNESS, SyntheticLog, bundle, signed_answer, signed_bundle

FOLDER = Path(__file__).parents[2] / "golden" / "receipts"
KEY_FILE, WITNESS_FILE = FOLDER / "log.vkey", FOLDER / "witness.vkey"


def rotated() -> tuple[SyntheticLog, str]:
    """A log whose first key adopted a second one, and the text of the key history that shows it."""
    log = letters_log()
    payload: dict[str, Any] = {"origin": FIRST.name, "vkey": str(SECOND.key), "replaces": str(FIRST.key)}
    adopted = log.add("SealingKeyAdopted", "log:00000000-0000-4000-8000-000000000001", **payload)
    history = log.proof(adopted, note=log.checkpoint(SECOND, FIRST))
    log.add("PersonRegistered", ANNA, resident=True)
    return log, history


def rotated_proof() -> str:
    """A proof under a checkpoint of a second key, which the first key adopted."""
    log, history = rotated()
    return log.proof(3, note=log.checkpoint(SECOND), keys=[history])


def rotated_answer() -> str:
    """An answer without rows that such a second key signed."""
    log, history = rotated()
    empty = log.answer(NEMKONTO, ANNA, [], facts=[], checkpoint=log.checkpoint(SECOND), keys=[history])
    return signed_answer(empty, SECOND)


def alone() -> str:
    """A proof of the only record of a log."""
    log = SyntheticLog()
    return log.proof(log.add("PersonRegistered", ANNA, person=ANNA, resident=True))


def made() -> dict[str, bytes]:
    """Every kind of file, by its name."""
    log = letters_log()
    files = {
        "alone.tlog-proof": alone(),
        "opened.tlog-proof": log.proof(0, opened=OPENED),
        "letter.tlog-proof": letters_proof(),
        "witnessed.tlog-proof": log.proof(12, note=log.checkpoint(witnesses=[WITNESS])),
        "rotated.tlog-proof": rotated_proof(),
        "messages.answer.json": letters_answer(),
        "attested.answer.json": attested(),
    }
    blinded = letters_log(salted=True)
    files |= {
        "opened-2.tlog-proof": blinded.proof(0, opened=OPENED),
        "letter-2.tlog-proof": letters_proof(blinded),
        "messages-2.answer.json": letters_answer(salted=True),
    }
    files |= {
        "messages-3.answer.json": signed_answer(letters_answer(salted=True)),
        "attested-3.answer.json": signed_answer(attested()),
        "rotated-3.answer.json": rotated_answer(),
    }
    together = {name: files[name] for name in ("letter.tlog-proof", "attested.answer.json")}
    whole = {name: content.encode() for name, content in files.items()}
    signed = {name: files[name] for name in ("letter-2.tlog-proof", "messages-3.answer.json")}
    return whole | {
        "letter.zip": bundle({**together, "page.html": "<p>Læs mig</p>"}),
        "letter-2.zip": signed_bundle({**signed, "index.html": "<p>Læs mig</p>"}),
    }


def main() -> None:
    """Write the files that are missing. A golden file is never changed."""
    keys = {KEY_FILE.name: f"{FIRST.key}\n".encode(), WITNESS_FILE.name: f"{WITNESS.key}\n".encode()}
    for name, content in (made() | keys).items():
        if not (FOLDER / name).exists():
            (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
