from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    name = "huiying.listen.sources"
    label = "sources"

    def ready(self) -> None:
        from huiying.base.audit.services import register_verbs
        from huiying.base.rosters.registry import register_handover_section
        from huiying.base.sharing.registry import register_subject
        from huiying.base.ui.registry import register_nav, register_slot

        from . import handover, navigation, panels

        register_verbs(
            {
                "source.add": _("added a source"),
                "post.withdrawn": _("erased posts that their source had deleted"),
                "source.import": _("imported a list of feeds"),
                "source.edit": _("changed a source"),
                "source.moved": _("took over the new address of a source"),
                "source.gone": _("found a source gone for good"),
                "source.pause": _("paused a source"),
                "source.resume": _("resumed a source"),
                "file.take": _("had a file read"),
                "enquiry.receive": _("received a question of the public"),
                "report.file": _("filed a first report"),
                "post.export": _("took posts out"),
                "post.purge": _("purged posts whose time was over"),
                "evidence.hold_ask": _("asked to keep posts as evidence"),
                "evidence.hold_confirm": _("confirmed that posts are kept as evidence"),
                "evidence.hold_refuse": _("refused to keep posts as evidence"),
                "evidence.hold_release": _("released evidence"),
                "subject.request": _("filed a subject request"),
                "subject.confirm": _("confirmed a subject request"),
                "subject.refuse": _("refused a subject request"),
                "subject.erase": _("erased the posts of a subject request"),
                "snapshot.ask": _("had the page behind a post kept"),
                "calibration.open": _("opened a week of calibration"),
                "calibration.close": _("closed a week of calibration"),
                "calibration.judge": _("judged a post of the sample"),
                "calibration.outside": _("added an item that should have been heard"),
                "calibration.standard": _("set the standard of monitoring"),
                "quarantine.replay": _("took a held-back record in"),
                "quarantine.discard": _("discarded a held-back record"),
            }
        )
        register_handover_section("sources", _("Sources that do not answer"), handover.blind_lines, order=50)
        register_subject("page_snapshot", page="sources:snapshot", right="post.read")
        for item in navigation.ITEMS:
            register_nav(item)
        register_slot("frame.status", "sources", panels.hearing_status, order=10)
