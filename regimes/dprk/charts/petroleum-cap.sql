-- chart      bars
-- axis       years
-- span       2018 2024
-- unit       million barrels
-- per        1000000
-- title      Assessed deliveries of 2019 were {petroleum-assessed-2019|share} of the cap; those reported for 2021 were {petroleum-2021|share}{petroleum-assessed-2019|?holds}{petroleum-2021|?holds}
-- title-else Refined petroleum reported and assessed, by year, against the cap
-- subtitle   Refined petroleum by year; solid to the lowest figure, pale to the highest
-- foot       Sources: the 1718 Committee's table and submissions to it, as quoted by the press. Assessed figures cover parts of years. For the second half of 2021 no assessed figure was found.
-- desc       For each year a bar of reported and a bar of assessed petroleum, against the cap. Reported bars stay below the line, assessed bars reach above it.
-- question   petroleum-level petroleum-assessed-2019 petroleum-2021
select 'reported' as series, substr(day_from, 1, 4) as x, min(low_milli) as low_milli, max(high_milli) as high_milli,
       '' as label, '' as role, 0 as record
from petroleum_report
where unit = 'bbl' and low_milli is not null
  and ((class = 'year' and who = 'CHN+RUS') or (class = 'year' and who = 'CHN' and day_from = '2021-01-01')
       or (class = 'ytd' and who = 'CHN' and day_to = '2022-11-30') or (class = 'ytd' and who = 'CHN' and day_to = '2024-11-30'))
group by 2
union all
select 'assessed', substr(day_from, 1, 4), min(coalesce(nullif(low_milli, 0), stated_milli)),
       case when max(stated_milli) = max(case when high_milli is null then stated_milli end) then null
            else max(stated_milli) end, '', '', 0
from petroleum_assessment
where stated_milli is not null and key <> 'PA-15' and key <> 'PA-13' and key <> 'PA-16'
group by 2
union all
select 'reported', '2018', low_milli, low_milli, 'cap of resolution 2397', 'cap', record
from cap where measure = 'R2397-5' and unit = 'bbl'
order by 6, 1 desc, 2
