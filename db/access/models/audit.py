"""What is kept of the use of authority: refusals, tokens, grants and what was revealed."""

from typing import TYPE_CHECKING

from peewee import SQL, BigAutoField, BigIntegerField, Check, ForeignKeyField

from db.access.models.account import Account
from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, EnumField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel


class AuditAction(GrowingEnum):
    """An event that is recorded for auditors (审计事项)."""

    REFUSED = "REFUSED", "An action was refused because the roles or the token do not cover it.", "越权被拒"
    TOKEN_AFTER_REVOCATION = (
        "TOKEN_AFTER_REVOCATION",
        "A token was used after it expired or was revoked.",
        "失效令牌使用",
    )
    REVEALED = (
        "REVEALED",
        "A masked contact, who is monitored at home, or who came to a gate was shown.",
        "查看敏感信息",
    )
    GRANTED = "GRANTED", "A role was granted to an account.", "授权"
    REVOKED = "REVOKED", "A granted role was ended.", "撤销授权"
    TOKEN_ISSUED = "TOKEN_ISSUED", "A token was issued to an account.", "签发令牌"
    TOKEN_REVOKED = "TOKEN_REVOKED", "The token of an account was revoked.", "吊销令牌"
    INVITED = "INVITED", "A person was invited to open an account.", "邀请开户"
    OPENED = "OPENED", "An invited person opened their account.", "开户"
    IMPORTED = "IMPORTED", "A roster was imported on the command line on behalf of an account.", "导入名册"


class AuditEntry(BaseModel):
    """One use of authority, or an attempt at it (审计记录): only ever added.

    account: who did it; null for nobody and for the command line. division_code: where it belongs, by the subject or
    else by the account; null where neither tells. mutation: which was asked for, where one was.
    """

    id = BigAutoField()
    at = UtcDateTimeField()
    action = EnumField(AuditAction)
    account = ForeignKeyField(Account, null=True, on_delete="RESTRICT", index=False)
    address = LineField()
    request_id = CodeField()
    mutation = CodeField(null=True)
    subject_type = CodeField(null=True)
    subject_id = BigIntegerField(null=True)
    division_code = CodeField(null=True)
    reason = ProseField()

    if TYPE_CHECKING:
        account_id: int | None

    class Meta:
        indexes = (
            (("at", "id"), True),
            (("division_code", "at"), False),
            (("account", "action", "at"), False),
        )
        constraints = [Check("(subject_type IS NULL) = (subject_id IS NULL)")]


# What somebody was shown, on the record.
AuditEntry.add_index(
    AuditEntry.index(
        AuditEntry.account, AuditEntry.subject_type, AuditEntry.subject_id, where=SQL("action = 'REVEALED'"),
        name="audit_entry_revealed",
    )
)  # fmt: skip
