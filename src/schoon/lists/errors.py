"""What can be wrong with a list, an import, an attestation or a publish."""

from schoon.kinds import InputError, OutageError, RefusedError


class UnknownSupplierError(InputError):
    """There is no supplier with that name or id."""

    next_step = "`schoon supplier list` shows the suppliers"


class UnknownBatchError(InputError):
    """There is no batch with that id."""

    next_step = "`schoon list status` shows the batches"


class UnknownEntryError(InputError):
    """There is no entry with that id."""

    next_step = "give the number of an entry, as a hit or a report shows it"


class UnknownVersionError(InputError):
    """That version was never published."""

    next_step = "`schoon list status` shows the versions"


class SupplierNameError(InputError):
    """The name or class cannot be a supplier's."""

    next_step = "choose 1 to 100 printable characters"


class UnreadableSourceError(InputError):
    """The file cannot be imported."""

    next_step = "see that the file is there, readable and of the format that was named"


class NothingToDoError(InputError):
    """Nothing was given to work on."""

    next_step = "name at least one entry, batch or digest"


class InvalidSignatureError(InputError):
    """The signature is not one of this organisation over this batch."""

    next_step = "sign the text that `schoon list attest --print` shows, with a registered key of the organisation"


class SupplierNameTakenError(RefusedError):
    """Another supplier has that name."""

    next_step = "choose another name, or use the supplier that is there"


class TooManyError(RefusedError):
    """The list is full: 65,535 suppliers and 4,294,967,295 entries fit."""

    next_step = "start a second list"


class ForeignKeyError(RefusedError):
    """The key is not a registered, good key of that organisation."""

    next_step = "register it with `schoon organisation key NAME PUBLIC.pem`, or sign with one that is"


class AttestedBeforeError(RefusedError):
    """That organisation attested the batch before; a second attestation comes from another one."""

    next_step = "let another organisation attest it"


class BatchStateError(RefusedError):
    """The batch is not in a state that allows it."""

    next_step = "`schoon list status` shows what the batch waits for"


class TamperedError(RefusedError):
    """The tables hold something else than what was imported and attested."""

    next_step = "find out who writes the database; restore it from a backup; nothing was published"


class SigningKeyMissingError(RefusedError):
    """This host has no publishing key."""

    next_step = "publish on the publisher's machine, where SCHOON_SIGNING_KEY_FILE is"


class NotPublishedError(RefusedError):
    """Nothing is published yet."""

    next_step = "publish first"


class DeltaImpossibleError(RefusedError):
    """A delta cannot carry this change."""

    next_step = "publish in full"


class ImportingElsewhereError(RefusedError):
    """The same supplier's list is being imported at this moment."""

    next_step = "wait until the other import is done"


class PublishingElsewhereError(OutageError):
    """Another process is publishing, and does not finish."""

    next_step = "wait for it, or look what it does"


class ImportHelperError(OutageError):
    """The second process of an import ended early, for want of memory perhaps."""

    next_step = "import the same file again: it goes on where it was"


class ListChangedError(OutageError):
    """A batch was withdrawn or held back while the list was being published."""

    next_step = "publish again"


class PublicationAwayError(OutageError):
    """The publication directory cannot be read or written."""

    next_step = "see that SCHOON_PUBLICATION is there, writable, and has room"
