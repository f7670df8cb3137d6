-- asks      Were coal exports in 2021 at relatively low levels?
-- measure   R2371-8
-- unit      t
-- main      tonnes a year at the rate reported, against 2020
-- basis     proxy January to April 2021 stands in for the second half, of which no tonnage was found
-- combine   max
-- test      relatively-low now=2021 base=2020 share=0.5
-- coverage  coal
-- reading   against January to August 2019: test.base=2019
-- missing   a tonnage for July to December 2021
select record, key as label, substr(day_from, 1, 4) as grp, day_from, day_to, unit,
       cast(round(stated_milli * 365.0 / (julianday(day_to) - julianday(day_from) + 1)) as integer) as low_milli,
       cast(round(stated_milli * 365.0 / (julianday(day_to) - julianday(day_from) + 1)) as integer) as high_milli
from coal
where (day_from = '2021-01-01' and day_to = '2021-04-30')
   or (day_from = '2020-01-01' and day_to = '2020-12-31')
   or (day_from = '2019-01-01' and day_to = '2019-08-31' and unit = 't')
order by day_from, key
