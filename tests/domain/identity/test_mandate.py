"""Mandates: who may give one of each kind, when it holds, and what a death, a cessation or a mistake makes of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.entry import Entries, EntryEndCause, EntrySource, Marker, NoSuchEntry
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.entry_commands import AnnulEntry, EndEntry, MatterName, ReopenEntry
from domain.identity.mandate import (
    MANDATES,
    REPRESENTATION,
    MandateAnnulled,
    MandateEndCorrected,
    MandateEnded,
    MandateGranted,
    MandateKind,
    MandateScope,
    Representation,
)
from domain.identity.mandate_commands import (
    DocumentNeeded,
    FollowPartiesOfMandate,
    GiverIsNoMore,
    GiverIsTooYoung,
    GiversAgeUnknown,
    GiverStillExists,
    GrantMandate,
    HolderIsNoMore,
    NotForThePast,
    NotForTheseParties,
    OwnerHasNoMailbox,
    OwnersNeedNoMandate,
    ReaderHasNoMailbox,
    ScopeDoesNotFit,
    SourceDoesNotFit,
)
from domain.identity.person import DeathCorrected, Person, PersonDied, PersonRegistered
from domain.identity.registered import UnknownParty
from domain.identity.uncertain_day import UncertainDay
from domain.matter import AnotherEntryBegins, EndsBeforeItBegins
from domain.policy import MAJORITY_YEARS, MANDATE_GIVER_AGE_YEARS
from domain.post.mail_registration import MailRegistered, Mode
from domain.subject import PartyId
from tests.controls import (
    ANNA,
    ANNA_DIED,
    ANNA_EXEMPT,
    ANNAS_MAIL,
    BO,
    BO_READS_FOR_ANNA,
    BO_REPRESENTS_ANNAS_ESTATE,
    BOS_MAIL,
    FIRM,
    SKAT,
    SKAT_EXISTS,
    born,
    known,
    mandate,
)
from tests.law import CONTEXT, folded, given

TODAY = date(2026, 3, 2)
AGE = str(MANDATE_GIVER_AGE_YEARS.on(TODAY))
MAJORITY = str(MAJORITY_YEARS.on(TODAY))
FIRM_CEASED = CompanyCeased(company=FIRM, ceased_on=date(2026, 2, 28))
FIRMS_MAIL = MailRegistered(recipient=FIRM, mode=Mode.AUTOMATIC, rule=None)
READS = BO_READS_FOR_ANNA
BO_DIED = PersonDied(person=BO, died_on=date(2026, 2, 20))


def grant(
    kind: MandateKind = MandateKind.READ, giver: PartyId = ANNA, holder: PartyId = BO, **changes: Any
) -> GrantMandate:
    """The wish for a mandate, of Anna to Bo unless it says otherwise."""
    return GrantMandate(giver=giver, held_by=holder, kind=kind, **changes)


def granted(command: GrantMandate, rule: str | None = None) -> MandateGranted:
    """The fact that follows from it today."""
    return MandateGranted(
        entry=MANDATES.new_entry(CONTEXT),
        party=command.giver,
        held_by=command.held_by,
        valid_from=command.valid_from or TODAY,
        valid_to=command.valid_to,
        source=command.source,
        decided_by=command.decided_by,
        kind=command.kind,
        scope=command.scope,
        rule=rule,
        document=command.document,
    )


def named(granted: MandateGranted) -> dict[str, Any]:
    return {"entry": granted.entry, "party": granted.party, "held_by": granted.held_by}


def ended(granted: MandateGranted, day: date, cause: EntryEndCause) -> MandateEnded:
    return MandateEnded(**named(granted), valid_to=day, cause=cause)


def restored(granted: MandateGranted, cause: EntryEndCause = EntryEndCause.DEATH) -> MandateEndCorrected:
    return MandateEndCorrected(**named(granted), valid_to=granted.valid_to, corrected=cause)


def end(granted: MandateGranted, day: date = TODAY, party: PartyId = ANNA) -> EndEntry:
    return EndEntry(matter=MatterName.MANDATE, party=party, entry=granted.entry, valid_to=day)


def follow(granted: MandateGranted, on: date = TODAY) -> FollowPartiesOfMandate:
    return FollowPartiesOfMandate(entry=granted.entry, giver=granted.party, held_by=granted.held_by, on=on)


def holds(
    *facts: Event,
    giver: PartyId = ANNA,
    holder: PartyId = BO,
    scope: MandateScope = MandateScope.MAIL,
    day: date = TODAY,
) -> bool:
    """Whether the holder may act for the giver on the day."""
    state = folded(REPRESENTATION.of(giver), facts)
    assert isinstance(state, Representation)
    return state.mandate(giver, holder, scope, day) is not None


class TestSomebodyGivesAMandate:
    MAIL = (ANNAS_MAIL, BOS_MAIL)

    def test_an_owner_lets_a_reader_read(self) -> None:
        known(*self.MAIL).when(grant()).then(granted(grant(), AGE))

    def test_an_owner_lets_a_reader_write_too(self) -> None:
        writes = grant(MandateKind.READ_WRITE)
        known(*self.MAIL, READS).when(writes).then(granted(writes, AGE))

    def test_a_company_reads_for_a_person_and_a_person_for_a_company(self) -> None:
        for_anna = grant(holder=FIRM)
        known(ANNAS_MAIL, FIRMS_MAIL).when(for_anna).then(granted(for_anna, AGE))
        for_the_firm = grant(giver=FIRM)
        known(BOS_MAIL, FIRMS_MAIL).when(for_the_firm).then(granted(for_the_firm))

    def test_a_mandate_holds_from_a_day_to_a_day_and_says_who_reported_and_decided_it(self) -> None:
        limited = grant(
            MandateKind.POWER_OF_ATTORNEY,
            scope=MandateScope.NEMKONTO,
            valid_from=date(2026, 4, 1),
            valid_to=date(2026, 5, 1),
            source=EntrySource.REGISTER_LOAD,
            decided_by=SKAT,
        )
        known(*SKAT_EXISTS).when(limited).then(granted(limited, AGE))

    def test_the_same_mandate_again_changes_nothing(self) -> None:
        known(*self.MAIL, READS).when(grant()).then_nothing()

    def test_w36_a_mandate_after_another_is_an_entry_of_its_own(self) -> None:
        over = ended(READS, date(2026, 2, 1), EntryEndCause.GIVER)
        known(*self.MAIL, READS, over).when(grant()).then(granted(grant(), AGE))

    def test_a_mandate_that_ended_on_its_first_day_is_granted_again_on_that_day(self) -> None:
        today = mandate(ANNA, BO, valid_from=TODAY)
        known(today).when(end(today)).then(ended(today, TODAY, EntryEndCause.GIVER))
        again = (*self.MAIL, today, ended(today, TODAY, EntryEndCause.GIVER))
        known(*again).when(grant()).then(granted(grant(), AGE))
        reopen = ReopenEntry(matter=MatterName.MANDATE, party=ANNA, entry=today.entry)
        known(*again, granted(grant(), AGE)).when(reopen).then_refused(AnotherEntryBegins)

    def test_an_exempt_owner_still_grants_access_to_what_has_arrived(self) -> None:
        known(*self.MAIL, ANNA_EXEMPT).when(grant()).then(granted(grant(), AGE))

    def test_a_power_of_attorney_outside_the_mailbox_needs_no_mailbox(self) -> None:
        for_services = grant(MandateKind.POWER_OF_ATTORNEY, scope=MandateScope.SERVICE)
        known().when(for_services).then(granted(for_services, AGE))

    def test_access_to_post_needs_two_open_mailboxes(self) -> None:
        known(BOS_MAIL).when(grant()).then_refused(OwnerHasNoMailbox)
        known(ANNAS_MAIL).when(grant()).then_refused(ReaderHasNoMailbox)
        whole = grant(MandateKind.POWER_OF_ATTORNEY, scope=MandateScope.ALL)
        known(ANNAS_MAIL).when(whole).then_refused(ReaderHasNoMailbox)

    def test_who_gives_a_mandate_is_15(self) -> None:
        known(*self.MAIL, born(UncertainDay(2011, 3, 3))).when(grant()).then_refused(GiverIsTooYoung)
        assert known(*self.MAIL, born(UncertainDay(2011, 3, 2))).when(grant()).refusal is None
        known(*self.MAIL, born(UncertainDay(2011))).when(grant()).then_refused(GiverIsTooYoung)
        nobody_knows = [PersonRegistered(person=person, birth_date=None) for person in (ANNA, BO)]
        given(*nobody_knows, *self.MAIL).when(grant()).then_refused(GiversAgeUnknown)

    @pytest.mark.parametrize(
        ("wish", "refusal"),
        [
            (grant(holder=ANNA), OwnersNeedNoMandate),
            (grant(scope=MandateScope.NEMKONTO), ScopeDoesNotFit),
            (grant(source=EntrySource.COURT), SourceDoesNotFit),
            (grant(valid_to=TODAY), EndsBeforeItBegins),
            (grant(MandateKind.SIGNATORY), NotForTheseParties),
            (grant(MandateKind.CUSTODY, giver=FIRM, source=EntrySource.COURT), NotForTheseParties),
            (grant(MandateKind.GUARDIAN, giver=FIRM, source=EntrySource.COURT), NotForTheseParties),
        ],
    )
    def test_what_does_not_fit_the_kind_is_refused(self, wish: GrantMandate, refusal: type[Any]) -> None:
        known(*self.MAIL).when(wish).then_refused(refusal)

    def test_nobody_unknown_gives_or_holds_a_mandate(self) -> None:
        given(*self.MAIL).when(grant()).then_refused(UnknownParty)

    def test_neither_the_dead_give_a_mandate_nor_do_they_hold_one(self) -> None:
        known(*self.MAIL, ANNA_DIED).when(grant()).then_refused(GiverIsNoMore)
        known(*self.MAIL, BO_DIED).when(grant()).then_refused(HolderIsNoMore)

    def test_a_signatory_signs_for_a_company(self) -> None:
        signs = grant(MandateKind.SIGNATORY, giver=FIRM, scope=MandateScope.ALL)
        known().when(signs).then(granted(signs))


BY_COURT: dict[str, Any] = {"source": EntrySource.COURT, "document": "skifteret 2026-17"}


def test_nobody_gives_a_mandate_for_days_that_have_passed_and_a_register_may_state_one() -> None:
    """What a reader did then was not allowed, and a grant of today does not make it so."""
    yesterday = date(2026, 3, 1)
    both = known(ANNAS_MAIL, BOS_MAIL)
    loaded = grant(valid_from=yesterday, source=EntrySource.REGISTER_LOAD)

    both.when(grant(valid_from=yesterday)).then_refused(NotForThePast)
    both.when(loaded).then(granted(loaded, AGE))


class TestSomebodyRepresentsAnEstate:
    APPOINTED: tuple[tuple[MandateKind, PartyId, Event], ...] = (
        (MandateKind.ESTATE, ANNA, ANNA_DIED),
        (MandateKind.CURATOR, FIRM, FIRM_CEASED),
        (MandateKind.LIQUIDATOR, FIRM, FIRM_CEASED),
    )

    @pytest.mark.parametrize(("kind", "giver", "end"), APPOINTED)
    def test_w34_the_representative_of_an_estate_is_let_in(self, kind: MandateKind, giver: PartyId, end: Event) -> None:
        wish = grant(kind, giver=giver, **BY_COURT)
        known(end).when(wish).then(granted(wish))

    @pytest.mark.parametrize(("kind", "giver", "end"), APPOINTED)
    def test_an_estate_needs_a_death_a_document_and_who_appoints(
        self, kind: MandateKind, giver: PartyId, end: Event
    ) -> None:
        known().when(grant(kind, giver=giver, **BY_COURT)).then_refused(GiverStillExists)
        early = grant(kind, giver=giver, **BY_COURT, valid_from=date(2026, 2, 27))
        known(end).when(early).then_refused(GiverStillExists)
        known(end).when(grant(kind, giver=giver, source=EntrySource.COURT)).then_refused(DocumentNeeded)
        known(end).when(grant(kind, giver=giver, document="skifteret 2026-17")).then_refused(SourceDoesNotFit)

    def test_the_document_is_encrypted(self) -> None:
        assert "document" not in BO_REPRESENTS_ANNAS_ESTATE.open_fields()
        assert BO_REPRESENTS_ANNAS_ESTATE.personal_fields() == {"document": "skifteret 2026-17"}


class TestItHolds:
    def test_it_holds_from_its_first_day_until_before_its_last_without_any_further_fact(self) -> None:
        limited = mandate(ANNA, BO, valid_from=date(2026, 3, 1), valid_to=date(2026, 3, 3))
        days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)]
        assert [holds(limited, day=day) for day in days] == [False, True, True, False]

    def test_it_holds_in_its_scope_only(self) -> None:
        in_nemkonto = mandate(ANNA, BO, MandateKind.GUARDIAN, scope=MandateScope.NEMKONTO)
        assert not holds(in_nemkonto)
        assert holds(in_nemkonto, scope=MandateScope.NEMKONTO)
        assert all(
            holds(mandate(ANNA, BO, MandateKind.GUARDIAN, scope=MandateScope.ALL), scope=scope)
            for scope in MandateScope
        )

    def test_it_holds_for_its_holder_and_its_giver_and_never_the_other_way(self) -> None:
        assert holds(READS)
        assert not holds(READS, holder=FIRM)
        assert not holds(READS, giver=BO, holder=ANNA)

    def test_a_death_ends_it_at_once_and_lets_an_estate_begin(self) -> None:
        assert not holds(READS, ANNA_DIED)
        assert not holds(BO_REPRESENTS_ANNAS_ESTATE)
        assert holds(BO_REPRESENTS_ANNAS_ESTATE, ANNA_DIED)

    def test_w35_a_corrected_death_lets_it_hold_again_and_ends_what_was_the_estates(self) -> None:
        corrected = (ANNA_DIED, DeathCorrected(person=ANNA))
        assert holds(READS, *corrected)
        assert not holds(BO_REPRESENTS_ANNAS_ESTATE, *corrected)

    def test_an_annulled_mandate_never_held(self) -> None:
        annulled = MandateAnnulled(**named(READS), marker=Marker.ANNULLED)
        assert not holds(READS, annulled)
        assert not holds(READS, annulled, day=READS.valid_from)


class TestItEnds:
    def test_giver_and_holder_may_each_end_it_and_the_fact_says_who(self) -> None:
        known(READS).when(end(READS)).then(ended(READS, TODAY, EntryEndCause.GIVER))
        known(READS).when(end(READS, party=BO)).then(ended(READS, TODAY, EntryEndCause.HOLDER))
        known(READS).when(end(READS, party=FIRM)).then_refused(NoSuchEntry)
        guardian = mandate(ANNA, BO, MandateKind.GUARDIAN, source=EntrySource.COURT)
        known(guardian).when(end(guardian)).then(ended(guardian, TODAY, EntryEndCause.STATED))

    def test_giver_and_holder_are_named_in_every_fact_of_it(self) -> None:
        facts = (
            READS,
            ended(READS, TODAY, EntryEndCause.GIVER),
            restored(READS, EntryEndCause.GIVER),
            MandateAnnulled(**named(READS), marker=Marker.ANNULLED),
        )
        assert all({ANNA, BO, READS.entry} <= set(fact.subjects()) for fact in facts)

    def test_what_is_done_to_it_rests_on_the_paragraph_of_its_kind(self) -> None:
        guardian = mandate(ANNA, BO, MandateKind.GUARDIAN, source=EntrySource.COURT)
        mandates = folded(MANDATES.of(ANNA), (guardian,))
        assert isinstance(mandates, Entries)
        assert end(guardian).basis(mandates, Person()) == guardian.paragraph

    @pytest.mark.parametrize(
        ("granted", "end", "cause", "correction"),
        [
            (READS, ANNA_DIED, EntryEndCause.DEATH, DeathCorrected(person=ANNA)),
            (READS, BO_DIED, EntryEndCause.DEATH, DeathCorrected(person=BO)),
            (mandate(FIRM, BO), FIRM_CEASED, EntryEndCause.CESSATION, CessationCorrected(company=FIRM)),
            (mandate(ANNA, FIRM), FIRM_CEASED, EntryEndCause.CESSATION, CessationCorrected(company=FIRM)),
        ],
        ids=["giver died", "holder died", "giver ceased", "holder ceased"],
    )
    def test_w35_a_death_or_cessation_ends_it_on_its_day_and_its_correction_restores_it(
        self, granted: MandateGranted, end: PersonDied | CompanyCeased, cause: EntryEndCause, correction: Event
    ) -> None:
        day = end.died_on if isinstance(end, PersonDied) else end.ceased_on
        over = ended(granted, day, cause)
        given(granted, end).when(follow(granted)).then(over)
        given(granted, end, over).when(follow(granted)).then_nothing()
        given(granted, end, over, correction).when(follow(granted)).then(restored(granted, cause))
        given(granted, end, correction).when(follow(granted)).then_nothing()

    def test_w35_what_had_ended_or_was_to_end_keeps_its_own_end_through_a_mistaken_death(self) -> None:
        corrected = (ANNA_DIED, DeathCorrected(person=ANNA))
        over = ended(READS, date(2026, 2, 1), EntryEndCause.GIVER)
        given(READS, over, ANNA_DIED).when(follow(READS)).then_nothing()
        given(READS, over, *corrected).when(follow(READS)).then_nothing()
        limited = mandate(ANNA, BO, valid_to=date(2026, 6, 1))
        by_death = ended(limited, date(2026, 2, 28), EntryEndCause.DEATH)
        given(limited, ANNA_DIED).when(follow(limited)).then(by_death)
        given(limited, by_death, *corrected).when(follow(limited)).then(restored(limited))

    def test_a_corrected_day_of_death_moves_the_end(self) -> None:
        earlier = PersonDied(person=ANNA, died_on=date(2026, 2, 27))
        past = (READS, ANNA_DIED, ended(READS, date(2026, 2, 28), EntryEndCause.DEATH), earlier)
        given(*past).when(follow(READS)).then(ended(READS, date(2026, 2, 27), EntryEndCause.DEATH))

    def test_after_two_deaths_the_correction_of_one_leaves_the_other(self) -> None:
        by_bo = ended(READS, BO_DIED.died_on, EntryEndCause.DEATH)
        given(READS, ANNA_DIED, BO_DIED).when(follow(READS)).then(by_bo)
        past = (READS, ANNA_DIED, BO_DIED, by_bo, DeathCorrected(person=BO))
        given(*past).when(follow(READS)).then(ended(READS, ANNA_DIED.died_on, EntryEndCause.DEATH))

    def test_a_death_on_the_day_of_its_stated_end_changes_nothing(self) -> None:
        given(until := mandate(ANNA, BO, valid_to=ANNA_DIED.died_on), ANNA_DIED).when(follow(until)).then_nothing()

    def test_a_mandate_given_after_an_unknown_death_held_on_no_day(self) -> None:
        late = mandate(ANNA, BO, valid_from=date(2026, 3, 1))
        over = ended(late, date(2026, 3, 1), EntryEndCause.DEATH)
        given(late, ANNA_DIED).when(follow(late)).then(over)
        assert not holds(late, over, day=date(2026, 3, 1))

    def test_an_end_stated_later_than_the_death_ends_with_the_death(self) -> None:
        stated = ended(READS, date(2026, 3, 1), EntryEndCause.GIVER)
        by_death = ended(READS, date(2026, 2, 28), EntryEndCause.DEATH)
        given(READS, ANNA_DIED, stated).when(follow(READS)).then(by_death)

    def test_the_estates_mandate_ends_when_its_giver_turns_out_to_live(self) -> None:
        estate = BO_REPRESENTS_ANNAS_ESTATE
        given(estate, ANNA_DIED).when(follow(estate)).then_nothing()
        corrected = (estate, ANNA_DIED, DeathCorrected(person=ANNA))
        over = ended(estate, TODAY, EntryEndCause.CORRECTION)
        given(*corrected).when(follow(estate)).then(over)
        given(*corrected, over).when(follow(estate, on=date(2026, 3, 5))).then_nothing()
        given(*corrected, over, ANNA_DIED).when(follow(estate)).then(restored(estate, EntryEndCause.CORRECTION))

    def test_the_estates_mandate_ends_with_its_holder(self) -> None:
        estate = mandate(ANNA, BO, MandateKind.ESTATE, valid_from=date(2026, 3, 1))
        died = PersonDied(person=BO, died_on=date(2026, 3, 2))
        given(estate, ANNA_DIED, died).when(follow(estate)).then(ended(estate, date(2026, 3, 2), EntryEndCause.DEATH))

    def test_nothing_follows_for_a_mandate_that_was_annulled(self) -> None:
        annulled = MandateAnnulled(**named(READS), marker=Marker.ANNULLED)
        given(READS, annulled, ANNA_DIED).when(follow(READS)).then_nothing()

    def test_a_mandate_is_annulled_by_either_party(self) -> None:
        annul = AnnulEntry(matter=MatterName.MANDATE, party=BO, entry=READS.entry)
        given(READS).when(annul).then(MandateAnnulled(**named(READS), marker=Marker.ANNULLED))
