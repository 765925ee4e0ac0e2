"""Matches: staff bring a need together with a resource that would fit it, and its owner answers (对接)."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, Check, ForeignKeyField, IntegerField

from db.issues.models.claim import Claim, Need
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, DayField, EnumField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel
from db.organizations.models.resource import Resource


class MatchState(DomainEnum):
    """The state of a match (对接状态)."""

    SUGGESTED = "SUGGESTED", "The owner of the resource was asked and has not answered.", "待回应"
    ACCEPTED = "ACCEPTED", "The owner claims the need with the resource.", "已同意"
    DECLINED = "DECLINED", "The owner does not give the resource for the need.", "未同意"
    LAPSED = "LAPSED", "The owner did not answer in time.", "逾期未回应"


class MatchAnswer(DomainEnum):
    """What the owner of a resource answers to a match (对接答复)."""

    ACCEPTED = "ACCEPTED", "The owner claims the need with the resource.", "同意"
    DECLINED = "DECLINED", "The owner does not give the resource; the reason says why.", "不同意"


class Match(BaseModel):
    """A resource that staff suggest for a need (对接): its owner claims the need with it, or does not.

    division_code: of the need. suggested_by: the name of the staff, whose words its journal keeps. answer_by: the last
    day for the owner's answer. claim: that the owner made by accepting.
    """

    id = BigAutoField()
    need = ForeignKeyField(Need, backref="matches", on_delete="RESTRICT", index=False)
    resource = ForeignKeyField(Resource, backref="matches", on_delete="RESTRICT", index=False)
    division_code = CodeField()
    suggested_by = LineField()
    answer_by = DayField()
    claim = ForeignKeyField(Claim, null=True, unique=True, on_delete="RESTRICT")
    state = EnumField(MatchState)
    created_at = UtcDateTimeField()
    version = IntegerField()

    if TYPE_CHECKING:
        need_id: int
        resource_id: int
        claim_id: int | None

    class Meta:
        indexes = (
            (("need", "id"), True),
            (("resource", "id"), True),
            (("division_code", "id"), True),
            (("state", "answer_by"), False),
        )
        constraints = [Check("(state = 'ACCEPTED') = (claim_id IS NOT NULL)")]


# A need and a resource are suggested to each other once at a time.
Match.add_index(
    Match.index(Match.need, Match.resource, unique=True, where=SQL("state = 'SUGGESTED'"), name="match_one_open")
)
