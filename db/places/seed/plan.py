"""Where the demo city's rows go: its divisions, and how much of everything each community gets.

The eight districts and the places that the article names (Lanzhou Daily, 2022-02-10) carry their real names; all other
subdistricts and communities are plainly synthetic (示范...), in a range of codes that no real one used in 2020 or 2023.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from db.committees.models.committee import MemberCategory
from db.kernel.seed_rows import read_csv
from db.organizations.models.organization import OrganizationKind

MEMBER_CATEGORIES = Path(__file__).with_name("data") / "member_categories.csv"
PROVINCE = ("620000000000", "甘肃省")
CITY = ("620100000000", "兰州市")
# Code, name, subdistricts, communities. 50 subdistricts and 362 communities in the four main districts
# (gszfw.gov.cn/Wap/Show/315809, 2022-10-21); how they divide among them, and the rest of the 427, is our own.
DISTRICTS = (
    ("620102", "城关区", 24, 158),
    ("620103", "七里河区", 10, 78),
    ("620104", "西固区", 8, 66),
    ("620105", "安宁区", 8, 60),
    ("620111", "红古区", 6, 22),
    ("620121", "永登县", 6, 18),
    ("620122", "皋兰县", 4, 10),
    ("620123", "榆中县", 5, 15),
)
COMMUNITIES = 427
ISSUES, RESOURCES, CLAIMS = 20_000, 10_000, 30_000
# 2,249 partner units, by kinds that are believable; the article gives the sum.
PARTNER_UNITS = {
    OrganizationKind.GOVERNMENT_ORGAN: 405,
    OrganizationKind.PUBLIC_INSTITUTION: 787,
    OrganizationKind.ENTERPRISE: 562,
    OrganizationKind.NON_PUBLIC_ENTERPRISE: 495,
}
# Committees of each size: 427 of them with 6,046 members.
SIZES = {13: 100, 14: 159, 15: 168}
# How many communities have how many social organizations: 4,050 in all, ten or more in 376 (88.1 per cent).
SOCIAL_ORGANIZATIONS = {4: 17, 5: 17, 6: 17, 10: 355, 11: 14, 13: 7}

# Named by the article: the subdistrict, and in it or in a district the communities.
NAMED_SUBDISTRICTS = {"620102": ((1, "酒泉路街道"),)}
NAMED_COMMUNITIES = {"酒泉路街道": ((1, "畅家巷社区"), (5, "杨家园社区")), "西固示范一街道": ((1, "牌坊路社区"),)}

# Digits 7 to 9 and 10 to 12 of synthetic codes. The lower ones are taken only when a greater city needs them.
_SUBDISTRICT_NUMBERS = (*range(51, 100), *range(2, 51))
_COMMUNITY_NUMBERS = (*range(101, 200), *range(6, 101))
_NUMERALS = "〇一二三四五六七八九"


@dataclass
class Place:
    """One community and what it gets."""

    index: int
    code: str
    name: str
    subdistrict: str
    district: str
    members: dict[MemberCategory, int] = field(default_factory=dict)
    partner_units: dict[OrganizationKind, int] = field(default_factory=dict)
    # How many partner units the communities before it have.
    partner_units_before: int = 0
    social_organizations: int = 0
    issues: int = 0
    resources: int = 0
    claims: int = 0

    def share(self, total: int) -> range:
        """Number those of the community, of so many in the city that communities share evenly."""
        return range(self.index * total // COMMUNITIES, (self.index + 1) * total // COMMUNITIES)


@dataclass(frozen=True)
class Subdistrict:
    """One subdistrict with its communities."""

    code: str
    name: str
    district_code: str
    places: tuple[Place, ...]


def plan(scale: int, rng: Random) -> list[Subdistrict]:
    """Plan the city: its subdistricts in the order of their codes, with what each community gets."""
    subdistricts = list(_subdistricts(scale))
    places = [place for subdistrict in subdistricts for place in subdistrict.places]
    for index, place in enumerate(places):
        place.index = index
    shuffled = rng.sample(places, len(places))
    _share_members(shuffled, scale, rng)
    _share_organizations(shuffled, scale, rng)
    _share_work(places, scale, rng)
    return subdistricts


def numeral(number: int) -> str:
    """Write 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _NUMERALS[tens] + "十") + (_NUMERALS[ones] if ones else "")


