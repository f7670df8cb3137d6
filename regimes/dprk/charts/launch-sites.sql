-- chart      map
-- unit       missiles
-- title      {launch-sites|now} places in five months, {launch-sites|base} in the twelve before{launch-sites|?holds}
-- title-else Where missiles were launched from
-- subtitle   Ballistic missiles by place of launch since 1984; places used from September 2021 to January 2022 in orange
-- foot       Source: CNS/NTI North Korea Missile Test Database. Launches without a known place are left out.
-- desc       A map of Korea with a circle for each launch site, larger where more missiles were launched.
-- question   launch-sites
select place as name, avg(lat) as lat, avg(lon) as lon, count(*) as count, '' as role,
       max(day between '2021-09-01' and '2022-01-31') as accent, count(*) || ' missiles, the last on ' || max(day_from) as label
from launch
where lat is not null and place <> 'Unknown' and day_from <= '2022-01-31'
group by place
union all select 'Pyongyang', 39.03, 125.75, 0, 'place', 0, ''
union all select 'Seoul', 37.57, 126.98, 0, 'place', 0, ''
union all select 'Yellow Sea', 38.3, 123.9, 0, 'sea', 0, ''
union all select 'East Sea / Sea of Japan', 40.0, 130.6, 0, 'sea', 0, ''
order by 5, 4 desc, 1
