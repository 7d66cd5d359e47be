"""Files are moved only when they are what was hashed, and come back exactly as they were."""

import os
import stat
import threading
from pathlib import Path

import pytest

from schoon.scan import NoSuchItemError, QuarantineStore, RestoreRefusedError, UnsafeFolderError
from schoon.scan._handles import rename_without_replacing
from schoon.scan.quarantine import (
    ChangedMeanwhileError,
    Custody,
    OtherFileSystemError,
    Stores,
    Target,
    delete,
    finish_deletion,
    new_item,
)
from tests.unit.scan.parts import exact_of

CONTENT = b"content"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "site" / "a" / "photo.jpg"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    path.chmod(0o640)
    os.utime(path, ns=(1_500_000_000_123_456_789, 1_400_000_000_987_654_321))
    return path


@pytest.fixture
def store(tmp_path):
    return QuarantineStore(os.fsencode(tmp_path / "quarantine"), make=True)


def target_of(path, content=CONTENT):
    found = path.stat()
    return Target(path=os.fsencode(path), dev=found.st_dev, ino=found.st_ino, exact=exact_of(content))


def a_custody(path, item=None, **fields):
    return Custody(
        item=item or new_item(),
        path_hex=os.fsencode(path).hex(),
        ref="r",
        why="listed",
        at="2026-03-01T12:00:00+00:00",
        **fields,
    )


def test_a_file_goes_in_and_comes_back_with_owner_mode_and_times(file, store):
    before = file.stat()
    kept = store.take(target_of(file), a_custody(file, hit="h1", strength="strong"))
    assert not file.exists()
    assert [(one.item, one.hit, one.path) for one in store.items()] == [(kept.item, "h1", os.fsencode(file))]
    assert store.restore(store.item(kept.item)) == os.fsencode(file)
    after = file.stat()
    for what in ("st_ino", "st_mode", "st_uid", "st_gid", "st_mtime_ns", "st_size"):
        assert getattr(after, what) == getattr(before, what)
    assert file.read_bytes() == CONTENT
    assert list(store.items()) == []
    assert os.listdir(store.path) == []


def test_mode_owner_and_times_are_set_back_when_somebody_changed_them_in_the_quarantine(file, store):
    before = file.stat()
    kept = store.take(target_of(file), a_custody(file))
    inside = os.path.join(store.path, kept.item.encode())
    os.chmod(inside, 0o777)
    os.utime(inside, ns=(0, 0))
    store.restore(store.item(kept.item))
    assert (file.stat().st_mode, file.stat().st_mtime_ns) == (before.st_mode, before.st_mtime_ns)


def test_the_quarantine_and_its_records_are_private(file, store):
    kept = store.take(target_of(file), a_custody(file))
    assert stat.S_IMODE(os.stat(store.path).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(os.path.join(store.path, kept.item.encode() + b".json")).st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o707])
def test_a_quarantine_that_is_open_to_others_is_refused(tmp_path, mode):
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(UnsafeFolderError, match=f"{mode:04o}"):
        QuarantineStore(os.fsencode(folder), make=True)


def test_a_quarantine_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(UnsafeFolderError, match="not a folder"):
        QuarantineStore(os.fsencode(tmp_path / "link"))


def test_a_file_that_was_changed_since_it_was_hashed_stays(file, store):
    target = target_of(file)
    file.write_bytes(b"another")
    with pytest.raises(ChangedMeanwhileError, match="content"):
        store.take(target, a_custody(file))
    assert file.read_bytes() == b"another"
    assert os.listdir(store.path) == []


def test_a_file_that_took_the_name_of_the_hashed_one_stays(file, store):
    target = target_of(file)
    file.rename(file.with_name("elsewhere"))
    file.write_bytes(CONTENT)  # the same bytes, another inode
    with pytest.raises(ChangedMeanwhileError, match="another file"):
        store.take(target, a_custody(file))
    assert file.exists()


def test_a_link_in_the_place_of_the_file_is_not_followed(file, store, tmp_path):
    target = target_of(file)
    victim = tmp_path / "victim"
    file.rename(victim)
    file.symlink_to(victim)
    with pytest.raises(OSError, match="not a regular file"):
        store.take(target, a_custody(file))
    assert victim.exists()


def test_a_folder_that_was_swapped_for_a_link_is_not_passed(file, store, tmp_path):
    target = target_of(file)
    real = tmp_path / "moved"
    file.parent.rename(real)
    file.parent.symlink_to(real)
    with pytest.raises(NotADirectoryError):
        store.take(target, a_custody(file))
    assert (real / "photo.jpg").exists()
    with pytest.raises(NotADirectoryError):
        delete(target, b".tmp")
    assert (real / "photo.jpg").exists()


