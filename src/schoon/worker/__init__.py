"""Runs what is due. Several processes share the agenda; who dies is followed by another within a minute.

A process claims a batch of one kind of task, hands it to the room whose work it is, and takes the next kind in turn. A
batch that fails is halved until the task that fails stands alone; that one is set aside and tried again later.
"""

from schoon.worker._at_home import jobs_of, workplace_over
from schoon.worker._chores import Chore, chore_threads
from schoon.worker._crew import WorkOptions, work
from schoon.worker._turns import LEASE, Turns
from schoon.worker._workplace import Job, Workplace

__all__ = [
    "LEASE",
    "Chore",
    "Job",
    "Turns",
    "WorkOptions",
    "Workplace",
    "chore_threads",
    "jobs_of",
    "work",
    "workplace_over",
]
