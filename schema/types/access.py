"""The viewer: who is asking, and in which roles."""

from typing import Any

from peewee import SQL, fn

from db import models
from schema.engine.catalog import column, many, model_type
from schema.engine.values import ACCOUNT_ID, NOW
from schema.types.notice import is_told


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
    notices = many(
        "Notice",
        "What it was told, newest first: by itself, or in a role that it holds now.",
        on=lambda account, notice: is_told(notice),
        order="-created_at",
    )


def _takes_part(account: Any) -> Any:
    """Say that an account claims or handles something for itself: who does not is nobody's business."""
    claim, issue = models.Claim.alias("own_claim"), models.Issue.alias("own_work")
    claims = claim.select(SQL("1")).where(claim.account == account.id)
    handles = issue.select(SQL("1")).where(issue.handler_account == account.id)
    return (account.id == ACCOUNT_ID) | fn.EXISTS(claims) | fn.EXISTS(handles)


@model_type(
    models.Account,
    "Somebody who takes an issue on by themselves: a resident, or staff who answered on the spot (居民).",
    visible=_takes_part,
)
class Resident:
    """An account, seen by others only for what it claims or handles."""

    name = column("The name.", queryable=False)


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
