"""What is due when: rows with a due time, which one worker at a time may claim; nothing due is lost or done twice.

A task is put in the transaction that makes it necessary and ended in the one that does it. Effects on the outside world
happen between claiming and ending, with a key by which the other side can drop a second one: who dies in between is
followed by another.
"""

from schoon.agenda.ports import Agenda
from schoon.agenda.rules import retry_after
from schoon.agenda.types import Claimed, Failing, Task, TaskKind, Waiting

__all__ = ["Agenda", "Claimed", "Failing", "Task", "TaskKind", "Waiting", "retry_after"]
