-- asks      By how much did recorded trade with China fall in 2020?
-- unit      USD
-- basis     direct
-- period    now 2020-01-01 2020-12-31
-- period    base 2019-01-01 2019-12-31
-- combine   max
-- test      relatively-low now=now base=base share=0.5
-- coverage  trade
select record, key as label, day_from, day_to, low_milli, high_milli, stated_milli, unit
from trade
where what = 'total' and class = 'year'
  and (day_from = :now_from or day_from = :base_from)
order by day_from, key
