#!/usr/bin/perl
# The home page: every record once, by the day it happened or became known; what is new; what the case is.
# What it must show is read off the example tables and the ledger here, not off the program.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Desk;
use Test::More;

use Time::Local qw(timegm);

my $root = "$FindBin::Bin/../..";
my $dir = scratch();
my $case = "$dir/case";
embargo('init', $case, '--regime', 'dprk', '--author', 'test');

sub day { my ($y, $m, $d) = split /-/, $_[0]; return timegm(0, 0, 0, $d, $m - 1, $y) / 86400 }

# Whole rows of a table without quotes in the columns that are read: name => [column values by header].
sub table {
        my ($file) = @_;
        open my $in, '<', "$root/examples/dprk-2022/$file" or die "$file: $!";
        my @head = split /,/, <$in> =~ s/\R//r;
        my @rows;
        while (<$in>) {
                my %row;
                @row{@head} = split /,/, s/\R//r;
                push @rows, \%row;
        }
        return @rows;
}

sub rows { my ($s, $target) = @_; my $r = page($s, $target); is($r->{status}, 200, "$target: 200") or diag($r->{content}); return json($r) }

# ---- an empty case says what to type
my $s = start_case($case);
my $empty = page($s, '/');
is($empty->{status}, 200, 'an empty case has a home');
like($empty->{content}, qr/case add FILE/, '... that says how evidence comes in');
is(whole($empty->{content}), '', '... put together as it should be');
is(json(get($s, '/index.json'))->{total}, 0, '... and has no happenings: the tables of the regime are none');
stop($s);

# ---- the example
embargo('--case', $case, 'add', "$root/examples/dprk-2022");
$s = start_case($case);
my $home = page($s, '/')->{content};
is(whole($home), '', 'the home is put together as it should be');
like($home, qr{<a href="/findings\?verdict=$_"}, "the tally of findings leads to those of verdict $_") for qw(holds reading fails untestable);
like($home, qr{href="/report"}, 'to do: read the report');
like($home, qr{Doubt a finding}, 'to do: doubt a finding');
like($home, qr{href="/records/[0-9a-f]{8}(?::|%3A)\d+"}, 'to do: walk to the bytes of a record');
like($home, qr/none has been kept yet/, 'that nothing was kept yet is said');
like($home, qr{<svg class="em-draw"}, 'the evidence over time is drawn');

my @launches = table('launches.csv');
my $all = rows($s, '/index.json?kind=launch&rows=10000');
is($all->{total}, scalar @launches, 'every launch of the table is there');
is(scalar @{ $all->{rows} }, scalar @launches, '... once');
my %seen;
$seen{ $_->{key} }++ for @{ $all->{rows} };
is_deeply([sort keys %seen], [sort map { $_->{launch_id} } @launches], '... each by its own name');

my @day = map { $_->{day_from} } grep { $_->{day_from} } @{ $all->{rows} };
is_deeply(\@day, [reverse sort @day], 'by the day they happened, the newest first');
my $january = rows($s, '/index.json?kind=launch&since=2022-01-01&until=2022-01-31');
is($january->{total}, scalar(grep { $_->{date_kst} =~ /^2022-01/ } @launches), 'days cut the list at both ends');

my $known = rows($s, '/index.json?order=known&rows=10000');
@day = map { $_->{known} } @{ $known->{rows} };
is_deeply(\@day, [reverse sort @day], 'by the day they became known, the newest first');
my @wrong = grep { defined $_->{days_later} && $_->{days_later} != day($_->{known}) - day($_->{day_to}) } @{ $known->{rows} };
is(scalar @wrong, 0, 'days later are those between the two');
is(scalar(grep { $_->{kind} =~ /^(measure|good|cap|factor|port|link)$/ } @{ $known->{rows} }), 0, 'tables of the regime are no happenings');
is(rows($s, '/index.json?kind=measure')->{total}, 125, '... but can be asked for'); # data rows of regimes/dprk/measures.csv

