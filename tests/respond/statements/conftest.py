"""An incident and a desk that walks a text to any of its states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from huiying.respond.incidents import services as incident_services
from huiying.respond.statements import selectors, services
from huiying.respond.statements.holding import BUILT_IN, built_in
from huiying.respond.statements.models import Fact, Release, Statement
from huiying.respond.statements.rules import Nature, SentenceText, StatementKind

ZH = {"matter": "部分小区自来水发黄", "doing": "检修人员已到现场", "advice": "暂时不要饮用", "help": "拨打 96116", "next_update": "04:00"}
EN = {
    "matter": "discoloured tap water",
    "doing": "crews are on site",
    "advice": "please do not drink it",
    "help": "call 96116",
    "next_update": "04:00",
}


class Desk:
    """Everybody it takes to bring a text out of the house, and the steps in order."""

    def __init__(self, cast: Any, now: datetime) -> None:
        self.cast, self.now = cast, now

    def actor(self, name: str) -> Any:
        """Return one of the cast as an actor."""
        return self.cast.actor(name)

    def incident(self, *, exercise: bool = False) -> Any:
        """Open an incident."""
        return incident_services.incident_open(
            actor=self.actor("analyst"),
            now=self.now,
            title="自来水发黄",
            crisis_at=self.now - timedelta(minutes=10),
            crisis_evidence="首帖",
            exercise=exercise,
        )

    def fact(
        self, incident: Any, *, verified: bool = True, zh: str = "影响约 3,200 户", en: str = "About 3,200 homes are affected"
    ) -> Fact:
        """Add a fact and have it verified."""
        fact = services.fact_add(
            actor=self.actor("officer"),
            now=self.now,
            incident_id=incident.pk,
            text_zh=zh,
            text_en=en,
            evidence="运行日志 02:10",
            public_source="检测报告 SZ-1124",
        )
        return services.fact_verify(actor=self.actor("checker"), now=self.now, fact_id=fact.pk) if verified else fact

    def sentences(self, fact: Fact) -> list[SentenceText]:
        """Return a text of every nature."""
        return [
            SentenceText(Nature.EMPATHY, "给大家带来不便，深表歉意。", "We are sorry for the trouble."),
            SentenceText(Nature.FACT, "影响约 3,200 户。", "About 3,200 homes are affected.", (fact.pk,)),
            SentenceText(Nature.ADVICE, "水发黄期间请勿饮用。", "Do not drink discoloured water."),
            SentenceText(Nature.UNKNOWN, "原因正在核实。", "The cause is being checked."),
            SentenceText(
                Nature.COMMITMENT, "05:30 公布检测结果。", "Test results by 05:30.", (), self.now + timedelta(hours=3), "commander"
            ),
        ]

    def draft(self, incident: Any, fact: Fact | None = None) -> Statement:
        """Write a full text."""
        return services.statement_draft(
            actor=self.actor("writer"),
            now=self.now,
            incident_id=incident.pk,
            kind=StatementKind.STATEMENT,
            title_zh="自来水发黄：最新情况",
            title_en="Discoloured tap water: latest",
            next_update_at=self.now + timedelta(hours=2),
            sentences=self.sentences(fact or self.fact(incident)),
        )

    def submit(self, incident: Any) -> Statement:
        """Write a text and hand it in."""
        return services.statement_submit(actor=self.actor("writer"), now=self.now, statement_id=self.draft(incident).pk)

    def check(self, incident: Any) -> Statement:
        """Bring a text to the legal review."""
        return services.statement_check(actor=self.actor("checker"), now=self.now, statement_id=self.submit(incident).pk)

    def pending(self, incident: Any) -> Statement:
        """Bring a text to approval."""
        return services.statement_legal(
            actor=self.actor("lawyer"), now=self.now, statement_id=self.check(incident).pk, basis="政府信息公开条例 Art. 6"
        )

    def sign(self, statement: Statement, name: str, now: datetime | None = None) -> Statement:
        """Sign the text as it stands."""
        digest = selectors.statement_digest(statement.pk)
        return services.statement_approve(actor=self.actor(name), now=now or self.now, statement_id=statement.pk, digest=digest)

    def approved(self, incident: Any) -> Statement:
        """Bring a text to approved."""
        return self.sign(self.sign(self.pending(incident), "approver"), "commander")

    def release(self, incident: Any) -> Release:
        """Bring a text out."""
        return services.statement_publish(actor=self.actor("publisher"), now=self.now, statement_id=self.approved(incident).pk)

    def holding(self, incident: Any) -> Statement:
        """Draft the short first text from the built-in template."""
        return services.holding_draft(
            actor=self.actor("writer"),
            now=self.now,
            incident_id=incident.pk,
            template=built_in(),
            template_key=BUILT_IN,
            values_zh=ZH,
            values_en=EN,
            next_update_at=self.now + timedelta(hours=1),
        )

    def correction(self, release: Release, zh: str = "影响约 5,000 户。") -> Statement:
        """Begin and write the correction of a release, up to approval."""
        common: dict[str, Any] = {"now": self.now}
        new = services.statement_correct(
            actor=self.actor("writer"),
            statement_id=release.statement_id,
            reason_zh="原数未含二次供水小区。",
            reason_en="The first figure left out some homes.",
            **common,
        )
        fact = self.fact(release.incident, zh="影响约 5,000 户", en="About 5,000 homes")
        texts = [text for text in self.sentences(fact) if text.nature is not Nature.FACT]
        services.statement_write(
            actor=self.actor("writer"),
            statement_id=new.pk,
            title_zh=new.title_zh,
            title_en=new.title_en,
            next_update_at=None,
            sentences=[*texts, SentenceText(Nature.FACT, zh, "About 5,000 homes are affected.", (fact.pk,))],
            **common,
        )
        services.statement_submit(actor=self.actor("writer"), statement_id=new.pk, **common)
        services.statement_check(actor=self.actor("checker"), statement_id=new.pk, **common)
        services.statement_legal(actor=self.actor("lawyer"), statement_id=new.pk, basis="政府信息公开条例 Art. 6", **common)
        return self.sign(self.sign(new, "approver"), "commander")

    def corrected(self, release: Release) -> Release:
        """Correct a release."""
        return services.statement_publish(actor=self.actor("publisher"), now=self.now, statement_id=self.correction(release).pk)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Let every refusal speak English, whatever the installation speaks."""
    with translation.override("en"):
        yield


@pytest.fixture
def desk(cast: Any, now: datetime) -> Desk:
    """Return the desk."""
    return Desk(cast, now)


@pytest.fixture
def incident(desk: Desk) -> Any:
    """Return an open incident."""
    return desk.incident()
