"""How wide a text will be, so that labels can be placed on the server."""

from itertools import pairwise

# Advance widths of Instrument Sans in thousandths of the size, for the characters 32 to 126.
REGULAR = (
    200, 273, 384, 716, 608, 786, 755, 232, 406, 406, 408, 531, 255, 506, 255, 443, 666, 391, 545,
    574, 600, 574, 599, 532, 582, 610, 255, 255, 531, 531, 531, 567, 853, 728, 636, 741, 752, 638,
    602, 765, 736, 254, 455, 692, 588, 906, 736, 786, 656, 787, 656, 608, 648, 712, 728, 1089,
    688, 676, 623, 406, 443, 406, 531, 426, 354, 533, 606, 533, 606, 564, 354, 606, 599, 240, 240,
    535, 240, 922, 599, 584, 606, 606, 375, 473, 377, 589, 523, 767, 551, 523, 496, 406, 242, 406,
    531,
)  # fmt: skip
SEMIBOLD = (
    193, 295, 449, 727, 637, 786, 768, 256, 439, 439, 430, 544, 275, 493, 275, 444, 677, 387, 557,
    579, 615, 581, 615, 561, 598, 619, 275, 275, 544, 544, 544, 580, 867, 733, 645, 747, 755, 630,
    594, 764, 725, 254, 427, 712, 589, 898, 725, 794, 667, 806, 664, 637, 664, 704, 733, 1087,
    707, 700, 631, 439, 444, 439, 544, 466, 354, 558, 621, 552, 621, 571, 370, 621, 612, 260, 260,
    558, 260, 941, 612, 597, 621, 621, 390, 494, 406, 604, 536, 800, 587, 536, 513, 439, 234, 439,
    544,
)  # fmt: skip
FIRST, UNKNOWN = 32, 600


def text_width(text: str, size: float, *, semibold: bool = False) -> float:
    table = SEMIBOLD if semibold else REGULAR
    places = (ord(mark) - FIRST for mark in text)
    return sum(table[at] if 0 <= at < len(table) else UNKNOWN for at in places) * size / 1000


def spread(centres: list[float], gap: float) -> list[float]:
    """Move ascending positions apart until none is nearer to the next than the gap."""
    apart = list(centres)
    for _ in range(len(apart) * 4):
        for at, (one, two) in enumerate(pairwise(list(apart))):
            short = gap - (two - one)
            if short > 0.01:  # noqa: PLR2004 (a hundredth of a pixel)
                apart[at] -= short / 2
                apart[at + 1] += short / 2
    return apart
