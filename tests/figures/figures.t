#!/usr/bin/perl
# The published figures, reproduced: the example case answers, and each number
# is compared with one that was printed elsewhere or is worked out here.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../fault";
use Fault;
use JSON::PP ();
use Test::More;

my $case = scratch() . '/case';
make_case($case);

sub answers {
        my (@words) = @_;
        works('--case', $case, 'find', '--json', @words);
        my $found = JSON::PP->new->utf8->decode(slurp(scratch() . '/stdout'));
        return map { $_->{question} => $_ } @{ $found->{findings} };
}

my %now = answers();
my %then = answers('--as-known-on', '2022-03-01');

sub reading {   # of a question, by name; the main one without
        my ($answer, $name) = @_;
        my ($r) = grep { !defined $name || $_->{name} eq $name } @{ $answer->{readings} };
        return $r;
}

sub number {
        my ($answer, $name, $reading) = @_;
        my $r = reading($answer, $reading) or return undef;
        my ($n) = grep { $_->{name} eq $name } @{ $r->{numbers} };
        return $n ? $n->{text} : undef;
}

sub says {      # QUESTION, {number => text}, reading
        my ($question, $want, $reading) = @_;
        my $shown = $question . (defined $reading ? "\@$reading" : '');
        is(number($now{$question}, $_, $reading), $want->{$_}, "$shown: $_ is $want->{$_}")
                for sort keys %$want;
}

sub comma {     # 91909 as a sentence has it
        my ($n) = @_;
        1 while $n =~ s/^(\d+)(\d{3})/$1,$2/;
        return $n;
}

sub verdict {
        my ($question, $want, $reading) = @_;
        my $got = defined $reading ? reading($now{$question}, $reading)->{verdict} : $now{$question}{verdict};
        is($got, $want, $question . (defined $reading ? "\@$reading" : '') . " $want");
}

# January 2022. The database of the James Martin Center counts nine missiles; press of
# 29 March 2020 called nine in that month the most ever, and August 2019 has ten.
verdict('january-2022-launches', 'holds', 'missiles');
says('january-2022-launches', { value => '9' });
verdict('january-2022-record', 'reading');
verdict('january-2022-record', 'holds', 'launch days');
says('january-2022-record', { value => '6', next => '5', 'next-group' => 'August 2019' });
verdict('january-2022-record', 'fails', 'missiles');
says('january-2022-record', { value => '9', next => '10', 'next-group' => 'August 2019', tied => 'March 2020' },
        'missiles');
verdict('january-2022-record', 'holds', 'missiles without KN-25');
says('january-2022-record', { value => '9', next => '7', 'next-group' => 'July 2006 and July 2009' },
        'missiles without KN-25');

# Acceleration. 9 days in 153 against 1 in 365: (9/153)/(1/365) = 21.47. With
# p = 153/518, P(X >= 9 of 10) = 10 p^9 (1-p) + p^10 = 1.26e-4. The interval is
# Clopper-Pearson's for 9 of 10, (0.555, 0.9975), as a ratio of rates.
my $p = 153 / 518;
my $chance = 10 * $p**9 * (1 - $p) + $p**10;
(my $shown = sprintf '%.1e', $chance) =~ s/e-0/e-/;     # 1.3e-4
verdict('launch-acceleration', 'reading');
says('launch-acceleration', { now => '9', base => '1', 'days-now' => '153', 'days-base' => '365',
        ratio => '21.5', low => '3.0', high => '941', p => $shown });
# 10 of 14 with p = 365/731, so nearly a fair coin: 1470/16384 = 0.0897 if it were
says('launch-acceleration', { now => '10', base => '4', ratio => '2.5', p => '0.089', 'p-two' => '0.118' },
        'year on year');
verdict('launch-acceleration', 'fails', 'year on year');
says('launch-acceleration', { now => '9', base => '18', p => '0.48' }, 'against May 2019 to March 2020');
says('launch-acceleration', { base => '17', p => '0.43' },
        'against May 2019 to March 2020, days in UTC');
verdict('launch-acceleration', 'fails', 'against May 2019 to March 2020');
# best split 5 January 2022: 4 days in 646, then 6 in 27; a month of 30.4375 days
says('launch-change-point', { split => '5 January 2022', second => '15 September 2021',
        'rate-before' => '0.19', 'rate-after' => '6.8' });
like(number($now{'launch-change-point'}, 'p'), qr/below/, 'launch-change-point: no simulated gain is as large');

