"""Why an upload is refused: a stable code, and a sentence in both languages that says what to do next."""

from enum import StrEnum


class FileError(StrEnum):
    """The codes of refused uploads."""

    NOT_ACCEPTED = "FILE_NOT_ACCEPTED"
    DAMAGED = "FILE_DAMAGED"
    TOO_LARGE = "FILE_TOO_LARGE"
    LIMIT_REACHED = "FILE_LIMIT_REACHED"


class FileRefused(Exception):
    """An upload that is not kept. message, chinese: what is wrong with it, and what to send instead."""

    def __init__(self, code: FileError, message: str, chinese: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.chinese = chinese


def damaged(what: str, chinese: str) -> FileRefused:
    """Build the refusal of a file that is not whole, or holds what its format does not. what: in a sentence."""
    return FileRefused(
        FileError.DAMAGED,
        f"{what}; save the file again with the program that made it, and send that.",
        f"{chinese}，请用原程序重新保存后再上传。",
    )
