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
       case when :label = 'printed' and instr(load_fraction, 'press says about ') > 0
            then substr(load_fraction, instr(load_fraction, 'press says about ') + 17)
            else load_fraction end as fraction
from petroleum_assessment
where key in ('PA-01', 'PA-02')
order by key
