-- asks      Did imports of refined petroleum increase sharply in the second half of 2021?
-- measure   R2397-5
-- unit      bbl
-- main      reported deliveries, half against half
-- basis     proxy China's reports to the Committee stand in; no figure for illicit imports in the second half of 2021 was found
-- period    first 2021-01-01 2021-06-30
-- period    second 2021-07-01 2021-12-31
-- combine   sum
-- test      increased-sharply now=second base=first factor=2 leave-out=month
-- coverage  petroleum_report
-- reading   without September: leave.out=2021-09
-- alternative January and February 2021 were not reported; if oil moved in those months the first half is too low and the ratio too high.
-- alternative One month, September, is 46 percent of the year.
select record, substr(day_from, 1, 7) as label, day_from, day_to, low_milli, high_milli, stated_milli, unit,
       case when state in ('not-reported', 'not-found') then 'set aside: ' || state
            when row_number() over (partition by who, day_from, day_to
                                    order by low_milli is null, known desc, key) = 1 then 'counted'
            else 'set aside: another report of the same month' end as role
from petroleum_report
where who = 'CHN' and class = 'month' and day_from >= :first_from and day_to <= :second_to
order by day_from, key
