"""Addresses of service messages."""

from django.urls import path
from django.urls.resolvers import URLPattern

from visits.views import messages

urlpatterns: list[URLPattern] = [
    path("", messages.message_list, name="messages"),
    path("new/", messages.new_message, name="new-message"),
    path("<int:pk>/", messages.message, name="message"),
    path("<int:pk>/edit/", messages.edit_message, name="edit-message"),
    path("<int:pk>/withdraw/", messages.withdraw_message, name="withdraw-message"),
    path("<int:pk>/restore/", messages.restore_message, name="restore-message"),
    path("told/at/<int:pk>/", messages.tell_office, name="tell-message"),
    path("told/<int:pk>/undo/", messages.untell_office, name="untell-message"),
]
