"""The words of the page of a bundle, in Danish and in English."""

from __future__ import annotations

from collections.abc import Mapping

from domain.post.legal_times import LEGAL_TIMES

Both = tuple[str, str]
"""Danish, English."""

TITLE: Mapping[str, str] = {
    "kind": "Rigsbog",
    "da": "Bevis fra rigsbogen",
    "en": "Evidence from Rigsbog",
    "unsigned_da": "Denne side er kun til læsning og er ikke underskrevet. De filer, som den nævner, er underskrevet.",
    "unsigned_en": "This page is for reading only and is not signed. The files that it names are signed.",
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
    "origin": ("Rigsbogens navn", "Name of the ledger"),
    "size": ("Antal forseglede kendsgerninger, og deres rod", "Number of sealed facts, and their root"),
    "key": ("Nøgle, som rigsbogen selv oplyser", "Key, as stated by the ledger itself"),
    "witnesses": ("Vidner, som har medunderskrevet", "Witnesses that cosigned"),
    "stamps": ("Tidsstempler", "Time-stamps"),
    "recorded_at": ("Registreringstid", "Recorded"),
    "effective_from": ("Virkningstid", "Effective from"),
    "actor": ("Udført af", "Done by"),
    "authority": ("Myndighed (CVR)", "Authority (CVR)"),
    "legal_basis": ("Retsgrundlag", "Legal basis"),
    "case": ("Sag", "Case"),
    "file": ("Bevis", "Proof"),
}
TIMES: Mapping[str, Both] = {time.name: (time.danish, time.english) for time in LEGAL_TIMES}

