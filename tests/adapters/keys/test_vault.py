"""Proves that an encrypted part is decrypted only where it belongs, unaltered, and while its key exists."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from adapters.keys import vault as vault_module
from adapters.keys.key_store import PostgresKeys
from adapters.keys.vault import Decrypted, NotWhatWasEncrypted, Vault, WrongKey, commits
from adapters.ledger.entry import Decision, Entry
from adapters.postgres.pool import Pool
from bin.application.command_handler import CommandHandler
from domain.fact import SEALED, Event, Personal, Retention
from domain.identity.names import PersonName
from domain.identity.number import CprAssigned
from domain.identity.person_name import NameEntered
from domain.subject import CompanyId, CprIndex, PersonId
from tests.adapters.keys.memory_keys import MemoryKeys
from tests.adapters.ledger.ledger_scenes import KEK, context, opened_handler, registration
from tests.adapters.ledger.memory_ledger import MemoryLedger
from tests.controls import ANNA, ANNAS_INDEX, ANNAS_NAME, ANNAS_NUMBER, AVAILABLE, BO, letter, submitted
from tests.law import NOW

ROOT = Path(__file__).parents[3]
COMMAND = UUID("00000000-0000-4000-8000-0000000000c0")


class NameRegistered(Event):
    """A fact of this test, whose encrypted bytes are written down here."""

    protected = True

    person: PersonId
    name: Personal[PersonName]


NAME = NameRegistered(person=ANNA, name=ANNAS_NAME)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=80).filter(str.strip)
ASK_INDEX = """
import sys
from adapters.postgres.pool import Pool
from adapters.keys.key_store import PostgresKeys
from adapters.keys.vault import Vault
pool = Pool(sys.argv[1], "rigsbog_append")
vault = Vault(PostgresKeys(pool), bytes(range(32)))
print(vault.index("cpr", "6101901234"), vault.digest(b"content").hex())
pool.close()
"""


def fresh_vault() -> Vault:
    return Vault(MemoryKeys(), KEK)


def encrypted(vault: Vault, fact: NameRegistered = NAME) -> bytes:
    part = vault.encrypt(fact, "NameRegistered", COMMAND, 3)
    assert part is not None
    return part


@given(given=TEXT, family=TEXT, ordinal=st.integers(0, 32_767), command=st.uuids(), person=st.uuids())
def test_what_is_encrypted_is_decrypted_as_it_was(
    given: str, family: str, ordinal: int, command: UUID, person: UUID
) -> None:
    vault = fresh_vault()
    fact = NameRegistered(person=PersonId(person), name=PersonName(given=given, family=family))
    part = vault.encrypt(fact, "NameRegistered", command, ordinal)

    assert part is not None
    opened = vault.decrypt(part, fact.person)
    assert opened is not None
    assert (opened.fact, opened.command, opened.ordinal) == ("NameRegistered", command, ordinal)
    assert NameRegistered.model_validate({"person": fact.person, **opened.fields}) == fact


def test_a_fact_without_personal_fields_has_no_encrypted_part() -> None:
    assert fresh_vault().encrypt(AVAILABLE, "MessageMadeAvailable", COMMAND, 0) is None


def opened_of(vault: Vault, part: bytes) -> Decrypted:
    opened = vault.decrypt(part, ANNA)
    assert opened is not None
    return opened


def encrypted_in_form_1(vault: Vault, fact: NameRegistered = NAME) -> bytes:
    """A part as parts were encrypted before receipts."""
    json_bytes = json.dumps(
        ["NameRegistered", fact.personal_fields()], ensure_ascii=False, separators=(",", ":")
    ).encode()
    return by_hand(vault, b"\x01", b"", json_bytes)


def by_hand(vault: Vault, form: bytes, commitment: bytes, plain: bytes) -> bytes:
    """A part that a holder of the key makes as it likes."""
    holding = (ANNA, Retention.IDENTITY)
    vault.prepare((holding,))
    key, cipher = vault._keys[holding]
    header, nonce = form + key.bytes + COMMAND.bytes + (3).to_bytes(2, "big") + commitment, os.urandom(12)
    return header + nonce + cipher.encrypt(nonce, plain, header + str(ANNA).encode())


def test_two_encryptions_of_the_same_fact_have_only_their_header_in_common() -> None:
    vault = fresh_vault()
    first, second = encrypted(vault), encrypted(vault)
    commitment = slice(vault_module.PLACE_BYTES, vault_module.HEADER_BYTES[vault_module.FORM])
    assert first[: commitment.start] == second[: commitment.start]
    assert first[commitment] != second[commitment]
    assert first[commitment.stop :] != second[commitment.stop :]
    assert opened_of(vault, first).salt != opened_of(vault, second).salt


def test_the_bytes_of_an_encrypted_part_of_form_2_never_change() -> None:
    vault = fresh_vault()
    part = encrypted(vault)
    opened = opened_of(vault, part)
    assert opened.salt is not None
    assert opened.json_bytes == b'["NameRegistered",%b]' % to_json(NAME.personal_fields())
    assert part[:1] + part[17:35] == b"\x02" + COMMAND.bytes + b"\x00\x03"
    assert part[35:67] == hashlib.sha256(opened.salt + opened.json_bytes).digest()
    assert len(part) == 67 + 12 + 32 + len(opened.json_bytes) + 16


@given(other=st.binary(max_size=200), other_salt=st.binary(min_size=32, max_size=32), cut=st.integers(0, 31))
def test_a_commitment_binds_one_salt_and_one_text(other: bytes, other_salt: bytes, cut: int) -> None:
    vault = fresh_vault()
    part = encrypted(vault)
    opened = opened_of(vault, part)
    salt, json_bytes = opened.salt, opened.json_bytes
    assert salt is not None
    assert json_bytes is not None
    assert commits(part, salt, json_bytes)
    assert not commits(part, salt, other)
    assert not commits(part, other_salt, json_bytes)
    assert not commits(part, salt[:cut], salt[cut:] + json_bytes), "the border between salt and text cannot be moved"
    assert not commits(encrypted(vault), salt, json_bytes), "the same fields, encrypted again, are committed to anew"


def test_a_part_of_form_1_is_still_opened_and_can_be_disclosed_to_nobody() -> None:
    vault = fresh_vault()
    part = encrypted_in_form_1(vault)
    opened = opened_of(vault, part)
    assert opened == Decrypted("NameRegistered", COMMAND, 3, NAME.personal_fields())
    assert not commits(part, bytes(32), json.dumps(["NameRegistered", dict(opened.fields)]).encode())
    with pytest.raises(NotWhatWasEncrypted, match="does not belong"):
        vault.decrypt(part, BO)


@pytest.mark.parametrize("plain", [b"", b"short", bytes(32) + b'["NameRegistered",{"name":null}]'])
def test_a_part_that_commits_to_other_fields_than_it_holds_is_refused(plain: bytes) -> None:
    vault = fresh_vault()
    part = by_hand(vault, b"\x02", hashlib.sha256(b"something else").digest(), plain)
    with pytest.raises(NotWhatWasEncrypted, match="commits to"):
        vault.decrypt(part, ANNA)


def test_when_the_key_is_destroyed_neither_salt_nor_fields_can_be_had() -> None:
    keys = MemoryKeys()
    vault = Vault(keys, KEK)
    part = encrypted(vault)
    opened = opened_of(vault, part)
    vault.destroy(ANNA)

    assert vault.decrypt(part, ANNA) is None
    assert Vault(keys, KEK).decrypt(part, ANNA) is None
    assert opened.salt is not None
    assert opened.salt not in part
    assert opened.json_bytes is not None
    assert opened.json_bytes not in part
    assert commits(part, opened.salt, opened.json_bytes), "who was given them before can still show them"


@pytest.mark.parametrize("elsewhere", [BO, CompanyId(ANNA.uuid)])
def test_an_encrypted_part_moved_to_another_subject_is_refused(elsewhere: PersonId | CompanyId) -> None:
    vault = fresh_vault()
    with pytest.raises(NotWhatWasEncrypted, match="does not belong"):
        vault.decrypt(encrypted(vault), elsewhere)


@pytest.mark.parametrize("encrypt", [encrypted, encrypted_in_form_1])
def test_no_bit_of_an_encrypted_part_can_be_changed(encrypt: Callable[[Vault], bytes]) -> None:
    vault = fresh_vault()
    part = encrypt(vault)
    for bit in range(len(part) * 8):
        altered = bytearray(part)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(NotWhatWasEncrypted):
            vault.decrypt(bytes(altered), ANNA)


@pytest.mark.parametrize("length", [0, 1, 34, 35, 46, 47, 50, 62, 66, 67, 78, 79, 94, 95, 126, 127])
def test_a_part_that_was_cut_off_is_refused(length: int) -> None:
    vault = fresh_vault()
    for encrypt in (encrypted, encrypted_in_form_1):
        with pytest.raises(NotWhatWasEncrypted):
            vault.decrypt(encrypt(vault)[:length], ANNA)


def moved(change: str) -> CommandHandler:
    """A ledger in which a writer moved an encrypted part to another fact."""
    ledger, vault = MemoryLedger(lambda: NOW), fresh_vault()
    handler = CommandHandler(ledger, vault)
    to = context()
    handler.execute(registration(ANNA), to)
    name = next(one for one in ledger.entries() if one.name == "NameEntered")
    other = context()
    places: dict[str, Entry] = {
        "nowhere": _entry(name, "NameEntered", name.context.command, name.ordinal, name),
        "fact": _entry(name, "NameEndCorrected", name.context.command, name.ordinal, name),
        "record": _entry(name, "NameEntered", other.command, name.ordinal, name),
        "ordinal": _entry(name, "NameEntered", name.context.command, name.ordinal + 1, name),
    }
    ledger.append_many([Decision(command=uuid4(), digest=b"", entries=(places[change],))])
    return handler


def _entry(origin: Entry, fact: str, command: UUID, ordinal: int, part: Entry) -> Entry:
    return Entry(
        name=fact,
        subject=origin.subject,
        subjects=(origin.subject, ANNA),
        context=context(command),
        ordinal=ordinal,
        payload=origin.payload,
        sealed=part.sealed,
    )


@pytest.mark.parametrize("change", ["fact", "record", "ordinal"])
def test_an_encrypted_part_moved_to_another_fact_or_record_is_refused(change: str) -> None:
    with pytest.raises(NotWhatWasEncrypted, match="belongs to another fact"):
        list(moved(change).opened_records(ANNA))
    assert len(list(moved("nowhere").opened_records(ANNA))) == 6


def test_what_a_destroyed_key_encrypted_is_shown_as_sealed(database_url: str) -> None:
    person = PersonId(uuid4())
    with opened_handler(database_url) as handler:
        handler.execute(registration(person), context())
        opened = [one.event for one in handler.opened_records(person)]
        owner = Pool(database_url, "rigsbog_owner")
        assert Vault(PostgresKeys(owner), KEK).destroy(person, Retention.IDENTITY) == 1
        assert Vault(PostgresKeys(owner), KEK).destroy(person) == 0
        owner.close()
    with opened_handler(database_url) as handler:
        for records in (handler.records(person), handler.opened_records(person)):
            names = [one.event for one in records if isinstance(one.event, NameEntered)]
            assert [one.name for one in names] == [SEALED]
    assert any(isinstance(one, NameEntered) and isinstance(one.name, PersonName) for one in opened)


def test_only_the_class_that_is_destroyed_is_lost() -> None:
    vault = fresh_vault()
    fact = submitted(letter())
    post = vault.encrypt(fact, "MessageSubmitted", COMMAND, 0)
    name = encrypted(vault)
    assert post is not None

    assert vault.destroy(ANNA, Retention.POST) == 1

    assert vault.decrypt(post, fact.message) is None
    assert vault.decrypt(name, ANNA) is not None


def test_after_a_minute_no_process_goes_on_with_a_destroyed_key(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = MemoryKeys()
    here, elsewhere = Vault(keys, KEK), Vault(keys, KEK)
    part = encrypted(here)
    assert elsewhere.decrypt(part, ANNA) is not None
    here.destroy(ANNA)
    later = time.monotonic() + vault_module.KEY_SECONDS_MAX + 1
    monkeypatch.setattr("adapters.keys.vault.time.monotonic", lambda: later)

    assert elsewhere.decrypt(part, ANNA) is None
    assert elsewhere.decrypt(encrypted(elsewhere), ANNA) is not None, "an erased person can have a new key"


def test_another_key_encryption_key_is_reported_by_name() -> None:
    keys = MemoryKeys()
    part = encrypted(Vault(keys, KEK))
    stranger = Vault(keys, os.urandom(32))
    for act in (lambda: stranger.decrypt(part, ANNA), lambda: encrypted(stranger)):
        with pytest.raises(WrongKey, match="RIGSBOG_KEK_FILE"):
            act()
    Vault(keys, KEK).index("cpr", "x")
    with pytest.raises(WrongKey):
        stranger.index("cpr", "x")


def test_a_key_encryption_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        Vault(MemoryKeys(), b"short")


def test_each_holder_and_class_has_one_key_however_many_ask_first(database_url: str) -> None:
    pool = Pool(database_url, "rigsbog_append")
    people = [PersonId(uuid4()) for _ in range(20)]
    holdings = [(person, retention) for person in people for retention in Retention]

    def prepare(_: int) -> list[bytes | None]:
        vault = Vault(PostgresKeys(pool), KEK)
        vault.prepare(holdings)
        return [
            vault.encrypt(NameRegistered(person=one, name=ANNAS_NAME), "NameRegistered", COMMAND, 0) for one in people
        ]

    with ThreadPoolExecutor(8) as callers:
        parts = list(callers.map(prepare, range(8)))
    with pool.connection() as connection:
        counts = connection.execute(
            "select count(*), count(distinct (holder, retention)) from vault.data_key where holder = any (%s)",
            [[str(person) for person in people]],
        ).fetchone()
    reader = Vault(PostgresKeys(pool), KEK)
    opened = [reader.decrypt(part, one) for each in parts for part, one in zip(each, people, strict=True) if part]
    pool.close()
    assert counts == (len(holdings), len(holdings))
    assert len(opened) == 8 * len(people)
    assert None not in opened


def test_an_index_is_the_same_in_every_process_and_differs_by_purpose_and_text(database_url: str) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", ASK_INDEX, database_url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = {process.communicate(timeout=60)[0] for process in processes}
    pool = Pool(database_url, "rigsbog_append")
    vault = Vault(PostgresKeys(pool), KEK)

    assert answers == {f"{vault.index('cpr', '6101901234')} {vault.digest(b'content').hex()}\n"}
    assert vault.index("account", "6101901234") != vault.index("cpr", "6101901234")
    assert vault.index("cpr", "6101901235") != vault.index("cpr", "6101901234")
    pool.close()


def test_an_index_and_a_digest_are_keyed(database_url: str) -> None:
    first, second = fresh_vault(), fresh_vault()
    assert first.index("cpr", "6101901234") != second.index("cpr", "6101901234")
    assert first.digest(b"content") == first.digest(b"content")
    assert first.digest(b"content") != second.digest(b"content")
    assert first.digest(b"content") != first.digest(b"other")


def test_a_number_is_encrypted_under_its_bearers_own_key() -> None:
    vault = fresh_vault()
    fact = CprAssigned(person=ANNA, index=CprIndex(ANNAS_INDEX.uuid), number=ANNAS_NUMBER)
    part = vault.encrypt(fact, "CprAssigned", COMMAND, 0)
    assert part is not None
    assert ANNAS_NUMBER.value.encode() not in part
    vault.destroy(ANNA)
    assert vault.decrypt(part, ANNA) is None
