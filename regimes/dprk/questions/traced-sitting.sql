-- asks      Are stolen coins still sitting where they may have been moved?
-- measure   R1718-8d
-- unit      sat
-- main      between the rules
-- basis     proxy the rules of accounting are conventions, and none of them is the right one
-- combine   rivals
-- test      more-than n=0
-- param     rule all
-- reading   by the rule that finds most: rule=most
-- beside    haircut: rule=haircut
-- beside    fifo: rule=fifo
-- beside    lifo: rule=lifo
-- beside    tiho: rule=tiho
-- beside    seniority: rule=seniority
-- beside    dirty-first: rule=dirty-first
-- beside    pure-dirty-first: rule=pure-dirty-first
-- beside    poison, an upper bound: rule=poison
-- when      trace
-- missing   a trace kept in the case (embargo trace --keep)
-- alternative Unspent at the last block of the index: it may have been spent since.
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
              else 'counted' end as role
  from live
  where class = 'total' and book = 'sitting'
), summed as (
  select asked.*, sum(case when role = 'counted' then high_milli end) over (partition by who) as whole
  from asked
)
select record, who || ': ' || book as label, who as rival, low_milli, high_milli, stated_milli, unit,
       case when :rule = 'most' and role = 'counted' and whole < (select max(whole) from summed)
            then 'set aside: another rule finds more' else role end as role
from summed
order by theft, who, book, category
