"""`rigsbog verify ledger` compares the ledger with its seal and with the auditor's earlier checkpoint."""

from __future__ import annotations

import json
import os
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from adapters.seal.formats.note import Note
from adapters.settings import load_settings
from bin.application.application import Application
from bin.cli import exits
from bin.cli.app import app
from domain.identity.names import PersonName
from domain.identity.person_name import ChangeName
from tests.bin.auditing import ANNA, Scene, act
from tests.bin.terminal import AUDITOR, Said, Terminal
from tests.forging import forging


@pytest.fixture
def sealed(scene: Scene) -> Scene:
    """Anna's history, sealed up to the head."""
    scene.run("seal", "once")
    return scene


@pytest.fixture
def key(sealed: Scene) -> str:
    """The key that the log has adopted."""
    with psycopg.connect(sealed.url) as connection:
        row = connection.execute(
            "select payload->>'vkey' from ledger.record join ledger.fact_name using (fact)"
            " where name = 'SealingKeyAdopted'"
        ).fetchone()
    assert row is not None
    return str(row[0])


def checks(document: dict[str, object]) -> dict[str, dict[str, object]]:
    """The checks of a document by name."""
    results = document["checks"]
    assert isinstance(results, list)
    return {one["name"]: one for one in results}


def forged(scene: Scene, statement: str) -> None:
    """What a superuser can do to a table that refuses everybody else."""
    with forging(scene.url, "ledger.record") as owner:
        owner.execute(statement)


def rename(scene: Scene) -> None:
    """Record another fact."""
    application = Application(load_settings(scene.environment), scene.url)
    try:
        act(application, ChangeName(person=ANNA, name=PersonName(given="Anna", family=f"Kjær {os.urandom(4).hex()}")))
    finally:
        application.close()


def test_a_sealed_ledger_holds_and_says_whose_word_was_taken_for_the_keys(sealed: Scene) -> None:
    results = checks(sealed.run("verify", "ledger"))

    assert all(one["ok"] for one in results.values())
    assert "the ledger's own word" in str(results["keys"]["detail"])
    assert {"records", "tiles", "checkpoints", "subject index"} <= set(results)
    assert not any(name.startswith("register") for name in results)


def test_everything_is_verified_when_nothing_is_named(sealed: Scene) -> None:
    results = checks(sealed.run("verify"))

    assert {"records", "gapless", "register persons"} <= set(results)


def test_a_register_alone_is_verified_without_the_seal(sealed: Scene) -> None:
    assert "records" not in checks(sealed.run("verify", "persons"))


def test_the_checkpoint_that_was_saved_serves_the_next_time(sealed: Scene, key: str, tmp_path: Path) -> None:
    saved = tmp_path / "kept"
    sealed.run("verify", "ledger", "--key", key, "--save", str(saved))
    rename(sealed)
    sealed.run("seal", "once")

    results = checks(sealed.run("verify", "ledger", "--key", key, "--since", str(saved), "--save", str(saved)))

    assert results["since"]["ok"]
    assert Note.read(saved.read_text()).text.split("\n")[1] == str(sealed.run("status")["head"])
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]


def test_a_proof_serves_as_the_earlier_checkpoint(sealed: Scene, key: str, tmp_path: Path) -> None:
    proof = tmp_path / "record.tlog-proof"
    sealed.run("prove", "2", "--out", str(proof))

    results = checks(sealed.run("verify", "ledger", "--key", key, "--since", str(proof)))

    assert results["since"]["ok"]


def test_a_changed_record_is_exit_1_and_nothing_is_saved(sealed: Scene, tmp_path: Path) -> None:
    forged(sealed, "update ledger.record set actor = 'employee:k8' where position = 2")
    try:
        results = checks(sealed.run("verify", "ledger", "--save", str(tmp_path / "kept"), code=exits.DIFFERENT))
    finally:
        forged(sealed, "update ledger.record set actor = 'employee:k7' where position = 2")

    assert results["records"]["differing"] == ["position 2: the record was changed: actor"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"not a checkpoint\n"])
