"""Frames of the Minimal Lower Layer Protocol: `<VT> message <FS><CR>`."""

from __future__ import annotations

from asyncio import IncompleteReadError, LimitOverrunError, StreamReader

START, END, CARRIAGE = b"\x0b", b"\x1c", b"\r"
# What may stand between frames: line ends, and nothing that could be a message.
IDLE = b"\r\n \x00"


class FrameBroken(Exception):
    """The bytes are no frame, or it is too long. Nothing after it can be told apart any more."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def framed(message: bytes) -> bytes:
    return START + message + END + CARRIAGE


async def start_of_frame(reader: StreamReader) -> bool:
    """Wait for the next frame; False if the sender is done."""
    while byte := await reader.read(1):
        if byte == START:
            return True
        if byte not in IDLE:
            raise FrameBroken("no_frame", "Bytes came outside a frame.")
    return False


async def rest_of_frame(reader: StreamReader, longest: int) -> bytes:
    """The message in the frame. The reader's own limit is above `longest`."""
    try:
        body = await reader.readuntil(END + CARRIAGE)
    except LimitOverrunError as error:
        raise FrameBroken("too_large", f"A frame has at most {longest:,} bytes.") from error
    except IncompleteReadError as error:
        raise FrameBroken("cut_off", "The sender left in the middle of a frame.") from error
    message = body[: -len(END + CARRIAGE)]
    if len(message) > longest:
        raise FrameBroken("too_large", f"A frame has at most {longest:,} bytes.")
    return message