# Pages of seven follow each other without loss, whatever days are equal.
my @ids = map { $_->{id} } @{ $known->{rows} };
my @paged;
for (my $from = 0; $from < 70; $from += 7) {
        push @paged, map { $_->{id} } @{ json(get($s, "/index.json?order=known&from=$from&rows=7"))->{rows} };
}
is_deeply(\@paged, [@ids[0 .. 69]], 'pages follow each other');
my $turned = page($s, '/?order=known&from=60')->{content};
like($turned, qr/61 to 120 of/, 'a page says where it stands');
like($turned, qr{from=0&amp;order=known}, '... and leads to the one before');
unlike($turned, qr/Doubt a finding/, 'what was asked for stands alone');

my @later = grep { $_->{known} gt '2022-03-01' } @{ rows($s, '/index.json?known=2022-03-01&rows=10000')->{rows} };
is(scalar @later, 0, 'as known on a day nothing later is there');
like(page($s, '/?known=2022-03-01')->{content}, qr{/findings\?verdict=holds&amp;known=2022-03-01}, '... and the day goes along');
is(page($s, "/?known=$_")->{status}, 200, "the case can be seen as known on $_") for qw(2006-01-01 2018-01-01 2021-03-01);

my $csv = get($s, '/index.csv?kind=nuclear_test')->{content};
is(scalar(() = $csv =~ /\n/g), 1 + table('nuclear_tests.csv'), 'as CSV: a header and a line for each record');

# ---- wrong input
for (['/?since=2022-13-01', 400], ['/?until=yesterday', 400], ['/?order=price', 400], ['/?kind=nothing', 404], ['/?from=-1', 400], ['/?known=1-1-1', 400],
        ['/index.json?kind=%3Cscript%3E', 404]) {
        my ($target, $status) = @$_;
        my $r = page($s, $target);
        is($r->{status}, $status, "$target: $status");
        is(harmless($r->{content}), '', '... and harmless');
}

# ---- what is new
embargo('--case', $case, 'find');
embargo('--case', $case, 'report');
like(page($s, '/')->{content}, qr/Since the last report.*nothing: it was printed/s, 'after a report nothing is new');
add_hostile($case, $dir);
my $news;
for (1 .. 40) { $news = page($s, '/')->{content}; last if $news =~ /added:/; select undef, undef, undef, 0.25 }
like($news, qr/added: <a href="\/evidence\/[0-9a-f]{8}">&quot;&gt;&lt;img/, 'a source that came after it is named, escaped');
like($news, qr/embargo find<\/code> keeps them/, '... and that the questions were not kept since');
is(harmless($news), '', '... and is harmless');
embargo('--case', $case, 'find');
for (1 .. 40) { $news = page($s, '/')->{content}; last if $news =~ /version 2 of/; select undef, undef, undef, 0.25 }
like($news, qr{version 2 of <a href="/findings/january-2022-record">}, 'a finding that changed is named with its version');
like($news, qr/printed report is older/, '... and that the report is older');
my $hostile = page($s, '/?kind=launch&since=2022-01-05&until=2022-01-07')->{content};
is(harmless($hostile), '', 'evidence full of attacks is harmless');
is(whole($hostile), '', '... and leaves the page as it should be');
like($hostile, qr/&lt;script&gt;alert\(1\)/, '... and can be read');
stop($s);

# ---- a computed run: what it found is a happening; its parameters, fixes and proofs are workings, shown when they are asked for
my $ships = "$dir/ships";
embargo('init', $ships, '--regime', 'dprk', '--author', 'test');
embargo('--case', $ships, 'index', 'ships', "$root/examples/transfer/sentences.nmea");
embargo('--case', $ships, 'ships', 'find', '--kind', 'gap,encounter,port-call', '--keep');
$s = start_case($ships);
my $events = rows($s, '/index.json?rows=10000');
is(scalar(grep { $_->{what} !~ /event$|^match/ } @{ $events->{rows} }), 0, 'of ships only what may have happened is there');
ok($events->{total} > 0, '... and something is');
my $workings = rows($s, '/index.json?kind=voyage&rows=10000');
ok(scalar(grep { $_->{what} eq 'fix' } @{ $workings->{rows} }), 'asked for by kind the fixes are there too');
stop($s);

done_testing();
