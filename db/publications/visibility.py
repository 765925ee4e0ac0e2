"""Who sees a publication and whom it addresses, who counts its readers, and who knows them by name."""

from typing import Any

from peewee import SQL, Case, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.access import has_power
from db.access.models.account import Powers, is_office
from db.access.viewers import Rule, ViewerSql, Visibility, hide_subject
from db.kernel.codes import CodeRange, SqlCodeRange
from db.kernel.expressions import Row
from db.publications.models import Audience, Publication, PublicationRead


def is_seat(powers: Powers) -> bool:
    """Return whether a role is that of a member of a committee."""
    return powers.speaks_for == "committee"


def is_member_or_office(powers: Powers) -> bool:
    """Return whether a role lets its holder see what is for members; offices see it as well."""
    return is_seat(powers) or is_office(powers)


def scope_of(publication: Any) -> CodeRange:
    """Return the codes of the divisions that a publication is for."""
    return CodeRange(publication.division_code, publication.last_code)


def counts_readers(actor: Actor, publication: Any) -> bool:
    """Return whether an actor holds an office over the division that issued a publication."""
    return actor.has_power(is_office, over=publication.division_code)


def counts_readers_sql(publication: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer holds an office over the division that issued a publication."""
    code = publication.division_code
    return viewer.covers(code) & viewer.has_power(is_office, over=code)


def is_addressed(actor: Actor, publication: Any) -> bool:
    """Return whether a publication addresses an actor, by a role that they hold where it is for."""
    scope = scope_of(publication)
    return any(scope.covers(one.granted.first) and _is_of(publication.audience, one.role.powers) for one in actor.held)


def _is_of(audience: Audience, powers: Powers) -> bool:
    if audience is Audience.PUBLIC:
        return True
    return is_seat(powers) if audience is Audience.MEMBERS else is_office(powers)


def addresses(publication: Row, grant: Row) -> ColumnBase:
    """Build the condition that a role is one that a publication addresses."""
    scope = SqlCodeRange(publication.division_code, publication.last_code)
    of_audience = Case(
        publication.audience,
        [
            (Audience.MEMBERS.value, has_power(grant.role, is_seat)),
            (Audience.OFFICES.value, has_power(grant.role, is_office)),
        ],
        SQL("TRUE"),
    )
    return scope.covers(grant.division_code) & of_audience


def may_see(actor: Actor, publication: Any) -> bool:
    """Return whether an actor sees a publication."""
    if publication.audience is Audience.PUBLIC or counts_readers(actor, publication):
        return True
    scope, is_for_members = scope_of(publication), publication.audience is Audience.MEMBERS
    may = is_member_or_office if is_for_members else is_office
    return any(scope.covers(one.granted.first) and may(one.role.powers) for one in actor.held)


def sees(publication: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer sees a publication."""
    is_public = publication.audience == Audience.PUBLIC.value
    if viewer.visibility is Visibility.PUBLIC:
        return is_public
    scope = SqlCodeRange(publication.division_code, publication.last_code)

    def may(grant: Row) -> ColumnBase:
        is_for_members = publication.audience == Audience.MEMBERS.value
        of_audience = has_power(grant.role, is_office) | (is_for_members & has_power(grant.role, is_seat))
        return scope.covers(grant.division_code) & of_audience

    return is_public | viewer.holds(may) | counts_readers_sql(publication, viewer)


def may_see_read(actor: Actor, read: PublicationRead) -> bool:
    """Return whether an actor sees who read a publication: the reader, and of what is for offices those above."""
    if read.account_id == actor.account_id:
        return True
    return read.publication.audience is Audience.OFFICES and counts_readers(actor, read.publication)


def sees_read(read: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer sees who read a publication."""
    what = Publication.alias("what_was_read")
    is_for_offices = (what.id == read.publication) & (what.audience == Audience.OFFICES.value)
    of_office = fn.EXISTS(what.select(SQL("1")).where(is_for_offices & counts_readers_sql(what, viewer)))
    return (read.account == viewer.account_id) | of_office


PUBLICATION = hide_subject(Rule(Publication, may_see, sees))
READ = Rule(PublicationRead, may_see_read, sees_read)
RULES = (PUBLICATION, READ)
