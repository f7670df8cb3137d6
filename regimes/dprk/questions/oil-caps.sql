-- asks      Were imports of crude and refined petroleum capped?
-- measure   R2397-4 R2397-5
-- unit      measure
-- basis     direct
-- period    year 2021-02-01 2022-01-31
-- combine   count
-- test      exactly n=2
-- alternative Paragraph numbers marked B or C in the table of measures were not seen in the text of the United Nations itself.
select record, key as label
from measure
where key in ('R2397-4', 'R2397-5')
  and day_from <= :year_from and (in_force_to is null or in_force_to > :year_to)
order by key
