"""What the database refuses by itself: each unique index, foreign key and check, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from peewee import DatabaseProxy, DataError, IntegrityError

from db.city import models
from db.committees.models.committee import CommitteeState, MemberPosition
from db.issues.lifecycle import IssueState
from db.kernel.database import database, is_postgres
from db.kernel.fields import EnumField, FormedField
from tests import factories as make
from tests.bookings.factories import make_slot
from tests.factories import MAKERS, TODAY

# Texts that a column type must refuse.
WRONG = {
    "LINE": ("two\nlines", "a\ttab", "\x7f", "\x01"),
    "CODE": ("a b", "a\n", "中", 'a"b', "a/b"),
    "UTC_TIME": ("", "2026-01-05", "2026-01-05T08:00:00", "2026-01-05T08:00:00+08:00", "2026-01-05T08:00:00.5Z"),
    "DAY": ("", "2026-1-5", "20260105", "2026-01-05T08:00:00Z"),
}


def update(row: Any, **values: Any) -> None:
    """Change columns of one row by name, as the database stores them and without the models' own conversions."""
    meta = row._meta
    mark = meta.database.param
    keys = [field.column_name for field in meta.get_primary_keys()]
    row_key = [field.db_value(row.__data__[field.name]) for field in meta.get_primary_keys()]
    assignments = ", ".join(f'"{column}" = {mark}' for column in values)
    where = " AND ".join(f"{key} = {mark}" for key in keys)
    sql = f'UPDATE "{meta.table_name}" SET {assignments} WHERE {where}'
    meta.database.execute_sql(sql, (*values.values(), *row_key))


def let_the_ledger_change() -> None:
    """Take the triggers away, so that what they hide is seen."""
    kept = ("ledger_entry", "list_edition", "audit_entry", "journal_entry", "purge_run")
    published = ("service_catalogue", "service_item", "service_material", "assessment_scheme", "assessment_weight")
    for table in (*kept, *published):
        trigger = f"change ON {table}" if is_postgres() else "update"
        database.execute_sql(f"DROP TRIGGER {table}_refuses_{trigger}")


def refuses(change: Callable[[], Any]) -> None:
    """Expect the database to refuse a change; what was there stays usable."""
    with pytest.raises((IntegrityError, DataError)), database.atomic():
        change()


def settle() -> None:
    """Check now what the database checks when a transaction ends: references of tables that refer to each other."""
    if is_postgres():
        database.execute_sql("SET CONSTRAINTS ALL IMMEDIATE")
    elif database.execute_sql("PRAGMA foreign_key_check").fetchone():
        raise IntegrityError("a reference names no row")


def test_every_table_has_a_maker() -> None:
    assert MAKERS.keys() == set(models.ALL)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (models.Division, {"code": "6201"}),
        (models.Division, {"code": "999999999999"}),
        (models.Division, {"last_code": "999999999999"}),
        (models.RoleGrant, {"last_code": "000000000000"}),
        (models.RoleGrant, {"ends_at": "2026-01-05T08:00:00Z"}),
        (models.Seat, {"number": 0}),
        (models.Seat, {"number": 16}),
        (models.Member, {"term_end": "2026-01-04"}),
        (models.Organization, {"kind": "SOCIAL_ORGANIZATION"}),
        (models.Organization, {"social_kind": "CULTURE_SPORT"}),
        (models.VolunteerTeam, {"veteran_count": 1}),
        (models.VolunteerTeam, {"veteran_count": -1}),
        (models.Resource, {"quantity": -1}),
        (models.ResourceWindow, {"weekday": 0}),
        (models.ResourceWindow, {"weekday": 8}),
        (models.ResourceWindow, {"starts_minute": -1}),
        (models.ResourceWindow, {"starts_minute": 720}),
        (models.ResourceWindow, {"ends_minute": 2881}),
        (models.ResourceWindow, {"quantity": -1}),
        (models.IssueRequest, {"resume_on": None}),
        (models.IssueRequest, {"kind": "EXTENSION"}),
        (models.IssueRequest, {"working_days": 3}),
        (models.IssueRequest, {"kind": "TRANSFER", "resume_on": None}),
        (models.IssueRequest, {"kind": "EXTENSION", "resume_on": None, "working_days": 11}),
        (models.IssueRequest, {"state": "APPROVED"}),
        (models.IssueRequest, {"decided_at": "2026-01-05T08:00:00Z"}),
        (models.Issue, {"title": "灯"}),
        (models.Issue, {"title": "长" * 61}),
        (models.Issue, {"description": "长" * 2001}),
        (models.Issue, {"rating": 0}),
        (models.Issue, {"rating": 6}),
        (models.Issue, {"version": 0}),
        (models.Issue, {"state": "CLOSED"}),
        (models.Issue, {"state": "CLOSED", "closed_at": "2026-01-09T08:00:00Z"}),
        (models.Issue, {"closed_at": "2026-01-09T08:00:00Z", "outcome": "RESOLVED"}),
        (models.Issue, {"state": "MERGED"}),
        (models.Meeting, {"state": "HELD"}),
        (models.Meeting, {"state": "CLOSED"}),
        (models.Meeting, {"held_at": "2026-01-09T08:00:00Z"}),
        (models.Vote, {"choice": "RECUSED"}),
        (models.Need, {"state": "STRUCK_OFF"}),
        (models.Need, {"state": "TRANSFERRED"}),
        (models.Need, {"struck_off_at": "2026-01-09T08:00:00Z"}),
        (models.Claim, {"quantity": 0}),
        (models.Claim, {"organization_id": None}),
    ],
)
def test_a_check_refuses(scratch: DatabaseProxy, model: Any, values: dict[str, Any]) -> None:
    row = MAKERS[model]()

    refuses(lambda: update(row, **values))


