-- asks      When did the rate of launch days change between 30 March 2020 and the end of January 2022?
-- measure   R1874-2
-- unit      launch day
-- main      one change, maximum likelihood
-- basis     direct
-- period    now 2020-03-30 2022-01-31
-- combine   distinct day
-- test      change-point runs=20000
-- coverage  launch
-- alternative The split is sought just before an event, so p is approximate.
select record, key || ' ' || what as label, day
from launch
where day between :now_from and :now_to
order by day_from, key
