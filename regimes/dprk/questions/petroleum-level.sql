-- asks      Was refined petroleum in 2021 at a much lower level than in previous years?
-- measure   R2397-5
-- unit      bbl
-- main      reported, against 2019
-- basis     proxy reported deliveries stand in for illicit ones, of which 2021 has no figure
-- combine   max
-- test      relatively-low now=2021 base=2019 share=0.5
-- coverage  petroleum_report
-- reading   reported, against 2020: test.base=2020
-- beside    against assessed deliveries of 2019: test.base=assessed 2019
-- beside    against assessed deliveries of 2020: test.base=assessed 2020
-- alternative Against 2020 the level is about two thirds, lower but not much lower; the words turn on which years are meant.
select record, who || ' ' || substr(day_from, 1, 4) as label, substr(day_from, 1, 4) as grp,
       day_from, day_to, low_milli, high_milli, stated_milli, unit, 'counted' as role
from petroleum_report
where class = 'year' and unit = 'bbl' and low_milli is not null
  and (who = 'CHN+RUS' or (who = 'CHN' and substr(day_from, 1, 4) = '2021'))
  and substr(day_from, 1, 4) in ('2019', '2020', '2021')
union all
select record, key, 'assessed ' || substr(day_from, 1, 4), day_from, day_to,
       stated_milli, stated_milli, stated_milli, unit, 'counted'
from petroleum_assessment
where key in ('PA-06', 'PA-09')
order by 3, 2
