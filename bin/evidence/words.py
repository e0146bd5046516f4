"""The words of the page of a bundle, in Danish and in English."""

from __future__ import annotations

from collections.abc import Mapping

Both = tuple[str, str]
"""Danish, English."""

TITLE: Mapping[str, str] = {
    "kind": "Rigsbog",
    "da": "Bevis fra rigsbogen",
    "en": "Evidence from the book of the realm",
    "unsigned_da": "Denne side er til læsning og er ikke selv underskrevet. Underskrevet er de filer, som den nævner.",
    "unsigned_en": "This page is for reading and is not signed itself. What is signed are the files that it names.",
}
NOTHING: Both = ("ingen", "none")
SEALED_WORDS: Mapping[str, Both] = {
    "SEALED": ("forseglet: ikke åbnet i dette bevis", "sealed: not opened in this evidence"),
    "PROTECTED": ("beskyttet efter CPR-lovens § 28", "protected by the CPR act § 28"),
    "ERASED": ("slettet: nøglen er ødelagt", "erased: the key is destroyed"),
}
FIELDS: Mapping[str, Both] = {
    "about": ("Angår", "Concerns"),
    "known": ("Som kendt ved position", "As known at position"),
    "origin": ("Bogens navn", "Name of the ledger"),
    "size": ("Forseglede kendsgerninger og rod", "Facts sealed, and their root"),
    "key": ("Nøgle, som bogen opgiver", "Key, as the ledger tells it"),
    "witnesses": ("Medunderskrivende vidner", "Witnesses that cosigned"),
    "stamps": ("Tidsstempler", "Time-stamps"),
    "recorded_at": ("Registreret", "Recorded"),
    "actor": ("Handlende", "Actor"),
    "authority": ("Myndighed (CVR)", "Authority (CVR)"),
    "legal_basis": ("Hjemmel", "Legal basis"),
    "case": ("Sag", "Case"),
    "file": ("Bevis", "Proof"),
}
CLOCK: Mapping[str, Both] = {
    "submitted_at": ("Afsendt", "Submitted"),
    "rejected_at": ("Afvist", "Rejected"),
    "scheduled_for": ("Valørdato", "Held back until"),
    "recalled_at": ("Tilbagekaldt", "Recalled"),
    "refused_at": ("Afvist ved frigivelse", "Refused at its release"),
    "available_at": ("Kommet frem", "Arrived"),
    "first_opened_at": ("Først åbnet", "First opened"),
    "first_handled_at": ("Først håndteret", "First handled"),
    "served_at": ("Forkyndt", "Served"),
}

WHAT: Both = (
    """<p>Dette er et udtræk af en bog, hvori kendsgerninger kun kan tilføjes. Hver kendsgerning her har sin plads i et
hashtræ, hvis rod bogen har underskrevet. Ændres ét tegn, passer beviset ikke længere.</p>
<p>Tiderne er bogens registreringstider, vist i dansk tid og i UTC. Personoplysninger vises kun, hvor læseren havde
hjemmel til dem, da beviset blev dannet.</p>""",
    """<p>This is an extract of a book to which facts can only be added. Each fact here has its place in a hash tree
whose root the book has signed. Let one character be changed, and the proof no longer fits.</p>
<p>The times are the book's registration times, shown in Danish time and in UTC. Personal data are shown only where the
reader had a legal basis for them when this evidence was made.</p>""",
)
CHECK: Both = (
    """<ol><li>Sammenhold nøglen i filen <code>KEYS</code> med den, som myndigheden selv offentliggør. Stol aldrig på en
nøgle, blot fordi den står her.</li>
<li>Kør kontrolprogrammet, der ligger ved, eller et, som er hentet et andet sted. Det behøver kun Python
og intet net:</li>
</ol><pre>python3 -I verify_receipt.py --key NØGLE BUNDT.zip</pre>""",
    """<ol><li>Compare the key in the file <code>KEYS</code> with the one that the authority itself publishes. Never
trust a key merely because it stands here.</li>
<li>Run the verifier that lies beside this page, or one from elsewhere. It needs Python only, and no network:</li>
</ol><pre>python3 -I verify_receipt.py --key KEY BUNDLE.zip</pre>""",
)
LIMITS: Both = (
    """<ul><li>Bevist er, hvad bogen indeholdt, i hvilken rækkefølge, og at det ikke er ændret siden.</li>
<li>Ikke bevist er, at det, en kendsgerning siger om verden, er sandt, eller at der ikke er flere kendsgerninger end
dem, der er vist her.</li></ul>""",
    """<ul><li>Proved is what the book held, in which order, and that it was not changed since.</li>
<li>Not proved is that what a fact says of the world is true, or that there are no further facts than those shown
here.</li></ul>""",
)
BOTH_PARTS: tuple[tuple[Both, str, str], ...] = (
    (("Hvad dette er", "What this is"), *WHAT),
    (("Sådan kontrolleres det", "How it is checked"), *CHECK),
    (("Hvad det beviser", "What it proves"), *LIMITS),
)
