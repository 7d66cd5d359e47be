"""A scan as a whole, from files to the sum at the end."""

import os
import stat
import subprocess
import sys
from hashlib import sha256

import pytest

from schoon.client import QuotaReachedError, RequestRefusedError, TokenRefusedError
from schoon.scan import MailStoreError, Problem, ScanSettingsError, StateBusyError, UnsafeFolderError, resolve
from tests.unit.scan.parts import Interfering, JumpingTime

HOLDER = """
import sys
from schoon.scan._state_folder import StateFolder
with StateFolder(sys.argv[1].encode()):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_every_file_is_asked_and_the_listed_one_is_reported(bench):
    bench.service.put(b"known")
    bench.write("a/b/known.jpg", b"known")
    for number in range(100):
        bench.write(f"a/{number}.bin", b"%d" % number)
    summary = bench.scan()
    assert (summary.files, summary.hashed, summary.not_listed, summary.listed) == (101, 101, 100, 1)
    assert summary.is_complete
    assert len(bench.asked_hashes) == len(set(bench.asked_hashes)) == 101
    (listed,) = bench.heard.named("file.listed")
    assert listed["path"] == str(bench.files / "a/b/known.jpg")
    assert (bench.files / "a/b/known.jpg").exists()


def test_nothing_of_a_path_reaches_the_service(bench):
    bench.write("customer-name/holiday.jpg", b"x")
    bench.scan()
    (item,) = bench.service.asked
    assert item.ref is not None
    assert len(item.ref) == 26
    assert "holiday" not in repr(item)
    assert "customer" not in repr(item)


def test_a_reference_leads_back_to_its_path_on_this_machine_alone(bench):
    path = bench.write("a.bin", b"x")
    bench.scan()
    assert resolve(str(bench.state).encode(), bench.service.asked[0].ref) == os.fsencode(path)
    assert resolve(str(bench.state).encode(), "nonsense") is None


def test_the_second_scan_reads_and_asks_nothing(bench):
    for number in range(20):
        bench.write(f"{number}", b"%d" % number)
    bench.scan()
    bench.service.asked.clear()
    summary = bench.scan()
    assert (summary.files, summary.hashed, summary.not_listed) == (20, 0, 20)
    assert bench.service.asked == []


def test_only_what_has_changed_is_read_again(bench):
    for number in range(20):
        bench.write(f"{number}", b"%d" % number)
    bench.scan()
    bench.write("7", b"seven")
    bench.write("new", b"new")
    (bench.files / "8").unlink()
    bench.service.asked.clear()
    summary = bench.scan()
    assert (summary.files, summary.hashed, summary.not_listed, len(bench.service.asked)) == (20, 2, 20, 2)


def test_the_same_size_and_time_of_writing_do_not_hide_a_change(bench):
    path = bench.write("file", b"one")
    bench.scan()
    before = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert bench.scan().hashed == 1


def test_a_file_that_changed_just_before_it_was_hashed_is_hashed_again_next_time(bench):
    bench.write("file", b"x")
    bench.time = JumpingTime(bench.stop, ahead=0)
    bench.scan()
    bench.time = JumpingTime(bench.stop, ahead=60)
    summary = bench.scan()
    assert (summary.hashed, summary.not_listed) == (1, 1)
    assert bench.scan().hashed == 0
    assert len(bench.service.asked) == 1  # the same digests under the same list: the answer stands


def test_a_new_list_version_is_asked_about_everything_without_hashing(bench):
    for number in range(20):
        bench.write(f"{number}", b"%d" % number)
    bench.scan()
    bench.service.asked.clear()
    bench.service.version += 1
    bench.service.put(b"3")
    summary = bench.scan()
    assert (summary.hashed, summary.listed, summary.not_listed) == (0, 1, 19)
    assert len(bench.service.asked) == 20


def test_another_service_is_asked_about_everything(bench):
    bench.write("a", b"a")
    bench.scan()
    bench.service.url = "https://other.example"
    bench.scan()
    assert len(bench.service.asked) == 2


def test_hard_links_are_read_once_and_each_name_is_asked_and_acted_on(bench):
    bench.service.put(b"known")
    first = bench.write("a", b"known")
    bench.scan()
    for number in range(3):
        os.link(first, bench.files / f"link{number}")
    os.utime(first)
    summary = bench.quarantining()
    assert summary.quarantined == 4
    assert list(bench.files.iterdir()) == []
    assert len({item.ref for item in bench.service.asked}) == 4


def test_twins_of_a_known_inode_are_not_read_again(bench):
    first = bench.write("a", b"known")
    os.link(first, bench.files / "b")
    bench.scan()
    os.link(first, bench.files / "c")
    os.link(first, bench.files / "d")
    calls = Interfering(bench.hasher, lambda _: None)
    bench.hasher = calls
    assert bench.scan().not_listed == 4
    assert calls.calls <= 4  # the change time of all names moved with the new link; at most one reading each


@pytest.mark.parametrize("name", ["review", "weak", "strong", "perceptual"])
@pytest.mark.parametrize("action", ["report", "quarantine", "delete"])
def test_what_is_done_depends_on_action_and_strength(bench, name, action):
    path = bench.write("file", name.encode())
    if name == "review":
        bench.service.review.add(sha256(b"review").hexdigest())
    else:
        bench.service.put(name.encode(), name)
    options = {"fail": "open", "confirmed": True}
    if action == "quarantine":
        options["quarantine"] = str(bench.store).encode()
    summary = bench.scan(action=action, **options)
    gone = (name != "review" and action == "quarantine") or (name == "strong" and action == "delete")
    assert path.exists() is not gone
    assert (summary.quarantined, summary.deleted) == (
        int(gone and action == "quarantine"),
        int(gone and action == "delete"),
    )
    assert [one.action for one in bench.service.actions] == (
        [] if not gone else ["quarantined" if action == "quarantine" else "removed"]
    )


def test_a_weak_match_under_delete_is_quarantined_when_a_folder_was_named(bench):
    bench.service.put(b"x", "weak")
    bench.write("file", b"x")
    summary = bench.scan(action="delete", fail="open", confirmed=True, quarantine=str(bench.store).encode())
    assert (summary.quarantined, summary.deleted) == (1, 0)


@pytest.mark.parametrize("options", [{"action": "quarantine"}, {"action": "delete", "fail": "open"}, {"paths": ()}])
def test_options_that_leave_a_grave_question_open_are_refused(bench, options):
    with pytest.raises(ScanSettingsError):
        bench.settings(**options)


def test_a_report_only_scan_can_be_followed_by_one_that_acts(bench):
    bench.service.put(b"known")
    path = bench.write("file", b"known")
    assert bench.scan().listed == 1
    summary = bench.quarantining()
    assert (summary.hashed, summary.quarantined) == (0, 1)
    assert not path.exists()


def test_a_withdrawn_entry_is_not_acted_on_from_memory(bench):
    bench.service.put(b"known")
    path = bench.write("file", b"known")
    bench.scan()
    bench.service.take_off(b"known")
    summary = bench.quarantining()
    assert (summary.listed, summary.quarantined, path.exists()) == (0, 0, True)


def test_digests_are_kept_while_the_service_is_away_and_asked_when_it_is_back(bench):
    for number in range(10):
        bench.write(f"{number}", b"%d" % number)
    bench.service.is_away = True
    summary = bench.scan(patience_seconds=30)
    assert (summary.hashed, summary.not_listed, summary.problems) == (10, 0, {Problem.NOT_ANSWERED: 10})
    assert not summary.is_complete
    assert len(bench.heard.named("service.away")) == 1
    assert len([one for one in bench.heard.named("file.trouble") if one["problem"] == "not_answered"]) == 10
    bench.service.is_away = False
    summary = bench.scan()
    assert (summary.hashed, summary.not_listed, summary.is_complete) == (0, 10, True)


def test_a_service_that_comes_back_within_the_patience_is_asked_in_the_same_scan(bench):
    bench.write("a", b"a")
    bench.service.is_away = True
    waits = []

    def comes_back(seconds):
        waits.append(seconds)
        bench.service.is_away = len(waits) < 20
        return JumpingTime.wait(bench.time, seconds)

    bench.time.wait = comes_back
    summary = bench.scan(patience_seconds=10_000)
    assert (summary.not_listed, summary.is_complete) == (1, True)
    assert bench.heard.named("service.back") == [{}]


def test_no_answer_is_no_miss_also_for_files_that_were_answered_before(bench):
    bench.write("a", b"a")
    bench.scan()
    bench.service.is_away = True
    assert bench.scan(patience_seconds=5).problems == {Problem.NOT_ANSWERED: 1}


def test_unavailable_is_never_taken_for_not_listed(bench):
    bench.write("a", b"a")
    bench.service.has_list = False
    summary = bench.scan(patience_seconds=5)
    assert (summary.not_listed, summary.problems) == (0, {Problem.NOT_ANSWERED: 1})


def test_a_used_up_quota_is_waited_for(bench):
    bench.write("a", b"a")
    check, refusals = bench.service.check, [QuotaReachedError("used up", retry_after_seconds=1800.0)]

    def limited(items):
        if refusals:
            raise refusals.pop()
        return check(items)

    bench.service.check = limited
    assert bench.scan().is_complete
    assert 1800.0 in bench.time.waits


def test_a_refused_token_ends_the_scan_and_keeps_what_was_hashed(bench):
    bench.write("a", b"a")
    check = bench.service.check

    def refuse(items):
        raise TokenRefusedError("unknown token")

    bench.service.check = refuse
    with pytest.raises(TokenRefusedError):
        bench.scan()
    bench.service.check = check
    summary = bench.scan()
    assert (summary.not_listed, summary.is_complete) == (1, True)


def test_one_item_that_the_service_refuses_keeps_no_other_from_its_answer(bench):
    for number in range(50):
        bench.write(f"{number}", b"%d" % number)
    check = bench.service.check
    bad = sha256(b"17").hexdigest()

    def picky(items):
        if any(item.sha256 == bad for item in items):
            raise RequestRefusedError("item malformed", status=422)
        return check(items)

    bench.service.check = picky
    summary = bench.scan()
    assert (summary.not_listed, summary.problems) == (49, {Problem.REFUSED_BY_SERVICE: 1})


def test_more_than_a_request_holds_is_split(bench):
    for number in range(2500):
        bench.write(f"{number % 7}/{number}", b"%d" % number)
    assert bench.scan().not_listed == 2500
    assert bench.service.requests >= 3


def test_the_state_and_the_quarantine_are_never_scanned(bench):
    bench.service.put(b"known")
    bench.write("known", b"known")
    inside = bench.files / "store"
    bench.state = bench.files / "state"
    summary = bench.scan(action="quarantine", fail="open", quarantine=str(inside).encode())
    assert (summary.files, summary.quarantined) == (1, 1)
    assert bench.scan().files == 0  # also when the folder is not named again


def test_the_state_is_private_and_for_one_scan_at_a_time(bench):
    bench.write("a", b"a")
    bench.scan()
    assert stat.S_IMODE(bench.state.stat().st_mode) == 0o700
    assert stat.S_IMODE((bench.state / "state.db").stat().st_mode) == 0o600
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            HOLDER,
            str(bench.state),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StateBusyError, match=str(holder.pid)):
            bench.scan()
        holder.kill()
    assert bench.scan().is_complete
    bench.state.chmod(0o755)
    with pytest.raises(UnsafeFolderError, match="0755"):
        bench.scan()


def test_a_mail_store_is_refused_and_read_only_on_a_recorded_basis(bench):
    for name in ("cur", "new", "tmp"):
        bench.write(f"user/{name}/1", name.encode())
    bench.write("mbox", b"From a@b Fri Jul  8 12:08:34 2011\nSubject: x\n\nhello\n")
    bench.write("file", b"x")
    summary = bench.scan()
    assert (summary.not_listed, summary.problems) == (1, {Problem.MAIL_STORE: 2})
    with pytest.raises(MailStoreError):
        bench.scan(paths=(str(bench.files / "user").encode(),))
    summary = bench.scan(mail_legal_basis="court order 12")
    assert (summary.not_listed, summary.problems, summary.mail_legal_basis) == (5, {}, "court order 12")


def test_a_path_that_is_a_link_is_followed_once_because_the_operator_named_it(bench, tmp_path):
    bench.write("a", b"a")
    (tmp_path / "www").symlink_to(bench.files)
    assert bench.scan(paths=(str(tmp_path / "www").encode(),)).not_listed == 1
    assert bench.scan().hashed == 0


def test_a_path_that_is_not_there_is_refused(bench):
    with pytest.raises(ScanSettingsError, match="no such file"):
        bench.scan(paths=(b"/nowhere/at/all",))


def test_a_stopped_scan_is_not_complete_and_the_next_one_goes_on(bench):
    for number in range(600):
        bench.write(f"{number:03}", b"%d" % number)
    bench.hasher = Interfering(bench.hasher, lambda call: bench.stop.set() if call == 100 else None)
    summary = bench.scan()
    assert not summary.finished
    assert not summary.is_complete
    assert 90 <= summary.hashed < 600
    before = summary.hashed
    bench.hasher = bench.hasher.hasher
    summary = bench.scan()
    assert (summary.hashed, summary.not_listed) == (600 - before, 600)
    assert len(set(bench.asked_hashes)) == 600
