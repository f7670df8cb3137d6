-- asks      Did ballistic missile launches continue in the year to January 2022?
-- measure   R1718-5 R1718-2 R1874-2
-- unit      missile
-- basis     proxy launches stand in for the missile half of the claim; the nuclear half is in no open table
-- period    now 2021-02-01 2022-01-31
-- period    before 2020-02-01 2021-01-31
-- combine   count
-- test      continued now=now before=before
-- coverage  launch
-- alternative Launches show the missile half of the claim; the nuclear half needs site evidence, which no table here holds.
select record, key || ' ' || what as label, day
from launch
where day between :before_from and :now_to
order by day_from, key
