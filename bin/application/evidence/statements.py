"""Signs by the log's key what no proof can show: that an answer or a bundle is whole."""

from __future__ import annotations

from adapters.seal.formats.note import Note, Signer
from adapters.seal.writer.sealer import NotTheSealingKey
from adapters.seal.writer.signing import key_at_hand
from adapters.seal.writer.store import NotSealed
from bin.application.application import Application
from bin.application.operations.sealing import sealed_log


def statement_signer(application: Application) -> Signer:
    """The signer of statements, whose key signed the newest published checkpoint: so every reader can follow to it.

    Raises NotSealed, NoSealKey, and NotTheSealingKey when another key is at hand.
    """
    store, log = sealed_log(application)
    newest = store.published()
    if newest is None:
        raise NotSealed
    signer = key_at_hand(application.settings, log.origin)
    if not Note.read(newest.note).times(signer.key):
        raise NotTheSealingKey(
            f"The newest published checkpoint is not signed by the key at hand, {signer.key}: give the "
            "key that signs now by RIGSBOG_SEAL_KEY_FILE, or publish a checkpoint by `rigsbog seal once`."
        )
    return signer
