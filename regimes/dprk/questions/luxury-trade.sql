-- asks      Had illicit trade, luxury goods among it, largely ceased in 2021?
-- measure   R1718-8a(iii)
-- unit      USD
-- main      all recorded trade with China, against 2019
-- basis     proxy recorded trade of all goods with China stands in; no table of luxury goods or of illicit trade is open
-- period    now 2021-01-01 2021-12-31
-- period    base 2019-01-01 2019-12-31
-- combine   max
-- test      largely-ceased now=now base=base share=0.2
-- coverage  trade
-- alternative Goods that left the record may have moved by sea.
-- missing   trade by item (HS chapters of the luxury lists) for both years
select record, key as label, day_from, day_to, low_milli, high_milli, stated_milli, unit
from trade
where what = 'total' and class = 'year'
  and (day_from = :now_from or day_from = :base_from)
order by day_from, key
