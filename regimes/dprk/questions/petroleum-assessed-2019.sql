-- asks      Did assessed deliveries of refined petroleum in 2019 exceed the cap?
-- measure   R2397-5
-- unit      bbl
-- basis     direct
-- combine   sum
-- test      over-cap cap=refined
-- alternative The figure takes the upper load assumption; Russia and China asked for more conclusive evidence.
select record, key as label, day_from, day_to, low_milli, high_milli, stated_milli, unit
from petroleum_assessment
where key = 'PA-06'
