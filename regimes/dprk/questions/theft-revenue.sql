-- asks      Were thefts of crypto assets an important source of revenue in 2021?
-- measure   R1718-8d
-- unit      USD
-- main      stolen against recorded exports to China
-- basis     proxy important is read as more than the recorded exports to China of the same year; the sum stolen is not the sum cashed
-- period    year 2021-01-01 2021-12-31
-- combine   sum
-- test      larger now=stolen base=exports factor=1
-- coverage  trade
-- alternative Laundering takes a share, and stolen coins lose value before they are spent.
-- alternative Three months of 2021 are missing from the trade table, so recorded exports are too low.
select record, key as label, 'stolen' as grp, day_from, day_to, low_milli, high_milli, stated_milli, unit,
       case when row_number() over (partition by who order by known desc, key desc) = 1
            then 'counted' else 'set aside: another version of the same total' end as role
from theft_total
where day_from = :year_from and day_to = :year_to and low_milli is not null and who = 'Chainalysis'
union all
select record, key, 'exports', day_from, day_to, low_milli, high_milli, stated_milli, unit,
       case when row_number() over (partition by day_from, day_to order by known desc, key desc) = 1
            then 'counted' else 'set aside: another report of the same month' end
from trade
where what = 'CHN imports from PRK' and class = 'month' and day_from >= :year_from and day_to <= :year_to
order by 3, 4, 2
