-- asks      How many traces between accounts (Ethereum, TRON) does this case hold?
-- unit      run
-- basis     direct
-- combine   count
-- test      at-least n=1
-- when      trace_account
-- missing   a trace between accounts kept in the case (embargo trace --keep)
-- alternative What such a trace says is as good as the exports that it was made from; no block binds them.
select record, network as label
from trace_account as t
where class = 'run' and not exists (select 1 from link where relation = 'restates' and to_record = t.record)
order by source