def test_checks_let_through_what_is_allowed(scratch: DatabaseProxy) -> None:
    update(make.make_role_grant(), ends_at="2026-01-05T08:00:01Z")
    update(make.make_seat(), number=15)
    update(make.make_member(), term_end="2026-01-05")
    update(make.make_organization(), kind="SOCIAL_ORGANIZATION", social_kind="CULTURE_SPORT")
    update(make.make_team(), volunteer_count=2, veteran_count=2)
    update(make.make_resource_window(), weekday=7, starts_minute=0, ends_minute=2880, quantity=0)
    update(make.make_issue(), title="五个字标题", description="长" * 2000, rating=5)
    update(make.make_issue(), title="长" * 60, state="REJECTED", closed_at="2026-01-09T08:00:00Z")
    update(make.make_meeting(), state="HELD", held_at="2026-01-09T08:00:00Z")
    update(make.make_vote(), choice="RECUSED", interest="本人为物业经理")
    update(make.make_need(), state="STRUCK_OFF", struck_off_at="2026-01-09T08:00:00Z")
    update(make.make_claim(), quantity=1)


@pytest.mark.parametrize(
    "values",
    [
        {"prev_hash": "0" * 63},
        {"hash": "0" * 65},
        {"seq": 0},
    ],
)
def test_a_ledger_entry_is_numbered_from_one_and_hashed(scratch: DatabaseProxy, values: dict[str, Any]) -> None:
    issue = make.make_issue()

    refuses(lambda: make.make_ledger_entry(issue, **values))


@pytest.mark.parametrize("model", models.ALL, ids=lambda model: model.__name__)
def test_an_enumeration_takes_its_own_names_only(scratch: DatabaseProxy, model: Any) -> None:
    row = MAKERS[model]()
    fields = [field for field in model._meta.sorted_fields if _is_listed(field)]
    let_the_ledger_change()

    for field in fields:
        refuses(lambda column=field.column_name: update(row, **{column: "NOTHING"}))


def _is_listed(field: Any) -> bool:
    return isinstance(field, EnumField) and not field.is_growing


@pytest.mark.parametrize("model", models.ALL, ids=lambda model: model.__name__)
def test_text_keeps_its_form(scratch: DatabaseProxy, model: Any) -> None:
    row = MAKERS[model]()
    fields = [f for f in model._meta.sorted_fields if isinstance(f, FormedField) and not _is_listed(f)]
    let_the_ledger_change()

    for field in fields:
        for wrong in WRONG[field.field_type]:
            refuses(lambda column=field.column_name, value=wrong: update(row, **{column: value}))


