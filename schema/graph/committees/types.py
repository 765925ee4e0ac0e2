"""Committees and their members."""

from functools import reduce

from peewee import SQL, Case, ColumnBase, Node, Select, SelectQuery, fn

from db.city import models
from db.committees.composition import ALL, REQUIREMENTS, active_count, is_any_broken
from db.committees.models.committee import DEPUTIES, MemberPosition, MemberPost, SeatKind
from db.committees.rollups import COMMITTEE_ROLLUPS, MEMBER_ROLLUPS
from db.kernel.calendar import today
from db.kernel.expressions import Row, json_names
from schema.catalog.declare import column, computed, derived, listed, many, model_type, names, one, part, part_type
from schema.catalog.fields import Kind
from schema.engine.bindings import ACCOUNT_ID
from schema.graph.committees.candidacy import CANDIDACY_TYPES
from schema.graph.language import in_language
from schema.graph.masks import masked_phone
from schema.graph.viewer import ASKER

_TODAY = ASKER.when(today)


def _is_viewer(member: Row) -> ColumnBase:
    return ASKER.covers(member.division_code) & (member.account == ACCOUNT_ID)


def _violations(committee: Row) -> Node:
    broken = (
        Select(
            columns=[SQL(f"'{rule.code}'").alias("rule"), in_language(rule.english, rule.chinese).alias("message")]
        ).where(rule.is_broken(committee, _TODAY))
        for rule in REQUIREMENTS
    )
    return reduce(SelectQuery.union_all, broken)


def _is_compliant(committee: Row) -> Node:
    return ~is_any_broken(committee, _TODAY, ALL)


def _vacant_seats(committee: Row) -> Node:
    seat, holder = models.Seat.alias("vacant"), models.Member.alias("holder")
    held = holder.select(SQL("1")).where((holder.seat == seat.id) & holder.is_active)
    return seat.select(fn.COUNT(seat.id)).where((seat.committee == committee.id) & ~fn.EXISTS(held))


@part_type("A rule of composition that a committee violates.")
class ComplianceViolation:
    """One broken rule."""

    rule = computed(Kind.CODE, lambda row: row.rule, "The code of the rule, such as C2.")
    message = computed(Kind.LINE, lambda row: row.message, "What the rule requires, in the language of the request.")


@part_type("Whether a committee meets the rules of composition at the time of the request.")
class CommitteeCompliance:
    """The rules C2 to C6, checked against the active members."""

    is_compliant = computed(bool, _is_compliant, "Whether the committee meets every rule.", cost=3)
    violations = derived(
        "ComplianceViolation", "The rules that the committee violates.", query=_violations, bound=len(REQUIREMENTS)
    )


@model_type(
    models.Committee,
    "A Community Building Committee (社区建设工作委员会), one for each community.",
    rollups=COMMITTEE_ROLLUPS,
)
class Committee:
    """One a community; 13 to 15 members."""

    name = column("The name of the committee.")
    division = one("Division", "The community that the committee serves.")
    division_code = column("The 12-digit code of the community.")
    state = column("The state of the committee.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")
    established_on = column("The day on which the committee was founded.")
    dissolved_on = column("The day on which the committee was dissolved.")
    grace_ends_on = column("The day until which the committee may break a rule of composition; null while it does not.")
    lead_waiver_post = column("The post that the director need not hold, by a waiver of the subdistrict (任职豁免).")
    lead_waiver_reason = column("Why the subdistrict granted the waiver.", queryable=False)
    lead_waiver_until = column("The last day of the waiver.")
    is_pilot = column("Whether the committee is one of the first, which serve as models for others.")
    director = one(
        "Member",
        "The member who is the director (主任).",
        on=lambda committee, member: (
            (member.committee == committee.id) & member.is_active & (member.position == MemberPosition.DIRECTOR.value)
        ),
    )
    deputy_directors = listed(
        "Member",
        "The deputy directors, four in a complete committee.",
        on=lambda committee, member: (
            (member.committee == committee.id)
            & member.is_active
            & (member.position == MemberPosition.DEPUTY_DIRECTOR.value)
        ),
        order=lambda committee, member: (member.id,),
        bound=DEPUTIES,
    )
    member_count = computed(int, lambda committee: active_count(committee), "The number of active members.")
    vacant_seat_count = computed(int, _vacant_seats, "The number of seats that nobody holds (空缺席位).")
    candidacies = many("Candidacy", "Candidacies for seats of the committee, oldest first.", on="committee")
    compliance_events = many(
        "ComplianceEvent", "Rules that the committee broke, and whether it meets them again.", on="committee"
    )
    compliance = part("CommitteeCompliance", "Whether the committee meets the rules of composition.")
    members = many(
        "Member",
        "Members of the committee, including past ones.",
        on="committee",
    )


@model_type(
    models.Member, "A person who holds, or held, a seat of a committee for a term (委员).", rollups=MEMBER_ROLLUPS
)
class Member:
    """A seat holder."""

    committee = one("Committee", "The committee that the member sits on.")
    person = one("Person", "The person who is the member.")
    division_code = column("The 12-digit code of the community.")
    name = column("The name of the member.")
    category = column("The group that the member comes from, one of ten.")
    position = column("The position of the member within the committee.")
    seat_kind = computed(
        SeatKind,
        lambda member: models.Seat.select(models.Seat.kind).where(models.Seat.id == member.seat),
        "Whether the seat is held permanently or in rotation.",
    )
    seat_number = computed(
        int,
        lambda member: models.Seat.select(models.Seat.number).where(models.Seat.id == member.seat),
        "The number of the member's seat, from 1 to 15.",
    )
    nomination_channel = column("How the member was nominated.")
    term_start = column("The first day of the member's term.")
    term_end = column("The last day of the member's term; null while a standing member is in office.")
    posts = names(
        lambda member: json_names(member.posts),
        "The posts in the community that the member holds (任职).",
        enum=MemberPost,
    )
    replaces = one("Member", "The member whose seat the member took over.")
    end_reason = column("Why the member's time in office ended, or is to end with the term.")
    ended_on = column("The last day in office of a member who left the seat.")
    renewal_count = column("How often the member's term was renewed.")
    is_active = column("Whether the member holds the seat now.")
    phone = computed(
        Kind.CODE,
        lambda member: Case(None, [(_is_viewer(member), member.phone)], masked_phone(member.phone)),
        "The telephone number, masked (138****5678) for everybody but the member.",
        nullable=True,
        queryable=False,
    )


COMMITTEE_TYPES = (ComplianceViolation, CommitteeCompliance, Committee, Member, *CANDIDACY_TYPES)
