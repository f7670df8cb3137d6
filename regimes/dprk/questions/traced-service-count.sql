-- asks      How many services may stolen coins have come to?
-- measure   R1718-8d
-- unit      service
-- main      between the rules
-- basis     sourced services are told apart by the names in their labels
-- combine   rivals
-- test      at-least n=1
-- param     rule all
-- when      trace
-- missing   a trace kept in the case (embargo trace --keep), with labels
-- alternative One service may stand under several names, and several under one.
with live as (
  select record, key, source, class, who, book, category, services, low_milli, high_milli, stated_milli, unit, network, theft
  from trace as t
  where class in ('rule', 'input', 'total', 'part') and coin = 'BTC' and not exists
        (select 1 from link join trace as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = t.source)
), asked as (
  select live.*,
         case when network like '%regtest' and exists (select 1 from live as o where o.network not like '%regtest')
              then 'set aside: constructed'
              when :rule in ('all', 'most') and who = 'poison' then 'set aside: poison is an upper bound, shown apart'
              when :rule not in ('all', 'most') and who <> :rule then 'set aside: another rule'
              when (select count(distinct o.theft) from live as o where o.class = 'rule' and o.who = live.who)
                   < (select count(distinct o.theft) from live as o) then 'set aside: not every run was made by this rule'
              when book = 'deposited' and not exists (select 1 from live as i where i.source = live.source and i.key = 'input labels')
              then 'set aside: the run had no labels, which is not the same as no services'
              else 'counted' end as role
  from live
  where class = 'total' and book = 'deposited'
)
select record, who || ' ' || book as label, who as rival, 1000 * cast(services as integer) as low_milli,
       1000 * cast(services as integer) as high_milli, role
from asked
order by theft, who
