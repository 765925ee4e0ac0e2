"""The eight duties of a committee, which every issue, resource and project names one of."""

from db.kernel.enumeration import DomainEnum


class Duty(DomainEnum):
    """One of the eight duties of a committee (八项职能)."""

    RESOURCE_COORDINATION = "RESOURCE_COORDINATION", "Coordinating the area's resources.", "统筹辖区资源"
    PUBLICITY_EDUCATION = "PUBLICITY_EDUCATION", "Publicity and education for residents.", "开展宣教宣传"
    RESIDENT_OUTREACH = "RESIDENT_OUTREACH", "Visiting and keeping in touch with residents.", "走访联系群众"
    DISPUTE_RESOLUTION = "DISPUTE_RESOLUTION", "Finding and settling disputes.", "矛盾排查化解"
    CIVILITY_PROMOTION = "CIVILITY_PROMOTION", "Promoting civility and good manners.", "文明新风倡导"
    PUBLIC_BENEFIT_SERVICE = "PUBLIC_BENEFIT_SERVICE", "Providing services for the public good.", "公益服务供给"
    JOINT_PREVENTION = "JOINT_PREVENTION", "Joint prevention and control, including public health.", "参与联防联控"
    AREA_CO_GOVERNANCE = "AREA_CO_GOVERNANCE", "Governing the area together with others.", "协同区域治理"
