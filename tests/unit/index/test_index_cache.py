"""Compiled kernels are kept for just the sources they were made of."""

import shutil
import subprocess
import sys
from pathlib import Path

import schoon
from schoon.index import warm

PROGRAM = "from schoon.index import warm; done = warm(); print(done.compiled, done.loaded)"


def test_every_kernel_is_kept_in_one_folder_of_its_version() -> None:
    folders = {folder for folder in warm().folders if "kernels-" in folder}
    assert len({Path(folder).parent for folder in folders}) == 1
    assert folders == set(warm().folders)


def test_a_change_in_one_file_compiles_the_kernels_of_all_files_anew(tmp_path: Path) -> None:
    """Kernels call each other across files, and what is compiled holds the others inside it."""
    package = tmp_path / "program" / "schoon"
    ignored = shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc")
    shutil.copytree(Path(schoon.__file__).parent, package, ignore=ignored)
    environment = {"PYTHONPATH": str(package.parent), "NUMBA_CACHE_DIR": str(tmp_path / "cache"), "HOME": str(tmp_path)}

    def start() -> list[int]:
        shown = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
        )
        return [int(number) for number in shown.stdout.split()]

    compiled, loaded = start()
    assert compiled > 5
    assert loaded == 0
    assert start() == [0, compiled]
    with (package / "index" / "_kernels" / "_search.py").open("a", encoding="utf-8") as file:
        file.write("\n# another version of this file alone\n")
    assert start() == [compiled, 0]
