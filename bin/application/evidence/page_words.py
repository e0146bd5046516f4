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
NOT_HAPPENED: Both = ("ikke sket", "has not happened")
NOT_GIVEN: Both = ("ikke angivet", "not given")
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
    "recorded_at": ("Registreringstid", "Recorded"),
    "effective_from": ("Virkningstid", "Effective from"),
    "actor": ("Udført af", "Done by"),
    "authority": ("Myndighed (CVR)", "Authority (CVR)"),
    "legal_basis": ("Retsgrundlag", "Legal basis"),
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

TERMS: Mapping[str, str] = {
    "CprAssigned": "Personnummer tildelt",
    "NameRegistered": "Navn registreret",
    "AddressRegistered": "Bopælsadresse registreret",
    "ProtectionLapsed": "Navne- og adressebeskyttelse bortfaldet",
    "ProtectionWithdrawn": "Navne- og adressebeskyttelse ophævet",
    "PersonDied": "Død",
    "DeathCorrected": "Registreret død annulleret",
    "CvrAssigned": "CVR-nummer tildelt",
    "CompanyCeased": "Virksomhed ophørt",
    "MailRegistrationAnnounced": "Underretning om tilslutning",
    "MailGraceBroken": "Karensperiode opgivet",
    "MailRegistered": "Tilsluttet Digital Post",
    "MailExempted": "Fritaget for Digital Post",
    "MailRegistrationClosed": "Postkasse lukket",
    "MailRegistrationReopened": "Postkasse genåbnet",
    "ReadAccessGranted": "Læseadgang givet",
    "ReadAccessRevoked": "Læseadgang ophørt",
    "MessageScheduled": "Tilbageholdt til valørdato",
    "ReleaseRefused": "Afvist ved frigivelse",
    "ReceiptIssued": "Kvittering udstedt",
    "ReceiptAcknowledged": "Kvittering modtaget",
    "ItemOpened": "Åbnet",
    "ActivationRefused": "Forkert aktiveringskode",
    "NemkontoSuperseded": "NemKonto afløst af en anden",
    "NemkontoEnded": "NemKonto slutmarkeret",
    "NemkontoDesignated": "NemKonto anvist",
    "NemkontoActivated": "NemKonto aktiveret",
    "ActivationLetterOrdered": "Aktiveringsbrev bestilt",
    "DesignationWithdrawn": "Anvisning af NemKonto bortfaldet",
    "DesignationExpired": "Aktiveringskode udløbet",
    "DesignationBlocked": "Anvisning af NemKonto spærret",
    "NemkontoChangeNotified": "Underretning om ændret NemKonto",
    "PersonalDataRead": "Opslag i personoplysninger",
    "RebuildBegun": "Genopbygning af register påbegyndt",
    "RebuildAttested": "Register attesteret",
    "RegisterSwapped": "Register udskiftet",
    "RegisterPutBack": "Tidligere register sat tilbage",
    "RebuildGivenUp": "Genopbygning af register opgivet",
    "RegisterStopAcknowledged": "Registerets standsning taget til efterretning",
    "SealHaltAcknowledged": "Forseglingens standsning taget til efterretning",
    "ErasureOrdered": "Sletning besluttet",
    "KeysDestroyed": "Nøgler ødelagt: sletning gennemført",
    "RegistersReplayed": "Registre genskabt til revision",
    "SchemaMigrated": "Databasens opbygning ændret",
    "DatabaseOpenedByHand": "Database åbnet manuelt",
    "SealingKeyAdopted": "Forseglingsnøgle taget i brug",
    "SealingKeyRetired": "Forseglingsnøgle udgået",
    "SealAgeLimitSet": "Frist for forsegling fastsat",
}
"""What a court reads over a fact, where the term in its docstring says too little by itself."""

WHAT: Both = (
    """<p>Dette er et udtræk af en bog, som der kun kan føjes kendsgerninger til; intet i den kan ændres. Hver
kendsgerning her har sin plads i et hashtræ, hvis rod bogen har underskrevet. Ændres ét tegn, passer
beviset ikke længere.</p>
<p>Tiderne er bogens registreringstider, vist i dansk tid og i UTC. Personoplysninger vises kun, hvor læseren havde
retsgrundlag for at se dem, da beviset blev dannet.</p>""",
    """<p>This is an extract of a book to which facts can only be added. Each fact here has its place in a hash tree
whose root the book has signed. Let one character be changed, and the proof no longer fits.</p>
<p>The times are the book's registration times, shown in Danish time and in UTC. Personal data are shown only where the
reader had a legal basis for them when this evidence was made.</p>""",
)
CHECK: Both = (
    """<ol><li>Sammenhold nøglen i filen <code>KEYS</code> med den, som myndigheden selv offentliggør. Stol aldrig på en
nøgle, blot fordi den står her.</li>
<li>Kør det vedlagte kontrolprogram eller et, som er hentet et andet sted. Det kræver kun Python og ingen
netforbindelse:</li>
</ol><pre>python3 -I verify_receipt.py --key NØGLE BEVIS.zip</pre>""",
    """<ol><li>Compare the key in the file <code>KEYS</code> with the one that the authority itself publishes. Never
trust a key merely because it stands here.</li>
<li>Run the verifier that lies beside this page, or one from elsewhere. It needs Python only, and no network:</li>
</ol><pre>python3 -I verify_receipt.py --key KEY BUNDLE.zip</pre>""",
)
LIMITS: Both = (
    """<ul><li>Når kontrolprogrammet med myndighedens egen nøgle svarer VALID (gyldig), er det bevist, hvad bogen
indeholdt, i hvilken rækkefølge, og at det ikke er ændret, siden det blev forseglet.</li>
<li>Ikke bevist er, at det, en kendsgerning siger om verden, er sandt, at bogens ur gik rigtigt, eller at der ikke er
flere kendsgerninger end dem, der er vist her. At bogen viser alle det samme, er bevist, så langt vidner har
medunderskrevet den. Et tidsstempel beviser, at den så sådan ud senest på dette tidspunkt.</li></ul>""",
    """<ul><li>When the verifier, with the authority's own key, says VALID, it is proved what the book held, in which
order, and that it was not changed since it was sealed.</li>
<li>Not proved is that what a fact says of the world is true, that the book's clock was right, or that there are no
further facts than those shown here. That the book shows everybody the same is proved as far as witnesses cosigned it.
A time-stamp proves that it looked like this at that time at the latest.</li></ul>""",
)
BOTH_PARTS: tuple[tuple[Both, str, str], ...] = (
    (("Hvad dette er", "What this is"), *WHAT),
    (("Sådan kontrolleres det", "How it is checked"), *CHECK),
    (("Hvad det beviser", "What it proves"), *LIMITS),
)
