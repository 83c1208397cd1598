"""Long lists are paged by the row beside the page."""

import pytest
from django.db.models import Sum

from contacts.models import Physician
from liaison_crm.core.keyset import Measure, Place, RowNotThere, stretch
from referrals.models import VolumeCell
from tests import factories

NAME = ("last_name", "first_name", "pk")


@pytest.fixture
def people(db):
    """Nine people, three of one name; four of them have referrals, two as many as each other."""
    names = ["Abel", "Boyd", "Cole", "Cole", "Cole", "Dunn", "Egan", "Ford", "Gray"]
    found = [factories.PhysicianFactory(last_name=name, first_name="Kim") for name in names]
    for at, referrals in ((1, 7), (3, 2), (5, 7), (8, 9)):
        factories.VolumeCellFactory(physician=found[at], referrals=referrals)
    return found


def by_volume(*, descending):
    counted = VolumeCell.objects.values("physician").annotate(measure=Sum("referrals"))
    return Measure(counted, default=0, descending=descending)


def in_plain_python(order, measure):
    """The same list, sorted by hand."""
    counted = dict(measure.values.values_list("physician", "measure")) if measure else {}
    rows = list(Physician.objects.order_by(*order))
    sign = -1 if measure and measure.descending else 1
    return sorted(rows, key=lambda row: sign * counted.get(row.pk, 0)) if measure else rows


def walk(size, order=NAME, measure=None, rows=None):
    """Every page from the first to the last, by the links a person would follow."""
    rows = Physician.objects.all() if rows is None else rows
    place, pages = Place(), []
    while True:
        page = stretch(
            rows,
            order=order,
            size=size,
            place=place,
            among=Physician.objects.all(),
            measure=measure,
        )
        pages.append(page)
        if page.next is None:
            return pages
        place = Place(after=page.next)


ORDERS = [
    (NAME, None),
    (("-last_name", "first_name", "pk"), None),
    (NAME, by_volume(descending=True)),
    (NAME, by_volume(descending=False)),
]


@pytest.mark.parametrize(("order", "measure"), ORDERS)
@pytest.mark.parametrize("size", [1, 2, 4, 9, 20])
def test_following_next_shows_every_row_once_in_order(people, order, measure, size):
    pages = walk(size, order, measure)
    assert [row for page in pages for row in page.rows] == in_plain_python(order, measure)
    assert all(len(page.rows) <= size for page in pages)


@pytest.mark.parametrize(("order", "measure"), ORDERS)
def test_previous_leads_back_page_by_page(people, order, measure):
    pages = walk(2, order, measure)
    for earlier, later in zip(reversed(pages[:-1]), reversed(pages), strict=False):
        back = stretch(
            Physician.objects.all(),
            order=order,
            size=2,
            place=Place(before=later.previous),
            among=Physician.objects.all(),
            measure=measure,
        )
        assert (back.rows, back.previous, back.next) == (
            earlier.rows,
            earlier.previous,
            earlier.next,
        )


def test_a_page_by_measure_knows_how_long_the_list_is(people):
    rows = Physician.objects.exclude(last_name="Cole")
    for page in walk(2, measure=by_volume(descending=True), rows=rows):
        assert page.total == 6
    assert walk(2)[0].total is None


def test_the_list_itself_may_be_narrowed(people):
    rows = Physician.objects.exclude(last_name="Cole")
    pages = walk(2, measure=by_volume(descending=True), rows=rows)
    names = [row.last_name for page in pages for row in page.rows]
    assert names == ["Gray", "Boyd", "Dunn", "Abel", "Egan", "Ford"]


def test_a_row_the_filter_dropped_still_marks_its_place(people):
    rows = Physician.objects.exclude(last_name="Cole")
    page = stretch(
        rows, order=NAME, size=2, place=Place(after=people[3].pk), among=Physician.objects.all()
    )
    assert [row.last_name for row in page.rows] == ["Dunn", "Egan"]


def test_a_row_that_is_gone_is_said_to_be_gone(people):
    with pytest.raises(RowNotThere):
        stretch(
            Physician.objects.all(),
            order=NAME,
            size=2,
            place=Place(after=people[0].pk),
            among=Physician.objects.none(),
        )


@pytest.mark.parametrize("measure", [None, by_volume(descending=True)])
def test_nothing_listed_is_an_empty_page(people, measure):
    page = stretch(
        Physician.objects.none(),
        order=NAME,
        size=2,
        place=Place(),
        among=Physician.objects.all(),
        measure=measure,
    )
    assert (page.rows, page.next, page.previous) == ([], None, None)


def test_a_measure_nothing_has_leaves_the_order_of_names(people):
    nothing = Measure(by_volume(descending=True).values.none(), default=0, descending=True)
    rows = Physician.objects.all()
    page = stretch(rows, order=NAME, size=9, place=Place(), among=rows, measure=nothing)
    assert page.rows == people
