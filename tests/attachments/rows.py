"""Random rows of attachments for the tests that compare the engine with an independent reading."""

from db.activities.models import Activity
from db.attachments.models import Attachment
from db.city import models
from db.funds.models import Donation, Expense
from db.issues.models.issue import EvidenceKind
from db.linkage.models.visit import Visit
from db.services.models.application import ServiceApplication
from tests.graph.maker import ADDRESSES, LINES, MOMENTS, Maker


def fill(maker: Maker) -> None:
    """Attach something to the activities, visits, projects and other subjects of a random database."""
    made = [
        {
            "subject_type": model.__name__, "subject_id": row["id"], "division_code": row["division_code"],
            "kind": maker.one(list(EvidenceKind)), "description": maker.one(LINES), "uri": maker.maybe(ADDRESSES),
            "sha256": maker.maybe(["ab" * 32]), "created_at": maker.one(MOMENTS),
        }
        for model, rows in maker.rows
        if model in (Activity, Visit, models.Candidacy, Donation, Expense, models.Project, ServiceApplication)
        for row in maker.some(rows)
        for _ in maker.few(2)
    ]  # fmt: skip
    maker.add(Attachment, made)
