"""The lives of registrations, pledges and partnership agreements."""

from db.access.models.journal import JournalAction
from db.issues.lifecycle import Capacity
from db.issues.row_guards import RowGuard
from db.kernel.lifecycle import Machine, Transition, Way
from db.registrations.models.agreement import AgreementState
from db.registrations.models.registration import RegistrationState
from db.registrations.models.service import PledgeState

A, C, G, S = JournalAction, Capacity, RowGuard, RegistrationState
_PARTY = (C.PARTY, C.COMMUNITY_STAFF)
_REVIEW = ("reviewRegistration",)
REGISTRATION_LIFECYCLE: Machine[JournalAction, RegistrationState, RowGuard, Capacity] = Machine(
    "Registration",
    ("a registration", "报到登记"),
    RegistrationState,
    {
        A.CREATE: Transition((), ("submitRegistration",), (None,), (S.SUBMITTED,), _PARTY),
        A.APPROVE: Transition((), _REVIEW, (S.SUBMITTED,), (S.ACTIVE,), (C.COMMUNITY_STAFF,), ("decision",)),
        A.DECLINE: Transition((), _REVIEW, (S.SUBMITTED,), (S.DECLINED,), (C.COMMUNITY_STAFF,), ("decision", "reason")),
        A.RENEW: Transition(
            (), ("renewRegistration",), (S.ACTIVE, S.LAPSED), (S.ACTIVE,), _PARTY, guards=(G.REGISTERED_ANEW,)
        ),
        # Which sponsorship a cadre helps with.
        A.AMEND: Transition(
            (), ("setRegistrationSponsorship",), (S.ACTIVE,), (S.ACTIVE,), _PARTY, guards=(G.REGISTERED_BY_UNIT,)
        ),
        A.LAPSE: Transition((), (), (S.ACTIVE,), (S.LAPSED,), (C.SYSTEM,)),
        A.MOVE: Transition((), ("transferRegistration",), (S.ACTIVE,), (S.ENDED,), (C.PARTY,), ("divisionCode",)),
        A.END: Transition((), ("endRegistration",), (S.SUBMITTED, S.ACTIVE, S.LAPSED), (S.ENDED,), _PARTY, ("reason",)),
    },
)

P = PledgeState
_OPEN = (P.OPEN,)
PLEDGE_LIFECYCLE: Machine[JournalAction, PledgeState, RowGuard, Capacity] = Machine(
    "Pledge",
    ("a pledge", "承诺"),
    PledgeState,
    {
        A.CREATE: Transition((), ("makePledge",), (None,), _OPEN, (C.PARTY,)),
        # One with hours is kept by rule, once they are confirmed.
        A.FULFIL: Transition(
            (), ("confirmPledge",), _OPEN, (P.KEPT,), (C.COMMUNITY_STAFF,), guards=(G.PLEDGE_COUNTS_HOURS,)
        ),
        A.LAPSE: Transition((), (), _OPEN, (P.LAPSED,), (C.SYSTEM,)),
        A.CANCEL: Transition((), ("cancelPledge",), _OPEN, (P.CANCELLED,), (C.PARTY,)),
    },
)

N = AgreementState
_SIDES = (C.COMMUNITY_STAFF, C.SUBDISTRICT_OFFICER, C.UNIT_CONTACT)
_SIGN, _SIGNED = ("signAgreement",), (G.SIGNED_ALREADY, G.SIGNED_FOR_THE_OTHER)
_DRAFT = (N.DRAFT,)
AGREEMENT_LIFECYCLE: Machine[JournalAction, AgreementState, RowGuard, Capacity] = Machine(
    "PartnershipAgreement",
    ("an agreement", "共建协议"),
    AgreementState,
    {
        A.CREATE: Transition((), ("draftAgreement",), (None,), _DRAFT, _SIDES),
        A.SIGN: Transition(
            (), _SIGN, _DRAFT, _DRAFT, _SIDES, guards=_SIGNED, ways=(Way(guards=(G.OTHER_SIDE_SIGNED,)),)
        ),
        A.CONCLUDE: Transition(
            (), _SIGN, _DRAFT, (N.SIGNED,), _SIDES, guards=_SIGNED, ways=(Way(guards=(G.UNSIGNED,)),)
        ),
        A.LAPSE: Transition((), (), (N.SIGNED,), (N.EXPIRED,), (C.SYSTEM,)),
        A.END: Transition((), ("endAgreement",), (N.DRAFT, N.SIGNED), (N.ENDED,), _SIDES, ("reason",)),
    },
)
