"""Who designates for another, and on which documents, on a real ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from bin.cli import exits
from tests.bin.terminal import Terminal, person

pytestmark = pytest.mark.slow

ACCOUNT = "0040 0440116243"
BASIS = ("--basis", "forvaltningsloven § 29")


def test_w13_a_guardian_designates_for_a_child_by_the_birth_date_in_the_register(terminal: Terminal) -> None:
    child, guardian = terminal.register(person(1, birth_date="2016-05-07"), person(2))
    alone = terminal.run("nemkonto", "designate", child, stdin=ACCOUNT)
    assert (alone.code, "the guardian, or who has custody" in alone.err) == (exits.REFUSED, True)
    for_child = ("nemkonto", "designate", child, "--by", guardian, "--json")
    assert "Grant a mandate that covers it first" in terminal.run(*for_child, stdin=ACCOUNT).err
    custody = ("--kind", "custody", "--scope", "nemkonto", "--source", "municipality")
    terminal.ok("citizen", "grant-mandate", child, "--holder", guardian, *custody)
    (designated,) = terminal.ok(*for_child, stdin=ACCOUNT).lines
    (mandate,) = terminal.ok("as-of", "mandates", child, "--json", *BASIS).lines[0]["rows"]

    (row,) = terminal.ok("as-of", "nemkonto", child, "--json", *BASIS).lines[0]["rows"]
    assert (row["payee"], row["acted_by"], row["mandate"]) == (child, guardian, mandate["entry"])
    assert f"designation:{row['designation']}" == designated["designation"]
    assert len(terminal.ok("nemkonto", "show", child, "--json").lines[0]["designations"]) == 1
    assert terminal.ok("nemkonto", "show", guardian, "--json").lines[0]["designations"] == []


def test_only_the_payee_reads_as_the_payee(terminal: Terminal) -> None:
    payee, other = terminal.register(person(15), person(16))
    assert terminal.run("nemkonto", "show", payee, "--reader", other).code == exits.USAGE
    for option in (("--authority", "34051178"), BASIS, ("--case", "2026-7")):
        said = terminal.run("nemkonto", "show", payee, "--reader", payee, *option)
        assert (said.code, f"{option[0]} is not recorded" in said.err) == (exits.USAGE, True), option
    assert "nothing" in terminal.ok("nemkonto", "show", payee, "--reader", payee).out


def test_a_case_worker_signs_and_the_form_is_stored_and_read_again(terminal: Terminal, tmp_path: Path) -> None:
    (who,) = terminal.register(person(3))
    unsigned = ("nemkonto", "designate", who, "--channel", "authority")
    assert "Send a reference to the signature." in terminal.run(*unsigned, stdin=ACCOUNT).err
    without_form = terminal.run("nemkonto", "designate", who, "--channel", "form", stdin=ACCOUNT)
    assert "Send the form with it." in without_form.err
    form, copy = tmp_path / "form.pdf", tmp_path / "copy.pdf"
    form.write_bytes(b"signed before a notary")
    signed = (*unsigned, "--signature", "signature 7", "--document", str(form), "--json")
    (designated,) = terminal.ok(*signed, stdin=ACCOUNT).lines
    terminal.ok("nemkonto", "document", designated["designation"], "--out", str(copy), *BASIS)
    assert copy.read_bytes() == form.read_bytes()
    (row,) = terminal.ok("as-of", "nemkonto", who, "--open", "--json", *BASIS).lines[0]["rows"]
    assert row["account_sealed"]["signature"] == "signature 7"
    stored = [path.read_bytes() for path in terminal.home.rglob("*") if path.is_file() and path.stat().st_size < 4_096]
    assert not [content for content in stored if form.read_bytes() in content]


def test_a_designation_without_a_document_has_none_to_read(terminal: Terminal, tmp_path: Path) -> None:
    (who,) = terminal.register(person(4))
    (designated,) = terminal.ok("nemkonto", "designate", who, "--json", stdin=ACCOUNT).lines
    said = terminal.run("nemkonto", "document", designated["designation"], "--out", str(tmp_path / "copy"), *BASIS)
    assert "No document is stored for this designation" in said.err
    assert not (tmp_path / "copy").exists()


def test_a_child_undoes_nothing_and_who_acts_without_a_mandate_leaves_a_refused_act(terminal: Terminal) -> None:
    child, guardian, stranger = terminal.register(person(5, birth_date="2016-05-07"), person(6), person(7))
    custody = ("--kind", "custody", "--scope", "nemkonto", "--source", "municipality")
    terminal.ok("citizen", "grant-mandate", child, "--holder", guardian, *custody)
    by_guardian = ("--by", guardian)
    (designated,) = terminal.ok("nemkonto", "designate", child, *by_guardian, "--json", stdin=ACCOUNT).lines
    named, code = designated["designation"], designated["activation_code"]
    acts = {
        "WithdrawDesignation": (("nemkonto", "withdraw", named), ""),
        "ActivateNemkonto": (("nemkonto", "activate", named), code),
        "EndNemkonto": (("nemkonto", "end", named), ""),
        "SetChangeFreeze": (("nemkonto", "freeze", child), ""),
        "LiftChangeFreeze": (("nemkonto", "freeze", child, "--lift"), ""),
    }
    for name, (words, stdin) in acts.items():
        said = terminal.run(*words, "--by", stranger, stdin=stdin)
        assert (said.code, "Grant a mandate" in said.err) == (exits.REFUSED, True), name
        if name != "ActivateNemkonto":
            assert "the guardian, or who has custody" in terminal.run(*words).err, name
    for subject in (child, stranger):
        records = terminal.ok("history", subject, "--json").lines[0]["records"]
        refused = [record["fields"] for record in records if record["fact"] == "ActRefused"]
        assert [(each["act"], each["by"]) for each in refused] == [(name, stranger) for name in acts]

    terminal.ok("nemkonto", "activate", named, *by_guardian, stdin=code)
    terminal.ok("nemkonto", "freeze", child, *by_guardian)
    terminal.ok("nemkonto", "freeze", child, "--lift", *by_guardian)
    terminal.ok("nemkonto", "end", named, *by_guardian)
