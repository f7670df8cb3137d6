-- asks      How much was stolen from Alphapo and CoinsPaid in July 2023?
-- measure   R1718-8d
-- unit      USD
-- basis     sourced statements of one authority that differ among themselves
-- combine   bounds
-- test      at-least n=60000000
-- alternative The two may be parts of one theft of 60 million dollars, or two of 60 and 37.
select record, key || ' ' || what as label, day_from, day_to, low_milli, high_milli, stated_milli, unit,
       (select certain from cluster where cluster.record = theft.record) as certain,
       (select possible from cluster where cluster.record = theft.record) as possible
from theft
where key in ('CY-009', 'CY-010')
order by key
