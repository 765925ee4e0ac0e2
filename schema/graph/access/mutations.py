"""Mutations of access: own tokens, and roles that officers give."""

from db.access import grants
from db.access import token_commands as own_tokens
from db.access.models.access import TokenScope
from db.access.models.account import Role
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

MUTATIONS = (
    Mutation(
        "issueToken",
        "Make a token for your own account, which gives no more than the one that you use (签发令牌).",
        own_tokens.issue_token,
        (
            Argument("name", Kind.LINE, "What you will know it by, up to 100 characters."),
            Argument("scopes", TokenScope, "What it lets you do.", is_list=True),
            Argument("division_code", Kind.CODE, "The only part of the city where it is good.", required=False),
            Argument("expires_at", Kind.DATETIME, "Until when; until it is revoked when left out.", required=False),
        ),
        {"token": "ApiToken"},
        about_issue=False,
        tells={"text": "The token itself: told once, and neither by a dry run nor by a replay; keep it safe."},
    ),
    Mutation(
        "revokeToken",
        "End a token of your own account; it may go on working for a few seconds (吊销令牌).",
        own_tokens.revoke_token,
        (Argument("token_id", Kind.ID, "The token that is to be revoked.", of=("ApiToken",)),),
        {"token": "ApiToken"},
        about_issue=False,
    ),
    Mutation(
        "grantRole",
        "Give somebody a role over a division and below it; for officers, of roles below their own level (授权).",
        grants.grant_role,
        (
            Argument("account_id", Kind.ID, "Who; this or subject.", required=False, of=("Resident", "Account")),
            Argument("subject", Kind.CODE, "Who, as the identity provider knows them.", required=False),
            Argument("role", Role, "The role that is granted."),
            Argument("division_code", Kind.CODE, "The division's 12-digit code."),
            Argument("committee_id", Kind.ID, "For a seat: the committee.", required=False, of=("Committee",)),
            Argument("organization_id", Kind.ID, "For a unit: which.", required=False, of=("Organization",)),
            Argument("team_id", Kind.ID, "For a team: which.", required=False, of=("VolunteerTeam",)),
            Argument("starts_at", Kind.DATETIME, "From when; at once when left out.", required=False),
            Argument("ends_at", Kind.DATETIME, "Until when; until it is ended when left out.", required=False),
            Argument("reason", Kind.PROSE, "Why, up to 2,000 characters; auditors read it."),
        ),
        {"grant": "RoleGrant"},
        about_issue=False,
    ),
    Mutation(
        "endRole",
        "End a role that your office may give (撤销授权).",
        grants.end_role,
        (
            Argument("grant_id", Kind.ID, "The grant that is to end.", of=("RoleGrant",)),
            Argument("reason", Kind.PROSE, "Why, up to 2,000 characters; auditors read it."),
        ),
        {"grant": "RoleGrant"},
        about_issue=False,
    ),
)