TERMS: Mapping[str, str] = {
    "CprAssigned": "Personnummer tildelt",
    "CprAnnulled": "Personnummer annulleret",
    "CprLost": "Uden personnummer",
    "EntriesMerged": "Dobbelt registrering lagt sammen",
    "NameEntered": "Navn registreret",
    "NameEnded": "Navn ophørt",
    "NameEndCorrected": "Ophør af navn rettet",
    "NameAnnulled": "Navn annulleret",
    "AddressEntered": "Bopælsadresse registreret",
    "ProtectionEntered": "Beskyttelse registreret",
    "ProtectionEnded": "Beskyttelse ophævet",
    "ProtectionReminderGiven": "Påmindelse om beskyttelse",
    "ProtectionReminderOmitted": "Påmindelse om beskyttelse ikke mulig",
    "PersonDied": "Død",
    "BirthCorrected": "Fødselsdato rettet",
    "DeathCorrected": "Registreret død annulleret",
    "CvrAssigned": "CVR-nummer tildelt",
    "CompanyCeased": "Virksomhed ophørt",
    "MailRegistrationPlanned": "Tilslutning planlagt",
    "RegistrationAnnouncementOrdered": "Underretning om tilslutning bestilt",
    "RegistrationAnnounced": "Underretning om tilslutning",
    "RegistrationAnnouncementOmitted": "Underretning om tilslutning ikke mulig",
    "MailGraceBroken": "Karensperiode opgivet",
    "MailRegistered": "Tilsluttet Digital Post",
    "ExemptionEntered": "Fritaget for Digital Post",
    "ExemptionEnded": "Fritagelse for Digital Post ophørt",
    "ExemptionEndCorrected": "Ophør af fritagelse rettet",
    "ExemptionAnnulled": "Fritagelse for Digital Post annulleret",
    "FirmOwnerEntered": "Ejer af virksomhed registreret",
    "FirmOwnerEnded": "Ejer af virksomhed udtrådt",
    "ContactPointOpened": "Kontaktpunkt oprettet",
    "ContactPointClosed": "Kontaktpunkt lukket",
    "MessageRouted": "Routet",
    "ArrivalImportAnnulled": "Overtaget ankomst annulleret",
    "PaperLetterOrdered": "Sendes som fysisk post",
    "PaperLetterPosted": "Afleveret til postbesørgelse",
    "PaperLetterReturned": "Returpost",
    "PaperLetterPostingAnnulled": "Aflevering til postbesørgelse annulleret",
    "PaperLetterReturnAnnulled": "Returpost annulleret",
    "MailRegistrationAnnulled": "Tilslutning annulleret",
    "RegistrationCorrected": "Tilslutning rettet",
    "SenderInformed": "Afsender orienteret",
    "ImpactDecided": "Afgørelse om virkning",
    "ExemptionRequested": "Ansøgning om fritagelse for Digital Post",
    "ExemptionRefused": "Afslag på fritagelse for Digital Post",
    "ExemptionRefusalAppealed": "Afslag på fritagelse påklaget",
    "ExemptionRefusalConfirmed": "Afslag på fritagelse stadfæstet",
    "MandateGranted": "Fuldmagt eller adgang givet",
    "MandateEnded": "Fuldmagt eller adgang ophørt",
    "MandateEndCorrected": "Ophør af fuldmagt eller adgang rettet",
    "MandateAnnulled": "Fuldmagt eller adgang annulleret",
    "MessageScheduled": "Tilbageholdt til valørdato",
    "ReleaseRefused": "Afvist ved frigivelse",
    "ReceiptIssued": "Kvittering udstedt",
    "ReceiptCopied": "Kopi af kvittering i Sendt post",
    "ReceiptAcknowledged": "Kvittering modtaget",
    "ItemOpened": "Åbnet",
    "MessageMadeUnavailable": "Gjort utilgængelig; fremkomsten består",
    "UnavailabilityLifted": "Tilgængelig igen; fremkomsten er uændret",
    "ActivationRefused": "Forkert aktiveringskode",
    "NemkontoSuperseded": "NemKonto afløst af en anden",
    "NemkontoEnded": "NemKonto slutmarkeret",
    "NemkontoEndPlanned": "Slutmarkering af NemKonto planlagt",
    "NemkontoEndDropped": "Planlagt slutmarkering af NemKonto opgivet",
    "NemkontoEndCorrected": "Dato for slutmarkering af NemKonto rettet",
    "NemkontoRestored": "NemKonto fortsætter",
    "DesignationCancelled": "Ny NemKonto annulleret før virkning",
    "NemkontoDesignated": "NemKonto anvist",
    "NemkontoActivated": "NemKonto aktiveret",
    "ActivationLetterOrdered": "Aktiveringsbrev bestilt",
    "DesignationReplaced": "Anvisning af NemKonto erstattet af en senere",
    "DesignationWithdrawn": "Anvisning af NemKonto trukket tilbage",
    "DesignationExpired": "Aktiveringskode udløbet",
    "DesignationBlocked": "Anvisning af NemKonto spærret",
    "AccountHolderEnded": "Anden bruger af NemKontoens konto død eller ophørt",
    "DesignationVoided": "Anvisning af NemKonto ugyldig på grund af misbrug",
    "ChangeFreezeSet": "NemKonto spærret for ændringer",
    "ChangeFreezeLifted": "Spærring af NemKonto ophævet",
    "CompensationClaimed": "Kompensation krævet",
    "CompensationDecided": "Kompensation afgjort",
    "CompensationPaid": "Kompensation udbetalt",
    "CompensationPaymentCorrected": "Udbetaling af kompensation rettet",
    "CompensationPaymentAnnulled": "Udbetaling af kompensation annulleret",
    "ChangeNoticeGiven": "Underretning om NemKonto",
    "DataDisclosed": "Opslag i personoplysninger",
    "ReadRightChanged": "Adgangsret ændret",
    "RebuildBegun": "Genopbygning af register påbegyndt",
    "RebuildAttested": "Register attesteret",
    "RegisterSwapped": "Register udskiftet",
    "RegisterPutBack": "Tidligere register sat tilbage",
    "RebuildGivenUp": "Genopbygning af register opgivet",
    "RegisterStopAcknowledged": "Registerets standsning taget til efterretning",
    "SealHaltAcknowledged": "Forseglingens standsning taget til efterretning",
    "DeletionFellDue": "Sletning forfalden",
    "ErasureOrdered": "Sletning besluttet",
    "KeysDestroyed": "Nøgler ødelagt: sletning gennemført",
    "RegistersReplayed": "Registre genskabt til revision",
    "EntriesExported": "Kendsgerninger udleveret til revision",
    "SchemaMigrated": "Databasens opbygning ændret",
    "DatabaseOpenedByHand": "Database åbnet manuelt",
    "SealingKeyAdopted": "Forseglingsnøgle taget i brug",
    "SealingKeyRetired": "Forseglingsnøgle udgået",
    "SealAgeLimitSet": "Frist for forsegling fastsat",
    "WitnessPolicySet": "Krav om vidner fastsat",
    "LogBegun": "Ny log begyndt efter tab af den forriges nyeste poster",
}
"""What a court reads above a fact, where the Danish term in its docstring says too little."""

