"""Which sponsorship of their own unit a registered cadre helps with."""

from typing import TYPE_CHECKING

from peewee import ForeignKeyField

from db.kernel.model import BaseModel
from db.linkage.models.sponsorship import Sponsorship
from db.registrations.models.registration import Registration


class SponsorshipHelper(BaseModel):
    """That a registered person helps with a sponsorship of the unit that they work for (包抓干部): one at a time."""

    registration = ForeignKeyField(Registration, primary_key=True, backref="helps", on_delete="CASCADE", index=False)
    sponsorship = ForeignKeyField(Sponsorship, backref="helpers", on_delete="CASCADE")

    if TYPE_CHECKING:
        registration_id: int
        sponsorship_id: int
