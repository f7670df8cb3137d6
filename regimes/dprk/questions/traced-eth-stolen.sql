-- asks      How much ETH, named as stolen or got in swaps for coins that were, do the traces in this case follow?
-- measure   R1718-8d
-- unit      ETH
-- main      named as stolen or swapped for it
-- basis     proxy what is traced is what the trace was told to begin at
-- combine   rivals
-- test      more-than n=0
-- param     rule all
-- beside    haircut: rule=haircut
-- beside    fifo: rule=fifo
-- beside    lifo: rule=lifo
-- beside    tiho: rule=tiho
-- beside    seniority: rule=seniority
-- beside    dirty-first: rule=dirty-first
-- beside    pure-dirty-first: rule=pure-dirty-first
-- beside    poison, an upper bound: rule=poison
-- when      trace_account
-- missing   a trace between accounts that met ETH, kept in the case (embargo trace --keep)
-- alternative A run that begins downstream of another follows coins that the other follows too; such runs should not stand in one case.
-- alternative What was swapped for another asset within a transaction is counted in that asset's questions; coins are never added up over assets.
with live as (
  select record, key, source, class, who, book, category, services, low_milli, high_milli, stated_milli, unit, network, theft
  from trace_account as t
  where class in ('rule', 'input', 'total', 'part') and (coin = 'ETH' or class in ('rule', 'input')) and not exists
        (select 1 from link join trace_account as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = t.source)
        and exists (select 1 from trace_account as e where e.source = t.source and e.class = 'total' and e.coin = 'ETH')
), asked as (
  select live.*,
         case when :rule in ('all', 'most') and who = 'poison' then 'set aside: poison is an upper bound, shown apart'
              when :rule not in ('all', 'most') and who <> :rule then 'set aside: another rule'
              when (select count(distinct o.theft) from live as o where o.class = 'rule' and o.who = live.who)
                   < (select count(distinct o.theft) from live as o) then 'set aside: not every run was made by this rule'
              else 'counted' end as role
  from live
  where class = 'total' and book in ('stolen', 'swapped in')
)
select record, who || ' ' || book as label, who as rival, low_milli, high_milli, stated_milli, unit, role
from asked
order by theft, who
