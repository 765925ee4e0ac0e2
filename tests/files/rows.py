"""Random files for the tests that compare the engine with an independent reading."""

from random import Random

from db.attachments.models import Attachment
from db.files.models import File
from db.issues.models.issue import Evidence, EvidenceStage
from tests.graph.maker import MOMENTS, Maker


def fill(maker: Maker) -> None:
    """Add files to a random database, and let some of them belong to its evidence and attachments.

    Drawn apart from everything else, so that the other rows of the database stay as they are.
    """
    random = Random(maker.random.getstate()[1][5])
    at = next(at for at, (model, _) in enumerate(maker.rows) if model is Evidence)
    evidence, files = maker.rows[at][1], []
    for number in range(random.randint(2, 6)):
        is_image = random.random() < 0.6
        files.append(
            {
                "id": 3 * number + random.randint(1, 3), "uploader": random.choice([*maker.ids(maker.people), None]),
                "media_type": "image/png" if is_image else "application/pdf", "byte_size": random.choice([1, 4_096]),
                "sha256": random.choice(["ab", "cd"]) * 32, "width": random.choice([1, 640]) if is_image else None,
                "height": 480 if is_image else None, "uploaded_at": random.choice(MOMENTS), "attached_at": None,
            }
        )  # fmt: skip
    free = random.sample(files, len(files) // 2 + 1)
    for row in evidence:
        row |= {"file": None, "stage": random.choice(list(EvidenceStage))}
        if free and random.random() < 0.7:
            file = free.pop()
            row["file"], file["attached_at"] = file["id"], file["uploaded_at"]
    for row in (row for model, rows in maker.rows if model is Attachment for row in rows):
        row["file"] = None
        if free and random.random() < 0.5:
            file = free.pop()
            row["file"], file["attached_at"] = file["id"], file["uploaded_at"]
    maker.rows.insert(at, (File, files))
