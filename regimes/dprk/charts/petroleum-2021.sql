-- chart      bars
-- axis       months
-- span       2021-01 2021-12
-- unit       barrels
-- title      China's reported oil rose {petroleum-second-half|ratio} times in the second half of 2021, and one month made the difference{petroleum-second-half|?reading}
-- title-else Refined petroleum that China reported for 2021, by month
-- subtitle   Refined petroleum reported to the Committee by China, barrels a month
-- foot       Source: the 1718 Committee's table as quoted by the press. July stands twice in it and is counted once. What moved at sea unreported is not in it.
-- desc       A bar for each month. January and February are hatched because China did not report. September stands far above all others.
-- question   petroleum-second-half petroleum-2021
-- mark       2021-09 "without September the ratio is {petroleum-second-half@without September|ratio}"
select 'reported by China' as series, substr(day_from, 1, 7) as x, low_milli, high_milli, stated_milli, record,
       substr(day_from, 1, 7) = '2021-09' as accent, citation as note,
       case when low_milli is null then 'gap' end as role,
       case when low_milli is null then 'not reported' else '' end as label
from (select *, row_number() over (partition by day_from order by low_milli is null, known desc, key) as version
      from petroleum_report
      where who = 'CHN' and class = 'month' and day_from between '2021-01-01' and '2021-12-31')
where version = 1
order by 2
