"""How matches of one item are weighed together, how bits turn, and which members and webhooks can be."""

from datetime import timedelta

import numpy as np
import pdqhash
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoon.check import (
    LegalBasisMissingError,
    MemberDraft,
    MemberDraftError,
    Policy,
    Reason,
    ServiceType,
    Strength,
    Verdict,
    WebhookUrlError,
    dihedral_variants,
    require_webhook_url,
    weigh,
)
from schoon.check.rules import Found, require_member_draft
from schoon.kinds import KIND_BITS, Category, EntryId, Kind, Standing

ALL = sum(KIND_BITS.values())


def found(
    entry: int, kind: Kind, *, kinds: int = ALL, standing: Standing = Standing.ACTIVE, distance: int = 0
) -> Found:
    return Found(
        entry_id=EntryId(entry),
        category=Category.BASELINE,
        supplier_class="police",
        standing=standing,
        entry_kinds=kinds,
        kind=kind,
        distance=distance,
    )


def bits(*kinds: Kind) -> int:
    return sum(KIND_BITS[kind] for kind in kinds)


def test_the_strongest_match_is_the_principal_then_the_lowest_entry():
    weighed = weigh(
        [found(3, Kind.PDQ), found(2, Kind.MD5), found(9, Kind.SHA256), found(8, Kind.SHA256)], bits(Kind.PDQ)
    )
    assert weighed.principal == 8
    assert [m.strength for m in weighed.matches] == [Strength.STRONG, Strength.WEAK, Strength.PERCEPTUAL]


def test_an_active_likeness_goes_before_a_strong_match_on_a_single_attestation():
    weighed = weigh(
        [found(1, Kind.SHA256, standing=Standing.ATTESTED), found(2, Kind.PDQ, distance=20)],
        bits(Kind.SHA256, Kind.PDQ),
    )
    assert (weighed.verdict, weighed.principal) == (Verdict.LISTED, 2)


def test_a_nearer_likeness_goes_before_a_lower_entry():
    assert weigh([found(1, Kind.PDQ, distance=20), found(2, Kind.PDQ, distance=3)], bits(Kind.PDQ)).principal == 2


@pytest.mark.parametrize(
    ("matched", "brought", "forged"),
    [
        ((Kind.MD5,), (Kind.MD5, Kind.SHA256), True),
        ((Kind.SHA1,), (Kind.SHA1, Kind.SHA256), True),
        ((Kind.MD5,), (Kind.MD5, Kind.SHA1), True),
        ((Kind.MD5, Kind.SHA1), (Kind.MD5, Kind.SHA1, Kind.SHA256), True),
        ((Kind.MD5,), (Kind.MD5,), False),
        ((Kind.MD5, Kind.SHA256), (Kind.MD5, Kind.SHA1, Kind.SHA256), False),
        ((Kind.MD5, Kind.SHA1), (Kind.MD5, Kind.SHA1), False),
        ((Kind.PDQ,), (Kind.MD5, Kind.SHA256, Kind.PDQ), False),
    ],
)
def test_a_digest_that_contradicts_a_weak_match_shows_a_forged_collision(matched, brought, forged):
    weighed = weigh([found(1, kind) for kind in matched], bits(*brought))
    assert weighed.verdict is (Verdict.REVIEW if forged else Verdict.LISTED)
    assert weighed.reason is (Reason.FORGED_COLLISION if forged else None)


def test_an_entry_that_lacks_the_other_kind_contradicts_nothing():
    only_md5 = bits(Kind.MD5)
    assert weigh([found(1, Kind.MD5, kinds=only_md5)], bits(Kind.MD5, Kind.SHA256)).verdict is Verdict.LISTED


def test_a_digest_shown_to_be_forged_proves_nothing_of_another_suppliers_entry_either():
    both = [found(1, Kind.MD5), found(2, Kind.MD5, kinds=bits(Kind.MD5))]
    assert weigh(both, bits(Kind.MD5, Kind.SHA256)).reason is Reason.FORGED_COLLISION


def test_an_entry_nobody_confirmed_cannot_turn_a_listed_one_into_a_review():
    both = [found(1, Kind.MD5, standing=Standing.ATTESTED), found(2, Kind.MD5, kinds=bits(Kind.MD5))]
    assert weigh(both, bits(Kind.MD5, Kind.SHA256)).verdict is Verdict.LISTED


def test_a_likeness_does_not_save_a_forged_item_but_a_sha256_does():
    forged, brought = found(1, Kind.MD5), bits(Kind.MD5, Kind.SHA256, Kind.PDQ)
    assert weigh([forged, found(1, Kind.PDQ)], brought).verdict is Verdict.REVIEW
    weighed = weigh([forged, found(2, Kind.SHA256)], brought)
    assert (weighed.verdict, weighed.principal) == (Verdict.LISTED, 2)


