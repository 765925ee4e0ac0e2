"""Editions of the three lists: what is in one, one a month, and never changed (L5)."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from peewee import DatabaseProxy, IntegrityError

from db.bookings.openings import know_days
from db.city import models
from db.city.clock import tick
from db.committees.models.committee import CommitteeState
from db.deliberation.editions import publish_list_edition, publish_lists
from db.issues.lifecycle import IssueState
from db.issues.models.claim import ClaimState, NeedState, ProjectState
from db.kernel.database import is_postgres
from db.kernel.errors import DomainError, ErrorCode
from db.organizations.models.resource import CapacityModel, ResourceState
from db.places.models.division import DivisionLevel
from tests import factories as make
from tests.asking import answer_to
from tests.bookings.factories import make_slot
from tests.factories import AT, TODAY
from tests.threads import at_once
from tests.town import Town, build

DAY = timedelta(days=1)


def edition_of(committee: models.Committee) -> Any:
    return models.ListEdition.get(models.ListEdition.committee == committee)


def test_an_edition_holds_the_three_lists_as_they_stand(scratch: DatabaseProxy) -> None:
    committee = make.make_committee()
    issue = make.make_issue(IssueState.OPEN_FOR_CLAIM, committee, number="LZ-1")
    make.make_need(issue, wanted="梯子", wanted_quantity=2, unit="架", claim_until=AT)
    make.make_need(make.make_issue(committee=committee), state=NeedState.STRUCK_OFF, struck_off_at=AT)
    make.make_project(committee, lead=make.make_member(committee), budget=Decimal("9.50"), due_on="2026-03-01")
    make.make_project(committee, state=ProjectState.CLOSED)
    unit = make.make_organization(committee.division)
    stock = make.make_resource(unit, quantity=5)
    make.make_claim(issue, resource=stock, quantity=Decimal("1.5"), state=ClaimState.CONFIRMED)
    make.make_claim(issue, resource=stock, quantity=1)
    make.make_resource(unit, state=ResourceState.RETIRED)

    assert publish_lists(AT) == 1

    edition = edition_of(committee)
    assert json.loads(edition.content) == {
        "needs": [
            {
                "issue": "LZ-1", "title": "示范小区路灯不亮", "wanted": "梯子", "quantity": "2.00", "unit": "架",
                "claimUntil": "2026-01-05T08:00:00Z", "state": "OPEN",
            }
        ],
        "projects": [
            {
                "title": "示范口袋公园", "lead": "示范委员1", "budget": "9.50", "dueOn": "2026-03-01",
                "state": "PLANNED",
            }
        ],
        "resources": [
            {
                "name": "示范会议室", "organization": "示范单位", "quantity": "5.00", "left": "3.50", "unit": "件",
            }
        ],
    }  # fmt: skip
    assert (edition.number, edition.month, edition.published_at) == (1, "2026-01", AT)
    assert edition.sha256 == hashlib.sha256(edition.content.encode()).hexdigest()


ENTRIES = """query ($id: ID!, $list: ListKind, $after: Int) { node(id: $id) { ... on ListEdition {
    entries(list: $list, afterPosition: $after) { list position title unit quantity left dueOn state } } } }"""


def entries_of(edition: Any, **asked: Any) -> Any:
    answer = answer_to(None, ENTRIES, id=f"ListEdition_{edition.id}", **asked)
    assert "errors" not in answer, answer
    return answer["data"]["node"]["entries"]


def test_entries_are_read_from_the_sealed_text_whatever_has_become_of_the_lists(scratch: DatabaseProxy) -> None:
    committee = make.make_committee()
    issue = make.make_issue(IssueState.OPEN_FOR_CLAIM, committee, number="LZ-1")
    late = AT.replace(day=31, hour=16)
    need = make.make_need(issue, title="梯子%“两架”", wanted_quantity=Decimal("2.5"), unit="架", claim_until=late)
    make.make_project(committee, budget=Decimal("1200000.05"), due_on="2026-03-01")
    unit = make.make_organization(committee.division)
    make.make_resource(unit, name="常开场地", quantity=None, unit=None, capacity_model=CapacityModel.STANDING)
    make.make_resource(unit, quantity=5)
    publish_lists(AT)
    edition = edition_of(committee)
    need.change(title="改名", state=NeedState.STRUCK_OFF, struck_off_at=AT)

    everything, of_resources = entries_of(edition), entries_of(edition, list="RESOURCES", after=1)

    assert everything == [
        {
            "list": "NEEDS", "position": 1, "title": "梯子%“两架”", "unit": "架", "quantity": "2.50", "left": None,
            "dueOn": "2026-02-01", "state": "OPEN",
        },
        {
            "list": "PROJECTS", "position": 1, "title": "示范口袋公园", "unit": "元", "quantity": "1200000.05",
            "left": None, "dueOn": "2026-03-01", "state": "PLANNED",
        },
        {
            "list": "RESOURCES", "position": 1, "title": "常开场地", "unit": None, "quantity": None, "left": None,
            "dueOn": None, "state": None,
        },
        {
            "list": "RESOURCES", "position": 2, "title": "示范会议室", "unit": "件", "quantity": "5.00", "left": "5.00",
            "dueOn": None, "state": None,
        },
    ]  # fmt: skip
    assert of_resources == everything[3:]
    assert entries_of(make.make_list_edition(committee)) == []


def test_a_long_edition_is_read_in_parts(scratch: DatabaseProxy) -> None:
    resources = [{"name": f"资源{at}", "unit": None, "quantity": None, "left": None} for at in range(450)]
    edition = make.make_list_edition(content=json.dumps({"resources": resources}))

    parts = [[entry["title"] for entry in entries_of(edition, after=after)] for after in (None, 200, 400, 450)]

    assert [len(part) for part in parts] == [200, 200, 50, 0]
    assert [title for part in parts for title in part] == [row["name"] for row in resources]


def test_what_is_left_is_what_may_still_be_claimed(scratch: DatabaseProxy) -> None:
    committee = make.make_committee()
    unit = make.make_organization(committee.division)
    know_days(TODAY, 30)
    lent = make.make_resource(unit, quantity=5, capacity_model=CapacityModel.LEASE)
    make.make_claim(resource=lent, quantity=2, state=ClaimState.FULFILLED, confirmed_at=AT)
    make.make_claim(resource=lent, quantity=1, state=ClaimState.CONFIRMED, confirmed_at=AT)
    monthly = make.make_resource(unit, quantity=9, capacity_model=CapacityModel.QUOTA)
    make.make_claim(resource=monthly, quantity=4, state=ClaimState.FULFILLED, confirmed_at=AT - 31 * DAY)
    make.make_claim(resource=monthly, quantity=2, state=ClaimState.FULFILLED, confirmed_at=AT)
    room = make.make_resource(unit, quantity=50, capacity_model=CapacityModel.BOOKABLE)
    make_slot(make.make_resource_window(room, weekday=2, quantity=3), day=TODAY + DAY, capacity=3, taken=2)
    make.make_claim(resource=room, quantity=2, state=ClaimState.CONFIRMED, confirmed_at=AT)

    publish_lists(AT)

    left = {entry["quantity"]: entry["left"] for entry in entries_of(edition_of(committee), list="RESOURCES")}
    assert left == {"5.00": "4.00", "9.00": "7.00", "50.00": "1.00"}
    shown = answer_to(None, "{ resources { nodes { quantity availableQuantity } } }", AT)["data"]["resources"]["nodes"]
    assert {row["quantity"]: row["availableQuantity"] for row in shown} == left


def test_there_is_one_edition_a_month_of_shanghai(scratch: DatabaseProxy) -> None:
    committee = make.make_committee()
    end_of_january = AT.replace(day=31, hour=15, minute=59)

    published = [publish_lists(at) for at in (AT, end_of_january, end_of_january + timedelta(minutes=1), AT + 59 * DAY)]

    assert published == [1, 0, 1, 1]
    editions = models.ListEdition.select().where(models.ListEdition.committee == committee)
    assert [(edition.number, edition.month) for edition in editions.order_by(models.ListEdition.number)] == [
        (1, "2026-01"), (2, "2026-02"), (3, "2026-03"),
    ]  # fmt: skip


def test_a_divisions_committees_publish_and_dissolved_ones_do_not(scratch: DatabaseProxy) -> None:
    streets = [make.make_division(DivisionLevel.SUBDISTRICT) for _ in range(2)]
    here, there, gone = (make.make_committee(make.make_division(parent=streets[at])) for at in (0, 1, 0))
    models.Committee.update(state=CommitteeState.DISSOLVED).where(models.Committee.id == gone.id).execute()

    assert publish_lists(AT, streets[0].code) == 1
    assert edition_of(here).number == 1
    assert models.ListEdition.select().where(models.ListEdition.committee == there).count() == 0
    with pytest.raises(DomainError, match="There is no division 1"):
        publish_lists(AT, "1")


def test_the_director_publishes_the_edition_of_a_month_once(town: Town) -> None:
    given: dict[str, Any] = {"committee_id": town.home.id}

    refused = [town.refused(who, publish_list_edition, **given) for who in ("member", "staff", "subdistrict")]
    made = town.act("director", publish_list_edition, **given).rows["edition"]
    again = town.refused("director", publish_list_edition, AT + 9 * DAY, **given)
    town.act("director", publish_list_edition, AT + 31 * DAY, **given)

    assert refused == [(ErrorCode.NOT_PERMITTED, "")] * 3
    assert edition_of(town.home).id == made
    assert again == (ErrorCode.ALREADY_EXISTS, "")
    editions = models.ListEdition.select().order_by(models.ListEdition.number)
    assert [(row.committee_id, row.number, row.month) for row in editions] == [
        (town.home.id, 1, "2026-01"), (town.home.id, 2, "2026-02"),
    ]  # fmt: skip


def test_the_clock_publishes_on_the_last_day_what_nobody_has(town: Town) -> None:
    town.act("director", publish_list_edition, committee_id=town.home.id)
    last_day = AT.replace(day=30, hour=16, minute=0)

    counts = [
        tick(at).counts["list editions published"]
        for at in (last_day - timedelta(minutes=1), last_day, last_day + timedelta(minutes=1), last_day + DAY)
    ]

    assert counts == [0, 3, 0, 0]
    assert {row.month for row in models.ListEdition.select()} == {"2026-01"}


def test_an_edition_is_published_once_however_many_do_it_at_once(database: DatabaseProxy) -> None:
    town = build()

    def one() -> str:
        try:
            town.act("director", publish_list_edition, committee_id=town.home.id)
        except DomainError as refusal:
            return refusal.code
        return ""

    answers = at_once(6, one)

    assert sorted(answers) == ["", *["ALREADY_EXISTS"] * 5]
    assert models.ListEdition.select().count() == 1


def test_the_database_keeps_an_edition_as_it_is(scratch: DatabaseProxy) -> None:
    edition = make.make_list_edition()
    again = "INSERT OR REPLACE INTO list_edition SELECT * FROM list_edition"
    changes = (
        "UPDATE list_edition SET content = ''", "DELETE FROM list_edition",
        "TRUNCATE list_edition" if is_postgres() else again,
    )  # fmt: skip

    for change in changes:
        with pytest.raises(IntegrityError, match="published once and never changed"), scratch.atomic():
            scratch.execute_sql(change)

    assert models.ListEdition.get_by_id(edition.id).content == "{}"
