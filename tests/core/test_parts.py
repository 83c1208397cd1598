"""The template tags: what they say, what they escape, and that their parts fit together."""

import re
from datetime import date

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template, TemplateSyntaxError

from liaison_crm.core import charts


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def draw_at(request, source, **context):
    return Template("{% load ui %}" + source).render(RequestContext(request, context))


class VisitForm(forms.Form):
    email = forms.EmailField(help_text="We write there.")
    outcome = forms.ChoiceField(
        choices=[("g", "Good talk"), ("n", "No access")], widget=forms.RadioSelect
    )
    topics = forms.MultipleChoiceField(
        choices=[("r", "Report speed")], widget=forms.CheckboxSelectMultiple, required=False
    )
    note = forms.CharField(widget=forms.Textarea, required=False)
    keep = forms.BooleanField(required=False)
    key = forms.CharField(widget=forms.HiddenInput)
    file = forms.FileField(required=False)


EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "source",
    [
        "{% page_head evil kicker=evil %}{% endpage_head %}",
        "{% page_head 'x' kicker=evil back=evil %}{{ evil }}{% endpage_head %}",
        "{% card evil note=evil classes=evil %}{{ evil }}{% endcard %}",
        "{% card evil action=evil href=evil %}{% endcard %}",
        "{% section evil note=evil %}{{ evil }}{% endsection %}",
        "{% section evil action=evil href=evil %}{% endsection %}",
        "{% empty evil text=evil %}{{ evil }}{% endempty %}",
        "{% notice evil %}{{ evil }}{% endnotice %}",
        "{% dialog evil evil %}{{ evil }}{% enddialog %}",
        "{% event evil href=evil by=evil %}{{ evil }}{% endevent %}",
        "{% fact evil %}{{ evil }}{% endfact %}",
        "{% menu evil %}{{ evil }}{% endmenu %}",
        "{% icon 'x' evil label=evil %}{% tier evil %}{% pill evil evil %}{% avatar evil evil %}",
        "{% delta None none=evil %}{% stat evil evil change=3 href=evil %}{% progress 1 2 evil %}",
        "{% meter 3 evil %}{% search_box evil evil evil name=evil key=evil %}",
        "{% older_newer evil evil evil %}",
    ],
)
def test_what_people_typed_is_escaped_everywhere(source):
    assert "<script" not in draw(source, evil=EVIL)


def test_markup_between_the_tags_is_kept():
    assert '<a href="/x/">why</a>' in draw(
        '{% page_head "Up" %}<a href="/x/">why</a>{% endpage_head %}'
    )


def test_a_page_has_one_headline_and_its_cards_come_below():
    page = draw('{% page_head "Up 12%" %}{% endpage_head %}{% card "Months" %}{% endcard %}')
    assert re.findall(r"<(h\d)", page) == ["h1", "h2"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (12.4, "delta up >12% up"), (-38, "delta down >38% down"), (None, "delta none >new"),
        (0.2, "delta none >0%"), (1234, "delta up >1,234% up"),
    ],
)  # fmt: skip
def test_a_change_says_its_direction_in_words_too(change, words):
    html = draw("{% delta change %}", change=change)
    said = re.sub(r"<[^>]*>", "", html)
    kind = html.split('"')[1]
    assert f"{kind} >{said}" == words


def test_a_change_may_have_places():
    assert "12.1%" in draw("{% delta 12.149 places=1 %}")


def test_a_tier_is_shown_only_where_there_is_one():
    assert "Tier" in draw("{% tier 'A' %}")
    assert draw("{% tier '' %}") == ""


def test_a_field_ties_its_label_help_and_errors_to_its_control():
    form = VisitForm({"email": "nobody"})
    html = draw("{% field form.email icon='mail' %}", form=form)
    assert '<label for="id_email">' in html
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'id="id_email_helptext"' in html
    assert 'id="id_email_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_choice_is_a_group_with_a_legend():
    html = draw("{% field form.outcome 'segment' %}", form=VisitForm())
    assert "<fieldset" in html
    assert re.search(r"<legend>\s*Outcome", html)
    assert html.count('type="radio"') == 2
    assert 'class="seg"' in html
    assert 'class="chips"' in draw("{% field form.topics %}", form=VisitForm())


def test_a_look_that_does_not_exist_is_an_error():
    with pytest.raises(TemplateSyntaxError):
        draw("{% field form.email 'shiny' %}", form=VisitForm())


def test_a_whole_form_draws_each_field_once_and_says_what_is_wrong_with_hidden_ones():
    form = VisitForm({"email": "a@example.org", "outcome": "g"})
    form.add_error(None, "The practice is closed.")
    html = draw("{% form_fields form %}", form=form)
    for name in form.fields:
        assert html.count(f'name="{name}"') == (2 if name == "outcome" else 1)
    assert "The practice is closed." in html
    assert "Key: This field is required." in html


