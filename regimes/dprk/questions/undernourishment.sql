-- asks      Did the humanitarian situation worsen?
-- measure   R2397-25
-- unit      percent
-- basis     proxy the share of people undernourished stands in, over periods of three years
-- combine   max
-- test      larger now=2019-2021 base=2004-2006 factor=1
-- alternative The later period begins before the blockade; yearly figures would be needed to see 2021 alone.
-- missing   yearly figures for 2020 and 2021 from inside the country
select record, key as label, substr(day_from, 1, 4) || '-' || substr(day_to, 1, 4) as grp, day_from, day_to, low_milli, high_milli, stated_milli, unit
from humanitarian
where what = 'prevalence of undernourishment'
order by day_from
