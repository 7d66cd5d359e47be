"""The files of the demonstration, and a manifest that says before any scan which of them must be found.

Ordinary photos that scikit-image ships and drawings made here, in every supported format. It uses nothing of Schoon:
what must be found follows from how a file was made alone. Some pictures are put on the list, as if they were known;
their copies, changed in the ways that pictures are changed, must be found, and everything else must not.
"""

import hashlib
import importlib.util
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

try:
    import pillow_heif
except ImportError:
    pillow_heif = None  # type: ignore[assignment]  # tells whether the extra is there

SEED = 2026
LISTED = {
    "coffee": "coffee.png",
    "cat": "chelsea.png",
    "rocket": "rocket.jpg",
    "motorcycle": "motorcycle_left.png",
    "coins": "coins.png",
    "galaxies": "hubble_deep_field.jpg",
    "tissue": "ihc.png",
}
"""Pictures that stand for known material, by the name the list gives them.

Pictures of fine texture alone (gravel, a wall, grass) are not among them: turned, or at half size, PDQ itself puts them
farther from themselves than the distance at which it may match.
"""
MISTAKEN = "stock-picture"
"""A lawful picture that is on the list by mistake: the project's own logo, which many sites show."""
_MISTAKEN_FILE = "logo.png"
LAWFUL = {
    "astronaut": "astronaut.png",
    "photographer": "camera.png",
    "colours": "color.png",
    "wall": "brick.png",
    "meadow": "grass.png",
    "gravel": "gravel.png",
    "cell": "cell.png",
    "moon": "moon.png",
    "page": "page.png",
    "text": "text.png",
    "eye": "retina.jpg",
    "horse": "horse.png",
}
"""Pictures that nobody objects to."""
_EXIF_ORIENTATION = 0x0112
_STORED_AS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}
_TILE_PIXELS = 160
_FOLDERS = (
    "www/images",
    "www/uploads/2026/03",
    "www/uploads/2026/11",
    "home/anna/Mijn foto's",
    "home/piet/été",
    "backup",
)

Maker = Callable[[Image.Image], tuple[bytes, str]]


class DemoPhotosMissingError(ImportError):
    """The photos of the demonstration are not installed: pip install 'schoon[demo]'."""


class Expected(StrEnum):
    """What a scan must say of a file."""

    LISTED_EXACT = "listed-exact"
    LISTED_PERCEPTUAL = "listed-perceptual"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One file of the folder that is scanned.

    Attributes:
        path: Where it is.
        how: In which way it was made; files made the same way share this word.
        source: The photo or drawing it was made of.
        original: The listed picture it must be found as, or None when it must not be found.
        expected: How it must be found.
        needs_dihedral: Found only where the member's policy has mirrored and turned pictures looked up too.
    """

    path: Path
    how: str
    source: str
    original: str | None = None
    expected: Expected = Expected.NOTHING
    needs_dihedral: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was planted.

    Attributes:
        scanned: The folder to scan.
        originals: The pictures and other files to put on the list, outside `scanned`; the stem is their name.
        known_good: A folder of lawful pictures for the test before activation.
        mistaken: The name of the original that is listed by mistake.
        files: Everything under `scanned`.
    """

    scanned: Path
    originals: tuple[Path, ...]
    known_good: Path
    mistaken: str
    files: tuple[Planted, ...]


