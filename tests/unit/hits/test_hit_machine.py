"""Whatever happens in whatever order, no hit is lost or doubled, and no clock goes on for a wrong reason."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from schoon.check import Verdict
from schoon.hits import Action, ActionOutcome, DisputeAnswer, DisputeOutcome, HitState
from schoon.kinds import EntryId, OrganisationId
from schoon.lists import EntryState
from tests.memory.house import DAY, T0, a_sighting, memory_house

ENTRIES = st.integers(1, 3)
MEMBERS = st.sampled_from(["m1", "m2"])
REASON = "reasons that say enough"


class HitMachine(RuleBasedStateMachine):
    """Sees, acts, disputes, answers, suspends, releases, withdraws and lets time pass, over memory."""

    def __init__(self) -> None:
        super().__init__()
        self.house = memory_house()
        self.house.office.police = {OrganisationId(1)}
        self.members = {name: self.house.member(name) for name in ("m1", "m2")}
        self.now = T0
        self.seen = 0
        self.told: dict[tuple[str, int], int] = {}

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)
        before = {hit.hit_id: hit.overdue_at for hit in self.house.all_hits()}
        self.house.hits.due_work(self.now)
        for hit in self.house.all_hits():
            if before[hit.hit_id] is not None:
                assert hit.overdue_at == before[hit.hit_id]

    @rule(name=MEMBERS, entry=ENTRIES, verdict=st.sampled_from([Verdict.LISTED, Verdict.REVIEW]))
    def see(self, name, entry, verdict):
        earlier = [h for h in self.house.all_hits(self.members[name]) if h.entry_id == entry]
        (hit_id,) = self.house.see(self.members[name], a_sighting(entry, verdict), now=self.now)
        if any(h.closed_at is None for h in earlier):
            assert hit_id in {h.hit_id for h in earlier}
        self.seen += 1

    @rule(name=MEMBERS, entry=ENTRIES, action=st.sampled_from(Action))
    def act(self, name, entry, action):
        mine = [h for h in self.house.all_hits(self.members[name]) if h.entry_id == entry]
        if not mine:
            return
        before = mine[0]
        result = self.house.act(self.members[name], before.hit_id, action, REASON, now=self.now)
        after = self.house.hit(before.hit_id)
        assert result.state is after.state
        if result.outcome is not ActionOutcome.DONE:
            assert after == before
        again = self.house.act(self.members[name], before.hit_id, action, REASON, now=self.now)
        assert again.outcome is not ActionOutcome.DONE

    @precondition(lambda self: self.house.hits.disputes())
    @rule(upheld=st.booleans())
    def answer(self, upheld):
        dispute = self.house.hits.disputes()[0]
        outcome = DisputeOutcome.UPHELD if upheld else DisputeOutcome.REJECTED
        given = DisputeAnswer(dispute_id=dispute.dispute_id, outcome=outcome, reasons=REASON, by=OrganisationId(1))
        self.house.hits.answer_dispute(given, actor="desk", now=self.now)

    @rule(entry=ENTRIES, state=st.sampled_from([EntryState.SUSPENDED, EntryState.ACTIVE, EntryState.WITHDRAWN]))
    def list_changes(self, entry, state):
        if self.house.office.states.get(EntryId(entry)) is not EntryState.WITHDRAWN:
            self.house.office.change(EntryId(entry), state, now=self.now)

    @invariant()
    def every_sighting_is_in_exactly_one_hit(self):
        assert sum(hit.sightings for hit in self.house.all_hits()) == self.seen

    @invariant()
    def one_open_hit_per_member_and_entry(self):
        still_open = [(h.member_id, h.entry_id) for h in self.house.all_hits() if h.closed_at is None]
        assert len(still_open) == len(set(still_open))

    @invariant()
    def clocks_run_exactly_where_they_should(self):
        disputes = self.house.hits.disputes(open_only=False)
        rejected = {d.hit_id for d in disputes if d.outcome is DisputeOutcome.REJECTED}
        holding = {(d.member_id, d.entry_id) for d in disputes if d.outcome is None and d.hit_id not in rejected}
        for hit in self.house.all_hits():
            state = self.house.office.states.get(hit.entry_id, EntryState.ACTIVE)
            if hit.closed_at is not None or hit.verdict is Verdict.REVIEW:
                assert hit.due_at is None
                assert hit.remaining is None
                continue
            paused = (hit.member_id, hit.entry_id) in holding or state is EntryState.SUSPENDED
            assert (hit.due_at is None) == paused == (hit.remaining is not None)
            left = hit.remaining if hit.due_at is None else hit.due_at - self.now
            assert left is not None
            assert left <= DAY
            assert hit.due_at is None or hit.due_at >= hit.opened_at

    @invariant()
    def withdrawn_entries_have_no_open_hits_and_no_open_disputes(self):
        gone = {e for e, s in self.house.office.states.items() if s is EntryState.WITHDRAWN}
        assert not gone & {hit.entry_id for hit in self.house.all_hits() if hit.closed_at is None}
        assert not gone & {dispute.entry_id for dispute in self.house.hits.disputes()}
        for hit in self.house.all_hits():
            assert (hit.withdrawn_at is not None) == (hit.entry_id in gone)
            assert (hit.state in {HitState.WITHDRAWN, HitState.RESTORED}) == (hit.entry_id in gone)

    @invariant()
    def every_withdrawal_is_told_once_to_every_member_concerned(self):
        gone = {e for e, s in self.house.office.states.items() if s is EntryState.WITHDRAWN}
        concerned = {(h.member_id, h.entry_id) for h in self.house.all_hits() if h.entry_id in gone}
        keys = [row.message.key for row in self.house.outbox._rows if row.message.key.startswith("withdrawn:")]  # type: ignore[attr-defined]  # the twin's own rows
        assert sorted(keys) == sorted(f"withdrawn:{member}:{entry}" for member, entry in concerned)


HitMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
test_hits_are_never_lost_doubled_or_timed_wrongly = HitMachine.TestCase
