-- asks      Would these deliveries alone exceed the yearly cap on refined products?
-- measure   R2397-5
-- unit      bbl
-- factor    t bbl china-2020-2022
-- basis     proxy a change of draught is a weight, and what was on board the ship did not say
-- combine   sum
-- test      larger now=delivered base=cap factor=1
-- when      voyage
-- missing   a run kept in the case (embargo ships find --keep)
-- alternative These are the ships that were heard, and others may have delivered more.
with live as (
  select record, key, source, class, event, finer, who, mmsi, part, other, other_mmsi, other_part, flag, other_flag, ship_type, meeting, day, start_at,
         end_at, hours, port, port_country, place, approach, low_milli, high_milli, stated_milli, unit, constructed, fleet, of_event, leg, listed_in,
         listed_id, listed_name, distance_m
  from voyage as v
  where class in ('run', 'event', 'cargo', 'match') and profile = 'embargo' and not exists
        (select 1 from link join voyage as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = v.source)
)
select record, key as label, 'delivered' as grp, low_milli, high_milli, stated_milli, unit,
       case when constructed = 'constructed' and exists (select 1 from live as o where o.class = 'run' and coalesce(o.constructed, '') <> 'constructed')
            then 'set aside: constructed' else 'counted' end as role
from live
where class = 'cargo' and event in ('hidden-call', 'port-call') and port_country = 'kp' and finer = 'given'
union all
select record, key, 'cap', low_milli, high_milli, stated_milli, unit, 'counted'
from cap where cap.cap = 'refined' and exists (select 1 from live where class = 'run')
order by 3, 2
