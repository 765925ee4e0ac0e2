"""Mutations of claims: publishing an issue for help, claiming it, and deciding on claims."""

from db.issues import claims
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

HANDLERS = ("Organization", "VolunteerTeam", "Member")
SHOWS = {"issue": "Issue", "event": "LedgerEntry", "claim": "Claim", "journalEntry": "JournalEntry"}
_CLAIM = Argument("claim_id", Kind.ID, "The claim on this issue.", of=("Claim",))
# Which help is wanted: also what a meeting's resolution asks for.
WANTED = (
    Argument("wanted_quantity", Kind.DECIMAL, "The quantity that is wanted.", required=False),
    Argument("unit", Kind.LINE, "The unit of the quantity; required together with it.", required=False),
)
PUBLISHED = (
    Argument("wanted_help", Kind.PROSE, "The help that is wanted."),
    Argument("claim_until", Kind.DATETIME, "The end of the time for claims."),
    *WANTED,
)

MUTATIONS = (
    Mutation(
        "publishIssue",
        "Publish an accepted issue for units, teams, members and residents to claim (发布).",
        claims.publish_issue,
        PUBLISHED,
    ),
    Mutation(
        "claimIssue",
        "Offer to take on a published issue, or to help with one in progress (认领).",
        claims.claim_issue,
        (
            Argument("promise", Kind.PROSE, "What the claimant promises to do."),
            Argument("promised_on", Kind.DATE, "The day by which the promise will be kept."),
            Argument(
                "claimant_id",
                Kind.ID,
                "The claimant: your organization, team, seat or account; only needed when you speak for several.",
                required=False,
                of=(*HANDLERS, "Resident"),
            ),
            Argument(
                "resource_id", Kind.ID, "The resource that the claim uses, if any.", required=False, of=("Resource",)
            ),
            Argument("window_id", Kind.ID, "The time window of the resource.", required=False, of=("ResourceWindow",)),
            Argument("quantity", Kind.DECIMAL, "The quantity of the resource, or of the wanted help.", required=False),
        ),
        SHOWS,
    ),
    Mutation(
        "confirmClaim",
        "Confirm a claim, so that its claimant handles the issue or helps its handler (确认认领).",
        claims.confirm_claim,
        (_CLAIM,),
        SHOWS,
    ),
    Mutation(
        "declineClaim",
        "Decline a pending claim on an issue (不采纳认领).",
        claims.decline_claim,
        (_CLAIM, Argument("reason", Kind.PROSE, "The reason, which is recorded in the ledger.")),
        SHOWS,
    ),
    Mutation(
        "releaseClaim",
        "Release a claim, which returns its quantity to the resource at once (取消认领).",
        claims.release_claim,
        (_CLAIM, Argument("reason", Kind.PROSE, "The reason, which is recorded in the ledger.")),
        SHOWS,
    ),
    Mutation(
        "fulfilClaim",
        "Record that the promise of a claim was kept (履行认领).",
        claims.fulfil_claim,
        (_CLAIM,),
        SHOWS,
    ),
)
