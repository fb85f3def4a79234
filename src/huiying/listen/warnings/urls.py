from django.urls import path

from . import views
from .notices import views as notices
from .rulesets import views as rules

app_name = "warnings"
urlpatterns = [
    path("", views.warning_list, name="list"),
    path("<int:warning_id>/", views.detail, name="detail"),
    path("<int:warning_id>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("<int:warning_id>/dismiss/", views.dismiss, name="dismiss"),
    path("<int:warning_id>/judge/", views.judge, name="judge"),
    path("<int:warning_id>/notice/", notices.draft, name="notice_draft"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/<int:notice_id>/", notices.notice, name="notice"),
    path("notices/<int:notice_id>/confirm/<int:edition>/", notices.confirm, name="notice_confirm"),
    path("notices/<int:notice_id>/change/", notices.change, name="notice_change"),
    path("notices/<int:notice_id>/lift/", notices.lift, name="notice_lift"),
    path("notices/<int:notice_id>/cancel/", notices.cancel, name="notice_cancel"),
    path("notices/<int:notice_id>/cap/<int:edition>/", notices.cap, name="notice_cap"),
    path("rules/", rules.rules_page, name="rules"),
    path("rules/new/", rules.edit, name="rules_new"),
    path("rules/<int:ruleset_id>/", rules.detail, name="ruleset"),
    path("rules/<int:ruleset_id>/edit/", rules.edit, name="rules_edit"),
    path("rules/<int:ruleset_id>/test/", rules.test, name="rules_test"),
    path("rules/<int:ruleset_id>/submit/", rules.submit, name="rules_submit"),
    path("rules/<int:ruleset_id>/approve/<str:digest>/", rules.approve, name="rules_approve"),
    path("rules/<int:ruleset_id>/return/", rules.end, {"deed": "return"}, name="rules_return"),
    path("rules/<int:ruleset_id>/withdraw/", rules.end, {"deed": "withdraw"}, name="rules_withdraw"),
]
