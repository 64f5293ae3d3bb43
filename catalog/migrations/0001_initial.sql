-- The catalog's first schema. Definitions are JSON in Glue's shapes; what is searched for has columns of its own.

CREATE TABLE databases (
    name {text} PRIMARY KEY,
    definition TEXT NOT NULL
) {clustered};

CREATE TABLE tables (
    table_id {row_id},
    database_name {text} NOT NULL REFERENCES databases (name),
    name {text} NOT NULL,
    version BIGINT NOT NULL,
    definition TEXT NOT NULL,
    -- Kept with every change, so that no query counts a million rows.
    partition_count BIGINT NOT NULL,
    UNIQUE (database_name, name)
);

CREATE TABLE table_versions (
    table_id BIGINT NOT NULL REFERENCES tables (table_id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (table_id, version)
) {clustered};

-- Partitions of one table are nearly always stored alike: a descriptor is held once, with the part of the location that
-- they share.
CREATE TABLE storage_descriptors (
    descriptor_id {row_id},
    -- The definition's SHA-256: definitions may be too long for an index.
    digest {bytes} NOT NULL UNIQUE,
    definition TEXT NOT NULL
);

CREATE TABLE partitions (
    partition_id {row_id},
    table_id BIGINT NOT NULL REFERENCES tables (table_id) ON DELETE CASCADE,
    -- The values' order: see partition_key.rs.
    ordering {bytes} NOT NULL,
    key_values {text} NOT NULL,
    descriptor_id BIGINT NOT NULL REFERENCES storage_descriptors (descriptor_id),
    -- What the location has after the descriptor's; NULL for the folders that Hive gives these values.
    location_rest TEXT,
    -- NULL for none; see partition_parameters.rs.
    parameters TEXT,
    creation_time BIGINT NOT NULL,
    UNIQUE (table_id, ordering, key_values)
);

-- One row for each key of each partition but the first, for conditions that leave the first keys open.
CREATE TABLE partition_values (
    table_id BIGINT NOT NULL REFERENCES tables (table_id) ON DELETE CASCADE,
    ordinal BIGINT NOT NULL,
    sort_key {bytes} NOT NULL,
    partition_id BIGINT NOT NULL,
    PRIMARY KEY (table_id, ordinal, sort_key, partition_id)
) {clustered};

CREATE TABLE partition_indexes (
    table_id BIGINT NOT NULL REFERENCES tables (table_id) ON DELETE CASCADE,
    name {text} NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (table_id, name)
) {clustered};

-- Glue's statistics of columns. A table's own have no partition values.
CREATE TABLE column_statistics (
    table_id BIGINT NOT NULL REFERENCES tables (table_id) ON DELETE CASCADE,
    key_values {text} NOT NULL,
    column_name {text} NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (table_id, key_values, column_name)
) {clustered};

CREATE TABLE functions (
    database_name {text} NOT NULL REFERENCES databases (name) ON DELETE CASCADE,
    name {text} NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (database_name, name)
) {clustered};

CREATE TABLE classifiers (
    name {text} PRIMARY KEY,
    definition TEXT NOT NULL
) {clustered};

CREATE TABLE crawlers (
    name {text} PRIMARY KEY,
    definition TEXT NOT NULL,
    -- Who runs it now and until when that is believed; NULL when nobody does.
    run_id TEXT,
    lease_until BIGINT
) {clustered};

CREATE TABLE crawls (
    crawl_id {text} PRIMARY KEY,
    crawler_name {text} NOT NULL,
    start_time BIGINT NOT NULL,
    record TEXT NOT NULL
) {clustered};
CREATE INDEX crawls_by_crawler ON crawls (crawler_name, start_time);

-- What a crawler wrote of a table, to tell what others changed since.
CREATE TABLE crawled_tables (
    database_name {text} NOT NULL,
    name {text} NOT NULL,
    crawler_name {text} NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (database_name, name)
) {clustered};

-- What a crawler found in each folder, so that a folder that is as it was is not read again.
CREATE TABLE crawled_folders (
    crawler_name {text} NOT NULL,
    folder {text} NOT NULL,
    digest {bytes} NOT NULL,
    finding TEXT NOT NULL,
    PRIMARY KEY (crawler_name, folder)
) {clustered};

-- What is known of files, by folder, name and version.
CREATE TABLE file_folders (
    folder_id {row_id},
    uri {text} NOT NULL UNIQUE
);
CREATE TABLE file_statistics (
    folder_id BIGINT NOT NULL REFERENCES file_folders (folder_id) ON DELETE CASCADE,
    name {text} NOT NULL,
    version TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    columns TEXT NOT NULL,
    PRIMARY KEY (folder_id, name)
) {clustered};

-- A row is never removed: the id of a write that was not committed stays unseen for ever.
CREATE TABLE writes (
    write_id {row_id},
    state TEXT NOT NULL CHECK (state IN ('OPEN', 'COMMITTED', 'ABORTED', 'CLEANED')),
    query_id TEXT NOT NULL,
    location TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    -- The place of its commit among all commits, from 1.
    commit_sequence BIGINT UNIQUE
);
CREATE INDEX writes_to_clean ON writes (state) WHERE state IN ('OPEN', 'ABORTED');

CREATE TABLE queries (
    query_id {text} PRIMARY KEY,
    submitted_at BIGINT NOT NULL,
    record TEXT NOT NULL
) {clustered};
CREATE INDEX queries_by_time ON queries (submitted_at);

CREATE TABLE prepared_statements (
    workgroup {text} NOT NULL,
    name {text} NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (workgroup, name)
) {clustered};
