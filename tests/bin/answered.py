"""What a command answered about people, and what of it was recorded."""

from __future__ import annotations

import re

import psycopg

NAMED = re.compile(r"(?:person|company|message):[0-9a-f]{8}-[0-9a-f-]{27}")

EARLIER_ANSWER = re.compile(r"^ +parties: .*$", re.MULTILINE)
"""About whom somebody was answered together with the subject of a history."""


def disclosed(url: str, position: int) -> set[str]:
    """About whom answers were recorded after the position."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select jsonb_array_elements_text(payload -> 'parties') from ledger.record"
            " join ledger.fact_name using (fact) where name = 'DataDisclosed' and position > %s",
            [position],
        )
        return {party for (party,) in rows}


def concerned(url: str, position: int) -> set[str]:
    """The uuids of all whom the facts after the position concern."""
    with psycopg.connect(url) as connection:
        return {
            str(subject)
            for (subject,) in connection.execute("select subject from ledger.subject where position > %s", [position])
        }


def unrecorded(url: str, output: str, recorded: set[str]) -> set[str]:
    """The people, companies and letters of this ledger that an output names, and that are not among the recorded uuids.

    A letter is recorded where its recipient is. Left out are an authority that is only named, as a sender, and those
    about whom an earlier answer was given together with the subject of a history.
    """
    with psycopg.connect(url) as connection:
        registered = {
            str(subject)
            for (subject,) in connection.execute(
                "select subject from ledger.subject except select subject from ledger.subject"
                " join ledger.fact_name using (fact) where name = 'AuthorityEntered'"
            )
        }
        recipients: dict[str, str] = dict(
            connection.execute(
                "select payload ->> 'message', payload ->> 'recipient' from ledger.record"
                " join ledger.fact_name using (fact) where name in ('MessageSubmitted', 'ArrivalImported')"
            ).fetchall()
        )
    of_whom = {named: recipients.get(named) or named for named in NAMED.findall(EARLIER_ANSWER.sub("", output))}
    return {
        named
        for named, party in of_whom.items()
        if uuid_of(named) in registered and not {uuid_of(named), uuid_of(party)} & recorded
    }


def uuid_of(subject: str) -> str:
    return subject.partition(":")[2]
