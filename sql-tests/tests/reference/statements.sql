-- What docs/sql/statements.md tells of: examples of each statement and clause that Athena's reference has, in its order.
--
-- `-- # title` begins a section, `-- ## form` a line of its table; the statements of the line follow, each up to its `;` at the end
-- of a line. They run one after another over one lake, so that what is made has to be dropped. A line is supported when all of its
-- statements run, and not supported when all are refused with NOT_SUPPORTED or HIVE_UNSUPPORTED_FORMAT.

-- # The lake

-- ## What the examples are about
CREATE DATABASE IF NOT EXISTS sales COMMENT 'what is sold' LOCATION 's3://lake/sales/';
CREATE TABLE orders
WITH (external_location = 's3://lake/orders/', format = 'PARQUET', partitioned_by = ARRAY['dt']) AS
SELECT * FROM (VALUES
  (1, 'ann', DECIMAL '10.50', ARRAY['a', 'b'], DATE '2026-01-01'),
  (2, 'bob', DECIMAL '20.00', ARRAY['b'], DATE '2026-01-01'),
  (3, 'ann', DECIMAL '7.25', NULL, DATE '2026-01-02')) AS v (id, customer, price, tags, dt);
CREATE EXTERNAL TABLE events (id bigint, what string, at struct<x:int,y:int>, tags map<string,string>)
PARTITIONED BY (region string, dt date) STORED AS PARQUET LOCATION 's3://lake/events/';
CREATE EXTERNAL TABLE lines (id int, what string)
ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://lake/lines/';
CREATE VIEW customers AS SELECT DISTINCT customer FROM orders;

-- # SELECT

