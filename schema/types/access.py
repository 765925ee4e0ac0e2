"""The viewer: who is asking, and in which roles."""

from db import models
from schema.engine.catalog import column, many, model_type
from schema.engine.values import ACCOUNT_ID, NOW


@model_type(models.Account, "Who is asking (当前用户).", visible=lambda row: row.id == ACCOUNT_ID, is_node=False)
class Viewer:
    """The account that the request's token belongs to."""

    name = column("The name.")
    created_at = column("When the account was made.")
    grants = many(
        "RoleGrant",
        "The roles it holds now.",
        on=lambda account, grant: (
            (grant.account == account.id) & (grant.starts_at <= NOW) & (grant.ends_at.is_null() | (grant.ends_at > NOW))
        ),
    )


@model_type(
    models.RoleGrant,
    "A role held over a part of the city for a time (授权).",
    visible=lambda row: row.account == ACCOUNT_ID,
)
class RoleGrant:
    """A role and where it holds."""

    role = column("The role.")
    division_code = column("The division whose subtree it covers.")
    starts_at = column("From when.")
    ends_at = column("Until when; null for no end.")
