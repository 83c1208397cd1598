"""The people of an office and its door, kept by whoever works the practice."""

import pytest
from django.urls import reverse

from contacts.models import StaffMember


@pytest.fixture
def phone(client, ana):
    client.force_login(ana)
    return client


def test_somebody_new_is_entered(phone, northern_practice):
    address = reverse("new-staff", args=[northern_practice.pk])
    assert phone.get(address).status_code == 200
    response = phone.post(
        address,
        {
            "name": "Pat Lee",
            "job": "referrals",
            "books_referrals": "on",
            "phone": "(216) 555-0142",
            "preference": "The portal",
        },
    )
    assert response["Location"] == northern_practice.get_absolute_url()
    pat = StaffMember.objects.get()
    assert (pat.practice, pat.name, pat.phone) == (northern_practice, "Pat Lee", "2165550142")
    assert pat.books_referrals


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "bidi \N{RIGHT-TO-LEFT OVERRIDE}"},
        {"phone": "555-0142"},
        {"phone": "+44 20 7946 0958"},
        {"email": "nobody"},
        {"job": "king"},
    ],
)
def test_bad_input_enters_nobody(phone, northern_practice, wrong):
    said = {"name": "Pat Lee", "job": "nurse", **wrong}
    response = phone.post(reverse("new-staff", args=[northern_practice.pk]), said)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not StaffMember.objects.exists()


def test_a_person_is_corrected_and_leaves_and_comes_back(phone, kim):
    address = reverse("edit-staff", args=[kim.pk])
    assert "Kim Soto" in phone.get(address).content.decode()
    phone.post(address, {"name": "Kim Soto-Diaz", "job": "nurse"})
    kim.refresh_from_db()
    assert (kim.name, kim.job, kim.books_referrals) == ("Kim Soto-Diaz", "nurse", False)
    phone.post(reverse("staff-left", args=[kim.pk]))
    kim.refresh_from_db()
    assert kim.left_on
    assert "Works there again" in phone.get(address).content.decode()
    phone.post(reverse("staff-left", args=[kim.pk]), {"back": "1"})
    kim.refresh_from_db()
    assert kim.left_on is None


def test_the_door_is_described(phone, northern_practice):
    address = reverse("edit-office", args=[northern_practice.pk])
    phone.post(address, {"access_rule": "Tuesday lunch only", "hours": "Mon-Fri 8-17"})
    northern_practice.refresh_from_db()
    assert northern_practice.access_rule == "Tuesday lunch only"
    read = phone.get(northern_practice.get_absolute_url()).content.decode()
    assert "Tuesday lunch only" in read


def test_strangers_neither_read_nor_write(client, cleo, kim, northern_practice):
    client.force_login(cleo)
    for address in (
        reverse("new-staff", args=[northern_practice.pk]),
        reverse("edit-staff", args=[kim.pk]),
        reverse("edit-office", args=[northern_practice.pk]),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"name": "Ours", "job": "nurse"}).status_code == 404
    assert client.post(reverse("staff-left", args=[kim.pk])).status_code == 404
    kim.refresh_from_db()
    assert (kim.name, kim.left_on) == ("Kim Soto", None)
