"""`schoon list …`: the table of its commands, each with its examples."""

from schoon.cli._commands import command, new_app
from schoon.cli._import import allow, attest, import_file, run_test
from schoon.cli._marks import release, suspend, withdraw
from schoon.cli._publish import dry_run, publish, refresh, rollback, status

app = new_app(
    "The hash list: import, attest, test, publish, withdraw.",
    "schoon list import photos.csv --supplier 'National police'",
    "schoon list status",
)
APPS = {"list": app}

command(
    app,
    "import",
    "schoon list import photos.csv --supplier 'National police'",
    "schoon list import entries.xml --supplier NCMEC --format ncmec --strict",
)(import_file)
command(
    app,
    "attest",
    "schoon list attest 12 --organisation 'National police' --key police.key.pem",
    "schoon list attest 12 --print > batch-12.txt   # to be signed elsewhere",
)(attest)
command(
    app,
    "test",
    "schoon list test 12 --files /srv/lawful-photos",
    "schoon list test 12 13 --digests lawful.txt --json",
)(run_test)
command(
    app,
    "allow",
    "schoon list allow --digest md5:5f4dcc3b5aa765d61d8327deb882cf99 --reason 'stock photo'",
    "schoon list allow --digests stock-photos.txt --reason 'agency list of 2026-11'",
)(allow)
command(app, "dry-run", "schoon list dry-run", "schoon list dry-run --files /srv/sample --json")(dry_run)
command(app, "publish", "schoon list publish", "schoon list publish --form snapshot")(publish)
command(app, "rollback", "schoon list rollback 41", "schoon list rollback 41 --json")(rollback)
command(app, "refresh", "schoon list refresh", "*/10 * * * * schoon list refresh   # in the publisher's crontab")(
    refresh
)
command(
    app,
    "withdraw",
    "schoon list withdraw --entry 1234 --reason 'dispute upheld'",
    "schoon list withdraw --supplier 'National police' --ref A-77 --reason 'supplied by mistake'",
)(withdraw)
command(
    app,
    "suspend",
    "schoon list suspend --entry 1234 --reason 'under examination'",
    "schoon list suspend --supplier 'National police' --ref A-77 --reason 'under examination'",
)(suspend)
command(
    app,
    "release",
    "schoon list release --entry 1234 --reason 'examined, stays'",
    "schoon list release --supplier 'National police' --ref A-77 --reason 'examined, stays'",
)(release)
command(app, "status", "schoon list status", "schoon list status --json | jq .version")(status)
