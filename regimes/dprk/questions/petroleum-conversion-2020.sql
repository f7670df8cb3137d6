-- asks      Are the two barrel totals published for 2020 the same tonnage under two factors?
-- measure   R2397-5
-- unit      bbl
-- main      diesel factor, 134,000 barrels
-- basis     direct
-- combine   sum
-- factor    t bbl diesel-press
-- test      nearly n=134000 within=0.005
-- reading   factor of China's reports, 149,000 barrels: factor=t bbl china-2020-2022; test.n=149000
select record, key as label, day_from, day_to, t_low_milli as low_milli, t_high_milli as high_milli, t_unit as unit
from petroleum_report
where class = 'year' and who = 'CHN+RUS' and day_from = '2020-01-01' and t_low_milli is not null
