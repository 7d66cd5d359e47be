"""What is done with files survives crashes and outages, and what cannot be done is told."""

import os
import sqlite3

import pytest

from schoon.client import Action
from schoon.scan import Problem, QuarantineStore, UnsafeFolderError, used_stores
from schoon.scan.quarantine import Custody, Target
from tests.unit.scan.parts import exact_of


def store_of(bench):
    return QuarantineStore(os.fsencode(bench.store))


def test_a_quarantined_file_is_recorded_reported_and_can_go_back(bench):
    bench.service.put(b"known")
    path = bench.write("a/known", b"known")
    bench.quarantining()
    (item,) = store_of(bench).items()
    assert (item.path, item.strength, item.category, item.why) == (os.fsencode(path), "strong", "baseline", "listed")
    assert [(one.hit, one.action) for one in bench.service.actions] == [(item.hit, Action.QUARANTINED)]
    assert [told["item"] for told in bench.heard.named("act.done")] == [item.item]
    assert used_stores(os.fsencode(bench.state)) == [os.fsencode(bench.store)]
    store_of(bench).restore(item)
    assert path.read_bytes() == b"known"


def test_the_service_hears_of_one_hit_once_however_many_files(bench):
    bench.service.put(b"known")
    for number in range(5):
        bench.write(f"{number}", b"known")
    bench.quarantining()
    bench.quarantining()
    assert len(bench.service.actions) == 1


def test_what_the_service_could_not_be_told_is_told_in_the_next_scan(bench):
    bench.service.put(b"known")
    bench.write("known", b"known")

    def leave(name, facts):
        bench.service.is_away = bench.service.is_away or name == "act.done"

    bench.heard.on_event = leave
    bench.quarantining()
    assert bench.service.actions == []
    assert bench.heard.named("hits.unreported")[0]["hits"] == 1
    bench.service.is_away = False
    bench.quarantining()
    assert len(bench.service.actions) == 1


def test_a_hit_is_not_reported_while_one_of_its_files_is_in_place(bench):
    bench.service.put(b"known")
    bench.write("a/known", b"known")
    stays = bench.write("b/known", b"known")
    check = bench.service.check

    def change_one(items):
        reply = check(items)
        stays.write_bytes(b"changed after it was asked")
        return reply

    bench.service.check = change_one
    summary = bench.quarantining()
    assert (summary.quarantined, summary.problems) == (1, {Problem.NOT_ACTED: 1})
    assert stays.exists()
    assert bench.service.actions == []
    bench.service.check = check
    summary = bench.quarantining()
    assert (summary.not_listed, summary.is_complete) == (1, True)
    assert len(bench.service.actions) == 1


def test_a_folder_swapped_for_a_link_between_answer_and_move_is_not_passed(bench, tmp_path):
    bench.service.put(b"known")
    bench.write("a/known", b"known")
    outside = tmp_path / "outside"
    check = bench.service.check

    def swap(items):
        if not outside.exists():
            (bench.files / "a").rename(outside)
            (bench.files / "a").symlink_to(outside)
        return check(items)

    bench.service.check = swap
    summary = bench.quarantining()
    assert (summary.quarantined, summary.problems) == (0, {Problem.NOT_ACTED: 1})
    assert (outside / "known").exists()
    (failed,) = bench.heard.named("act.failed")
    assert "not a directory" in failed["detail"]


def test_a_folder_swapped_for_a_link_between_walk_and_hashing_is_not_passed(bench, tmp_path):
    (tmp_path / "secret").mkdir()
    for number in range(3):
        (tmp_path / "secret" / f"{number}").write_bytes(b"secret")
        bench.write(f"{number}/{number}", b"%d" % number)
    hasher = bench.hasher
    calls: list[int] = []

    class Swapping:
        def hash_reading(self, reading):
            if not calls:
                for number in range(3):
                    (bench.files / f"{number}").rename(tmp_path / f"moved{number}")
                    (bench.files / f"{number}").symlink_to(tmp_path / "secret")
            calls.append(reading.fd)
            return hasher.hash_reading(reading)

    bench.hasher = Swapping()
    summary = bench.scan()
    assert not summary.is_complete
    assert {item.sha256 for item in bench.service.asked}.isdisjoint({exact_of(b"secret")[36:].hex()})


def cut_off(bench, step="moving"):
    """The state as a crash leaves it: the act is begun and not ended."""
    with sqlite3.connect(bench.state / "state.db") as state:
        state.execute("UPDATE acts SET step = ?, reported = 0", (step,))
    state.close()


def test_a_move_that_a_crash_cut_off_after_the_rename_is_ended(bench):
    bench.service.put(b"known")
    bench.write("known", b"known")
    bench.quarantining()
    cut_off(bench)
    summary = bench.quarantining()
    assert (summary.quarantined, summary.problems) == (1, {})
    assert len(list(store_of(bench).items())) == 1


def test_a_move_that_a_crash_cut_off_before_the_rename_is_done_again(bench):
    bench.service.put(b"known")
    path = bench.write("known", b"known")
    bench.quarantining()
    (item,) = store_of(bench).items()
    store_of(bench).restore(item)
    store_of(bench)._write(item)  # the record was written, and the file is still in place
    cut_off(bench)
    summary = bench.quarantining()
    assert (summary.quarantined, summary.problems) == (1, {})
    assert not path.exists()
    (now,) = store_of(bench).items()
    assert now.item != item.item
    assert len(os.listdir(bench.store)) == 2


