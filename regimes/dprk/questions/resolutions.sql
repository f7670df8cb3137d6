-- asks      Were the sanctions strengthened by further resolutions?
-- measure   R2397-5
-- unit      resolution
-- basis     direct
-- period    span 2006-07-15 2017-12-22
-- combine   distinct resolution
-- test      exactly n=11
-- alternative Paragraph numbers marked B or C in the table of measures were not seen in the text of the United Nations itself.
select record, key as label, resolution
from measure
where adopted between :span_from and :span_to
order by key