@pytest.mark.parametrize("model", models.ALL, ids=lambda model: model.__name__)
def test_a_column_that_must_be_set_refuses_null(scratch: DatabaseProxy, model: Any) -> None:
    row = MAKERS[model]()
    let_the_ledger_change()

    for field in model._meta.sorted_fields:
        if not field.null:
            refuses(lambda column=field.column_name: update(row, **{column: None}))


@pytest.mark.parametrize("model", models.ALL, ids=lambda model: model.__name__)
def test_a_reference_names_a_row_that_is_there(scratch: DatabaseProxy, model: Any) -> None:
    row = MAKERS[model]()
    let_the_ledger_change()

    def refer(column: str) -> None:
        update(row, **{column: 999_999})
        settle()

    for field in model._meta.refs:
        refuses(lambda column=field.column_name: refer(column))


def test_numbers_are_no_text(scratch: DatabaseProxy) -> None:
    refuses(lambda: update(make.make_seat(), number="first"))


def test_unique_things_are_refused_twice(scratch: DatabaseProxy) -> None:
    division = make.make_division()
    refuses(lambda: make.make_division(code=division.code))

    account = make.make_account(subject="a")
    refuses(lambda: make.make_account(subject="a"))

    token = make.make_api_token(account=account)
    refuses(lambda: make.make_api_token(account=account, token_hash=token.token_hash))

    issue = make.make_issue(number="620101001001-2026-1")
    refuses(lambda: make.make_issue(committee=issue.committee, number=issue.number))
    refuses(lambda: make.make_issue_contact(make.make_issue_contact(issue).issue))

    entry = make.make_ledger_entry(issue)
    refuses(lambda: make.make_ledger_entry(issue, seq=entry.seq))

    serial = make.make_ledger_serial(division)
    refuses(lambda: make.make_ledger_serial(division, year=serial.year))

    item = make.make_agenda_item()
    refuses(lambda: make.make_agenda_item(item.meeting, position=item.position))
    make.make_resolution(item)
    refuses(lambda: make.make_resolution(item))
    vote = make.make_vote(item)
    refuses(lambda: make.make_vote(item, member=vote.member))
    attendance = make.make_attendance(item.meeting)
    refuses(lambda: make.make_attendance(item.meeting, member=attendance.member))

    milestone = make.make_project_milestone()
    refuses(lambda: make.make_project_milestone(milestone.project, position=milestone.position))
    served = make.make_project_issue(milestone.project)
    refuses(lambda: make.make_project_issue(milestone.project, issue=served.issue))

    slot = make_slot()
    refuses(lambda: make_slot(slot.window, day=slot.day))

    snapshot = make.make_statistics_snapshot()
    refuses(lambda: make.make_statistics_snapshot(snapshot.division))


def test_a_community_has_one_committee_that_is_not_dissolved(scratch: DatabaseProxy) -> None:
    community = make.make_division()
    make.make_committee(community, state=CommitteeState.DISSOLVED, dissolved_on=TODAY)
    make.make_committee(community, state=CommitteeState.FORMING)

    refuses(lambda: make.make_committee(community))


def test_a_committee_has_fifteen_seats(scratch: DatabaseProxy) -> None:
    committee = make.make_committee()
    for _ in range(15):
        make.make_seat(committee)

    refuses(lambda: make.make_seat(committee))
    refuses(lambda: make.make_seat(committee, number=15))


def test_a_seat_is_held_by_one_active_member(scratch: DatabaseProxy) -> None:
    former = make.make_member(is_active=False)
    make.make_member(former.committee, seat=former.seat)

    refuses(lambda: make.make_member(former.committee, seat=former.seat))


def test_a_committee_has_one_active_director(scratch: DatabaseProxy) -> None:
    committee = make.make_committee()
    make.make_member(committee, position=MemberPosition.DIRECTOR, is_active=False)
    make.make_member(committee, position=MemberPosition.DIRECTOR)

    refuses(lambda: make.make_member(committee, position=MemberPosition.DIRECTOR))


def test_a_person_holds_one_active_seat_of_a_committee(scratch: DatabaseProxy) -> None:
    account = make.make_account()
    committee = make.make_committee()
    make.make_member(committee, account=account, is_active=False)
    make.make_member(committee, account=account)
    make.make_member(account=account)

    refuses(lambda: make.make_member(committee, account=account))


