-- asks      Did refined petroleum reported for 2021 stay within the cap?
-- measure   R2397-5
-- unit      bbl
-- main      monthly reports
-- basis     direct
-- period    year 2021-01-01 2021-12-31
-- combine   sum
-- test      within-cap cap=refined reports=12
-- coverage  petroleum_report
-- param     grain month
-- beside    the year's published total: grain=year; test.reports=1
-- alternative The cap counts all deliveries; those by ship-to-ship transfer are not reported and come on top.
select record, who || ' ' || day_from as label, day_from, day_to, low_milli, high_milli, stated_milli, unit,
       case when state in ('not-reported', 'not-found') then 'set aside: ' || state
            when row_number() over (partition by who, day_from, day_to
                                    order by low_milli is null, known desc, key) = 1 then 'counted'
            else 'set aside: another report of the same month' end as role
from petroleum_report
where class = :grain and day_from >= :year_from and day_to <= :year_to
order by day_from, who, key
