"""The elements of MeMo 1.1 and 1.2 as data: their order, how often each occurs, and what it holds.

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
class ComplexType:
    """An element with children: these in their order, and which of them exclude each other."""

    children: tuple["Child", ...]
    alternatives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Child:
    """One child: its name (with a prefix of NAMESPACES, else MeMo's own), what it holds and how often it occurs."""

    name: str
    holds: Kind | ComplexType
    min_occurs: int = 1
    max_occurs: int = 1
    only_in: str | None = None
    optional_in: str | None = None


def required(name: str, holds: Kind | ComplexType = TEXT, *, optional_in: str | None = None) -> Child:
    """A child that occurs exactly once (in version `optional_in` at most once)."""
    return Child(name, holds, optional_in=optional_in)


def optional(name: str, holds: Kind | ComplexType = TEXT, *, only_in: str | None = None) -> Child:
    return Child(name, holds, min_occurs=0, only_in=only_in)


def repeated(name: str, holds: Kind | ComplexType, *, min_occurs: int = 0, max_occurs: int = ANY_NUMBER) -> Child:
    return Child(name, holds, min_occurs=min_occurs, max_occurs=max_occurs)


def sequence(*children: Child) -> ComplexType:
    return ComplexType(children)


ADDRESS_POINT = sequence(
    optional("grd:geographicEastingMeasure"),
    optional("grd:geographicNorthingMeasure"),
    optional("grd:geographicHeightMeasure"),
)
STRUCTURED_ADDRESS = sequence(
    optional("grd:id"),
    optional("grd:addressLabel"),
    optional("grd:houseNumber"),
    optional("grd:door"),
    optional("grd:floor"),
    optional("grd:co"),
    optional("grd:zipCode"),
    optional("grd:city"),
    optional("grd:country"),
    optional("grd:AddressPoint", ADDRESS_POINT),
)
UNSTRUCTURED_ADDRESS = sequence(required("grd:unstructured"))
UNIT_OF_PRODUCTION = sequence(required("grd:productionUnitNumber", PRODUCTION_UNIT), optional("grd:productionUnitName"))
LABEL_AND_VALUE = sequence(required("label"), required("value"))

ATTENTION = sequence(
    optional("AttentionPerson", sequence(optional("personID"), optional("label"))),
    optional("grd:ProductionUnit", UNIT_OF_PRODUCTION),
    optional(
        "gln:GlobalLocationNumber",
        sequence(required("gln:globalLocationNumber", GLOBAL_LOCATION), optional("gln:location")),
    ),
    optional("EMail", sequence(required("emailAddress"), optional("relatedAgent"))),
    optional("grd:SEnumber", sequence(required("grd:seNumber"), optional("grd:companyName"))),
    optional("Telephone", sequence(required("telephoneNumber"), optional("relatedAgent"))),
    optional("grd:EID", sequence(required("grd:eID"), optional("grd:label"))),
    optional("ContentResponsible", sequence(optional("contentResponsibleID"), optional("label"))),
    optional("GeneratingSystem", sequence(required("generatingSystemID"), optional("label"))),
    optional("sor:SORdata", sequence(required("sor:sorIdentifier"), optional("sor:entryName"))),
    optional("grd:Address", STRUCTURED_ADDRESS),
    optional("grd:UnstructuredAddress", UNSTRUCTURED_ADDRESS),
)
CONTACT_POINT = sequence(
    optional("contactGroup"),
    required("contactPointID"),
    optional("label"),
    repeated("ContactInfo", LABEL_AND_VALUE, max_occurs=2),
)
SENDER = sequence(
    required("senderID"),
    required("idType"),
    optional("idTypeLabel", only_in="1.1"),
    required("label"),
    optional("AttentionData", ATTENTION),
    optional("ContactPoint", CONTACT_POINT),
    optional(
        "Representative", sequence(required("representativeID"), required("idType"), required("label")), only_in="1.2"
    ),
)
RECIPIENT = sequence(
    required("recipientID"),
    required("idType"),
    optional("idTypeLabel", only_in="1.1"),
    optional("label"),
    optional("AttentionData", ATTENTION),
    optional("ContactPoint", CONTACT_POINT),
)
SUBJECT_MATTER = sequence(
    optional("grd:CPRdata", sequence(required("grd:cprNumber"), optional("grd:name"))),
    optional("grd:CVRdata", sequence(required("grd:cvrNumber"), optional("grd:companyName"))),
    optional(
        "dmv:MotorVehicle", sequence(required("dmv:licenseNumber", LICENSE_NUMBER), optional("dmv:chassisNumber"))
    ),
    optional("grd:PropertyNumber", sequence(required("grd:propertyNumber"))),
    optional("CaseID", sequence(required("caseID"), required("caseSystem"))),
    optional(
        "kle:KLEdata",
        sequence(
            required("kle:subjectKey"), required("kle:version"), optional("kle:activityFacet"), required("kle:label")
        ),
    ),
    optional(
        "form:FORMdata",
        sequence(
            required("form:taskKey"), required("form:version"), optional("form:activityFacet"), required("form:label")
        ),
    ),
    optional("grd:ProductionUnit", UNIT_OF_PRODUCTION),
    optional("udd:Education", sequence(required("udd:educationCode"), optional("udd:educationName"))),
    optional("grd:Address", STRUCTURED_ADDRESS),
    optional("grd:UnstructuredAddress", UNSTRUCTURED_ADDRESS),
    repeated(
        "AdditionalContentData",
        sequence(optional("contentDataType"), required("contentDataName"), required("contentDataValue")),
        max_occurs=10,
    ),
)
FORWARDING = sequence(
    required("messageUUID", UUID4),
    required("originalMessageDateTime", DATE_TIME),
    required("originalSender"),
    optional("originalContentResponsible"),
    optional("originalRepresentative", only_in="1.2"),
    optional("contactPointID"),
    optional("comment", COMMENT),
)
REPLY = sequence(
    optional("messageID"),
    required("messageUUID", UUID4),
    optional("replyUUID", UUID4),
    optional("senderID"),
    optional("recipientID"),
    optional("caseID"),
    optional("contactPointID"),
    optional("generatingSystemID"),
    optional("comment", COMMENT),
    repeated("AdditionalReplyData", LABEL_AND_VALUE, max_occurs=4),
)
MESSAGE_HEADER = sequence(
    required("messageType", MESSAGE_TYPE),
    required("messageUUID", UUID4),
    optional("messageID"),
    optional("messageCode"),
    required("label"),
    optional("notification", NOTIFICATION),
    optional("additionalNotification"),
    optional("reply", FALSE_WHEN_EMPTY),
    optional("replyByDateTime", DATE_TIME),
    optional("doNotDeliverUntilDate", DATE),
    required("mandatory", FALSE_WHEN_EMPTY, optional_in="1.2"),
    required("legalNotification", FALSE_WHEN_EMPTY, optional_in="1.2"),
    optional("postType"),
    required("Sender", SENDER),
    required("Recipient", RECIPIENT),
    optional("ContentData", SUBJECT_MATTER),
    optional("ForwardData", FORWARDING),
    repeated("ReplyData", REPLY),
)
FILE = sequence(
    required("encodingFormat"), required("filename"), required("language", LANGUAGE), required("content", CONTENT)
)
RESERVATION = sequence(
    required("description"),
    required("reservationUUID", UUID4),
    required("abstract"),
    required("location"),
    required("startDateTime", DATE_TIME),
    required("endDateTime", DATE_TIME),
    optional("organizerMail"),
    optional("organizerName"),
)
ACTION = ComplexType(
    (
        required("label"),
        required("actionCode"),
        optional("startDateTime", DATE_TIME),
        optional("endDateTime", DATE_TIME),
        optional("Reservation", RESERVATION),
        optional("EntryPoint", sequence(required("url", ADDRESS))),
    ),
    alternatives=frozenset({"Reservation", "EntryPoint"}),
)
FILES = repeated("File", FILE, min_occurs=1)
ACTIONS = repeated("Action", ACTION)
BODY = sequence(
    required("createdDateTime", DATE_TIME),
    required("MainDocument", sequence(optional("mainDocumentID"), optional("label"), FILES, ACTIONS)),
    repeated("AdditionalDocument", sequence(optional("additionalDocumentID"), optional("label"), FILES, ACTIONS)),
    repeated("TechnicalDocument", sequence(optional("technicalDocumentID"), optional("label"), FILES)),
)
MESSAGE = required("Message", sequence(required("MessageHeader", MESSAGE_HEADER), optional("MessageBody", BODY)))
REQUIRED_ATTRIBUTES: Final = {"1.1": ("memoVersion", "memoSchVersion"), "1.2": ("memoVersion",)}
