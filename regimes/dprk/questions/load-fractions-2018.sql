-- asks      Do the two barrel figures of July 2018 fit the load fractions printed with them?
-- measure   R2397-5
-- unit      bbl
-- main      one third and 90 percent, as printed
-- basis     direct
-- combine   max
-- test      load-fractions
-- param     label printed
-- beside    one third and 60 percent: label=sixty
select record, key as label, key as grp, day_from, day_to, stated_milli as low_milli, stated_milli as high_milli, unit,
       case when key = 'PA-01' then '1/3' when :label = 'printed' then '0.90' else '0.60' end as fraction
from petroleum_assessment
where key in ('PA-01', 'PA-02')
order by key
