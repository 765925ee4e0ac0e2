"""Mutations of access: own tokens, and roles that officers give."""

from db.access import grants
from db.access import invitation_commands as invitations
from db.access import token_commands as own_tokens
from db.access.models.access import TokenScope
from db.access.models.account import Role
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation

MUTATIONS = (
    Mutation(
        "issueToken",
        "Issue a token for your own account, with at most the rights of the token in use (签发令牌).",
        own_tokens.issue_token,
        (
            Argument("name", Kind.LINE, "A name by which you recognize the token."),
            Argument("scopes", TokenScope, "The scopes of the token.", is_list=True),
            Argument(
                "division_code", Kind.CODE, "The code of the division that the token is limited to.", required=False
            ),
            Argument(
                "expires_at",
                Kind.DATETIME,
                "When the token expires; it is valid until revoked when left out.",
                required=False,
            ),
        ),
        {"token": "ApiToken"},
        tells={"text": "The text of the token, returned once only and never by a dry run or a retry; keep it safe."},
    ),
    Mutation(
        "revokeToken",
        "Revoke a token of your own account, which may stay valid for a few seconds (吊销令牌).",
        own_tokens.revoke_token,
        shows={"token": "ApiToken"},
    ),
    Mutation(
        "inviteAccount",
        "Invite a registered person to open an account within seven days; for staff of their community and officers "
        "above it (邀请开户).",
        invitations.invite_account,
        (
            Argument(
                "subject",
                Kind.LINE,
                "The person's subject at the identity provider, whose first sign-in opens the account as well.",
                required=False,
            ),
        ),
        {"person": "Person"},
        tells={
            "secret": "The secret that opens the account, returned once only and never by a dry run or a retry; "
            "hand it to the person alone."
        },
    ),
    Mutation(
        "acceptInvitation",
        "Open the account that a secret invites to, and get its first token; nobody needs to be signed in (接受邀请).",
        invitations.accept_invitation,
        (
            Argument("secret", Kind.LINE, "The secret of the invitation, as `inviteAccount` returned it."),
            Argument("label", Kind.LINE, "A name by which you recognize the token."),
            Argument(
                "scopes",
                TokenScope,
                "The scopes of the token; READ and WRITE when left out.",
                required=False,
                is_list=True,
            ),
            Argument(
                "expires_at",
                Kind.DATETIME,
                "When the token expires; it is valid until revoked when left out.",
                required=False,
            ),
        ),
        {"person": "Person"},
        tells={"text": "The text of the token, returned once only and never by a dry run; keep it safe."},
        is_open=True,
    ),
    Mutation(
        "grantRole",
        "Grant an account a role over a division and all below it; officers grant roles below their own level (授权).",
        grants.grant_role,
        (
            Argument(
                "account_id",
                Kind.ID,
                "The account that gets the role; give this or `subject`.",
                required=False,
                of=("Resident", "Account"),
            ),
            Argument(
                "subject",
                Kind.CODE,
                "The subject of the account at the identity provider; give this or `accountId`.",
                required=False,
            ),
            Argument("role", Role, "The role to be granted."),
            Argument("division_code", Kind.CODE, "The 12-digit code of the division."),
            Argument(
                "committee_id",
                Kind.ID,
                "The committee, for the role of a member, deputy director or director.",
                required=False,
                of=("Committee",),
            ),
            Argument(
                "organization_id",
                Kind.ID,
                "The organization, for the role of a unit's contact.",
                required=False,
                of=("Organization",),
            ),
            Argument(
                "team_id",
                Kind.ID,
                "The volunteer team, for the role of a team's captain.",
                required=False,
                of=("VolunteerTeam",),
            ),
            Argument(
                "site_id",
                Kind.ID,
                "The one grid over which a grid worker's role is held; the whole community when left out.",
                required=False,
                of=("Site",),
            ),
            Argument("starts_at", Kind.DATETIME, "When the role takes effect; at once when left out.", required=False),
            Argument(
                "ends_at", Kind.DATETIME, "When the role ends; it lasts until ended when left out.", required=False
            ),
            Argument("reason", Kind.PROSE, "The reason for the change; auditors can read it."),
        ),
        {"grant": "RoleGrant"},
    ),
    Mutation(
        "endRole",
        "End a role that your office may grant (撤销授权).",
        grants.end_role,
        (Argument("reason", Kind.PROSE, "The reason for the change; auditors can read it."),),
        {"grant": "RoleGrant"},
    ),
)
