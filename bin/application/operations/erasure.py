"""Erases personal data: destroys the keys that encrypt it, and the rows that lead to it from a number."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.keys.key_store import PostgresKeys
from adapters.keys.number_lookup import delete_numbers
from bin.application.application import Application
from bin.application.contexts import check_legal_basis
from bin.application.errors import InvalidArgument
from bin.application.operations.record import operator_request, record
from bin.application.people.find import numbers_borne
from domain.context import Request
from domain.danish_time import day_of
from domain.fact import Retention
from domain.identity.cvr import CvrNumber
from domain.operations.operation import OPERATION
from domain.operations.operation_commands import OrderErasure, RecordDestroyedKeys
from domain.operations.retention_commands import OrderDueErasure
from domain.policy import ERASED_NUMBER_IS_FREE
from domain.post.message import MESSAGE
from domain.subject import MessageId, PartyId


class NotErasedAlone(InvalidArgument):
    """This letter is encrypted with its recipient's key. Erase the recipient's data of the class post instead."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One order to erase, and its execution. Needs the role of the database's owner, and no key."""

    application: Application
    whose: PartyId | MessageId
    """A letter holds its own key where its recipient is not registered."""
    retention: Retention | None
    basis: str
    authority: CvrNumber
    """Who orders it."""
    case: str | None

    def order(self) -> int | None:
        """Record the order; its position, None when there are no keys or it was ordered before.

        Raises NotErasedAlone.
        """
        if isinstance(self.whose, MessageId):
            (message,) = self.application.keyless_handler.states([MESSAGE.of(self.whose)])
            if message.recipient is not None:
                raise NotErasedAlone
        order = OrderErasure(
            subject=self.whose,
            retention_class=self.retention,
            legal_basis=self.basis,
            keys=self._keys.held(self.whose, self.retention),
        )
        return record(self.application, order, self._request())

    def order_due(self) -> int | None:
        """Record the order to erase what has fallen due; its position, None as in `order`. Raises NothingFellDue."""
        assert self.retention is not None, "a deletion by term is of one class"
        order = OrderDueErasure(
            holder=self.whose,
            retention_class=self.retention,
            keys=self._keys.held(self.whose, self.retention),
        )
        return record(self.application, order, self._request())

    def destroy(self) -> int | None:
        """Destroy what is ordered, and then record that it is done; its position, None when nothing was ordered."""
        (state,) = self.application.keyless_handler.states([OPERATION.of(self.whose)])
        if not any(order.retention_class == self.retention for order in state.ordered):
            return None
        if not isinstance(self.whose, MessageId):
            self._free_numbers(self.whose)
        named = {*state.keys_ordered(self.retention), *self._keys.destroy(self.whose, self.retention)}
        destroyed_keys = sorted(key for key, wrapped in self._keys.wrapped_by_id(named).items() if wrapped is None)
        destroyed = RecordDestroyedKeys(
            subject=self.whose, retention_class=self.retention, legal_basis=self.basis, keys=tuple(destroyed_keys)
        )
        return record(self.application, destroyed, self._request())

    def _free_numbers(self, party: PartyId) -> None:
        """Delete the rows that lead to the party from a number, before its keys: the next call completes what is
        interrupted between the two.
        """
        application = self.application
        is_free = ERASED_NUMBER_IS_FREE.on(day_of(application.ledger.now())).value
        if self.retention in {None, Retention.IDENTITY} and is_free:
            delete_numbers(application.database.owner_pool, numbers_borne(application.keyless_handler, party))

    @property
    def _keys(self) -> PostgresKeys:
        return PostgresKeys(self.application.database.owner_pool)

    def _request(self) -> Request:
        check_legal_basis(self.basis)
        return operator_request(self.application, authority=self.authority.value, case=self.case)
