-- asks      Is January 2022 the month with the most ballistic missile launches on record?
-- measure   R1718-2 R1874-2
-- unit      launch day
-- main      launch days
-- basis     direct
-- period    history 1984-04-01 2022-01-31
-- combine   distinct day
-- test      largest group=2022-01
-- coverage  launch
-- param     calendar korean
-- param     rockets with
-- reading   missiles: combine=count; unit=missile
-- reading   missiles without KN-25: combine=count; unit=missile; rockets=without
-- beside    launch days in UTC: calendar=utc
-- beside    launch days without KN-25: rockets=without
-- alternative The database leaves out cruise missiles and anything that cannot carry 500 kg over 300 km; a wider list could order the months otherwise.
-- alternative KN-25 is a large guided rocket that some count as artillery and others as a short-range ballistic missile; the ranking by missiles turns on it.
select record, key || ' ' || what as label,
       case when :calendar = 'utc' then utc_day else day end as day,
       case when :calendar = 'utc' then substr(utc_from, 1, 7) else substr(day_from, 1, 7) end as grp
from launch
where day_to <= :history_to
  and (:rockets = 'with' or what <> 'KN-25')
order by day_from, key
