-- chart      bars
-- axis       years
-- span       2018 2024
-- unit       million barrels
-- per        1000000
-- title      Assessed deliveries passed the cap in every year they were counted; reported ones never did
-- title-else Refined petroleum reported and assessed, by year, against the cap
-- subtitle   Refined petroleum by year, million barrels; solid to the lowest figure, pale to the highest
-- foot       Sources: the 1718 Committee's table and submissions to it, as quoted by the press. Assessed figures cover parts of years (2018 to May or August, 2019 to October, 2020 to September, 2022 to August, 2023 to mid-September). For the second half of 2021 no assessed figure was found.
-- desc       For each year a bar of reported and a bar of assessed petroleum, against the cap of half a million barrels. Reported bars stay below the line, assessed bars reach above it.
-- question   petroleum-level petroleum-assessed-2019 petroleum-2021
select 'reported' as series, '2018' as x, null as low_milli, null as high_milli, '' as label, 'cap' as role, 0 as record
from cap where 1 = 0
union all
select 'reported', substr(day_from, 1, 4), min(low_milli), max(high_milli), '', '', 0
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
select 'reported', '2018', low_milli, low_milli, 'cap: 500,000 barrels a year', 'cap', record
from cap where cap = 'refined-2397' and unit = 'bbl'
order by 6, 1 desc, 2
