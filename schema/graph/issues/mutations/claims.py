"""Mutations of claims: publishing an issue for help, offering it, and what becomes of an offer."""

from db.issues import claims
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

HANDLERS = ("Organization", "VolunteerTeam", "Member")
SHOWS = {"issue": "Issue", "event": "LedgerEntry", "claim": "Claim"}
_CLAIM = Argument("claim_id", Kind.ID, "The claim, which is on this issue.", of=("Claim",))
# Which help is wanted: also what a meeting's resolution asks for.
WANTED = (
    Argument("wanted_quantity", Kind.DECIMAL, "How much is wanted.", required=False),
    Argument("unit", Kind.LINE, "In which unit; given with the quantity.", required=False),
)

MUTATIONS = (
    Mutation(
        "publishIssue",
        "Publish an accepted issue for units, teams, members and residents to claim (发布).",
        claims.publish_issue,
        (
            Argument("wanted_help", Kind.PROSE, "Which help is wanted, up to 2,000 characters."),
            Argument("claim_until", Kind.DATETIME, "Until when it may be claimed, within 31 days."),
            *WANTED,
        ),
    ),
    Mutation(
        "claimIssue",
        "Offer to take on a published issue, or to help with one in progress (认领).",
        claims.claim_issue,
        (
            Argument("promise", Kind.PROSE, "What is promised, up to 2,000 characters."),
            Argument("promised_on", Kind.DATE, "The day by which the promise will be kept."),
            Argument(
                "claimant_id",
                Kind.ID,
                "Who claims: your unit, your team, your seat or you; only needed where you speak for several.",
                required=False,
                of=(*HANDLERS, "Resident"),
            ),
            Argument("resource_id", Kind.ID, "The resource, if one is given.", required=False, of=("Resource",)),
            Argument("window_id", Kind.ID, "The time window of the resource.", required=False, of=("ResourceWindow",)),
            Argument("quantity", Kind.DECIMAL, "How much of the resource, or of what is wanted.", required=False),
        ),
        SHOWS,
    ),
    Mutation(
        "confirmClaim",
        "Confirm a claim: its claimant handles the issue from now on, or helps whoever does (确认认领).",
        claims.confirm_claim,
        (_CLAIM,),
        SHOWS,
    ),
    Mutation(
        "declineClaim",
        "Turn a pending claim down (不采纳认领).",
        claims.decline_claim,
        (_CLAIM, Argument("reason", Kind.PROSE, "The reason, which the ledger keeps.")),
        SHOWS,
    ),
    Mutation(
        "releaseClaim",
        "Give a claim up; what it took goes back at once (取消认领).",
        claims.release_claim,
        (_CLAIM, Argument("reason", Kind.PROSE, "The reason, which the ledger keeps.")),
        SHOWS,
    ),
    Mutation(
        "fulfilClaim",
        "Note that what a claim promised was done (履行认领).",
        claims.fulfil_claim,
        (_CLAIM,),
        SHOWS,
    ),
)
