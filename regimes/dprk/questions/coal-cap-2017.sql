-- asks      Was the coal cap of 2017 exceeded?
-- measure   R2321-26b(ii)
-- unit      t
-- basis     direct
-- combine   sum
-- test      over-cap cap=coal-2017
-- coverage  coal
-- alternative By tonnage alone the cap was not reached; the resolution says whichever is lower.
select record, key as label, day_from, day_to, low_milli, high_milli, unit
from coal where day_from = '2017-01-01' and day_to = '2017-09-30' and unit = 't'
union all
select record, key, day_from, day_to, usd_low_milli, usd_high_milli, 'USD'
from coal where day_from = '2017-01-01' and day_to = '2017-09-30' and unit = 't'
order by 2
