"""Two service processes over one publication and database: withdrawals and revoked tokens reach both in 2 s."""

import time
from collections.abc import Callable
from pathlib import Path

from schoon.client import CheckItem, SchoonClient, TokenRefusedError, Verdict
from schoon.kinds import Standing
from tests.integration.api.conftest import LISTED_MD5, ONE_SHOT, RECEIPT_PUBLIC, THE_LIST, wait_until
from tests.integration.api.house import OPERATOR, Publication, add_member, clock, open_rooms

LIMIT_SECONDS = 2.0


def verdict_at(client: SchoonClient) -> Verdict | None:
    return client.check([CheckItem(id="a", md5=LISTED_MD5.hex())]).answers[0].verdict


def test_a_withdrawal_and_a_revoked_token_reach_both_processes(tmp_path: Path, processes: Callable[[Path], str]):
    publication = Publication(tmp_path / "publication")
    publication.publish(THE_LIST)
    rooms = open_rooms(tmp_path)
    token = add_member(rooms, "hoster")
    clients = [
        SchoonClient(processes(tmp_path), token, receipt_key=RECEIPT_PUBLIC, patience=ONE_SHOT) for _ in range(2)
    ]
    assert [verdict_at(client) for client in clients] == [Verdict.LISTED] * 2
    hits = {client.hits().hits[0].id for client in clients}
    assert len(hits) == 1, "one open hit per member and entry, whichever process was asked"

    publication.change({1: Standing.WITHDRAWN})
    withdrawn_at = time.monotonic()
    wait_until(lambda: [verdict_at(client) for client in clients] == [Verdict.NOT_LISTED] * 2, LIMIT_SECONDS)
    print(f"withdrawal: both answer not_listed after {time.monotonic() - withdrawn_at:.2f} s")

    rooms.members.revoke_token(rooms.members.list_tokens("hoster")[0].token_id, actor=OPERATOR, now=clock())
    wait_until(lambda: all(is_refused(client) for client in clients), LIMIT_SECONDS)
    for client in clients:
        client.close()


def is_refused(client: SchoonClient) -> bool:
    try:
        client.list_state()
    except TokenRefusedError:
        return True
    return False
