-- asks      Were more than 50 million dollars stolen between 2020 and mid-2021?
-- measure   R1718-8d
-- unit      USD
-- main      incident by incident
-- basis     direct
-- period    window 2020-01-01 2021-06-30
-- combine   bounds
-- test      more-than n=50000000
-- param     source incidents
-- reading   the Member State's own total: source=totals; combine=max
-- alternative The bound is true and weak: one theft of September 2020 alone is several times larger.
select record, key || ' ' || what as label, day_from, day_to, low_milli, high_milli, stated_milli, unit, quantifier,
       (select certain from cluster where cluster.record = theft.record) as certain,
       (select possible from cluster where cluster.record = theft.record) as possible
from theft
where :source = 'incidents' and day_from >= :window_from and day_to <= :window_to
union all
select record, key, day_from, day_to, low_milli, high_milli, stated_milli, unit, quantifier, null, null
from theft_total
where :source = 'totals' and day_from = :window_from and day_to = :window_to
order by 2
