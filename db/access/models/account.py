"""Who signs in: accounts, and the roles there are."""

from peewee import BigAutoField, BooleanField

from db.kernel.database import BaseModel
from db.kernel.enumeration import DomainEnum
from db.kernel.fields import CodeField, LineField, UtcDateTimeField


class Role(DomainEnum):
    """A role that an account can hold in a part of the city (角色)."""

    ANONYMOUS = "ANONYMOUS", "Somebody who is not signed in.", "访客"
    RESIDENT = "RESIDENT", "A resident of a community.", "居民"
    GRID_WORKER = "GRID_WORKER", "A grid worker of a community.", "网格员"
    MEMBER = "MEMBER", "A member of a committee.", "委员"
    DEPUTY_DIRECTOR = "DEPUTY_DIRECTOR", "A deputy director of a committee.", "副主任"
    DIRECTOR = "DIRECTOR", "The director of a committee.", "主任"
    STAFF = "STAFF", "Staff of a community's two committees.", "社区“两委”工作人员"
    UNIT_CONTACT = "UNIT_CONTACT", "The contact of a partner unit.", "共建单位联络人"
    TEAM_CAPTAIN = "TEAM_CAPTAIN", "The captain of a volunteer team.", "志愿服务队队长"
    SUBDISTRICT_OFFICER = "SUBDISTRICT_OFFICER", "An officer of a subdistrict.", "街道干部"
    DISTRICT_OFFICER = "DISTRICT_OFFICER", "An officer of a district or county.", "区县干部"
    CITY_OFFICER = "CITY_OFFICER", "An officer of the city.", "市级干部"
    LEADER = "LEADER", "A leader in contact with committees.", "包抓领导"
    AUDITOR = "AUDITOR", "An auditor, who reads ledgers and audit entries.", "审计员"
    SYSTEM = "SYSTEM", "The system itself, acting when deadlines pass.", "系统"


class Account(BaseModel):
    """Somebody, or some script, that may sign in."""

    id = BigAutoField()
    name = LineField()
    subject = CodeField(null=True, unique=True)
    is_active = BooleanField(default=True)
    created_at = UtcDateTimeField()
