"""A bulk form leaves what its rows leave that are sent one by one: rows, numbers, ledgers, journals, refusals."""

from typing import Any

from peewee import DatabaseProxy, fn

from db.access.models.account import Role
from db.city import models
from db.issues.lifecycle import IssueOutcome, IssueState
from db.issues.models.claim import ClaimState
from db.kernel.database import is_postgres
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.asking import answer_to
from tests.factories import AT
from tests.graph.places import DAY, Place, build
from tests.graph.steps import WORDS
from tests.issues.model.rows import changed, read

_ERRORS = "userErrors { code field message }"


def _issues(place: Place, state: IssueState, count: int, **values: Any) -> list[str]:
    """Make issues on the need list, the first two of which one project serves, with a claim on the first."""
    made = []
    for at in range(count):
        issue = make.make_issue(
            state, place.committee, number=f"LZ-{state}-{at}", current_level=DivisionLevel.COMMUNITY,
            responsible_code=place.code, due_at=AT + 9 * DAY, reporter=place.accounts[Role.RESIDENT], **values,
        )  # fmt: skip
        make.make_need(issue)
        made.append(issue)
    project = make.make_project(place.committee)
    for issue in made[:2]:
        make.make_project_issue(project, issue=issue)
    make.make_claim(made[0], state=ClaimState.CONFIRMED, organization=make.make_organization(made[0].division))
    make.make_claim(made[0], state=ClaimState.PENDING, organization=make.make_organization(made[0].division))
    return [f"Issue_{issue.id}" for issue in made]


def _submitted(home: Place, far: Place) -> list[dict[str, Any]]:
    plain = {
        "divisionCode": home.code, "channel": "APP", "title": "示范小区路灯不亮", "description": WORDS,
        "duty": "PUBLIC_BENEFIT_SERVICE", "urgency": "NORMAL", "contactName": "示范居民",
    }  # fmt: skip
    bare = {name: value for name, value in plain.items() if name != "contactName"}
    return [
        plain,
        {**plain, "externalSource": "12345", "externalId": "a"},
        {**bare, "isAnonymous": True, "urgency": "EMERGENCY"},
        bare,
        {**plain, "externalSource": "12345", "externalId": "a"},
        {**plain, "externalSource": "12345", "externalId": "b"},
        {**plain, "divisionCode": far.code},
        {**plain, "divisionCode": "620199999999"},
        {**plain, "title": "灯"},
        {**plain, "contactPhone": "13800000000", "place": "示范路"},
        {**bare, "isAnonymous": True, "externalSource": "12345"},
        plain,
    ]


def _rows(home: Place, far: Place) -> dict[str, tuple[Role, list[dict[str, Any]]]]:
    accepted = _issues(home, IssueState.ACCEPTED, 5)
    done = _issues(home, IssueState.AWAITING_VERIFICATION, 5, outcome=IssueOutcome.RESOLVED)
    for name in done[:4]:
        make.make_evidence(models.Issue.get_by_id(int(name.removeprefix("Issue_"))))
    unit, team = home.rows["unit"], home.rows["team"]
    closing = {"verification": WORDS, "rating": 5}
    person = {"divisionCode": home.code, "name": "示范居民", "groups": ["VETERAN"]}
    return {
        "registerPerson": (
            Role.STAFF,
            [
                {**person, "phone": "13800000001"},
                person,
                {**person, "phone": "13800000001"},
                {**person, "divisionCode": far.code},
                {**person, "phone": "13800000002"},
            ],
        ),
        "submitIssue": (Role.STAFF, _submitted(home, far)),
        "assignIssue": (
            Role.STAFF,
            [
                {"issueId": accepted[0], "handlerId": unit},
                {"issueId": accepted[1], "handlerId": team, "expectedVersion": 7},
                {"issueId": accepted[1], "handlerId": team, "instruction": WORDS},
                {"issueId": accepted[0], "handlerId": team},
                {"issueId": accepted[2], "handlerId": far.rows["unit"]},
                {"issueNumber": "LZ-ACCEPTED-3", "handlerId": home.rows[Role.MEMBER.value]},
                {"issueId": "Issue_999999", "handlerId": unit},
                {"issueId": accepted[4], "handlerId": unit},
            ],
        ),
        "closeIssue": (
            Role.STAFF,
            [
                {"issueId": done[0], **closing},
                {"issueId": done[4], **closing},
                {"issueId": done[1], "verification": WORDS},
                {"issueId": done[2], **closing},
                {"issueId": done[0], **closing},
                {"issueId": done[1], "verification": WORDS, "noReply": True},
                {"issueId": done[3], **closing},
                {"issueId": accepted[0], **closing},
            ],
        ),
    }


def _sent(home: Place, rows: dict[str, tuple[Role, list[dict[str, Any]]]], *, in_bulk: bool) -> list[Any]:
    """Send all rows, and return what each of them did, with the fields of its errors as its single form names them."""
    answers: list[Any] = []
    for name, (role, inputs) in rows.items():
        _number_from_the_last_row()
        account_id, title = home.accounts[role].id, name[0].upper() + name[1:]
        shown = f"{'person { id }' if name == 'registerPerson' else 'issue { id } event { id }'} {_ERRORS}"
        if in_bulk:
            text = f"mutation ($input: {title}sInput!) {{ it: {name}s(input: $input) {{ results {{ {shown} }} }} }}"
            given = {"rows": inputs, "errorPolicy": "SKIP_FAILED"}
            found = answer_to(account_id, text, input=given)["data"]["it"]["results"]
        else:
            text = f"mutation ($input: {title}Input!) {{ it: {name}(input: $input) {{ {shown} }} }}"
            found = [answer_to(account_id, text, input=row)["data"]["it"] for row in inputs]
        for error in (error for result in found for error in result["userErrors"]):
            error["field"] = (error["field"] or [])[2 if in_bulk else 0 :]
        answers += found
    return answers


def _number_from_the_last_row() -> None:
    """Let PostgreSQL's sequences continue after the last row: a batch takes more of them than it needs."""
    for model in models.ALL if is_postgres() else ():
        meta: Any = model._meta
        if not meta.composite_key and meta.primary_key.auto_increment:
            last = model.select(fn.COALESCE(fn.MAX(meta.primary_key), 0)).scalar()
            sequence = fn.pg_get_serial_sequence(f'"{meta.table_name}"', meta.primary_key.column_name)
            model.select(fn.setval(sequence, last + 1, False)).limit(1).scalar() if last else None


def test_bulk_rows_do_what_they_do_one_by_one(scratch: DatabaseProxy) -> None:
    _, home, far, _ = build()
    rows = _rows(home, far)
    before = read()
    with scratch.atomic() as undone:
        one_by_one, left = _sent(home, rows, in_bulk=False), read()
        undone.rollback()

    in_bulk, found = _sent(home, rows, in_bulk=True), read()

    assert in_bulk == one_by_one
    codes = {error["code"] for answer in in_bulk for error in answer["userErrors"]}
    refusals = {"ALREADY_EXISTS", "INVALID_INPUT", "NOT_PERMITTED", "NOT_FOUND", "STALE_OBJECT", "ILLEGAL_TRANSITION"}
    assert codes >= refusals
    del left["audit_entry"], found["audit_entry"]
    assert changed(left, found) == []
    assert len(found["ledger_entry"]) - len(before["ledger_entry"]) > 12
