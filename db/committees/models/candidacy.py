"""How members come to be: candidacies, the meetings of the two committees that decide them, and broken rules."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BooleanField, Check, ForeignKeyField, IntegerField

from db.access.models.account import Account
from db.committees.models.committee import (
    Committee,
    Member,
    MemberCategory,
    MemberPost,
    NominationChannel,
    SeatKind,
)
from db.kernel.enumeration import DomainEnum, GrowingEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.organizations.models.organization import Organization
from db.people.models.person import Person
from db.people.models.ties import Tie, add_tie
from db.places.models.division import Division


class CandidacyState(DomainEnum):
    """The state of a candidacy (候选状态)."""

    SUBMITTED = "SUBMITTED", "The candidacy was submitted.", "已提名"
    UNDER_DISCUSSION = "UNDER_DISCUSSION", "The two committees will decide on the candidacy.", "讨论中"
    PUBLIC_NOTICE = "PUBLIC_NOTICE", "The two committees agreed, and residents may object.", "公示中"
    APPOINTED = "APPOINTED", "The candidate became a member.", "已任职"
    DECLINED = "DECLINED", "The candidacy was declined.", "未通过"
    WITHDRAWN = "WITHDRAWN", "The candidacy was withdrawn.", "已撤回"


# What the two committees deal with, of the candidacies that are not decided.
TAKEN_UP = (CandidacyState.UNDER_DISCUSSION, CandidacyState.PUBLIC_NOTICE)
LIVE = (CandidacyState.SUBMITTED, *TAKEN_UP)


class DeclineReason(GrowingEnum):
    """Why a candidacy was declined (未通过原因)."""

    NOT_QUALIFIED = "NOT_QUALIFIED", "The candidate does not meet the conditions.", "不符合条件"
    NO_SEAT = "NO_SEAT", "The committee has no free seat.", "无空缺席位"
    OBJECTION_UPHELD = "OBJECTION_UPHELD", "An objection turned out to be right.", "异议成立"
    OTHER = "OTHER", "Another reason, which the note states.", "其他"


class CandidacyDecision(DomainEnum):
    """What the two committees decide on a candidacy (讨论结论)."""

    APPROVED = "APPROVED", "The candidacy goes on: to its public notice, or at once for a seat by post.", "同意"
    DECLINED = "DECLINED", "The candidacy is declined.", "不同意"


class TwoCommitteesMeeting(BaseModel):
    """A meeting of a community's party organization and residents' committee (社区“两委”会议)."""

    id = BigAutoField()
    division = ForeignKeyField(Division, backref="two_committees_meetings", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    held_on = DayField()
    expected_count = IntegerField()
    present_count = IntegerField()
    minutes = ProseField()
    created_at = UtcDateTimeField()

    if TYPE_CHECKING:
        division_id: int

    class Meta:
        indexes = ((("division", "held_on", "id"), True), (("division_code", "id"), True))
        constraints = [Check("present_count BETWEEN 1 AND expected_count"), Check("present_count * 2 > expected_count")]


class Candidacy(BaseModel):
    """Somebody's candidacy for a seat of a committee (候选).

    person: null a year after it was declined or withdrawn. decided_on: when it was no longer open.
    """

    id = BigAutoField()
    committee = ForeignKeyField(Committee, backref="candidacies", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    person = ForeignKeyField(Person, null=True, backref="candidacies", on_delete="RESTRICT")
    nominator = ForeignKeyField(Account, null=True, backref="nominations", on_delete="SET NULL")
    category = EnumField(MemberCategory)
    seat_kind = EnumField(SeatKind)
    channel = EnumField(NominationChannel)
    organization = ForeignKeyField(Organization, null=True, backref="candidacies", on_delete="RESTRICT")
    recommender_count = IntegerField(null=True)
    ex_officio_post = EnumField(MemberPost, null=True)
    statement = ProseField(null=True)
    replaces = ForeignKeyField(Member, null=True, backref="successors", on_delete="RESTRICT")
    meeting = ForeignKeyField(TwoCommitteesMeeting, null=True, backref="decisions", on_delete="RESTRICT")
    notice_until = DayField(null=True)
    is_objected = BooleanField(default=False)
    objection_answer = ProseField(null=True)
    decline_reason = EnumField(DeclineReason, null=True)
    decline_note = ProseField(null=True)
    decided_on = DayField(null=True)
    member = ForeignKeyField(Member, null=True, unique=True, backref="candidacy", on_delete="RESTRICT")
    created_at = UtcDateTimeField()
    state = EnumField(CandidacyState)
    version = IntegerField(default=1)

    if TYPE_CHECKING:
        committee_id: int
        person_id: int | None
        nominator_id: int | None
        organization_id: int | None
        replaces_id: int | None
        meeting_id: int | None
        member_id: int | None

    class Meta:
        indexes = ((("committee", "state", "id"), True), (("division_code", "id"), True))
        constraints = [
            Check("(state = 'APPOINTED') = (member_id IS NOT NULL)"),
            Check("state <> 'PUBLIC_NOTICE' OR notice_until IS NOT NULL"),
            Check("state IN ('DECLINED', 'WITHDRAWN') OR person_id IS NOT NULL"),
        ]


# What a tick looks for: candidates to be forgotten.
Candidacy.add_index(
    Candidacy.index(
        Candidacy.decided_on,
        where=SQL("state IN ('DECLINED', 'WITHDRAWN') AND person_id IS NOT NULL"),
        name="candidacy_to_forget",
    )
)
# Several may nominate somebody without knowing of each other; one candidacy at a time goes on from there.
_TAKEN_UP = ", ".join(f"'{state.value}'" for state in TAKEN_UP)
Candidacy.add_index(
    Candidacy.index(
        Candidacy.committee,
        Candidacy.person,
        unique=True,
        where=SQL(f"state IN ({_TAKEN_UP})"),
        name="candidacy_one_taken_up",
    )
)
add_tie(
    Tie(
        Candidacy,
        ("a candidacy for a committee", "社工委候选"),
        points=lambda candidacy, person: candidacy.person == person.id,
        holds=lambda candidacy, now: candidacy.state.in_([state.value for state in LIVE]),
        erased={"statement": None},
    )
)
add_tie(
    Tie(
        Candidacy,
        ("the public notice of a candidacy", "候选公示"),
        points=lambda candidacy, person: candidacy.person == person.id,
        holds=lambda candidacy, now: candidacy.state == CandidacyState.PUBLIC_NOTICE.value,
        keeps=False,
        is_public=True,
    )
)


class CandidacyObjection(BaseModel):
    """What a resident objects to a candidacy (公示异议); each resident once."""

    id = BigAutoField()
    candidacy = ForeignKeyField(Candidacy, backref="objections", on_delete="CASCADE", index=False)
    division_code = CodeField()
    account = ForeignKeyField(Account, null=True, on_delete="SET NULL")
    author_name = LineField(null=True)
    text = ProseField()
    created_at = UtcDateTimeField()

    if TYPE_CHECKING:
        candidacy_id: int
        account_id: int | None

    class Meta:
        indexes = ((("candidacy", "account"), True),)


class ComplianceEvent(BaseModel):
    """A rule of composition that a committee broke, until it meets it again (合规事项).

    month: of rule M1, as 2026-01; such an event is never resolved.
    """

    id = BigAutoField()
    committee = ForeignKeyField(Committee, backref="compliance_events", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    rule = CodeField()
    month = CodeField(null=True)
    since = DayField()
    grace_ends_on = DayField(null=True)
    resolved_on = DayField(null=True)

    if TYPE_CHECKING:
        committee_id: int

    class Meta:
        indexes = ((("committee", "id"), True), (("division_code", "id"), True))


ComplianceEvent.add_index(
    SQL(
        "CREATE UNIQUE INDEX compliance_event_one_open ON compliance_event (committee_id, rule, COALESCE(month, '')) "
        "WHERE resolved_on IS NULL"
    )
)