-- ## SELECT [ALL | DISTINCT] expression [[AS] alias], …
SELECT id, price * 2 AS twice, customer c FROM orders;
SELECT ALL customer FROM orders;
SELECT DISTINCT customer, dt FROM orders;
SELECT 1;
-- ## *, table.*, row.* AS (column, …)
SELECT * FROM orders;
SELECT o.*, o.id + 1 FROM orders AS o;
SELECT ROW(1, 'a').* AS (n, t);
SELECT CAST(ROW(1, 'a') AS ROW(n integer, t varchar)).*;
-- ## WITH name [(column, …)] AS (query), …
WITH a AS (SELECT id FROM orders), b (n) AS (SELECT id + 1 FROM a) SELECT * FROM b;
SELECT * FROM (WITH a AS (SELECT 1 AS x) SELECT x FROM a);
-- ## WITH RECURSIVE name (column, …) AS (query)
WITH RECURSIVE t (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t;
-- ## VALUES row, …
VALUES 1, 2, 3;
VALUES (1, 'a'), (2, 'b');
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t (id, name);
-- ## TABLE name
TABLE orders;
TABLE orders UNION ALL TABLE orders;
-- ## FROM [[catalog.]database.]table [[AS] alias [(column, …)]]
SELECT * FROM default.orders;
SELECT * FROM awsdatacatalog.default.orders;
SELECT * FROM "awsdatacatalog"."default"."orders";
SELECT a, b FROM orders AS o (a, b, c, d, e);
SELECT * FROM customers;
-- ## FROM (query) [AS alias [(column, …)]]
SELECT n FROM (SELECT id FROM orders) AS t (n);
SELECT id FROM (SELECT id FROM orders);
-- ## FROM a, b
SELECT a.id, b.id FROM orders a, orders b WHERE a.id = b.id;
-- ## CROSS JOIN
SELECT * FROM orders AS a CROSS JOIN (VALUES 1, 2) AS b (n);
-- ## [INNER] JOIN … ON
SELECT a.id FROM orders AS a JOIN orders AS b ON a.id = b.id;
SELECT a.id FROM orders AS a INNER JOIN orders AS b ON a.id < b.id AND a.customer = b.customer;
-- ## {LEFT | RIGHT | FULL} [OUTER] JOIN … ON
SELECT a.id, b.id FROM orders AS a LEFT JOIN orders AS b ON a.id = b.id + 1;
SELECT a.id, b.id FROM orders AS a RIGHT OUTER JOIN orders AS b ON a.id = b.id + 1;
SELECT a.id, b.id FROM orders AS a FULL OUTER JOIN orders AS b ON a.id = b.id + 1;
-- ## JOIN … USING (column, …)
SELECT id, customer FROM orders AS a JOIN orders AS b USING (id, customer);
-- ## NATURAL JOIN
SELECT * FROM orders AS a NATURAL JOIN orders AS b;
-- ## UNNEST (array | map, …) [WITH ORDINALITY] [AS alias (column, …)]
SELECT tag FROM orders CROSS JOIN UNNEST(tags) AS t (tag);
SELECT id, tag, n FROM orders CROSS JOIN UNNEST(tags) WITH ORDINALITY AS t (tag, n);
SELECT * FROM UNNEST(ARRAY[1, 2], ARRAY['a']) AS t (n, c);
SELECT k, v FROM UNNEST(MAP(ARRAY['a'], ARRAY[1])) AS t (k, v);
SELECT id, tag FROM orders, UNNEST(tags) AS t (tag);
SELECT id, tag FROM orders LEFT JOIN UNNEST(tags) AS t (tag) ON TRUE;
SELECT n, c FROM UNNEST(ARRAY[ROW(1, 'a'), ROW(2, 'b')]) AS t (n, c);
-- ## LATERAL (query)
SELECT id, twice FROM orders CROSS JOIN LATERAL (SELECT id * 2 AS twice);
-- ## TABLESAMPLE {BERNOULLI | SYSTEM} (percentage)
SELECT id FROM orders TABLESAMPLE BERNOULLI (50);
SELECT id FROM orders TABLESAMPLE SYSTEM (75);
-- ## TABLE (function(…))
SELECT * FROM TABLE(sequence(start => 1, stop => 10, step => 3));
SELECT * FROM TABLE(exclude_columns(input => TABLE(orders), columns => DESCRIPTOR(price, tags)));
SELECT * FROM TABLE(exclude_columns(input => TABLE(SELECT * FROM orders), columns => DESCRIPTOR(id)));
-- ## MATCH_RECOGNIZE (…)
SELECT * FROM orders MATCH_RECOGNIZE (
  PARTITION BY customer ORDER BY id MEASURES last(b.price) AS lowest
  ONE ROW PER MATCH AFTER MATCH SKIP PAST LAST ROW PATTERN (a b+) DEFINE b AS price < PREV(price));
-- ## JSON_TABLE (…)
SELECT * FROM JSON_TABLE('[1, 2]', 'lax $[*]' COLUMNS (n integer PATH 'lax $'));
-- ## FOR TIMESTAMP AS OF, FOR VERSION AS OF
SELECT * FROM orders FOR TIMESTAMP AS OF current_timestamp;
SELECT * FROM orders FOR VERSION AS OF 1;
-- ## "$path", "$file_size", "$file_modified_time", "$partition", "$bucket"
SELECT "$path", "$file_size", "$file_modified_time" FROM orders;
SELECT DISTINCT "$partition" FROM orders;
SELECT id FROM orders WHERE "$path" LIKE '%dt=2026-01-02%';
-- ## "table$partitions"
SELECT * FROM "orders$partitions";
SELECT * FROM default."orders$partitions" WHERE dt > DATE '2026-01-01';
-- ## information_schema
SELECT table_name FROM information_schema.tables WHERE table_schema = 'default';
SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'orders';
SELECT schema_name FROM information_schema.schemata;
SELECT view_definition FROM information_schema.views;
-- ## WHERE condition
SELECT id FROM orders WHERE price > 8 AND NOT customer = 'bob';
SELECT id FROM orders WHERE dt BETWEEN DATE '2026-01-01' AND DATE '2026-01-31';
-- ## GROUP BY expression, …
SELECT customer, sum(price) FROM orders GROUP BY customer;
SELECT customer, count(*) FROM orders GROUP BY 1;
SELECT count(*) FROM orders GROUP BY ();
SELECT upper(customer), count(*) FROM orders GROUP BY upper(customer);
-- ## GROUP BY GROUPING SETS, CUBE, ROLLUP
SELECT customer, dt, sum(price) FROM orders GROUP BY GROUPING SETS ((customer), (dt), ());
SELECT customer, dt, sum(price), grouping(customer, dt) FROM orders GROUP BY CUBE (customer, dt);
SELECT customer, dt, sum(price) FROM orders GROUP BY ROLLUP (customer, dt);
SELECT customer, dt, sum(price) FROM orders GROUP BY customer, ROLLUP (dt);
-- ## GROUP BY {ALL | DISTINCT} grouping element, …
SELECT customer, dt, sum(price) FROM orders GROUP BY DISTINCT CUBE (customer), ROLLUP (customer, dt);
SELECT customer, dt, sum(price) FROM orders GROUP BY ALL CUBE (customer), ROLLUP (customer, dt);
-- ## HAVING condition
SELECT customer, sum(price) FROM orders GROUP BY customer HAVING count(*) > 1;
-- ## aggregate(… ORDER BY …), FILTER (WHERE condition), DISTINCT
SELECT array_agg(id ORDER BY price DESC), count(DISTINCT customer), sum(price) FILTER (WHERE dt = DATE '2026-01-01') FROM orders;
SELECT listagg(customer, ', ') WITHIN GROUP (ORDER BY id) FROM orders;
-- ## WINDOW name AS (…), OVER (…), OVER name
SELECT id, rank() OVER w, sum(price) OVER (w ROWS UNBOUNDED PRECEDING) FROM orders WINDOW w AS (PARTITION BY customer ORDER BY id);
SELECT id, row_number() OVER (ORDER BY id) FROM orders;
-- ## {ROWS | RANGE | GROUPS} frame
SELECT sum(price) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM orders;
SELECT sum(price) OVER (ORDER BY id RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM orders;
SELECT sum(price) OVER (ORDER BY dt RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) FROM orders;
SELECT sum(price) OVER (ORDER BY dt GROUPS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING) FROM orders;
-- ## IGNORE NULLS, RESPECT NULLS
SELECT lag(tags) IGNORE NULLS OVER (ORDER BY id), first_value(tags) RESPECT NULLS OVER (ORDER BY id) FROM orders;
-- ## UNION [ALL | DISTINCT]
SELECT id FROM orders UNION SELECT 4;
SELECT id FROM orders UNION ALL SELECT id FROM orders;
SELECT id FROM orders UNION DISTINCT SELECT 4;
-- ## INTERSECT [ALL | DISTINCT], EXCEPT [ALL | DISTINCT]
SELECT id FROM orders INTERSECT SELECT 1;
SELECT id FROM orders INTERSECT ALL SELECT 1;
SELECT id FROM orders EXCEPT SELECT 1;
SELECT id FROM orders EXCEPT ALL SELECT 1;
(SELECT id FROM orders) EXCEPT DISTINCT (SELECT 1);
-- ## ORDER BY expression [ASC | DESC] [NULLS {FIRST | LAST}], …
SELECT id, price FROM orders ORDER BY price DESC NULLS FIRST, id ASC;
SELECT id, price FROM orders ORDER BY 2, 1;
SELECT id, price * 2 AS twice FROM orders ORDER BY twice;
-- ## OFFSET count [ROW | ROWS]
SELECT id FROM orders ORDER BY id OFFSET 1;
SELECT id FROM orders ORDER BY id OFFSET 1 ROWS LIMIT 1;
-- ## LIMIT {count | ALL}
SELECT id FROM orders ORDER BY id LIMIT 2;
SELECT id FROM orders ORDER BY id LIMIT ALL;
-- ## FETCH {FIRST | NEXT} [count] {ROW | ROWS} {ONLY | WITH TIES}
SELECT id FROM orders ORDER BY id FETCH FIRST ROW ONLY;
SELECT id FROM orders ORDER BY id FETCH NEXT 2 ROWS ONLY;
SELECT id FROM orders ORDER BY dt FETCH FIRST 1 ROW WITH TIES;
-- ## (query) as a value
SELECT (SELECT max(id) FROM orders), id FROM orders;
SELECT id FROM orders AS o WHERE price = (SELECT max(price) FROM orders WHERE customer = o.customer);
-- ## IN (query), EXISTS (query), comparison {ANY | SOME | ALL} (query) in WHERE and HAVING
SELECT id FROM orders WHERE customer IN (SELECT customer FROM customers) AND (id, dt) IN (SELECT id, dt FROM orders);
SELECT id FROM orders WHERE id NOT IN (SELECT 1);
SELECT id FROM orders AS o WHERE EXISTS (SELECT 1 FROM orders WHERE id = o.id + 1) OR NOT EXISTS (SELECT 1);
SELECT id FROM orders WHERE id >= ALL (SELECT id FROM orders);
SELECT id FROM orders WHERE id = ANY (VALUES 1, 2) OR id > SOME (VALUES 2, 3);
SELECT customer FROM orders GROUP BY customer HAVING max(id) IN (SELECT id FROM orders);
-- ## IN (query), EXISTS (query), comparison {ANY | SOME | ALL} (query) in SELECT, GROUP BY and ORDER BY
SELECT id IN (SELECT 1) FROM orders;
SELECT EXISTS (SELECT 1);
SELECT id >= ALL (SELECT id FROM orders), CASE WHEN id IN (SELECT 1) THEN 'one' END FROM orders;
SELECT id IN (SELECT 1), count(*) FROM orders GROUP BY 1 ORDER BY 1;
-- ## USING EXTERNAL FUNCTION
USING EXTERNAL FUNCTION twice(x INTEGER) RETURNS INTEGER LAMBDA 'twice' SELECT twice(21);

-- # Literals and types

-- ## Text: 'text', U&'text', X'bytes'
SELECT 'it''s', U&'\0041', X'C3A9';
-- ## Numbers: 1, 1.5, 1e0, 0x1F, 1_000, DECIMAL '1.5', REAL '1.5', DOUBLE '1.5'
SELECT 1, 1.5, 1e0, DECIMAL '1.5', REAL '1.5', DOUBLE '1.5', BIGINT '1', TINYINT '1', SMALLINT '1', INTEGER '1';
-- ## DATE, TIME, TIMESTAMP, with and without time zone
SELECT DATE '2026-01-01', TIME '10:00:00', TIME '10:00:00.123 +01:00', TIMESTAMP '2026-01-01 10:00:00.123456', TIMESTAMP '2026-01-01 10:00:00 Europe/Berlin';
-- ## INTERVAL
SELECT INTERVAL '2' DAY, INTERVAL '1' YEAR, INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 10:00:00' DAY TO SECOND, INTERVAL -'3' HOUR;
-- ## BOOLEAN, NULL
SELECT TRUE, FALSE, NULL, BOOLEAN 'true';
-- ## ARRAY, MAP, ROW
SELECT ARRAY[1, 2], MAP(ARRAY['a'], ARRAY[1]), ROW(1, 'a'), CAST(ROW(1, 2) AS ROW(x integer, y integer)).y;
SELECT ARRAY[1, 2][1], MAP(ARRAY['a'], ARRAY[1])['a'], ROW(7, 'a')[1];
-- ## JSON, UUID, IPADDRESS, CHAR
SELECT JSON '{"a": 1}', UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59', IPADDRESS '10.0.0.1', CHAR 'a';
-- ## Lambdas
SELECT transform(ARRAY[1, 2], x -> x + 1), reduce(ARRAY[1, 2], 0, (s, x) -> s + x, s -> s);

-- # EXPLAIN

-- ## EXPLAIN statement
EXPLAIN SELECT customer, sum(price) FROM orders GROUP BY customer;
EXPLAIN CREATE TABLE t AS SELECT 1 AS a;
EXPLAIN INSERT INTO orders SELECT * FROM orders;
EXPLAIN UNLOAD (SELECT 1 AS a) TO 's3://lake/unloaded/' WITH (format = 'PARQUET');
-- ## EXPLAIN (TYPE {LOGICAL | DISTRIBUTED | VALIDATE | IO})
EXPLAIN (TYPE LOGICAL) SELECT * FROM orders;
EXPLAIN (TYPE DISTRIBUTED) SELECT * FROM orders;
EXPLAIN (TYPE VALIDATE) SELECT * FROM orders;
EXPLAIN (TYPE IO, FORMAT JSON) SELECT * FROM orders WHERE dt = DATE '2026-01-01';
-- ## EXPLAIN (FORMAT {TEXT | GRAPHVIZ | JSON})
EXPLAIN (FORMAT TEXT) SELECT * FROM orders;
EXPLAIN (FORMAT GRAPHVIZ) SELECT * FROM orders;
EXPLAIN (FORMAT JSON) SELECT * FROM orders;
EXPLAIN (FORMAT JSON, TYPE LOGICAL) SELECT * FROM orders;
-- ## EXPLAIN ANALYZE [VERBOSE] [(FORMAT {TEXT | JSON})]
EXPLAIN ANALYZE SELECT customer, sum(price) FROM orders GROUP BY customer;
EXPLAIN ANALYZE VERBOSE SELECT * FROM orders;
EXPLAIN ANALYZE (FORMAT TEXT) SELECT * FROM orders;
EXPLAIN ANALYZE (FORMAT JSON) SELECT * FROM orders;

-- # Prepared statements

-- ## PREPARE name FROM statement
PREPARE by_customer FROM SELECT id FROM orders WHERE customer = ? AND price > ?;
PREPARE adds FROM INSERT INTO orders SELECT id + ?, customer, price, tags, dt FROM orders WHERE id = ?;
PREPARE unloads FROM UNLOAD (SELECT * FROM orders WHERE id = ?) TO 's3://lake/prepared/' WITH (format = 'PARQUET');
PREPARE all_rows FROM SELECT * FROM orders;
-- ## EXECUTE name [USING value, …]
EXECUTE by_customer USING 'ann', 8;
EXECUTE all_rows;
EXECUTE unloads USING 1;
-- ## EXECUTE IMMEDIATE 'statement' [USING value, …]
EXECUTE IMMEDIATE 'SELECT id FROM orders WHERE dt = ?' USING DATE '2026-01-01';
EXECUTE IMMEDIATE 'SELECT 1';
-- ## DEALLOCATE PREPARE name
DEALLOCATE PREPARE adds;
DEALLOCATE PREPARE unloads;
-- ## DESCRIBE {INPUT | OUTPUT} name
DESCRIBE INPUT by_customer;
DESCRIBE OUTPUT by_customer;

-- # INSERT, CREATE TABLE AS and UNLOAD

-- ## INSERT INTO table [(column, …)] query
INSERT INTO orders SELECT id + 10, customer, price, tags, dt FROM orders WHERE id = 1;
INSERT INTO orders (id, dt) SELECT 4, DATE '2026-01-03';
-- ## INSERT INTO table [(column, …)] VALUES row, …
INSERT INTO orders VALUES (5, 'eve', 1.00, ARRAY['c'], DATE '2026-01-03'), (6, 'eve', 2.00, NULL, DATE '2026-01-04');
INSERT INTO orders (id, customer, dt) VALUES (7, 'dan', DATE '2026-01-04');
-- ## CREATE TABLE [IF NOT EXISTS] table [COMMENT 'text'] AS query [WITH [NO] DATA]
CREATE TABLE IF NOT EXISTS made AS SELECT * FROM orders;
CREATE TABLE IF NOT EXISTS made COMMENT 'what was ordered' AS SELECT * FROM orders WITH DATA;
CREATE TABLE sales.empty AS SELECT * FROM orders WITH NO DATA;
DROP TABLE made;
DROP TABLE sales.empty;
-- ## WITH (format = 'PARQUET' | 'ORC' | 'AVRO' | 'JSON' | 'TEXTFILE')
CREATE TABLE made WITH (format = 'PARQUET', write_compression = 'SNAPPY') AS SELECT id, customer FROM orders;
DROP TABLE made;
CREATE TABLE made WITH (format = 'ORC', write_compression = 'ZLIB') AS SELECT id, customer FROM orders;
DROP TABLE made;
CREATE TABLE made WITH (format = 'AVRO') AS SELECT id, customer FROM orders;
DROP TABLE made;
CREATE TABLE made WITH (format = 'JSON') AS SELECT id, customer FROM orders;
DROP TABLE made;
CREATE TABLE made WITH (format = 'TEXTFILE', field_delimiter = ',') AS SELECT id, customer FROM orders;
DROP TABLE made;
-- ## WITH (format = 'ION')
CREATE TABLE made WITH (format = 'ION') AS SELECT id, customer FROM orders;
-- ## WITH (external_location, is_external, table_type = 'HIVE')
CREATE TABLE made WITH (external_location = 's3://lake/made-1/', is_external = true, table_type = 'HIVE') AS SELECT 1 AS a;
DROP TABLE made;
-- ## WITH (parquet_compression, orc_compression, compression_level)
CREATE TABLE made WITH (parquet_compression = 'GZIP') AS SELECT 1 AS a;
DROP TABLE made;
CREATE TABLE made WITH (format = 'ORC', orc_compression = 'ZLIB') AS SELECT 1 AS a;
DROP TABLE made;
CREATE TABLE made WITH (write_compression = 'ZSTD', compression_level = 6) AS SELECT 1 AS a;
DROP TABLE made;
-- ## WITH (partitioned_by = ARRAY['column', …])
CREATE TABLE made WITH (partitioned_by = ARRAY['dt']) AS SELECT id, dt FROM orders;
DROP TABLE made;
-- ## WITH (bucketed_by = ARRAY['column', …], bucket_count = n)
CREATE TABLE made WITH (bucketed_by = ARRAY['id'], bucket_count = 4) AS SELECT id, customer FROM orders;
DROP TABLE made;
-- ## WITH (table_type = 'ICEBERG')
CREATE TABLE made WITH (table_type = 'ICEBERG', location = 's3://lake/iceberg/', is_external = false) AS SELECT 1 AS a;
CREATE TABLE made WITH (table_type = 'ICEBERG', location = 's3://lake/iceberg/', is_external = false, partitioning = ARRAY['bucket(a, 4)']) AS SELECT 1 AS a;
-- ## UNLOAD (query) TO 'location' WITH (format = '…')
UNLOAD (SELECT * FROM orders) TO 's3://lake/unloaded/parquet/' WITH (format = 'PARQUET');
UNLOAD (SELECT id, customer FROM orders) TO 's3://lake/unloaded/orc/' WITH (format = 'ORC', compression = 'zlib');
UNLOAD (SELECT id, customer FROM orders) TO 's3://lake/unloaded/avro/' WITH (format = 'AVRO');
UNLOAD (SELECT id, customer FROM orders) TO 's3://lake/unloaded/json/' WITH (format = 'JSON');
UNLOAD (SELECT id, customer FROM orders) TO 's3://lake/unloaded/text/' WITH (format = 'TEXTFILE', field_delimiter = '|');
UNLOAD (SELECT id, dt FROM orders) TO 's3://lake/unloaded/keys/' WITH (format = 'PARQUET', compression = 'gzip', partitioned_by = ARRAY['dt']);

-- # Databases

-- ## CREATE {DATABASE | SCHEMA} [IF NOT EXISTS] name [COMMENT 'text'] [LOCATION 'location'] [WITH DBPROPERTIES (…)]
CREATE DATABASE shop;
CREATE SCHEMA IF NOT EXISTS shop;
CREATE DATABASE IF NOT EXISTS stock COMMENT 'what is left' LOCATION 's3://lake/stock/' WITH DBPROPERTIES ('owner' = 'us', 'since' = '2026');
-- ## ALTER {DATABASE | SCHEMA} name SET DBPROPERTIES (…)
ALTER DATABASE stock SET DBPROPERTIES ('owner' = 'them');
ALTER SCHEMA stock SET DBPROPERTIES ('a' = '1', 'b' = '2');
-- ## SHOW {DATABASES | SCHEMAS} [LIKE 'pattern']
SHOW DATABASES;
SHOW SCHEMAS;
SHOW DATABASES LIKE 's.*';
-- ## DROP {DATABASE | SCHEMA} [IF EXISTS] name [RESTRICT | CASCADE]
DROP DATABASE shop RESTRICT;
DROP SCHEMA IF EXISTS shop;
DROP DATABASE IF EXISTS stock CASCADE;

-- # CREATE EXTERNAL TABLE

-- ## CREATE EXTERNAL TABLE [IF NOT EXISTS] [database.]table (column type [COMMENT 'text'], …) … LOCATION 'location'
CREATE EXTERNAL TABLE made (id int COMMENT 'number', what string) COMMENT 'what was made' STORED AS PARQUET LOCATION 's3://lake/declared/';
CREATE EXTERNAL TABLE IF NOT EXISTS `default`.`made` (id int) STORED AS PARQUET LOCATION 's3://lake/declared/';
DROP TABLE made;
-- ## Types of columns
CREATE EXTERNAL TABLE made (
  a boolean, b tinyint, c smallint, d int, e bigint, f double, g float, h decimal(11,5), i char(10), j varchar(255), k string, l binary,
  m date, n timestamp, o array<int>, p map<string,int>, q struct<x:int,y:array<string>>, r decimal, s integer)
STORED AS PARQUET LOCATION 's3://lake/declared/';
DROP TABLE made;
-- ## PARTITIONED BY (column type [COMMENT 'text'], …)
CREATE EXTERNAL TABLE made (id int) PARTITIONED BY (dt date COMMENT 'day', hour int) STORED AS ORC LOCATION 's3://lake/declared/';
DROP TABLE made;
-- ## CLUSTERED BY (column, …) [SORTED BY (…)] INTO n BUCKETS
CREATE EXTERNAL TABLE made (id int, what string) CLUSTERED BY (id) INTO 4 BUCKETS STORED AS PARQUET LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (id int, what string) CLUSTERED BY (id) SORTED BY (what DESC) INTO 4 BUCKETS STORED AS PARQUET LOCATION 's3://lake/declared/';
DROP TABLE made;
-- ## ROW FORMAT DELIMITED [FIELDS | COLLECTION ITEMS | MAP KEYS | LINES TERMINATED BY 'c'] [ESCAPED BY 'c'] [NULL DEFINED AS 'text']
CREATE EXTERNAL TABLE made (id int, tags array<string>, more map<string,string>)
ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' ESCAPED BY '\\' COLLECTION ITEMS TERMINATED BY '|' MAP KEYS TERMINATED BY ':' LINES TERMINATED BY '\n' NULL DEFINED AS 'n/a'
STORED AS TEXTFILE LOCATION 's3://lake/declared/' TBLPROPERTIES ('skip.header.line.count' = '1');
DROP TABLE made;
-- ## ROW FORMAT SERDE 'class' [WITH SERDEPROPERTIES (…)]
CREATE EXTERNAL TABLE made (a string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' WITH SERDEPROPERTIES ('field.delim' = ',', 'serialization.format' = ',') LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH SERDEPROPERTIES ('separatorChar' = ';', 'quoteChar' = '"', 'escapeChar' = '\\') LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true', 'mapping.a' = 'A') LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe' LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe' WITH SERDEPROPERTIES ('input.regex' = '(.*)') LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) ROW FORMAT SERDE 'com.amazonaws.glue.serde.GrokSerDe' WITH SERDEPROPERTIES ('input.format' = '%{WORD:a}')
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat' OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat' LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) ROW FORMAT SERDE 'com.amazon.ionhiveserde.IonHiveSerDe' WITH SERDEPROPERTIES ('ion.ignore_malformed' = 'true') STORED AS ION LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.avro.AvroSerDe' WITH SERDEPROPERTIES ('avro.schema.literal' = '{"type":"record","name":"r","fields":[{"name":"a","type":"string"}]}') STORED AS AVRO LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.orc.OrcSerde' WITH SERDEPROPERTIES ('orc.column.index.access' = 'false') STORED AS ORC LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' STORED AS PARQUET LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) ROW FORMAT SERDE 'com.amazon.emr.hive.serde.CloudTrailSerde' STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat' OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat' LOCATION 's3://lake/declared/';
DROP TABLE made;
-- ## STORED AS {TEXTFILE | PARQUET | ORC | AVRO | ION | JSONFILE}
CREATE EXTERNAL TABLE made (a string) STORED AS TEXTFILE LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) STORED AS ORC LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) STORED AS AVRO LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) STORED AS ION LOCATION 's3://lake/declared/';
DROP TABLE made;
CREATE EXTERNAL TABLE made (a string) STORED AS JSONFILE LOCATION 's3://lake/declared/';
DROP TABLE made;
-- ## STORED AS {SEQUENCEFILE | RCFILE}
CREATE EXTERNAL TABLE made (a string) STORED AS SEQUENCEFILE LOCATION 's3://lake/declared/';
CREATE EXTERNAL TABLE made (a string) STORED AS RCFILE LOCATION 's3://lake/declared/';
-- ## STORED AS INPUTFORMAT 'class' OUTPUTFORMAT 'class'
CREATE EXTERNAL TABLE made (a string) STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat' OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat' LOCATION 's3://lake/declared/';
DROP TABLE made;
-- ## TBLPROPERTIES ('key' = 'value', …)
CREATE EXTERNAL TABLE made (a string) STORED AS PARQUET LOCATION 's3://lake/declared/' TBLPROPERTIES ('has_encrypted_data' = 'false', 'classification' = 'parquet', 'parquet.compression' = 'SNAPPY');
DROP TABLE made;
-- ## Partition projection
CREATE EXTERNAL TABLE made (a string) PARTITIONED BY (dt date, n int, region string, who string) STORED AS PARQUET LOCATION 's3://lake/declared/'
TBLPROPERTIES ('projection.enabled' = 'true', 'projection.dt.type' = 'date', 'projection.dt.range' = '2026-01-01,NOW', 'projection.dt.format' = 'yyyy-MM-dd',
  'projection.n.type' = 'integer', 'projection.n.range' = '1,9', 'projection.region.type' = 'enum', 'projection.region.values' = 'eu,us', 'projection.who.type' = 'injected',
  'storage.location.template' = 's3://lake/declared/${dt}/${n}/${region}/${who}/');
