"""Notes, checkpoints and proofs are read and written as C2SP says, and each wrong one is refused for its own reason."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from adapters.seal.formats.checkpoint import Checkpoint, NotACheckpoint, WrongOrigin, opened
from adapters.seal.formats.note import (
    BadSignature,
    Key,
    Kind,
    NotAKey,
    NotANote,
    Note,
    Signature,
    UnknownSigner,
    cosigned,
    signed,
)
from adapters.seal.formats.proof import NotAProof, Proof
from adapters.seal.formats.tiles import (
    ENTRY_BYTES_MAX,
    NotABundle,
    Place,
    TooLong,
    bundle,
    bundle_path,
    entries_in,
    path,
)

GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
"""The example in the documentation of Go's sumdb/note (BSD licence): another implementation's key and signature."""
WITNESSED = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
"""The example checkpoint of C2SP's tlog-checkpoint."""


@dataclass(frozen=True)
class TestKey:
    """A signer whose private key is made from a number."""

    __test__ = False
    name: str
    secret: int = 1
    kind: Kind = Kind.LOG

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret.to_bytes(32, "big"))

    @property
    def key(self) -> Key:
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return Key(self.name, raw, self.kind)

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


LOG = TestKey("rigsbog.example/log")
WITNESS = TestKey("witness.example/w1", 2, Kind.WITNESS)
CHECKPOINT = Checkpoint(LOG.name, 7, bytes(range(32)))


def test_a_note_that_go_signed_is_opened_with_gos_key() -> None:
    key = Key.read(GO_KEY)

    assert Note.read(GO_NOTE).opened([key]) == (key,)
    assert str(Note.read(GO_NOTE)) == GO_NOTE
    assert str(key) == GO_KEY


def test_the_specifications_example_is_read() -> None:
    checkpoint = Checkpoint.read(WITNESSED)

    assert (checkpoint.origin, checkpoint.size, checkpoint.text) == ("example.com/behind-the-sofa", 20852163, WITNESSED)


def test_a_checkpoint_is_opened_by_its_logs_key_and_carries_the_witnesss_time() -> None:
    note = CHECKPOINT.signed(LOG).with_signatures([cosigned(CHECKPOINT.text, WITNESS, 1_700_000_000)])

    checkpoint, read = opened(str(note), [LOG.key])

    assert (checkpoint, read) == (CHECKPOINT, note)
    assert read.times(WITNESS.key) == (1_700_000_000,)


def test_a_note_of_an_unknown_key_with_the_right_name_is_refused() -> None:
    other = TestKey(LOG.name, 3)
    with pytest.raises(UnknownSigner, match=r"rigsbog\.example/log"):
        opened(str(CHECKPOINT.signed(other)), [LOG.key])


def test_a_known_keys_signature_on_another_text_is_refused() -> None:
    note = CHECKPOINT.signed(LOG)
    with pytest.raises(BadSignature):
        Note(Checkpoint(LOG.name, 8, CHECKPOINT.root).text, note.signatures).opened([LOG.key])


def test_a_cosignature_at_another_time_is_refused() -> None:
    line = cosigned(CHECKPOINT.text, WITNESS, 1_700_000_000)
    later = Signature(line.name, line.key_id, (1_700_000_001).to_bytes(8, "big") + line.value[8:])
    with pytest.raises(BadSignature):
        Note(CHECKPOINT.text, (later,)).times(WITNESS.key)


def test_a_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(WrongOrigin):
        opened(str(CHECKPOINT.signed(LOG)), [LOG.key], "rigsbog.example/other")
    stranger = TestKey("rigsbog.example/other")
    with pytest.raises(UnknownSigner):
        opened(str(CHECKPOINT.signed(stranger)), [stranger.key])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a log\n",
        "log\n1\n",
        "log\n01\nAAAA\n",
        "log\n-1\n" + CHECKPOINT.text.split("\n")[2] + "\n",
        "\n1\n" + CHECKPOINT.text.split("\n")[2] + "\n",
        CHECKPOINT.text + "more\n",
        CHECKPOINT.text.replace("=", ""),
        CHECKPOINT.text.replace("Hh8=", "Hh9="),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NotACheckpoint):
        Checkpoint.read(text)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n— name AAAA\n",
        "text\n\n- name AAAAAAAAAA==\n",
        "text\n\n— name AAAAAAAAAA==",
        "te\rxt\n\n— name AAAAAAAAAA==\n",
        "text\n\n" + "— name AAAAAAAAAA==\n" * 65,
        "text" * 20_000 + "\n\n— name AAAAAAAAAA==\n",
    ],
)
def test_what_is_no_note_is_refused(written: str) -> None:
    with pytest.raises(NotANote):
        Note.read(written)


@pytest.mark.parametrize(
    "text",
    ["", "name", "name+c74f20a3+", "a b+c74f20a3+AQ==", GO_KEY.replace("c7", "c8"), GO_KEY.replace("ARpc", "AhpC")],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NotAKey):
        Key.read(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).map(lambda text: f"{text}\n"))
def test_every_signed_note_is_read_and_opened(text: str) -> None:
    note = signed(text, LOG)

    assert Note.read(str(note)) == note
    assert note.opened([LOG.key]) == (LOG.key,)


@given(st.integers(0, 10**12), st.lists(st.binary(min_size=32, max_size=32), max_size=40), st.none() | st.binary())
def test_a_proof_is_read_as_it_was_written(index: int, path: list[bytes], extra: bytes | None) -> None:
    proof = Proof(index, tuple(path), str(CHECKPOINT.signed(LOG)), extra)

    assert Proof.read(str(proof)) == proof


@given(st.data())
def test_a_proof_cut_or_changed_is_refused_or_is_another_proof(data: st.DataObject) -> None:
    whole = str(Proof(5, (bytes(32), b"\x01" * 32), str(CHECKPOINT.signed(LOG)), b"more"))
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = data.draw(st.sampled_from([whole[:at], whole[:at] + "x" + whole[at + 1 :], whole[:at] + whole[at + 1 :]]))
    try:
        read = Proof.read(changed)
    except NotAProof:
        return
    assert str(read) == changed


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_holds_its_entries(entries: list[bytes]) -> None:
    assert entries_in(bundle(entries)) == entries


def test_a_bundle_that_is_cut_or_holds_too_long_an_entry_is_refused() -> None:
    for packed in (b"\x00", b"\x00\x02a", bundle([b"abc"])[:-1]):
        with pytest.raises(NotABundle):
            entries_in(packed)
    with pytest.raises(TooLong):
        bundle([bytes(ENTRY_BYTES_MAX + 1)])


def test_paths_of_tiles_are_those_of_the_specification() -> None:
    assert path(Place(0, 1_234_067)) == "tile/0/x001/x234/067"
    assert path(Place(1, 0), 17) == "tile/1/000.p/17"
    assert bundle_path(273, 112) == "tile/entries/273.p/112"
