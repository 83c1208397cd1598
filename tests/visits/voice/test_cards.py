"""A card left at an office: made, taken back, found again; and who may."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from tests import factories
from visits.errors import PracticeClosed
from visits.voice import errors, services
from visits.voice.models import VoiceAnswer, VoiceLink


@pytest.fixture
def link(ana, northern_practice, now):
    return services.make_voice_link(northern_practice, by=ana, at=now)


def test_it_works_for_half_a_year(link, ana, northern_practice, now):
    key = services.key_of(link)
    assert services.link_behind(key, at=now) == link
    assert services.link_behind(key, at=now + timedelta(days=179)) == link
    assert services.link_behind(key, at=now + timedelta(days=180)) is None


def test_what_we_did_not_sign_opens_nothing(link, now):
    key = services.key_of(link)
    for guess in ("", "x", key[:-1], link.key.hex, f"{link.key.hex}:x", key.replace(":", "")):
        assert services.link_behind(guess, at=now) is None


def test_a_new_one_ends_the_one_that_was_there(link, ben, northern_practice, now):
    second = services.make_voice_link(northern_practice, by=ben, at=now)
    assert services.link_behind(services.key_of(link), at=now) is None
    assert list(VoiceLink.objects.standing()) == [second]


def test_taken_back_it_opens_nothing_until_that_is_undone(link, ana, now):
    key = services.key_of(link)
    services.revoke_voice_link(link, by=ana, at=now)
    assert services.link_behind(key, at=now) is None
    with pytest.raises(errors.VoiceLinkEnded):
        services.revoke_voice_link(link, by=ana, at=now)
    services.restore_voice_link(link, by=ana)
    assert services.link_behind(key, at=now) == link
    with pytest.raises(errors.VoiceLinkStands):
        services.restore_voice_link(link, by=ana)


def test_it_does_not_come_back_beside_another(link, ana, northern_practice, now):
    services.make_voice_link(northern_practice, by=ana, at=now)
    with pytest.raises(errors.VoiceLinkStands, match="another card"):
        services.restore_voice_link(link, by=ana)


def test_a_closed_office_gets_none_and_its_card_ends(link, ana, northern_practice, now):
    northern_practice.closed_on = now.date()
    northern_practice.save()
    assert services.link_behind(services.key_of(link), at=now) is None
    with pytest.raises(PracticeClosed):
        services.make_voice_link(northern_practice, by=ana, at=now)


def test_strangers_make_and_end_nothing(link, cleo, northern_practice, now):
    for change in (
        lambda: services.make_voice_link(northern_practice, by=cleo, at=now),
        lambda: services.revoke_voice_link(link, by=cleo, at=now),
        lambda: services.restore_voice_link(link, by=cleo),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert not VoiceLink.objects.visible_to(cleo).exists()
    factories.VoiceAnswerFactory(link=link)
    assert not VoiceAnswer.objects.visible_to(cleo).exists()


def test_the_page_shows_the_card_and_takes_it_back(ana, northern_practice):
    client = Client()
    client.force_login(ana)
    page = f"/practices/{northern_practice.pk}/voice/"
    assert "No card lies there" in client.get(page).content.decode()
    shown = client.post(page, follow=True).content.decode()
    link = VoiceLink.objects.get()
    assert services.key_of(link) in shown.replace("%3A", ":")
    assert 'class="qr"' in shown
    client.post(f"/voice-links/{link.pk}/revoke/")
    assert "Restore the card" in client.get(page).content.decode()
    client.post(f"/voice-links/{link.pk}/restore/")
    assert VoiceLink.objects.working(timezone.now()).get() == link


def test_the_practice_page_tells_a_bad_word_first(ana, northern_practice):
    now = timezone.now()
    link = factories.VoiceLinkFactory(practice=northern_practice, made_by=ana, made_at=now)
    factories.VoiceAnswerFactory(
        link=link, face="bad", word="Three weeks for a report", answered_at=now
    )
    client = Client()
    client.force_login(ana)
    page = client.get(f"/practices/{northern_practice.pk}/").content.decode()
    assert "Their last word was a bad one" in page
    # In the brief, among what the office said, and in the timeline.
    assert page.count("Three weeks for a report") == 3
