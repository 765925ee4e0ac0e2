"""Candidacies as everybody sees them from their public notice on, and what decides and follows from them."""

from peewee import Case, Node

from db.committees.models import candidacy as tables
from db.committees.visibility import CANDIDACY, OBJECTION
from db.kernel.expressions import Row
from db.people.visibility import is_office
from schema.catalog.declare import column, computed, many, model_type, one
from schema.catalog.fields import Kind
from schema.graph.attachments import attachments_of
from schema.graph.viewer import ASKER, seen_by


def _minutes(meeting: Row) -> Node:
    return Case(None, [(is_office(meeting, ASKER), meeting.minutes)])


@model_type(
    tables.TwoCommitteesMeeting,
    "A meeting of a community's party organization and residents' committee (社区“两委”会议).",
)
class TwoCommitteesMeeting:
    """Another body than the committee, which it appoints."""

    division = one("Division", "The community whose two committees met.")
    division_code = column("The 12-digit code of the community.")
    held_on = column("The day of the meeting.")
    expected_count = column("How many people belong to the two committees.")
    present_count = column("How many of them were present.")
    minutes = computed(
        Kind.PROSE,
        _minutes,
        "The minutes of the meeting, for staff of the community and the offices above.",
        nullable=True,
        queryable=False,
    )
    created_at = column("When the meeting was recorded.")
    decisions = many("Candidacy", "Candidacies that the meeting decided on.", on="meeting")


@model_type(
    tables.Candidacy,
    "A candidacy for a seat of a committee (候选); before its public notice, for the candidate, whoever nominated "
    "them, and the offices alone.",
    visible=seen_by(CANDIDACY),
)
class Candidacy:
    """From the nomination to the seat."""

    committee = one("Committee", "The committee that the candidacy is for.")
    division_code = column("The 12-digit code of the community.")
    person = one("Person", "The candidate; null a year after the candidacy was declined or withdrawn.")
    category = column("The group that the candidate comes from, one of ten.")
    seat_kind = column("Whether the seat would be held permanently or in rotation.")
    channel = column("How the candidate was nominated.")
    organization = one("Organization", "The organization that recommended the candidate.")
    recommender_count = column("How many residents recommended the candidate together.")
    ex_officio_post = column("The post by which the candidate would have the seat.")
    statement = column("What the candidate says of the candidacy.", queryable=False)
    replaces = one("Member", "The member whose seat the candidate is to take.")
    meeting = one("TwoCommitteesMeeting", "The meeting of the two committees that decided on the candidacy.")
    notice_until = column("The last day of the public notice (公示截止日).")
    is_objected = column("Whether somebody objected during the public notice.")
    objection_answer = column("The answer to what was objected.", queryable=False)
    decline_reason = column("Why the candidacy was declined.")
    decline_note = column("What was noted when the candidacy was declined.", queryable=False)
    decided_on = column("The day on which the candidate was appointed, or the candidacy declined or withdrawn.")
    member = one("Member", "The member that the candidate became.")
    attachments = attachments_of("Candidacy")
    objections = many(
        "CandidacyObjection", "What residents objected, for the staff, the subdistrict and each objector.",
        on="candidacy",
    )  # fmt: skip
    created_at = column("When the candidacy was submitted.")
    state = column("The state of the candidacy.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")


@model_type(
    tables.CandidacyObjection,
    "What a resident objected to a candidacy during its public notice (公示异议).",
    visible=seen_by(OBJECTION),
)
class CandidacyObjection:
    """Known to staff, the subdistrict and the objector."""

    candidacy = one("Candidacy", "The candidacy that the resident objected to.")
    division_code = column("The 12-digit code of the community.")
    author_name = column("The name of the resident who objected.")
    text = column("What the resident objected.", queryable=False)
    created_at = column("When the resident objected.")


@model_type(tables.ComplianceEvent, "A rule that a committee broke, until it met it again (合规事项).")
class ComplianceEvent:
    """One a rule, and for meetings one a month."""

    committee = one("Committee", "The committee that broke the rule.")
    division_code = column("The 12-digit code of the community.")
    rule = column("The code of the rule, such as C2, M1, H1, T1 or V1.")
    month = column("The month without a meeting, such as 2026-01; null for every other rule.")
    since = column("The day on which the rule was broken.")
    grace_ends_on = column("The day until which the committee may break the rule; null where it has no such days.")
    resolved_on = column("The day on which the committee met the rule again; a month without a meeting stays.")


CANDIDACY_TYPES = (TwoCommitteesMeeting, Candidacy, CandidacyObjection, ComplianceEvent)
