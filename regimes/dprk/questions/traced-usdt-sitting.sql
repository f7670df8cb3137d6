-- asks      Is stolen USDT still sitting where it may have been moved?
-- measure   R1718-8d
-- unit      USDT
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
-- when      trace_account
-- missing   a trace between accounts that met USDT, kept in the case (embargo trace --keep)
-- alternative It sat there when the exports end: it may have been moved since.
-- alternative What was swapped for another asset within a transaction is counted in that asset's questions; coins are never added up over assets.
with live as (
  select record, key, source, class, who, book, category, services, low_milli, high_milli, stated_milli, unit, network, theft
  from trace_account as t
  where class in ('rule', 'input', 'total', 'part') and (coin = 'USDT' or class in ('rule', 'input')) and not exists
        (select 1 from link join trace_account as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = t.source)
        and exists (select 1 from trace_account as e where e.source = t.source and e.class = 'total' and e.coin = 'USDT')
), asked as (
  select live.*,
         case when :rule in ('all', 'most') and who = 'poison' then 'set aside: poison is an upper bound, shown apart'
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
