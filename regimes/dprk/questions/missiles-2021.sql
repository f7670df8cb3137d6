-- asks      How many ballistic missiles were launched in 2021?
-- measure   R1874-2
-- unit      missile
-- basis     direct
-- period    year 2021-01-01 2021-12-31
-- combine   count
-- test      at-least n=1
-- coverage  launch
select record, key || ' ' || what as label, day
from launch
where day between :year_from and :year_to
order by day_from, key