SELECT count(*) FROM made WHERE who = 'me' AND dt = DATE '2026-01-01';
DROP TABLE made;
-- ## CREATE TABLE … TBLPROPERTIES ('table_type' = 'ICEBERG')
CREATE TABLE made (id int, dt date) PARTITIONED BY (dt, bucket(4, id)) LOCATION 's3://lake/iceberg/' TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet');
CREATE TABLE IF NOT EXISTS made (id int) LOCATION 's3://lake/iceberg/' TBLPROPERTIES ('table_type' = 'ICEBERG');

-- # ALTER TABLE

-- ## ALTER TABLE table ADD [IF NOT EXISTS] PARTITION (key = value, …) [LOCATION 'location'] …
ALTER TABLE events ADD PARTITION (region = 'eu', dt = '2026-01-01');
ALTER TABLE events ADD IF NOT EXISTS PARTITION (region = 'eu', dt = '2026-01-01') PARTITION (region = 'us', dt = '2026-01-01') LOCATION 's3://lake/elsewhere/';
-- ## ALTER TABLE table PARTITION (…) RENAME TO PARTITION (…)
ALTER TABLE events PARTITION (region = 'us', dt = '2026-01-01') RENAME TO PARTITION (region = 'us', dt = '2026-01-02');
-- ## ALTER TABLE table [PARTITION (…)] SET LOCATION 'location'
ALTER TABLE events SET LOCATION 's3://lake/events/';
ALTER TABLE events PARTITION (region = 'us', dt = '2026-01-02') SET LOCATION 's3://lake/moved/';
-- ## ALTER TABLE table DROP [IF EXISTS] PARTITION (…), …
ALTER TABLE events DROP PARTITION (region = 'us', dt = '2026-01-02');
ALTER TABLE events DROP IF EXISTS PARTITION (region = 'us', dt = '2026-01-02'), PARTITION (region = 'none', dt = '2026-01-02');
ALTER TABLE events ADD PARTITION (region = 'us', dt = '2027-01-01') PARTITION (region = 'us', dt = '2027-01-02');
ALTER TABLE events DROP PARTITION (dt >= '2027-01-01', region = 'us');
-- ## ALTER TABLE table [PARTITION (…)] ADD COLUMNS (column type [COMMENT 'text'], …)
ALTER TABLE events ADD COLUMNS (price decimal(9,2) COMMENT 'in euros', added timestamp);
ALTER TABLE events PARTITION (region = 'eu', dt = '2026-01-01') ADD COLUMNS (price decimal(9,2));
-- ## ALTER TABLE table [PARTITION (…)] REPLACE COLUMNS (column type [COMMENT 'text'], …)
ALTER TABLE lines REPLACE COLUMNS (id bigint, what string, more string COMMENT 'new');
-- ## ALTER TABLE table CHANGE [COLUMN] column new type [COMMENT 'text'] [FIRST | AFTER column]
ALTER TABLE events CHANGE COLUMN price paid decimal(11,2) COMMENT 'in cents';
ALTER TABLE events CHANGE added added timestamp FIRST;
ALTER TABLE events CHANGE added added timestamp AFTER id;
-- ## ALTER TABLE table SET TBLPROPERTIES ('key' = 'value', …)
ALTER TABLE events SET TBLPROPERTIES ('classification' = 'parquet', 'owner' = 'us');
-- ## Of Iceberg tables: ALTER TABLE table {DROP COLUMN | RENAME TO | UNSET TBLPROPERTIES} …
ALTER TABLE events DROP COLUMN paid;
ALTER TABLE events RENAME TO happenings;
ALTER TABLE events UNSET TBLPROPERTIES ('owner');

