"""The page of a bundle as a judge reads it: one conclusion, who, what, when, by whom, and on which paragraph."""

from __future__ import annotations

import hashlib
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bin.application.evidence.wording import MISSING
from bin.cli import exits
from tests.bin.cli.court import COURT, IMPORTED, Court, page_of, played, read, section
from tests.bin.terminal import AUTHORITY, Terminal, cpr, letter, person
from tests.bin.verifier.stranger import FOR_A_CASE, VALID, seal, verdict, vkey

pytestmark = pytest.mark.slow
BOTH = pytest.mark.parametrize("language", ["da", "en"])


@pytest.fixture(scope="module")
def court(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Court:
    """A court whose letters had every outcome."""
    return played(terminal, tmp_path_factory.mktemp("court"))


class TestWhatItRestsOn:
    @BOTH
    def test_says_what_is_proved_what_is_signed_and_what_no_witness_and_no_time_stamp_mean(
        self, court: Court, language: str
    ) -> None:
        said = section(court.page(court.letters["moved"], "--language", language), "foundation")
        parts = {
            "da": "Bevist med matematik:|Myndighedens underskrift:|Ingen har medunderskrevet. Det er derfor alene"
            " myndigheden, der står inde for|Der er ingen. Det er derfor alene myndighedens eget ur|Ikke bevist:",
            "en": "Proved by mathematics:|The authority's signature:|Nobody cosigned. So the authority alone vouches"
            "|There is none. So the authority's own clock alone|Not proved:",
        }[language].split("|")
        assert [part for part in parts if part not in said] == []

    def test_the_enclosed_verifier_is_to_be_compared_with_what_the_authority_publishes(self, court: Court) -> None:
        file = court.evidence(court.letters["moved"])
        with zipfile.ZipFile(file) as archive:
            digest = hashlib.sha256(archive.read("verify_receipt.py")).hexdigest()
        said = section(page_of(file), "check")
        assert f"sammenlign med det, som myndigheden offentliggør. Det vedlagtes er (SHA-256): {digest}" in said


class TestWho:
    def test_names_are_shown_to_a_reader_who_opens_and_each_is_proved(self, court: Court) -> None:
        file = court.evidence(court.letters["opened by bo"], *FOR_A_CASE)
        said = section(page_of(file), "who")
        assert f"Myndighed 1 {COURT}, CVR {AUTHORITY}" in said
        assert "Person 1 Anna Prøve" in said
        assert "Person 2 Bo Prøve" in said
        judged = verdict(file, vkey(court.terminal.url))
        assert judged.code == VALID
        assert '"family":"Prøve","given":"Anna"' in judged.out

    @BOTH
    def test_without_opening_only_the_authority_is_named_and_the_reason_is_said(
        self, court: Court, language: str
    ) -> None:
        page = court.page(court.letters["opened by bo"], "--language", language)
        assert "Anna" not in page
        assert "Bo Prøve" not in page
        said = section(page, "who")
        assert f"{COURT}, CVR {AUTHORITY}" in said
        assert {
            "da": "Person 1 navnet er krypteret og ikke åbnet i dette bevis",
            "en": "Person 1 the name is encrypted, and was not opened in this evidence",
        }[language] in said
        assert {"da": "Brevet er forkyndt for Person 1", "en": "The letter was served on Person 1"}[language] in read(
            page
        )

    def test_the_reading_of_the_names_is_in_the_history_of_each(self, court: Court) -> None:
        before = {name: disclosures(court, who) for name, who in court.people.items()}
        court.evidence(court.letters["opened by bo"], *FOR_A_CASE)
        after = {name: disclosures(court, who) for name, who in court.people.items()}
        assert {name: after[name] - before[name] for name in before} == {"court": 0, "anna": 1, "bo": 1}

    @BOTH
    def test_a_protected_name_is_kept_from_a_private_reader_and_the_reason_is_said(
        self, court: Court, tmp_path: Path, language: str
    ) -> None:
        serial = {"da": 31, "en": 32}[language]
        (who,) = court.terminal.register(person(serial, name={"given": "Cai", "family": "Prøve"}))
        court.terminal.ok("citizen", "protect", who)
        (line,) = court.terminal.submit(letter(tmp_path, cpr(serial)))
        page = court.page(f"message:{line['message_uuid']}", *FOR_A_CASE, "--language", language)
        assert "Cai" not in page
        assert {
            "da": "navnet er beskyttet efter CPR-lovens § 28",
            "en": "the name is protected by the CPR Act § 28",
        }[language] in section(page, "who")
        enclosed = ("--out", str(tmp_path / "a.zip"), "--with-letter", *FOR_A_CASE)
        refused = court.terminal.run("bundle", f"message:{line['message_uuid']}", *enclosed)
        assert (refused.code, "protected" in refused.err) == (exits.REFUSED, True)

    @BOTH
    def test_after_an_erasure_the_page_says_that_the_name_and_the_letter_are_erased(
        self, court: Court, tmp_path: Path, language: str
    ) -> None:
        serial = {"da": 41, "en": 42}[language]
        (who,) = court.terminal.register(person(serial, name={"given": "Dan", "family": "Prøve"}))
        (line,) = court.terminal.submit(letter(tmp_path, cpr(serial)))
        court.terminal.ok("erase", who, "--class", "all", "--basis", "GDPR art. 17", "--authority", AUTHORITY)
        page = court.page(f"message:{line['message_uuid']}", *FOR_A_CASE, "--language", language)
        erased = {
            "da": ("navnet er slettet: nøglen er ødelagt", "Hvad brevet siger, er slettet"),
            "en": ("the name is erased: its key is destroyed", "What the letter says is erased"),
        }[language]
        assert erased[0] in section(page, "who")
        assert erased[1] in section(page, "letter")


def disclosures(court: Court, who: str) -> int:
    return court.terminal.facts(who).get("DataDisclosed", 0)


class TestTheLetter:
    @BOTH
    def test_is_enclosed_as_it_was_received_with_how_to_compare_it(self, court: Court, language: str) -> None:
        message = court.letters["moved"]
        file = court.evidence(message, *FOR_A_CASE, "--with-letter", "--language", language)
        name = f"letter/{message.partition(':')[2]}.xml"
        with zipfile.ZipFile(file) as archive:
            content = archive.read(name)
        digest = hashlib.sha256(content).hexdigest()
        assert content in [sent.read_bytes() for sent in court.folder.glob("*.xml")]
        said = section(page_of(file), "letter")
        assert f"sha256sum {name}" in said
        assert digest in said
        assert f'"bytes_sha256":"{digest}"' in verdict(file, vkey(court.terminal.url)).out

    def test_that_it_was_given_to_the_reader_is_in_the_history_of_its_recipient(self, court: Court) -> None:
        court.evidence(court.letters["moved"], *FOR_A_CASE, "--with-letter")
        records = court.terminal.ok("history", court.people["anna"], "--json").lines[0]["records"]
        read_last = [each for each in records if each["fact"] == "DataDisclosed"][-1]
        assert (read_last["fields"]["opened"], read_last["fields"]["columns"]) == (True, ["letter"])

    @BOTH
    def test_that_is_not_enclosed_can_be_compared_by_who_has_it(self, court: Court, language: str) -> None:
        said = section(court.page(court.letters["moved"], *FOR_A_CASE, "--language", language), "letter")
        assert {"da": "sha256sum BREVETS-FIL", "en": "sha256sum FILE-OF-THE-LETTER"}[language] in said

    @BOTH
    def test_that_was_not_opened_cannot_be_compared_and_the_page_says_why(self, court: Court, language: str) -> None:
        said = section(court.page(court.letters["moved"], "--language", language), "letter")
        assert {"da": "ikke åbnet i dette bevis", "en": "were not opened in this evidence"}[language] in said
        assert "sha256sum" not in said

    @pytest.mark.parametrize("options", [(), ("--known", "1")], ids=["unopened", "no message"])
    def test_is_enclosed_for_a_reader_who_opens_a_message_only(
        self, court: Court, tmp_path: Path, options: tuple[str, ...]
    ) -> None:
        about = court.people["anna"] if options else court.letters["moved"]
        opens = FOR_A_CASE if options else ()
        said = court.terminal.run("bundle", about, "--out", str(tmp_path / "a.zip"), "--with-letter", *opens)
        assert (said.code, "a letter is enclosed in evidence about one message" in said.err) == (exits.USAGE, True)

    def test_that_was_deleted_for_good_is_not_enclosed_and_the_command_says_why(
        self, court: Court, tmp_path: Path
    ) -> None:
        (line,) = court.terminal.submit(letter(tmp_path, cpr(1)))
        message = f"message:{line['message_uuid']}"
        court.terminal.ok("open", message, "--reader", court.people["anna"], "--act", "delete")
        seal(court.terminal)
        words = ("bundle", message, "--out", str(tmp_path / "a.zip"), "--with-letter", *FOR_A_CASE)
        said = court.terminal.run(*words)
        assert (said.code, "its owner has deleted it for good" in said.err) == (exits.REFUSED, True)

    def test_whose_stored_bytes_are_not_those_received_is_not_enclosed(self, court: Court, tmp_path: Path) -> None:
        lines = court.terminal.submit(letter(tmp_path, cpr(1)), letter(tmp_path, cpr(1)))
        one, other = (f"message:{line['message_uuid']}" for line in lines)
        seal(court.terminal)
        stored = {message: document_of(court, message) for message in (one, other)}
        stored[one].write_bytes(stored[other].read_bytes())
        said = court.terminal.run("bundle", one, "--out", str(tmp_path / "a.zip"), "--with-letter", *FOR_A_CASE)
        assert said.code == exits.BROKEN

    def test_of_another_system_has_no_letter_here(self, court: Court, tmp_path: Path) -> None:
        assert '<section class="letter"' not in court.page(f"message:{IMPORTED}", *FOR_A_CASE)
        words = ("bundle", f"message:{IMPORTED}", "--out", str(tmp_path / "a.zip"), "--with-letter", *FOR_A_CASE)
        said = court.terminal.run(*words)
        assert (said.code, "another system" in said.err) == (exits.REFUSED, True)


def document_of(court: Court, message: str) -> Path:
    """Where the bytes of a letter are stored."""
    (submitted, *_) = court.terminal.ok("history", message, "--json").lines[0]["records"]
    name = submitted["fields"]["document"]
    (path,) = [path for path in court.terminal.documents() if path.name == name]
    return path


class TestTheFacts:
    @BOTH
    def test_come_in_order_of_time_and_the_one_that_the_conclusion_rests_on_is_marked_in_its_place(
        self, court: Court, language: str
    ) -> None:
        page = court.page(court.letters["moved"], *FOR_A_CASE, "--language", language)
        places = [int(number) for number in re.findall(r'<p class="place">n[ro]\. (\d+)</p>', page)]
        assert places == sorted(places)
        rests = {"da": "Konklusionen bygger på denne kendsgerning.", "en": "The conclusion rests on this fact."}[
            language
        ]
        marked = [part for part in page.split("<article")[1:] if rests in part]
        assert ["ServiceEffected" in part for part in marked] == [True]
        assert f"facts/{places[-1]:012}.tlog-proof" in page

    @BOTH
    def test_say_when_in_danish_time_and_in_small_print_in_utc(self, court: Court, language: str) -> None:
        said = section(court.page(court.letters["moved"], "--language", language), "facts")
        assert {
            "da": "22. april 2026 kl. 09.00 dansk sommertid (CEST), 2026-04-22T07:00:00.000000Z",
            "en": "22 April 2026 at 09.00 Danish summer time (CEST), 2026-04-22T07:00:00.000000Z",
        }[language] in said

    @BOTH
    def test_say_by_whom_and_on_which_paragraph(self, court: Court, language: str) -> None:
        said = section(court.page(court.letters["moved"], *FOR_A_CASE, "--language", language), "facts")
        assert {
            "da": "Registreret, da Anna Prøve handlede; Digital Post er ansvarlig for registreringen. Hjemmel:"
            " retsplejelovens § 155, stk. 1, nr. 3.",
            "en": "Recorded when Anna Prøve acted; Digital Post answers for the record. Legal basis: the"
            " Administration of Justice Act (retsplejeloven) § 155(1) no. 3.",
        }[language] in said
        assert {
            "da": f"{COURT} (CVR {AUTHORITY}) er ansvarlig for registreringen",
            "en": f"{COURT} (CVR {AUTHORITY}) answers for the record",
        }[language] in said


class Landmarks(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


class TestThePage:
    @BOTH
    def test_declares_its_language_and_has_headings_sections_and_headers_of_rows(
        self, court: Court, language: str
    ) -> None:
        found = Landmarks(court.page(court.letters["moved"], *FOR_A_CASE, "--language", language))
        headings = {attributes.get("id") for attributes in found.of("h2")} - {None}
        assert found.of("html") == [{"lang": language}]
        assert len(found.of("h1")) == 1
        assert {attributes["aria-labelledby"] for attributes in found.of("section")} == headings
        assert headings == {"conclusion", "foundation", "times", "who", "letter", "facts", "answers", "check"}
        assert all(attributes.get("scope") == "row" for attributes in found.of("th"))

    def test_has_no_script_and_loads_nothing(self, court: Court) -> None:
        page = court.page(court.letters["moved"], *FOR_A_CASE, "--with-letter")
        found = Landmarks(page)
        loading = {"script", "link", "img", "iframe", "object", "base", "form"}
        assert [tag for tag, _ in found.tags if tag in loading] == []
        assert [tag for tag, attributes in found.tags if {"src", "href", "action", "onclick"} & attributes.keys()] == []
        assert not re.search(r"https?://|@import|url\(", page)
        assert "default-src 'none'" in page

    def test_prints_on_a4_and_breaks_no_fact_over_two_sheets(self, court: Court) -> None:
        style = court.page(court.letters["moved"]).partition("</style>")[0]
        assert "@page { size: A4;" in style
        assert re.search(r"^article \{[^}]*break-inside: avoid", style, flags=re.MULTILINE)

    @BOTH
    @pytest.mark.parametrize("about", ["moved", "anna", "case"])
    def test_lacks_no_value(self, court: Court, about: str, language: str) -> None:
        asked = {"moved": court.letters["moved"], "anna": court.people["anna"], "case": f"case:{AUTHORITY}/2026-17"}
        assert MISSING not in court.page(asked[about], *FOR_A_CASE, "--language", language)

    def test_about_somebody_with_several_letters_says_which_letter_each_fact_is_about(self, court: Court) -> None:
        said = section(court.page(court.people["anna"], *FOR_A_CASE), "facts")
        assert re.search(r"nr\. \d+ brev \d+ \(»Brev: moved«\) Brevet kom frem", said)

    @BOTH
    def test_has_no_word_of_the_other_language(self, court: Court, language: str) -> None:
        said = read(court.page(court.letters["moved"], *FOR_A_CASE, "--language", language))
        other = {"da": (" the ", " letter ", "Authority"), "en": (" brevet ", " og ", "Myndighed")}[language]
        assert [word for word in other if word in said] == []

    @BOTH
    def test_of_the_same_state_has_the_same_bytes(self, court: Court, language: str) -> None:
        seal(court.terminal)
        files = [court.folder / "a.zip", court.folder / "b.zip"]
        for file in files:
            words = ("--out", str(file), "--language", language, "--with-letter", *FOR_A_CASE)
            court.terminal.ok("bundle", court.letters["moved"], *words)
        assert files[0].read_bytes() == files[1].read_bytes()

    def test_is_in_danish_where_no_language_is_named(self, court: Court) -> None:
        assert '<html lang="da">' in court.page(court.letters["moved"])
