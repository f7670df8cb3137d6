-- asks      Had the mission not answered the newspaper's request for comment?
-- unit      request
-- basis     sourced only the newspaper's own word; no reply has been put on file
-- combine   count
-- test      no-reply
-- alternative A reply after the article's date, or to another newsroom, would not be in this table.
select record, key as label, day_from, day_to, answered_on as replied
from correspondence
where class = 'request'
order by key
