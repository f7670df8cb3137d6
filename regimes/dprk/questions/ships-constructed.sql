-- asks      Is what is said of ships here constructed?
-- unit      run
-- basis     direct
-- combine   sum
-- test      more-than n=0
-- when      voyage
-- missing   a run kept in the case (embargo ships find --keep)
-- alternative No country has the digits that these ships' numbers begin with, so no ship has them.
select record, coalesce(constructed, 'evidence') as label, case when constructed = 'constructed' then 1000 else 0 end as low_milli,
       case when constructed = 'constructed' then 1000 else 0 end as high_milli
from voyage as v
where class = 'run' and not exists (select 1 from link where relation = 'restates' and to_record = v.record)
order by source
