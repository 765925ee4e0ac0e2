"""The journal: the steps of every noun that has a lifecycle machine, but for issues, whose ledger is their own."""

from typing import TYPE_CHECKING

from peewee import BigAutoField, BigIntegerField, Check, ForeignKeyField, IntegerField

from db.access.models.account import Account, Role
from db.issues.models.issue import Issue
from db.kernel.enumeration import GrowingEnum
from db.kernel.fields import CodeField, EnumField, LineField, ProseField, UtcDateTimeField
from db.kernel.model import BaseModel


class JournalAction(GrowingEnum):
    """What a journal entry records (业务台账动作)."""

    CREATE = "CREATE", "It came to be.", "建立"
    ADOPT = "ADOPT", "It was there before journals were kept, and its journal begins here.", "转入"
    CONFIRM = "CONFIRM", "A claim, or a task that was done, was confirmed.", "确认"
    DECLINE = "DECLINE", "It was declined.", "不采纳"
    RELEASE = "RELEASE", "A claim was given up or taken away.", "释放"
    FULFIL = "FULFIL", "What a claim promised was done.", "履行"
    MEET = "MEET", "Confirmed claims met the need.", "满足"
    LACK = "LACK", "What was met is wanted again.", "再缺"
    STRIKE_OFF = "STRIKE_OFF", "It was struck off its list.", "销号"
    TRANSFER = "TRANSFER", "It left its list because its issue went elsewhere.", "转出"
    RESTORE = "RESTORE", "It was put back where it had been.", "恢复"
    BEGIN = "BEGIN", "Work on it began.", "开工"
    COMPLETE = "COMPLETE", "All of its work was done.", "完成"
    RESUME = "RESUME", "Work on it was taken up again.", "续办"
    CANCEL = "CANCEL", "It was called off or given up.", "取消"
    HOLD = "HOLD", "The meeting or session was held.", "召开"
    CLOSE = "CLOSE", "The meeting's minutes were signed.", "成纪要"
    PUBLISH = "PUBLISH", "The minutes of a meeting, or the results of an assessment, were published.", "公布"
    APPROVE = "APPROVE", "It was approved.", "同意"
    FALL_SHORT = "FALL_SHORT", "A committee, team or shift fell short of what it needs.", "缺员"
    AMEND = "AMEND", "What is known of it was changed.", "变更"
    END = "END", "It was closed or dissolved.", "注销"
    RENEW = "RENEW", "It was confirmed for a further time.", "续期"
    LAPSE = "LAPSE", "Its time ran out.", "到期失效"
    MOVE = "MOVE", "It goes on in another community.", "转移"
    SIGN = "SIGN", "One side signed it.", "签字"
    CONCLUDE = "CONCLUDE", "Both sides have signed it.", "签订"
    REPLACE = "REPLACE", "Another one took its place.", "更换"
    ACTIVATE = "ACTIVATE", "It has what it needs, and began its work.", "启用"
    RECOVER = "RECOVER", "A committee met the rules of composition again.", "恢复合规"
    SEAT = "SEAT", "A member took a seat.", "任职"
    UNSEAT = "UNSEAT", "A member left a seat.", "离任"
    SETTLE_LEADS = "SETTLE_LEADS", "The director and the deputies were settled.", "确定主任副主任"
    WAIVE = "WAIVE", "The subdistrict allowed a director who holds one post alone.", "任职豁免"
    DISCUSS = "DISCUSS", "The two committees took it up.", "提交讨论"
    NOTIFY = "NOTIFY", "Its public notice began.", "公示"
    OBJECT = "OBJECT", "A resident objected to it.", "提出异议"
    APPOINT = "APPOINT", "A candidate became a member after the public notice.", "任命"
    APPOINT_BY_POST = "APPOINT_BY_POST", "A candidate became a member by post, without a public notice.", "依职任命"
    ENTER = "ENTER", "Somebody who held the seat before the system kept committees was entered.", "录入"
    NOT_APPROVE = "NOT_APPROVE", "The two committees did not approve it.", "讨论未通过"
    WITHDRAW = "WITHDRAW", "It was withdrawn.", "撤回"
    SUSPEND = "SUSPEND", "It was taken off its list for a time.", "暂停"
    ACCEPT = "ACCEPT", "Who was called out or asked for something said yes.", "响应"
    JOIN = "JOIN", "Somebody joined it.", "加入"
    LEAVE = "LEAVE", "Somebody left it.", "退出"
    PROGRESS = "PROGRESS", "A part of its work was done.", "进展"
    FILL = "FILL", "Every place of a shift is taken.", "满员"
    OFFER = "OFFER", "Somebody offered their place of a shift to others.", "申请换班"
    CHECK_IN = "CHECK_IN", "Somebody arrived for their shift.", "到岗"
    CHECK_OUT = "CHECK_OUT", "Somebody left after their shift.", "离岗"
    EXCUSE = "EXCUSE", "Somebody was excused from a shift.", "请假"
    MISS = "MISS", "Somebody did not come to their shift.", "缺岗"
    ALLOT = "ALLOT", "It got its places by rule.", "获得名额"
    QUEUE = "QUEUE", "The lots gave it no place, and it waits for one.", "列入候补"
    PUT_OFF = "PUT_OFF", "A day was taken from it, and it got another one if one was free.", "顺延"
    WARN = "WARN", "Its holder was warned.", "提醒"
    FORFEIT = "FORFEIT", "It was taken away from its holder.", "收回"
    RECEIVE = "RECEIVE", "A donation was received and got its receipt.", "收讫"
    SPEAK = "SPEAK", "Somebody made a statement.", "发言"
    SETTLE = "SETTLE", "A statement came to something.", "发言办理"
    CONVERT = "CONVERT", "A message became an issue.", "转为事项"
    LINK = "LINK", "A message joined an open issue.", "关联事项"
    ANSWER = "ANSWER", "A message was answered without an issue.", "答复"
    REPLY = "REPLY", "The reply to whoever sent the message of an issue was noted.", "回复"
    DISCARD = "DISCARD", "A message was discarded.", "作废"
    CALL = "CALL", "Teams and units were called out to an incident.", "社区呼叫"
    GRADE = "GRADE", "An incident got its grade.", "分级响应"
    REGRADE = "REGRADE", "The grade of an incident was changed.", "调整响应级别"
    REPORT = "REPORT", "The office in charge of an incident reported on it.", "情况报告"
    REVIEW = "REVIEW", "The office above reviewed an incident.", "复盘"
    DISMISS = "DISMISS", "The alarm of an incident was false.", "撤销"
    REQUEST = "REQUEST", "Materials that are missing were asked for.", "要求补正"
    REFER = "REFER", "Somebody who was monitored was taken to hospital.", "转诊"
    TAKE = "TAKE", "A volunteer took a task.", "接单"
    GIVE_BACK = "GIVE_BACK", "A volunteer gave a task back.", "退单"
    SUPPLEMENT = "SUPPLEMENT", "What was missing was supplied.", "补正"
    TAKE_ON = "TAKE_ON", "The office accepted the application.", "受理"
    FORWARD = "FORWARD", "Another office decides from now on.", "转办"
    DECIDE = "DECIDE", "The application, or an appeal, was decided.", "办结"
    RATE = "RATE", "The applicant rated how the application was dealt with.", "评价"
    COMPUTE = "COMPUTE", "The results of an assessment were computed.", "核算"
    APPEAL = "APPEAL", "A committee appealed against its result.", "申诉"
    FINALIZE = "FINALIZE", "The results of an assessment became final.", "定案"


