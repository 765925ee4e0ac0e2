"""Mutations of intake: bringing an issue in, and taking it up."""

from db.issues import intake
from db.models.duty import Duty
from db.models.issue import Channel, Urgency
from schema.engine.catalog import Kind
from schema.mutations.declare import Argument, Mutation

MUTATIONS = (
    Mutation(
        "submitIssue",
        "Bring a concern to a community (提交).",
        intake.submit_issue,
        (
            Argument("division_code", Kind.CODE, "The community's 12-digit code."),
            Argument("channel", Channel, "How it reached the community."),
            Argument("title", Kind.LINE, "A title of 5 to 60 characters."),
            Argument("description", Kind.PROSE, "What the concern is, up to 2,000 characters."),
            Argument("duty", Duty, "Which of the eight duties it falls under; a guess is welcome."),
            Argument("urgency", Urgency, "How fast it must be handled."),
            Argument("topic_code", Kind.CODE, "The topic's code, such as HOU-01.", required=False),
            Argument("place", Kind.LINE, "Where it is.", required=False),
            Argument("is_anonymous", Kind.BOOLEAN, "Whether handlers must not learn who reported it.", required=False),
            Argument("contact_name", Kind.LINE, "Whom to ask; kept apart from the ledger.", required=False),
            Argument("contact_phone", Kind.CODE, "The telephone number; kept apart from the ledger.", required=False),
            Argument("contact_address", Kind.LINE, "The address; kept apart from the ledger.", required=False),
        ),
        about_issue=False,
    ),
    Mutation(
        "acceptIssue",
        "Take a submitted issue into the ledger, with its number, deadline and entry on the need list (受理).",
        intake.accept_issue,
        (
            Argument("urgency", Urgency, "The urgency, confirmed."),
            Argument("duty", Duty, "The duty, confirmed."),
        ),
    ),
)
