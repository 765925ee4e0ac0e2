"""Rows of publications for tests; see `tests.factories`."""

from collections.abc import Callable
from typing import Any

from db.city import models
from db.publications.models import Audience, Publication, PublicationKind, PublicationRead, PublicationState
from tests.factories import AT, TODAY, make_account, make_division


def make_publication(division: models.Division | None = None, **values: Any) -> Publication:
    """Make a policy for everybody, which is in force."""
    division = division or make_division()
    given = {
        "division_code": division.code, "last_code": division.last_code, "kind": PublicationKind.POLICY,
        "audience": Audience.PUBLIC, "title": "示范政策", "body": "示范正文", "valid_from": AT,
        "published_by_name": "示范干部", "state": PublicationState.PUBLISHED, "created_at": AT, "version": 1, **values,
    }  # fmt: skip
    return Publication.create(division=division, **given)


def make_publication_read(publication: Publication | None = None, **values: Any) -> PublicationRead:
    """Make the receipt of a reader, of one day."""
    publication = publication or make_publication()
    account = values.pop("account", None) or make_account()
    given = {
        "division_code": publication.division_code, "first_read_at": AT, "last_read_at": AT, "last_read_on": TODAY,
        **values,
    }  # fmt: skip
    return PublicationRead.create(publication=publication, account=account, **given)


MAKERS: dict[type[Any], Callable[..., Any]] = {
    Publication: make_publication, PublicationRead: make_publication_read,
}  # fmt: skip
