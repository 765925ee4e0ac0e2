"""Mutations of donations and expenses."""

from collections.abc import Mapping

from db.funds import donations, expenses
from db.funds.models import DONORS, RECIPIENTS, DonationKind
from schema.catalog.fields import Kind
from schema.catalog.mutations import Argument, Mutation
from schema.graph.attachments import FILE_INPUT
from schema.graph.incidents import OF_INCIDENT

_DONATION = {"donation": "Donation", "event": "JournalEntry"}
_EXPENSE = {"expense": "Expense", "project": "Project"}
_VOUCHER = Argument("voucher", Kind.CODE, "The number of the slip in the books.")


def _nouns(tables: Mapping[str, type]) -> tuple[str, ...]:
    return tuple(table.__name__ for table in tables.values())


MUTATIONS = (
    Mutation(
        "pledgeDonation",
        "Promise money or goods for a project or to a committee; for the donor, its contact, and staff in somebody's "
        "name (认捐).",
        donations.pledge_donation,
        (
            Argument("recipient_id", Kind.ID, "The project or committee that it is for.", of=_nouns(RECIPIENTS)),
            Argument("kind", DonationKind, "Whether money or goods are given."),
            Argument(
                "donor_id",
                Kind.ID,
                "The unit or person who gives; you when left out.",
                required=False,
                of=_nouns(DONORS),
            ),
            Argument("donor_name", Kind.LINE, "The name of a donor who is not registered; for staff.", required=False),
            Argument("is_name_hidden", Kind.BOOLEAN, "Whether only auditors may know who gives.", required=False),
            Argument("amount", Kind.DECIMAL, "The amount of money, in yuan.", required=False),
            Argument("item", Kind.LINE, "What goods are given.", required=False),
            Argument("unit", Kind.LINE, "The unit of the goods.", required=False),
            Argument("quantity", Kind.DECIMAL, "How much of the goods is given, in their unit.", required=False),
            Argument("value", Kind.DECIMAL, "What the goods are worth, in yuan.", required=False),
            Argument("purpose_note", Kind.PROSE, "What the donation is meant for.", required=False),
            OF_INCIDENT,
            Argument("attachments", FILE_INPUT, "Files that show the donation.", required=False, is_list=True),
        ),
        _DONATION,
    ),
    Mutation(
        "receiveDonation",
        "Record that a donation was received, which gives it its receipt; for staff who are not the donor (接收捐赠).",
        donations.receive_donation,
        (
            Argument("received_on", Kind.DATE, "The day of receipt; today when left out.", required=False),
            Argument("stock_id", Kind.ID, "The stock that the goods go into.", required=False, of=("Stock",)),
        ),
        {**_DONATION, "move": "StockMove"},
    ),
    Mutation(
        "cancelDonation",
        "Call a donation off that was not received yet; for the donor and for staff (取消捐赠).",
        donations.cancel_donation,
        (Argument("reason", Kind.PROSE, "Why it is called off, for the journal."),),
        _DONATION,
    ),
    Mutation(
        "recordExpense",
        "Record what a project paid from the money that it received; for its lead and for staff (登记支出).",
        expenses.record_expense,
        (
            Argument("day", Kind.DATE, "The day of the payment."),
            Argument("amount", Kind.DECIMAL, "The amount, in yuan."),
            Argument("payee", Kind.LINE, "Who was paid."),
            Argument("purpose", Kind.LINE, "What was paid for."),
            _VOUCHER,
            Argument("attachments", FILE_INPUT, "Files that show the payment.", required=False, is_list=True),
        ),
        _EXPENSE,
    ),
    Mutation(
        "reverseExpense",
        "Undo an expense by one of the same amount below zero; for the project's lead and for staff (冲销支出).",
        expenses.reverse_expense,
        (
            Argument("expense_id", Kind.ID, "The expense that is undone.", of=("Expense",)),
            Argument("reason", Kind.LINE, "Why it is undone."),
            _VOUCHER,
        ),
        _EXPENSE,
    ),
)