def _subdistricts(scale: int) -> Iterator[Subdistrict]:
    for code, district, subdistricts, communities in DISTRICTS:
        named = NAMED_SUBDISTRICTS.get(code, ())
        count = min(subdistricts * scale, len(_SUBDISTRICT_NUMBERS)) - len(named)
        names = [*named, *((_SUBDISTRICT_NUMBERS[i], f"{district[:-1]}示范{numeral(i + 1)}街道") for i in range(count))]
        sizes = deal(communities * scale, len(names))
        for (number, name), size in sorted(zip(names, sizes, strict=True)):
            parent = f"{code}{number:03}"
            yield Subdistrict(f"{parent}000", name, f"{code}000000", tuple(_communities(parent, name, district, size)))


def _communities(parent: str, subdistrict: str, district: str, size: int) -> Iterator[Place]:
    named = NAMED_COMMUNITIES.get(subdistrict, ())
    stem = subdistrict if "示范" in subdistrict else f"{subdistrict}示范"
    synthetic = [(_COMMUNITY_NUMBERS[i], f"{stem}第{i + 1}社区") for i in range(size - len(named))]
    for number, name in sorted([*named, *synthetic]):
        yield Place(0, f"{parent}{number:03}", name, subdistrict, district)


def _share_members(shuffled: Sequence[Place], scale: int, rng: Random) -> None:
    """Distribute the ten categories evenly over the communities; the last one fills the remaining seats."""
    sizes = [size for size, count in SIZES.items() for _ in range(count * scale)]
    rng.shuffle(sizes)
    counts = {MemberCategory(row["category_code"]): int(row["count"]) for row in read_csv(MEMBER_CATEGORIES)}
    dealt = 0
    for category, count in counts.items():
        if category is MemberCategory.OTHER:
            break
        for place, share in zip(shuffled, deal(count * scale, len(shuffled), dealt), strict=True):
            place.members[category] = share
        dealt += count * scale
    for place, size in zip(shuffled, sizes, strict=True):
        place.members[MemberCategory.OTHER] = size - sum(place.members.values())


def _share_organizations(shuffled: Sequence[Place], scale: int, rng: Random) -> None:
    social = [size for size, count in SOCIAL_ORGANIZATIONS.items() for _ in range(count * scale)]
    rng.shuffle(social)
    dealt = 0
    for kind, count in PARTNER_UNITS.items():
        for place, share in zip(shuffled, deal(count * scale, len(shuffled), dealt), strict=True):
            place.partner_units[kind] = share
        dealt += count * scale
    before = 0
    for place, count in zip(shuffled, social, strict=True):
        place.social_organizations = count
        place.partner_units_before = before
        before += sum(place.partner_units.values())


def _share_work(places: Sequence[Place], scale: int, rng: Random) -> None:
    issues = spread(ISSUES * scale, [rng.randint(60, 140) for _ in places])
    resources = spread(RESOURCES * scale, [rng.randint(70, 130) for _ in places])
    claims = spread(CLAIMS * scale, issues)
    for place in places:
        place.issues, place.resources, place.claims = issues[place.index], resources[place.index], claims[place.index]


def deal(total: int, players: int, first: int = 0) -> list[int]:
    """Distribute items one by one, beginning with the receiver after `first` others; return how many each gets."""
    every, left = divmod(total, players)
    return [every + ((player - first) % players < left) for player in range(players)]


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a whole number by weights, exactly."""
    whole, so_far, given, shares = sum(weights), 0, 0, []
    for weight in weights:
        so_far += weight
        shares.append(total * so_far // whole - given)
        given += shares[-1]
    return shares
