"""The lives of a committee and of a candidacy for one of its seats.

A committee's journal also has an entry for each seat that is taken or left, so that replaying it gives its seats.
"""

from db.access.models.journal import JournalAction
from db.committees.models.candidacy import LIVE, CandidacyState
from db.committees.models.committee import CommitteeState
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Need, Transition

A, C, G = JournalAction, Capacity, RowGuard

S = CommitteeState
STANDING_STATES = (S.FORMING, S.ACTIVE, S.NON_COMPLIANT)


def _follows(*mutations: str, who: tuple[Capacity, ...] = (C.SYSTEM,), required: tuple[str, ...] = ()) -> Transition:
    """Return a step that leaves a committee in its state."""
    return Transition((), mutations, STANDING_STATES, STANDING_STATES, who, required)


COMMITTEE_LIFECYCLE: Machine[JournalAction, CommitteeState, RowGuard, Capacity] = Machine(
    "Committee",
    ("a committee", "社工委"),
    CommitteeState,
    {
        A.CREATE: Transition(
            (), ("foundCommittee",), (None,), (S.ACTIVE, S.FORMING), (C.SUBDISTRICT_OFFICER,), ("name", "establishedOn")
        ),
        A.ACTIVATE: Transition(
            (), ("activateCommittee",), (S.FORMING,), (S.ACTIVE,), (C.SUBDISTRICT_OFFICER,), guards=(G.RULES_BROKEN,)
        ),
        A.FALL_SHORT: Transition((), (), (S.ACTIVE,), (S.NON_COMPLIANT,), (C.SYSTEM,)),
        A.RECOVER: Transition((), (), (S.NON_COMPLIANT,), (S.ACTIVE,), (C.SYSTEM,)),
        A.SEAT: _follows(),
        A.UNSEAT: _follows(),
        A.RENEW: _follows(),
        A.SETTLE_LEADS: _follows(),
        A.AMEND: _follows(),
        A.WAIVE: _follows("grantLeadWaiver", who=(C.SUBDISTRICT_OFFICER,), required=("post", "reason", "until")),
        A.END: Transition(
            (),
            ("dissolveCommittee",),
            STANDING_STATES,
            (S.DISSOLVED,),
            (C.DISTRICT_OFFICER,),
            ("reason",),
            (G.ISSUES_OPEN,),
        ),
    },
)

K = CandidacyState
CANDIDACY_LIFECYCLE: Machine[JournalAction, CandidacyState, RowGuard, Capacity] = Machine(
    "Candidacy",
    ("a candidacy", "候选"),
    CandidacyState,
    {
        A.CREATE: Transition(
            (),
            ("nominateMember",),
            (None,),
            (K.SUBMITTED,),
            (C.SUBJECT, C.NOMINATOR),
            ("personId", "category", "channel"),
        ),
        A.DISCUSS: Transition(
            (),
            ("discussCandidacy",),
            (K.SUBMITTED,),
            (K.UNDER_DISCUSSION,),
            (C.COMMUNITY_STAFF,),
            (),
            (G.TAKEN_UP_ALREADY,),
        ),
        # Decided in a meeting of the two committees (`recordTwoCommitteesMeeting`).
        A.NOTIFY: Transition((), (), (K.UNDER_DISCUSSION,), (K.PUBLIC_NOTICE,), (C.COMMUNITY_STAFF,)),
        # Also of whoever takes over a post with its seat: of those a candidacy is not discussed (C5).
        A.APPOINT_BY_POST: Transition((), (), (K.SUBMITTED, K.UNDER_DISCUSSION), (K.APPOINTED,), (C.COMMUNITY_STAFF,)),
        # Of somebody who was appointed before the committee was kept here (`enterMember`).
        A.ENTER: Transition((), (), (K.SUBMITTED,), (K.APPOINTED,), (C.SUBDISTRICT_OFFICER,)),
        A.NOT_APPROVE: Transition((), (), (K.UNDER_DISCUSSION,), (K.DECLINED,), (C.COMMUNITY_STAFF,)),
        A.OBJECT: Transition(
            (),
            ("objectToCandidacy",),
            (K.PUBLIC_NOTICE,),
            (K.PUBLIC_NOTICE,),
            (C.LOCAL_RESIDENT,),
            ("text",),
            (G.NOTICE_OVER, G.OBJECTED_ALREADY),
        ),
        A.APPOINT: Transition(
            (),
            ("appointMember",),
            (K.PUBLIC_NOTICE,),
            (K.APPOINTED,),
            (C.COMMUNITY_STAFF,),
            (),
            (G.NOTICE_RUNS, G.SEAT_LEFT_TODAY, G.NO_FREE_SEAT),
            needs=(Need(G.UNANSWERED, (("objectionAnswer",),)),),
        ),
        A.DECLINE: Transition(
            (),
            ("declineCandidacy",),
            (K.PUBLIC_NOTICE,),
            (K.DECLINED,),
            (C.COMMUNITY_STAFF, C.SUBDISTRICT_OFFICER),
            ("reason", "note"),
        ),
        A.WITHDRAW: Transition((), ("withdrawCandidacy",), LIVE, (K.WITHDRAWN,), (C.SUBJECT, C.NOMINATOR)),
    },
)
