"""The replay finds what it planted, by the whole path of a batch, and notices when it does not."""

from bench.replay_2020 import CHECKS, HITS, Replay, Stream, one_batch, published, replay, summary
from tests.integration.api.house import add_member, clock, open_rooms

ENTRIES, BATCH = 2_000, 50_000


def test_exactly_what_was_planted_is_found():
    seen = replay(0, ENTRIES, BATCH, told=False)
    assert seen.checks == BATCH
    assert seen.planted == seen.found == round(BATCH * HITS / CHECKS)
    assert (seen.missed, seen.wrong) == (0, 0)
    assert "missed 0, wrong 0" in summary(seen)
    assert seen.as_json()["kernel_seconds_for_all"] > 0


def test_a_digest_that_is_not_on_the_list_is_noticed_as_missed(tmp_path):
    published(tmp_path, Stream(ENTRIES, BATCH), ENTRIES)
    rooms = open_rooms(tmp_path)
    rooms.holder.refresh()
    token = add_member(rooms, "hoster")
    rooms.members.refresh(clock())
    seen = Replay(entries=ENTRIES, batch=BATCH)
    one_batch(seen, rooms, rooms.members.authenticate(token, clock()), Stream(10**9, BATCH), 0)
    assert seen.found + seen.missed == seen.planted
    assert seen.missed > 0


def test_the_stream_is_the_same_for_the_same_number_and_another_for_another():
    stream = Stream(ENTRIES, BATCH)
    (first, places), (again, _), (other, _) = stream.digests(1), stream.digests(1), stream.digests(2)
    assert (first == again).all()
    assert not (first == other).all(axis=1).any()
    assert len(places) == len(set(places.tolist())) > 0