def build_corpus(root: Path, *, seed: int = SEED) -> Manifest:
    """The manifest of the files that were made under `root`; also written there as manifest.json.

    Raises:
        DemoPhotosMissingError: The photos are not installed.
        FileExistsError: `root` holds a corpus already.
    """
    photos = _photo_folder()
    scanned, originals, known_good = (root / name for name in ("scanned", "originals", "known-good"))
    for folder in (scanned, originals, known_good):
        folder.mkdir(parents=True)
    writer = _Writer(scanned)
    listed = _plant_listed(writer, photos, originals)
    listed.append(_plant_mistaken(writer, photos, originals))
    listed.extend(_plant_other_files(writer, originals, np.random.default_rng(seed)))
    _plant_lawful(writer, photos, np.random.default_rng(seed + 1))
    _plant_oddities(writer, photos)
    _write_known_good(photos, known_good)
    manifest = Manifest(
        scanned=scanned,
        originals=tuple(listed),
        known_good=known_good,
        mistaken=MISTAKEN,
        files=tuple(writer.planted),
    )
    (root / "manifest.json").write_text(_as_json(manifest), encoding="utf-8")
    return manifest


class _Writer:
    """Puts files into the folders in turn and keeps the account of them."""

    def __init__(self, scanned: Path) -> None:
        self._scanned = scanned
        self.planted: list[Planted] = []

    def put(self, content: bytes, suffix: str, **account: object) -> None:
        at = len(self.planted)
        folder = self._scanned / _FOLDERS[at % len(_FOLDERS)] / f"{at // 60:02}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"img_{at:04}{suffix}"
        path.write_bytes(content)
        self.planted.append(Planted(path=path, **account))  # type: ignore[arg-type]  # the fields of Planted


def _photo_folder() -> Path:
    spec = importlib.util.find_spec("skimage")
    if spec is None or spec.origin is None:
        raise DemoPhotosMissingError
    return Path(spec.origin).parent / "data"


def _plant_listed(writer: _Writer, photos: Path, originals: Path) -> list[Path]:
    """The listed pictures as the list has them, and their copies, plain and changed."""
    written = []
    for name, file in LISTED.items():
        content = (photos / file).read_bytes()
        original = originals / f"{name}{Path(file).suffix}"
        original.write_bytes(content)
        written.append(original)
        for _ in range(2):
            writer.put(
                content, original.suffix, how="exact copy", source=name, original=name, expected=Expected.LISTED_EXACT
            )
        picture = Image.open(io.BytesIO(content)).convert("RGB")
        for how, make in _changes():
            changed, suffix = make(picture)
            writer.put(
                changed, suffix, how=how, source=name, original=name, expected=Expected.LISTED_PERCEPTUAL,
                needs_dihedral=how.startswith(("mirrored", "turned")),
            )  # fmt: skip
    return written


def _plant_mistaken(writer: _Writer, photos: Path, originals: Path) -> Path:
    content = (photos / _MISTAKEN_FILE).read_bytes()
    original = originals / f"{MISTAKEN}.png"
    original.write_bytes(content)
    for _ in range(3):
        writer.put(
            content, ".png", how="listed by mistake", source=MISTAKEN, original=MISTAKEN, expected=Expected.LISTED_EXACT
        )
    return original


def _plant_other_files(writer: _Writer, originals: Path, rng: np.random.Generator) -> list[Path]:
    """Listed files that are no pictures: only the very same bytes are known."""
    written = []
    for name in ("clip-1", "clip-2"):
        content = b"\x00\x00\x00\x18ftypmp42" + rng.bytes(40_000)
        original = originals / f"{name}.mp4"
        original.write_bytes(content)
        written.append(original)
        writer.put(
            content, ".mp4", how="exact copy, not a picture", source=name, original=name, expected=Expected.LISTED_EXACT
        )
        changed = content[:-1] + bytes([content[-1] ^ 1])
        writer.put(changed, ".mp4", how="one bit of a film changed", source=name)
    return written


def _plant_lawful(writer: _Writer, photos: Path, rng: np.random.Generator) -> None:
    """Lawful pictures whole, and pieces of them, in every format; and drawings."""
    writers = list(_formats())
    for name, file in LAWFUL.items():
        picture = Image.open(photos / file).convert("RGB")
        writer.put((photos / file).read_bytes(), Path(file).suffix, how="lawful photo", source=name)
        for at in range(9):
            make = writers[(at + len(writer.planted)) % len(writers)]
            content, suffix = make(_piece(picture, rng))
            writer.put(content, suffix, how="piece of a lawful photo", source=name)
    for at in range(24):
        content, suffix = writers[at % len(writers)](_drawing(rng))
        writer.put(content, suffix, how="drawing", source=f"drawing-{at}")


