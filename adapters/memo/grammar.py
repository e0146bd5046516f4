"""The elements of MeMo 1.1 and 1.2 as data: which stand where, how often, and what each holds.

Version 1.1 follows the published schema of 14 August 2020. Version 1.2 has no published schema; its differences
(consultation of 23 February 2024, live in March 2025) are marked on the element they concern.
"""

import sys
from dataclasses import dataclass
from typing import Final

from adapters.memo.values import (
    ADDRESS,
    COMMENT,
    CONTENT,
    DATE,
    DATE_TIME,
    FALSE_WHEN_EMPTY,
    GLOBAL_LOCATION,
    LANGUAGE,
    LICENSE_NUMBER,
    MESSAGE_TYPE,
    NOTIFICATION,
    PRODUCTION_UNIT,
    TEXT,
    UUID4,
    Kind,
)

VERSIONS: Final = ("1.1", "1.2")
ANY_NUMBER: Final = sys.maxsize
MEMO: Final = "https://DigitalPost.dk/MeMo-1"
NAMESPACES: Final = {
    "memo": MEMO,
    "grd": "https://data.gov.dk/model/core/",
    "gln": "https://www.gs1.dk/gs1-standarder/identifikation/gln-global-location-number/",
    "udd": "https://www.dst.dk/da/TilSalg/Forskningsservice/Dokumentation/hoejkvalitetsvariable/elevregister-2/udd#",
    "form": "http://www.form-online.dk/",
    "kle": "http://kle-online.dk/",
    "dmv": "https://motorregister.skat.dk/",
    "sor": "https://services.nsi.dk/en/Services/SOR",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What an element with children holds: its children in their order, and which of them exclude each other."""

    children: tuple["Child", ...]
    alternatives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Child:
    """One child: its name (with a prefix of NAMESPACES, else MeMo's own), what it holds and how often it stands."""

    name: str
    holds: Kind | Shape
    least: int = 1
    most: int = 1
    only_in: str | None = None
    optional_in: str | None = None


def one(name: str, holds: Kind | Shape = TEXT, *, optional_in: str | None = None) -> Child:
    """Declare a child that stands exactly once (in `optional_in` at most once)."""
    return Child(name, holds, optional_in=optional_in)


def maybe(name: str, holds: Kind | Shape = TEXT, *, only_in: str | None = None) -> Child:
    """Declare a child that stands at most once."""
    return Child(name, holds, least=0, only_in=only_in)


def some(name: str, holds: Kind | Shape, *, least: int = 0, most: int = ANY_NUMBER) -> Child:
    """Declare a child that stands between `least` and `most` times."""
    return Child(name, holds, least=least, most=most)


def shape(*children: Child) -> Shape:
    """Declare children in the order they must stand in."""
    return Shape(children)


ADDRESS_POINT = shape(
    maybe("grd:geographicEastingMeasure"),
    maybe("grd:geographicNorthingMeasure"),
    maybe("grd:geographicHeightMeasure"),
)
STRUCTURED_ADDRESS = shape(
    maybe("grd:id"),
    maybe("grd:addressLabel"),
    maybe("grd:houseNumber"),
    maybe("grd:door"),
    maybe("grd:floor"),
    maybe("grd:co"),
    maybe("grd:zipCode"),
    maybe("grd:city"),
    maybe("grd:country"),
    maybe("grd:AddressPoint", ADDRESS_POINT),
)
UNSTRUCTURED_ADDRESS = shape(one("grd:unstructured"))
UNIT_OF_PRODUCTION = shape(one("grd:productionUnitNumber", PRODUCTION_UNIT), maybe("grd:productionUnitName"))
LABEL_AND_VALUE = shape(one("label"), one("value"))

ATTENTION = shape(
    maybe("AttentionPerson", shape(maybe("personID"), maybe("label"))),
    maybe("grd:ProductionUnit", UNIT_OF_PRODUCTION),
    maybe(
        "gln:GlobalLocationNumber",
        shape(one("gln:globalLocationNumber", GLOBAL_LOCATION), maybe("gln:location")),
    ),
    maybe("EMail", shape(one("emailAddress"), maybe("relatedAgent"))),
    maybe("grd:SEnumber", shape(one("grd:seNumber"), maybe("grd:companyName"))),
    maybe("Telephone", shape(one("telephoneNumber"), maybe("relatedAgent"))),
    maybe("grd:EID", shape(one("grd:eID"), maybe("grd:label"))),
    maybe("ContentResponsible", shape(maybe("contentResponsibleID"), maybe("label"))),
    maybe("GeneratingSystem", shape(one("generatingSystemID"), maybe("label"))),
    maybe("sor:SORdata", shape(one("sor:sorIdentifier"), maybe("sor:entryName"))),
    maybe("grd:Address", STRUCTURED_ADDRESS),
    maybe("grd:UnstructuredAddress", UNSTRUCTURED_ADDRESS),
)
CONTACT_POINT = shape(
    maybe("contactGroup"),
    one("contactPointID"),
    maybe("label"),
    some("ContactInfo", LABEL_AND_VALUE, most=2),
)
SENDER = shape(
    one("senderID"),
    one("idType"),
    maybe("idTypeLabel", only_in="1.1"),
    one("label"),
    maybe("AttentionData", ATTENTION),
    maybe("ContactPoint", CONTACT_POINT),
    maybe("Representative", shape(one("representativeID"), one("idType"), one("label")), only_in="1.2"),
)
RECIPIENT = shape(
    one("recipientID"),
    one("idType"),
    maybe("idTypeLabel", only_in="1.1"),
    maybe("label"),
    maybe("AttentionData", ATTENTION),
    maybe("ContactPoint", CONTACT_POINT),
)
SUBJECT_MATTER = shape(
    maybe("grd:CPRdata", shape(one("grd:cprNumber"), maybe("grd:name"))),
    maybe("grd:CVRdata", shape(one("grd:cvrNumber"), maybe("grd:companyName"))),
    maybe("dmv:MotorVehicle", shape(one("dmv:licenseNumber", LICENSE_NUMBER), maybe("dmv:chassisNumber"))),
    maybe("grd:PropertyNumber", shape(one("grd:propertyNumber"))),
    maybe("CaseID", shape(one("caseID"), one("caseSystem"))),
    maybe(
        "kle:KLEdata",
        shape(one("kle:subjectKey"), one("kle:version"), maybe("kle:activityFacet"), one("kle:label")),
    ),
    maybe(
        "form:FORMdata",
        shape(one("form:taskKey"), one("form:version"), maybe("form:activityFacet"), one("form:label")),
    ),
    maybe("grd:ProductionUnit", UNIT_OF_PRODUCTION),
    maybe("udd:Education", shape(one("udd:educationCode"), maybe("udd:educationName"))),
    maybe("grd:Address", STRUCTURED_ADDRESS),
    maybe("grd:UnstructuredAddress", UNSTRUCTURED_ADDRESS),
    some(
        "AdditionalContentData",
        shape(maybe("contentDataType"), one("contentDataName"), one("contentDataValue")),
        most=10,
    ),
)
FORWARDING = shape(
    one("messageUUID", UUID4),
    one("originalMessageDateTime", DATE_TIME),
    one("originalSender"),
    maybe("originalContentResponsible"),
    maybe("originalRepresentative", only_in="1.2"),
    maybe("contactPointID"),
    maybe("comment", COMMENT),
)
REPLY = shape(
    maybe("messageID"),
    one("messageUUID", UUID4),
    maybe("replyUUID", UUID4),
    maybe("senderID"),
    maybe("recipientID"),
    maybe("caseID"),
    maybe("contactPointID"),
    maybe("generatingSystemID"),
    maybe("comment", COMMENT),
    some("AdditionalReplyData", LABEL_AND_VALUE, most=4),
)
HEADER = shape(
    one("messageType", MESSAGE_TYPE),
    one("messageUUID", UUID4),
    maybe("messageID"),
    maybe("messageCode"),
    one("label"),
    maybe("notification", NOTIFICATION),
    maybe("additionalNotification"),
    maybe("reply", FALSE_WHEN_EMPTY),
    maybe("replyByDateTime", DATE_TIME),
    maybe("doNotDeliverUntilDate", DATE),
    one("mandatory", FALSE_WHEN_EMPTY, optional_in="1.2"),
    one("legalNotification", FALSE_WHEN_EMPTY, optional_in="1.2"),
    maybe("postType"),
    one("Sender", SENDER),
    one("Recipient", RECIPIENT),
    maybe("ContentData", SUBJECT_MATTER),
    maybe("ForwardData", FORWARDING),
    some("ReplyData", REPLY),
)
FILE = shape(one("encodingFormat"), one("filename"), one("language", LANGUAGE), one("content", CONTENT))
RESERVATION = shape(
    one("description"),
    one("reservationUUID", UUID4),
    one("abstract"),
    one("location"),
    one("startDateTime", DATE_TIME),
    one("endDateTime", DATE_TIME),
    maybe("organizerMail"),
    maybe("organizerName"),
)
ACTION = Shape(
    (
        one("label"),
        one("actionCode"),
        maybe("startDateTime", DATE_TIME),
        maybe("endDateTime", DATE_TIME),
        maybe("Reservation", RESERVATION),
        maybe("EntryPoint", shape(one("url", ADDRESS))),
    ),
    alternatives=frozenset({"Reservation", "EntryPoint"}),
)
FILES = some("File", FILE, least=1)
ACTIONS = some("Action", ACTION)
BODY = shape(
    one("createdDateTime", DATE_TIME),
    one("MainDocument", shape(maybe("mainDocumentID"), maybe("label"), FILES, ACTIONS)),
    some("AdditionalDocument", shape(maybe("additionalDocumentID"), maybe("label"), FILES, ACTIONS)),
    some("TechnicalDocument", shape(maybe("technicalDocumentID"), maybe("label"), FILES)),
)
MESSAGE = one("Message", shape(one("MessageHeader", HEADER), maybe("MessageBody", BODY)))
REQUIRED_ATTRIBUTES: Final = {"1.1": ("memoVersion", "memoSchVersion"), "1.2": ("memoVersion",)}
