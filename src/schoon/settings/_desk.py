"""The settings of the desk: its keys, and how the hotline works."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from schoon.settings._parsing import Setting, count_of, duration_of, list_of, path_of, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """What the environment says of the desk."""

    desk_key_file: Annotated[
        Path,
        Setting(
            parse=path_of,
            shown="HOME/keys/desk.key",
            means="The file with the 32 bytes that seal addresses, texts and notes of the desk. Not on hosts that only "
            "answer checks; keep it away from backups of the database.",
        ),
    ]
    reporter_key_file: Annotated[
        Path,
        Setting(
            parse=path_of,
            shown="HOME/keys/reporter.key",
            means="The file with the 32 bytes that seal who reported, and nothing else.",
        ),
    ]
    agreement: Annotated[
        int, Setting(parse=count_of, shown="1", means="So many analysts have to judge an item alike before it counts.")
    ] = 1
    exposure_items: Annotated[
        int | None,
        Setting(parse=count_of, shown="(no limit)", means="How many items an analyst may look at in a day (UTC)."),
    ] = None
    exposure_time: Annotated[
        timedelta | None,
        Setting(parse=duration_of, shown="(no limit)", means="For how long an analyst may look at items in a day."),
    ] = None
    keep_reporter: Annotated[
        timedelta,
        Setting(
            parse=duration_of,
            shown="90d",
            means="After so long the reporter and the text of a report are deleted. The worker does it, or "
            "`schoon report expire`.",
        ),
    ] = timedelta(days=90)
    mail_senders: Annotated[
        tuple[str, ...],
        Setting(
            parse=list_of,
            shown="(none)",
            means="From whom `schoon report mail` takes reports: mail addresses and whole domains, comma-separated.",
        ),
    ] = ()
    refused_mail: Annotated[
        Path,
        Setting(
            parse=path_of,
            shown="HOME/refused-mail",
            means="The folder in which the words of messages lie that `schoon report mail` refused, for a person.",
        ),
    ]
    viewer: Annotated[
        str,
        Setting(
            parse=text_of,
            shown="(none)",
            means="The address of the hotline's own isolated viewer; a one-time token follows it behind a `#`.",
        ),
    ] = ""
    proposal_supplier: Annotated[
        str,
        Setting(
            parse=text_of,
            shown="(none)",
            means="The supplier under whose name the hotline's own `baseline` judgements are proposed to the list.",
        ),
    ] = ""
    attestation_key_file: Annotated[
        Path | None,
        Setting(
            parse=path_of,
            shown="(none)",
            means="The private key (PEM) with which the supplier's organisation attests what it proposes; without it "
            "the batches wait for `schoon list attest`.",
        ),
    ] = None