def test_equal_explanations_are_told_once():
    assert len(weigh([found(n, Kind.PDQ, distance=n) for n in range(1, 12)], bits(Kind.PDQ)).matches) == 1


STANDINGS = [Standing.ACTIVE, Standing.ATTESTED, Standing.SUSPENDED]


def of_entry(entry: int, kind: Kind, distance: int) -> Found:
    """A match of one of nine entries, whose standing and kinds follow from its number."""
    kinds = (entry * 7 % 16) | KIND_BITS[kind]
    return found(entry, kind, kinds=kinds, standing=STANDINGS[entry % 3], distance=distance if kind is Kind.PDQ else 0)


MATCHES = st.lists(
    st.builds(of_entry, st.integers(1, 9), st.sampled_from(Kind), st.integers(0, 31)), min_size=1, max_size=8
)


@given(MATCHES, st.integers(1, 15))
def test_no_weighing_says_listed_without_an_active_entry_or_review_without_a_reason(some, brought):
    weighed = weigh(some, brought)
    if weighed.verdict is Verdict.LISTED:
        assert any(one.entry_id == weighed.principal and one.standing is Standing.ACTIVE for one in some)
        assert weighed.reason is None
    else:
        assert weighed.verdict is Verdict.REVIEW
        assert weighed.reason is not None
    assert weighed.matches
    assert weigh(list(reversed(some)), brought) == weighed


def test_turning_a_digest_comes_close_to_the_digest_of_the_turned_picture():
    pictures = pytest.importorskip("skimage.data")
    worst = []
    for name in ("astronaut", "chelsea", "coffee", "rocket", "camera", "coins", "moon"):
        picture = getattr(pictures, name)()
        picture = np.stack([picture] * 3, axis=-1) if picture.ndim == 2 else picture
        true, _ = pdqhash.compute_dihedral(np.ascontiguousarray(picture))
        vector = np.packbits(np.array(true[0], dtype=np.uint8))[None]
        ours = np.unpackbits(dihedral_variants(vector)[0], axis=1)
        worst.append([int((ours[n] != np.array(true[n])).sum()) for n in range(8)])
    assert [distances[0] for distances in worst] == [0] * len(worst)
    assert [distances[6] for distances in worst] == [0] * len(worst)
    assert max(map(max, worst)) <= 18
    assert np.mean(worst) < 7


def test_the_eight_forms_are_a_group():
    vectors = np.random.default_rng(3).integers(0, 256, (4, 32), dtype=np.uint8)
    forms = dihedral_variants(vectors)
    for vector, eight in zip(vectors, forms, strict=True):
        assert {form.tobytes() for form in eight} == {
            again.tobytes() for form in eight for again in dihedral_variants(form[None])[0]
        }
        assert eight[0].tobytes() == vector.tobytes()


@pytest.mark.parametrize(
    "draft",
    [
        MemberDraft(name="A"),
        MemberDraft(name="has space"),
        MemberDraft(name="9host"),
        MemberDraft(name="x" * 41),
        MemberDraft(name="ok", quota=0),
        MemberDraft(name="ok", hit_term=timedelta(0)),
        MemberDraft(name="ok", complaint_address="two\nlines"),
        MemberDraft(name="ok", complaint_address="x" * 301),
    ],
)
def test_members_that_cannot_be_are_refused(draft):
    with pytest.raises(MemberDraftError):
        require_member_draft(draft)


def test_a_messaging_service_needs_a_legal_basis():
    with pytest.raises(LegalBasisMissingError):
        require_member_draft(MemberDraft(name="ok", policy=Policy(service_type=ServiceType.MESSAGING, legal_basis=" ")))


@pytest.mark.parametrize(
    "url",
    [
        "http://tickets.example/x",
        "ftp://tickets.example/x",
        "https://user:pass@tickets.example/x",
        "https://",
        "not an address",
        "https://host:port/x",
        "https://héé.example/",
        "https://a.example/x\r\nHost: b",
        "//tickets.example",
    ],
)
def test_webhook_addresses_that_cannot_be_used_are_refused(url):
    with pytest.raises(WebhookUrlError):
        require_webhook_url(url)


@pytest.mark.parametrize(
    "url", ["https://tickets.example/x?y=1", "http://127.0.0.1:8080/", "http://[::1]/", "http://localhost/x"]
)
def test_https_and_the_loopback_are_fine(url):
    require_webhook_url(url)
    require_webhook_url("http://intranet.example/", allow_plain_http=True)