-- # Other DDL

-- ## MSCK REPAIR TABLE table
MSCK REPAIR TABLE orders;
MSCK REPAIR TABLE default.events;
-- ## ANALYZE [TABLE] table … (Hive's and Trino's; Athena has Glue gather statistics)
ANALYZE TABLE orders COMPUTE STATISTICS;
ANALYZE TABLE orders PARTITION (dt = '2026-01-01') COMPUTE STATISTICS FOR COLUMNS id, price;
ANALYZE orders;
-- ## DROP TABLE [IF EXISTS] table
CREATE TABLE made AS SELECT 1 AS a;
DROP TABLE made;
DROP TABLE IF EXISTS made;
DROP TABLE IF EXISTS `default`.`made`;
-- ## CREATE [OR REPLACE] VIEW view AS query
CREATE VIEW seen AS SELECT id, price FROM orders;
CREATE OR REPLACE VIEW default.seen AS SELECT id FROM orders WHERE price > 8;
CREATE OR REPLACE VIEW "seen" AS WITH t AS (SELECT 1 AS a) SELECT * FROM t;
-- ## DESCRIBE [VIEW] view, SHOW COLUMNS IN view
DESCRIBE seen;
DESCRIBE VIEW seen;
SHOW COLUMNS IN seen;
-- ## SHOW CREATE VIEW view
SHOW CREATE VIEW seen;
-- ## SHOW VIEWS [{IN | FROM} database] [LIKE 'pattern']
SHOW VIEWS;
SHOW VIEWS IN default LIKE 's*|c*';
SHOW VIEWS FROM default;
-- ## DROP VIEW [IF EXISTS] view
DROP VIEW seen;
DROP VIEW IF EXISTS seen;
-- ## Views in several dialects: CREATE PROTECTED MULTI DIALECT VIEW, ALTER VIEW … DIALECT
CREATE PROTECTED MULTI DIALECT VIEW seen SECURITY DEFINER AS SELECT 1 AS a;
ALTER VIEW customers ADD DIALECT AS SELECT 1 AS customer;
ALTER VIEW customers DROP DIALECT;

