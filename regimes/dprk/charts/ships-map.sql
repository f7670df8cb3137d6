-- chart      map
-- title      Where ships were heard, and what may have happened
-- subtitle   Ships that met, may have called in the DPRK, or changed their name or number; dotted where nothing was heard
-- foot       Events are told by rules from what transponders sent; each has other readings.
-- desc       A map of the seas around Korea with the tracks of ships and numbered events.
-- question   ships-met ships-silent ships-oil ships-coal
with live as (
  select record, key, source, class, row, event, finer, who, mmsi, part, other, other_mmsi, start_at, hours, lat, lon, place, port
  from voyage as v
  where class in ('event', 'fix') and profile = 'embargo' and not exists
        (select 1 from link join voyage as r on r.record = link.to_record
         where link.relation = 'restates' and r.class = 'run' and r.source = v.source)
), events as (
  select record, lat, lon, start_at, case event when 'encounter' then 'meeting' when 'dark-meeting' then 'meeting' when 'hidden-call' then 'call'
         else 'identity' end as mark,
         substr(start_at, 1, 10) || ' ' || substr(start_at, 12, 5) || '  ' || event || case when coalesce(finer, '') <> '' then ': ' || finer else '' end
         || '  ' || coalesce(nullif(who, ''), mmsi) || case when other_mmsi is not null then ' with ' || coalesce(nullif(other, ''), other_mmsi) else '' end
         || case when place is not null then ', ' || place else '' end || ', ' || printf('%.1f', hours) || ' h' as label
  from live where class = 'event' and event in ('encounter', 'dark-meeting', 'hidden-call', 'identity')
  order by start_at, mmsi, key limit 20
)
select who || ' ' || mmsi as name, lat, lon, 0 as count, 'track' as role, case when finer = 'after a silence' then 1 else 0 end as accent, '' as label,
       '' as mark, 0 as record, row as place_in_order
from live where class = 'fix'
union all
select label, lat, lon, row_number() over (order by start_at, label), '', 0, label, mark, record, 1000000000 from events
union all select 'Nampo', 38.72, 125.40, 0, 'place', 0, '', '', 0, 2000000000 where exists (select 1 from live)
union all select 'Busan', 35.10, 129.04, 0, 'place', 0, '', '', 0, 2000000000 where exists (select 1 from live)
union all select 'Shanghai', 31.23, 121.47, 0, 'place', 0, '', '', 0, 2000000000 where exists (select 1 from live)
union all select 'Yellow Sea', 36.2, 122.9, 0, 'sea', 0, '', '', 0, 2000000000 where exists (select 1 from live)
union all select 'East China Sea', 30.3, 126.8, 0, 'sea', 0, '', '', 0, 2000000000 where exists (select 1 from live)
order by 10, 4
