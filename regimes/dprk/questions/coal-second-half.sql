-- asks      Did seaborne coal exports increase in the second half of 2021?
-- measure   R2371-8
-- unit      t
-- basis     direct
-- period    first 2021-01-01 2021-06-30
-- period    second 2021-07-01 2021-12-31
-- combine   disjoint
-- test      larger now=second base=first factor=1
-- coverage  coal
-- missing   a tonnage for July to December 2021; the report's summary says increased and gives none
select record, key as label, day_from, day_to, low_milli, high_milli, stated_milli, unit,
       case when low_milli is null then 'set aside: a statement without a quantity' else 'counted' end as role
from coal
where day_from >= :first_from and day_to <= :second_to and (unit = 't' or unit is null)
order by day_from, key