WHAT: Both = (
    """<p>Dette er et udtræk af rigsbogen. Man kan kun føje kendsgerninger til rigsbogen; ingen kan ændre eller slette
dem, uden at det opdages. Hver kendsgerning her har en plads i et hashtræ, og rigsbogen har underskrevet træets rod.
Ændres blot ét tegn, er beviset ugyldigt.</p>
<p>Tiderne er registreringstider, vist i dansk tid og i UTC. Personoplysninger vises kun, hvis læseren havde et
retsgrundlag for at se dem, da dette bevis blev dannet.</p>""",
    """<p>This is an extract of the ledger. Facts can only be added to the ledger; nobody can change or delete them
unnoticed. Each fact here has a place in a hash tree, and the ledger has signed the root of the tree. Changing one
character makes the proof invalid.</p>
<p>The times are registration times, shown in Danish time and in UTC. Personal data are shown only if the reader had a
legal basis for seeing them when this evidence was made.</p>""",
)
CHECK: Both = (
    """<ol><li>Sammenlign nøglen i filen <code>KEYS</code> med den nøgle, som myndigheden offentliggør et andet sted. At
nøglen står i filen, beviser ikke, at den er myndighedens.</li>
<li>Kør det vedlagte kontrolprogram, eller et, som du har hentet et andet sted. Det kræver kun Python og ingen
netforbindelse:</li>
</ol><pre>python3 -I verify_receipt.py --key NØGLE BEVIS.zip</pre>""",
    """<ol><li>Compare the key in the file <code>KEYS</code> with the key that the authority publishes elsewhere. That
the key is in the file does not prove that it is the authority's.</li>
<li>Run the verifier in this bundle, or one that you got elsewhere. It needs only Python, and no network:</li>
</ol><pre>python3 -I verify_receipt.py --key KEY BUNDLE.zip</pre>""",
)
LIMITS: Both = (
    """<ul><li>Svarer kontrolprogrammet VALID (gyldig) med myndighedens egen nøgle, er det bevist, hvilke kendsgerninger
rigsbogen indeholdt, i hvilken rækkefølge, og at de ikke er ændret, siden de blev forseglet.</li>
<li>Det er ikke bevist, at en kendsgerning er sand, at rigsbogens ur gik rigtigt, eller at der ikke findes flere
kendsgerninger end dem, der er vist her. Vidnernes medunderskrifter beviser, at vidnerne har set den samme rigsbog. Et
tidsstempel beviser, at rigsbogen senest på det tidspunkt havde dette indhold.</li></ul>""",
    """<ul><li>If the verifier says VALID with the authority's own key, it is proved which facts the ledger held, in
which order, and that they have not been changed since they were sealed.</li>
<li>It is not proved that a fact is true, that the ledger's clock was right, or that there are no other facts than those
shown here. The witnesses' cosignatures prove that the witnesses saw the same ledger. A time-stamp proves that the
ledger had this content at that time at the latest.</li></ul>""",
)
BOTH_PARTS: tuple[tuple[Both, str, str], ...] = (
    (("Hvad dette er", "What this is"), *WHAT),
    (("Sådan kontrolleres det", "How it is checked"), *CHECK),
    (("Hvad det beviser", "What it proves"), *LIMITS),
)
