from django.urls import path

from liaison_crm.demo import views

urlpatterns = [path("sign-in/", views.demo_sign_in, name="demo-sign-in")]
