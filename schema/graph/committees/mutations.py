"""Mutations of committees: how they are founded, how members come to be and leave, and who leads."""

from db.committees import candidacies, decisions, entering, founding, seats
from db.committees.models.candidacy import CandidacyDecision, DeclineReason
from db.committees.models.committee import (
    EndReason,
    MemberCategory,
    MemberPosition,
    MemberPost,
    NominationChannel,
    SeatKind,
)
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, InputObject, Mutation, bulk

_COMMITTEE = {"committee": "Committee", "event": "JournalEntry"}
_CANDIDACY = {"candidacy": "Candidacy", "event": "JournalEntry"}
_REASON = Argument("reason", Kind.PROSE, "Why it is done, for the journal.")
_ANSWER = Argument(
    "objection_answer", Kind.PROSE, "The answer to what was objected; needed where somebody objected.", required=False
)
_DIRECTOR = Argument("director_id", Kind.ID, "The member who is to be the director.", of=("Member",))
_DEPUTIES = Argument(
    "deputy_ids", Kind.ID, "The members who are to be deputies, none of them the director.", of=("Member",),
    is_list=True,
)  # fmt: skip


def _meeting(why: str, required: bool = True) -> Argument:
    return Argument(
        "meeting_id", Kind.ID, f"The meeting of the two committees that {why}.", required, ("TwoCommitteesMeeting",)
    )


def _candidacy(description: str) -> Argument:
    return Argument("candidacy_id", Kind.ID, description, of=("Candidacy",))


DECISION = InputObject(
    "CandidacyDecisionInput",
    "The decision of the two committees on one candidacy.",
    (
        _candidacy("The candidacy that was decided on."),
        Argument("decision", CandidacyDecision, "What was decided about the candidacy."),
        Argument("reason", DeclineReason, "Why it was declined; OTHER when left out.", required=False),
    ),
)
LEADS = InputObject(
    "CommitteeLeadsInput", "Who is to lead a committee: the director and the four deputies.", (_DIRECTOR, _DEPUTIES)
)

_CHANNEL = Argument("channel", NominationChannel, "Who nominates the person.")
_ORIGIN = (
    Argument("organization_id", Kind.ID, "The organization that recommends the person.", False, ("Organization",)),
    Argument("recommender_count", Kind.INT, "How many residents recommend the person together.", required=False),
)
_CATEGORY = Argument("category", MemberCategory, "The group that the person comes from.")
_SEAT_KIND = Argument(
    "seat_kind",
    SeatKind,
    "The kind of seat; STANDING for TWO_COMMITTEES and seats by post, otherwise ROTATING, when left out.",
    required=False,
)
_ENTER = Mutation(
    "enterMember",
    "Enter somebody who already sits on a committee that is forming or has just begun its work, with the term as it "
    "is; others are nominated; for officers of the subdistrict (录入在任委员).",
    entering.enter_member,
    (
        Argument("person_id", Kind.ID, "The person who sits on the committee.", of=("Person",)),
        _CATEGORY,
        Argument("position", MemberPosition, "The position in the committee; MEMBER when left out.", required=False),
        Argument(
            "posts",
            MemberPost,
            "The posts that the person holds, by which the seat is standing; a director has two.",
            required=False,
            is_list=True,
        ),
        _SEAT_KIND,
        Argument("term_start", Kind.DATE, "The first day of the term."),
        Argument("renewal_count", Kind.INT, "How often the term of a rotating seat was renewed since.", required=False),
        _CHANNEL,
        *_ORIGIN,
    ),
    _CANDIDACY | {"member": "Member"},
)

