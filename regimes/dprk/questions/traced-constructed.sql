-- asks      Is what is traced here constructed?
-- unit      run
-- basis     direct
-- combine   sum
-- test      more-than n=0
-- when      trace
-- missing   a trace kept in the case (embargo trace --keep)
-- alternative Coins of a regtest network are made at will and are on no one's money.
select record, network as label, case when network like '%regtest' then 1000 else 0 end as low_milli,
       case when network like '%regtest' then 1000 else 0 end as high_milli
from trace as t
where class = 'run' and not exists (select 1 from link where relation = 'restates' and to_record = t.record)
order by source
