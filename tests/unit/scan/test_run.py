"""A scan as a whole, from files to the sum at the end."""

from schoon.client import Strength


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
