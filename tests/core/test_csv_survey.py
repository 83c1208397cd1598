"""A14, A17: which file it is and how big, before anything is parsed."""

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison_crm.core.csv import CsvRefused, survey
from liaison_crm.core.csv.sizes import Survey

HEADER = b"id,name\n"


def of(data, **limits):
    return survey(io.BytesIO(data), **limits)


def test_it_counts_and_hashes_in_one_pass_and_goes_back():
    stream = io.BytesIO(HEADER + b"1,a\n2,b")
    assert survey(stream) == Survey(15, 3, hashlib.sha256(stream.getvalue()).hexdigest())
    assert stream.tell() == 0


@pytest.mark.parametrize(
    ("data", "records"),
    [
        (b"", 0),
        (b"a", 1),
        (b"a\n", 1),
        (b"a\r\nb\rc\n", 3),
        (b'a\n"x\ny"\n', 2),
        (b'a\n"x""\ny"\nz', 3),
        (b"\r\n\r\n", 2),
    ],
)
def test_it_counts_records_not_lines(data, records):
    assert of(data).records == records


@given(st.text('a,"\r\n', max_size=60), st.integers(1, 9))
def test_the_count_does_not_depend_on_how_it_is_read(text, chunk):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("liaison_crm.core.csv.sizes.CHUNK_BYTES", chunk)
        cut = of(text.encode())
    assert cut == of(text.encode())


def test_a17_a_file_that_is_just_full_passes():
    assert of(HEADER + b"1,a\n" * 10, most_rows=10, most_bytes=48).records == 11
    assert of(HEADER + b"1,a\n" * 9 + b"1,a", most_rows=10).records == 11


@pytest.mark.parametrize("limits", [{"most_rows": 10}, {"most_bytes": 51}])
def test_a17_one_more_is_refused(limits):
    with pytest.raises(CsvRefused) as refused:
        of(HEADER + b"1,a\n" * 11, **limits)
    assert (refused.value.code, refused.value.http_status) == ("too_large", 413)
    assert refused.value.details["limit"] in limits.values()


def test_a17_it_stops_reading_at_the_limit():
    class Endless(io.BytesIO):
        reads = 0

        def read(self, size=-1):
            self.reads += 1
            return b"x" * 1000

    endless = Endless()
    with pytest.raises(CsvRefused):
        survey(endless, most_bytes=10_000)
    assert endless.reads < 20
