-- asks      Were nuclear tests and ballistic missile launches banned through the period?
-- measure   R1718-2 R1874-2
-- unit      measure
-- basis     direct
-- period    year 2021-02-01 2022-01-31
-- combine   count
-- test      exactly n=2
-- alternative Paragraph numbers marked B or C in the table of measures were not seen in the text of the United Nations itself.
select record, key as label
from measure
where key in ('R1718-2', 'R1874-2')
  and day_from <= :year_from and (in_force_to is null or in_force_to > :year_to)
order by key
