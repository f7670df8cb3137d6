-- asks      Did ships that may have called in the DPRK, bear its flag or are listed lie beside others at sea?
-- measure   R2375-11
-- unit      meeting
-- main      side by side
-- basis     proxy what passed between two ships is not heard, and a flag is told by a number that a ship gives itself
-- combine   count
-- test      at-least n=1
-- param     draught any
-- reading   with a change of draught: draught=changed
-- when      voyage
-- missing   a run kept in the case (embargo ships find --keep)
-- alternative Ships lie together to take fuel, stores or crew, to help, or to tow.
with live as (
  select record, key, source, class, event, finer, who, mmsi, part, other, other_mmsi, other_part, flag, other_flag, ship_type, meeting, day, start_at,
         end_at, hours, port, port_country, place, approach, low_milli, high_milli, stated_milli, unit, constructed, fleet, of_event, leg, listed_in,
         listed_id, listed_name, distance_m
  from voyage as v
  where class in ('run', 'event', 'cargo', 'match') and profile = 'embargo' and not exists
        (select 1 from link join voyage as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = v.source)
), bound as (
  select mmsi from live where class = 'event' and event in ('hidden-call', 'port-call') and port_country = 'kp'
  union select mmsi from live where class = 'event' and flag = 'kp'
  union select other_mmsi from live where class = 'event' and other_flag = 'kp'
  union select mmsi from live where class = 'match'
)
select record, key as label,
       case when constructed = 'constructed' and exists (select 1 from live as o where o.class = 'run' and coalesce(o.constructed, '') <> 'constructed')
            then 'set aside: constructed'
            when mmsi not in (select mmsi from bound) and other_mmsi not in (select mmsi from bound)
            then 'set aside: neither of them is known to have called there, to bear its flag or to be listed'
            when :draught = 'changed' and not exists (select 1 from live as c where c.class = 'cargo' and c.of_event = live.key)
            then 'set aside: no change of draught was said'
            else 'counted' end as role
from live
where class = 'event' and event in ('encounter', 'dark-meeting')
order by start_at, key
