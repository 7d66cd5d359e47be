"""The workplace of an installation: the table of jobs over its rooms."""

from schoon.rooms import Rooms
from schoon.worker._workplace import Chore, Job, Workplace

_MINUTE = 60.0


def workplace_over(rooms: Rooms) -> Workplace:
    """Every kind of task with the room that does it, and the chores of rooms that keep no tasks."""
    return Workplace(
        agenda=rooms.agenda, jobs=_jobs(rooms), chores=_chores(rooms), clock=rooms.clock, close=rooms.close
    )


def _jobs(rooms: Rooms) -> list[Job]:  # noqa: ARG001 - the rooms of the desk come
    return []


def _chores(rooms: Rooms) -> list[Chore]:
    return [
        Chore(name="hits-due", every_seconds=_MINUTE, run=lambda: rooms.hits.due_work(rooms.clock())),
        Chore(
            name="hits-delivery",
            every_seconds=_MINUTE,
            run=lambda: rooms.hits.deliver_due(rooms.clock, rooms.sender),
        ),
    ]
