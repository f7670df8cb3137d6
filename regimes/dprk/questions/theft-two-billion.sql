-- asks      Was the sum stolen by 2019 an estimated two billion dollars?
-- measure   R1718-8d
-- unit      USD
-- main      as an estimate
-- basis     sourced the report of 2019 gives an upper bound
-- combine   max
-- test      nearly n=2000000000 within=0.05
-- reading   as an upper bound: test=up-to n=2000000000
-- alternative The source says up to two billion; the article drops the words, and an upper bound says nothing of the lower.
select record, key as label, day_from, day_to, low_milli, high_milli, stated_milli, unit
from theft_total
where key = 'CA-02'
