-- chart      panels
-- axis       months
-- span       2017-01 2022-01
-- whole
-- title      By days with a launch January 2022 is {january-2022-record|!largest} month on record; by missiles it is {january-2022-record@missiles|!not largest}
-- title-else Days with a missile launch, and missiles, by month
-- subtitle   Ballistic missiles of the DPRK by Korean date, January 2017 to January 2022
-- foot       Source: CNS/NTI North Korea Missile Test Database (missiles able to carry {say:500 kg over 300 km}; cruise missiles left out). Months without a bar have no launch on record.
-- desc       Rows of upright bars, one for each unit. By launch days January 2022 stands highest; by missiles August 2019 does; without KN-25 rockets January 2022 does again.
-- question   january-2022-record january-2022-launches
-- mark       2022-01 "the record{january-2022-record@launch days|?holds}" "launch days"
-- mark       2019-08 "more than January 2022{january-2022-record@missiles|?fails}" "missiles"
-- mark       2022-01 "the record again{january-2022-record@missiles without KN-25|?holds}" "missiles without KN-25"
select 'launch days' as series, substr(day_from, 1, 7) as x, 1000 * count(distinct day) as low_milli,
       substr(day_from, 1, 7) = '2022-01' as accent
from launch where day_from between '2017-01-01' and '2022-01-31' group by 2
union all
select 'missiles', substr(day_from, 1, 7), 1000 * count(*), substr(day_from, 1, 7) in ('2022-01', '2019-08')
from launch where day_from between '2017-01-01' and '2022-01-31' group by 2
union all
select 'missiles without KN-25', substr(day_from, 1, 7), 1000 * count(*), substr(day_from, 1, 7) = '2022-01'
from launch where day_from between '2017-01-01' and '2022-01-31' and what <> 'KN-25' group by 2
order by 1, 2
