"""What people call the steps that the lifecycle machines allow: by mutation, in English and in Chinese."""

STEP_NAMES: dict[str, tuple[str, str]] = {
    "acceptIssue": ("Accept", "受理"),
    "appealIssue": ("Appeal", "申诉"),
    "assignIssue": ("Assign", "交办"),
    "cancelMeeting": ("Call off", "取消会议"),
    "claimIssue": ("Claim", "认领"),
    "closeIssue": ("Close off", "销号"),
    "closeMeeting": ("Close with minutes", "形成纪要"),
    "commentIssue": ("Comment", "留言"),
    "completeMilestone": ("Complete a milestone", "完成节点"),
    "confirmClaim": ("Confirm a claim", "确认认领"),
    "declineClaim": ("Decline a claim", "不采纳认领"),
    "escalateIssue": ("Escalate", "逐级上报"),
    "fulfilClaim": ("Fulfil a claim", "履行认领"),
    "handDownIssue": ("Hand down", "下派"),
    "holdMeeting": ("Hold", "召开会议"),
    "mergeIssue": ("Merge", "并案"),
    "publishIssue": ("Publish for claiming", "发布"),
    "publishMinutes": ("Publish the minutes", "公布纪要"),
    "rateIssue": ("Rate", "评价"),
    "recordResolution": ("Record a resolution", "议定"),
    "regradeIssue": ("Change the urgency", "调整等级"),
    "rejectIssue": ("Reject", "不予受理"),
    "releaseClaim": ("Release a claim", "取消认领"),
    "reopenIssue": ("Reopen", "重启"),
    "reportIssueDone": ("Report done", "办结"),
    "requestIssueExtension": ("Request more time", "申请延期"),
    "requestIssueInfo": ("Request information", "要求补充"),
    "requestIssueSuspension": ("Request a suspension", "申请缓办"),
    "requestIssueTransfer": ("Request a transfer", "申请转派"),
    "resumeIssue": ("Resume", "恢复办理"),
    "returnIssue": ("Return", "退回"),
    "reviewIssueRequest": ("Decide a request", "审批申请"),
    "reworkIssue": ("Send back", "重办"),
    "scheduleMeeting": ("Call a meeting", "通知会议"),
    "submitIssue": ("Submit", "提交"),
    "supplementIssue": ("Supplement", "补充"),
    "tableIssue": ("Put before a meeting", "提交议事"),
    "unmergeIssue": ("Undo a merge", "撤销并案"),
    "urgeIssue": ("Urge", "督办"),
    "withdrawIssue": ("Withdraw", "撤回"),
}


def chinese_names(mutations: list[str]) -> str:
    """Return steps as a Chinese sentence lists them: `受理（acceptIssue）、申诉（appealIssue）`."""
    return "、".join(f"{STEP_NAMES[name][1]}（{name}）" for name in mutations) or "无"
