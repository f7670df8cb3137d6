-- asks      Did attacks on financial institutions and crypto platforms continue in 2021?
-- measure   R1718-8d R2371-14
-- unit      attack
-- basis     sourced one firm's counts
-- period    now 2021-01-01 2021-12-31
-- period    before 2020-01-01 2020-12-31
-- combine   max
-- test      continued now=now before=before
-- missing   a list of the incidents of 2021
select record, key as label, day_from, day_to, incidents_low_milli as low_milli, incidents_high_milli as high_milli
from theft_total
where who = 'Chainalysis' and incidents_low_milli is not null
  and ((day_from = :now_from and day_to = :now_to) or (day_from = :before_from and day_to = :before_to))
order by key
