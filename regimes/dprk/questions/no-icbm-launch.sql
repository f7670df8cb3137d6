-- asks      Was no ICBM launched from February 2021 to January 2022?
-- measure   R1874-2 R2397-27
-- unit      missile
-- basis     direct
-- period    year 2021-02-01 2022-01-31
-- combine   count
-- test      none
-- coverage  launch
-- alternative The launches of 27 February and 5 March 2022, typed Unknown in the database, lie after the period.
select record, key || ' ' || what as label, day,
       case when day between :year_from and :year_to then 'counted'
            when day < :year_from then 'set aside: before the period'
            else 'set aside: after the period' end as role
from launch
where class = 'ICBM'
order by day_from, key
