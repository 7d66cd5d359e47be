"""Defect 14 of the tool in use today: its export to other hotlines swapped two fields of every assessment.

ICCAM itself comes with the exchange. What leaves this room for machines today is the document of a webhook and XARF 4;
each thing that is known of an item has a value here that nothing else has, so that a swap of any two shows.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from schoon.hits import Language
from schoon.kinds import ItemId, NoticeId
from schoon.notices import DeliveryId, HosterNotice, NoticeKind, NoticeLine, NoticeSender
from schoon.notices._document import document_of

T0 = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
SENDER = NoticeSender(organisation="Meldpunt Voorbeeld", email="notices@meldpunt.example")
LINE = NoticeLine(
    item_id=ItemId("itemexampleexampleexamplei"),
    url="https://foto.example.org/1.jpg",
    host="foto.example.org",
    addresses=("45.80.1.10",),
    asn=64_500,
    baseline=True,
    known_hash=True,
    reported_at=T0 - timedelta(days=3),
    first_noticed_at=T0 - timedelta(days=2),
)
NOTICE = HosterNotice(
    notice_id=NoticeId("noticeexampleexampleexampl"),
    delivery_id=DeliveryId("deliveryexampleexampleexam"),
    kind=NoticeKind.FIRST,
    profile_id="nl-2024-act",
    term=timedelta(hours=24),
    language=Language.DUTCH,
    email="abuse@stroom.example",
    page="https://desk.meldpunt.example/n/" + "a" * 52,
    closed_at=T0,
    lines=(LINE,),
)


def told(line: NoticeLine) -> dict[str, Any]:
    """The item as a hoster's own system reads it."""
    document = json.loads(document_of(replace(NOTICE, lines=(line,)), SENDER))
    return dict(document["items"][0])


@pytest.mark.parametrize(("baseline", "known_hash", "police", "preserve"), list(product([False, True], repeat=4)))
def test_defect_14_each_judgement_stands_in_its_own_field(
    baseline: bool, known_hash: bool, police: bool, preserve: bool
) -> None:
    item = told(replace(LINE, baseline=baseline, known_hash=known_hash, police_backed=police, preserve=preserve))
    assert item["judgement"] == ("baseline" if baseline else "national")
    assert item["found_by"] == ("known_hash" if known_hash else "analyst")
    assert (item["with_police"], item["preserve"]) == (police, preserve)
    report = item["xarf"]
    assert (report is None) == (not baseline), "XARF has no class for what is illegal by national law alone"
    if report is not None:
        assert report["classification"] == "baseline"
        assert report["detection_method"] == ("hash_match" if known_hash else "manual_review")


def test_defect_14_each_fact_stands_in_its_own_field() -> None:
    item = told(LINE)
    facts = {name: item[name] for name in ("item", "url", "addresses", "asn", "reported_at", "first_noticed_at")}
    assert facts == {
        "item": "itemexampleexampleexamplei",
        "url": "https://foto.example.org/1.jpg",
        "addresses": ["45.80.1.10"],
        "asn": 64_500,
        "reported_at": "2026-11-17T14:05:00Z",
        "first_noticed_at": "2026-11-18T14:05:00Z",
    }
    report = item["xarf"]
    assert report["url"] == LINE.url
    assert report["domain"] == LINE.host
    assert report["source_identifier"] == "45.80.1.10"
    assert report["case_item"] == LINE.item_id
    assert report["case_number"] == NOTICE.notice_id
