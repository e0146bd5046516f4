"""Others who use the account of somebody who died or ceased are warned, unless that was a mistake."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.command import AnyCommand
from domain.entities import NAMES
from domain.fact import Event
from domain.identity.company import CessationCorrected, CompanyCeased
from domain.identity.person import DeathCorrected, PersonDied
from domain.nemkonto.change_notice import ChangeNoticeGiven, NoticeMedium
from domain.nemkonto.designation import AccountHolderEnded
from domain.nemkonto.notice import NotifyPayee
from domain.nemkonto.shared_account import FindAccountSharers
from domain.reactions import react
from domain.record import Record
from domain.subject import DesignationId, PartyId
from tests.controls import (
    ANNA,
    BO,
    BOS_MAIL,
    FIRM,
    LATER_DESIGNATION,
    SALARY_INDEX,
    STORED,
    known,
)
from tests.law import CONTEXT, NOW
from tests.nemkonto_past import BANK_REPORT, REDEEM, SELF_SERVICE, TODAY, facts_of

BOS = LATER_DESIGNATION
FIRMS = DesignationId(FIRM.uuid)
BY_BO = replace(BANK_REPORT, payee=BO, designation=BOS)
BY_FIRM = replace(BANK_REPORT, payee=FIRM, designation=FIRMS)
JOINT = facts_of(BANK_REPORT, BY_BO)
"""Anna and Bo have the same account as NemKonto."""
SELF_SERVICE_OF_ANNA = replace(SELF_SERVICE, designation=FIRMS)
REDEEM_OF_ANNA = replace(REDEEM, designation=FIRMS)
A_MONTH_ON = NOW + timedelta(days=31)
DIED = PersonDied(person=ANNA, died_on=TODAY)
ALIVE = DeathCorrected(person=ANNA)
FIND = FindAccountSharers(holder=ANNA, account_index=SALARY_INDEX)
FOUND = AccountHolderEnded(designation=BOS, payee=BO, other=ANNA, account_index=SALARY_INDEX)


def recorded(facts: tuple[Event, ...], now: datetime) -> list[Record]:
    return [
        Record(position=position, recorded_at=now, name=NAMES[type(fact)], event=fact, context=CONTEXT)
        for position, fact in enumerate(facts, 1)
    ]


def after(facts: tuple[Event, ...], party: PartyId, now: datetime = NOW) -> list[AnyCommand]:
    """What follows from the last of the facts, which concern the party."""
    records = recorded(tuple(fact for fact in facts if party in fact.subjects()), now)
    return [reaction.command for reaction in react(records[-1], records)]


def warning() -> AnyCommand:
    """The notice to Bo that follows."""
    (notify,) = after((*JOINT, FOUND), BO)
    assert isinstance(notify, NotifyPayee)
    return replace(notify, submission=replace(notify.submission, stored=STORED))


def test_after_a_death_the_others_who_use_the_account_are_found() -> None:
    assert FIND in after((*JOINT, DIED), ANNA)
    known(*JOINT, DIED).when(FIND).then(FOUND)
    known(*JOINT, DIED, FOUND).when(FIND).then_nothing()


def test_after_a_cessation_the_others_who_use_the_account_are_found() -> None:
    facts = facts_of(BY_FIRM, BY_BO)
    ceased = CompanyCeased(company=FIRM, ceased_on=TODAY)
    find = replace(FIND, holder=FIRM)
    assert find in after((*facts, ceased), FIRM)
    known(*facts, ceased).when(find).then(FOUND.model_copy(update={"other": FIRM}))
    known(*facts, ceased, CessationCorrected(company=FIRM)).when(find).then_nothing()


def test_nobody_is_found_for_an_account_that_nobody_else_designated() -> None:
    known(*facts_of(BANK_REPORT), DIED).when(FIND).then_nothing()


def test_nothing_is_looked_for_when_the_dead_had_no_nemkonto() -> None:
    assert not [command for command in after((DIED,), ANNA) if isinstance(command, FindAccountSharers)]


def changed_after_a_month() -> tuple[Event, ...]:
    """Anna changes to another account, which has effect on 9 April; until then the joint account is her NemKonto."""
    facts = JOINT
    for command in (SELF_SERVICE_OF_ANNA, REDEEM_OF_ANNA):
        facts = (*facts, *known(*facts).at(A_MONTH_ON).when(command).facts)
    return facts


def test_an_account_that_the_dead_used_no_more_warns_nobody() -> None:
    facts, later = (*changed_after_a_month(), DIED), A_MONTH_ON + timedelta(days=14)
    assert FIND not in after(facts, ANNA, later)
    known(*facts).at(later).when(FIND).then_nothing()


def test_an_account_that_was_still_the_nemkonto_of_the_dead_warns_who_shares_it() -> None:
    facts = (*changed_after_a_month(), DIED)
    assert FIND in after(facts, ANNA, A_MONTH_ON)
    known(*facts).at(A_MONTH_ON).when(FIND).then(FOUND)


def test_who_still_uses_the_account_until_a_change_has_effect_is_warned() -> None:
    facts = (*JOINT, BOS_MAIL)
    for command in others():
        facts = (*facts, *known(*facts).at(A_MONTH_ON).when(command).facts)
    scene = known(*facts, DIED, FOUND)
    assert scene.at(A_MONTH_ON).when(warning()).facts
    scene.at(A_MONTH_ON + timedelta(days=14)).when(warning()).then_nothing()


def test_the_survivor_is_warned_by_digital_post() -> None:
    notice = known(*JOINT, BOS_MAIL, DIED, FOUND).when(warning()).facts[-1]
    assert isinstance(notice, ChangeNoticeGiven)
    assert (notice.payee, notice.medium, notice.occasion) == (BO, NoticeMedium.DIGITAL_POST, "account_holder_ended")


def test_the_warning_is_dropped_if_the_death_is_corrected_before_it_is_sent() -> None:
    known(*JOINT, DIED, ALIVE).when(FIND).then_nothing()
    known(*JOINT, BOS_MAIL, DIED, FOUND, ALIVE).when(warning()).then_nothing()


def test_after_a_corrected_death_the_survivor_is_warned_of_a_later_one_again() -> None:
    known(*JOINT, DIED, FOUND, ALIVE, DIED).when(FIND).then(FOUND)


def test_who_uses_the_account_no_more_is_not_warned() -> None:
    ended = (*JOINT, BOS_MAIL, DIED, FOUND)
    to_another = facts_of(BANK_REPORT, BY_BO, *others())
    known(*to_another, *ended[len(JOINT) :]).when(warning()).then_nothing()


def others() -> tuple[AnyCommand, AnyCommand]:
    """Bo changes to another account."""
    third = DesignationId(BO.uuid)
    designate = replace(SELF_SERVICE, payee=BO, designation=third)
    return designate, replace(REDEEM, payee=BO, designation=third)


def test_who_still_uses_the_account_is_warned_while_a_later_designation_of_it_waits_for_its_code() -> None:
    facts = (*JOINT, BOS_MAIL)
    back = DesignationId(ANNA.uuid)
    again = replace(
        SELF_SERVICE, payee=BO, designation=back, account=BY_BO.account, account_index=SALARY_INDEX, code_hash="back"
    )
    for command in (*others(), again):
        facts = (*facts, *known(*facts).at(A_MONTH_ON).when(command).facts)
    found = known(*facts, DIED).at(A_MONTH_ON).when(FIND).facts
    assert found == (FOUND, FOUND.model_copy(update={"designation": back}))
    assert known(*facts, DIED, *found).at(A_MONTH_ON).when(warning()).facts
    (of_back,) = after((*facts, DIED, *found), BO, A_MONTH_ON)
    assert isinstance(of_back, NotifyPayee)
    stored = replace(of_back, submission=replace(of_back.submission, stored=STORED))
    waits = known(*facts, DIED, *found).at(A_MONTH_ON)
    waits.when(stored).then_nothing()
    redeemed = waits.when(replace(REDEEM, payee=BO, designation=back, code_hash="back")).facts
    known(*facts, *redeemed, DIED, *found).at(A_MONTH_ON).when(stored).then_nothing()
