"""What hosters say of notices, and what comes back; memory, SQLite and PostgreSQL."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from schoon.hosting import Scope
from schoon.kinds import HosterId, ItemId, NoticeId, OrganisationId
from schoon.notices import (
    SIGNED_AS,
    AcknowledgementError,
    AcknowledgementSignatureError,
    Answer,
    Answerer,
    ChannelKind,
    DeliveryState,
    Handed,
    HandOver,
    HosterAnswerError,
    HosterContactError,
    ItemAnswer,
    ItemEnd,
    NoSuchDisputeError,
    NoSuchHosterError,
    NoSuchNoticeError,
    NoticeKind,
    NoticeState,
    NotOnNoticeError,
    PageTokenError,
    ReconciliationFileError,
    Reseller,
    ReturnedMailError,
    Settled,
    Standing,
    TooManyResellersError,
    canonical,
)
from schoon.notices.rules import MOST_RESELLERS, PAGE_TERM
from schoon.parties import Role
from schoon.reports import ItemState
from schoon.store import Database
from tests.contract.notices import make_world as make_world  # a fixture
from tests.contract.notices import world as world  # a fixture
from tests.notices_world import DAY, HOUR, MINUTE, T0, NoticesWorld, a_notice_world

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
    outcome = {"by": "anna", "at": T0 + DAY, "reason": "she is 34: the studio's papers show it"}
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


# What comes back.


def a_bounce(recipient: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    return f"""From: MAILER-DAEMON@mx.example
To: <{recipient}>
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; abuse@stroom.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user
--b--
""".encode()


def return_path(world: NoticesWorld, place: int = -1) -> str:
    return f"bounces+{world.mail.parcels[place].delivery.return_token}@meldpunt.example"


def test_a_bounce_hands_the_notice_on_to_the_next_contact_and_is_shown(world: NoticesWorld) -> None:
    world.net.default = ((Scope.HOSTER, STROOM), (Scope.NETWORK, NETWORK))
    item_id, notice = world.sent()
    kept = world.notices.take_return(a_bounce(return_path(world)), now=T0 + 2 * HOUR)
    assert (kept.status, kept.says) == ("5.1.1", "550 5.1.1 no such user")
    assert world.state(item_id) is ItemState.TO_NOTICE
    assert world.ear.heard[-1] == ("failed", (item_id,))
    world.work(T0 + 2 * HOUR)
    assert {one.email: one.state for one in world.all()} == {STROOM: NoticeState.FAILED, NETWORK: NoticeState.SENT}
    details = world.notices.notice(notice.notice_id)
    assert [one.state for one in details.deliveries] == [DeliveryState.RETURNED]
    assert [one.status for one in details.returns] == ["5.1.1"]


def test_the_same_bounce_counts_once_and_a_stranger_cannot_make_one(world: NoticesWorld) -> None:
    _, notice = world.sent()
    mail = a_bounce(return_path(world))
    for _ in range(2):
        world.notices.take_return(mail, now=T0 + 2 * HOUR)
    assert len(world.notices.notice(notice.notice_id).returns) == 1
    for stranger in (
        "bounces+aaaaaaaaaaaaaaaaaaaaaaaaaa@meldpunt.example",
        f"bounces+{world.mail.parcels[0].delivery.delivery_id}@meldpunt.example",
        "notices@meldpunt.example",
    ):
        with pytest.raises(ReturnedMailError):
            world.notices.take_return(a_bounce(stranger), now=T0 + 2 * HOUR)


def test_what_is_only_late_or_relayed_changes_nothing(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    for action in ("delayed", "relayed", "expanded"):
        world.notices.take_return(a_bounce(return_path(world), action, "4.4.1"), now=T0 + 2 * HOUR)
    assert [one.state for one in world.all()] == [NoticeState.SENT]
    assert world.state(item_id) is ItemState.NOTICED


def test_a_report_of_delivery_gives_the_notice_its_time_of_arrival(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    world.notices.take_return(a_bounce(return_path(world), "delivered", "2.0.0"), now=T0 + 2 * HOUR)
    assert [one.delivered_at for one in world.all()] == [T0 + 2 * HOUR]
    assert world.ear.heard[-1] == ("delivered", (item_id,))
    world.notices.take_return(a_bounce(return_path(world), "failed", "5.2.2"), now=T0 + 3 * HOUR)
    assert [one.state for one in world.all()] == [NoticeState.SENT], "what has arrived does not come back"


def test_a_hoster_that_answered_has_its_notice_whatever_its_server_says(world: NoticesWorld) -> None:
    item_id, _ = world.sent()
    world.answer(now=T0 + 2 * HOUR)
    world.notices.take_return(a_bounce(return_path(world)), now=T0 + 3 * HOUR)
    assert world.state(item_id) is ItemState.NOTICED
    assert world.hoster().bounced_at is None


def test_a_notice_again_that_comes_back_leaves_the_item_noticed_and_the_next_contact_is_told(
    world: NoticesWorld,
) -> None:
    world.net.default = ((Scope.HOSTER, STROOM), (Scope.NETWORK, NETWORK))
    item_id, _ = world.sent()
    world.again(item_id, now=T0 + DAY)
    world.work(T0 + DAY + HOUR)
    world.notices.take_return(a_bounce(return_path(world)), now=T0 + DAY + 2 * HOUR)
    assert world.state(item_id) is ItemState.NOTICED
    world.work(T0 + DAY + 2 * HOUR)
    world.work(T0 + DAY + 3 * HOUR)
    assert (world.all()[0].email, world.all()[0].kind) == (NETWORK, NoticeKind.FIRST)


# Both lists side by side.


def test_both_sides_see_what_was_sent_delivered_seen_and_what_is_unknown(world: NoticesWorld) -> None:
    _, sent = world.sent("https://foto.example.org/1")
    _, delivered = world.sent("https://foto.example.org/2", now=T0 + DAY)
    world.notices.take_return(a_bounce(return_path(world), "delivered"), now=T0 + DAY + 2 * HOUR)
    _, seen = world.sent("https://foto.example.org/3", now=T0 + 2 * DAY)
    world.notices.page(world.token(), now=T0 + 2 * DAY + 2 * HOUR)
    theirs = (
        "Notice,URL,Time\n"
        f"{sent.notice_id},,2026-11-23T10:00:05Z\n"
        ",HTTPS://FOTO.example.org:443/2#top,2026-11-24T10:05:00+00:00\n"
        "none,,\n"
        ",https://elsewhere.example/,2026-11-25T10:00:00\n"
    )
    hoster_id = world.hoster().hoster_id
    found = world.notices.reconcile(hoster_id, theirs.encode(), by="stroom", now=T0 + 3 * DAY)
    assert [(one.standing, one.rows, one.notice and one.notice.notice_id) for one in found] == [
        (Standing.SEEN, (), seen.notice_id),
        (Standing.DELIVERED, (2,), delivered.notice_id),
        (Standing.SENT, (1,), sent.notice_id),
        (Standing.UNKNOWN, (3,), None),
        (Standing.UNKNOWN, (4,), None),
    ]
    assert found[2].received_at == T0 + HOUR + 5 * SECOND
    kept = world.notices.last_comparison(hoster_id)
    assert kept is not None
    assert (kept[0].by, kept[1]) == ("stroom", found)


def test_anothers_notice_is_as_unknown_as_none(world: NoticesWorld) -> None:
    world.net.hosts["b.example.org"] = ((Scope.HOSTER, FERN),)
    _, others = world.sent("https://b.example.org/1")
    world.sent(now=T0 + DAY)
    theirs = f"notice;url\n{others.notice_id};\n;https://b.example.org/1\n"
    found = world.notices.reconcile(world.hoster().hoster_id, theirs.encode(), by="x", now=T0 + DAY)
    assert [one.standing for one in found] == [Standing.SENT, Standing.UNKNOWN, Standing.UNKNOWN]


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"notice\n\xff\n", b"notice,time\nx,yesterday\n", b'notice\n"open\n']
)
def test_a_list_that_is_none_is_refused(world: NoticesWorld, content: bytes) -> None:
    world.sent()
    with pytest.raises(ReconciliationFileError):
        world.notices.reconcile(world.hoster().hoster_id, content, by="x", now=T0)


def test_a_list_of_nobody_is_refused(world: NoticesWorld) -> None:
    with pytest.raises(NoSuchHosterError):
        world.notices.reconcile(HosterId(7), b"notice\n", by="x", now=T0)


# A hoster's own figures.


def test_a_hosters_own_figures_count_what_was_in_time_late_overdue_and_running(world: NoticesWorld) -> None:
    for number, hours in enumerate((2, 10, 23, 30, None)):
        item_id, notice = world.sent(f"https://foto.example.org/{number}", now=T0 + number * MINUTE)
        if hours is not None:
            end = ItemEnd(notice_id=notice.notice_id, item_id=item_id, gone_at=notice.sent_at + hours * HOUR)
            with world.parts.transactions.write() as tx:
                world.notices.out_of_reach(tx, [end])
    world.sent("https://foto.example.org/late", now=T0 + 3 * DAY)
    hoster_id = world.hoster().hoster_id
    span = {"since": T0, "until": T0 + 30 * DAY}
    found = world.notices.figures(hoster_id, now=T0 + 3 * DAY + 2 * HOUR, **span)
    assert (found.items, found.in_time, found.too_late, found.overdue, found.running) == (6, 3, 1, 1, 1)
    assert found.median == timedelta(hours=16, minutes=30)
    exact = world.notices.figures(hoster_id, since=T0, until=T0 + HOUR, now=T0 + DAY)
    assert (exact.items, exact.median) == (0, None)


def test_gone_at_the_very_deadline_is_too_late_and_back_again_is_not_gone(world: NoticesWorld) -> None:
    item_id, notice = world.sent()
    hoster_id = world.hoster().hoster_id
    for gone_at, late, running in ((notice.due_at, 1, 0), (None, 0, 1)):
        with world.parts.transactions.write() as tx:
            ends = [ItemEnd(notice_id=notice.notice_id, item_id=item_id, gone_at=gone_at)]
            world.notices.out_of_reach(tx, ends)
        found = world.notices.figures(hoster_id, since=T0, until=T0 + DAY, now=T0 + 2 * HOUR)
        assert (found.too_late, found.running) == (late, running)


def test_what_came_back_is_in_nobodys_figures(world: NoticesWorld) -> None:
    world.sent()
    world.notices.take_return(a_bounce(return_path(world)), now=T0 + 2 * HOUR)
    found = world.notices.figures(world.hoster().hoster_id, since=T0, until=T0 + DAY, now=T0 + 3 * DAY)
    assert found.items == 0


# The police, apart.


def test_the_police_are_told_apart_and_again_until_it_is_taken(world: NoticesWorld) -> None:
    item_id, notice = world.sent()
    world.police.answers = [HandOver(handed=Handed.RETRY, fault="451"), HandOver(handed=Handed.REFUSED, fault="550")]
    with world.parts.transactions.write() as tx:
        world.notices.refer_to_police(tx, [item_id], reasons="does not answer for two days", now=T0 + 2 * DAY)
    world.run(T0 + 2 * DAY, T0 + 2 * DAY + 10 * MINUTE)
    assert len(world.police.parcels) == 3
    assert len({one.content for one in world.police.parcels}) == 1
    (kept,) = world.notices.referrals()
    assert (kept.state, kept.attempts) == (DeliveryState.SENT, 3)
    line = kept.referral.lines[0]
    assert (line.notices, line.first_noticed_at, kept.referral.reasons) == (
        1,
        notice.sent_at,
        "does not answer for two days",
    )


# Hosters.


def test_what_people_change_of_a_hoster_is_a_review_and_a_webhook_has_a_secret(world: NoticesWorld) -> None:
    world.sent()
    assert not world.hoster().reviewed
    changed = world.change(organisation=" Stroom  Hosting BV", webhook_url="https://abuse.stroom.example/hook")
    assert (changed.organisation, changed.reviewed) == ("Stroom Hosting BV", True)
    assert changed.webhook is not None
    assert len(changed.webhook.secret) > 40
    assert world.hoster().webhook == changed.webhook
    for wrong in ({"email": "x y@stroom.example"}, {"organisation": "a\nb\x00"}, {"organisation": ""}):
        with pytest.raises(HosterContactError):
            world.change(**wrong)
    assert world.change(webhook_url="").webhook is None


def test_the_channel_webhook_needs_a_webhook(world: NoticesWorld) -> None:
    world.sent()
    with pytest.raises(HosterContactError):
        world.change(channel=ChannelKind.WEBHOOK)
