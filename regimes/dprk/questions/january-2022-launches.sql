-- asks      Were nine ballistic missiles launched in January 2022?
-- measure   R1718-2 R1874-2
-- unit      missile
-- main      missiles
-- basis     direct
-- period    month 2022-01-01 2022-01-31
-- combine   count
-- test      exactly n=9
-- coverage  launch
-- param     calendar korean
-- reading   launch days: combine=distinct day; unit=launch day
-- beside    missiles, days in UTC: calendar=utc
-- alternative A launch can mean one missile or one firing of several; nine is the number of missiles.
select record, key || ' ' || what as label,
       case when :calendar = 'utc' then utc_day else day end as day
from launch
where day_to between :month_from and :month_to
order by day_from, key
