-- chart      dots
-- axis       categories
-- unit       million dollars
-- per        1000000
-- title      Each publisher draws its own line: the sum for 2021 was printed as {thefts-2021-amount@as first published|value} dollars and is now {thefts-2021-amount|value}{thefts-2021-amount@as first published|?holds}{thefts-2021-amount|?reading}
-- title-else Sums of stolen crypto assets as printed, by period and publisher
-- subtitle   Totals asserted for a period; an arrow leads from a figure to its restatement
-- foot       Periods and scopes overlap, so the rows are never to be added. Open ends (at least, more than, up to) fade out with an arrow. Sources stand in the table behind the chart.
-- desc       One row for each total, in order of its period, with the publisher's name beside the dot.
-- question   thefts-2021-amount thefts-2021-spread theft-two-billion
select 'total' as series,
       case when substr(day_from, 6) = '01-01' and day_to = substr(day_from, 1, 4) || '-12-31' then substr(day_from, 1, 4)
            else substr(day_from, 1, 7) || ' to ' || substr(day_to, 1, 7) end as x,
       low_milli, high_milli, stated_milli, who as label, record, worded || ', ' || document as note,
       day_from = '2021-01-01' and day_to = '2021-12-31' as accent,
       (select t2.stated_milli from link join theft_total as t2 on t2.record = link.to_record
        where link.from_record = theft_total.record and link.relation = 'restates') as was_milli
from theft_total
where low_milli is not null
  and not exists (select 1 from link where link.to_record = theft_total.record and link.relation = 'restates')
order by day_from, day_to, key
