-- asks      Do the two barrel figures to September 2023 fit the load fractions printed with them?
-- measure   R2397-5
-- unit      bbl
-- basis     direct
-- combine   max
-- test      load-fractions
select record, key as label, key as grp, day_from, day_to, stated_milli as low_milli, stated_milli as high_milli, unit,
       load_fraction as fraction
from petroleum_assessment
where key in ('PA-11', 'PA-12')
order by key
