"""The limits and lists of the solution for letters, each with the date from which it applies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

# Limits of the parser against attacks: no real letter comes near them, and none of them is law.
DEPTH_MAX: Final = 32
ELEMENTS_MAX: Final = 20_000
ATTRIBUTES_MAX: Final = 16
ATTRIBUTE_CHARACTERS_MAX: Final = 8_192
HELD_CHARACTERS_MAX: Final = 10_000
FAULTS_MAX: Final = 100
FILES_MAX: Final = 100
READ_BYTES: Final = 65_536

_OPEN = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."
# The official list ("Tilladte filtyper i Digital Post") is a document that can change without notice. This one is our
# decision of 21 November 2026: the formats of authorities' letters, without anything that a computer executes.
FILE_TYPES_2026: Final[Mapping[str, frozenset[str]]] = {
    "pdf": frozenset({"application/pdf"}),
    "html": frozenset({"text/html"}),
    "htm": frozenset({"text/html"}),
    "txt": frozenset({"text/plain"}),
    "csv": frozenset({"text/csv", "text/plain"}),
    "xml": frozenset({"text/xml", "application/xml"}),
    "json": frozenset({"application/json"}),
    "ics": frozenset({"text/calendar"}),
    "rtf": frozenset({"application/rtf", "text/rtf"}),
    "doc": frozenset({"application/msword"}),
    "docx": frozenset({f"{_OFFICE}wordprocessingml.document"}),
    "xls": frozenset({"application/vnd.ms-excel"}),
    "xlsx": frozenset({f"{_OFFICE}spreadsheetml.sheet"}),
    "ppt": frozenset({"application/vnd.ms-powerpoint"}),
    "pptx": frozenset({f"{_OFFICE}presentationml.presentation"}),
    "odt": frozenset({f"{_OPEN}text"}),
    "ods": frozenset({f"{_OPEN}spreadsheet"}),
    "odp": frozenset({f"{_OPEN}presentation"}),
    "bmp": frozenset({"image/bmp"}),
    "gif": frozenset({"image/gif"}),
    "jpg": frozenset({"image/jpeg", "image/jpg"}),
    "jpeg": frozenset({"image/jpeg", "image/jpg"}),
    "png": frozenset({"image/png"}),
    "tif": frozenset({"image/tiff"}),
    "tiff": frozenset({"image/tiff"}),
    "mp3": frozenset({"audio/mpeg"}),
    "wav": frozenset({"audio/wav", "audio/x-wav"}),
    "mp4": frozenset({"video/mp4"}),
    "mpg": frozenset({"video/mpeg"}),
    "mpeg": frozenset({"video/mpeg"}),
    "gml": frozenset({"application/gml+xml", "text/xml", "application/xml"}),
}

# "Øget validering", in production from 10 September 2025: what a file name must not contain.
FORBIDDEN_IN_FILE_NAMES_2025: Final = frozenset(
    '<>:"/\\|?*\r\n\u00a0\u2028\u205f\u2060\u3000' + "".join(map(chr, range(0x2000, 0x200B)))
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the solution accepts of an authority's letter from `since` on; the size is that of the MeMo file."""

    since: date
    letter_size_bytes_max: int
    attachments_max: int
    forbidden_in_file_names: frozenset[str]
    file_types: Mapping[str, frozenset[str]] = field(hash=False)


# Size and attachments: the order of 2016 on the size of files (99.5 MB and 10 attachments outward from an authority).
TERMS_2025: Final = Terms(
    since=date(2025, 9, 10),
    letter_size_bytes_max=99_500_000,
    attachments_max=10,
    forbidden_in_file_names=FORBIDDEN_IN_FILE_NAMES_2025,
    file_types=FILE_TYPES_2026,
)