def test_a_tile_and_a_file_field_keep_their_controls():
    tiles = draw(
        "{% for w in form.outcome %}{% tile w 'hand' 'Left' %}{% endfor %}", form=VisitForm()
    )
    assert tiles.count('type="radio"') == 2
    assert 'type="file"' in draw("{% file_drop form.file 'CSV' %}", form=VisitForm())


def test_a_header_sorts_one_way_then_the_other_and_keeps_the_rest(rf):
    tag = "{% sort_header 'name' 'Physician' default='name' %}"
    first = draw_at(rf.get("/physicians/?q=raman&page=3"), tag)
    assert 'aria-sort="ascending"' in first
    assert 'href="?q=raman&amp;sort=-name"' in first
    second = draw_at(rf.get("/physicians/?sort=-name"), tag)
    assert 'aria-sort="descending"' in second
    assert 'href="?sort=name"' in second
    other = draw_at(rf.get("/physicians/?sort=-name"), "{% sort_header 'n' 'Count' 'num' %}")
    assert "aria-sort" not in other
    assert 'href="?sort=-n"' in other


def test_pages_say_where_one_is(rf):
    page = Paginator(range(1284), 50).page(3)
    html = draw_at(rf.get("/physicians/?q=x&page=3"), "{% pages page 'physician' %}", page=page)
    assert "101 to 150 of 1,284 physicians" in html
    assert re.search(r'aria-current="page">.*3</span>', html)
    assert 'href="?q=x&amp;page=4" rel="next"' in html


def test_one_page_alone_needs_no_numbers(rf):
    html = draw_at(rf.get("/"), "{% pages page %}", page=Paginator(range(3), 50).page(1))
    assert "1 to 3 of 3 rows" in html
    assert "<ol" not in html
    assert draw_at(rf.get("/"), "{% pages page %}", page=Paginator([], 5).page(1)).strip() == ""


def test_a_choice_of_links_keeps_the_rest_of_the_address(rf):
    html = draw_at(
        rf.get("/growth/?territory=2&page=4"),
        "{% choose 'period' options 'month' 'Period' %}",
        options=[("month", "Month"), ("year", "Year")],
    )
    assert 'href="?territory=2&amp;period=month" aria-current="true"' in html
    assert 'href="?territory=2&amp;period=year">' in html


def test_an_address_can_lose_a_parameter(rf):
    request = rf.get("/growth/?territory=2&month=2026-03")
    assert draw_at(request, "{% address month=None %}") == "?territory=2"
    assert draw_at(request, "{% address month='' territory=None %}") == "/growth/"


YEAR = charts.MonthLine(
    "Referrals per month",
    tuple(charts.MonthPoint(date(2026, at, 1), at * 10, at * 9, at == 12) for at in range(1, 13)),
    (charts.Event(date(2026, 4, 1), "Medina clinic opens", "/practices/7/"),),
)
COUNTIES = charts.CountyMap(
    "Change by county",
    (charts.County("39035", -4, 96, 100, "/practices/?county=39035"), charts.County("39085", 31)),
    (charts.Territory("Cuyahoga", ("39035",), -4),),
)


BARS = charts.Bars("By line", (charts.Bar("Cardiology", 3, 4, "soon", "/x/"),))
LINES = charts.Multiples("Lines", (charts.Panel("Imaging", (1, 2), (1, 1), "/x/"),))
ROUTE = charts.Route(
    "Two stops", (charts.Stop("Parma", 41.4, -81.7, "next"), charts.Stop("", 41.3, -81.6))
)


@pytest.mark.parametrize(
    ("tag", "chart"),
    [
        ("line_chart", YEAR), ("county_map", COUNTIES), ("bar_chart", BARS),
        ("small_multiples", LINES), ("route_map", ROUTE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_charts_have_a_title_in_words(tag, chart):
    html = draw("{% " + tag + " chart %}", chart=chart)
    assert f"<title>{chart.title}</title>" in html or f'aria-label="{chart.title}"' in html
    assert "nan" not in html.replace("nance", "")


def test_a_chart_can_be_read_as_a_table():
    html = draw("{% line_chart chart %}", chart=YEAR)
    assert html.count('<th scope="row">') == 12
    assert "December 2026" in html
    assert "so far" in html
    assert "<table" not in draw("{% line_chart chart table=False %}", chart=YEAR)
    assert html.count("<svg") == 3


def test_a_map_with_links_is_a_group_and_one_without_is_a_picture():
    assert 'role="group"' in draw("{% county_map chart %}", chart=COUNTIES)
    plain = charts.CountyMap("x", (charts.County("39035", 1),))
    assert 'role="img"' in draw("{% county_map chart %}", chart=plain)


def test_an_empty_map_or_route_leaves_nothing_behind():
    assert draw("{% county_map chart %}", chart=charts.CountyMap("x", ())).strip() == ""
    assert draw("{% route_map chart %}", chart=charts.Route("x", ())).strip() == ""


def test_a_spark_of_nothing_leaves_nothing_behind():
    assert draw("{% spark values %}", values=[]) == ""
    assert 'class="spark up"' in draw("{% spark values %}", values=[1, 1, 5, 5])
