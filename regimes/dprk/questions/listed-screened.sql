-- asks      How many parties of the evidence were asked of sanctions lists?
-- unit      name
-- basis     direct
-- combine   max
-- test      more-than n=0
-- when      screen
-- missing   a screening kept in the case (embargo screen)
-- alternative One party under two spellings is asked twice.
select record, 'asked of ' || datasets as label, low_milli, high_milli
from screen as t
where key = 'total asked' and not exists
      (select 1 from link join screen as r on r.record = link.to_record
       where link.relation = 'restates' and r.class = 'run' and r.source = t.source)
order by record
