"""The demonstration's files are what its manifest says, by pdqhash and Pillow alone."""

import ast
import hashlib
import json
from pathlib import Path

import numpy as np
import pdqhash
import pillow_heif
import pytest
from PIL import Image, ImageOps

from schoon.cli.demo import corpus as demo_corpus
from schoon.cli.demo.corpus import Expected, build_corpus

LIMIT = 31


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    pytest.importorskip("skimage")
    return build_corpus(tmp_path_factory.mktemp("demo") / "files")


@pytest.fixture(scope="module")
def listed(built):
    """Each listed picture's eight digests by pdqhash."""
    pictures = [path for path in built.originals if path.suffix != ".mp4"]
    return {path.stem: np.array(pdqhash.compute_dihedral(shown(path))[0], dtype=bool) for path in pictures}


def shown(path):
    """The picture as a viewer shows it: upright, over white, eight bits, RGB."""
    pillow_heif.register_heif_opener()
    with Image.open(path) as image:
        image.seek(0)
        if image.mode.startswith("I;16"):
            return np.repeat((np.asarray(image) // 257).astype(np.uint8)[..., None], 3, axis=2)
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    return np.asarray(Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB"))


def nearest(path, listed, *, dihedral):
    """(distance, name) of the nearest listed picture, or None when pdqhash has no digest of quality 50."""
    try:
        bits, quality = pdqhash.compute(shown(path))
    except (OSError, SyntaxError, ValueError):
        return None
    if quality < 50 or min(shown(path).shape[:2]) < 5:
        return None
    bits = np.asarray(bits, dtype=bool)
    return min((int((views[: 8 if dihedral else 1] ^ bits).sum(1).min()), name) for name, views in listed.items())


def test_there_are_enough_files_in_every_format(built):
    assert len(built.files) >= 300
    suffixes = {one.path.suffix for one in built.files}
    assert suffixes >= {".jpg", ".png", ".gif", ".webp", ".avif", ".heic", ".tif", ".bmp", ".mp4", ".html"}
    assert {one.path for one in built.files} == {path for path in built.scanned.rglob("*") if path.is_file()}
    assert sum(one.original is None for one in built.files) >= 100


def test_every_file_that_must_be_found_can_be_found(built, listed):
    for one in built.files:
        if one.expected is Expected.LISTED_PERCEPTUAL:
            found = nearest(one.path, listed, dihedral=one.needs_dihedral)
            assert found is not None, one
            assert found[0] <= LIMIT, (found, one)
            assert found[1] == one.original, (found, one)


def test_exact_copies_are_the_very_bytes(built):
    originals = {path.stem: hashlib.sha256(path.read_bytes()).digest() for path in built.originals}
    for one in built.files:
        same = hashlib.sha256(one.path.read_bytes()).digest() in originals.values()
        assert same == (one.expected is Expected.LISTED_EXACT), one
        if same:
            assert hashlib.sha256(one.path.read_bytes()).digest() == originals[str(one.original)]


def test_every_lawful_file_lies_far_from_every_listed_picture(built, listed):
    lawful = [one.path for one in built.files if one.original is None] + sorted(built.known_good.iterdir())
    for path in lawful:
        found = nearest(path, listed, dihedral=True)
        assert found is None or found[0] > LIMIT + 12, (found, path)


def test_listed_pictures_lie_far_from_each_other(listed):
    names = sorted(listed)
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            assert (listed[other] ^ listed[one][0]).sum(1).min() > LIMIT + 12


def test_the_manifest_is_on_disk_and_says_the_same(built):
    written = json.loads((built.scanned.parent / "manifest.json").read_text())
    assert [row["how"] for row in written["files"]] == [one.how for one in built.files]
    assert [row["name"] for row in written["originals"] if row["wrongly_listed"]] == [built.mistaken]
    for row in written["originals"]:
        content = (built.scanned.parent / row["path"]).read_bytes()
        assert row["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.slow
def test_the_same_seed_makes_the_same_files(built, tmp_path):
    again = build_corpus(tmp_path / "files")
    for one, other in zip(built.files, again.files, strict=True):
        assert one.path.relative_to(built.scanned) == other.path.relative_to(again.scanned)
        if one.path.suffix not in {".heic", ".avif"}:
            assert one.path.read_bytes() == other.path.read_bytes()


def test_a_corpus_is_not_built_over_another(built):
    with pytest.raises(FileExistsError):
        build_corpus(built.scanned.parent)


def test_it_uses_nothing_of_schoon():
    tree = ast.parse(Path(demo_corpus.__file__).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert not {name for name in imported if name and name.startswith("schoon")}
