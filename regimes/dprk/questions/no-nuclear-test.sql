-- asks      Was there no nuclear test from February 2021 to January 2022?
-- measure   R1718-2 R1874-2
-- unit      test
-- basis     direct
-- period    year 2021-02-01 2022-01-31
-- combine   count
-- test      none
-- coverage  nuclear_test
-- alternative A test below what the seismic networks detect would not be in a table of earthquakes recognised as tests.
select record, key as label, utc_day as day,
       case when utc_day between :year_from and :year_to then 'counted'
            else 'set aside: before the period' end as role
from nuclear_test
order by day_from, key
