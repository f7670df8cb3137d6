-- asks      Has the DPRK been under United Nations sanctions since 2006?
-- measure   R1695-2 R1718-2
-- unit      resolution
-- basis     direct
-- period    first 2006-01-01 2006-12-31
-- combine   distinct resolution
-- test      at-least n=1
-- param     chapter all
-- reading   under Chapter VII: chapter=seven
-- alternative Resolution 1695 of July 2006 made demands without naming Chapter VII; the first sanctions proper are those of resolution 1718 of 14 October 2006.
select record, key as label, resolution
from measure
where adopted between :first_from and :first_to
  and (:chapter = 'all' or resolution = '1718')
order by key
