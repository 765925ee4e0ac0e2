"""Who has read a publication, as far as the viewer may know: counts for the offices above, and the offices left out."""

from typing import Any

from peewee import SQL, Case, ColumnBase, Node, fn

from db.access.models.access import RoleGrant, is_held
from db.kernel.expressions import Row
from db.publications.models import Audience, PublicationRead
from db.publications.visibility import addresses, counts_readers_sql
from schema.catalog.declare import number
from schema.engine.bindings import NOW
from schema.graph.viewer import ASKER


def for_offices(publication: Row, value: Any) -> ColumnBase:
    """Return a value for those who hold an office over the publication's division; null for others."""
    return Case(None, [(counts_readers_sql(publication, ASKER), value)])


def view_count(publication: Row) -> Node:
    """Sum the days on which accounts read a publication."""
    read = PublicationRead.alias("viewed")
    return number(read.select(fn.SUM(read.read_days)).where(read.publication == publication.id))


def reader_count(publication: Row) -> Node:
    """Count the accounts that read a publication."""
    read = PublicationRead.alias("read_by")
    return number(read.select(fn.COUNT(read.id)).where(read.publication == publication.id))


def _is_for_some(publication: Row) -> ColumnBase:
    return publication.audience != Audience.PUBLIC.value


def _addressees(publication: Row, *conditions: Any) -> ColumnBase:
    """Count the accounts that hold a role which a publication addresses. conditions: on the role besides."""
    grant = RoleGrant.alias("addressed")
    is_addressed = is_held(grant, NOW) & addresses(publication, grant)
    found = grant.select(fn.COUNT(grant.account.distinct())).where(is_addressed, *(make(grant) for make in conditions))
    return number(found)


def _has_read(publication: Row) -> Any:
    def condition(grant: Row) -> Node:
        read = PublicationRead.alias("read_by_them")
        is_theirs = (read.publication == publication.id) & (read.account == grant.account)
        return fn.EXISTS(read.select(SQL("1")).where(is_theirs))

    return condition


def addressee_count(publication: Row) -> ColumnBase:
    """Count whom a publication addresses; null where it is for everybody."""
    return Case(None, [(_is_for_some(publication), _addressees(publication))])


def read_share(publication: Row) -> ColumnBase:
    """Return the addressees who have read a publication per mille, half up; null where it addresses nobody."""
    addressed, read = _addressees(publication), _addressees(publication, _has_read(publication))
    # Half up in whole numbers: (2 * 1000 * part + whole) / (2 * whole).
    share = (read * 2000 + addressed) / fn.NULLIF(addressed * 2, 0)
    return Case(None, [(_is_for_some(publication), share)])


def is_unread_office(publication: Row, division: Row) -> Node:
    """Build the condition that a publication addresses somebody of exactly a division, and none of them has read it."""
    grant = RoleGrant.alias("addressed_there")
    is_there = (grant.division_code == division.code) & is_held(grant, NOW) & addresses(publication, grant)

    def some(*conditions: Any) -> Any:
        return fn.EXISTS(grant.select(SQL("1")).where(is_there, *conditions))

    inside = division.code.between(publication.division_code, publication.last_code)
    may_know = _is_for_some(publication) & counts_readers_sql(publication, ASKER)
    return inside & may_know & some() & ~some(_has_read(publication)(grant))


def is_unread(publication: Row, account: Row) -> Node:
    """Build the condition that a publication addresses an account by a role, and the account has not read it."""
    grant, read = RoleGrant.alias("own_role"), PublicationRead.alias("own_reading")
    is_addressed = (grant.account == account.id) & is_held(grant, NOW) & addresses(publication, grant)
    has_read = (read.publication == publication.id) & (read.account == account.id)
    return fn.EXISTS(grant.select(SQL("1")).where(is_addressed)) & ~fn.EXISTS(read.select(SQL("1")).where(has_read))
