-- chart      dots
-- axis       categories
-- unit       coins
-- per        100000000
-- title      The largest places where traced coins may have ended
-- subtitle   From the rule that brings least to the rule that brings most; poison left out
-- foot       A place is one output of a transaction. What is labelled bears the label of its source; the others are addresses of nobody known here. An amount says what may have arrived under a rule, never who holds it.
-- desc       One row for each place, largest first, with the range of its amounts over the rules.
-- question   traced-services traced-sitting traced-mixers
with live as (
  select record, source, class, who, what, category, output, place, low_milli, day, label
  from trace as t
  where class in ('rule', 'end') and coin = 'BTC' and who <> 'poison' and not exists
        (select 1 from link join trace as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = t.source)
), ends as (
  select source, output, max(record) as record, max(label) as label, max(place) as place, max(case when category <> 'met clean coins' then category end) as category,
         max(day) as day, max(low_milli) as most, min(low_milli) as least, count(*) as rules
  from live where class = 'end' group by source, output
)
select coalesce(label, substr(place, 1, 12) || '…') || ', ' || day as x,
       case when rules < (select count(*) from live where class = 'rule' and live.source = ends.source) then 0 else least end
       as low_milli, most as high_milli, case coalesce(category, '') when 'unspent' then 'still sitting' when '' then 'met clean coins' else category end
       as label,
       record, output as note
from ends
order by most desc, output
limit 16
