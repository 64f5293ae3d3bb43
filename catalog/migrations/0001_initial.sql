-- The catalog's first schema. Definitions are JSON in Glue's shapes; what is searched for has columns of its own.

CREATE TABLE catalog_identity (
    catalog_id TEXT NOT NULL
);

CREATE TABLE databases (
    name TEXT PRIMARY KEY,
    definition TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE tables (
    table_id INTEGER PRIMARY KEY AUTOINCREMENT,
    database_name TEXT NOT NULL REFERENCES databases (name),
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    definition TEXT NOT NULL,
    UNIQUE (database_name, name)
);

CREATE TABLE table_versions (
    table_id INTEGER NOT NULL REFERENCES tables (table_id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (table_id, version)
) WITHOUT ROWID;

-- Partitions of one table are nearly always stored alike: a descriptor, its location left out, is held once.
CREATE TABLE storage_descriptors (
    descriptor_id INTEGER PRIMARY KEY,
    definition TEXT NOT NULL UNIQUE
);

CREATE TABLE partitions (
    partition_id INTEGER PRIMARY KEY,
    table_id INTEGER NOT NULL REFERENCES tables (table_id) ON DELETE CASCADE,
    -- The values' order: see partition_key.rs.
    ordering BLOB NOT NULL,
    key_values TEXT NOT NULL,
    descriptor_id INTEGER NOT NULL REFERENCES storage_descriptors (descriptor_id),
    location TEXT,
    parameters TEXT,
    creation_time INTEGER NOT NULL,
    UNIQUE (table_id, ordering, key_values)
);

-- One row for each key of each partition, for conditions on keys that are not the first. NULL stands for NULL.
CREATE TABLE partition_values (
    table_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    sort_key BLOB,
    partition_id INTEGER NOT NULL REFERENCES partitions (partition_id) ON DELETE CASCADE
);
CREATE INDEX partition_values_by_key ON partition_values (table_id, ordinal, sort_key, partition_id);
CREATE INDEX partition_values_by_partition ON partition_values (partition_id);

-- A row is never removed: the id of a write that was not committed stays unseen for ever.
CREATE TABLE writes (
    write_id INTEGER PRIMARY KEY AUTOINCREMENT,
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'COMMITTED', 'ABORTED', 'CLEANED')),
    query_id TEXT NOT NULL,
    location TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    -- The place of its commit among all commits, from 1.
    commit_sequence INTEGER UNIQUE
);
CREATE INDEX writes_to_clean ON writes (state) WHERE state IN ('OPEN', 'ABORTED');

CREATE TABLE queries (
    query_id TEXT PRIMARY KEY,
    submitted_at INTEGER NOT NULL,
    record TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX queries_by_time ON queries (submitted_at);
