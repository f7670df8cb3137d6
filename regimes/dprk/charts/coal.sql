-- chart      dots
-- axis       categories
-- unit       thousand tonnes
-- per        1000
-- title      For the second half of 2021 there is no tonnage: that coal exports rose cannot be tested{coal-second-half|?untestable}
-- title-else Coal exports by sea, as reported and assessed
-- subtitle   Coal exported by the DPRK in the period named
-- foot       Sources: the 1718 Committee's table for 2016 and 2017, Member States and the press since. Periods differ in length and overlap.
-- desc       One row for each period, from the end of 2016 to the first months of 2021, and an empty row for the second half of 2021.
-- question   coal-level coal-second-half coal-cap-2017
select 'coal' as series,
       case when substr(day_from, 6) = '01-01' and day_to = substr(day_from, 1, 4) || '-12-31' then substr(day_from, 1, 4)
            else substr(day_from, 1, 7) || ' to ' || substr(day_to, 1, 7) end as x,
       low_milli, high_milli, stated_milli, coalesce(f_quantifier, '') as label, record, note, role
from (select day_from, day_to, low_milli, high_milli, stated_milli, record, citation as note, key,
             case when worded in ('exact', 'rounded', 'at least') then '' else worded end as f_quantifier, '' as role
      from coal
      where what = 'coal' and unit = 't' and low_milli is not null
        and key not in ('CO-02', 'CO-05', 'CO-07', 'CO-08', 'CO-09', 'CO-11', 'CO-18')
      union all
      select day_from, day_to, null, null, null, record, note, key, 'no tonnage found', ''
      from coal where key = 'CO-20')
order by day_from, day_to, key
