"""The numbers of the law as dated policies: each with its paragraph, its unit and the day from which it holds."""

from datetime import date

from domain.dated_policy import Policy

MANDATORY_DIGITAL_POST = date(2014, 11, 1)
"""All residents of 15 and over were connected (lov 528/2012, digst.dk)."""
NEW_DIGITAL_POST = date(2022, 3, 21)
"""The present Digital Post solution opened."""
ACTIVATION_LETTERS = date(2021, 4, 19)
"""Activation letters were extended to self-service (BEK 647/2021, nemkonto.dk); the year is inferred."""
NEMKONTO_ACT = date(2025, 7, 1)
"""*Lov om Nemkonto* and BEK 788/2025 came into force."""
FIRST_DAY = date(2012, 7, 1)
"""The first day that the law is known for here (lov 528/2012): our decisions, and numbers whose source gives no day."""

DIGITAL_POST_AGE_YEARS = Policy(
    rule="digital_post.age_years",
    says="A resident is connected to Digital Post automatically from the age of",
    paragraph="LBK 686/2021 § 3(1)",
    unit="years",
    versions=((MANDATORY_DIGITAL_POST, 15),),
)
SCHEDULED_AHEAD_DAYS_MAX = Policy(
    rule="digital_post.scheduled_ahead_days_max",
    says="A sender may hold a message back (*valørdato*) for at most",
    paragraph="MeMo doNotDeliverUntilDate; Digst newsletter 1181118",
    unit="days",
    versions=((NEW_DIGITAL_POST, 5), (date(2022, 9, 1), 12)),
    assumed="the source says September 2022, not which day.",
)
RELEASE_HOUR = Policy(
    rule="digital_post.release_hour",
    says="A message that was held back is released in Copenhagen at the hour",
    paragraph="our decision",
    unit="o'clock",
    versions=((FIRST_DAY, 0),),
    assumed="the hour is stated nowhere that we read.",
)
TRANSITION_PERIOD = Policy(
    rule="digital_post.transition_period",
    says="Nothing arrives, because Digital Post moves to another solution (*overgangsperiode*)",
    paragraph="LBK 686/2021 § 10 d (lov 2049/2021)",
    unit="yes or no",
    versions=((FIRST_DAY, False), (date(2022, 3, 18), True), (NEW_DIGITAL_POST, False)),
    assumed="the days were not seen: the three before the opening of the present solution.",
)
COMPANY_GRACE_DAYS = Policy(
    rule="digital_post.company_grace_days",
    says="No authority can send to a new company (*karensperiode*) for",
    paragraph="virk.dk",
    unit="days",
    versions=((NEW_DIGITAL_POST, 12),),
)
IMMIGRANT_REGISTRATION_DAYS = Policy(
    rule="digital_post.immigrant_registration_days",
    says="The mailbox of somebody who moves to Denmark opens automatically after",
    paragraph="naestved.dk",
    unit="days",
    versions=((FIRST_DAY, 30),),
)
REGISTRATION_ANNOUNCEMENT_DAYS = Policy(
    rule="digital_post.registration_announcement_days",
    says="The recipient is notified (*underretning*) of the registration before it, by",
    paragraph="LBK 686/2021 § 3; randers.dk",
    unit="days",
    versions=((FIRST_DAY, 21),),
    assumed="one municipality writes about three weeks before the 15th birthday; no rule that we read sets the days.",
)
EXEMPTION_YEARS = Policy(
    rule="digital_post.exemption_years",
    says="An exemption without a stated end ends on 1 November so many calendar years later (0: never)",
    paragraph="seniorhaandbogen.dk, thisted.dk; mariagerfjord.dk, naestved.dk, horsholm.dk",
    unit="years",
    versions=((FIRST_DAY, 2), (NEW_DIGITAL_POST, 0)),
    assumed="no page gives the day of the change: it is the opening of the present solution; nor which year is first.",
)
EXEMPTION_APPEAL_WEEKS = Policy(
    rule="digital_post.exemption_appeal_weeks",
    says="The refusal of an exemption can be appealed for",
    paragraph="our decision",
    unit="weeks",
    versions=((FIRST_DAY, 4),),
    assumed="the number is ours; the source says that a refusal can be appealed, not for how long.",
)
PAPER_ARRIVAL_DAYS = Policy(
    rule="digital_post.paper_arrival_days",
    says="A letter on paper is presumed to have arrived, counted from the day on which it was posted, after",
    paragraph="our decision",
    unit="days",
    versions=((FIRST_DAY, 5),),
    assumed="the number is ours; no rule that we read presumes a day.",
)
RESEND_WINDOW_MONTHS = Policy(
    rule="digital_post.resend_window_months",
    says="Who becomes exempt may have unopened Digital Post sent on paper from the last",
    paragraph="mariagerfjord.dk, horsholm.dk",
    unit="months",
    versions=((NEW_DIGITAL_POST, 6),),
)
CONTENT_AFTER_DEATH_YEARS = Policy(
    rule="digital_post.content_after_death_years",
    says="After a death the content of the mailbox is deleted in",
    paragraph="BEK 1553/2013 § 14(3)",
    unit="years",
    versions=((MANDATORY_DIGITAL_POST, 5),),
    assumed="the order that replaced BEK 1553/2013 was not seen; its number is still used.",
)
CONTENT_AFTER_CESSATION_YEARS = Policy(
    rule="digital_post.content_after_cessation_years",
    says="After a company ceased the content of its mailbox is stored for",
    paragraph="virk.dk",
    unit="years",
    versions=((FIRST_DAY, 10),),
)
CONTENT_AFTER_RECORDING_DAYS = Policy(
    rule="digital_post.content_after_recording_days",
    says="After a death or cessation was recorded the content of the mailbox is kept for at least",
    paragraph="GDPR art. 5(1)(d) and (f)",
    unit="days",
    versions=((FIRST_DAY, 180),),
    assumed="the number is ours; no rule sets it: a day that is wrong by years erases nothing before it is corrected.",
)
REJECTED_LETTER_DAYS = Policy(
    rule="digital_post.rejected_letter_days",
    says="A letter to nobody registered is stored, so that its sender can be answered, for",
    paragraph="GDPR art. 5(1)(e)",
    unit="days",
    versions=((FIRST_DAY, 180),),
    assumed="the number is ours; no rule sets it.",
)
RECEIPT_WATCHDOG_HOURS = Policy(
    rule="digital_post.receipt_watchdog_hours",
    says="A message without a final receipt is reported as stuck after",
    paragraph="our decision",
    unit="hours",
    versions=((FIRST_DAY, 24),),
    assumed="the number is ours; no rule sets it.",
)
ACTIVATION_CODE_VALID_DAYS = Policy(
    rule="nemkonto.activation_code_valid_days",
    says="An activation code can be redeemed, counted from the letter's date, for",
    paragraph="nemkonto.dk, activation letter",
    unit="days",
    versions=((ACTIVATION_LETTERS, 60),),
)
ACTIVATION_CODE_DIGITS = Policy(
    rule="nemkonto.activation_code_digits",
    says="An activation code has",
    paragraph="nemkonto.dk, activation letter",
    unit="digits",
    versions=((ACTIVATION_LETTERS, 8),),
)
ACTIVATION_ATTEMPTS_MAX = Policy(
    rule="nemkonto.activation_attempts_max",
    says="An activation code is void after wrong attempts to the number of",
    paragraph="our decision",
    unit="attempts",
    versions=((FIRST_DAY, 5),),
    assumed="the number is ours; no rule sets it.",
)
EFFECT_BANK_DAYS_MAX = Policy(
    rule="nemkonto.effect_bank_days_max",
    says="A designation, change or deletion takes effect at the latest on bank day number",
    paragraph="BEK 788/2025 § 10",
    unit="bank days",
    versions=((ACTIVATION_LETTERS, 5), (NEMKONTO_ACT, 5)),
    assumed="before 1 July 2025 the same number held.",
)
FOREIGN_EFFECT_BANK_DAYS = Policy(
    rule="nemkonto.foreign_effect_bank_days",
    says="Payments use a foreign account from bank day number",
    paragraph="BEK 788/2025 § 10(3)",
    unit="bank days",
    versions=((ACTIVATION_LETTERS, 5), (NEMKONTO_ACT, 5)),
    assumed="a foreign account may take longer and the order sets no day; the register uses it from this one.",
)
DESIGNATES_ALONE_AGE_YEARS = Policy(
    rule="nemkonto.designates_alone_age_years",
    says="A person designates an account without a guardian from the age of",
    paragraph="nemkonto.dk, adolescents",
    unit="years",
    versions=((FIRST_DAY, 15),),
    assumed="the page gives no day from which it holds.",
)
ENDED_AFTER_DEATH_YEARS = Policy(
    rule="nemkonto.ended_after_death_years",
    says="A dead person's NemKonto is end-marked (*slutmarkering*) after",
    paragraph="nemkonto.dk, Ophør af en NemKonto",
    unit="years",
    versions=((FIRST_DAY, 3),),
    assumed="the page is of the former scheme; the order of 2025 was not seen to change it.",
)
ENDED_AFTER_CESSATION_DAYS = Policy(
    rule="nemkonto.ended_after_cessation_days",
    says="A ceased company's NemKonto is end-marked (*slutmarkering*) after",
    paragraph="nemkonto.dk, Ophør af en NemKonto",
    unit="days",
    versions=((FIRST_DAY, 360),),
    assumed="the page is of the former scheme; the order of 2025 was not seen to change it.",
)
NAMING_MONTHS = Policy(
    rule="identity.naming_months",
    says="A child is named at the latest, after the birth, within",
    paragraph="several parishes",
    unit="months",
    versions=((FIRST_DAY, 6),),
    assumed="the paragraph is not in our dossiers; the pages of several parishes say six months.",
)
PROTECTION_YEARS = Policy(
    rule="identity.protection_years",
    says="Protection of name and address ends, unless the municipality grants longer, after",
    paragraph="CPR act § 28",
    unit="years",
    versions=((FIRST_DAY, 1),),
)
PROTECTION_REMINDER_DAYS = Policy(
    rule="identity.protection_reminder_days",
    says="A person is reminded of the end of a protection before it, by",
    paragraph="CPR act § 28; rksk.dk",
    unit="days",
    versions=((FIRST_DAY, 30),),
    assumed="one municipality says that it reminds; no rule that we read requires it.",
)
PARENTS_MAX = Policy(
    rule="identity.parents_max",
    says="A child has on any day at most",
    paragraph="cpr.dk, relations (the paragraph is assumed to be børneloven § 1)",
    unit="parents",
    versions=((FIRST_DAY, 2),),
)
MANDATE_GIVER_AGE_YEARS = Policy(
    rule="identity.mandate_giver_age_years",
    says="A person gives read access or a power of attorney from the age of",
    paragraph="borger.dk, digital fuldmagt",
    unit="years",
    versions=((FIRST_DAY, 15),),
    assumed="digital powers of attorney began in August 2013; that the age holds for read access too is ours.",
)
ERASED_NUMBER_IS_FREE = Policy(
    rule="identity.erased_number_is_free",
    says="After the erasure of its bearer a number leads to nobody, and may be registered again",
    paragraph="GDPR art. 17(1)",
    unit="yes or no",
    versions=((FIRST_DAY, True),),
    assumed="no rule that we read says whether a register may remember the number of somebody whom it has erased.",
)
MAJORITY_YEARS = Policy(
    rule="identity.majority_years",
    says="Nobody has custody of a person from the age of",
    paragraph="forældreansvarsloven § 1",
    unit="years",
    versions=((FIRST_DAY, 18),),
    assumed="the paragraph is not in our dossiers; that custody ends with a marriage before that age is left out.",
)
MOVE_REPORTED_BEFORE_DAYS_MAX = Policy(
    rule="identity.move_reported_before_days_max",
    says="A move is reported at most before its day",
    paragraph="CPR act § 12; cpr.dk, flytning",
    unit="days",
    versions=((FIRST_DAY, 28),),
    assumed="the paragraph is not in our dossiers; the page says four weeks.",
)
MOVE_REPORTED_AFTER_DAYS_MAX = Policy(
    rule="identity.move_reported_after_days_max",
    says="A person reports a move at the latest after its day",
    paragraph="CPR act § 12; cpr.dk, flytning",
    unit="days",
    versions=((FIRST_DAY, 5),),
    assumed="the paragraph is not in our dossiers; the page says five days.",
)
