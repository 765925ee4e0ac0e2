"""The life of a shift: who plans it, who is on it, and what follows from having been there."""

from datetime import timedelta
from typing import Any

import pytest
from peewee import DatabaseProxy

from db.access.models.account import Role
from db.city import models
from db.city.journal_check import verify_journals
from db.kernel.fields import utc_text
from db.registrations.models.service import HourRecord
from db.shifts.models.shift import AssignmentState, Force, Shift, ShiftAssignment, ShiftState
from tests import factories as make
from tests.asking import Asking
from tests.factories import AT
from tests.registrations.factories import make_hour_record, make_registration
from tests.settings.nouns import make_setting
from tests.shifts.factories import HOUR, make_joint_duty, make_shift, make_shift_assignment

DAY = timedelta(days=1)
SHOWN = (
    "shift { state taken version } shiftAssignment { id state force swapWith { person { id } } } event { action seq }"
)
PLANNED = "results { shift { id startsAt endsAt checkInFrom needed state } event { action } userErrors { code field } }"


def gid(row: Any) -> str:
    return f"{type(row).__name__}_{row.id}"


class Cast:
    """People of the town who may be on duty."""

    def __init__(self, ask: Asking) -> None:
        self.home = ask.town.home.division
        self.resident = self.person("王示范", account=ask.town.accounts["resident"])
        self.neighbour = self.person("李示范", account=ask.town.accounts["neighbour"])
        self.volunteer = self.person("赵示范")
        self.captain = self.person("陈示范", account=self.account(ask, "captain"))
        self.team = make.make_team(self.home, captain=self.captain)
        make.make_role_grant(Role.TEAM_CAPTAIN, self.home, account=ask.town.accounts["captain"], team=self.team)
        make.make_team_membership(self.team, self.volunteer)

    def account(self, ask: Asking, name: str) -> models.Account:
        ask.town.accounts[name] = make.make_account(name=f"示范{name}")
        return ask.town.accounts[name]

    def person(self, name: str, groups: str = "", **values: Any) -> models.Person:
        return make.make_person(self.home, name=name, groups=groups, **values)


@pytest.fixture
def cast(ask: Asking) -> Cast:
    """Return the people of the town."""
    return Cast(ask)


def plan(cast: Cast, **given: Any) -> dict[str, Any]:
    """Return the input that plans three shifts of four hours on each of two days."""
    return {
        "divisionCode": cast.home.code, "kind": "CHECKPOINT", "place": "示范小区东门", "needed": 2, "days": 2,
        "startsAt": utc_text(AT + DAY), "endsAt": utc_text(AT + DAY + 12 * HOUR), "lengthMinutes": 240, **given,
    }  # fmt: skip


def states(payload: Any) -> tuple[Any, ...]:
    shift, place = payload["shift"], payload["shiftAssignment"]
    return shift["state"], shift["taken"], place["state"]