-- # SHOW and DESCRIBE

-- ## SHOW TABLES [{IN | FROM} database] ['pattern']
SHOW TABLES;
SHOW TABLES IN default;
SHOW TABLES FROM default 'o.*|e*';
SHOW TABLES '*s';
-- ## SHOW COLUMNS {FROM | IN} table [{FROM | IN} database]
SHOW COLUMNS IN orders;
SHOW COLUMNS FROM default.orders;
SHOW COLUMNS FROM orders FROM default;
SHOW COLUMNS IN `orders` IN `default`;
-- ## SHOW PARTITIONS table
SHOW PARTITIONS orders;
SHOW PARTITIONS default.events;
-- ## SHOW CREATE TABLE [database.]table
SHOW CREATE TABLE events;
SHOW CREATE TABLE `default`.`lines`;
-- ## SHOW TBLPROPERTIES table [('key')]
SHOW TBLPROPERTIES events;
SHOW TBLPROPERTIES events ('owner');
-- ## {DESCRIBE | DESC} [EXTENDED | FORMATTED] [database.]table
DESCRIBE events;
DESC default.events;
DESCRIBE EXTENDED events;
DESCRIBE FORMATTED events;
-- ## DESCRIBE table PARTITION (key = value, …)
DESCRIBE events PARTITION (region = 'eu', dt = '2026-01-01');
DESCRIBE FORMATTED orders PARTITION (dt = '2026-01-01');
-- ## DESCRIBE table column[.field | .'$elem$' | .'$key$' | .'$value$']
DESCRIBE events id;
DESCRIBE events at.x;
DESCRIBE events tags.'$key$';
DESCRIBE events tags.'$value$';
DESCRIBE orders tags.'$elem$';
-- ## SHOW {CATALOGS | FUNCTIONS | SESSION} [LIKE 'pattern' [ESCAPE 'c']] (Trino's)
SHOW CATALOGS;
SHOW FUNCTIONS LIKE 'array\_%' ESCAPE '\';
SHOW SESSION;

