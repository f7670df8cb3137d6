#!/usr/bin/perl
# The measures as pages: each with its state on a day, caps as gauges, the findings that bear on each.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Desk;
use Test::More;

my $root = "$FindBin::Bin/../..";
my $dir = scratch();
my $case = "$dir/case";
embargo('init', $case, '--regime', 'dprk', '--author', 'test');
embargo('--case', $case, 'add', "$root/examples/dprk-2022");
my $s = start_case($case);
page($s, '/measures');

# measures.csv has quotes only from the column `rule` on, so what stands before can be cut at commas.
open my $in, '<', "$root/regimes/dprk/measures.csv" or die;
<$in>;
my @measure = map { my @c = split /,/; { key => $c[0], from => $c[4], to => $c[5], kind => $c[8] } } grep { /\S/ } <$in>;

sub state_on {
        my ($m, $day) = @_;
        return 'ended' if length $m->{to} && $m->{to} lt $day;
        return $m->{from} le $day ? 'in force' : 'not yet';
}

for my $day ('2006-07-15', '2016-12-31', '2017-08-06', '2022-01-31') {
        my $data = json(get($s, "/measures.json?on=$day"));
        my %state = map { $_->{measure} => $_->{state} } @{ $data->{rows} };
        is_deeply(\%state, { map { $_->{key} => state_on($_, $day) } @measure }, "on $day each measure is in force, ended or not yet");
}
is(json(get($s, '/measures.json?kind=cap'))->{total}, scalar(grep { $_->{kind} eq 'cap' } @measure), 'by kind');
is(json(get($s, '/measures.json?state=ended&on=2022-01-31'))->{total}, scalar(grep { state_on($_, '2022-01-31') eq 'ended' } @measure), 'by state');

my $html = page($s, '/measures')->{content};
is(whole($html), '', 'the page is put together as it should be');
# 413,555,897 of 400,870,018 dollars is 103.16 percent; 4,828,327 of 7,500,000 tonnes is 64.38; 91,909 of 500,000 barrels is 18.38.
like($html, qr{<b>413,555,897 USD</b> 103\.2 % of the cap}, 'coal in 2017: over the cap in dollars');
like($html, qr{<b>4,828,327 t</b> 64\.4 % of the cap}, '... and under it in tonnes');
like($html, qr{whichever is lower}, '... and that the lower binds');
like($html, qr{<b>91,909 bbl</b> 18\.4 % of the cap}, 'petroleum in 2021: under it');
like($html, qr{<dt>75\xc2\xa0%</dt><dd>not reached</dd>}, 'a threshold that was not reached is named');
like($html, qr{<dt>100\xc2\xa0%</dt><dd>crossed between 1 January 2017 and 30 September 2017</dd>}, 'one that was crossed has the days between which');
like($html, qr{<svg class="em-draw".*?<desc[^>]*>413,555,897 USD, 103\.2 % of the cap</desc>}s, 'a gauge says in words what it shows');

$html = page($s, '/measures/R2397-5')->{content};
is(whole($html), '', 'one measure is put together as it should be');
like($html, qr{<h1>Resolution 2397 \(2017\), paragraph 5</h1>}, 'its citation is the heading');
like($html, qr{in force since 2018-01-01}, 'its state');
like($html, qr{A: the rule and its number were seen quoted}, 'how its citation was verified');
like($html, qr{<b>500,000 bbl</b></a> from 2018-01-01, in each 12 months}, 'its cap');
like($html, qr{href="/findings/petroleum-2021">}, 'the finding that bears on it');
like($html, qr{<code>2710</code>}, 'the goods it names');
like($html, qr{<dt>measure_id\s*<dd>R2397-5}, 'its row in the table');
my $one = json(get($s, '/measures/R2397-5.json'));
is($one->{total}, 1, 'as data it is one row');
like($one->{rows}[0]{findings}, qr/petroleum-2021:holds/, '... with the verdicts that bear on it');
is(page($s, '/measures/R2321-26b(ii)')->{status}, 200, 'a key with brackets');
is(page($s, '/measures/R2321-26b%28ii%29')->{status}, 200, '... also escaped');
like(page($s, '/measures?known=2016-12-01')->{content}, qr{All measures}, 'as known on a day');
unlike(page($s, '/measures?known=2016-12-01')->{content}, qr{R2397-5}, '... without those that came later');

for (['/measures/nothing', 404], ['/measures/%22%3E%3Cscript%3Ealert(1)', 404], ['/measures?on=tomorrow', 400], ['/measures?state=guilty', 400]) {
        my ($target, $status) = @$_;
        my $r = page($s, $target);
        is($r->{status}, $status, "$target: $status");
        is(harmless($r->{content}), '', '... and harmless');
}
$html = page($s, '/measures?q=%22%3E%3Cimg%20src%3Dx%3E&kind=%3Cscript%3Ealert(1)')->{content};
is(harmless($html), '', 'what was typed is shown as text');
like($html, qr/No measure is like that/, '... and that nothing is like it');
stop($s);

done_testing();
