"""Everything that happened with a practice or a physician, as one line of events.

Each source is a query of the same four columns: kind, row, moment and facts. They are put together
by UNION ALL, each already cut to a page, so a page of the line is one statement. One more kind is
one more source in `sources.py` and how it reads in `words.py`.
"""

from visits.timeline.events import EVERYTHING, Asked, Event, Subject, Timeline
from visits.timeline.reading import timeline_of

__all__ = ["EVERYTHING", "Asked", "Event", "Subject", "Timeline", "timeline_of"]