def test_what_was_planned_in_a_killed_scan_is_not_done_on_its_old_answer(bench):
    bench.service.put(b"known")
    path = bench.write("known", b"known")
    bench.quarantining()
    (item,) = store_of(bench).items()
    store_of(bench).restore(item)
    cut_off(bench, step="due")
    bench.service.take_off(b"known")
    summary = bench.quarantining()
    assert (summary.quarantined, summary.not_listed, path.exists()) == (0, 1, True)


def test_a_deletion_that_a_crash_cut_off_is_ended(bench):
    bench.service.put(b"known")
    path = bench.write("known", b"known")
    bench.scan(action="delete", fail="open", confirmed=True)
    cut_off(bench)
    with sqlite3.connect(bench.state / "state.db") as state:
        ((temporary,),) = state.execute("SELECT item FROM acts")
        path.with_name(temporary).write_bytes(b"known")
        state.execute("UPDATE acts SET ino = ?", (path.with_name(temporary).stat().st_ino,))
    state.close()
    summary = bench.scan(action="delete", fail="open", confirmed=True)
    assert (summary.deleted, list(bench.files.iterdir())) == (1, [])


def test_failing_closed_holds_what_was_never_answered_until_it_is(bench):
    bench.write("old", b"old")
    bench.scan()
    bench.service.put(b"bad")
    good, bad = bench.write("a/good", b"good"), bench.write("a/bad", b"bad")
    good.chmod(0o640)
    bench.service.is_away = True
    options = {"action": "quarantine", "fail": "closed", "quarantine": os.fsencode(bench.store), "patience_seconds": 60}
    summary = bench.scan(**options)
    assert (summary.held, good.exists(), bad.exists(), (bench.files / "old").exists()) == (2, False, False, True)
    assert summary.problems == {Problem.NOT_ANSWERED: 3}
    assert {item.why for item in store_of(bench).items()} == {"held"}
    assert bench.scan(**options).held == 0  # still away: nothing new to hold, nothing lost
    bench.service.is_away = False
    summary = bench.scan(**options)
    assert (summary.released, summary.quarantined, good.exists(), bad.exists()) == (1, 1, True, False)
    assert good.stat().st_mode & 0o777 == 0o640
    (item,) = store_of(bench).items()
    assert (item.why, item.strength) == ("listed", "strong")
    assert len(bench.service.actions) == 1
    summary = bench.scan(**options)
    assert (summary.not_listed, summary.is_complete) == (2, True)


def test_failing_open_leaves_unanswered_files_in_place(bench):
    path = bench.write("new", b"new")
    bench.service.is_away = True
    summary = bench.quarantining(patience_seconds=60)
    assert (summary.held, path.exists(), summary.problems) == (0, True, {Problem.NOT_ANSWERED: 1})


def test_more_files_than_the_limit_are_not_held_at_all(bench):
    for number in range(5):
        bench.write(f"{number}", b"%d" % number)
    bench.service.is_away = True
    summary = bench.scan(
        action="quarantine", fail="closed", quarantine=os.fsencode(bench.store), patience_seconds=60, hold_limit=4
    )
    assert (summary.held, summary.problems) == (0, {Problem.NOT_ANSWERED: 5})
    assert bench.heard.named("hold.refused") == [{"limit": 4}]
    assert len(list(bench.files.iterdir())) == 5


def test_a_held_file_whose_place_is_taken_stays_and_is_told(bench):
    path = bench.write("new", b"new")
    bench.service.is_away = True
    options = {"action": "quarantine", "fail": "closed", "quarantine": os.fsencode(bench.store), "patience_seconds": 60}
    bench.scan(**options)
    path.write_bytes(b"newer")
    bench.service.is_away = False
    summary = bench.scan(**options)
    assert path.read_bytes() == b"newer"
    assert (summary.not_listed, summary.problems) == (1, {Problem.NOT_ACTED: 1})
    assert [item.why for item in store_of(bench).items()] == ["held"]
    assert bench.scan(**options).is_complete


def test_a_held_file_is_judged_by_its_own_digests_and_not_by_those_of_the_file_in_its_place(bench):
    bench.service.put(b"bad")
    path = bench.write("file", b"bad")
    bench.service.is_away = True
    options = {"action": "quarantine", "fail": "closed", "quarantine": os.fsencode(bench.store), "patience_seconds": 60}
    bench.scan(**options)
    path.write_bytes(b"harmless")
    bench.scan(**options | {"hold_limit": 1})  # away again: the new file is known too
    bench.service.is_away = False
    summary = bench.scan(**options)
    assert (summary.not_listed, summary.listed, summary.quarantined, summary.released) == (1, 1, 1, 0)
    assert path.read_bytes() == b"harmless"
    (item,) = store_of(bench).items()
    assert (item.why, item.path) == ("listed", os.fsencode(path))


def test_the_restore_of_one_item_needs_no_state(tmp_path):
    store = QuarantineStore(os.fsencode(tmp_path / "q"), make=True)
    path = tmp_path / "file"
    path.write_bytes(b"x")
    found = path.stat()
    custody = Custody(
        item="0a", path_hex=os.fsencode(path).hex(), ref="r", why="listed", at="2026-03-01T12:00:00+00:00"
    )
    store.take(Target(path=os.fsencode(path), dev=found.st_dev, ino=found.st_ino, exact=exact_of(b"x")), custody)
    assert QuarantineStore(os.fsencode(tmp_path / "q")).restore(store.item("0a")) == os.fsencode(path)


@pytest.mark.parametrize("mode", [0o755])
def test_a_quarantine_folder_that_is_open_is_refused_before_anything_is_read(bench, mode):
    bench.store.mkdir()
    bench.store.chmod(mode)
    bench.write("a", b"a")
    with pytest.raises(UnsafeFolderError, match="quarantine"):
        bench.quarantining()
    assert bench.service.asked == []
