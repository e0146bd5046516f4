"""Letters for the tests of MeMo: an outline of a letter with every element, and ways to write and change letters."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from lxml import etree

from adapters.memo import Draft, Enclosure, LetterParty, Reading, read_letter, write_letter

MEMO = "https://DigitalPost.dk/MeMo-1"
NAMESPACES = {
    "memo": MEMO,
    "grd": "https://data.gov.dk/model/core/",
    "gln": "https://www.gs1.dk/gs1-standarder/identifikation/gln-global-location-number/",
    "udd": "https://www.dst.dk/da/TilSalg/Forskningsservice/Dokumentation/hoejkvalitetsvariable/elevregister-2/udd#",
    "form": "http://www.form-online.dk/",
    "kle": "http://kle-online.dk/",
    "dmv": "https://motorregister.skat.dk/",
    "sor": "https://services.nsi.dk/en/Services/SOR",
}
UUID_UPPER = "3F2504E0-4F89-41D3-9A0C-0305E82C3301"
MESSAGE_UUID = UUID(UUID_UPPER)
AUTHORITY = LetterParty(id="12345678", id_type="CVR", label="Skattestyrelsen")
CITIZEN = LetterParty(id="6101901234", id_type="CPR", label="Ada Æbelø")
NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
NOTICE = Enclosure("Årsopgørelse.pdf", "application/pdf", b"%PDF-1.7 notice")

_ATTENTION = """
   ?AttentionData
    ?AttentionPerson
     ?personID = 42
     ?label = Hans
    ?grd:ProductionUnit
     grd:productionUnitNumber = 1234567890
     ?grd:productionUnitName = Enhed
    ?gln:GlobalLocationNumber
     gln:globalLocationNumber = 5798000012345
     ?gln:location = Sted
    ?EMail
     emailAddress = post@example.dk
     ?relatedAgent = Hans
    ?grd:SEnumber
     grd:seNumber = 12345678
     ?grd:companyName = Firma
    ?Telephone
     telephoneNumber = 12345678
     ?relatedAgent = Hans
    ?grd:EID
     grd:eID = CVR:12345678-RID:1
     ?grd:label = Hans
    ?ContentResponsible
     ?contentResponsibleID = 7
     ?label = Kontor
    ?GeneratingSystem
     generatingSystemID = S
     ?label = System
    ?sor:SORdata
     sor:sorIdentifier = 468031000016004
     ?sor:entryName = Sygehus
    ?grd:Address
     ?grd:id = a
     ?grd:addressLabel = Gaden
     ?grd:houseNumber = 7A
     ?grd:door = th
     ?grd:floor = 3
     ?grd:co = Hans
     ?grd:zipCode = 9000
     ?grd:city = Aalborg
     ?grd:country = DK
     ?grd:AddressPoint
      ?grd:geographicEastingMeasure = 557501.23
      ?grd:geographicNorthingMeasure = 6336248.89
      ?grd:geographicHeightMeasure = 0.0
    ?grd:UnstructuredAddress
     grd:unstructured = Gaden 7A, Aalborg
   ?ContactPoint
    ?contactGroup = 22.33
    contactPointID = 241d39f6-998e-4929-b198-ccacbbf4b330
    ?label = Borgerservice
    ?ContactInfo
     label = Sag
     value = 7
    ?ContactInfo
     label = Navn
     value = Ada"""
_FILE = """
    File
     encodingFormat = application/pdf
     filename = brev.pdf
     language = da
     content = VGhpcyBpcyBhIHRlc3Q="""
_ACTIONS = """
    ?Action
     label = Betal
     actionCode = BETALING
     ?startDateTime = 2026-11-21T12:00:00Z
     ?endDateTime = 2026-12-21T12:00:00Z
     ?EntryPoint
      url = https://example.dk/betal
    ?Action
     label = Kom
     actionCode = AFTALE
     Reservation
      description = Samtale
      reservationUUID = 8c2ea15d-61fb-4ba9-9366-42f8b194d241
      abstract = Samtale
      location = Lokale 3
      startDateTime = 2026-12-01T09:00:00Z
      endDateTime = 2026-12-01T10:00:00Z
      ?organizerMail = kontor@example.dk
      ?organizerName = Kontoret"""
# One element a line, a step inward for its children. `?`: may be left out. `1.1:` and `1.2:`: exists in that version
# only. `1.1!`: required in 1.1 and may be left out in 1.2.
OUTLINE = f"""
 MessageHeader
  messageType = DIGITALPOST
  messageUUID = {UUID_UPPER}
  ?messageID = MSG-1
  ?messageCode = Aarsopgoerelse
  label = Din årsopgørelse
  ?notification = Du har post
  ?additionalNotification = Du har post fra Skattestyrelsen
  ?reply = true
  ?replyByDateTime = 2026-12-31T12:00:00Z
  ?doNotDeliverUntilDate = 2026-11-24
  1.1!mandatory = true
  1.1!legalNotification = false
  ?postType = MYNDIGHEDSPOST
  Sender
   senderID = 12345678
   idType = CVR
   ?1.1:idTypeLabel = CVR
   label = Skattestyrelsen{_ATTENTION}
   ?1.2:Representative
    representativeID = 87654321
    idType = CVR
    label = Udbetaling Danmark
  Recipient
   recipientID = 6101901234
   idType = CPR
   ?1.1:idTypeLabel = CPR
   ?label = Ada Æbelø{_ATTENTION}
  ?ContentData
   ?grd:CPRdata
    grd:cprNumber = 6101901234
    ?grd:name = Ada
   ?grd:CVRdata
    grd:cvrNumber = 12345678
    ?grd:companyName = Firma
   ?dmv:MotorVehicle
    dmv:licenseNumber = AB12345
    ?dmv:chassisNumber = WFR18ZZ67W094959
   ?grd:PropertyNumber
    grd:propertyNumber = 7
   ?CaseID
    caseID = SAG-1
    caseSystem = Sager
   ?kle:KLEdata
    kle:subjectKey = 25.01.00
    kle:version = 2026
    ?kle:activityFacet = G01
    kle:label = Skat
   ?form:FORMdata
    form:taskKey = 00.00.00.00
    form:version = 2.12
    ?form:activityFacet = A
    form:label = Opgave
   ?grd:ProductionUnit
    grd:productionUnitNumber = 1234567890
    ?grd:productionUnitName = Enhed
   ?udd:Education
    udd:educationCode = 1
    ?udd:educationName = Uddannelse
   ?grd:Address
    ?grd:city = Aalborg
   ?grd:UnstructuredAddress
    grd:unstructured = Gaden 7A
   ?AdditionalContentData
    ?contentDataType = Liste
    contentDataName = Navn
    contentDataValue = Vaerdi
  ?ForwardData
   messageUUID = 8c2ea15d-61fb-4ba9-9366-42f8b194c114
   originalMessageDateTime = 2026-11-01T12:00:00Z
   originalSender = Kommunen
   ?originalContentResponsible = Kontor
   ?1.2:originalRepresentative = Udbetaling Danmark
   ?contactPointID = 7
   ?comment = Til jer
  ?ReplyData
   ?messageID = MSG-0
   messageUUID = 8c2ea15d-61fb-4ba9-9366-42f8b194c657
   ?replyUUID = 8c2ea15d-61fb-4ba9-9366-42f8b194c114
   ?senderID = 1
   ?recipientID = 2
   ?caseID = SAG-0
   ?contactPointID = 7
   ?generatingSystemID = S
   ?comment = Svar
   ?AdditionalReplyData
    label = Note
    value = Tekst
 MessageBody
  createdDateTime = 2026-11-21T12:00:00Z
  MainDocument
   ?mainDocumentID = 1
   ?label = Hoveddokument{_FILE.replace(chr(10) + " ", chr(10))}{_ACTIONS.replace(chr(10) + " ", chr(10))}
  ?AdditionalDocument
   ?additionalDocumentID = 2
   ?label = Bilag{_FILE.replace(chr(10) + " ", chr(10))}{_ACTIONS.replace(chr(10) + " ", chr(10))}
  ?TechnicalDocument
   ?technicalDocumentID = 3
   ?label = Teknik{_FILE.replace(chr(10) + " ", chr(10))}
