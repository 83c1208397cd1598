"""Months as a line, last year's as a second, and the gap between them filled."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from liaison_crm.core.charts.lettering import spread, text_width
from liaison_crm.core.charts.scale import Point, Scale, path, ticks
from liaison_crm.core.wording import compact, number

TEXT, LABEL, EVENT = 11.5, 13.0, 12.0
MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """A month's count, what it was a year before, and whether more may still arrive."""

    month: date
    value: float | None
    before: float | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    month: date
    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class MonthLine:
    title: str
    points: tuple[MonthPoint, ...]
    events: tuple[Event, ...] = ()
    noun: str = "Referrals"


@dataclass(frozen=True, slots=True)
class Frame:
    """The paper: its size, and whether there is room for words beside the numbers."""

    width: int
    height: int
    words: bool


WIDE = Frame(716, 304, words=True)
MIDDLE = Frame(500, 260, words=True)
NARROW = Frame(326, 226, words=False)
WORDS_ROOM = 118.0  # at least, so that a link may stand below the words


@dataclass(frozen=True, slots=True)
class Mark:
    """A text at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class EventMark:
    x: float
    y: float
    leader_top: float
    label_x: float
    label_y: float
    event: Event


@dataclass(frozen=True, slots=True)
class LineGeometry:
    width: int
    height: int
    left: float
    right: float
    grid: tuple[Mark, ...]
    months: tuple[Mark, ...]
    gains: tuple[str, ...]
    losses: tuple[str, ...]
    then: str
    now: str
    now_open: str
    end: Point | None
    end_open: bool
    now_label: Mark | None
    then_label: Mark | None
    events: tuple[EventMark, ...]


def year_over_year(
    counts: Mapping[date, float],
    *,
    through: date,
    months: int = 12,
    provisional_from: date | None = None,
) -> tuple[MonthPoint, ...]:
    """The months up to one, each beside that of a year earlier. A month without a count is 0."""
    points = []
    for back in range(months - 1, -1, -1):
        month = _months_before(through, back)
        open_ = provisional_from is not None and month >= provisional_from
        before = counts.get(_months_before(month, MONTHS_A_YEAR), 0)
        points.append(MonthPoint(month, counts.get(month, 0), before, open_))
    return tuple(points)


def _months_before(month: date, back: int) -> date:
    at = month.year * MONTHS_A_YEAR + month.month - 1 - back
    return date(at // MONTHS_A_YEAR, at % MONTHS_A_YEAR + 1, 1)


def draw_line(chart: MonthLine, frame: Frame = WIDE) -> LineGeometry:
    values = [v for point in chart.points for v in (point.value, point.before) if v is not None]
    marks = ticks(values)
    end_words = _end_words(chart, frame)
    left = round(max(text_width(compact(mark), TEXT) for mark in marks) + 10, 1)
    words_wide = max(text_width(words, LABEL, semibold=True) for words in end_words) + 14
    right = round(frame.width - max(words_wide, WORDS_ROOM if frame is WIDE else 0), 1)
    top = 48.0 if chart.events else 18.0
    y = Scale(min([marks[0], *values]), max([marks[-1], *values]), frame.height - 36.0, top)
    x = Scale(0, max(len(chart.points) - 1, 1), left, right)
    now = [(x(at), y(p.value)) for at, p in enumerate(chart.points) if p.value is not None]
    then = [(x(at), y(p.before)) for at, p in enumerate(chart.points) if p.before is not None]
    closed, opened = _split_open(chart.points, now)
    gains, losses = _gaps(chart.points, x, y)
    now_label, then_label = _end_labels(end_words, now, then, right)
    return LineGeometry(
        width=frame.width,
        height=frame.height,
        left=left,
        right=right,
        grid=tuple(Mark(left - 8, y(mark), compact(mark)) for mark in marks),
        months=tuple(_month_marks(chart.points, x, frame.height - 6)),
        gains=tuple(gains),
        losses=tuple(losses),
        then=path(then),
        now=path(closed),
        now_open=path(opened),
        end=now[-1] if now else None,
        end_open=bool(opened),
        now_label=now_label,
        then_label=then_label,
        events=tuple(_event_marks(chart, now, x, frame.width)),
    )


def _split_open(
    points: Sequence[MonthPoint], now: Sequence[Point]
) -> tuple[Sequence[Point], Sequence[Point]]:
    """The settled part of the line, and the part that may still change."""
    known = [point for point in points if point.value is not None]
    settled = next((at for at, point in enumerate(known) if point.provisional), len(known))
    return now[:settled], now[max(settled - 1, 0) :] if settled < len(known) else ()


def _gaps(points: Sequence[MonthPoint], x: Scale, y: Scale) -> tuple[list[str], list[str]]:
    """Areas between the two lines: gains where this year is higher, losses where it is lower.

    A provisional month is left out, as its gap would say more than is known.
    """
    gains: list[str] = []
    losses: list[str] = []
    pairs = [
        None
        if p.value is None or p.before is None or p.provisional
        else (x(at), y(p.value), y(p.before))
        for at, p in enumerate(points)
    ]
    for known, run in groupby(pairs, key=lambda pair: pair is not None):
        if known:
            for gain, stretch in _one_sided(_with_crossings([pair for pair in run if pair])):
                upper = [(at, now) for at, now, _ in stretch]
                lower = [(at, then) for at, _, then in reversed(stretch)]
                (gains if gain else losses).append(path([*upper, *lower]) + "Z")
    return gains, losses


Gap = tuple[float, float, float]  # x, y now, y then


def _with_crossings(run: Sequence[Gap]) -> list[Gap]:
    """The run with a point added wherever the two lines meet between months."""
    if not run:
        return []
    full = [run[0]]
    for (x0, now0, then0), (x1, now1, then1) in pairwise(run):
        before, after = then0 - now0, then1 - now1
        if before * after < 0:
            share = before / (before - after)
            at = round(x0 + share * (x1 - x0), 1)
            meet = round(now0 + share * (now1 - now0), 1)
            full.append((at, meet, meet))
        full.append((x1, now1, then1))
    return full


def _one_sided(run: Sequence[Gap]) -> Iterator[tuple[bool, list[Gap]]]:
    """Stretches on which one line stays on its side; neighbours share the point where they meet."""
    steps = [(one, two) for one, two in pairwise(run) if one[1] != one[2] or two[1] != two[2]]
    for gain, group in groupby(
        steps, key=lambda step: sum(then - now for _, now, then in step) > 0
    ):
        pieces = list(group)
        yield gain, [pieces[0][0], *(two for _, two in pieces)]


def _month_marks(points: Sequence[MonthPoint], x: Scale, y: float) -> Iterator[Mark]:
    """Names below the line, as many as fit, counted back from the last month."""
    many = len(points) > MONTHS_A_YEAR
    room = 44 if many else 36
    gap = x(1) - x(0)
    step = next((step for step in (1, 2, 3, 6) if step * gap >= room), 12)
    for at in range((len(points) - 1) % step, len(points), step):
        month = points[at].month
        yield Mark(x(at), y, f"{month:%b %y}" if many and step > 1 else f"{month:%b}")


def _end_words(chart: MonthLine, frame: Frame) -> tuple[str, str]:
    """What stands at the right end of the two lines."""
    last = next((p for p in reversed(chart.points) if p.value is not None), None)
    last_before = next((p.before for p in reversed(chart.points) if p.before is not None), None)
    then = "" if last_before is None else number(last_before)
    if last is None or last.value is None:
        return "", then
    now = number(last.value)
    if not frame.words:
        return now, then
    suffix = " so far" if last.provisional else f" in {last.month:%B}"
    return now + suffix, then and f"{then} a year ago"


def _end_labels(
    words: tuple[str, str], now: Sequence[Point], then: Sequence[Point], right: float
) -> tuple[Mark | None, Mark | None]:
    """The end labels beside their lines, moved apart where the lines end close together."""
    ends = sorted((line[-1][1], name) for name, line in enumerate((now, then)) if line)
    places = spread([y for y, _ in ends], 16)
    labels: list[Mark | None] = [None, None]
    for (_, name), y in zip(ends, places, strict=True):
        labels[name] = Mark(right + 10, round(y + 4, 1), words[name])
    return labels[0], labels[1]


def _event_marks(
    chart: MonthLine, now: Sequence[Point], x: Scale, width: int
) -> Iterator[EventMark]:
    """Each event above its month, clear of the line and of the label before it."""
    at_month = {point.month: at for at, point in enumerate(chart.points) if point.value is not None}
    height_at = dict(now)
    taken: list[tuple[float, float, float]] = []
    for event in sorted(chart.events, key=lambda event: event.month):
        month = event.month.replace(day=1)
        if month not in at_month:
            continue
        px = x(at_month[month])
        half = text_width(event.label, EVENT) / 2
        middle = min(max(px, half), width - half)
        below = [y for at, y in now if middle - half - 6 <= at <= middle + half + 6]
        label_y = min([height_at[px] - 24, *(y - 9 for y in below)])
        for start, end, level in taken:
            if start < middle + half and middle - half < end and abs(level - label_y) < EVENT + 2:
                label_y = level - EVENT - 3
        label_y = max(label_y, EVENT)
        taken.append((middle - half - 6, middle + half + 6, label_y))
        yield EventMark(
            px, height_at[px], round(label_y + 6, 1), round(middle, 1), round(label_y, 1), event
        )