_FOUNDING = (
    Mutation(
        "foundCommittee",
        "Found the committee of a community, with fifteen free seats; for officers of the subdistrict (组建社工委).",
        founding.found_committee,
        (
            Argument("name", Kind.LINE, "The name of the committee."),
            Argument("established_on", Kind.DATE, "The day on which the committee is founded."),
        ),
        _COMMITTEE,
    ),
    _ENTER,
    bulk("enterMembers", "Enter many who already sit on committees (批量录入在任委员).", _ENTER),
    Mutation(
        "activateCommittee",
        "Let a committee begin its work once it meets rules C2 to C5; for the subdistrict (启用社工委).",
        founding.activate_committee,
        shows=_COMMITTEE,
    ),
    Mutation(
        "grantLeadWaiver",
        "Allow a committee a director who lacks one of the two posts; for officers of the subdistrict (任职豁免).",
        founding.grant_lead_waiver,
        (
            Argument("post", MemberPost, "The post that the director need not hold."),
            Argument("reason", Kind.PROSE, "Why the subdistrict allows it, which everybody reads."),
            Argument("until", Kind.DATE, "The last day of the waiver."),
        ),
        _COMMITTEE,
    ),
    Mutation(
        "dissolveCommittee",
        "Dissolve a committee and end its seats with their roles; for officers of the district (撤销社工委).",
        founding.dissolve_committee,
        (_REASON,),
        _COMMITTEE,
    ),
    Mutation(
        "designatePilot",
        "Say whether a division's committees serve as models; for the district and the city (确定试点).",
        founding.designate_pilot,
        (
            Argument("is_pilot", Kind.BOOLEAN, "Whether the committees serve as models."),
            Argument("since", Kind.DATE, "The day from which on it is so."),
        ),
        {"division": "Division"},
    ),
)
_CANDIDACIES = (
    Mutation(
        "nominateMember",
        "Nominate a person for a seat: yourself, or somebody as residents, a unit or staff do (提名委员).",
        candidacies.nominate_member,
        (
            Argument("committee_id", Kind.ID, "The committee that the person is nominated for.", of=("Committee",)),
            Argument("person_id", Kind.ID, "The person who is nominated.", of=("Person",)),
            _CHANNEL,
            *_ORIGIN,
            Argument(
                "person_consent",
                Kind.LINE,
                "How and when the person agreed; needed unless you nominate yourself.",
                required=False,
            ),
            _CATEGORY,
            _SEAT_KIND,
            Argument(
                "ex_officio_post",
                MemberPost,
                "The post by which the person has a standing seat, which needs no public notice.",
                required=False,
            ),
            Argument(
                "replaces_id", Kind.ID, "The member whose seat the person is to take.", required=False, of=("Member",)
            ),
            Argument("statement", Kind.PROSE, "What the person says of the candidacy.", required=False),
        ),
        _CANDIDACY,
    ),
    Mutation(
        "discussCandidacy",
        "Put a candidacy before the two committees; for staff of the community (提交讨论).",
        candidacies.discuss_candidacy,
        shows=_CANDIDACY,
    ),
    Mutation(
        "objectToCandidacy",
        "Object to a candidacy during its public notice, as a resident of the community, once (提出异议).",
        candidacies.object_to_candidacy,
        (Argument("text", Kind.PROSE, "What you object, which staff and the subdistrict read."),),
        _CANDIDACY,
    ),
    Mutation(
        "appointMember",
        "Appoint a candidate whose public notice is over to a seat; for staff of the community (任命委员).",
        candidacies.appoint_member,
        (
            Argument("term_start", Kind.DATE, "The first day of the term; today when left out.", required=False),
            _ANSWER,
        ),
        _CANDIDACY | {"member": "Member"},
    ),
    Mutation(
        "declineCandidacy",
        "Decline a candidacy during or after its public notice; for staff and the subdistrict (不予任命).",
        candidacies.decline_candidacy,
        (
            Argument("reason", DeclineReason, "Why the candidacy is declined."),
            Argument("note", Kind.PROSE, "What is noted of it, for the offices and the candidate."),
        ),
        _CANDIDACY,
    ),
    Mutation(
        "withdrawCandidacy",
        "Withdraw a candidacy that is not decided, as the candidate or whoever nominated them (撤回候选).",
        candidacies.withdraw_candidacy,
        shows=_CANDIDACY,
    ),
    Mutation(
        "recordTwoCommitteesMeeting",
        "Record a meeting of the two committees with what it decided; for staff of the community (记录“两委”会议).",
        decisions.record_two_committees_meeting,
        (
            Argument("held_on", Kind.DATE, "The day of the meeting."),
            Argument("expected_count", Kind.INT, "How many people belong to the two committees."),
            Argument("present_count", Kind.INT, "How many of them were present, which is more than half."),
            Argument("minutes", Kind.PROSE, "The minutes, which staff and the offices above read."),
            Argument("decisions", DECISION, "What was decided on candidacies.", required=False, is_list=True),
            Argument("leads", LEADS, "Who was settled to lead the committee.", required=False),
        ),
        {"committee": "Committee", "meeting": "TwoCommitteesMeeting"},
    ),
    Mutation(
        "settleCommitteeLeads",
        "Settle the director and the deputies as the two committees decided; for staff (确定主任副主任).",
        decisions.settle_committee_leads,
        (_DIRECTOR, _DEPUTIES, _meeting("settled it")),
        _COMMITTEE,
    ),
)
_SEATS = (
    Mutation(
        "setMemberPosts",
        "Set which posts in the community a member holds; for staff of the community (设定任职).",
        seats.set_member_posts,
        (
            Argument(
                "posts",
                MemberPost,
                "All posts that the member holds; a standing member who loses the last one leaves the seat.",
                is_list=True,
            ),
        ),
        {"member": "Member"},
    ),
    Mutation(
        "renewMember",
        "Renew the term of a member on a rotating seat for another year; for staff of the community (续任).",
        seats.renew_member,
        (_meeting("agreed to it"),),
        {"member": "Member", "event": "JournalEntry"},
    ),
    Mutation(
        "endMember",
        "End a member's time in office; for staff of the community, and for the member who resigns (办理离任).",
        seats.end_member,
        (
            Argument("reason", EndReason, "Why it ends; a member gives RESIGNED."),
            Argument("ends_on", Kind.DATE, "The last day in office."),
            _meeting("removed the member; needed for REMOVED", required=False),
        ),
        {"member": "Member"},
    ),
    Mutation(
        "replaceMember",
        "Let a candidate take the seat of a member from today on; for staff of the community (接替委员).",
        seats.replace_member,
        (_candidacy("The candidacy of whoever takes the seat, whose public notice is over."), _ANSWER),
        {"member": "Member", "candidacy": "Candidacy", "event": "JournalEntry"},
    ),
)
MUTATIONS = (*_FOUNDING, *_CANDIDACIES, *_SEATS)
