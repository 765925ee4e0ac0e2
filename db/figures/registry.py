"""The figures that are counted as well as published: code, words, unit and the expression that counts each."""

from dataclasses import dataclass

from peewee import ColumnBase, fn

from db.committees.models.committee import MemberCategory
from db.figures import counts
from db.figures.counts import Count
from db.kernel.expressions import Row
from db.linkage.coverage import TargetKind
from db.places.scope import SUBTREE
from db.registrations.models.registration import RegistrationKind

_PLACES = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is counted. label, unit: as published. places: decimal places of what the expression gives."""

    label: str
    unit: str
    count: Count
    places: int = 0

    def hundredths(self, division: Row) -> ColumnBase:
        """Build its value for a division with all below it, in hundredths, as snapshots store theirs."""
        return fn.COALESCE(self.count(division, SUBTREE), 0) * 10 ** (_PLACES - self.places)


FIGURES = {
    "F1.communities": Figure("城市社区", "个", counts.communities),
    "F1.committees": Figure("已建立社工委的社区", "个", counts.committees),
    "F2.members": Figure("社工委委员", "名", counts.members),
    **{f"F2.{one.value}": Figure(one.chinese, "名", counts.members_of(one)) for one in MemberCategory},
    "F4.social_organizations": Figure("社区社会组织", "个", counts.social_organizations),
    "F4.communities_with_ten": Figure("拥有10个以上社会组织的社区", "个", counts.communities_with_ten),
    "F4.share_with_ten": Figure("拥有10个以上社会组织的社区占比", "%", counts.share_with_ten, places=1),
    "F5.partner_units": Figure("共建单位党组织", "个", counts.registered(RegistrationKind.PARTY_ORG)),
    "F5.cadres": Figure("在职党员干部", "名", counts.registered(RegistrationKind.PARTY_MEMBER)),
    "F5.grids": Figure("包抓网格", "个", counts.sponsored(TargetKind.GRID)),
    "F5.compounds": Figure("包抓小区", "个", counts.sponsored(TargetKind.COMPOUND)),
    "F5.courtyards": Figure("包抓楼院", "个", counts.sponsored(TargetKind.COURTYARD_BUILDING)),
    "F5.units": Figure("包抓单位", "个", counts.sponsored(TargetKind.UNIT)),
    "F8.veterans": Figure("驻守社区的退役军人", "名", counts.veterans),
    "F8.volunteers": Figure("驻守社区的志愿者", "名", counts.other_volunteers),
    "F9.service_items": Figure("延伸到基层的高频政务服务事项", "项", counts.service_items),
}
