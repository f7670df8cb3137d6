-- asks      What were the stolen coins worth on the day they were stolen?
-- measure   R1718-8d
-- unit      USD
-- main      at the day's price
-- basis     sourced one table of prices; a day's price is an average of many
-- combine   sum
-- test      more-than n=0
-- when      trace
-- missing   a trace kept with prices in dollars (embargo trace --prices FILE --currency USD --keep)
-- alternative So many coins could not have been sold at that price on one day.
select record, output as label, coalesce(worth_low_milli, 0) as low_milli, worth_high_milli as high_milli,
       case when worth_low_milli is null then 'no price is known for the day: open above' end as note
from trace as t
where class = 'seed' and coin = 'BTC' and coalesce(worth_unit, 'USD') = 'USD'
  and exists (select 1 from trace as o where o.source = t.source and o.class = 'seed' and o.worth_unit = 'USD')
  and not exists (select 1 from link join trace as r on r.record = link.to_record
                  where link.relation = 'restates' and r.class = 'run' and r.source = t.source)
order by source, output
