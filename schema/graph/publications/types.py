"""Publications, and who has read them."""

from typing import Any

from peewee import SQL, ColumnBase, fn

from db.access.models.account import Account
from db.kernel.addresses import safe_address
from db.kernel.expressions import Row
from db.publications import visibility
from db.publications.models import Publication as Table
from db.publications.models import PublicationRead as Read
from db.publications.models import PublicationState
from schema.catalog.declare import column, computed, many, model_type, one
from schema.catalog.fields import Kind
from schema.engine.bindings import NOW
from schema.graph.publications import readers
from schema.graph.viewer import seen_by


def is_in_force(row: Row) -> ColumnBase:
    """Build the condition that a publication is in force, and that none that supersedes it has begun."""
    newer = Table.alias("newer")
    has_begun = (newer.state == PublicationState.PUBLISHED.value) & (newer.valid_from <= NOW)
    replaced = newer.select(SQL("1")).where((newer.supersedes == row.id) & has_begun)
    runs = (row.valid_from <= NOW) & (row.valid_until.is_null() | (row.valid_until > NOW))
    return (row.state == PublicationState.PUBLISHED.value) & runs & ~fn.EXISTS(replaced)


def _counted(kind: type | Kind, value: Any, description: str) -> Any:
    """Declare a figure about readers, for the offices above; null for others."""
    return computed(
        kind, lambda row: readers.for_offices(row, value(row)), description, nullable=True, cost=10, queryable=False
    )


@model_type(
    Table,
    "What an office makes known to everybody, to members or to offices, in its division and all below it (发布资料).",
    visible=seen_by(visibility.PUBLICATION),
)
class Publication:
    """A publication for members or offices is seen by these alone, and by the offices above."""

    division = one("Division", "The division whose office issued the publication; it is for all below it as well.")
    division_code = column("The 12-digit code of the division.")
    kind = column("What the publication is, such as a policy or a training video.")
    audience = column("For whom the publication is.")
    title = column("The title of the publication.")
    body = column("The text of the publication; null when it is a file alone.")
    uri = computed(
        Kind.LINE,
        lambda row: safe_address(row.uri),
        "The https address of the file; null when there is none.",
        nullable=True,
        cost=0,
    )
    sha256 = column("The SHA-256 hash of the file, in hexadecimal.")
    duration_seconds = column("The length of a training video, in seconds.")
    duty = column("The duty that the publication is about, one of eight, if it is about one.")
    valid_from = column("From when the publication is in force.")
    valid_until = column("Until when the publication is in force; null when it has no end.")
    is_in_force = computed(
        bool,
        is_in_force,
        "Whether the publication is in force now: neither over nor withdrawn, and none that supersedes it has begun.",
    )
    needs_receipt = column("Whether its readers are asked to confirm that they have read it.")
    supersedes = one("Publication", "The publication whose place this one takes, if it takes one's.")
    published_by_name = column("The name of who issued the publication.")
    state = column("The state of the publication.")
    created_at = column("When the publication was issued.")
    version = column("Grows by one with each step of its life; its journal has an entry for each.")
    view_count = _counted(
        int,
        readers.view_count,
        "How often it was read, each reader once a day, for the offices above; null for others.",
    )
    reader_count = _counted(
        int, readers.reader_count, "How many accounts have read it, for the offices above; null for others."
    )
    addressee_count = _counted(
        int,
        readers.addressee_count,
        "How many accounts it addresses by a role, for offices above; null for others and when it is for everybody.",
    )
    read_share = _counted(
        Kind.DECIMAL,
        readers.read_share,
        "The share of its addressees who have read it, in per cent, rounded half up to one decimal, for the offices "
        "above; null for others and when it is for everybody.",
    )
    unread_offices = many(
        "Division",
        "Divisions where it addresses somebody and none of them has read it, for the offices above (未读单位).",
        on=readers.is_unread_office,
        cost=10,
    )
    reads = many(
        "PublicationRead",
        "Who has read it: the viewer, and for the offices above of what is for OFFICES everybody, first readers first.",
        on="publication",
        order="first_read_at",
    )


def _reader_name(read: Row) -> Any:
    reader = Account.alias("reader")
    return reader.select(reader.name).where(reader.id == read.account)


@model_type(Read, "That an account read a publication (阅读回执).", visible=seen_by(visibility.READ))
class PublicationRead:
    """The reader's own; names for the offices above where it is for offices."""

    publication = one("Publication", "The publication that was read.")
    division_code = column("The 12-digit code of the division that issued the publication.")
    reader_name = computed(Kind.LINE, _reader_name, "The name of the reader.")
    first_read_at = column("When the reader first confirmed having read the publication.")
    last_read_at = column("When the last day of reading was counted.")
    read_days = column("The number of days on which the reader read the publication.")


PUBLICATION_TYPES = (Publication, PublicationRead)
