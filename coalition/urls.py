"""The only place that mounts apps."""

from allauth.account.views import password_reset, request_login_code
from django.urls import include, path

from coalition.web.adapters import NewAddressView, unhurried
from coalition.web.views import again, health, home, links, mailbox, start, theme
from comms.views import feedback_thread, hooks, unsubscribe
from members.views import accounts

urlpatterns = [
    path("", home.home, name="home"),
    path(
        "c/<slug:slug>/",
        include(
            [
                path("", include("coalition.web.urls")),
                path("", include("members.urls")),
                path("", include("goals.urls")),
                path("", include("tasks.urls")),
                path("", include("comms.urls")),
            ]
        ),
    ),
    path("start/", start.start, name="start"),
    path("start/code/", start.start_code, name="start_code"),
    path("theme/", theme.theme_set, name="theme_set"),
    path("accounts/link/<str:secret>/", accounts.sign_in_link, name="sign_in_link"),
    path(
        "accounts/login/code/",
        unhurried(request_login_code),
        name="account_request_login_code",
    ),
    path(
        "accounts/password/reset/",
        unhurried(password_reset),
        name="account_reset_password",
    ),
    path(
        "accounts/confirm-email/<str:key>/",
        NewAddressView.as_view(),
        name="account_confirm_email",
    ),
    path("l/<str:token>/", links.link, name="link"),
    path("f/<str:token>/", feedback_thread.feedback_thread, name="feedback_thread"),
    path("u/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("hooks/<slug:provider>/<slug:what>/", hooks.mail_hook, name="mail_hook"),
    path("accounts/again/", again.sign_in_again, name="sign_in_again"),
    path("accounts/", include("allauth.urls")),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<str:name>/", mailbox.mailbox_mail, name="mailbox_mail"),
    path("mailbox/<str:name>/body/", mailbox.mailbox_body, name="mailbox_body"),
    path("healthz", health.live, name="healthz"),
    path("healthz/ready", health.ready, name="healthz_ready"),
    path("healthz/mail", health.mail, name="healthz_mail"),
]

handler500 = "coalition.web.views.errors.server_error"
