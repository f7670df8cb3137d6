-- asks      Were ships silent off ports of the DPRK for long enough to call there?
-- measure   R2397-13
-- unit      silence
-- basis     proxy nobody heard where the ship was
-- combine   count
-- test      at-least n=1
-- when      voyage
-- missing   a run kept in the case (embargo ships find --keep)
-- alternative A transponder may fail, and a receiver may not hear; how many others were heard there at the time stands with each.
with live as (
  select record, key, source, class, event, finer, who, mmsi, part, other, other_mmsi, other_part, flag, other_flag, ship_type, meeting, day, start_at,
         end_at, hours, port, port_country, place, approach, low_milli, high_milli, stated_milli, unit, constructed, fleet, of_event, leg, listed_in,
         listed_id, listed_name, distance_m
  from voyage as v
  where class in ('run', 'event', 'cargo', 'match') and profile = 'embargo' and not exists
        (select 1 from link join voyage as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = v.source)
)
select record, key as label,
       case when constructed = 'constructed' and exists (select 1 from live as o where o.class = 'run' and coalesce(o.constructed, '') <> 'constructed')
            then 'set aside: constructed'
            when coalesce(port_country, '') <> 'kp' then 'set aside: not off the DPRK' else 'counted' end as role
from live
where class = 'event' and event = 'hidden-call'
order by start_at, key
