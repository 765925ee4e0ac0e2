"""One community's resources, and how much of each is left: no claim is confirmed beyond it."""

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from db.access.models.account import Role
from db.access.models.journal import JournalAction
from db.access.seed.journal import Actor, Step, add_with_journal
from db.issues.models.duty import Duty
from db.kernel.seed_rows import Rows, hundredths
from db.kernel.seed_times import Present, day, midnight
from db.organizations.models import resource as models
from db.organizations.models.organization import OrganizationKind as Kind
from db.organizations.models.resource import CapacityModel as Model
from db.organizations.models.resource import ResourceState as State
from db.organizations.resource_lifecycle import RESOURCE_LIFECYCLE
from db.organizations.seed.topics import ResourceTopic
from db.organizations.seed.units import Unit, Units
from db.places.seed.plan import Place

# How much there is of a resource, and how much one claim takes of it, in whole units: least, most, step.
_QUANTITY = {
    Model.RECURRING_WINDOW: ((20, 60, 5), (1, 3, 1)),
    Model.BOOKABLE: ((6, 24, 2), (1, 1, 1)),
    Model.QUOTA: ((40, 200, 10), (2, 10, 1)),
    Model.STOCK: ((50, 500, 10), (5, 20, 5)),
    Model.FUND: ((20_000, 200_000, 5_000), (500, 5_000, 100)),
    Model.LEASE: ((3, 12, 1), (1, 1, 1)),
    Model.STANDBY: ((5, 30, 1), (1, 3, 1)),
    Model.ONE_OFF: ((1, 6, 1), (1, 1, 1)),
}
_STAFF = Actor("社区“两委”", Role.STAFF)
_OFFERED = Step(midnight("2020-05-20"), JournalAction.CREATE, State.OFFERED, _STAFF)
_LISTED = Step(midnight("2020-06-10"), JournalAction.APPROVE, State.ON_OFFER, _STAFF)
_PROVIDERS = {
    "驻区机关": (Kind.GOVERNMENT_ORGAN,),
    "驻区机关党组织": (Kind.GOVERNMENT_ORGAN,),
    "企事业单位": (Kind.ENTERPRISE, Kind.PUBLIC_INSTITUTION),
    "学校": (Kind.PUBLIC_INSTITUTION,),
    "医疗机构": (Kind.PUBLIC_INSTITUTION,),
    "驻区单位": (Kind.PUBLIC_INSTITUTION, Kind.GOVERNMENT_ORGAN),
    "国有企业": (Kind.ENTERPRISE,),
    "驻区企业": (Kind.ENTERPRISE,),
    "公用企业": (Kind.ENTERPRISE,),
    "非公企业": (Kind.NON_PUBLIC_ENTERPRISE,),
    "便民商户": (Kind.NON_PUBLIC_ENTERPRISE,),
    "律师事务所": (Kind.NON_PUBLIC_ENTERPRISE,),
    "商会": (Kind.SOCIAL_ORGANIZATION,),
    "社会组织": (Kind.SOCIAL_ORGANIZATION,),
    "物业企业": (Kind.PROPERTY_COMPANY,),
}
# Off-peak parking, 18:00 to 7:30 on the next day; every other window is two hours in the day.
_OFF_PEAK_PARKING = "SPACE-01"


class Opening(NamedTuple):
    """A window of a resource that opens every week. starts, ends: in minutes."""

    id: int
    weekday: int
    starts: int
    ends: int


@dataclass(eq=False)
class Offer:
    """A resource and the whole units of it that are left; None is without limit."""

    resource: int
    organization: int | None
    name: str
    duty: Duty
    unit: str
    claimable: tuple[int, int, int] | None
    left: int | None
    windows: list[Opening] = field(default_factory=list)
    # Of each window.
    places: int = 0

    def amount(self, rng: Random) -> int | None:
        """Choose an amount that one claim would ask for."""
        if self.claimable is None:
            return None
        least, most, step = self.claimable
        return rng.randrange(least, most + 1, step)

    def take(self, amount: int | None) -> bool:
        """Reserve an amount, if so much is left."""
        if amount is None or self.left is None:
            return True
        if self.left < amount:
            return False
        self.left -= amount
        return True

    def give_back(self, amount: int | None) -> None:
        """Return an amount that was taken."""
        if amount is not None and self.left is not None:
            self.left += amount


