-- asks      What do the tables give for thefts in 2021, and how far apart are they?
-- measure   R1718-8d
-- unit      USD
-- basis     sourced the totals are those that others printed
-- period    year 2021-01-01 2021-12-31
-- combine   max
-- test      at-least n=395000000
-- alternative Totals for overlapping periods are never added.
select record, key as label, key as grp, day_from, day_to, low_milli, high_milli, stated_milli, unit
from theft_total
where day_from <= :year_to and day_to >= :year_from and low_milli is not null
  and day_to <= '2021-12-31' and day_from >= '2020-01-01'
order by key
