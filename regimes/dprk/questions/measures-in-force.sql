-- asks      How many rules on the DPRK does the regime table hold up to December 2017?
-- unit      rule
-- basis     direct
-- period    span 2006-07-15 2017-12-22
-- combine   count
-- test      at-least n=1
select record, key as label
from measure
where adopted between :span_from and :span_to
order by key
