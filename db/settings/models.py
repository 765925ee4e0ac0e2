"""Settings: the table of what may be set, and the values that offices have set."""

from peewee import BigAutoField, Check, IntegerField

from db.kernel.bounds import Between
from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, EnumField, LineField, UtcDateTimeField
from db.kernel.model import BaseModel


class SettingKey(GrowingEnum):
    """A number that a rule uses; its name ends with what it counts (参数).

    Declared as `NAME = "NAME", "What it means.", "中文", default, least, most`. A key is listed once a rule reads it.
    """

    TERM_WARN_DAYS = (
        "TERM_WARN_DAYS", "How long before the end of a term the staff is notified, in days.", "任期届满提前提醒天数",
        30, 1, 180,
    )  # fmt: skip

    TERM_RENEW_LATE_DAYS = (
        "TERM_RENEW_LATE_DAYS",
        "How long after its end a term can still be renewed, in days.",
        "届满后可续任天数",
        30,
        0,
        90,
    )
    COMMITTEE_GRACE_DAYS = (
        "COMMITTEE_GRACE_DAYS",
        "How long a committee may break a rule of composition, in days.",
        "补员宽限天数",
        30,
        1,
        365,
    )
    CANDIDACY_NOTICE_DAYS = (
        "CANDIDACY_NOTICE_DAYS",
        "How long a candidacy is given public notice of, in days.",
        "候选公示天数",
        5,
        1,
        60,
    )
    CANDIDACY_RECOMMENDERS = (
        "CANDIDACY_RECOMMENDERS",
        "How many residents recommend a candidate together.",
        "居民推荐人数",
        5,
        1,
        100,
    )
    WAIVER_MOST_DAYS = (
        "WAIVER_MOST_DAYS",
        "How long a waiver for a director lasts at most, in days.",
        "主任任职豁免最长天数",
        365,
        1,
        1825,
    )
    FORUM_PER_QUARTER = (
        "FORUM_PER_QUARTER", "How many sessions of the forum a committee holds in a quarter at least.",
        "每季度居民说事最少场次", 1, 0, 90,
    )  # fmt: skip
    ORGANIZATION_LEAST_MEMBERS = (
        "ORGANIZATION_LEAST_MEMBERS", "How many members a social organization needs to be registered.",
        "社会组织成员最少人数", 5, 1, 100,
    )  # fmt: skip

    REGISTRATION_RENEW_DAYS = (
        "REGISTRATION_RENEW_DAYS", "How long a registration holds until it must be renewed, in days.", "报到续期天数",
        365, 30, 1_095,
    )  # fmt: skip
    VISIT_LEADER_DAYS = (
        "VISIT_LEADER_DAYS", "How long after one visit a leader in contact is due for the next, in days.",
        "领导包抓走访周期天数", 31, 1, 366,
    )  # fmt: skip
    VISIT_PATCH_DAYS = (
        "VISIT_PATCH_DAYS", "How long after one visit the supervisor of a patch is due for the next, in days.",
        "分片督抓走访周期天数", 31, 1, 366,
    )  # fmt: skip
    VISIT_SPONSOR_DAYS = (
        "VISIT_SPONSOR_DAYS", "How long after one visit a unit or cadre is due for the next, in days.",
        "单位干部包抓走访周期天数", 92, 1, 366,
    )  # fmt: skip
    TEAM_LEAST_MEMBERS = (
        "TEAM_LEAST_MEMBERS", "How many members a volunteer team needs to be active.", "志愿服务队成员最少人数",
        3, 1, 100,
    )  # fmt: skip
    CALLOUT_ANSWER_MINUTES = (
        "CALLOUT_ANSWER_MINUTES", "How long a team or unit that is called out has to answer, in minutes.",
        "出动响应时限（分钟）", 30, 1, 1440,
    )  # fmt: skip
    TEAM_VETERAN_PERCENT = (
        "TEAM_VETERAN_PERCENT", "The least share of veterans among the people of a veterans' team, in per cent.",
        "退役军人志愿服务队退役军人最低占比", 50, 0, 100,
    )  # fmt: skip

    REGISTRATION_LAPSE_DAYS = (
        "REGISTRATION_LAPSE_DAYS", "How many days after it was due a registration that is not renewed lapses.",
        "报到逾期失效天数", 30, 0, 365,
    )  # fmt: skip

    APPRAISAL_LEAST_DAYS = (
        "APPRAISAL_LEAST_DAYS", "How many days of a year a registration must be active to be appraised.",
        "评议最少报到天数", 90, 1, 365,
    )  # fmt: skip

    PROGRESS_DAYS = (
        "PROGRESS_DAYS", "How long after one progress report on a complex issue the next one is due, in days.",
        "疑难事项进展报告周期天数", 7, 1, 31,
    )  # fmt: skip

    MESSAGE_REPLY_WD = (
        "MESSAGE_REPLY_WD", "How long after it came in, or its issue ended, a message is answered, in working days.",
        "来电来信回复期限（工作日）", 1, 0, 30,
    )  # fmt: skip
    MESSAGE_LATEST_WD = (
        "MESSAGE_LATEST_WD", "How long a message waits before the office above is told, in working days.",
        "来电来信逾期上报期限（工作日）", 5, 1, 60,
    )  # fmt: skip
    MESSAGE_KEEP_DAYS = (
        "MESSAGE_KEEP_DAYS", "How long the contact of a message or an issue is kept after its end, in days.",
        "来电来信和事项联系方式保存天数", 365, 90, 1_830,
    )  # fmt: skip
    DEDUP_DAYS = (
        "DEDUP_DAYS", "How old an open issue is at most that a message may be about, in days.", "疑似重复查找天数",
        30, 1, 366,
    )  # fmt: skip
    DEDUP_SCORE = (
        "DEDUP_SCORE", "From which score on, of 100, a message may be about an open issue.",
        "疑似重复最低分", 60, 1, 100,
    )  # fmt: skip

    HOURS_MOST_A_RECORD = (
        "HOURS_MOST_A_RECORD", "How many hours one record of service has at most.", "单次服务最多时长", 12, 1, 24,
    )  # fmt: skip

    HOURS_MOST_A_DAY = (
        "HOURS_MOST_A_DAY", "How many hours a person serves on one day at most.", "每日服务最多时长", 16, 1, 24,
    )  # fmt: skip

    HOURS_LATE_DAYS = (
        "HOURS_LATE_DAYS", "How many days after the service its hours may be logged.", "补登时长天数", 30, 0, 365,
    )  # fmt: skip

    SHIFT_MOST_HOURS = (
        "SHIFT_MOST_HOURS", "How long a shift lasts at most, in hours.", "单个班次最长时长", 12, 1, 24,
    )  # fmt: skip

    SHIFT_REST_HOURS = (
        "SHIFT_REST_HOURS", "How long a person rests between two shifts at least, in hours.", "班次间隔最短休息时长",
        8, 0, 24,
    )  # fmt: skip

    SHIFT_EARLY_MINUTES = (
        "SHIFT_EARLY_MINUTES", "How long before the beginning of a shift people can check in, in minutes.",
        "班次提前签到分钟数", 30, 0, 120,
    )  # fmt: skip

    GRANT_HEALTH_DAYS = (
        "GRANT_HEALTH_DAYS", "How long the role HEALTH_WORKER is granted at most, in days.",
        "居家健康监测员最长授权天数", 90, 1, 365,
    )  # fmt: skip

    GRANT_GATE_DAYS = (
        "GRANT_GATE_DAYS", "How long the role GATE_KEEPER is granted at most, in days.", "卡口值守员最长授权天数",
        31, 1, 365,
    )  # fmt: skip

    BOOKING_CANCEL_HOURS = (
        "BOOKING_CANCEL_HOURS", "How long before it begins the holder can give a place back, in hours.",
        "预约取消提前时限（小时）", 12, 0, 168,
    )  # fmt: skip
    BOOKING_MOST_OPEN = (
        "BOOKING_MOST_OPEN", "How many open bookings a holder has at most.", "同时预约上限", 4, 1, 100,
    )  # fmt: skip
    BOOKING_OVERSTAYS = (
        "BOOKING_OVERSTAYS", "How many times somebody overstays before they are barred.", "超时几次暂停预约", 2, 1, 20,
    )  # fmt: skip
    BOOKING_OVERSTAY_BAR_DAYS = (
        "BOOKING_OVERSTAY_BAR_DAYS", "How long overstaying bars a holder, in days.", "超时暂停预约天数", 90, 1, 730,
    )  # fmt: skip
    BOOKING_NO_SHOWS = (
        "BOOKING_NO_SHOWS", "How many times somebody does not come before they are barred.", "爽约几次暂停预约",
        3, 1, 20,
    )  # fmt: skip
    BOOKING_NO_SHOW_BAR_DAYS = (
        "BOOKING_NO_SHOW_BAR_DAYS", "How long not coming bars a holder, in days.", "爽约暂停预约天数", 30, 1, 730,
    )  # fmt: skip
    MATCH_ANSWER_DAYS = (
        "MATCH_ANSWER_DAYS", "How long the owner of a resource has to answer to a match, in days.", "对接答复天数",
        7, 1, 60,
    )  # fmt: skip
    PLOT_WARNINGS = (
        "PLOT_WARNINGS", "How many warnings it takes to take a booking away.", "收回前提醒次数", 2, 1, 10,
    )  # fmt: skip
    PLOT_WARNING_DAYS = (
        "PLOT_WARNING_DAYS", "How long after one warning the next one may follow, in days.", "两次提醒间隔天数",
        14, 1, 90,
    )  # fmt: skip
    CIRCLE_RADIUS_M = (
        "CIRCLE_RADIUS_M", "How far a walk of about fifteen minutes leads, in metres in a straight line.",
        "便民生活圈半径（米）", 1000, 100, 1500,
    )  # fmt: skip
    INCIDENT_GRADE_MINUTES = (
        "INCIDENT_GRADE_MINUTES", "How long after an incident was called it is to be graded, in minutes.",
        "突发事件分级时限（分钟）", 30, 1, 1_440,
    )  # fmt: skip
    INCIDENT_REPORT_HOURS = (
        "INCIDENT_REPORT_HOURS", "How long after one situation report on an incident the next one is due, in hours.",
        "突发事件情况报告间隔（小时）", 24, 1, 168,
    )  # fmt: skip
    INCIDENT_REVIEW_DAYS = (
        "INCIDENT_REVIEW_DAYS", "How long after an incident was stood down it can be reviewed, in days.",
        "突发事件复盘时限（天）", 30, 1, 366,
    )  # fmt: skip
    MONITORING_DAYS = (
        "MONITORING_DAYS", "How long somebody is monitored at home, in days, where nobody says.", "居家健康监测天数",
        7, 1, 60,
    )  # fmt: skip
    MONITORING_READINGS_A_DAY = (
        "MONITORING_READINGS_A_DAY", "How many readings of somebody who is monitored are due on a day.",
        "居家健康监测每日次数", 2, 1, 24,
    )  # fmt: skip
    APPLICATION_ACCEPT_WD = (
        "APPLICATION_ACCEPT_WD", "How long an application waits to be accepted at most, in working days.",
        "办件受理期限（工作日）", 1, 1, 30,
    )  # fmt: skip
    APPLICATION_RATE_DAYS = (
        "APPLICATION_RATE_DAYS", "How long after its decision an application can be rated, in days.",
        "办件评价期限天数", 30, 1, 366,
    )  # fmt: skip
    MATERIAL_KEEP_DAYS = (
        "MATERIAL_KEEP_DAYS", "How long the materials of an application are kept after its end, in days.",
        "办件材料保存天数", 90, 1, 1_830,
    )  # fmt: skip
    ASSESSMENT_LEAST_CASES = (
        "ASSESSMENT_LEAST_CASES", "From how many cases on an indicator is assessed.", "考核最少样本数", 5, 1, 100,
    )  # fmt: skip
    ASSESSMENT_HOURS_A_YEAR = (
        "ASSESSMENT_HOURS_A_YEAR", "How many hours of service a year are hoped for of each person, in assessments.",
        "考核每人每年服务时长", 8, 1, 1_000,
    )  # fmt: skip
    ASSESSMENT_APPEAL_WD = (
        "ASSESSMENT_APPEAL_WD", "How long committees can appeal after results were published, in working days.",
        "考核申诉期限（工作日）", 10, 1, 60,
    )  # fmt: skip
    SCAN_KEEP_DAYS = (
        "SCAN_KEEP_DAYS", "How long scans at gates are kept, in days; the shortest time set anywhere holds for all.",
        "扫码记录保存天数", 30, 1, 90,
    )  # fmt: skip
    CHANGE_KEEP_DAYS = (
        "CHANGE_KEEP_DAYS",
        "How long the change feed goes back, in days; the longest time set anywhere holds for all.",
        "变更记录保存天数", 30, 1, 365,
    )  # fmt: skip
    CONTACT_KEEP_DAYS = (
        "CONTACT_KEEP_DAYS", "How long the plate of a booking, and who was monitored at home, are kept "
        "after the last day, in days.",
        "联系信息保存天数", 30, 1, 365,
    )  # fmt: skip

    REQUEST_KEEP_DAYS = (
        "REQUEST_KEEP_DAYS", "How long a mutation is known by its idempotencyKey, in days; the shortest time set "
        "anywhere holds for all.",
        "幂等键保存天数", 30, 1, 30,
    )  # fmt: skip

    def __init__(self, _value: str, _english: str, _chinese: str, default: int, least: int, most: int) -> None:
        self.default = default
        self.bound = Between(least, most)

    @property
    def description(self) -> str:
        """The sentence, with the default, the bounds and the Chinese term."""
        return f"{self.english}; {self.default:,} by default, {self.bound.clause} ({self.chinese})."


class Setting(BaseModel):
    """A value that an office set for a division and all below it, unless one of these sets its own (参数设定)."""

    id = BigAutoField()
    division_code = CodeField()
    key = EnumField(SettingKey)
    value = IntegerField()
    version = IntegerField()
    set_at = UtcDateTimeField()
    set_by_name = LineField(null=True)

    class Meta:
        indexes = ((("division_code", "key"), True),)
        constraints = [Check("length(division_code) = 12"), Check("value >= 0")]