class JournalEntry(BaseModel):
    """One line of a journal (业务台账): only ever added, numbered without gaps, and chained by hash.

    subject_type, subject_id: the noun's name in the graph and the row's id. issue: whose visibility the subject shares.
    """

    id = BigAutoField()
    subject_type = CodeField()
    subject_id = BigIntegerField()
    issue = ForeignKeyField(Issue, null=True, backref="journal", on_delete="RESTRICT")
    division_code = CodeField()
    seq = IntegerField()
    at = UtcDateTimeField()
    action = EnumField(JournalAction)
    actor = ForeignKeyField(Account, null=True, on_delete="RESTRICT")
    actor_name = LineField(null=True)
    actor_role = EnumField(Role)
    office_code = CodeField(null=True)
    from_state = CodeField(null=True)
    to_state = CodeField()
    note = ProseField(null=True)
    facts = ProseField(default="{}")
    prev_hash = CodeField()
    hash = CodeField()

    if TYPE_CHECKING:
        issue_id: int | None
        actor_id: int | None

    class Meta:
        indexes = (
            (("subject_type", "subject_id", "seq"), True),
            (("division_code", "at"), False),
            (("at", "id"), True),
        )
        constraints = [Check("seq >= 1"), Check("length(hash) = 64"), Check("length(prev_hash) = 64")]
