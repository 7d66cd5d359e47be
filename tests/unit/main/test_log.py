import json
import logging

from schoon.main._log import JsonLines, log_bug

SECRET = "d2f1a9e0c3b44f6e"


def _record(**extra):
    record = logging.LogRecord("schoon.x", logging.INFO, "x.py", 1, "notice sent", None, None)
    vars(record).update(extra)
    return record


def test_a_line_holds_message_and_fields():
    line = json.loads(JsonLines().format(_record(event="notice.sent", notice_id=7)))
    assert line["says"] == "notice sent"
    assert line["event"] == "notice.sent"
    assert line["notice_id"] == 7


def test_of_a_fault_only_type_and_place_are_logged():
    try:
        raise ValueError(f"the digest {SECRET} of /srv/www/customer/photo.jpg")
    except ValueError as fault:
        text = JsonLines().format(_record(exc_info=(type(fault), fault, fault.__traceback__)))
    assert SECRET not in text
    assert "customer" not in text
    assert json.loads(text)["fault"] == "ValueError"
    assert "test_log.py" in json.loads(text)["where"][0]


def test_a_bug_gets_a_reference_that_the_log_knows(tmp_path):
    try:
        raise RuntimeError(SECRET)
    except RuntimeError:
        reference, where = log_bug(tmp_path / "home")
    written = (tmp_path / "home" / "schoon.log").read_text()
    assert reference in written
    assert where.endswith("schoon.log")
    assert SECRET not in written
    logging.getLogger().handlers[-1].close()
    logging.getLogger().handlers.clear()