def _plant_oddities(writer: _Writer, photos: Path) -> None:
    """What also lies on a hoster's disks: texts, empty and broken files, icons, blank pictures."""
    cut = (photos / LISTED["rocket"]).read_bytes()
    texts = {
        ".html": b"<!doctype html><title>Zomer</title><p>foto's van de zomer</p>",
        ".txt": b"BM is not a bitmap here\n",
    }
    for suffix, text in texts.items():
        writer.put(text * 3, suffix, how="text", source="text")
    writer.put(b"", ".jpg", how="empty file", source="nothing")
    writer.put(cut[: len(cut) // 3], ".jpg", how="listed photo cut short", source="rocket")
    writer.put(b"PK\x03\x04" + bytes(range(256)) * 20, ".zip", how="archive", source="bytes")
    writer.put(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ".png", how="broken picture", source="bytes")
    writer.put(_saved(Image.new("RGB", (400, 300), "white"), "PNG"), ".png", how="blank picture", source="white")
    writer.put(_saved(Image.new("RGB", (4, 4), "red"), "GIF"), ".gif", how="icon of four pixels", source="red")


def _write_known_good(photos: Path, folder: Path) -> None:
    for name, file in LAWFUL.items():
        (folder / f"{name}{Path(file).suffix}").write_bytes((photos / file).read_bytes())


def _changes() -> Iterator[tuple[str, Maker]]:
    """Each way in which a listed picture is changed, with what makes it so."""
    yield "re-compressed", _as("JPEG", ".jpg", quality=40)
    yield "progressive", _as("JPEG", ".jpg", quality=80, progressive=True)
    yield "half size", lambda one: _as("PNG", ".png", compress_level=1)(_resized(one, 2))
    yield "quarter size", lambda one: _as("JPEG", ".jpg", quality=90)(_resized(one, 4))
    yield "re-coloured", lambda one: _as("JPEG", ".jpg", quality=90)(_recoloured(one))
    yield "grey", lambda one: _as("JPEG", ".jpg", quality=90)(one.convert("L"))
    yield "CMYK", lambda one: _as("JPEG", ".jpg", quality=90)(one.convert("CMYK"))
    yield "palette", lambda one: _as("PNG", ".png", compress_level=1)(one.convert("P", palette=Image.Palette.ADAPTIVE))
    yield "16 bit", lambda one: _as("PNG", ".png", compress_level=1)(_sixteen_bit(one))
    yield "transparent", lambda one: _as("PNG", ".png", compress_level=1)(one.convert("RGBA"))
    yield "GIF", _as("GIF", ".gif")
    yield "animated GIF", lambda one: _as("GIF", ".gif", save_all=True, append_images=[one.convert("L")])(one)
    yield "WebP", _as("WEBP", ".webp", quality=80)
    yield "AVIF", _as("AVIF", ".avif", quality=60, speed=9)
    yield "TIFF", _as("TIFF", ".tif", compression="tiff_lzw")
    yield "BMP", _as("BMP", ".bmp")
    if pillow_heif is not None:
        yield "HEIC", _as_heic
    for orientation in _STORED_AS:
        yield f"EXIF orientation {orientation}", _with_orientation(orientation)
    yield "mirrored", _turned(Image.Transpose.FLIP_LEFT_RIGHT)
    for degrees in (90, 180, 270):
        yield f"turned by {degrees} degrees", _turned(Image.Transpose[f"ROTATE_{degrees}"])


def _turned(turn: Image.Transpose) -> Maker:
    save = _as("JPEG", ".jpg", quality=90)
    return lambda one: save(one.transpose(turn))


def _formats() -> Iterator[Maker]:
    """Every format a lawful picture comes in."""
    yield _as("JPEG", ".jpg", quality=85)
    yield _as("JPEG", ".jpeg", quality=85, progressive=True)
    yield _as("PNG", ".png", compress_level=1)
    yield _as("GIF", ".gif")
    yield _as("WEBP", ".webp", quality=80)
    yield _as("AVIF", ".avif", quality=60, speed=9)
    yield _as("TIFF", ".tif", compression="tiff_deflate")
    yield _as("BMP", ".bmp")
    yield lambda one: _as("JPEG", ".jpg", quality=85)(one.convert("L"))
    yield lambda one: _as("JPEG", ".jpg", quality=85)(one.convert("CMYK"))
    yield lambda one: _as("PNG", ".png", compress_level=1)(one.quantize(128))
    if pillow_heif is not None:
        yield _as_heic


def _as(kind: str, suffix: str, **options: object) -> Maker:
    return lambda one: (_saved(one, kind, **options), suffix)


def _as_heic(one: Image.Image) -> tuple[bytes, str]:
    stream = io.BytesIO()
    pillow_heif.from_pillow(one).save(stream, quality=60, enc_params={"preset": "ultrafast"})
    return stream.getvalue(), ".heic"


def _saved(one: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    one.save(stream, kind, **options)
    return stream.getvalue()


def _with_orientation(orientation: int) -> Maker:
    block = Image.Exif()
    block[_EXIF_ORIENTATION] = orientation
    save = _as("JPEG", ".jpg", quality=90, exif=block.tobytes())
    return lambda one: save(one.transpose(_STORED_AS[orientation]))


def _resized(one: Image.Image, by: int) -> Image.Image:
    return one.resize((one.width // by, one.height // by), Image.Resampling.LANCZOS)


def _recoloured(one: Image.Image) -> Image.Image:
    """Warmer, more saturated, a little brighter."""
    red, green, blue = ImageEnhance.Color(one).enhance(1.5).split()
    warmer = Image.merge(
        "RGB", (red.point(lambda v: min(255, int(v * 1.08))), green, blue.point(lambda v: int(v * 0.88)))
    )
    return ImageEnhance.Brightness(warmer).enhance(1.05)


def _sixteen_bit(one: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(one.convert("L")).astype(np.uint16) * 257)


def _piece(one: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A piece of a third to two thirds of the picture's sides."""
    cols, rows = (max(_TILE_PIXELS, int(side * rng.uniform(0.35, 0.65))) for side in one.size)
    left, top = int(rng.integers(0, max(1, one.width - cols))), int(rng.integers(0, max(1, one.height - rows)))
    return one.crop((left, top, min(one.width, left + cols), min(one.height, top + rows)))


def _drawing(rng: np.random.Generator) -> Image.Image:
    """Clouds of colour at several scales."""
    total = np.zeros((180, 240, 3))
    for size in (3, 6, 12, 24):
        noise = Image.fromarray(rng.integers(0, 256, (size, size, 3), dtype=np.uint8))
        total += np.asarray(noise.resize((240, 180), Image.Resampling.BICUBIC), dtype=float)
    return Image.fromarray((total / 4).astype(np.uint8))


def _as_json(manifest: Manifest) -> str:
    """The manifest for a reader who runs no Python, with the digests that hashlib gives for the originals."""
    root = manifest.scanned.parent
    originals = [
        {
            "name": path.stem,
            "path": str(path.relative_to(root)),
            "wrongly_listed": path.stem == manifest.mistaken,
            "md5": hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest(),
            "sha1": hashlib.sha1(path.read_bytes(), usedforsecurity=False).hexdigest(),
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        for path in manifest.originals
    ]
    files = [asdict(one) | {"path": str(one.path.relative_to(root))} for one in manifest.files]
    return json.dumps({"originals": originals, "files": files}, indent=1, ensure_ascii=False) + "\n"
