-- chart      cumulative
-- axis       days
-- span       2021-01-01 2021-12-31
-- unit       barrels
-- thresholds 75 90 95
-- title      Petroleum reported for 2021 came to {petroleum-2021|share} of the cap and stayed {petroleum-2021|!within-cap}
-- title-else Refined petroleum reported for 2021, running total against the cap
-- subtitle   Running total of China's monthly reports, barrels
-- foot       Source: the 1718 Committee's table as quoted by the press. January and February were not reported.
-- desc       A step line from March to December that ends below a fifth of the cap.
-- question   petroleum-2021
-- gap        2021-01 2021-02 "not reported"
select 'running total' as series, day_to as x, sum(low_milli) over (order by day_to) as low_milli,
       sum(high_milli) over (order by day_to) as high_milli, record, '' as role, '' as label
from (select *, row_number() over (partition by day_from order by low_milli is null, known desc, key) as version
      from petroleum_report
      where who = 'CHN' and class = 'month' and low_milli is not null and day_from between '2021-01-01' and '2021-12-31')
where version = 1
union all
select 'running total', '2021-12-31', low_milli, low_milli, record, 'cap', 'cap of resolution 2397'
from cap where measure = 'R2397-5' and unit = 'bbl'
order by 6, 2
