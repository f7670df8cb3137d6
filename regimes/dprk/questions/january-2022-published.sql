-- asks      Did those who published a count for January 2022 count nine ballistic missiles?
-- measure   R1874-2
-- unit      missile
-- main      ballistic missiles, as published
-- basis     sourced the counts are those that others printed
-- period    month 2022-01-01 2022-01-31
-- combine   max
-- test      exactly n=9
-- param     scope ballistic
-- beside    with cruise missiles: scope=all
select record, who || ', ' || unit as label, day_from, day_to, low_milli, high_milli, stated_milli,
       case when unit in ('missiles', 'launches') then 'counted'
            else 'set aside: counts ' || unit || ', not missiles' end as role
from launch_count
where day_from = :month_from and day_to = :month_to
  and ((:scope = 'ballistic' and what like 'ballistic%') or (:scope = 'all' and what like 'all%'))
order by key
