"""Masked texts: what is shown of a name or a number to those who may not read it in full."""

from peewee import Case, ColumnBase, fn

from schema.catalog.declare import computed
from schema.catalog.fields import Kind


def masked(text: ColumnBase, first: int) -> ColumnBase:
    """Return the first characters of a text and stars for the rest; of a short one stars alone."""
    shown = Case(None, [(fn.LENGTH(text) <= first, "")], fn.SUBSTR(text, 1, first))
    return _or_null(text, shown.concat("****"))


def masked_phone(phone: ColumnBase) -> ColumnBase:
    """Return a telephone number without the four digits after the third (138****5678); of a short one stars alone."""
    ends = fn.SUBSTR(phone, 1, 3).concat("****").concat(fn.SUBSTR(phone, 8))
    return _or_null(phone, Case(None, [(fn.LENGTH(phone) < 11, "****")], ends))


def _or_null(text: ColumnBase, shown: ColumnBase) -> ColumnBase:
    return Case(None, [(text.is_null(False), shown)])


# A contact as those see it who may not read it in full: of an issue, and of a message.
MASKED_NAME = computed(
    Kind.LINE,
    lambda contact: masked(contact.name, 1),
    "The masked name, such as 李****.",
    nullable=True,
    queryable=False,
)
MASKED_PHONE = computed(
    Kind.CODE,
    lambda contact: masked_phone(contact.phone),
    "The masked telephone number, such as 138****5678.",
    nullable=True,
    queryable=False,
)
MASKED_ADDRESS = computed(
    Kind.LINE,
    lambda contact: masked(contact.address, 3),
    "The masked address, such as 杨家园****.",
    nullable=True,
    queryable=False,
)
