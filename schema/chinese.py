"""The Chinese messages of refused requests: of our own sentences and those of the GraphQL library.

A sentence that is listed here is translated with the facts that it names. For any other, the Chinese for its code comes
first and the sentence follows. Refusals of the domain have their own Chinese (`db.kernel.errors`).
"""

import re

# What Apollo's clients read by its text.
_FIXED = ("PersistedQueryNotFound", "PersistedQueryNotSupported")
BY_CODE = {
    "GRAPHQL_PARSE_FAILED": "文档不符合 GraphQL 语法",
    "GRAPHQL_VALIDATION_FAILED": "文档与接口定义不符",
    "BAD_USER_INPUT": "参数或变量缺失、格式不正确或超出范围",
    "PERSISTED_QUERY_NOT_FOUND": "没有与该哈希对应的文档",
    "PERSISTED_QUERY_HASH_MISMATCH": "哈希与文档不一致，请重新计算文档的 SHA-256",
    "DOCUMENT_NOT_ALLOWED": "本服务器只执行已登记的文档，请联系管理员登记",
    "PERSISTED_QUERY_NOT_SUPPORTED": "本服务器不支持用哈希查询文档",
    "INVALID_CURSOR": "游标属于其他列表、排序或筛选条件，请去掉游标重新开始",
    "CURSOR_TOO_OLD": "变更流无法从该游标继续，请重新取得游标并完整读取一次",
    "QUERY_TOO_COSTLY": "查询一次读取的数据过多，请减小每页条数或分次查询",
    "DOCUMENT_TOO_LARGE": "文档过大，请分多次请求",
    "RATE_LIMITED": "请求过于频繁，请稍后再试",
    "QUERY_TOO_DEEP": "嵌套层数过多，请减少层数",
    "UNAUTHENTICATED": "请先登录：在 Authorization 请求头中发送有效令牌",
    "INTROSPECTION_DISABLED": "您无权查看接口定义，请向管理员索取 schema.graphql",
    "FORBIDDEN": "您的角色或令牌无权执行此操作",
    "METHOD_NOT_ALLOWED": "请求方法不正确：查询用 GET 或 POST，变更用 POST",
    "TIMEOUT": "数据库处理超时，请减少查询的数据",
    "UNAVAILABLE": "服务暂时不可用，请稍后再试",
    "INTERNAL_ERROR": "服务器内部错误，请提供请求编号（requestId）反馈给管理员",
    "BAD_REQUEST": "无法读取请求",
    "NOT_FOUND": "没有这个地址",
    "NOT_ACCEPTABLE": "无法以所要求的格式返回结果",
    "PAYLOAD_TOO_LARGE": "请求内容过大",
    "REQUEST_TIMEOUT": "请求未在规定时间内发送完毕，请重新发送",
    "RANGE_NOT_SATISFIABLE": "文件没有所请求的部分",
    "UNSUPPORTED_MEDIA_TYPE": "请以 UTF-8 编码的 JSON 发送请求，并在 Content-Type 中注明",
}
_SENTENCES = {
    # Of uploads and files.
    r"Send a form \(multipart/form-data\) whose part `file` is the file\.":
        "请以表单（multipart/form-data）上传，文件放在 file 部分。",
    r"The form must have exactly one file, in its part `file`\.": "表单的 file 部分须恰好有一个文件。",
    r"The form is too large; send one file and nothing else\.": "表单过大，请只上传一个文件。",
    r"The token needs the scope WRITE to upload files; send one that has it\.": "上传文件需要具有 WRITE 范围的令牌。",
    r"Too many images are being processed; send the file again shortly\.": "正在处理的图片过多，请稍后重新上传。",
    r"There is no such file, or you may not see what it belongs to; check the id\.":
        "没有此文件，或您无权查看其所属内容，请核对编号。",
    r"The contents of this file are not kept here any more; ask whoever runs this server\.":
        "此文件的内容已不在本服务器上，请联系管理员。",
    r"A document has no thumbnail; leave out `width`\.": "文档没有缩略图，请去掉 width。",
    r"`width` must be a number of pixels from 1 to (\d+)\.": "width 须为 1 至 {0} 的像素数。",
    r"The file has (\d+) bytes; ask for a range of these\.": "文件共 {0} 字节，请求的范围须在其中。",
    # Of the GraphQL library.
    r"Syntax Error: Expected (.+), found (.+)\.": "语法错误：应为 {0}，实为 {1}。",
    r"Syntax Error: Unexpected (.+)\.": "语法错误：此处不应出现 {0}。",
    r"Cannot query field '([^']+)' on type '([^']+)'\.": "类型“{1}”没有字段“{0}”。",
    r"Unknown argument '([^']+)' on field '([^']+)'\.": "字段“{1}”没有参数“{0}”。",
    r"Unknown type '([^']+)'\.": "没有类型“{0}”。",
    r"Unknown fragment '([^']+)'\.": "没有片段“{0}”。",
    r"Unknown directive '([^']+)'\.": "没有指令“{0}”。",
    r"Unknown operation named '([^']+)'\.": "文档中没有名为“{0}”的操作。",
    r"Must provide operation name if query contains multiple operations\.":
        "文档含有多个操作，请用 operationName 指定一个。",
    r"Fragment '([^']+)' is never used\.": "片段“{0}”未被使用。",
    r"Cannot spread fragment '([^']+)' within itself.*": "片段“{0}”不能包含自身。",
    r"Field '([^']+)' of type '([^']+)' must have a selection of subfields\.":
        "字段“{0}”的类型是“{1}”，须选择其子字段。",
    r"Field '([^']+)' must not have a selection since type '([^']+)' has no subfields\.":
        "字段“{0}”的类型“{1}”没有子字段。",
    r"Field '([^']+)' of required type '([^']+)' was not provided\.": "缺少必填字段“{0}”（类型 {1}）。",
    r"Field '([^']+)' is not defined by type '([^']+)'\.": "类型“{1}”没有字段“{0}”。",
    r"Fields '([^']+)' conflict because .*": "同名字段“{0}”的内容不同，请用别名区分。",
    r"Argument '([^']+)' of type '([^']+)' is required, but it was not provided\.": "缺少必填参数“{0}”（类型 {1}）。",
    r"There can be only one (.+) named '([^']+)'\.": "“{1}”只能出现一次。",
    r"Variable '([^']+)' is not defined.*": "变量“{0}”未定义。",
    r"Variable '([^']+)' is never used.*": "变量“{0}”未被使用。",
    r"Variable '([^']+)' of required type '([^']+)' was not provided\.": "缺少必填变量“{0}”（类型 {1}）。",
    r"Variable '([^']+)' of non-null type '([^']+)' must not be null\.": "变量“{0}”（类型 {1}）不能为 null。",
    r"Variable '([^']+)' of type '([^']+)' used in position expecting type '([^']+)'\.":
        "变量“{0}”的类型是 {1}，此处须为 {2}。",
    r"Variable '([^']+)' has invalid value( at [^:]+)?: (.+)": "变量“{0}”的值无效{1}：{2}",
    r"Expected a value of non-null type '([^']+)' to be provided\.": "缺少 {0} 类型的必填值。",
    r"Expected value of non-null type '([^']+)' not to be None\.": "{0} 类型的值不能为 null。",
    r"Expected value of type '([^']+)' not to include unknown field '([^']+)', found: .*": "类型“{0}”没有字段“{1}”。",
    r"Expected value of type '([^']+)' to include required field '([^']+)', found: .*": "类型“{0}”缺少必填字段“{1}”。",
    r"Expected value of type '([^']+)' to be an object, found: (.+)\.": "{0} 类型的值须为对象，实为 {1}。",
    r"Expected value of type '([^']+)', but encountered error '([^']+)'; found: (.+)\.":
        "{2} 不是 {0} 类型的值（{1}）。",
    r"Expected value of type '([^']+)',? found:? (.+)\.": "值应为 {0} 类型，实为 {1}。",
    r"Expected variable '([^']+)' provided .*": "变量“{0}”的值不能为 null。",
    r"write a time as (\S+), or a duration from now as (\S+)": "时间写作 {0}，或从现在起的时长 {1}",
    r"write (?:a|the) (?:day|date) as (\S+)": "日期写作 {0}",
    r"Enum '([^']+)' cannot represent non-enum value: (.+)\.": "{1} 不是枚举 {0} 的值，请勿加引号。",
    r"The document contains several operations; .*": "文档含有多个操作，请用 operationName 指定一个。",
    r"The (\w+) operation is not supported by the schema\.": "不支持 {0} 操作。",
    r"Value '([^']+)' does not exist in '([^']+)' enum\.": "枚举 {1} 中没有“{0}”。",
    r"(Int|Float|String|Boolean|ID) cannot represent .*: (.+)": "{1} 不是 {0} 类型的值。",
    # Our own.
    r"A mutation needs a signed-in user: .*": "变更须先登录：请在 Authorization 请求头中发送令牌。",
    r"Only queries and mutations are supported\.": "这里只支持查询和变更。",
    r"The token does not have the required scope (\w+); .*": "令牌没有所需的范围 {0}，请使用有该范围的令牌。",
    r"The query costs (\d+) points; at most (\d+) are allowed\. .*":
        "此查询需 {0} 点，最多允许 {1} 点；请减小每页条数。",
    r"The request costs (\d+) points and (\d+) are left until ([^;]+); .*":
        "此请求需 {0} 点，{2} 前仅剩 {1} 点；请届时再试，或减少查询内容。",
    r"There were (\d+) requests in this minute already; wait (\d+) seconds\.":
        "本分钟内已有 {0} 个请求，请等待 {1} 秒。",
    r"The query is nested more than (\d+) levels deep; .*": "查询嵌套超过 {0} 层，请减少层数。",
    r"The filter has (\d+) nested relations; at most (\d+) are allowed\. .*":
        "筛选条件嵌套了 {0} 层关系，最多 {1} 层，请分多次查询。",
    r"The filter has (\d+) nested levels of conditions; at most (\d+) are allowed\. .*":
        "筛选条件嵌套了 {0} 层，最多 {1} 层，请分多次查询。",
    r"The answer would have more than (\d+) fields of introspection; .*":
        "所查询的接口定义超过 {0} 项，请减少查询内容。",
    r"The query is nested more deeply than the database allows; .*": "查询嵌套过深，数据库无法处理，请减少层数。",
    r"The mutation asks for more than the database allows at once, .*":
        "此变更要求返回的内容过多，数据库无法处理，变更未执行；请减少内容后用相同的 idempotencyKey 重新发送。",
    r"The variables are nested too deeply\.": "变量嵌套层数过多。",
    r"The request has (\d+) (.+); at most (\d+) are allowed\. .*":
        "请求中的数量过多（{1}：{0}，最多 {2}），请分多次请求。",
    r"A text has (\d+) characters; at most (\d+) are allowed\.": "文字有 {0} 个字符，最多允许 {1} 个。",
    r"A list has (\d+) items; at most (\d+) are allowed\.": "列表有 {0} 项，最多允许 {1} 项。",
    r"Ask for at most (\d+) ids at once\.": "一次最多查询 {0} 个 ID。",
    r"Send exactly one of the arguments (.+)\.": "参数 {0} 须且只能提供一个。",
    r"Send first or last, not both\.": "first 与 last 只能提供一个。",
    r"(\w+) must lie between (\d+) and (\d+); it is (-?\d+)\.": "{0} 须在 {1} 与 {2} 之间，现为 {3}。",
    r"A step of orderBy is null; leave it out\.": "orderBy 中不能有 null，请去掉。",
    r"(\w+) must not be null; use isNull .*": "{0} 不能为 null；查询无值的记录请用 isNull。",
    r"The cursor belongs to another list, .*": "游标属于其他列表、排序或筛选条件，请去掉游标重新开始。",
    r"The list must not contain null\.": "列表中不能有 null。",
    r"(.+) has more than (\d+) decimal places\.": "{0} 的小数超过 {1} 位。",
    r"groups needs the argument groupBy, .*": "groups 须与参数 groupBy 一起使用。",
    r"The text must not contain the character U\+0000\.": "文字不能包含 U+0000 字符。",
    r"The database took too long; .*": "数据库处理超时；请减少行数，或按有索引的字段筛选。",
    r"The database cannot be reached at the moment; .*": "暂时无法连接数据库，请稍后再试。",
    r"The store of files cannot be reached at the moment; .*": "暂时无法访问文件存储，请稍后再试。",
    r"The database took too long, and undid .*": "数据库处理超时，此变更未执行；请用相同的 idempotencyKey 重新发送。",
    r"The database .*, and this mutation may or may not have been performed\. .*":
        "数据库暂时不可用，此变更可能已执行，也可能未执行；请用相同的 idempotencyKey 重新发送，只会执行一次。",
    r"The database .*, and this mutation was not performed\. .*":
        "数据库暂时不能写入，此变更未执行；请稍后用相同的 idempotencyKey 重新发送。",
    r"Other changes took too long, .*": "其他变更占用数据库过久，此变更未执行；请用相同的 idempotencyKey 重新发送。",
    r"The server is too busy at the moment; .*": "服务器繁忙，请稍后再试。",
    r"The request is larger than (\d+) bytes; .*": "请求超过 {0} 字节，请缩短。",
    r"The body is empty\.": "请求内容为空。",
    r"The body is not JSON.*": "请求内容不是有效的 JSON。",
}  # fmt: skip
# Longer messages quote what the client sent, and are not searched.
_MAX_LENGTH = 500
_HINT = " Did you mean "
_PATTERNS = [(re.compile(pattern, re.DOTALL), chinese) for pattern, chinese in _SENTENCES.items()]


def in_chinese(code: str, message: str) -> str:
    """Return the Chinese for an error's message, with the facts that it names.

    `"Cannot query field 'a' on type 'Query'. Did you mean 'b'?"` gives `类型“Query”没有字段“a”。您是否想用 'b'？`
    """
    if message in _FIXED:
        return message
    sentence, hint, meant = message.partition(_HINT)
    for pattern, chinese in _PATTERNS if len(message) <= _MAX_LENGTH else ():
        if found := pattern.fullmatch(sentence):
            said = chinese.format(*(in_chinese("", fact) for fact in found.groups(default="")))
            return f"{said}您是否想用 {meant.removesuffix('?')}？" if hint else said
    if not code:
        # A fact of another sentence, which may be one itself.
        return message
    return f"{BY_CODE[code]}（{message}）" if code in BY_CODE else message
