"""The viewer: who is asking, and in which roles."""

from peewee import SQL, Value, fn

from db.access.models.access import TokenScope
from db.access.visibility import GRANT, TOKEN, VIEWER
from db.city import models
from db.issues.visibility import RESIDENT
from schema.catalog.declare import column, computed, many, model_type, names, one
from schema.catalog.fields import Kind
from schema.engine.bindings import NOW
from schema.graph.viewer import seen_by


@model_type(
    models.Account,
    "The account that sends the request (当前用户).",
    visible=seen_by(VIEWER),
    is_node=False,
)
class Viewer:
    """The account that the request's token belongs to."""

    id = computed(
        Kind.CODE,
        lambda account: SQL("'Account_'").concat(account.id.cast("TEXT")),
        "The global id of the account, as `grantRole` takes it.",
        queryable=False,
    )
    name = column("The name of the account.")
    created_at = column("When the account was created.")
    grants = many(
        "RoleGrant",
        "The roles that the account holds now.",
        on=lambda account, grant: (
            (grant.account == account.id) & (grant.starts_at <= NOW) & (grant.ends_at.is_null() | (grant.ends_at > NOW))
        ),
    )
    tokens = many(
        "ApiToken",
        "The account's tokens, newest first.",
        on="account",
        order="-created_at",
    )


@model_type(
    models.Account,
    "An account that claims or handles an issue itself: a resident, or staff who answered on the spot (居民).",
    visible=seen_by(RESIDENT),
)
class Resident:
    """An account, seen by others only for what it claims or handles."""

    name = column("The name of the resident.", queryable=False)


@model_type(
    models.RoleGrant,
    "A role granted over a part of the city for a time; its holder and the granting officer see it (授权).",
    visible=seen_by(GRANT),
)
class RoleGrant:
    """A role and where it holds."""

    role = column("The role that is held.")
    division_code = column("The code of the division whose subtree the role covers.")
    division = one(
        "Division",
        "The division whose subtree the role covers.",
        on=lambda grant, division: division.code == grant.division_code,
    )
    committee = one("Committee", "The committee that the holder sits on, for the role of a member.")
    organization = one("Organization", "The organization that the holder speaks for, for the role of a unit's contact.")
    team = one("VolunteerTeam", "The volunteer team that the holder speaks for, for the role of a captain.")
    site = one("Site", "The one grid over which the role of a grid worker is held; null for the whole community.")
    starts_at = column("When the role takes effect.")
    ends_at = column("When the role ends; null when it has no end.")


@model_type(
    models.ApiToken,
    "An API token of the viewer (令牌); its text is returned once, by `issueToken`.",
    visible=seen_by(TOKEN),
)
class ApiToken:
    """What a token is good for, and since when."""

    name = column("The name that its owner gave the token.")
    prefix = column("The first characters of the token's text.")
    scopes = names(
        lambda token: fn.UPPER(Value('["').concat(fn.REPLACE(token.scopes, " ", '","')).concat('"]')),
        "The scopes of the token.",
        enum=TokenScope,
    )
    division_code = column("The code of the division that the token is limited to; null when it is not limited.")
    created_at = column("When the token was issued.")
    expires_at = column("When the token expires; null when it does not.")
    last_used_at = column("When the token was last used, accurate to about a minute.")
    revoked_at = column("When the token was revoked.")
