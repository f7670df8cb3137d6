-- asks      Are ships that were heard here on a list?
-- measure   R2371-6 R2270-23
-- unit      ship
-- basis     sourced the lists name ships by numbers that others can use
-- combine   distinct ship
-- test      at-least n=1
-- when      voyage
-- missing   a run kept in the case (embargo ships find --keep)
-- alternative Numbers and names are taken by others: a match says which list to read, not that it is the ship.
with live as (
  select record, key, source, class, event, finer, who, mmsi, part, other, other_mmsi, other_part, flag, other_flag, ship_type, meeting, day, start_at,
         end_at, hours, port, port_country, place, approach, low_milli, high_milli, stated_milli, unit, constructed, fleet, of_event, leg, listed_in,
         listed_id, listed_name, distance_m
  from voyage as v
  where class in ('run', 'event', 'cargo', 'match') and profile = 'embargo' and not exists
        (select 1 from link join voyage as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = v.source)
)
select record, who || ' ' || mmsi || ' may be ' || coalesce(listed_name, '') as label, mmsi as ship,
       case when constructed = 'constructed' and exists (select 1 from live as o where o.class = 'run' and coalesce(o.constructed, '') <> 'constructed')
            then 'set aside: constructed' else 'counted' end as role
from live
where class = 'match'
order by mmsi, listed_in, listed_id
