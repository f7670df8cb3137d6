-- chart      bars
-- axis       years
-- unit       million dollars
-- per        1000000
-- span       2018 2023
-- title      Recorded trade with China fell by {trade-fall-2020|fall} in 2020 and stood at {luxury-trade|share} of 2019 a year later{trade-fall-2020|?holds}
-- title-else Recorded trade between China and the DPRK by year
-- subtitle   Exports and imports together
-- foot       Source: China's customs as quoted by the press. That of 2018 is to November, that of 2023 to October. The DPRK publishes nothing.
-- desc       A bar for each year; those of 2020 and of 2021 are the lowest.
-- question   trade-fall-2020 luxury-trade
-- mark       2018 "to November"
-- mark       2023 "to October"
select 'total' as series, substr(day_from, 1, 4) as x, low_milli, high_milli, stated_milli, record, citation as note,
       substr(day_from, 1, 4) in ('2020', '2021') as accent
from trade
where what = 'total' and low_milli is not null
  and (class = 'year' or (class = 'ytd' and day_to in ('2018-11-30', '2023-10-31')))
order by 2
