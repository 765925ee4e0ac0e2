"""Mutations of shifts, and of who is on them."""

from db.shifts import assignments, planning
from db.shifts.models.shift import Force, ShiftKind
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation
from schema.graph.incidents import OF_INCIDENT

_SHOWN = {"shift": "Shift", "shiftAssignment": "ShiftAssignment", "event": "JournalEntry"}
_SHIFT = {"shift": "Shift", "event": "JournalEntry"}
_REASON = Argument("reason", Kind.PROSE, "Why it is done, for the journal.")
_FORCE = Argument("force", Force, "The force that the person stands for; VOLUNTEER when left out.", required=False)


def _team(whose: str) -> Argument:
    return Argument("team_id", Kind.ID, f"The volunteer team that {whose}.", required=False, of=("VolunteerTeam",))


MUTATIONS = (
    Mutation(
        "planShifts",
        "Plan shifts at a place, up to 200 at once; for staff of the community and officers of the subdistrict "
        "(安排班次).",
        planning.plan_shifts,
        (
            Argument("division_code", Kind.CODE, "The 12-digit code of the community."),
            Argument("kind", ShiftKind, "What people do in the shifts."),
            Argument("place", Kind.LINE, "The place of the shifts, in words."),
            Argument("site_id", Kind.ID, "The site of the shifts, if they are at one.", required=False, of=("Site",)),
            Argument("site_code", Kind.CODE, "The code of that site; give this or `siteId`.", required=False),
            OF_INCIDENT,
            Argument("starts_at", Kind.DATETIME, "When the first shift begins."),
            Argument("ends_at", Kind.DATETIME, "When the last shift of the first day ends, within 24 hours."),
            Argument("length_minutes", Kind.INT, "The length of each shift, in minutes."),
            Argument("days", Kind.INT, "The number of days on which they are repeated; 1 when left out.", False),
            Argument("needed", Kind.INT, "The number of people that each shift needs."),
            Argument("police", Kind.INT, "How many of them are police; for a joint duty.", required=False),
            Argument("militia", Kind.INT, "How many of them are militia; for a joint duty.", required=False),
            Argument(
                "ethnic_religious", Kind.INT,
                "How many of them are of the office for ethnic and religious affairs; for a joint duty.",
                required=False,
            ),
        ),
        {"results": _SHIFT},
    ),
    Mutation(
        "assignShift",
        "Assign a person to a shift; for staff of the community, and for captains with people of their team (排班).",
        assignments.assign_shift,
        (
            Argument("person_id", Kind.ID, "The person, who is of the community.", of=("Person",)),
            _FORCE,
            _team("the person comes with; a captain's own when left out"),
        ),
        _SHOWN,
    ),
    Mutation(
        "signUpForShift",
        "Sign up for a shift of your own community; for registered persons (报名参加).",
        assignments.sign_up_for_shift,
        (_FORCE, _team("you come with")),
        _SHOWN,
    ),
    Mutation(
        "offerShiftSwap",
        "Offer your place of a shift to others; it stays yours until somebody takes it over (申请换班).",
        assignments.offer_shift_swap,
        shows=_SHOWN,
    ),
    Mutation(
        "takeShiftSwap",
        "Take over a place that somebody offers, for the same force; its `swapWith` is then your own place (接班).",
        assignments.take_shift_swap,
        shows=_SHOWN,
    ),
    Mutation(
        "checkInShift",
        "Record that somebody came to a shift; for themselves, the captain of their team, and staff (到岗签到).",
        assignments.check_in_shift,
        shows=_SHOWN,
    ),
    Mutation(
        "checkOutShift",
        "Record that somebody left a shift; the time in the shift, in whole half hours, counts as service (离岗签退).",
        assignments.check_out_shift,
        shows=_SHOWN,
    ),
    Mutation(
        "excuseFromShift",
        "Excuse yourself from a shift until 12 hours before it begins; staff excuse anybody at any time (请假).",
        assignments.excuse_from_shift,
        (_REASON,),
        _SHOWN,
    ),
    Mutation(
        "cancelShift",
        "Cancel a shift before it begins; whoever was to come is excused. For those who plan shifts (取消班次).",
        planning.cancel_shift,
        (_REASON,),
        _SHIFT,
    ),
)  # fmt: skip