def test_nothing_but_the_hashed_file_is_ever_taken_while_its_name_is_swapped(file, store):
    """Another thread swaps the name between two files as fast as it can."""
    other = file.with_name("innocent.jpg")
    other.write_bytes(b"innocent")
    target = target_of(file)
    spare = file.with_name("spare")
    stop = threading.Event()

    folder = os.open(file.parent, os.O_RDONLY)
    turns = ((file, spare), (other, file), (file, other), (spare, file))

    def swap():
        while not stop.is_set():
            for old, new in turns:
                try:
                    rename_without_replacing(folder, os.fsencode(old.name), folder, os.fsencode(new.name))
                except (FileNotFoundError, FileExistsError):
                    return

    swapper = threading.Thread(target=swap)
    swapper.start()
    taken = None
    for _ in range(300):
        try:
            taken = store.take(target, a_custody(file))
        except (ChangedMeanwhileError, FileNotFoundError):
            continue
        break
    stop.set()
    swapper.join()
    os.close(folder)
    inside = [entry for entry in os.listdir(store.path) if not entry.endswith(b".json")]
    if taken is not None:
        with open(os.path.join(store.path, taken.item.encode()), "rb") as kept:
            assert kept.read() == CONTENT
    survivors = [path.read_bytes() for path in file.parent.iterdir()]
    contents = [Path(os.fsdecode(store.path), os.fsdecode(name)).read_bytes() for name in inside]
    assert sorted(survivors + contents) == sorted([CONTENT, b"innocent"])


def test_another_file_system_is_refused_with_the_way_out(file):
    shm = "/dev/shm"
    if not os.path.isdir(shm) or os.stat(shm).st_dev == file.stat().st_dev:
        pytest.skip("no second file system here")
    store = QuarantineStore(f"{shm}/schoon-test-{os.getpid()}".encode(), make=True)
    try:
        with pytest.raises(OtherFileSystemError) as refused:
            store.take(target_of(file), a_custody(file))
        assert "--quarantine-dir" in refused.value.advice
        assert file.exists()
        assert os.listdir(store.path) == []
    finally:
        os.rmdir(store.path)


def test_restore_never_overwrites(file, store):
    kept = store.take(target_of(file), a_custody(file))
    file.write_bytes(b"new")
    with pytest.raises(RestoreRefusedError, match="file exists"):
        store.restore(store.item(kept.item))
    assert file.read_bytes() == b"new"
    assert store.has(kept.item)


def test_restore_says_so_when_the_folder_is_gone_and_takes_another(file, store, tmp_path):
    kept = store.take(target_of(file), a_custody(file))
    file.parent.rmdir()
    with pytest.raises(RestoreRefusedError, match="no such file"):
        store.restore(store.item(kept.item))
    assert store.restore(store.item(kept.item), to=os.fsencode(tmp_path)) == os.fsencode(tmp_path / "photo.jpg")


def test_restore_passes_no_link(file, store, tmp_path):
    kept = store.take(target_of(file), a_custody(file))
    file.parent.rmdir()
    (tmp_path / "elsewhere").mkdir()
    file.parent.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RestoreRefusedError):
        store.restore(store.item(kept.item))
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_purged_file_is_gone_and_so_is_its_record(file, store):
    kept = store.take(target_of(file), a_custody(file))
    store.purge(kept)
    assert os.listdir(store.path) == []


@pytest.mark.parametrize("name", ["", "../x", "nothing", "a/b", "."])
def test_only_ids_name_items(store, name):
    with pytest.raises(NoSuchItemError):
        store.item(name)


def test_names_that_are_no_utf8_survive_the_round(tmp_path, store):
    path = os.path.join(os.fsencode(tmp_path), b"caf\xe9\n.jpg")
    with open(path, "wb") as file:
        file.write(CONTENT)
    found = os.stat(path)
    custody = Custody(item=new_item(), path_hex=path.hex(), ref="r", why="listed", at="2026-03-01T12:00:00+00:00")
    store.take(Target(path=path, dev=found.st_dev, ino=found.st_ino, exact=exact_of(CONTENT)), custody)
    assert store.restore(store.item(custody.item)) == path


def test_a_record_of_a_move_that_never_happened_is_tidied(file, store):
    store._write(a_custody(file, item="abc"))
    assert list(store.items()) == []
    store.tidy("abc")
    assert os.listdir(store.path) == []


def test_deleting_removes_the_hashed_file_alone(file):
    target = target_of(file)
    twin = file.with_name("twin")
    twin.write_bytes(CONTENT)
    delete(target, b".schoon-deleting-1")
    assert [path.name for path in file.parent.iterdir()] == ["twin"]
    with pytest.raises(ChangedMeanwhileError):
        delete(Target(path=os.fsencode(twin), dev=target.dev, ino=target.ino, exact=target.exact), b".t")
    assert twin.exists()


def test_a_deletion_that_was_cut_off_is_ended_or_undone(file):
    target = target_of(file)
    folder = os.open(file.parent, os.O_RDONLY)
    assert finish_deletion(target, b".t") is False  # it had not begun
    rename_without_replacing(folder, b"photo.jpg", folder, b".t")
    assert finish_deletion(target, b".t") is True
    assert list(file.parent.iterdir()) == []
    assert finish_deletion(target, b".t") is True  # it had ended
    file.write_bytes(b"another")
    other = Target(path=target.path, dev=target.dev, ino=target.ino + 1, exact=target.exact)
    rename_without_replacing(folder, b"photo.jpg", folder, b".t")
    os.close(folder)
    if file.parent.joinpath(".t").stat().st_ino == other.ino:
        pytest.skip("the inode number was given out again")
    assert finish_deletion(other, b".t") is False
    assert file.read_bytes() == b"another"


def test_the_default_place_is_the_root_of_the_file_system_and_a_named_one_goes_before(tmp_path):
    place = Stores(None).place_for(os.fsencode(tmp_path))
    assert os.path.basename(place) == b".schoon-quarantine"
    assert os.stat(os.path.dirname(place)).st_dev == tmp_path.stat().st_dev
    assert Stores(b"/named").place_for(os.fsencode(tmp_path)) == b"/named"