-- # Iceberg tables

-- ## MERGE INTO
MERGE INTO orders AS t USING (SELECT 1 AS id) AS s ON t.id = s.id WHEN MATCHED AND t.price > 8 THEN DELETE WHEN MATCHED THEN UPDATE SET price = 0 WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id);
-- ## UPDATE
UPDATE orders SET price = price * 2 WHERE id = 1;
-- ## DELETE
DELETE FROM orders WHERE id = 1;
DELETE FROM orders;
-- ## OPTIMIZE
OPTIMIZE orders REWRITE DATA USING BIN_PACK WHERE dt = DATE '2026-01-01';
-- ## VACUUM
VACUUM orders;
-- ## ALTER TABLE … EXECUTE
ALTER TABLE orders EXECUTE optimize;

-- # What Athena does not have either

-- ## CREATE TABLE … LIKE, CREATE TABLE without EXTERNAL, CREATE OR REPLACE TABLE
CREATE TABLE made LIKE orders;
CREATE EXTERNAL TABLE made LIKE events LOCATION 's3://lake/declared/';
CREATE TABLE made (a int) STORED AS PARQUET LOCATION 's3://lake/declared/';
CREATE OR REPLACE TABLE made AS SELECT 1 AS a;
-- ## INSERT OVERWRITE, LOAD DATA, TRUNCATE TABLE
INSERT OVERWRITE TABLE orders SELECT * FROM orders;
LOAD DATA INPATH 's3://lake/orders/' INTO TABLE orders;
TRUNCATE TABLE orders;
-- ## START TRANSACTION, COMMIT, ROLLBACK
START TRANSACTION;
START TRANSACTION READ ONLY;
COMMIT;
COMMIT WORK;
ROLLBACK;
-- ## GRANT, REVOKE, DENY, roles
GRANT SELECT ON orders TO someone;
REVOKE SELECT ON orders FROM someone;
DENY SELECT ON orders TO someone;
CREATE ROLE reader;
DROP ROLE reader;
SET ROLE reader;
GRANT ROLE reader TO USER someone;
REVOKE ROLE reader FROM USER someone;
-- ## USE, SET SESSION, RESET SESSION, SET TIME ZONE, SET PATH
USE sales;
SET SESSION query_max_memory = '1GB';
RESET SESSION query_max_memory;
SET TIME ZONE 'UTC';
SET PATH a.b;
SET hive.exec.dynamic.partition = true;
-- ## CALL, CREATE FUNCTION, DROP FUNCTION
CALL system.flush_metadata_cache();
CREATE FUNCTION twice(x integer) RETURNS integer RETURN x * 2;
DROP FUNCTION twice(integer);
CREATE TEMPORARY MACRO twice(x int) x * 2;
DROP TEMPORARY MACRO twice;
-- ## Materialized views
CREATE MATERIALIZED VIEW seen AS SELECT 1 AS a;
REFRESH MATERIALIZED VIEW seen;
DROP MATERIALIZED VIEW seen;
-- ## Indexes, locks
CREATE INDEX i ON TABLE orders (id) AS 'COMPACT';
ALTER INDEX i ON orders REBUILD;
DROP INDEX i ON orders;
LOCK TABLE orders SHARED;
UNLOCK TABLE orders;
-- ## EXPORT TABLE, IMPORT TABLE, DFS
EXPORT TABLE orders TO 's3://lake/exported/';
IMPORT TABLE made FROM 's3://lake/exported/';
DFS ls;
-- ## COMMENT ON
COMMENT ON TABLE orders IS 'what was ordered';
COMMENT ON COLUMN orders.id IS 'number';
-- ## ALTER TABLE … {ARCHIVE | UNARCHIVE | EXCHANGE | TOUCH | COMPACT | CONCATENATE | ENABLE | DISABLE} …
ALTER TABLE orders ARCHIVE PARTITION (dt = '2026-01-01');
ALTER TABLE orders UNARCHIVE PARTITION (dt = '2026-01-01');
ALTER TABLE orders EXCHANGE PARTITION (dt = '2026-01-01') WITH TABLE events;
ALTER TABLE orders TOUCH;
ALTER TABLE orders TOUCH PARTITION (dt = '2026-01-01');
ALTER TABLE orders COMPACT 'major';
ALTER TABLE orders PARTITION (dt = '2026-01-01') CONCATENATE;
ALTER TABLE orders PARTITION (dt = '2026-01-01') ENABLE NO_DROP;
ALTER TABLE orders PARTITION (dt = '2026-01-01') DISABLE NO_DROP;
-- ## ALTER TABLE … SET {FILEFORMAT | SERDE | SERDEPROPERTIES | SKEWED LOCATION}
ALTER TABLE orders SET FILEFORMAT ORC;
ALTER TABLE orders SET SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde';
ALTER TABLE orders SET SERDEPROPERTIES ('field.delim' = ',');
ALTER TABLE orders SET SKEWED LOCATION (1 = 's3://lake/skewed/');
-- ## ALTER TABLE … {CLUSTERED BY | SKEWED BY | NOT SORTED | NOT CLUSTERED | NOT SKEWED | NOT STORED AS DIRECTORIES | PARTITION COLUMN}
ALTER TABLE orders CLUSTERED BY (id) INTO 4 BUCKETS;
ALTER TABLE orders SKEWED BY (id) ON (1);
ALTER TABLE orders NOT SORTED;
ALTER TABLE orders NOT CLUSTERED;
ALTER TABLE orders NOT SKEWED;
ALTER TABLE orders NOT STORED AS DIRECTORIES;
ALTER TABLE orders PARTITION COLUMN (dt string);
-- ## SHOW {COMPACTIONS | CURRENT ROLES | GRANT | INDEXES | LOCKS | PRINCIPALS | ROLES | STATS | TRANSACTIONS}
SHOW COMPACTIONS;
SHOW CURRENT ROLES;
SHOW GRANT ON orders;
SHOW INDEXES ON orders;
SHOW LOCKS;
SHOW PRINCIPALS reader;
SHOW ROLES;
SHOW ROLE GRANT USER someone;
SHOW STATS FOR orders;
SHOW TRANSACTIONS;
-- ## DESCRIBE {DATABASE | SCHEMA | FUNCTION}
DESCRIBE DATABASE sales;
DESCRIBE SCHEMA sales;
DESCRIBE FUNCTION abs;
