-- asks      Was 4 February 2022, the evening the report was submitted, a Friday?
-- unit      day
-- basis     sourced the date is the article's; the document itself is dated 1 March 2022
-- combine   count
-- test      weekday day=Friday
select record, key as label, '2022-02-04' as day
from document
where key = 'S/2022/132'
