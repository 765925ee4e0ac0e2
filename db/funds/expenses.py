"""Expenses: what a project pays from the money that it received, and how that is undone (支出)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from db.access.commands import Call, CommandResult
from db.access.inputs import Inputs
from db.access.subjects import Subject, command
from db.attachments.commands import AttachedFiles, attach
from db.funds.models import AMOUNT, Expense, balance
from db.funds.standing import require_bookkeeper
from db.issues.models.claim import Project
from db.issues.need_and_project_lists import settle_project
from db.kernel.bounds import Days, Length
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import invalid, not_found
from db.kernel.statements import compiled

# A project whose books the actor keeps.
PROJECT = Subject(
    model=Project,
    keys={"project_id": "id"},
    missing=("There is no such project; check the id.", "没有此项目，请核对 ID。"),
    stand=lambda call, project, action: require_bookkeeper(call, project),
)


@dataclass(frozen=True, slots=True)
class Payment(Inputs):
    """What was paid. voucher: the number of the slip in the books."""

    day: Annotated[date, Days(last=0)]
    amount: Annotated[Decimal, AMOUNT]
    payee: Annotated[str, Length(2, 60, has_lines=False)]
    purpose: Annotated[str, Length(2, 100, has_lines=False)]
    voucher: Annotated[str, Length(1, 32)]


@command(PROJECT, "recordExpense")
def record_expense(
    call: Call, project: Project, standing: None, *, payment: Payment, attachments: AttachedFiles = ()
) -> CommandResult:
    """Record what a project paid from the money that it received (登记支出).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, the project's lead and staff keep its books; INVALID_INPUT;
            FUNDS_INSUFFICIENT, less money is left.
    """
    left = balance_of(project.id)
    if payment.amount > left:
        raise DomainError(
            ErrorCode.FUNDS_INSUFFICIENT,
            f"The project has {left} yuan left; receive another donation first (`receiveDonation`), or pay less.",
            ("amount",),
            chinese=f"项目结余{left}元，请先接收捐赠（receiveDonation），或减少支出金额。",
        )
    expense = _record(call, project, **payment.values())
    attach(call, expense, attachments)
    return CommandResult({"expense": expense.id, "project": project.id})


@command()
def reverse_expense(
    call: Call,
    *,
    expense_id: int,
    reason: Annotated[str, Length(2, 100, has_lines=False)],
    voucher: Annotated[str, Length(1, 32)],
) -> CommandResult:
    """Undo an expense by another one of the same amount below zero, which names it (冲销支出).

    Raises:
        DomainError: NOT_FOUND; NOT_PERMITTED, the project's lead and staff keep its books; INVALID_INPUT, it is itself
            a reversal; ALREADY_EXISTS, it was reversed.
    """
    expense = Expense.find(id=expense_id)
    if expense is None:
        raise not_found("expenseId", "There is no such expense; check the id.", "没有此项支出，请核对 ID。")
    project = Project.lock(id=expense.project_id)
    assert project is not None, "the expense keeps it"
    require_bookkeeper(call, project)
    if expense.reverses_id is not None:
        message = "This is a reversal itself; record the expense anew instead (`recordExpense`)."
        raise invalid("expenseId", message, "该笔已是冲销记录，请重新登记支出（recordExpense）。")
    if Expense.find(reverses=expense.id) is not None:
        raise DomainError(
            ErrorCode.ALREADY_EXISTS,
            "The expense was reversed already; see its `reversal`.",
            ("expenseId",),
            chinese="该笔支出已冲销，请查看其冲销记录。",
        )
    # What was spent comes back, and needs a new word.
    project.change(balance_note=None)
    reversal = _record(
        call, project, day=call.day, amount=-expense.amount, payee=expense.payee, purpose=reason, voucher=voucher,
        reverses=expense.id,
    )  # fmt: skip
    return CommandResult({"expense": reversal.id, "project": project.id})


def balance_of(project_id: int) -> Decimal:
    """Return the money that is left to a project, which is locked."""
    return Decimal(_balance.scalar(project_id)).scaleb(-2)


def _record(call: Call, project: Project, **columns: Any) -> Expense:
    expense = Expense.create(project=project.id, division_code=project.division_code, created_at=call.at, **columns)
    settle_project(call, project)
    return expense


@compiled
def _balance(project_id: Any) -> Any:
    row: Any = Project.alias("counted")
    return row.select(balance(row)).where(row.id == project_id)