def test_a_claim_is_made_by_exactly_one_party(scratch: DatabaseProxy) -> None:
    issue = make.make_issue(IssueState.OPEN_FOR_CLAIM)

    refuses(lambda: make.make_claim(issue, organization=make.make_organization(), team=make.make_team()))
    refuses(lambda: make.make_claim(issue, team=make.make_team(), member=make.make_member()))
    refuses(lambda: make.make_claim(issue, member=None))


def test_an_issue_has_at_most_one_handler(scratch: DatabaseProxy) -> None:
    issue = make.make_issue(IssueState.IN_PROGRESS, handler_team=make.make_team())

    refuses(lambda: update(issue, handler_member_id=make.make_member().id))
    refuses(lambda: update(issue, handler_organization_id=make.make_organization().id))


def test_an_issue_is_not_merged_into_itself(scratch: DatabaseProxy) -> None:
    issue = make.make_issue(IssueState.MERGED)

    refuses(lambda: update(issue, merged_into_id=issue.id))
    refuses(lambda: update(issue, state="ACCEPTED"))


@pytest.mark.parametrize("statement", ["UPDATE ledger_entry SET note = 'changed'", "DELETE FROM ledger_entry"])
def test_the_ledger_refuses_change_and_deletion(scratch: DatabaseProxy, statement: str) -> None:
    make.make_ledger_entry()

    with pytest.raises(IntegrityError, match="the ledger is append-only"), scratch.atomic():
        scratch.execute_sql(statement)


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET note = 'changed'", "DELETE FROM journal_entry"])
def test_the_journal_refuses_change_and_deletion(scratch: DatabaseProxy, statement: str) -> None:
    MAKERS[models.JournalEntry]()

    with pytest.raises(IntegrityError, match="the journal is append-only"), scratch.atomic():
        scratch.execute_sql(statement)


def test_the_journal_refuses_to_be_emptied_or_overwritten(scratch: DatabaseProxy) -> None:
    entry = MAKERS[models.JournalEntry]()

    overwrite = "INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry"

    with pytest.raises(IntegrityError, match="the journal is append-only"), scratch.atomic():
        scratch.execute_sql("TRUNCATE journal_entry" if is_postgres() else overwrite)

    assert [row.hash for row in models.JournalEntry.select()] == [entry.hash]


def test_the_ledger_refuses_to_be_emptied_or_overwritten(scratch: DatabaseProxy) -> None:
    entry = make.make_ledger_entry()

    overwrite = "INSERT OR REPLACE INTO ledger_entry SELECT * FROM ledger_entry"

    with pytest.raises(IntegrityError, match="the ledger is append-only"), scratch.atomic():
        scratch.execute_sql("TRUNCATE ledger_entry" if is_postgres() else overwrite)

    assert [row.hash for row in models.LedgerEntry.select()] == [entry.hash]


@pytest.mark.parametrize("model", models.ALL, ids=lambda model: model.__name__)
def test_a_row_that_is_needed_is_kept_and_what_belongs_to_it_goes_with_it(scratch: DatabaseProxy, model: Any) -> None:
    row = MAKERS[model]()
    references = [field for field in model._meta.refs if getattr(row, field.object_id_name) is not None]

    for field in references:
        target = getattr(row, field.name)
        if field.on_delete == "RESTRICT":
            refuses(lambda target=target: delete(target))
        elif field.on_delete == "CASCADE":
            with scratch.atomic() as transaction:
                delete(target)
                assert not model.select().where(*same(row)).exists()
                transaction.rollback()


def test_a_row_outlives_what_it_may_do_without(scratch: DatabaseProxy) -> None:
    account = make.make_account()
    member = make.make_member(account=account)
    submitted = make.make_issue(submitter=member, reporter=account)

    account.delete_instance()
    member.delete_instance()

    kept = models.Issue.get_by_id(submitted.id)
    assert (kept.submitter_id, kept.reporter_id) == (None, None)


def delete(row: Any) -> None:
    """Delete one row and nothing that the database itself would not."""
    type(row).delete().where(*same(row)).execute()


def same(row: Any) -> list[Any]:
    """Build the condition that a row is this one, by its primary key."""
    return [field == row.__data__[field.name] for field in row._meta.get_primary_keys()]
