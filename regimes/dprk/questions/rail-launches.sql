-- asks      Were missiles launched from railway cars?
-- measure   R1874-2
-- unit      launch day
-- basis     direct
-- period    now 2021-09-01 2022-01-31
-- combine   distinct day
-- test      at-least n=1
-- coverage  launch
select record, key || ' ' || what as label, day
from launch
where what like 'Rail-mobile%' and day between :now_from and :now_to
order by day_from, key
