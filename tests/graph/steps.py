"""Each mutation with inputs that a place has at hand, so that only who asks can be in its way."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.access.models.account import Role
from db.kernel.fields import utc_text
from db.places.models.division import DivisionLevel
from tests.factories import AT
from tests.graph.places import DAY, SEATS, Place

WORDS = "示范说明"
LATER, UNTIL = utc_text(AT + 5 * DAY), utc_text(AT + 3 * DAY)
TODAY, IN_A_WEEK = "2026-01-05", "2026-01-12"


@dataclass(frozen=True)
class Spot:
    """A place as somebody finds it. level: of the office that answers for the issues. role: of whoever asks."""

    place: Place
    level: DivisionLevel
    role: Role | None
    now: datetime

    def about(self, name: str, **more: Any) -> dict[str, Any]:
        """Return the input of a step with an issue."""
        return {"issueId": self.row(name), **more}

    def row(self, name: str) -> str:
        """Return the global id of a thing of the place."""
        return (self.place.issues[self.level] | self.place.rows)[name]


_SUBMITTED = {
    "channel": "APP", "title": "示范小区路灯不亮", "description": WORDS, "duty": "PUBLIC_BENEFIT_SERVICE",
    "urgency": "NORMAL", "contactName": "示范居民",
}  # fmt: skip
_DONE = {
    "result": WORDS, "evidence": [{"kind": "PHOTO", "description": WORDS}], "doneOn": TODAY, "outcome": "RESOLVED",
}  # fmt: skip


def _submitted(spot: Spot) -> dict[str, Any]:
    return {"divisionCode": spot.place.code, **_SUBMITTED}


def _assigned(spot: Spot) -> dict[str, Any]:
    return spot.about("accepted", handlerId=spot.row("unit"))


def _closed(spot: Spot) -> dict[str, Any]:
    return spot.about("done", verification=WORDS, rating=5)


def _started(spot: Spot) -> dict[str, Any]:
    steps = [{"title": WORDS, "dueOn": IN_A_WEEK}]
    plan = {"leadId": spot.row("MEMBER"), "budget": "9.50", "dueOn": IN_A_WEEK, "milestones": steps}
    return {"resolutionId": spot.row("carried"), "project": plan}


def _everybody_came(spot: Spot) -> dict[str, Any]:
    came = [{"memberId": spot.row(role.value), "status": "PRESENT"} for role in SEATS]
    return {"meetingId": spot.row("begun"), "attendance": came, "chairId": spot.row(Role.DIRECTOR.value)}


# Where a mutation is there twice or more, the rest of its key says what sets the ways apart.
INPUTS: dict[str, Callable[[Spot], dict[str, Any]]] = {
    # Intake
    "submitIssue": _submitted,
    "submitIssues": lambda at: {"rows": [_submitted(at)]},
    "requestIssueInfo": lambda at: at.about("submitted", question=WORDS),
    "supplementIssue": lambda at: at.about("needs_info", answer=WORDS),
    "acceptIssue": lambda at: at.about("submitted", urgency="NORMAL", duty="DISPUTE_RESOLUTION"),
    "rejectIssue": lambda at: at.about("submitted", reason="OUT_OF_SCOPE", advice=WORDS),
    "appealIssue": lambda at: at.about("rejected", grounds=WORDS),
    "withdrawIssue": lambda at: at.about("accepted", reason=WORDS, reporterConsent=WORDS),
    # Merging
    "mergeIssue": lambda at: at.about("accepted", masterId=at.row("master")),
    "unmergeIssue": lambda at: at.about("merged", reason=WORDS),
    # Claims
    "publishIssue": lambda at: at.about("accepted", wantedHelp=WORDS, claimUntil=UNTIL),
    "claimIssue": lambda at: at.about("working", promise=WORDS, promisedOn=IN_A_WEEK),
    "confirmClaim": lambda at: at.about("open", claimId=at.row("pending")),
    "declineClaim": lambda at: at.about("open", claimId=at.row("pending"), reason=WORDS),
    "releaseClaim of a unit": lambda at: at.about("open", claimId=at.row("pending"), reason=WORDS),
    "releaseClaim of a resident": lambda at: at.about("open", claimId=at.row("of the resident"), reason=WORDS),
    "fulfilClaim": lambda at: at.about("open", claimId=at.row("confirmed")),
    # Handling
    "assignIssue": _assigned,
    "assignIssues": lambda at: {"rows": [_assigned(at)]},
    "returnIssue": lambda at: at.about("working", reason=WORDS),
    "reportIssueDone by a unit": lambda at: at.about("working", **_DONE),
    "reportIssueDone by a team": lambda at: at.about("of the team", **_DONE),
    "reportIssueDone on the spot": lambda at: at.about("accepted", **_DONE),
    "closeIssue": _closed,
    "closeIssues": lambda at: {"rows": [_closed(at)]},
    "reworkIssue": lambda at: at.about("done", missing=WORDS),
    "reopenIssue": lambda at: at.about("closed", reason=WORDS),
    "revealContact": lambda at: at.about("working", reason=WORDS),
    # Meetings
    "demandMeeting": lambda at: {"divisionCode": at.place.code, "reason": WORDS},
    "publishListEdition": lambda at: {"divisionCode": at.place.code},
    "startProject": _started,
    "listNeed": lambda at: {
        "resolutionId": at.row("carried"), "leadId": at.row("MEMBER"), "wantedHelp": WORDS, "claimUntil": UNTIL,
        "urgency": "NORMAL",
    },
    "proposeAgendaItem": lambda at: {"divisionCode": at.place.code, "title": WORDS, "duty": "PUBLICITY_EDUCATION"},
    "scheduleMeeting": lambda at: {"divisionCode": at.place.code, "scheduledAt": LATER, "place": WORDS},
    "holdMeeting": _everybody_came,
    "recordHearing": lambda at: {"agendaItemId": at.row("unheard"), "record": WORDS},
    "castVote": lambda at: {"agendaItemId": at.row("item"), "choice": "FOR"},
    "closeMeeting": lambda at: {"meetingId": at.row("held"), "minutes": WORDS},
    "publishMinutes": lambda at: {"meetingId": at.row("ended")},
    "cancelMeeting": lambda at: {"meetingId": at.row("coming")},
    "tableIssue": lambda at: at.about("accepted", meetingId=at.row("coming"), proposedById=at.row("MEMBER")),
    "recordResolution": lambda at: at.about("tabled", resolutionId=at.row("resolution"), nextState="ACCEPTED"),
    "completeMilestone": lambda at: {"milestoneId": at.row("step")},
    # Notes
    "urgeIssue": lambda at: at.about("working", text=WORDS),
    "commentIssue": lambda at: at.about("working", text=WORDS),
    "reportProgress": lambda at: at.about("working", percent=40, text=WORDS),
    "attachEvidence to a report": lambda at: at.about("submitted", evidence=_DONE["evidence"]),
    "attachEvidence to work": lambda at: at.about("working", evidence=_DONE["evidence"]),
    "regradeIssue": lambda at: at.about("working", urgency="URGENT", reason=WORDS),
    "correctLedgerEntry": lambda at: at.about("closed", entryId=at.row("entry of the closed"), note=WORDS),
    "rateIssue": lambda at: at.about("done", rating=4),
    # Levels and requests
    "escalateIssue": lambda at: at.about("accepted", reason=WORDS, tried=WORDS),
    "handDownIssue": lambda at: at.about("accepted", divisionCode=at.place.code, instruction=WORDS, dueAt=LATER),
    "requestIssueSuspension": lambda at: at.about("working", cause=WORDS, resumeOn=IN_A_WEEK),
    "requestIssueExtension": lambda at: at.about("working", reason=WORDS, workingDays=2),
    "requestIssueTransfer": lambda at: at.about("accepted", divisionCode=at.place.next_code, reason=WORDS),
    "reviewIssueRequest": lambda at: at.about("asked", decision="APPROVED", reason=WORDS),
    "resumeIssue": lambda at: at.about("suspended"),
    # Offices and access
    "setSlaRule": lambda at: {
        "divisionCode": at.place.code, "clock": "INTAKE", "urgency": "NORMAL", "amount": 2, "unit": "HOUR",
    },
    "publishConductNorms": lambda at: {
        "divisionCode": at.place.offices[DivisionLevel.DISTRICT].code,
        "participate": [WORDS] * 6, "abstain": [WORDS] * 6,
    },
    "issueToken": lambda at: {"name": WORDS, "scopes": ["READ"], "divisionCode": at.place.code},
    "revokeToken": lambda at: {"tokenId": at.row(f"token of {at.role.value if at.role else 'RESIDENT'}")},
    "grantRole": lambda at: {
        "accountId": at.row("account"), "role": "RESIDENT", "divisionCode": at.place.code, "reason": WORDS,
    },
    "endRole": lambda at: {"grantId": at.row("grant"), "reason": WORDS},
}  # fmt: skip
