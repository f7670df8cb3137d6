-- asks      Did missile launches accelerate markedly from September 2021 to January 2022?
-- measure   R1718-2 R1874-2
-- unit      launch day
-- main      against the twelve months before
-- basis     direct
-- period    now 2021-09-01 2022-01-31
-- period    base 2020-09-01 2021-08-31
-- combine   distinct day
-- test      acceleration now=now base=base alpha=0.05
-- coverage  launch
-- param     calendar korean
-- reading   year on year: period.now=2021-02-01 2022-01-31; period.base=2020-02-01 2021-01-31
-- reading   against May 2019 to March 2020: period.base=2019-05-01 2020-03-31
-- beside    against May 2019 to March 2020, days in UTC: period.base=2019-05-01 2020-03-31; calendar=utc
-- alternative The quiet of 2020 and early 2021 (border closure, domestic priorities) makes almost any later activity an acceleration; the choice of baseline decides.
-- alternative Tests come in campaigns; launch days a few days apart are not fully independent, which makes p too small.
select record, key || ' ' || what as label,
       case when :calendar = 'utc' then utc_day else day end as day
from launch
where (day between :now_from and :now_to or day between :base_from and :base_to
       or utc_day between :base_from and :base_to)
order by day_from, key
