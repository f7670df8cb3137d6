-- asks      Were at least seven attacks on crypto platforms counted for 2021?
-- measure   R1718-8d
-- unit      attack
-- main      as published
-- basis     sourced one firm's count
-- period    year 2021-01-01 2021-12-31
-- combine   max
-- test      at-least n=7
-- beside    incident by incident in our table: source=incidents; combine=count
-- param     source totals
-- missing   a list of the seven attacks
select record, key as label, day_from, day_to, incidents_low_milli as low_milli, incidents_high_milli as high_milli
from theft_total
where :source = 'totals' and day_from = :year_from and day_to = :year_to and incidents_low_milli is not null
union all
select record, key, day_from, day_to, 1000, 1000
from theft
where :source = 'incidents' and day_from >= :year_from and day_to <= :year_to
order by 2
