-- asks      How many nuclear tests does the record hold?
-- measure   R1718-2 R1874-2
-- unit      test
-- basis     direct
-- combine   count
-- test      exactly n=6
-- coverage  nuclear_test
select record, key as label, utc_day as day from nuclear_test order by day_from, key