def add_resources(
    rows: Rows,
    place: Place,
    division_id: int,
    units: Units,
    topics: list[ResourceTopic],
    count: int,
    present: Present,
    rng: Random,
) -> list[Offer]:
    """Add so many resources of a community, and their windows; return those on offer."""
    offers = []
    for number in range(count):
        topic = rng.choice(topics)
        providers = units.of(*_PROVIDERS.get(topic.provider, ()))
        provider = rng.choice(providers) if providers else None
        is_active = rng.random() < 0.97
        life = _life(number, is_active, present)
        offer = _add_resource(rows, place, division_id, provider, topic, life, present, rng)
        if is_active:
            offers.append(offer)
    return offers


def _add_resource(
    rows: Rows,
    place: Place,
    division_id: int,
    provider: Unit | None,
    topic: ResourceTopic,
    life: list[Step],
    present: Present,
    rng: Random,
) -> Offer:
    amounts, claimable = _QUANTITY.get(topic.model, (None, None))
    quantity = rng.randrange(amounts[0], amounts[1] + 1, amounts[2]) if amounts else None
    organization = provider.id if provider else None
    resource = add_with_journal(
        rows,
        RESOURCE_LIFECYCLE,
        models.Resource,
        life,
        organization_id=organization,
        division_id=division_id,
        division_code=place.code,
        name=topic.name,
        description=topic.description,
        topic_code=topic.code,
        duty=topic.duty,
        capacity_model=topic.model,
        quantity=hundredths(quantity),
        unit=topic.unit,
        valid_until=_valid_until(life[-1].state is State.ON_OFFER, present, rng),
        verified_on=day(life[2].at),
    )
    offer = Offer(resource, organization, topic.name, topic.duty, topic.unit, claimable, quantity)
    if quantity and topic.model in (Model.RECURRING_WINDOW, Model.BOOKABLE):
        _add_windows(rows, place, offer, topic, quantity, rng)
    return offer


def _life(number: int, is_active: bool, present: Present) -> list[Step]:
    """Return the steps of a resource: offered, listed, looked at again last year, and over since then or not."""
    checked = midnight(f"{present.date.year - 1}-{7 + number % 6:02}-10")
    steps = [_OFFERED, _LISTED, Step(checked, JournalAction.RENEW, State.ON_OFFER, _STAFF)]
    over = Step(midnight(f"{present.date.year}-01-01"), JournalAction.LAPSE, State.EXPIRED)
    return steps if is_active else [*steps, over]


def _valid_until(is_active: bool, present: Present, rng: Random) -> str | None:
    """Choose the last day of an offer: the end of last year, or of a year of which half is still to come, or none."""
    if not is_active:
        return f"{present.date.year - 1}-12-31"
    last_year = present.date.year + (present.date.month > 6)
    return f"{last_year}-12-31" if rng.random() < 0.6 else None


def _add_windows(rows: Rows, place: Place, offer: Offer, topic: ResourceTopic, quantity: int, rng: Random) -> None:
    """Open a resource at weekly times; all claims together stay within its quantity, so those of one window do too."""
    is_parking = topic.code == _OFF_PEAK_PARKING
    starts = 18 * 60 if is_parking else rng.choice((9, 14, 16, 19)) * 60
    ends, offer.places = starts + (13 * 60 + 30 if is_parking else 120), quantity
    for weekday in range(1, 6) if is_parking else sorted(rng.sample(range(1, 8), rng.randint(2, 4))):
        window = rows.add(
            models.ResourceWindow,
            resource_id=offer.resource,
            division_code=place.code,
            weekday=weekday,
            starts_minute=starts,
            ends_minute=ends,
            quantity=hundredths(quantity),
        )
        offer.windows.append(Opening(window, weekday, starts, ends))
