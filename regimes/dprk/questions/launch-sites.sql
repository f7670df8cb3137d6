-- asks      Were launches made from more places than in the year before?
-- measure   R1718-5 R1874-2
-- unit      launch site
-- basis     proxy the number of places launched from stands in for mobility; resilience and speed of deployment are not in any table
-- period    now 2021-09-01 2022-01-31
-- period    base 2020-09-01 2021-08-31
-- combine   distinct place
-- test      larger now=now base=base factor=1
-- coverage  launch
-- alternative More launches alone make more places likely.
select record, key || ' ' || what as label, day, place
from launch
where day between :base_from and :now_to
order by day_from, key
