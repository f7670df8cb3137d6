-- asks      How many of those whom the evidence names may be listed?
-- measure   R1718-8d R2270-32
-- unit      name
-- main      likely or more
-- basis     sourced a likeness of names and numbers is no identity; who a party is, its documents say
-- combine   sum
-- test      more-than n=0
-- param     least 850
-- param     number any
-- param     list any
-- reading   for review as well: least=700
-- beside    where a number agrees as well: least=700; number=agrees
-- beside    on the Committee's own list: least=700; list=un
-- when      screen
-- missing   a screening kept in the case (embargo screen), of a list that is dated
-- alternative Different people and ships bear one name, and those who are listed change theirs.
-- alternative The list of one State is not the Committee's: the freeze of resolution 1718 binds for those whom the Committee or the Council has designated.
with live as (
  select record, key, source, class, what, asked, who as caption, listed_schema, dataset, entry, score, number, datasets
  from screen as t
  where not exists
        (select 1 from link join screen as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = t.source)
), best as (
  select live.*, row_number() over (partition by asked order by score desc, record) as rank,
         count(*) over (partition by asked) as entries
  from live where class = 'match' and coalesce(listed_schema, '') <> 'Vessel'
)
select record, asked || ' may be ' || caption || ' (' || dataset || ' ' || entry || ')' as label, 1000 as low_milli, 1000 as high_milli,
       case when rank > 1 then 'set aside: another entry that the same name may match'
            when 1000 * score + 0.0005 < :least then 'set aside: less alike than asked'
            when :number = 'agrees' and number is null then 'set aside: no number agrees'
            when :list <> 'any' and dataset <> :list then 'set aside: on another list'
            else 'counted' end as role
from best
union all
select record, 'parties that were asked', 0, 0,
       case when :list <> 'any' and ',' || datasets || ',' not like '%,' || :list || ',%' then 'set aside: that list was not asked'
            else 'counted' end
from live where key = 'total asked'
order by role, label
