-- asks      Were at least three exchanges in North America, Europe and Asia robbed between 2020 and mid-2021?
-- measure   R1718-8d
-- unit      exchange
-- main      as the Member State says
-- basis     sourced one Member State's word; the exchanges are not named
-- period    window 2020-01-01 2021-06-30
-- combine   max
-- test      at-least n=3
-- param     source totals
-- reading   incident by incident in our table: source=incidents; combine=count
-- missing   the names of the three exchanges
select record, key as label, day_from, day_to, incidents_low_milli as low_milli, incidents_high_milli as high_milli
from theft_total
where :source = 'totals' and key = 'CA-04'
union all
select record, key || ' ' || what, day_from, day_to, 1000, 1000
from theft
where :source = 'incidents' and day_from >= :window_from and day_to <= :window_to and class = 'exchange'
order by 2
