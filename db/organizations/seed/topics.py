"""The kinds of offer in the demo city, from their list."""

from dataclasses import dataclass
from pathlib import Path

from db.issues.models.duty import Duty
from db.kernel.seed_rows import read_csv
from db.organizations.models.resource import CapacityModel

_TOPICS = Path(__file__).with_name("data") / "resource_topics.csv"
DUTIES = {f"D{number}": duty for number, duty in enumerate(Duty, start=1)}


@dataclass(frozen=True)
class ResourceTopic:
    """A kind of offer."""

    code: str
    name: str
    description: str
    duty: Duty
    unit: str
    model: CapacityModel
    provider: str


def resource_topics() -> list[ResourceTopic]:
    """Read the 54 kinds of offer."""
    return [
        ResourceTopic(
            row["resource_code"],
            row["name_zh"],
            row["description_zh"],
            DUTIES[row["duty_code"]],
            row["unit_of_measure_zh"],
            CapacityModel(row["capacity_model"]),
            row["typical_provider_zh"],
        )
        for row in read_csv(_TOPICS)
    ]
