-- asks      Did ships that may have called in the DPRK come out lighter, as after the delivery of oil?
-- measure   R2397-5
-- unit      bbl
-- factor    t bbl china-2020-2022
-- basis     proxy a change of draught is a weight, and what was on board the ship did not say
-- combine   sum
-- test      more-than n=0
-- param     type any
-- reading   tankers alone: type=tanker
-- beside    by the diesel factor: factor=t bbl diesel-press
-- beside    in tonnes: factor=none; unit=t
-- when      voyage
-- missing   a run kept in the case (embargo ships find --keep)
-- alternative Draught is typed by hand, and falls with ballast and fuel too.
-- alternative A ship that was silent off a port may never have entered it.
with live as (
  select record, key, source, class, event, finer, who, mmsi, part, other, other_mmsi, other_part, flag, other_flag, ship_type, meeting, day, start_at,
         end_at, hours, port, port_country, place, approach, low_milli, high_milli, stated_milli, unit, constructed, fleet, of_event, leg, listed_in,
         listed_id, listed_name, distance_m
  from voyage as v
  where class in ('run', 'event', 'cargo', 'match') and profile = 'embargo' and not exists
        (select 1 from link join voyage as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = v.source)
)
select record, key as label, low_milli, high_milli, stated_milli, unit,
       case when constructed = 'constructed' and exists (select 1 from live as o where o.class = 'run' and coalesce(o.constructed, '') <> 'constructed')
            then 'set aside: constructed'
            when leg = 'passed on' then 'set aside: it went on; a cargo is counted once, where it was last given'
            when coalesce(port_country, '') <> 'kp' then 'set aside: not at a port of the DPRK'
            when finer <> 'given' then 'set aside: it came out deeper'
            when :type = 'tanker' and not (ship_type between 80 and 89) then 'set aside: it does not call itself a tanker'
            else 'counted' end as role
from live
where class = 'cargo' and event in ('encounter', 'hidden-call', 'port-call')
order by start_at, key
