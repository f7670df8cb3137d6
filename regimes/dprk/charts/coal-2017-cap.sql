-- chart      bars
-- axis       categories
-- unit       percent of the cap
-- title      Coal in 2017 stayed under the cap in tonnes and broke it in dollars; the lower binds{coal-cap-2017|?holds}
-- title-else Coal exports of 2017 against the two caps
-- subtitle   January to September 2017, percent of the yearly cap
-- foot       Source: the 1718 Committee's table as quoted by the press; the caps are those of resolution 2321 (2016).
-- desc       Two bars against the line of the cap: tonnes below it, dollars above it.
-- question   coal-cap-2017
select 'coal' as series, 'in tonnes' as x, 100 * cast(round(coal.low_milli * 1000.0 / cap.low_milli) as integer) as low_milli, coal.record as record,
       0 as accent, '' as role, '' as label
from coal, cap where coal.key = 'CO-04' and cap.measure = 'R2321-26b(ii)' and cap.unit = 't'
union all
select 'coal', 'in dollars', 100 * cast(round(coal.usd_low_milli * 1000.0 / cap.low_milli) as integer), coal.record, 1, '', ''
from coal, cap where coal.key = 'CO-04' and cap.measure = 'R2321-26b(ii)' and cap.unit = 'USD'
union all
select 'coal', '', 100000, 0, 0, 'cap', 'cap'
order by 6, 2 desc
