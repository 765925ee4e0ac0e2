"""What the clock does for registrations, pledges and agreements, each of it once."""

from datetime import date, timedelta
from decimal import Decimal

from db.access.models.account import Role
from db.access.models.notice import Notice
from db.city import models
from db.city.clock import tick
from db.registrations.models.agreement import AgreementState, PartnershipAgreement
from db.registrations.models.registration import Registration, RegistrationState
from db.registrations.models.service import Pledge, PledgeState
from db.settings.models import SettingKey
from tests.factories import AT, TODAY, make_account, make_organization, make_person, make_role_grant
from tests.registrations.factories import make_agreement, make_hour_record, make_pledge, make_registration
from tests.settings.nouns import make_setting
from tests.town import Town

DAY = timedelta(days=1)


def test_registrations_that_are_not_renewed_lapse(town: Town) -> None:
    home = town.home.division
    unit, account = make_organization(home), make_account(name="示范联络人")
    grant = make_role_grant(Role.UNIT_CONTACT, home, organization=unit, account=account)
    lapsing = make_registration(unit, renew_by=TODAY - 31 * DAY, contact_grant=grant)
    due = make_registration(make_person(home, account=town.accounts["resident"]), renew_by=TODAY)
    orphan = make_registration(make_person(home), renew_by=TODAY - 30 * DAY)
    later = make_registration(make_person(home), renew_by=TODAY + DAY)
    strict = make_registration(make_person(town.far.division), renew_by=TODAY - 6 * DAY)
    make_setting(town.far.division, key=SettingKey.REGISTRATION_LAPSE_DAYS, value=5)

    first, second = tick(AT), tick(AT)

    states = {row.id: row.state for row in Registration.select()}
    active, lapsed = RegistrationState.ACTIVE, RegistrationState.LAPSED
    assert states == {
        lapsing.id: lapsed, due.id: active, orphan.id: active, later.id: active, strict.id: lapsed,
    }  # fmt: skip
    assert [first.counts[name] for name in ("registrations due", "registrations lapsed")] == [4, 2]
    assert [second.counts[name] for name in ("registrations due", "registrations lapsed")] == [0, 0]
    assert models.RoleGrant.get_by_id(grant.id).ends_at == AT
    told = {(notice.role, notice.account_id) for notice in Notice.select().where(Notice.kind == "REGISTRATION_DUE")}
    assert told == {
        (Role.UNIT_CONTACT, account.id), (Role.RESIDENT, town.accounts["resident"].id), (Role.STAFF, None),
    }  # fmt: skip
    entry = models.JournalEntry.get(models.JournalEntry.subject_id == lapsing.id)
    assert (entry.action, entry.actor_role, entry.to_state) == ("LAPSE", Role.SYSTEM, "LAPSED")


def test_pledges_lapse_and_agreements_expire(town: Town) -> None:
    registration = make_registration(make_organization(town.home.division))
    late = TODAY - 31 * DAY
    kept, missed, plain = (
        make_pledge(registration, due_on=late, hours=hours) for hours in (Decimal(2), Decimal(5), None)
    )
    waiting = make_pledge(registration, due_on=TODAY - 30 * DAY)
    make_hour_record(registration=registration, pledge=kept)
    make_hour_record(registration=registration, pledge=missed)
    over, last_day, draft = (
        make_agreement(registration.organization, starts_on=date(2025, 1, 1), ends_on=ends, state=state)
        for ends, state in (
            (TODAY - DAY, AgreementState.SIGNED), (TODAY, AgreementState.SIGNED), (TODAY - DAY, AgreementState.DRAFT),
        )
    )  # fmt: skip

    tick(AT)
    again = tick(AT)

    states = {row.id: row.state for row in Pledge.select()}
    assert states == {
        kept.id: PledgeState.KEPT, missed.id: PledgeState.LAPSED, plain.id: PledgeState.LAPSED,
        waiting.id: PledgeState.OPEN,
    }  # fmt: skip
    agreed = {row.id: row.state for row in PartnershipAgreement.select()}
    assert agreed == {
        over.id: AgreementState.EXPIRED, last_day.id: AgreementState.SIGNED, draft.id: AgreementState.DRAFT,
    }  # fmt: skip
    assert [again.counts[name] for name in ("pledges lapsed", "agreements expired")] == [0, 0]
