"""The conclusion of the evidence about a letter: what follows in law, in one sentence of the judge's own language."""

from __future__ import annotations

import pytest

from tests.bin.cli.court import COURT, Court, played, section
from tests.bin.terminal import AUTHORITY, Terminal
from tests.bin.verifier.stranger import FOR_A_CASE

pytestmark = pytest.mark.slow
BOTH = pytest.mark.parametrize("language", ["da", "en"])

CONCLUSIONS = {
    "moved": {
        "da": "Brevet er forkyndt for Anna Prøve den 22. april 2026 kl. 09.00, da det blev flyttet til en anden"
        " mappe. Brevet kom frem til Anna Prøve den 21. april 2026 kl. 09.00, da det blev tilgængeligt i Digital"
        " Post. Det gælder, uanset om det er læst.",
        "en": "The letter was served on Anna Prøve on 22 April 2026 at 09.00, when it was moved to another folder."
        " The letter arrived for Anna Prøve on 21 April 2026 at 09.00, when it became available in Digital Post."
        " This holds whether it was read or not.",
    },
    "opened by bo": {
        "da": "Brevet er forkyndt for Anna Prøve den 22. april 2026 kl. 09.00, da det blev åbnet af Bo Prøve, som"
        " havde adgang til postkassen.",
        "en": "The letter was served on Anna Prøve on 22 April 2026 at 09.00, when it was opened by Bo Prøve, who had"
        " access to the mailbox.",
    },
    "confirmed": {
        "da": "Brevet er forkyndt for Anna Prøve den 22. april 2026: det er den dag, som blev oplyst, da modtagelsen"
        " blev bekræftet. Bekræftelsen blev registreret den 22. april 2026 kl. 09.00.",
        "en": "The letter was served on Anna Prøve on 22 April 2026: this is the day that was stated when its receipt"
        " was confirmed. The confirmation was recorded on 22 April 2026 at 09.00.",
    },
    "by bailiff": {
        "da": "Brevet er forkyndt for Anna Prøve den 22. april 2026 på en anden måde (stævningsmand). Det har"
        " Prøveretten oplyst den 23. april 2026 kl. 09.00.",
        "en": "The letter was served on Anna Prøve on 22 April 2026 by another method (bailiff). Prøveretten stated"
        " this on 23 April 2026 at 09.00.",
    },
    "reached": {
        "da": "Brevet anses for forkyndt for Anna Prøve den 22. april 2026: Prøveretten fandt den 23. april 2026 kl."
        " 09.00, at det var kommet modtageren i hænde den dag.",
        "en": "The letter counts as served on Anna Prøve on 22 April 2026: Prøveretten found on 23 April 2026 at"
        " 09.00 that it had reached the recipient on that day.",
    },
    "annulled": {
        "da": "Brevet er ikke forkyndt: Prøveretten fandt den 23. april 2026 kl. 09.00, at den forkyndelse for Anna"
        " Prøve, som var registreret, ikke gælder, fordi det var oplyst ved en fejl. Så vidt denne fil viser, er det"
        " ikke forkyndt igen.",
        "en": "The letter is not served: Prøveretten found on 23 April 2026 at 09.00 that the service on Anna Prøve"
        " that had been recorded does not hold, because it was stated by mistake. As far as this file shows, it has"
        " not been served again.",
    },
    "served again": {
        "da": "Brevet er forkyndt for Anna Prøve den 23. april 2026 kl. 09.00, da det blev hentet. Det er en ny"
        " forkyndelse: Prøveretten fandt den 23. april 2026 kl. 09.00, at en tidligere ikke gælder, fordi det var"
        " oplyst ved en fejl.",
        "en": "The letter was served on Anna Prøve on 23 April 2026 at 09.00, when it was downloaded. This is a new"
        " service: Prøveretten found on 23 April 2026 at 09.00 that an earlier one does not hold, because it was"
        " stated by mistake.",
    },
    "not served": {
        "da": "Brevet er en forkyndelse. Så vidt denne fil viser, er det ikke forkyndt. Brevet kom frem til Anna Prøve",
        "en": "The letter is a service of process. As far as this file shows, it has not been served. The letter"
        " arrived",
    },
    "ordinary": {
        "da": "Det gælder, uanset om det er læst. Så vidt denne fil viser, er det ikke åbnet; det har ingen betydning"
        " for, om det er kommet frem.",
        "en": "This holds whether it was read or not. As far as this file shows, it has not been opened; this does"
        " not matter for its arrival.",
    },
    "opened": {
        "da": "Det gælder, uanset om det er læst. Det blev åbnet første gang den 22. april 2026 kl. 09.00.",
        "en": "This holds whether it was read or not. It was opened for the first time on 22 April 2026 at 09.00.",
    },
    "rejected": {
        "da": "Brevet er ikke kommet frem: Digital Post afviste det den 21. april 2026 kl. 09.00, fordi",
        "en": "The letter has not arrived: Digital Post rejected it on 21 April 2026 at 09.00, because",
    },
    "recalled": {
        "da": "Brevet er ikke kommet frem: Prøveretten kaldte det tilbage den 23. april 2026 kl. 09.00, før det blev"
        " frigivet.",
        "en": "The letter has not arrived: Prøveretten recalled it on 23 April 2026 at 09.00, before it was released.",
    },
    "refused": {
        "da": "kunne Bo Prøve ikke modtage det, fordi modtageren er fritaget.",
        "en": "Bo Prøve could not receive it, because the recipient is exempt.",
    },
    "nemsms": {
        "da": "Beskeden blev sendt til Anna Prøve som NemSMS den 21. april 2026 kl. 09.00. En NemSMS kommer ikke frem"
        " i lovens forstand.",
        "en": "The message was sent to Anna Prøve as a NemSMS on 21 April 2026 at 09.00. A NemSMS does not arrive in"
        " law.",
    },
    "imported": {
        "da": "Brevet kom frem til Anna Prøve den 1. marts 2021 kl. 11.00 i et andet system (Digital Post 2). Det"
        " blev overtaget derfra den 21. april 2026 kl. 09.00: rigsbogen har det fra det andet system og har ikke"
        " selv set det.",
        "en": "The letter arrived for Anna Prøve on 1 March 2021 at 11.00 in another system (Digital Post 2). This"
        " was taken over from there on 21 April 2026 at 09.00: the ledger has it from the other system, and did not"
        " see it itself.",
    },
    "import annulled": {
        "da": "Brevet er ikke kommet frem, så vidt denne fil viser: det, som var overtaget fra et andet system om, at"
        " det kom frem til Anna Prøve, blev den 23. april 2026 kl. 09.00 fundet forkert.",
        "en": "The letter has not arrived, as far as this file shows: what had been taken over from another system"
        " about its arrival for Anna Prøve was found wrong on 23 April 2026 at 09.00.",
    },
    "disputed": {
        "da": "Bemærk også, den 23. april 2026 kl. 09.00: Anna Prøve bestrider, at brevet er kommet frem."
        " Begrundelse: »Det kom aldrig.« Bemærk også, den 23. april 2026 kl. 09.00: Prøveretten afgjorde, at brevet"
        " til Anna Prøve ikke er kommet frem. Det tidspunkt, som er registreret, er uændret.",
        "en": "Note also, on 23 April 2026 at 09.00: Anna Prøve disputes that the letter arrived. The reason: “Det"
        " kom aldrig.” Note also, on 23 April 2026 at 09.00: Prøveretten decided that the letter to Anna Prøve has"
        " not arrived. The time that was recorded is unchanged.",
    },
    "unavailable": {
        "da": "Bemærk også, den 23. april 2026 kl. 09.00: Brevet blev gjort utilgængeligt for Anna Prøve: det var"
        " sendt ved en fejl. Det er stadig kommet frem.",
        "en": "Note also, on 23 April 2026 at 09.00: The letter was made unavailable to Anna Prøve: it was sent by"
        " mistake. It has arrived all the same.",
    },
}
"""What happened to a letter -> what its evidence concludes, or a part of it."""


