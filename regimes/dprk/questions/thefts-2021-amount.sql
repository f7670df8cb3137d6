-- asks      Were nearly 400 million dollars stolen in 2021?
-- measure   R1718-8d
-- unit      USD
-- main      latest version
-- basis     sourced one firm's total, restated since
-- period    year 2021-01-01 2021-12-31
-- combine   max
-- test      nearly n=400000000 within=0.05
-- param     version latest
-- reading   as first published: version=first
-- alternative The total is valued at the prices of the day of each theft; later work found more addresses and restated it.
select record, key as label, day_from, day_to, low_milli, high_milli, stated_milli, unit,
       case when (:version = 'latest' and row_number() over (partition by who order by known desc, key desc) = 1)
              or (:version = 'first' and row_number() over (partition by who order by known, key) = 1)
            then 'counted' else 'set aside: another version of the same total' end as role
from theft_total
where day_from = :year_from and day_to = :year_to and low_milli is not null and who = 'Chainalysis'
order by known, key
