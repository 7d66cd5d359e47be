"""What hosters say of notices, by link, by account and signed; memory, SQLite and PostgreSQL."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from schoon.hosting import Scope
from schoon.kinds import ItemId, NoticeId, OrganisationId
from schoon.notices import (
    SIGNED_AS,
    AcknowledgementError,
    AcknowledgementSignatureError,
    Answer,
    Answerer,
    HosterAnswerError,
    ItemAnswer,
    NoSuchDisputeError,
    NoSuchNoticeError,
    NoticeKind,
    NotOnNoticeError,
    PageTokenError,
    Reseller,
    Settled,
    TooManyResellersError,
    canonical,
)
from schoon.notices.rules import MOST_RESELLERS, PAGE_TERM
from schoon.parties import Role
from schoon.reports import ItemState
from schoon.store import Database
from tests.contract.notices import make_world as make_world  # a fixture
from tests.contract.notices import world as world  # a fixture
from tests.notices_world import DAY, HOUR, T0, NoticesWorld, a_notice_world

FERN, STROOM, NETWORK = "abuse@fern.example", "abuse@stroom.example", "noc@network.example"
SECOND = timedelta(seconds=1)


def said(item_id: ItemId, answer: Answer, text: str = "", reseller: Reseller | None = None) -> ItemAnswer:
    return ItemAnswer(item_id=item_id, answer=answer, text=text, reseller=reseller)


# The page.


def test_the_link_opens_the_notice_it_came_with_and_opening_it_is_seeing_it(world: NoticesWorld) -> None:
    item_id, notice = world.sent()
    view = world.notices.page(world.token(), now=T0 + 2 * HOUR)
    assert (view.notice.notice_id, view.notice.seen_at) == (notice.notice_id, T0 + 2 * HOUR)
    assert [(line.row.item_id, line.url) for line in view.lines] == [(item_id, "https://foto.example.org/1")]
    assert world.notices.page(world.token(), now=T0 + 3 * HOUR).notice.seen_at == T0 + 2 * HOUR


def test_a_link_opens_nothing_else_and_nothing_for_ever(world: NoticesWorld) -> None:
    world.sent()
    token = world.token()
    world.notices.page(token, now=T0 + HOUR + PAGE_TERM - SECOND)
    for wrong, moment in ((token, T0 + HOUR + PAGE_TERM), (token[:-1], T0 + HOUR), ("", T0), (token.upper(), T0)):
        with pytest.raises(PageTokenError):
            world.notices.page(wrong, now=moment)


def test_neither_token_nor_address_is_in_the_database_in_the_clear(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    world = a_notice_world(database)
    item_id, _ = world.sent()
    world.answer(said(item_id, Answer.DISPUTED, "gezegd door mevrouw Jansen"))
    with world.parts.transactions.write() as tx:
        world.notices.refer_to_police(tx, [item_id], reasons="verdachte Pietersen", now=T0)
    database.close()
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    raw = b"".join(path.read_bytes() for path in folder.glob("schoon.db*"))
    for secret in (world.token(), "foto.example.org", "Jansen", "Pietersen"):
        assert secret.encode() not in raw


def test_looking_at_the_desk_is_no_seeing_by_the_hoster(world: NoticesWorld) -> None:
    _, notice = world.sent()
    assert world.notices.notice(notice.notice_id).view.notice.seen_at is None


def test_an_account_sees_its_own_notices_and_no_others(world: NoticesWorld) -> None:
    world.net.hosts["b.example.org"] = ((Scope.HOSTER, FERN),)
    world.sent("https://b.example.org/")
    item_id, notice = world.sent(now=T0 + DAY)
    mine, other = world.hoster(STROOM).hoster_id, world.hoster(FERN).hoster_id
    assert world.notices.page_of(mine, notice.notice_id, now=T0 + DAY).lines[0].row.item_id == item_id
    for hoster_id, notice_id in ((other, notice.notice_id), (mine, NoticeId("none"))):
        with pytest.raises(NoSuchNoticeError):
            world.notices.page_of(hoster_id, notice_id, now=T0 + DAY)
        with pytest.raises(NoSuchNoticeError):
            world.notices.answer_by_account(hoster_id, notice_id, [], by="x", now=T0 + DAY)


# Answers.


def test_an_answer_acknowledges_the_notice_once_and_stays_on_record(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    world.answer(said(item_id, Answer.REMOVED), now=T0 + 2 * HOUR)
    notice = world.answer(said(item_id, Answer.DISPUTED, "it is a drawing of ours"), now=T0 + 3 * HOUR)
    assert notice.acknowledged_at == T0 + 2 * HOUR
    view = world.notices.notice(notice.notice_id).view
    assert (view.lines[0].row.answer, view.lines[0].row.answered_at) == (Answer.DISPUTED, T0 + 3 * HOUR)
    assert [(one.answer.answer, one.answer.text, one.answerer, one.at) for one in view.answers] == [
        (Answer.REMOVED, "", Answerer.LINK, T0 + 2 * HOUR),
        (Answer.DISPUTED, "it is a drawing of ours", Answerer.LINK, T0 + 3 * HOUR),
    ]
    assert [one.answers[0].answer for one in world.ear.said] == [Answer.REMOVED, Answer.DISPUTED]
    assert world.state(item_id) is ItemState.NOTICED, "no answer by itself ends a clock"


def test_a_bare_acknowledgement_says_nothing_of_items(world: NoticesWorld) -> None:
    world.sent()
    notice = world.answer(now=T0 + 2 * HOUR)
    assert notice.acknowledged_at == T0 + 2 * HOUR
    assert [one.answers for one in world.ear.said] == [()]


@pytest.mark.parametrize(
    ("answer", "text", "reseller"),
    [
        (Answer.DISPUTED, " ", None),
        (Answer.MOVED_TO, "", None),
        (Answer.REMOVED, "x" * 2_001, None),
        (Answer.PASSED_ON, "", None),
        (Answer.REMOVED, "", Reseller(email="a@reseller.example")),
        (Answer.PASSED_ON, "", Reseller(email="no address")),
        (Answer.PASSED_ON, "", Reseller(email="a@reseller.example\r\nBcc: b@c.example")),
        (Answer.PASSED_ON, "", Reseller(email="a@reseller.example", organisation="x\ny")),
        (Answer.PASSED_ON, "", Reseller(email="a@reseller.example", country="nl")),
        (Answer.PASSED_ON, "", Reseller(email=STROOM)),
    ],
)
def test_an_answer_that_lacks_what_it_needs_is_refused_whole(
    world: NoticesWorld, answer: Answer, text: str, reseller: Reseller | None
) -> None:
    item_id, notice = world.sent()
    with pytest.raises(HosterAnswerError):
        world.answer(said(item_id, answer, text, reseller))
    assert world.notices.notice(notice.notice_id).view.notice.acknowledged_at is None


def test_items_of_other_notices_cannot_be_answered(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    for wrong in ([said(ItemId("x"), Answer.REMOVED)], [said(item_id, Answer.REMOVED), said(item_id, Answer.NOT_OURS)]):
        with pytest.raises(NotOnNoticeError):
            world.answer(*wrong)


def test_not_ours_has_the_item_traced_and_moves_it_only_where_the_trace_agrees(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    world.answer(said(item_id, Answer.NOT_OURS), now=T0 + 2 * HOUR)
    world.work(T0 + 2 * HOUR)
    assert world.state(item_id) is ItemState.NOTICED
    assert len(world.all()) == 1, "who says so and is named by every source gets no way out"
    world.net.default = ((Scope.HOSTER, FERN),)
    world.answer(said(item_id, Answer.MOVED_TO, "198.51.100.7"), now=T0 + 3 * HOUR)
    world.work(T0 + 3 * HOUR)
    assert (world.all()[0].email, world.all()[0].sent_at) == (FERN, T0 + 3 * HOUR)
    reasons = [one.reason for one in world.desk.reports.item(item_id).history]
    assert "another hoster has it now" in reasons


def test_a_notice_passed_on_grows_the_chain_and_the_reseller_gets_its_own_at_once(world: NoticesWorld) -> None:
    item_id, notice = world.sent()
    reseller = Reseller(email="Abuse@Reseller.example", organisation="Klein BV", country="NL")
    world.answer(said(item_id, Answer.PASSED_ON, reseller=reseller), now=T0 + 2 * HOUR)
    world.work(T0 + 2 * HOUR)
    new = world.all()[0]
    assert (new.email, new.kind, new.sent_at) == ("Abuse@reseller.example", NoticeKind.FIRST, T0 + 2 * HOUR)
    hoster = world.hoster("abuse@reseller.example")
    assert (hoster.organisation, hoster.reseller_of, hoster.reviewed) == ("Klein BV", notice.hoster_id, False)
    world.answer(said(item_id, Answer.PASSED_ON, reseller=reseller), now=T0 + 3 * HOUR, place=0)
    world.work(T0 + 3 * HOUR)
    assert len(world.all()) == 2, "the same reseller is not told twice"
    assert world.state(item_id) is ItemState.NOTICED


def test_who_got_it_from_another_hoster_does_not_pass_it_on_again(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    world.answer(said(item_id, Answer.PASSED_ON, reseller=Reseller(email="abuse@reseller.example")), now=T0 + 2 * HOUR)
    world.work(T0 + 2 * HOUR)
    further = Reseller(email="abuse@further.example")
    with pytest.raises(HosterAnswerError, match="not passed on again"):
        world.answer(said(item_id, Answer.PASSED_ON, reseller=further), now=T0 + 3 * HOUR)


def test_a_notice_is_passed_on_to_a_few_resellers_and_no_more(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    for number in range(MOST_RESELLERS):
        reseller = Reseller(email=f"abuse@reseller{number}.example")
        world.answer(said(item_id, Answer.PASSED_ON, reseller=reseller))
    with pytest.raises(TooManyResellersError):
        world.answer(said(item_id, Answer.PASSED_ON, reseller=Reseller(email="abuse@one-more.example")))


def test_a_dispute_that_is_upheld_ends_the_matter_and_one_that_is_not_leaves_it(world: NoticesWorld) -> None:
    world.items("https://foto.example.org/1", "https://foto.example.org/2")
    world.work(T0)
    world.work(T0 + HOUR)
    first, second = [line.item_id for line in world.mail.notices[0].lines]
    world.answer(said(first, Answer.DISPUTED, "an adult"), said(second, Answer.DISPUTED, "a drawing"))
    world.answer(said(first, Answer.DISPUTED, "an adult, see her site"))
    assert [one.text for one in world.notices.disputes()] == ["an adult", "a drawing"], "one open dispute an item"
    outcome: Any = {"by": "anna", "at": T0 + DAY, "reason": "she is 34: the studio's papers show it"}
    settled = world.notices.settle(Settled(number=1, upheld=True, **outcome))
    world.notices.settle(Settled(number=2, upheld=False, **outcome))
    assert (settled.upheld, settled.settled_by) == (True, "anna")
    assert (world.state(first), world.state(second)) == (ItemState.NOT_ILLEGAL, ItemState.NOTICED)
    assert world.notices.disputes() == []
    assert [one.upheld for one in world.notices.disputes(open_only=False)] == [True, False]
    with pytest.raises(NoSuchDisputeError):
        world.notices.settle(Settled(number=1, upheld=False, **outcome))
    with pytest.raises(HosterAnswerError):
        world.notices.settle(Settled(number=3, upheld=False, by="anna", at=T0, reason=" "))


# Signed acknowledgements.


class Signer:
    """A hoster with a registered key."""

    def __init__(self, world: NoticesWorld, name: str = "Stroom BV") -> None:
        self.world = world
        self.key = Ed25519PrivateKey.generate()
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        with world.parts.transactions.write() as tx:
            self.party: OrganisationId = world.parts.parties.add_organisation(
                tx, name=name, role=Role.MEMBER, at=T0
            ).organisation_id
            self.key_id = world.parts.parties.add_key(tx, self.party, public_key=raw, at=T0).key_id

    def document(self, notice_id: str, *answers: dict[str, object], **more: object) -> bytes:
        value = {"answers": list(answers), "at": "2026-11-23T10:30:00Z", "notice": notice_id, "version": 1}
        return canonical(value | more)

    def sign(self, document: bytes) -> bytes:
        return self.key.sign(SIGNED_AS + document)

    def send(self, document: bytes, signature: bytes | None = None):
        signed = self.sign(document) if signature is None else signature
        return self.world.notices.acknowledge(document, signed, now=T0 + 2 * HOUR)


def test_a_signed_acknowledgement_counts_once_and_is_kept_with_its_signature(world: NoticesWorld) -> None:
    item_id, notice = world.sent()
    signer = Signer(world)
    world.change(party=signer.party)
    document = signer.document(notice.notice_id, {"answer": "removed", "item": item_id, "text": "weg, 10:29"})
    assert signer.send(document).acknowledged_at == T0 + 2 * HOUR
    signer.send(document)
    with world.parts.transactions.read() as tx:
        (kept,) = world.parts.answers.acknowledgements(tx, notice.notice_id)
    assert (kept.document, kept.signature, kept.key_id) == (document, signer.sign(document), signer.key_id)
    (answer,) = world.notices.notice(notice.notice_id).view.answers
    assert (answer.answerer, answer.by, answer.answer.text) == (Answerer.KEY, f"key:{signer.key_id}", "weg, 10:29")


def test_nobody_but_the_hoster_itself_can_acknowledge_for_it(world: NoticesWorld) -> None:
    _, notice = world.sent()
    signer, other = Signer(world), Signer(world, "Fern GmbH")
    document = signer.document(notice.notice_id)
    for wrong in (signer.sign(document), b"", b"x" * 64):
        with pytest.raises(AcknowledgementSignatureError):  # nobody registered a key for this hoster yet
            signer.send(document, wrong)
    world.change(party=signer.party)
    for signature in (other.sign(document), signer.key.sign(document), signer.sign(document + b" ")):
        with pytest.raises(AcknowledgementSignatureError):
            signer.send(document, signature)
    unknown = signer.document("none")
    with pytest.raises(AcknowledgementSignatureError):
        signer.send(unknown)
    with world.parts.transactions.write() as tx:
        world.parts.parties.revoke_key(tx, signer.key_id, at=T0)
    with pytest.raises(AcknowledgementSignatureError):
        signer.send(document)
    assert world.notices.notice(notice.notice_id).view.notice.acknowledged_at is None


def test_only_canonical_documents_of_the_format_are_acknowledgements(world: NoticesWorld) -> None:
    item_id, notice = world.sent()
    signer = Signer(world)
    world.change(party=signer.party)
    good = signer.document(notice.notice_id)
    wrong = [
        good + b"\n",
        good.replace(b":1}", b":1.0}"),
        good.replace(b'"version":1', b'"version":true'),
        good.replace(b"2026-11-23T10:30:00Z", b"2026-11-23T10:30:00"),
        good.replace(b"2026-11-23T10:30:00Z", b"2026-11-24T10:30:00Z"),
        b"[" * 100_000,
        b"\xff",
        b'"\\ud800"',
        b"[]",
        signer.document(notice.notice_id, more=1),
        signer.document(notice.notice_id, {"answer": "deleted", "item": item_id}),
        signer.document(notice.notice_id, {"answer": "removed"}),
        signer.document(notice.notice_id, {"answer": "removed", "item": 7}),
        signer.document(notice.notice_id, {"answer": "passed_on", "item": item_id, "reseller": {"name": "x"}}),
        b"x" * 1_100_000,
    ]
    for document in wrong:
        with pytest.raises(AcknowledgementError):
            signer.send(document)