@pytest.fixture(scope="module")
def court(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Court:
    """A court whose letters had every outcome."""
    return played(terminal, tmp_path_factory.mktemp("court"))


@BOTH
@pytest.mark.parametrize("outcome", CONCLUSIONS)
def test_evidence_about_a_letter_says_what_follows_in_law(court: Court, outcome: str, language: str) -> None:
    assert CONCLUSIONS[outcome][language] in court.conclusion(outcome, language)


@BOTH
def test_evidence_about_a_letter_that_was_held_back_then_says_until_when(court: Court, language: str) -> None:
    said = court.conclusion("held back", language, "--known", str(court.before_release))
    assert {
        "da": "Brevet er ikke kommet frem, så vidt denne fil viser: det holdes tilbage til den 2. maj 2026 kl. 00.00",
        "en": "The letter has not arrived, as far as this file shows: it is held back until 2 May 2026 at 00.00",
    }[language] in said


@BOTH
def test_evidence_about_anything_else_says_what_the_registers_answered(court: Court, language: str) -> None:
    page = court.page(court.people["anna"], *FOR_A_CASE, "--language", language)
    said = section(page, "conclusion")
    assert {
        "da": "Om Anna Prøve havde rigsbogen",
        "en": "About Anna Prøve the ledger held",
    }[language] in said
    assert {
        "da": "Hvilke navne har personen båret, og hvornår? Om Anna Prøve er svaret én række",
        "en": "Which names did the person bear, and when? About Anna Prøve the answer is one row",
    }[language] in said


@BOTH
def test_evidence_about_a_case_says_how_many_facts_it_has(court: Court, language: str) -> None:
    page = court.page(f"case:{AUTHORITY}/2026-17", "--language", language)
    said = section(page, "conclusion")
    assert {"da": f"Om sagen 2026-17 hos {COURT}", "en": f"About the case 2026-17 of {COURT}"}[language] in said


def test_no_evidence_says_flatly_that_something_has_not_happened(court: Court) -> None:
    page = court.page(court.letters["ordinary"], *FOR_A_CASE)
    times = section(page, "times")
    assert "Først åbnet first_opened_at ikke sket, så vidt denne fil viser" in times
