"""Random rows of publications for the tests that compare the engine with an independent reading."""

from datetime import timedelta
from typing import Any

from db.city import models
from db.issues.models.duty import Duty
from db.publications.models import Audience, Publication, PublicationKind, PublicationRead, PublicationState
from tests.graph.maker import ADDRESSES, DAYS, LINES, MOMENTS, PROSE, Maker


def fill(maker: Maker) -> None:
    """Add publications with their readers to a random database."""
    made = [_publication(maker, place) for place in maker.tree for _ in maker.few(2)]
    taken: set[int] = set()
    publications = maker.add(Publication, made)
    for row in publications:
        same = [one["id"] for one in publications if one["id"] < row["id"] and one["id"] not in taken]
        if same and maker.random.random() < 0.3:
            row["supersedes"] = maker.one(same)
            taken.add(row["supersedes"])
    [grants] = [rows for model, rows in maker.rows if model is models.RoleGrant]
    holders = [grant["account"] for grant in grants]
    reads = [
        {
            "publication": row["id"], "account": account, "division_code": row["division_code"],
            "first_read_at": first, "last_read_at": first + timedelta(days=maker.random.randint(0, 3)),
            "last_read_on": maker.one(DAYS), "read_days": maker.random.randint(1, 4),
        }
        for row in publications
        for account in sorted({*maker.several(maker.ids(maker.people), 2), *maker.several(holders, 2)})
        for first in [maker.one(MOMENTS)]
    ]  # fmt: skip
    maker.add(PublicationRead, reads)


def _publication(maker: Maker, place: dict[str, Any]) -> dict[str, Any]:
    kind, uri, begins = maker.one(list(PublicationKind)), maker.maybe(ADDRESSES), maker.one(MOMENTS)
    return {
        "division": place["id"], "division_code": place["code"], "last_code": place["last_code"], "kind": kind,
        "audience": maker.one(list(Audience)), "title": maker.one(LINES),
        "body": maker.one(PROSE) if uri is None else maker.maybe(PROSE), "uri": uri,
        "sha256": maker.maybe(["ab" * 32]) if uri else None, "duration_seconds": maker.maybe([1, 90, 3600], 0.3),
        "duty": maker.maybe(list(Duty)), "valid_from": begins,
        "valid_until": maker.maybe([begins + timedelta(days=days) for days in (1, 40, 4000)]),
        "needs_receipt": maker.random.random() < 0.5, "supersedes": None,
        "incident": maker.maybe(maker.ids(maker.incidents)), "published_by_name": maker.one(LINES),
        "state": maker.one([*PublicationState, PublicationState.PUBLISHED]), "created_at": maker.one(MOMENTS),
        "version": maker.random.randint(1, 3),
    }  # fmt: skip
