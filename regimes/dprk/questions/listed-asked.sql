-- asks      Has everybody who may be listed been asked for a reply?
-- unit      name
-- main      likely or more
-- basis     direct
-- combine   sum
-- test      up-to n=0
-- param     least 850
-- reading   for review as well: least=700
-- when      screen
-- missing   a request in the table of correspondence for each name, with the day up to which an answer is looked for
-- alternative A request may stand under another spelling of the name.
with live as (
  select record, key, source, class, asked, score
  from screen as t
  where not exists
        (select 1 from link join screen as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = t.source)
), best as (
  select live.*, row_number() over (partition by asked order by score desc, record) as rank from live where class = 'match'
)
select record, asked || case when exists (select 1 from correspondence where class = 'request' and correspondence.who = best.asked)
                             then ': asked' else ': no request on file' end as label,
       case when exists (select 1 from correspondence where class = 'request' and correspondence.who = best.asked) then 0 else 1000 end as low_milli,
       case when exists (select 1 from correspondence where class = 'request' and correspondence.who = best.asked) then 0 else 1000 end as high_milli,
       case when rank > 1 then 'set aside: another entry that the same name may match'
            when 1000 * score + 0.0005 < :least then 'set aside: less alike than asked' else 'counted' end as role
from best
union all
select record, 'parties that were screened', 0, 0, 'counted' from live where key = 'total asked'
order by role, label
