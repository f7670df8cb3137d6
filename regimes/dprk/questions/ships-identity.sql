-- asks      Did ships go on under another name or number?
-- measure   R2397-13
-- unit      change
-- basis     proxy names and numbers are what a ship says of itself
-- combine   count
-- test      at-least n=1
-- when      voyage
-- missing   a run kept in the case (embargo ships find --keep)
-- alternative Numbers are typed by hand and change with the flag.
with live as (
  select record, key, source, class, event, finer, who, mmsi, part, other, other_mmsi, other_part, flag, other_flag, ship_type, meeting, day, start_at,
         end_at, hours, port, port_country, place, approach, low_milli, high_milli, stated_milli, unit, constructed, fleet, of_event, leg, listed_in,
         listed_id, listed_name, distance_m
  from voyage as v
  where class in ('run', 'event', 'cargo', 'match') and profile = 'embargo' and not exists
        (select 1 from link join voyage as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = v.source)
)
select record, key as label, case when constructed = 'constructed' and exists (select 1 from live as o where o.class = 'run' and coalesce(o.constructed, '') <> 'constructed')
            then 'set aside: constructed' else 'counted' end as role
from live
where class = 'event' and event = 'identity'
order by start_at, key
