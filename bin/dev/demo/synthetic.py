"""A made-up state for the demo and the bench: people, companies and letters that resemble real ones and are nobody's.

Deterministic: the same seed gives the same state. People bear replacement numbers only (day + 60), which the CPR office
never issues; companies bear numbers from 90000000 up, far above those that have been issued.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from stdnum.dk import cvr

from adapters.memo import Draft, Enclosure, LetterParty, write_letter

GIVEN = (  # noqa: SIM905 - a literal would take a line a name
    "Anna Bo Clara Ditte Emil Freja Gorm Hanne Ida Jonas Karen Lars Mette Niels Olga Peter Rikke Søren "
    "Tove Ulla Viggo Zenia Ægir Øjvind Åse"
).split()
FAMILY = (  # noqa: SIM905 - the same
    "Andersen Bech Christensen Dam Eriksen Frost Graversen Holm Iversen Juhl Kjær Lund Møller Nørgaard "
    "Olsen Poulsen Rasmussen Skov Toft Vinther Winther Østergaard"
).split()
STREETS = ("Bøgevej", "Engdraget", "Fjordgade", "Hyldevænget", "Kirkestræde", "Mosebakken", "Skolegade", "Åboulevarden")
TOWNS = (
    ("1000", "København K"),
    ("2300", "København S"),
    ("4000", "Roskilde"),
    ("5000", "Odense C"),
    ("6000", "Kolding"),
    ("7100", "Vejle"),
    ("8000", "Aarhus C"),
    ("9000", "Aalborg"),
)
TRADES = ("Bageri", "Tømrer", "Rederi", "Boghandel", "Maskinfabrik", "Rådgivning", "Gartneri", "Vognmand")
SENDERS = (
    ("Skattestyrelsen", ("Din årsopgørelse er klar", "Ændring af din forskudsopgørelse", "Kvittering for indbetaling")),
    ("Byretten", ("Indkaldelse til møde", "Retsbog", "Berammelse")),
    ("Borgerservice", ("Svar på din ansøgning", "Din henvendelse er modtaget", "Ny affaldsordning")),
    ("Udbetaling Danmark", ("Afgørelse om boligstøtte", "Din pension reguleres", "Vi mangler oplysninger")),
    ("Regionshospitalet", ("Indkaldelse til undersøgelse", "Svar på prøver", "Ny tid til samtale")),
)
"""The authorities that write letters, and what they write about; they are the first of the companies."""
RIGHTS = (
    ("state", ("public_sender", "mandatory")),
    ("court", ("public_sender", "legal_notification")),
    ("municipality", ("public_sender",)),
    ("state", ("public_sender",)),
    ("region", ("public_sender",)),
)
"""What kind of authority each of them is, and its rights to send."""
CVR_FIRST = 90_000_000
OLDEST, YOUNGEST = date(1936, 1, 1), date(2012, 12, 31)


@dataclass(frozen=True, slots=True)
class Population:
    """Rows as `rigsbog register` reads them; the first companies are the senders of letters."""

    people: tuple[dict[str, Any], ...]
    companies: tuple[dict[str, Any], ...]
    latecomer: dict[str, Any]
    """A person who is not registered at first."""


def state(people: int, companies: int, seed: int) -> Population:
    chance = Random(seed)  # noqa: S311 - a made-up state, no secret
    numbers = _cpr_numbers(chance)
    return Population(
        people=tuple(_person(next(numbers), chance) for _ in range(people)),
        companies=tuple(
            _company(index, number, chance) for index, number in zip(range(companies), _cvr_numbers(), strict=False)
        ),
        latecomer=_person(next(numbers), chance),
    )


def operator(number: str) -> dict[str, Any]:
    """The authority that operates the solution and reads in the demo: the one thing in it that is real."""
    return {"kind": "company", "number": number, "name": {"name": "Digitaliseringsstyrelsen"}, "authority": "state"}


def letters(population: Population, count: int, written_at: datetime, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many letters from the state's authorities to its people and companies, each a file name and a MeMo file."""
    chance = Random(seed)  # noqa: S311 - a made-up state, no secret
    for index in range(count):
        sender = chance.randrange(len(SENDERS))
        recipient = chance.choice(population.people if chance.random() < 0.95 else population.companies)  # noqa: PLR2004 - a share
        title = chance.choice(SENDERS[sender][1])
        yield (
            f"letter-{index:06}.xml",
            letter(
                population.companies[sender],
                recipient,
                title,
                written_at,
                uuid=UUID(int=chance.getrandbits(128), version=4),
                case=f"{written_at.year}-{index + 1}",
                memo_version=chance.choice(("1.1", "1.2")),
                held_back_until=written_at.date() + timedelta(days=3) if chance.random() < 0.02 else None,  # noqa: PLR2004 - two letters in a hundred
            ),
        )


def letter(
    sender: dict[str, Any],
    recipient: dict[str, Any],
    title: str,
    written_at: datetime,
    *,
    uuid: UUID,
    case: str,
    memo_version: Any = "1.2",
    held_back_until: date | None = None,
    summons: bool = False,
) -> bytes:
    """One letter as a MeMo file, with a plain-text document."""
    text = f"{title}\n\nDette brev er opdigtet. Det er sendt af {sender['name']['name']}.\n"
    return write_letter(
        Draft(
            message_uuid=uuid,
            sender=LetterParty(id=sender["number"], id_type="CVR", label=sender["name"]["name"]),
            recipient=LetterParty(id=recipient["number"], id_type="CVR" if recipient["kind"] == "company" else "CPR"),
            label=title,
            created_at=written_at,
            main=Enclosure("brev.txt", "text/plain", text.encode()),
            memo_version=memo_version,
            do_not_deliver_until=held_back_until,
            legal_notification=summons,
            case_id=case,
        )
    )


def _person(number: str, chance: Random) -> dict[str, Any]:
    return {
        "kind": "person",
        "number": number,
        "name": {"given": chance.choice(GIVEN), "family": chance.choice(FAMILY)},
        "address": _address(chance),
        "protected": chance.random() < 0.02,  # noqa: PLR2004 - about one in fifty
    }


def _company(index: int, number: str, chance: Random) -> dict[str, Any]:
    line = {"kind": "company", "number": number, "address": _address(chance)}
    if index < len(SENDERS):
        kind, rights = RIGHTS[index]
        return line | {"name": {"name": SENDERS[index][0]}, "authority": kind, "sending_rights": list(rights)}
    return line | {"name": {"name": f"{chance.choice(FAMILY)}s {chance.choice(TRADES)} ApS"}}


def _address(chance: Random) -> dict[str, str]:
    postal_code, city = chance.choice(TOWNS)
    street = f"{chance.choice(STREETS)} {chance.randrange(1, 200)}"
    return {"street": street, "postal_code": postal_code, "city": city}


def _cpr_numbers(chance: Random) -> Iterator[str]:
    """Replacement numbers, no two alike; the seventh digit encodes the date's century."""
    seen: set[str] = set()
    while True:
        born = OLDEST + timedelta(days=chance.randrange((YOUNGEST - OLDEST).days))
        serial = chance.randrange(4_000) if born.year < 2000 else 4_000 + chance.randrange(1_000)  # noqa: PLR2004 - CPR
        number = f"{born.day + 60:02}{born:%m%y}{serial:04}"
        if number not in seen:
            seen.add(number)
            yield number


def _cvr_numbers() -> Iterator[str]:
    """Numbers whose check digit fits, in rising order."""
    return filter(cvr.is_valid, map(str, range(CVR_FIRST, CVR_FIRST + 10_000_000)))
