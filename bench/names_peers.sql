-- Asks the questions of bench/names_peers of PostgreSQL's pg_trgm, by its index of nearest names.
-- psql -v list=FILE -v questions=FILE -v budget=SECONDS; an answer is a line of microseconds, then entry and similarity of the best five.
-- The clock runs in the server: a client's round trip is not in it.
\set QUIET on
\pset tuples_only on
\pset format unaligned
SET client_min_messages TO warning;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
DROP TABLE IF EXISTS listed, asked;
CREATE TABLE listed (entry text, name text);
CREATE TABLE asked (place serial, want text, name text);
COPY listed FROM :'list' (FORMAT csv, DELIMITER E'\t', QUOTE E'\b');
COPY asked (want, name) FROM :'questions' (FORMAT csv, DELIMITER E'\t', QUOTE E'\b');
CREATE INDEX listed_near ON listed USING gist (name gist_trgm_ops (siglen = 64));
VACUUM ANALYZE listed;

CREATE OR REPLACE FUNCTION answers(seconds float) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
        question asked;
        ends  timestamptz := clock_timestamp() + make_interval(secs => seconds);
        began timestamptz;
        line  text;
BEGIN
        FOR question IN SELECT * FROM asked ORDER BY place LOOP
                began := clock_timestamp();
                -- sixty names, as an entry may have many
                SELECT string_agg(E'\t' || entry || E'\t' || score, '' ORDER BY score DESC, entry) INTO line FROM (
                        SELECT entry, max(near.score) AS score FROM (
                                SELECT entry, similarity(name, question.name) AS score FROM listed ORDER BY name <-> question.name LIMIT 60) near
                        GROUP BY entry ORDER BY 2 DESC, 1 LIMIT 5) best;
                RETURN NEXT round((extract(epoch FROM clock_timestamp() - began) * 1e6)::numeric, 1) || coalesce(line, '');
                EXIT WHEN clock_timestamp() > ends;
        END LOOP;
END
$$;
SELECT answers(:budget);
