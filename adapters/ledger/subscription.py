"""A subscription that PostgreSQL wakes by NOTIFY: nothing recorded is missed, and nothing is polled."""

from __future__ import annotations

import threading

import psycopg
from eventsourcing.dcb.api import DCBQuery, TDCBRecorder_co
from eventsourcing.dcb.persistence import DCBListenNotifySubscription

from adapters.postgres.notifications import Listener
from adapters.postgres.pool import Connections

WAKE_SECONDS_MAX = 1.0
"""A subscription looks by itself after so long, should a notification be lost with a broken connection."""


class PostgresSubscription(DCBListenNotifySubscription[TDCBRecorder_co]):
    """The library's subscription, woken by a listener of its own; stopped by leaving its with statement."""

    def __init__(
        self, recorder: TDCBRecorder_co, connections: Connections, query: DCBQuery | None, after: int | None
    ) -> None:
        super().__init__(recorder=recorder, query=query, after=after)
        self._conninfo = connections.conninfo
        self._listener = threading.Thread(target=self._listen, name="rigsbog-listener", daemon=True)
        self._listener.start()

    def __exit__(self, *args: object, **kwargs: object) -> None:
        super().__exit__(*args, **kwargs)
        self._listener.join()

    def _listen(self) -> None:
        while not self._has_been_stopped:
            try:
                with Listener(self._conninfo) as waking:
                    self._has_been_notified.set()
                    while not self._has_been_stopped:
                        waking.wait(WAKE_SECONDS_MAX)
                        self._has_been_notified.set()
            except psycopg.OperationalError:
                # The server is away: what is recorded meanwhile is read from the table when it is back.
                threading.Event().wait(WAKE_SECONDS_MAX)
