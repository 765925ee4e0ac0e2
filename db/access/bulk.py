"""Bulk forms: a command performed for many rows in one transaction, all of them or as many as can be."""

from collections.abc import Callable, Sequence

from db.access.commands import CommandResult, RowResult
from db.kernel.batches import Batch, batch
from db.kernel.enumeration import DomainEnum
from db.kernel.errors import DomainError, ErrorCode
from db.kernel.refusals import under

MAX_ROWS = 100


class BulkErrorPolicy(DomainEnum):
    """The treatment of the other rows of a bulk mutation when some are refused (批量出错处理)."""

    REJECT_ALL = "REJECT_ALL", "No row is saved.", "全部拒绝"
    SKIP_FAILED = "SKIP_FAILED", "The other rows are saved.", "跳过失败"


class BulkRefused(DomainError):
    """Rows of a bulk form were refused, and so all were. results: what each row would have done, and why not."""

    def __init__(self, results: Sequence[RowResult]) -> None:
        count = sum(1 for result in results if result.refusal)
        super().__init__(
            ErrorCode.ROLLED_BACK,
            f"{count} of {len(results)} rows were refused, so none was saved; correct them, or use SKIP_FAILED.",
            ("rows",),
            chinese=f"{len(results)} 行中有 {count} 行被拒绝，全部未保存；请更正，或使用 SKIP_FAILED。",
        )
        self.results = tuple(RowResult({}, result.refusal or _not_kept(at)) for at, result in enumerate(results))


def run_rows(attempts: Sequence[Callable[[], CommandResult]], policy: BulkErrorPolicy) -> CommandResult:
    """Perform each attempt, in order; one that is refused leaves no trace.

    Raises:
        DomainError: INVALID_INPUT, no rows or too many.
        BulkRefused: a row was refused, and the policy is to keep none then.
    """
    if not 1 <= len(attempts) <= MAX_ROWS:
        raise DomainError(
            ErrorCode.INVALID_INPUT,
            f"Send 1 to {MAX_ROWS} rows at once; the input has {len(attempts)}.",
            ("rows",),
            chinese=f"每次须提交 1 至 {MAX_ROWS} 行，现有 {len(attempts)} 行。",
        )
    with batch() as rows:
        results = [_attempted(rows, at, attempt) for at, attempt in enumerate(attempts)]
        if policy is BulkErrorPolicy.REJECT_ALL and any(result.refusal for result in results):
            raise BulkRefused(results)
    return CommandResult(results=tuple(results))


def _attempted(rows: Batch, at: int, attempt: Callable[[], CommandResult]) -> RowResult:
    try:
        with under("rows", str(at)), rows.part():
            return RowResult(attempt().rows)
    except DomainError as refusal:
        return RowResult({}, refusal)


def _not_kept(at: int) -> DomainError:
    return DomainError(
        ErrorCode.ROLLED_BACK,
        "Another row was refused, so this one was not saved.",
        ("rows", str(at)),
        chinese="其他行被拒绝，本行未保存。",
    )