def test_a_checkpoint_that_cannot_be_read_is_exit_65(sealed: Scene, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "kept"
    file.write_bytes(content)

    said = ended(sealed, "verify", "ledger", "--since", str(file))

    assert said.code == exits.BAD_INPUT
    assert said.err.startswith("rigsbog: The checkpoint ")


def test_a_checkpoint_of_another_log_is_exit_1_and_an_altered_one_or_a_key_that_is_none_exit_65(
    sealed: Scene, key: str, tmp_path: Path
) -> None:
    saved = tmp_path / "kept"
    sealed.run("verify", "ledger", "--save", str(saved))
    name, _, _ = key.partition("+")
    written = saved.read_text()

    saved.write_text(written.replace(name, "example.com/other"))
    results = checks(sealed.run("verify", "ledger", "--since", str(saved), "--key", key, code=exits.DIFFERENT))
    assert "the checkpoint is of example.com/other" in str(results["since"]["differing"])
    saved.write_text(written.replace("\n", "\n1", 1))
    assert ended(sealed, "verify", "ledger", "--since", str(saved), "--key", key).code == exits.BAD_INPUT
    assert ended(sealed, "verify", "ledger", "--key", "other+00000000+AAAA").code == exits.BAD_INPUT


@pytest.mark.parametrize(
    "words", [("persons", "--save", "x"), ("--export", "x"), ("ledger", "--export", "x", "--key", "k")]
)
def test_words_that_do_not_go_together_are_a_usage_error(sealed: Scene, words: tuple[str, ...]) -> None:
    assert ended(sealed, "verify", *words).code in {exits.USAGE, exits.BAD_INPUT}


def test_an_export_is_verified_alone_and_a_changed_file_in_it_named(sealed: Scene, key: str, tmp_path: Path) -> None:
    folder, saved = tmp_path / "export", tmp_path / "kept"
    sealed.run("verify", "ledger", "--save", str(saved))
    sealed.run("seal", "export", str(folder), *AUDITOR)
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "RIGSBOG_HOME": str(tmp_path / "home")}
    words = ["verify", "--export", str(folder), "--key", key, "--since", str(saved), "--json"]

    whole = CliRunner().invoke(app, words, env=nowhere)
    assert whole.exit_code == exits.OK, (whole.output, whole.exception)
    assert {"bundles", "tiles", "checkpoints", "since"} <= set(checks(json.loads(whole.stdout)))

    (bundle,) = [one for one in folder.glob("tile/entries/**/*") if one.is_file()]
    bundle.write_bytes(bundle.read_bytes().replace(b"employee:k7", b"employee:k8", 1))
    changed = CliRunner().invoke(app, words, env=nowhere)
    assert changed.exit_code == exits.DIFFERENT
    assert "position 1" in str(checks(json.loads(changed.stdout))["bundles"]["differing"])


def test_a_published_folder_is_verified_by_its_hashes_and_verify_says_so(
    sealed: Scene, key: str, tmp_path: Path
) -> None:
    folder = tmp_path / "public"
    sealed.run("seal", "export", str(folder))
    words = ["verify", "--export", str(folder), "--key", key, "--json"]

    whole = CliRunner().invoke(app, words)
    assert whole.exit_code == exits.OK, (whole.output, whole.exception)
    results = checks(json.loads(whole.stdout))
    assert "bundles" not in results
    assert results["entries"]["detail"] == "the folder has none: only hashes were compared"

    (tile,) = [file for file in folder.glob("tile/0/**/*") if file.is_file()]
    content = tile.read_bytes()
    tile.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    assert CliRunner().invoke(app, words).exit_code == exits.DIFFERENT


def test_the_checkpoint_of_an_export_is_one_to_begin_from(sealed: Scene, key: str, tmp_path: Path) -> None:
    sealed.run("seal", "export", str(tmp_path / "export"))

    results = checks(sealed.run("verify", "ledger", "--key", key, "--since", str(tmp_path / "export" / "checkpoint")))

    assert results["since"]["ok"]


def test_a_person_at_a_terminal_is_asked_to_keep_the_checkpoint(sealed: Scene) -> None:
    result = CliRunner().invoke(app, ["verify", "ledger"], env=sealed.environment)

    assert "The checks above hold at position " in result.stdout.splitlines()[-1]
    assert any(line.startswith("ok ") for line in result.stdout.splitlines())
    assert "--save FILE" in result.stderr


def ended(scene: Scene, *words: str) -> Said:
    """The tool as it ends for a shell."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in scene.environment.items():
            monkeypatch.setenv(name, value)
        return Terminal(scene.url, Path(scene.environment["RIGSBOG_HOME"]), monkeypatch).run(*words)