"""


def whole_letter(version: str) -> etree._Element:
    """Give a letter that has every element of the version."""
    return outlined(version)[0]


def outlined(version: str) -> tuple[etree._Element, list[tuple[etree._Element, bool]]]:
    """Give the same letter, and each of its elements with whether it may be left out."""
    root = etree.Element(f"{{{MEMO}}}Message", nsmap=NAMESPACES, memoVersion=version)
    if version == "1.1":
        root.set("memoSchVersion", "1.1.0")
    open_elements = [root]
    marked = []
    for depth, name, value, optional in _lines(version):
        prefix, _, local = name.rpartition(":")
        element = etree.SubElement(open_elements[depth - 1], f"{{{NAMESPACES[prefix or 'memo']}}}{local}")
        element.text = value
        open_elements[depth:] = [element]
        marked.append((element, optional))
    return root, marked


def _lines(version: str) -> Iterator[tuple[int, str, str | None, bool]]:
    left_out_below: int | None = None
    for line in OUTLINE.strip("\n").splitlines():
        depth = len(line) - len(line.lstrip())
        if left_out_below is not None and depth > left_out_below:
            continue
        left_out_below = None
        mark, _, value = line.strip().partition(" = ")
        optional, mark = mark.startswith("?"), mark.lstrip("?")
        if mark.startswith("1.1!"):
            optional, mark = version == "1.2", mark[4:]
        elif mark[:4] in {"1.1:", "1.2:"}:
            if mark[:3] != version:
                left_out_below = depth
                continue
            mark = mark[4:]
        yield depth, mark, value or None, optional


PLAIN = Draft(
    message_uuid=MESSAGE_UUID,
    sender=AUTHORITY,
    recipient=CITIZEN,
    label="Din årsopgørelse",
    created_at=NOON,
    main=NOTICE,
)


def written(**changes: Any) -> bytes:
    """Write a simple valid letter of MeMo 1.2, with changes to its draft."""
    return write_letter(replace(PLAIN, **changes))


def read(letter: bytes | etree._Element) -> Reading:
    """Read a letter from its bytes or its tree."""
    whole = letter if isinstance(letter, bytes) else etree.tostring(letter)
    return read_letter(io.BytesIO(whole))


def codes(reading: Reading) -> list[str]:
    """Give the codes of a reading's faults, in order."""
    return [fault.code for fault in reading.faults]


def changed(letter: bytes, before: str, after: str) -> bytes:
    """Change one place of a letter's text; the place must exist."""
    text = letter.decode()
    assert before in text
    return text.replace(before, after, 1).encode()
