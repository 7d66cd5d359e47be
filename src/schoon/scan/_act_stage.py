"""The thread that acts: sets listed files aside or removes them, takes held files back, and tells the service."""

import os
from dataclasses import replace

from schoon.client import MAX_ACTIONS, Action, HitAction, QuotaReachedError
from schoon.kinds import OutageError, SchoonError
from schoon.scan._act_book import Act, ActBook, ActKind, Step
from schoon.scan._flow import Flow, path_facts
from schoon.scan._outside import Service
from schoon.scan._state import State
from schoon.scan.quarantine import (
    Custody,
    QuarantineStore,
    Stores,
    Target,
    delete,
    finish_deletion,
    new_item,
)
from schoon.scan.types import Problem, Trouble

_IDLE_SECONDS = 0.1
_REPORT_SECONDS = 600.0
_TEMPORARY = ".schoon-deleting-"


class ActStage:
    """The one thread that moves and removes files."""

    def __init__(self, flow: Flow, state: State, service: Service, stores: Stores) -> None:
        """Does what the book of acts says, and nothing else."""
        self._flow = flow
        self._state = state
        self._book = ActBook(state)
        self._service = service
        self._stores = stores
        self._reported_at = flow.time.monotonic()

    def settle(self) -> None:
        """End what a crash cut off in the middle, and drop what had not begun: its answer is of yesterday."""
        for act in self._book.open_acts(limit=-1):
            if act.step is Step.MOVING:
                self._settle_one(act)
            elif act.step is Step.DUE:
                self._book.drop(act)

    def run(self) -> None:
        """Until there is nothing more to do, or the scan was stopped; an act that was begun is ended first."""
        while not self._flow.stop.is_set():
            is_last = self._flow.answered.is_set()
            acts = self._book.open_acts()
            for act in acts:
                if self._flow.stop.is_set():
                    return
                self._perform(act)
            if self._flow.time.monotonic() - self._reported_at >= _REPORT_SECONDS:
                self.report()
            if not acts:
                if is_last:
                    self.report()
                    return
                self._flow.answered.wait(_IDLE_SECONDS)

    def report(self) -> None:
        """Tell the service which hits are dealt with; what it does not take now is told in the next scan."""
        self._reported_at = self._flow.time.monotonic()
        while hits := self._book.reportable(MAX_ACTIONS):
            actions = [
                HitAction(hit=hit, action=Action.REMOVED if is_deleted else Action.QUARANTINED)
                for hit, is_deleted in hits
            ]
            try:
                outcomes = self._service.act(actions).results
            except (OutageError, QuotaReachedError) as cause:
                self._flow.tell("hits.unreported", {"hits": len(hits), "detail": cause.message})
                return
            self._book.reported(hit for hit, _ in hits)
            refused = [{"hit": one.hit, "detail": one.detail} for one in outcomes if not one.is_done]
            self._flow.tell("hits.reported", {"hits": len(hits), "refused": refused})

    def _perform(self, act: Act) -> None:
        try:
            if act.step is Step.DUE:
                self._finish(self._touch(act))
            elif act.step is Step.RELEASE:
                self._release(act)
            else:
                self._keep(act)
        except (SchoonError, OSError) as cause:
            self._fail(act, cause)

    def _settle_one(self, act: Act) -> None:
        try:
            if self._recover(act):
                self._finish(act)
            else:
                self._book.drop(act)
        except (SchoonError, OSError) as cause:
            self._fail(act, cause)

    def _touch(self, act: Act) -> Act:
        """Do it for the first time, with the way back written down before; the act then knows its item."""
        if act.kind is ActKind.DELETE:
            temporary = _TEMPORARY + new_item()
            self._book.moving(act, store=None, item=temporary)
            delete(_target(act), temporary.encode())
            return act
        store = self._stores.store_for(os.path.dirname(act.path))
        item = new_item()
        self._book.moving(act, store=store.path, item=item)
        store.take(_target(act), _custody(act, item, self._flow.time.now().isoformat()))
        return replace(act, store=store.path, item=item)

    def _recover(self, act: Act) -> bool:
        """Whether an act that a crash cut off is complete now."""
        if act.item is None:
            return False
        if act.kind is ActKind.DELETE:
            return finish_deletion(_target(act), act.item.encode())
        store = QuarantineStore(act.store or b"")
        store.tidy(act.item)
        return store.has(act.item)

    def _finish(self, act: Act) -> None:
        self._book.done(act)
        self._flow.tell("act.done", {**_facts(act), "action": act.kind})

    def _release(self, act: Act) -> None:
        store = QuarantineStore(act.store or b"")
        if act.item is not None and store.has(act.item):  # else a crash cut off this very step
            store.restore(store.item(act.item))
        self._book.released(act)
        self._flow.tell("act.done", {**_facts(act), "action": "release"})

    def _keep(self, act: Act) -> None:
        """A held file is listed: it becomes a quarantined one, whatever the action, since it is out of the way."""
        store = QuarantineStore(act.store or b"")
        held = store.item(act.item or "")
        grounds = act.grounds
        store.keep(
            replace(
                held,
                why="listed",
                hit=grounds.hit,
                strength=grounds.strength,
                category=grounds.category,
                list_version=grounds.list_version,
            )
        )
        self._book.done(act, ActKind.QUARANTINE)
        self._flow.tell("act.done", {**_facts(act), "action": ActKind.QUARANTINE})

    def _fail(self, act: Act, cause: SchoonError | OSError) -> None:
        if isinstance(cause, SchoonError):
            detail, advice = cause.message, cause.advice
        else:
            detail, advice = (cause.strerror or "failed").lower(), ""
        self._book.failed(act, detail)
        self._state.store((), (), [Trouble(act.path, Problem.NOT_ACTED, detail)])
        self._flow.tell("act.failed", {**_facts(act), "action": act.kind, "detail": detail, "next_step": advice})


def _target(act: Act) -> Target:
    return Target(path=act.path, dev=act.dev, ino=act.ino, exact=act.exact)


def _custody(act: Act, item: str, at: str) -> Custody:
    grounds = act.grounds
    return Custody(
        item=item,
        path_hex=act.path.hex(),
        ref=act.ref,
        why="held" if act.kind is ActKind.HOLD else "listed",
        at=at,
        hit=grounds.hit,
        strength=grounds.strength,
        category=grounds.category,
        list_version=grounds.list_version,
    )


def _facts(act: Act) -> dict[str, object]:
    return {**path_facts(act.path), "ref": act.ref, "hit": act.grounds.hit, "item": act.item}
