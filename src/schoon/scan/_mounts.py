"""Which mounted file systems hold no files of customers, and where a path's file system begins."""

import os
from pathlib import Path

_MOUNTINFO = Path("/proc/self/mountinfo")
_NEVER = (b"/proc", b"/sys", b"/dev")
_KERNEL_MADE = frozenset(
    {
        *("autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs"),
        *("fusectl", "hugetlbfs", "mqueue", "nsfs", "proc", "pstore", "rpc_pipefs", "securityfs", "selinuxfs", "sysfs"),
        "tracefs",
    }
)


def kernel_devices() -> frozenset[int]:
    """The device numbers of mounted file systems that the kernel makes up (proc, …); empty where /proc is not."""
    try:
        lines = _MOUNTINFO.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    found: set[int] = set()
    for line in lines:
        before, _, after = line.partition(" - ")
        if after.split(" ", 1)[0] in _KERNEL_MADE:
            major, minor = before.split(" ")[2].split(":")
            found.add(os.makedev(int(major), int(minor)))
    return frozenset(found)


def is_kernel_path(path: bytes) -> bool:
    """Whether an absolute path is, or lies in, /proc, /sys or /dev."""
    return any(path == never or path.startswith(never + b"/") for never in _NEVER)


def mount_root(path: bytes) -> bytes:
    """The highest folder above an absolute path (or itself) that is on the same file system."""
    device = os.lstat(path).st_dev
    here = path
    while here != b"/":
        above = os.path.dirname(here)
        if os.lstat(above).st_dev != device:
            return here
        here = above
    return here