# Petroleum. The Korea Herald of 23 March 2022 prints 91,909 for the year.
# Months as printed; the halves are 23,760 and 68,149.
my $first = 4893 + 92 + 8050 + 10725;
my $second = 2829 + 11745 + 41973 + 1666 + 8730 + 1206;
says('petroleum-2021', { value => '91,909', share => '18.4 %' });
says('petroleum-second-half', { base => comma($first), now => comma($second), ratio => '2.87' });
is(number($now{'petroleum-2021'}, 'value'), comma($first + $second), 'the year is the sum of its months');
says('petroleum-second-half', { ratio => '1.10' }, 'without September');
verdict('petroleum-second-half', 'reading');
my @july = grep { ($_->{from} // '') eq '2021-07-01' } @{ $now{'petroleum-2021'}{rows} };
is_deeply([ sort map { $_->{low} } grep { $_->{to} eq '2021-07-31' } @july ], ['2828', '2829'],
        'July stands twice, as 2,828 and 2,829');
is(scalar(grep { $_->{role} eq 'counted' } @july), 1, 'July counts once');
# 17,877 t: x 7.5 = 134,077.5, printed as 134,000; x 8.33 = 148,915.41, printed as 149,000
verdict('petroleum-conversion-2020', 'holds');
is(reading($now{'petroleum-conversion-2020'})->{groups}[0]{low}, '134077.5', '17,877 t at 7.5');
is(reading($now{'petroleum-conversion-2020'}, "factor of China's reports, 149,000 barrels")->{groups}[0]{low},
        '148915.41', '17,877 t at 8.33');

# Coal 2017: 4,828,327/7,500,000 = 64.4 %; 413,555,897/400,870,018 = 103.2 %
verdict('coal-cap-2017', 'holds');
says('coal-cap-2017', { 'share-t' => '64.4 %', 'share-USD' => '103.2 %', binding => 'USD' });

# Load fractions: 1,367,628/759,793 = 1.8000 where 0.9/(1/3) = 2.7; 0.9/0.6 = 1.5
verdict('load-fractions-2018', 'fails');
like(number($now{'load-fractions-2018'}, 'ratio'), qr/^1\.80*$/, 'load-fractions-2018: ratio 1.8');
like(number($now{'load-fractions-2018'}, 'expected'), qr/^2\.70*$/, 'load-fractions-2018: expected 2.7');
verdict('load-fractions-2018', 'holds', 'one third and 60 percent');
verdict('load-fractions-2023', 'holds');
like(number($now{'load-fractions-2023'}, 'ratio'), qr/^1\.50*$/, 'load-fractions-2023: ratio 1.5');

# Thefts. Chainalysis: 395 million in January 2022, 429 million in February 2023.
verdict('thefts-2021-count', 'holds');
says('thefts-2021-amount', { value => '429 million' });
says('thefts-2021-amount', { value => '395 million' }, 'as first published');
is(number($then{'thefts-2021-amount'}, 'value'), '395 million', 'as known on 1 March 2022 it is 395 million');
verdict('thefts-2021-amount', 'holds', 'as first published');
my $pair = reading($now{'alphapo-coinspaid'})->{groups}[0];
is("$pair->{low} to $pair->{high}", '60000000 to 97000000', 'Alphapo and CoinsPaid: 60 to 97 million');
my $thefts = reading($now{'theft-fifty-million'}, 'incident by incident')->{groups}[0];
is($thefts->{low}, '304000000', 'two incidents of one total are two: 281 + 23 million');

# The calendar and what did not happen.
says('report-friday', { weekday => 'Friday' });
verdict($_, 'holds') for 'no-nuclear-test', 'no-icbm-launch', 'report-friday';
ok(scalar(@{ $now{'no-icbm-launch'}{coverage} }), 'absence is printed with its coverage');
is($now{resolutions}{readings}[0]{groups}[0]{low}, '11', 'eleven resolutions');

# As known on a day: restated figures differ, and what was not yet printed is not there.
is($then{'petroleum-level'}{verdict} eq $now{'petroleum-level'}{verdict}, '',
        'the yearly total was printed on 23 March 2022');
for my $day ('', '2022-03-01') {
        my @known = $day ? ('--as-known-on', $day) : ();
        my @bytes;
        for my $turn (1, 2) {
                works('--case', $case, 'report', '--out', scratch() . "/report$turn", @known);
                push @bytes, digest(scratch() . "/report$turn/index.html");
        }
        is($bytes[0], $bytes[1], 'the report rebuilds byte for byte, as known ' . ($day || 'today'));
}

# Every claim has a verdict, and those that no table can settle say so.
works('--case', $case, 'claims', '--json');
my $claims = JSON::PP->new->utf8->decode(slurp(scratch() . '/stdout'));
my @list = @{ $claims->{claims} };
is(scalar(@list), 32, '32 claims');
is(scalar(grep { $_->{verdict} !~ /^(?:holds|reading|fails|untestable)$/ } @list), 0, 'each with one of four verdicts');
for my $c (grep { $_->{verdict} eq 'untestable' } @list) {
        like($c->{why}, qr/missing:/, "$c->{claim} says what is missing");
}
done_testing();
