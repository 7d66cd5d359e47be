CREATE TABLE entry_blocks (
    first_id INTEGER NOT NULL,
    batch_id INTEGER NOT NULL,
    supplier_id INTEGER NOT NULL,
    entry_count INTEGER NOT NULL,
    form SMALLINT NOT NULL,
    categories BLOB NOT NULL,
    kinds BLOB NOT NULL,
    times BLOB NOT NULL,
    contents BLOB NOT NULL,
    sealed BLOB NOT NULL,
    CONSTRAINT pk_entry_blocks PRIMARY KEY (first_id),
    CONSTRAINT ck_entry_blocks_form CHECK (form IN (1, 2)),
    CONSTRAINT ck_entry_blocks_entry_count CHECK (entry_count BETWEEN 1 AND 4096),
    CONSTRAINT ck_entry_blocks_columns CHECK (length(categories) = entry_count AND length(kinds) = entry_count AND length(times) = 8 * entry_count AND length(contents) = 32 * entry_count),
    CONSTRAINT fk_entry_blocks_batch_id FOREIGN KEY(batch_id) REFERENCES batches (id)
)