def test_shifts_are_planned_many_at_once(ask: Asking, cast: Cast) -> None:
    found = ask.change("staff", "planShifts", PLANNED, **plan(cast))["results"]
    starts = [row["shift"]["startsAt"] for row in found]

    assert len(found) == 6
    assert starts[:3] == [utc_text(AT + DAY + number * HOUR) for number in (0, 4, 8)]
    assert starts[3] == utc_text(AT + 2 * DAY)
    assert found[0]["shift"]["checkInFrom"] == utc_text(AT + DAY - HOUR / 2)
    assert {(row["shift"]["state"], row["event"]["action"]) for row in found} == {("OPEN", "CREATE")}
    forces = {"kind": "JOINT_DUTY", "needed": 3, "police": 1, "militia": 1, "ethnicReligious": 1}
    wrong: list[tuple[str, dict[str, Any], Any]] = [
        ("resident", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("next_staff", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("district", {}, ("NOT_PERMITTED", ["divisionCode"])),
        ("staff", {"divisionCode": "999999999999"}, ("NOT_FOUND", ["divisionCode"])),
        # The last of them reaches into the first that is there.
        ("staff", {"startsAt": utc_text(AT + DAY - 3 * HOUR), "endsAt": utc_text(AT + DAY + HOUR), "days": 1},
         ("SLOT_CONFLICT", ["startsAt"])),
        ("staff", {"startsAt": utc_text(AT - HOUR)}, ("INVALID_INPUT", ["startsAt"])),
        ("staff", {"place": "南门", "lengthMinutes": 250}, ("INVALID_INPUT", ["endsAt"])),
        ("staff", {"place": "南门", "endsAt": utc_text(AT + 3 * DAY)}, ("INVALID_INPUT", ["endsAt"])),
        ("staff", {"place": "南门", "lengthMinutes": 720, "endsAt": utc_text(AT)}, ("INVALID_INPUT", ["endsAt"])),
        ("staff", {"place": "南门", "days": 67}, ("INVALID_INPUT", ["days"])),
        ("staff", {"place": "南门", "lengthMinutes": 750}, ("LIMIT_REACHED", ["lengthMinutes"])),
        ("staff", {"place": "南门", "needed": 0}, ("INVALID_INPUT", ["needed"])),
        ("staff", {"place": "南门", "police": 1}, ("INVALID_INPUT", ["kind"])),
        ("staff", {**forces, "militia": 0}, ("TEAM_INCOMPLETE", ["militia"])),
        ("staff", {**forces, "needed": 2}, ("INVALID_INPUT", ["needed"])),
    ]  # fmt: skip
    for who, change, refusal in wrong:
        assert ask.refused(who, "planShifts", **plan(cast, **change)) == [refusal], change
    assert Shift.select().count() == 6
    # Another place, another kind, and the place of a cancelled one are free.
    assert ask.refused("subdistrict", "planShifts", **plan(cast, place="示范小区南门")) == []
    assert ask.refused("staff", "planShifts", **plan(cast, **forces)) == []
    cancelled = ask.change(
        "subdistrict", "cancelShift", "shift { state }", shiftId=found[0]["shift"]["id"], reason="雨"
    )
    assert cancelled["shift"] == {"state": "CANCELLED"}
    assert ask.refused("staff", "planShifts", **plan(cast, endsAt=utc_text(AT + DAY + 4 * HOUR), days=1)) == []


def test_people_come_and_go_and_their_hours_count(ask: Asking, cast: Cast) -> None:
    planned = ask.change("staff", "planShifts", PLANNED, **plan(cast, days=1, endsAt=utc_text(AT + DAY + 4 * HOUR)))
    shift = Shift.get_by_id(int(planned["results"][0]["shift"]["id"].split("_")[1]))
    registration = make_registration(cast.volunteer)
    starts = shift.starts_at
    assigned = ask.change("captain", "assignShift", SHOWN, shiftId=gid(shift), personId=gid(cast.volunteer))
    place = assigned["shiftAssignment"]["id"]

    assert (states(assigned), assigned["event"]) == (("OPEN", 1, "PLANNED"), {"action": "CREATE", "seq": 1})
    assert states(ask.change("resident", "signUpForShift", SHOWN, shiftId=gid(shift))) == ("FULL", 2, "PLANNED")
    assert ask.refused("neighbour", "signUpForShift", shiftId=gid(shift)) == [("LIMIT_REACHED", ["shiftId"])]

    def step(who: str, name: str, at: Any, key: str = place, **given: Any) -> Any:
        return ask.change(who, name, SHOWN, at, assignmentId=key, **given)

    def refused(who: str, name: str, at: Any, key: str = place, **given: Any) -> Any:
        [error] = ask.refused(who, name, at, assignmentId=key, **given)
        return error

    assert refused("captain", "checkInShift", starts - HOUR) == ("LIMIT_REACHED", ["assignmentId"])
    assert refused("neighbour", "checkInShift", starts) == ("NOT_PERMITTED", None)
    assert refused("resident", "checkInShift", starts) == ("NOT_PERMITTED", None)
    assert states(step("captain", "checkInShift", starts - HOUR / 2)) == ("FULL", 2, "CHECKED_IN")
    assert refused("captain", "checkInShift", starts) == ("ILLEGAL_TRANSITION", ["assignmentId"])
    # Who comes early and stays longer has served as long as the shift is; the half hour that is not whole is dropped.
    left = starts + 3 * HOUR + timedelta(minutes=50)
    assert states(step("staff", "checkOutShift", left)) == ("FULL", 2, "DONE")
    [record] = HourRecord.select()
    assert (str(record.hours), record.state, record.duty) == ("3.50", "CONFIRMED", "JOINT_PREVENTION")
    assert (record.person_id, record.team_id, record.registration_id) == (
        cast.volunteer.id, cast.team.id, registration.id,
    )  # fmt: skip
    shown = ask.answer(
        "staff", "query ($id: ID!) { shiftAssignment(id: $id) { hourRecord { hours sourceId } } }", id=place
    )
    assert shown["data"]["shiftAssignment"] == {"hourRecord": {"hours": "3.50", "sourceId": place}}
    shown = ask.answer("neighbour", "query ($id: ID!) { shiftAssignment(id: $id) { hourRecord { id } } }", id=place)
    assert shown["data"]["shiftAssignment"] == {"hourRecord": None}
    # The town's own rows were made without a journal; what was done here has one without a gap.
    assert {one.subject_type for one in verify_journals(cast.home.code).findings} == {
        "Committee", "Organization", "Registration", "VolunteerTeam",
    }  # fmt: skip


def test_a_day_has_no_more_hours_than_it_may(ask: Asking, cast: Cast) -> None:
    shift = make_shift(cast.home, taken=2)
    there = {"state": AssignmentState.CHECKED_IN, "checked_in_at": shift.starts_at}
    full = make_shift_assignment(shift, cast.volunteer, **there)
    nearly = make_shift_assignment(shift, cast.resident, **there)
    for person, hours in ((cast.volunteer, 16), (cast.resident, 15)):
        make_hour_record(person, day=AT.date() + DAY, hours=hours)

    for place in (full, nearly):
        assert ask.refused("staff", "checkOutShift", shift.ends_at + DAY, assignmentId=gid(place)) == []

    logged = [(row.person_id, str(row.hours)) for row in HourRecord.select().where(HourRecord.source_id.is_null(False))]
    assert logged == [(cast.resident.id, "1.00")]


def test_who_can_be_on_a_shift(ask: Asking, cast: Cast) -> None:
    make_setting(ask.town.district, key="SHIFT_REST_HOURS", value=8)
    shift, later = make_shift(cast.home, taken=1), make_shift(cast.home, AT + DAY + 11 * HOUR)
    make_shift_assignment(shift, cast.volunteer)
    next_day = make_shift(cast.home, AT + DAY + 12 * HOUR)
    stranger, erased = make.make_person(ask.town.far.division), cast.person("已注销", is_erased=True)
    other_team = make.make_team(cast.home, name="示范义诊队")
    over = make_shift(cast.home, AT - DAY)
    wrong: list[tuple[str, Shift, dict[str, Any], Any]] = [
        # Eight hours lie between the ends and the beginnings of two shifts of a person.
        ("staff", later, {"personId": gid(cast.volunteer)}, ("SLOT_CONFLICT", ["personId"])),
        ("staff", shift, {"personId": gid(cast.volunteer)}, ("SLOT_CONFLICT", ["personId"])),
        ("staff", shift, {"personId": gid(stranger)}, ("NOT_FOUND", ["personId"])),
        ("staff", shift, {"personId": gid(erased)}, ("NOT_FOUND", ["personId"])),
        ("staff", shift, {"personId": "Person_999999"}, ("NOT_FOUND", ["personId"])),
        ("staff", shift, {"personId": gid(cast.resident), "force": "POLICE"}, ("NOT_ELIGIBLE", ["force"])),
        ("staff", shift, {"personId": gid(cast.resident), "force": "CADRE"}, ("NOT_ELIGIBLE", ["force"])),
        ("staff", shift, {"personId": gid(cast.resident), "teamId": gid(cast.team)}, ("NOT_ELIGIBLE", ["personId"])),
        ("staff", over, {"personId": gid(cast.resident)}, ("LIMIT_REACHED", None)),
        ("captain", shift, {"personId": gid(cast.resident)}, ("NOT_ELIGIBLE", ["personId"])),
        ("captain", shift, {"personId": gid(cast.volunteer), "teamId": gid(other_team)},
         ("NOT_PERMITTED", ["teamId"])),
        ("subdistrict", shift, {"personId": gid(cast.resident)}, ("NOT_PERMITTED", None)),
        ("next_staff", shift, {"personId": gid(cast.resident)}, ("NOT_PERMITTED", None)),
        ("staff", shift, {"personId": gid(cast.resident), "expectedVersion": 7}, ("STALE_OBJECT", ["expectedVersion"])),
    ]  # fmt: skip
    for who, where, given, refusal in wrong:
        assert ask.refused(who, "assignShift", shiftId=gid(where), **given) == [refusal], given
    assert ask.refused("stranger", "signUpForShift", shiftId=gid(shift)) == [("NOT_PERMITTED", None)]
    assert ask.refused("resident", "signUpForShift", shiftId=gid(shift), force="STAFF") == [("NOT_ELIGIBLE", ["force"])]
    assert ask.refused("staff", "assignShift", shiftId=gid(next_day), personId=gid(cast.volunteer)) == []
    assert ask.town.unit is not None
    cadre = cast.person("周示范", work_unit=ask.town.unit)
    assert ask.refused("staff", "assignShift", shiftId=gid(shift), personId=gid(cadre), force="CADRE") == []
    assert ShiftAssignment.get(ShiftAssignment.person == cadre).organization_id == ask.town.unit.id
    # While somebody is to come, they are not erased.
    assert ask.refused("staff", "erasePerson", personId=gid(cadre)) == [("NOT_ALL_SETTLED", ["personId"])]


def test_a_joint_duty_keeps_places_for_its_forces_and_is_held_once_all_have_come(ask: Asking, cast: Cast) -> None:
    duty = make_joint_duty(cast.home, needed=4)
    forces = {"POLICE": "POLICE", "MILITIA": "MILITIA", "ETHNIC_RELIGIOUS": "ETHNIC_RELIGIOUS_AFFAIRS"}
    people = {force: cast.person(force, group) for force, group in forces.items()}
    held = "query ($id: ID!) { shift(id: $id) { isHeld } }"

    def assign(person: models.Person, force: str) -> Any:
        return ask.refused("staff", "assignShift", shiftId=gid(duty), personId=gid(person), force=force)

    assert assign(people["POLICE"], "POLICE") == []
    assert assign(cast.volunteer, "VOLUNTEER") == []
    # What is left is for the militia and the office for ethnic and religious affairs.
    assert assign(cast.resident, "VOLUNTEER") == [("LIMIT_REACHED", ["force"])]
    assert assign(cast.person("另一民警", "POLICE"), "POLICE") == [("LIMIT_REACHED", ["force"])]
    assert assign(people["MILITIA"], "MILITIA") == []
    assert assign(people["ETHNIC_RELIGIOUS"], "ETHNIC_RELIGIOUS") == []
    seen = []
    for place in ShiftAssignment.select().order_by(ShiftAssignment.id):
        assert ask.refused("staff", "checkInShift", duty.starts_at, assignmentId=gid(place)) == []
        seen.append(ask.answer(None, held, id=gid(duty))["data"]["shift"]["isHeld"])
    assert seen == [False, False, False, True]
    assert Shift.get_by_id(duty.id).state == "FULL"


def test_a_swap_keeps_the_places_and_the_forces(ask: Asking, cast: Cast) -> None:
    """I26: whoever takes a place over stands for the same force, and as many places are taken as before."""
    duty = make_joint_duty(cast.home, needed=3)
    officer = cast.person("周示范", "POLICE", account=cast.account(ask, "officer"))
    other = cast.person("吴示范", "POLICE", account=cast.account(ask, "other"))
    place = ask.change("officer", "signUpForShift", SHOWN, shiftId=gid(duty), force="POLICE")["shiftAssignment"]["id"]
    before = (duty.needed, Shift.get_by_id(duty.id).taken)

    assert ask.refused("other", "offerShiftSwap", assignmentId=place) == [("NOT_PERMITTED", None)]
    assert ask.refused("other", "takeShiftSwap", assignmentId=place) == [("ILLEGAL_TRANSITION", ["assignmentId"])]
    offered = ask.change("officer", "offerShiftSwap", SHOWN, assignmentId=place)
    assert (states(offered), offered["event"]) == (("OPEN", 1, "SWAP_OFFERED"), {"action": "OFFER", "seq": 2})
    assert ask.refused("officer", "takeShiftSwap", assignmentId=place) == [("NOT_ELIGIBLE", ["assignmentId"])]
    assert ask.refused("resident", "takeShiftSwap", assignmentId=place) == [("NOT_ELIGIBLE", ["assignmentId"])]
    busy = make_shift(cast.home, AT + DAY + 6 * HOUR, taken=1)
    clash = make_shift_assignment(busy, other)
    assert ask.refused("other", "takeShiftSwap", assignmentId=place) == [("SLOT_CONFLICT", None)]
    assert ask.refused("staff", "excuseFromShift", assignmentId=gid(clash), reason="换班") == []
    begun = [("LIMIT_REACHED", ["assignmentId"])]
    assert ask.refused("other", "takeShiftSwap", duty.starts_at, assignmentId=place) == begun
    taken = ask.change("other", "takeShiftSwap", SHOWN, assignmentId=place)
    assert states(taken) == ("OPEN", 1, "EXCUSED")
    assert taken["shiftAssignment"]["swapWith"] == {"person": {"id": gid(other)}}
    [live] = ShiftAssignment.select().where(ShiftAssignment.shift == duty, ShiftAssignment.state == "PLANNED")
    assert (live.person_id, live.force, f"ShiftAssignment_{live.swap_with_id}") == (other.id, Force.POLICE, place)
    after = Shift.get_by_id(duty.id)
    assert (after.needed, after.taken) == before
    assert officer.id


def test_people_are_excused_in_time_and_shifts_are_cancelled(ask: Asking, cast: Cast) -> None:
    shift = make_shift(cast.home, needed=1)
    place = ask.change("resident", "signUpForShift", SHOWN, shiftId=gid(shift))["shiftAssignment"]["id"]
    late = shift.starts_at - 11 * HOUR

    def excuse(who: str, at: Any, key: str = place) -> Any:
        return ask.refused(who, "excuseFromShift", at, assignmentId=key, reason="家中有事")

    assert excuse("resident", late) == [("LIMIT_REACHED", ["assignmentId"])]
    assert excuse("captain", late) == [("NOT_PERMITTED", None)]
    assert excuse("resident", late - HOUR) == []
    found = Shift.get_by_id(shift.id)
    assert (found.state, found.taken) == (ShiftState.OPEN, 0)
    again = ask.change("resident", "signUpForShift", SHOWN, shiftId=gid(shift))["shiftAssignment"]["id"]
    assert excuse("staff", shift.starts_at + HOUR, again) == []
    third = ask.change("neighbour", "signUpForShift", SHOWN, shiftId=gid(shift))
    assert states(third) == ("FULL", 1, "PLANNED")
    assert ask.refused("resident", "cancelShift", shiftId=gid(shift), reason="雨") == [("NOT_PERMITTED", None)]
    # A team is not disbanded while its people are on duty; who was to come and has an account is told.
    make_shift_assignment(shift, cast.volunteer, team=cast.team)
    shift.change(needed=2, taken=2)
    team = {"teamId": gid(cast.team), "reason": "合并"}
    assert ask.refused("staff", "disbandTeam", **team) == [("NOT_ALL_SETTLED", ["teamId"])]
    cancelled = ask.change(
        "staff", "cancelShift", "shift { state taken } event { action note }", shiftId=gid(shift), reason="雨"
    )
    assert cancelled["shift"] == {"state": "CANCELLED", "taken": 0}
    assert cancelled["event"] == {"action": "CANCEL", "note": "雨"}
    assert {row.state for row in ShiftAssignment.select()} == {AssignmentState.EXCUSED}
    [notice] = models.Notice.select().where(models.Notice.kind == "SHIFT_CANCELLED")
    assert (notice.account_id, notice.role) == (ask.town.accounts["neighbour"].id, "RESIDENT")
    assert notice.text == f"卡口班次（{gid(shift)}，示范小区东门）已取消，您无须到岗。原因：雨"
    told = ask.answer("neighbour", "{ viewer { notices { nodes { kind text } } } }")["data"]["viewer"]["notices"]
    assert [one["kind"] for one in told["nodes"]] == ["SHIFT_CANCELLED"]
    assert ask.refused("staff", "disbandTeam", **team) == []
    assert ask.refused("staff", "cancelShift", shiftId=gid(shift), reason="雨") == [("ILLEGAL_TRANSITION", ["shiftId"])]


def test_reads_lead_to_shifts_from_everywhere(ask: Asking, cast: Cast) -> None:
    site = make.make_site(cast.home)
    shift = make_shift(cast.home, site=site, taken=1)
    make_shift(cast.home, state=ShiftState.FULL)
    place = make_shift_assignment(shift, cast.volunteer, team=cast.team)
    query = """query ($code: String!, $site: ID!, $team: ID!, $person: ID!) {
        division(code: $code) { shifts { totalCount } stats { openShiftCount } }
        site(id: $site) { shifts { nodes { id } } }
        volunteerTeam(id: $team) { shifts { nodes { id } } hours { totalCount } }
        person(id: $person) { shifts { nodes { id person { name } } } }
        shiftAggregate(groupBy: [STATE]) { groups { key { state } count sum { needed } } }
        shiftAssignmentAggregate { count } }"""

    def read(who: str | None) -> Any:
        ids = {"site": gid(site), "team": gid(cast.team), "person": gid(cast.volunteer)}
        return ask.answer(who, query, code=cast.home.code, **ids)["data"]

    found = read("staff")
    assert found["division"] == {"shifts": {"totalCount": 2}, "stats": {"openShiftCount": 1}}
    assert found["site"]["shifts"]["nodes"] == found["volunteerTeam"]["shifts"]["nodes"] == [{"id": gid(shift)}]
    assert found["person"]["shifts"]["nodes"] == [{"id": gid(place), "person": {"name": "赵示范"}}]
    groups = [(row["key"]["state"], row["count"], row["sum"]["needed"]) for row in found["shiftAggregate"]["groups"]]
    assert sorted(groups) == [("FULL", 1, "10"), ("OPEN", 1, "10")]
    # Names of ordinary volunteers are for themselves, their captain, staff, and the offices above.
    names = {who: read(who)["person"]["shifts"]["nodes"][0]["person"]["name"] for who in ("captain", "subdistrict")}
    assert set(names.values()) == {"赵示范"}
    assert {read(who)["person"]["shifts"]["nodes"][0]["person"]["name"] for who in (None, "neighbour")} == {"赵****"}


def test_the_database_holds_to_it_too(scratch: DatabaseProxy) -> None:
    place = make_shift_assignment()

    for wrong in (
        lambda: make_shift_assignment(place.shift, place.person),
        lambda: make_shift(taken=11),
        lambda: make_shift(needed=0),
        lambda: make_joint_duty(needed=2),
    ):
        with pytest.raises(Exception, match=r"(?i)constraint"), scratch.atomic():
            wrong()
    place.change(state=AssignmentState.ABSENT)
    make_shift_assignment(place.shift, place.person)
