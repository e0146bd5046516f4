"""Custody of a child: it ends with the age of majority, and no fact says that birthday."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import pytest

from domain.entry import EntryEndCause, EntrySource
from domain.identity.entry_commands import EndEntry, MatterName, NotTheirEntry
from domain.identity.mandate import MandateEndCorrected, MandateEnded, MandateKind, MandateScope
from domain.identity.mandate_commands import GiverIsNoMore, GiverIsOfAge, GiversAgeUnknown, SourceDoesNotFit
from domain.identity.person import PersonRegistered
from domain.identity.uncertain_day import UncertainDay
from tests.controls import ANNA, ANNA_DIED, ANNA_IS_A_CHILD, BO, born, known, mandate
from tests.domain.identity.test_mandate import MAJORITY, grant, granted, holds
from tests.law import given

CUSTODY = mandate(ANNA, BO, MandateKind.CUSTODY, scope=MandateScope.ALL, source=EntrySource.COURT)


class TestSomebodyHasCustody:
    COURT: ClassVar[dict[str, Any]] = {"scope": MandateScope.ALL, "source": EntrySource.COURT}
    IS_17, IS_18 = born(UncertainDay(2008, 3, 3)), born(UncertainDay(2008, 3, 2))

    def test_nobody_gets_custody_of_who_is_of_age(self) -> None:
        wish = grant(MandateKind.CUSTODY, **self.COURT)
        known(self.IS_17).when(wish).then(granted(wish, MAJORITY))
        known(self.IS_18).when(wish).then_refused(GiverIsOfAge)
        known(self.IS_17).when(replace(wish, valid_from=date(2026, 3, 3))).then_refused(GiverIsOfAge)
        known(self.IS_18).when(replace(wish, valid_from=date(2020, 1, 1))).then_refused(GiverIsOfAge)
        unknown = (PersonRegistered(person=ANNA, birth_date=None), PersonRegistered(person=BO, birth_date=None))
        given(*unknown).when(wish).then_refused(GiversAgeUnknown)

    def test_a_custody_that_ended_before_the_child_was_of_age_is_entered_late(self) -> None:
        past = grant(MandateKind.CUSTODY, **self.COURT, valid_from=date(2020, 1, 1), valid_to=date(2024, 1, 1))
        known(self.IS_18).when(past).then(granted(past, MAJORITY))

    @pytest.mark.parametrize("until", [date(2026, 3, 3), date(2030, 1, 1)])
    def test_the_18th_birthday_is_not_stored_as_its_end(self, until: date) -> None:
        wish = grant(MandateKind.CUSTODY, **self.COURT, valid_to=until)
        stored = granted(replace(wish, valid_to=None), MAJORITY)
        known(self.IS_17).when(wish).then(stored)
        known(self.IS_17, stored).when(wish).then_nothing()
        sooner = replace(wish, valid_to=date(2026, 3, 2), valid_from=date(2026, 3, 1))
        known(self.IS_17).when(sooner).then(granted(sooner, MAJORITY))

    @pytest.mark.parametrize("until", [date(2026, 3, 3), date(2030, 1, 1)])
    def test_the_18th_birthday_is_not_stored_as_its_end_when_the_end_is_stated_later(self, until: date) -> None:
        of_the_child: dict[str, Any] = {"matter": MatterName.MANDATE, "party": ANNA, "entry": CUSTODY.entry}
        end = EndEntry(**of_the_child, valid_to=until)
        known(self.IS_17, CUSTODY).when(end).then_nothing()
        named = CUSTODY.named
        sooner = MandateEnded(**named, valid_to=date(2026, 3, 2), cause=EntryEndCause.STATED)
        known(self.IS_17, CUSTODY).when(replace(end, valid_to=sooner.valid_to)).then(sooner)
        back = MandateEndCorrected(**named, valid_to=None, corrected=EntryEndCause.STATED)
        known(self.IS_17, CUSTODY, sooner).when(end).then(back)
        known(self.IS_17, CUSTODY).when(replace(end, party=BO)).then_refused(NotTheirEntry)

    def test_custody_without_an_end_does_not_outlive_the_day_before_the_18th_birthday(self) -> None:
        assert holds(CUSTODY, self.IS_17)
        assert not holds(CUSTODY, self.IS_18)
        assert not holds(CUSTODY, self.IS_17, day=date(2026, 3, 3))
        assert holds(CUSTODY, born(UncertainDay(2008)), day=date(2026, 12, 30))
        assert not holds(CUSTODY, born(UncertainDay(2008)), day=date(2026, 12, 31))

    def test_it_holds_by_the_birth_date_that_is_corrected_last_and_not_by_an_unknown_one(self) -> None:
        assert holds(CUSTODY, self.IS_18, self.IS_17)
        assert not holds(CUSTODY, self.IS_17, self.IS_18)
        assert not holds(CUSTODY)

    def test_a_guardian_of_an_adult_acts_on(self) -> None:
        assert holds(mandate(ANNA, BO, MandateKind.GUARDIAN, scope=MandateScope.ALL), self.IS_18)


@pytest.mark.parametrize("kind", [MandateKind.GUARDIAN, MandateKind.CUSTODY])
def test_a_guardian_and_who_has_custody_are_appointed_and_not_chosen(kind: MandateKind) -> None:
    appointed = grant(kind, scope=MandateScope.ALL, source=EntrySource.COURT)
    rule = MAJORITY if kind is MandateKind.CUSTODY else None
    known(ANNA_IS_A_CHILD).when(appointed).then(granted(appointed, rule))
    known(ANNA_IS_A_CHILD).when(grant(kind)).then_refused(SourceDoesNotFit)
    known(ANNA_IS_A_CHILD, ANNA_DIED).when(appointed).then_refused(GiverIsNoMore)
