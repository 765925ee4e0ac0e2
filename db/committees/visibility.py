"""Who sees candidacies and what was objected to them: each rule of one row, and the same as SQL."""

from peewee import SQL, ColumnBase, fn

from db.access.actor import Actor
from db.access.models.account import Powers
from db.access.viewers import Rule, ViewerSql, hide_subject
from db.committees.models.candidacy import Candidacy, CandidacyObjection, CandidacyState
from db.kernel.expressions import Row
from db.people.models.person import Person

# From its public notice on everybody sees a candidacy.
_PUBLIC = (CandidacyState.PUBLIC_NOTICE, CandidacyState.APPOINTED)


def _knows_candidates(powers: Powers) -> bool:
    return powers.knows_candidates


def _knows(actor: Actor, division_code: str) -> bool:
    """Return whether an actor is of the offices that know of candidates, and who objected, before everybody."""
    return actor.has_power(_knows_candidates, over=division_code)


def _knows_sql(row: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer is of the offices that know of candidates, and who objected."""
    return viewer.covers(row.division_code) & viewer.has_power(_knows_candidates, over=row.division_code)


def is_subject(row: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer is the person whom a row is about."""
    person = Person.alias("own")
    own = person.select(SQL("1")).where((person.id == row.person) & (person.account == viewer.account_id))
    return viewer.covers(row.division_code) & fn.EXISTS(own)


def is_nominator(row: Row, viewer: ViewerSql) -> ColumnBase:
    """Build the condition that the viewer nominated a candidate."""
    return viewer.covers(row.division_code) & (fn.COALESCE(row.nominator, -1) == viewer.account_id)


def is_candidate(account_id: int, candidacy: Candidacy) -> bool:
    """Return whether an account is that of the candidate."""
    person = Person.find(id=candidacy.person_id) if candidacy.person_id else None
    return person is not None and person.account_id == account_id


def _may_see_candidacy(actor: Actor, candidacy: Candidacy) -> bool:
    if candidacy.state in _PUBLIC or _knows(actor, candidacy.division_code):
        return True
    account = actor.account_id
    if account is None or not actor.mandate.part.covers(candidacy.division_code):
        return False
    return account == candidacy.nominator_id or is_candidate(account, candidacy)


def _sees_candidacy(candidacy: Row, viewer: ViewerSql) -> ColumnBase:
    is_public = candidacy.state.in_([state.value for state in _PUBLIC])
    own = is_subject(candidacy, viewer) | is_nominator(candidacy, viewer)
    return is_public | own | _knows_sql(candidacy, viewer)


CANDIDACY = hide_subject(Rule(Candidacy, _may_see_candidacy, _sees_candidacy))


def _may_see_objection(actor: Actor, objection: CandidacyObjection) -> bool:
    is_own = actor.account_id is not None and actor.account_id == objection.account_id
    is_good = actor.mandate.part.covers(objection.division_code)
    return (is_own and is_good) or _knows(actor, objection.division_code)


def _sees_objection(objection: Row, viewer: ViewerSql) -> ColumnBase:
    is_own = viewer.covers(objection.division_code) & (fn.COALESCE(objection.account, -1) == viewer.account_id)
    return is_own | _knows_sql(objection, viewer)


OBJECTION = Rule(CandidacyObjection, _may_see_objection, _sees_objection)
RULES = (CANDIDACY, OBJECTION)
