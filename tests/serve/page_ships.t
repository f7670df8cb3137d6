#!/usr/bin/perl
# The pages of ships on the constructed transfer: every number is worked out in examples/transfer/README.md.  Then an index of
# ships whose names are what no page may hold, and a case that has none.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Test::More;

my $root = "$FindBin::Bin/../..";
$ENV{EMBARGO_DATA} //= $root;
my $dir = scratch();

sub embargo {
        open my $out, '-|', $Serve::embargo, @_, '--quiet' or die "$Serve::embargo: $!";
        local $/ = undef;
        my $text = <$out>;
        close $out or die "embargo @_: exit " . ($? >> 8) . "\n";
        return $text // '';
}

# A picture of the case may still be in the making.
sub page {
        my ($s, $target, %headers) = @_;
        for (1 .. 120) {
                my $reply = get($s, $target, Accept => 'text/html', %headers);
                return $reply unless $reply->{status} == 503;
                select undef, undef, undef, 0.25;
        }
        die "$target never came\n";
}
sub body { my $r = page(@_); die "$_[1]: $r->{status} $r->{content}" if $r->{status} != 200; return $r->{content} }

sub case_with {
        my ($case, $sentences) = @_;
        embargo('init', $case, '--regime', 'dprk');
        embargo('--case', $case, 'index', 'ships', $sentences) if $sentences;
        return $case;
}

my $case = case_with("$dir/transfer", "$root/examples/transfer/sentences.nmea");
embargo('--case', $case, 'index', 'names', "$root/examples/transfer/list.csv", '--out', "$case/index/names.idx");
embargo('--case', $case, 'ships', 'find', '--keep');
my $s = start("--case=$case");

# ---- what there is
my $ships = body($s, '/ships');
like($ships, qr{<b>3\S{1,8}164</b> positions of <b>23</b> numbers}, 'the index covers 3,164 positions of 23 ships');
like($ships, qr{<b>9</b> days}, 'over nine days');
like($ships, qr{<b>156</b> reports of identity; <b>0</b> lines rejected; from 1 file: sentences\.nmea}, 'with 156 reports, nothing rejected');
my $days = json(get($s, '/ships/days.json'));
is(scalar @{ $days->{days} }, 9, 'each of the nine days');
is($days->{days}[0]{day}, '2024-03-04', 'from the first');
my $sum = 0;
$sum += $_->{positions} for @{ $days->{days} };
is($sum, 3164, 'whose positions are all positions');

# ---- events
my $found = json(get($s, '/ships.json'));
my %kinds;
$kinds{ $_->{kind} }++ for @{ $found->{events} };
is_deeply([@kinds{qw(encounter hidden-call identity)}], [2, 2, 1], 'two meetings, two silences that may hide a call, one ship with another number');
my ($meeting) = grep { $_->{kind} eq 'encounter' && $_->{mmsi} == 499000101 } @{ $found->{events} };
is($meeting->{other_name}, 'EXAMPLE TIDE', 'DAWN lay beside TIDE');
like($meeting->{reason}, qr/hulls 4 m apart/, 'four metres between the hulls');
ok($meeting->{start} ge '2024-03-06T13:30' && $meeting->{start} le '2024-03-06T14:00:59Z', 'from 14:00 or some minutes before');
ok($meeting->{end} ge '2024-03-06T19:45' && $meeting->{end} le '2024-03-06T20:30', 'to 20:00 or some minutes about it');
like($ships, qr{side by side</b>\s+<a href="/ships/499000101">EXAMPLE DAWN 499000101</a> with <a href="/ships/499000102">EXAMPLE TIDE 499000102</a>},
        'the page names both and leads to each life');
like($ships, qr{<dt>or</dt><dd>ships lie together to take fuel}, 'with its innocent reading');
my @reasons = $ships =~ /<dt>why<\/dt>/g;
my @others = $ships =~ /<dt>or<\/dt>/g;
is(scalar @others, scalar @reasons, 'every reason has one');
is(scalar @reasons, scalar @{ $found->{events} }, 'and the page shows every event');
like($ships, qr{may be <b>EXAMPLE DAWN</b>}, 'a listed vessel is told as "may be"');
unlike($ships, qr{proves|guilty|risk score}i, 'and nothing is told as certain');
like($ships, qr{<svg class="em-draw"}, 'the map is in the page');
unlike($ships, qr{<svg[^>]*>.*<style}s, 'without a style sheet of its own, which the policy would refuse');
like($ships, qr{<a href="/records/[0-9a-f]{8}:\d+">record}, 'what is kept in the case leads to its record');
my $numbers = () = $ships =~ /<li class="fleet-event" id="e\d+">/g;
is($numbers, scalar(grep { defined $_->{number} } @{ $found->{events} }), 'each sign of the map has its entry');

# ---- asking
my $shown = sub { [sort map { "$_->{kind} $_->{mmsi}" } @{ json(get($s, "/ships.json?$_[0]"))->{events} }] };
is_deeply($shown->('kind=hidden-call'), ['hidden-call 499000101', 'hidden-call 499000103'], 'one kind');
is_deeply($shown->('kind=hidden-call&kind=identity'), ['hidden-call 499000101', 'hidden-call 499000103', 'identity 499000105'], 'two of a form');
is_deeply($shown->('kind=hidden-call,identity&ship=crane'), ['identity 499000105'], 'a ship by a part of its name');
is_deeply($shown->('kind=hidden-call&ship=2100036'), ['hidden-call 499000103'], 'or by its IMO number');
is_deeply($shown->('kind=encounter&area=124,30,125,32'), ['encounter 499000101'], 'an area: the East China Sea');
is_deeply($shown->('kind=encounter&from=2024-03-06'), ['encounter 499000101'], 'from a day on');
is_deeply($shown->('kind=gap&ship=pine'), [], 'PINE is not told: nobody else was heard where it was silent');
is_deeply($shown->('kind=gap&ship=pine&rule=gap-before=2'), ['gap 499000108'], 'a rule that is changed shows it');
is_deeply($shown->('kind=gap&profile=gfw'), [], 'by Global Fishing Watch\'s rules no silence is');
my $csv = get($s, '/ships.csv?kind=identity');
like($csv->{headers}{'content-type'}, qr{^text/csv}, 'CSV is told as such');
my @rows = split /\n/, $csv->{content};
is(scalar @rows, 2, 'a header and the event');
like($rows[1], qr/499000105.*499000104.*change with the flag/, 'with its other reading');
like(body($s, '/ships?kind=gap&from=2024-03-05&ship=%22%3E%3Cb%3E'), qr{value="&quot;&gt;&lt;b&gt;"}, 'what is asked stands escaped in the form');

# ---- one ship
my $dawn = body($s, '/ships/499000101');
like($dawn, qr{<h1>EXAMPLE DAWN</h1>}, 'a life by MMSI');
like($dawn, qr{may have given between 2,840 and 4,022 t \(23,657 to 33,504 barrels},
        'the tonnes given off Nampo, and the barrels they were if oil (33,503.3 raised to a whole one)');
like($dawn, qr{may have taken between 873 and 1,437 t}, 'what DAWN took');
like($dawn, qr{may have given between 828 and 1,514 t}, 'and what TIDE gave');
like($dawn, qr{class="strip-dark"}, 'silences are dotted in the strip');
like($dawn, qr{<td[^>]*>96 x 16<}, 'its size as it said');
like(body($s, "/ships/$_"), qr{<h1>EXAMPLE DAWN</h1>}, "the same by $_") for 'EXAMPLE%20DAWN', 'example%20dawn', 'IMO%202100012', '2100012';
my $heron = json(get($s, '/ships/2100048.json'));
is_deeply([sort { $a cmp $b } map { $_->{mmsi} } @{ $heron->{identities} }], ['499000104', '499000105'], 'one IMO number under two numbers is one life');
my $tug = json(get($s, '/ships/499000107.json'));
ok(@{ $tug->{events} } && !grep({ $_->{cargo} } @{ $tug->{events} }), 'no cargo where no draught changed');
my ($tide) = grep { $_->{partner} =~ /TIDE/ } @{ json(get($s, '/ships/499000101.json'))->{partners} };
is($tide->{times}, 1, 'its partner, once');

# ---- its numbers over time
my $all = json(get($s, '/ships/series.json?who=499000103'));
is("$all->{given} of $all->{positions}", '96 of 96', 'COBBLE was heard 96 times, and all are given');
is(scalar @{ $all->{hulls} }, 1, 'under one hull');
my ($hull) = @{ $all->{hulls} };
is_deeply([map { scalar @{ $hull->{$_} } } qw(time_s speed_kn wait_s)], [96, 96, 96], 'each with its time, its speed and how long nothing was heard');
is(scalar(grep { defined && $_ > 60 * 3600 } @{ $hull->{wait_s} }), 1, 'once for more than sixty hours');
is_deeply([sort { $a <=> $b } keys %{ { map { ($_->{draught_m} => 1) } @{ $hull->{draughts} } } }], [3.4, 6.6], 'lying 3.4 m deep and then 6.6 m');
my $few = json(get($s, '/ships/series.json?who=499000103&points=20'));
ok($few->{given} <= 20 && $few->{positions} == 96, 'thinned, it says how many of how many');
my %heard = map { ($hull->{time_s}[$_] => "$hull->{speed_kn}[$_]") } 0 .. 95;
is_deeply([grep { $heard{ $few->{hulls}[0]{time_s}[$_] } ne $few->{hulls}[0]{speed_kn}[$_] } 0 .. $few->{given} - 1], [], 'and what is left was heard, never a mean');
my @lines = split /\n/, get($s, '/ships/series.csv?who=EXAMPLE%20COBBLE')->{content};
is(scalar @lines, 97, 'as CSV a row a position');
is($lines[0], 'mmsi,part,time,speed_kn,wait_s,draught_m', 'under a header');
my $cobble_page = body($s, '/ships/499000103');
like($cobble_page, qr{<figure class="series" id="series" data-series="ship" data-src="/ships/series\.json\?points=8000&amp;who=499000103" data-name="EXAMPLE COBBLE"},
        'the life has them, and the script finds its data');
like($cobble_page, qr{<div class="series-still"[^>]*><svg class="em-draw".*Time between positions.*Draught.*96 positions were heard}s, 'without it the still picture is there');
like($cobble_page, qr{data-bands="\[\{&quot;from&quot;:\d+,&quot;to&quot;:\d+,&quot;silent&quot;:true,&quot;label&quot;:&quot;1&quot;}, 'with the silence of sign 1 behind it');
my $span = body($s, '/ships/series?who=499000103&from=2024-03-09');
like($span, qr{<svg class="em-draw".*value="2024-03-09"}s, 'a span of days has a page');
like($span, qr{data-src="/ships/series\.json\?points=8000&amp;who=499000103&amp;from=2024-03-09"}, '... whose script asks for these days');
like(body($s, '/ships/series'), qr{Name a ship}, 'without a ship the page asks for one');

# ---- tracks and the map
my $tracks = json(get($s, '/ships/tracks.json?points=200000'));
is($tracks->{type}, 'FeatureCollection', 'tracks are GeoJSON');
is(scalar @{ $tracks->{features} }, 23, 'of every ship');
is($tracks->{given}, 3164, 'with every position when there is room');
my ($cobble) = grep { $_->{properties}{mmsi} == 499000103 } @{ json(get($s, '/ships/tracks.json?points=60'))->{features} };
my ($line, $silent) = ($cobble->{geometry}{coordinates}[0], $cobble->{properties}{silent}[0]);
ok(@$line < 96 && @$silent == 1, 'thinned, its one silence is still told');
ok($cobble->{properties}{seconds}[0][ $silent->[0] ] - $cobble->{properties}{seconds}[0][ $silent->[0] - 1 ] > 60 * 3600,
        'and lasts more than sixty hours');
my $map = body($s, '/ships/map');
like($map, qr{data-tracks="/ships/tracks\.json\?points=20000" data-events="/ships/map\.json" data-coast="/sea/outlines\.json"}, 'the script finds its data');
like($map, qr{<div id="map-still">.*<svg class="em-draw"}s, 'without it the still map is there');
like($map, qr{<input size="10" maxlength="10" placeholder="2022-03-01" pattern="[^"]+" title="[^"]+" name="from"}, 'with the span as a form');
like($map, qr{Boundaries: Natural Earth; no position is taken}, 'the outlines say whose they are');
my $coast = json(get($s, '/sea/outlines.json?box=118,28,134,42'));
my @land = grep { $_->{properties}{class} eq 'land' } @{ $coast->{features} };
my @far = grep { $_->[0] < 118 || $_->[0] > 134 || $_->[1] < 28 || $_->[1] > 42 } map { @{ $_->{geometry}{coordinates}[0] } } @land;
ok(@land && !@far, 'the land is cut to the box');
is(scalar(grep { "@{ $_->{geometry}{coordinates}[0][0] }" ne "@{ $_->{geometry}{coordinates}[0][-1] }" } @land), 0, 'and every ring is closed');
ok(scalar(grep { $_->{properties}{name} && $_->{properties}{name} eq 'Busan' } @{ $coast->{features} }), 'with its ports');
ok(length(get($s, '/sea/outlines.json?box=118,28,134,42')->{content}) < 200_000, 'in less than 200 kB');

# ---- both profiles
my $top = body($s, '/ships/top');
like($top, qr{Global Fishing Watch}, 'both profiles');
my %count = map { $_->{kind} => $_ } @{ json(get($s, '/ships/top.json'))->{events} };
is_deeply([@{ $count{gap} }{qw(embargo gfw)}], [3, 0], 'three silences by ours, none by theirs');

# ---- what is wrong is said
for (['/ships?area=1,2', 400, 'WEST,SOUTH,EAST,NORTH'], ['/ships?kind=meeting', 400, 'meeting'], ['/ships?rule=meet-hours=many', 400, 'meet-hours'],
     ['/ships?from=2024-13-01', 400, 'from=2024-13-01 is not a day'], ['/ships/series?who=499000103&to=soon', 400, 'to=soon is not a day'],
     ['/ships/series.json', 400, 'who='], ['/ships/series?who=NOBODY', 404, 'NOBODY'], ['/ships/series.json?who=499000103&points=3', 400, 'points'],
      ['/ships?profile=gwf', 400, 'gwf'], ['/ships?skip=x', 400, 'skip'],
     ['/ships/NOBODY', 404, 'NOBODY'], ['/ships/--json', 404, '--json'], ['/ships/decode', 404, 'no ship'], ['/ships/find', 404, 'no ship'],
     ['/ships/tracks.json?points=1', 400, 'points'], ['/ships/tracks.json?points=200001', 400, 'points'], ['/sea/outlines.json?box=a', 400, 'area'],
     ['/ships?ship=' . 'A' x 300, 400, '200 characters'], ['/ships?known=x', 400, 'not a day']) {
        my ($target, $status, $says) = @$_;
        my $r = page($s, $target);
        is($r->{status}, $status, substr($target, 0, 60) . " is $status");
        like($r->{content}, qr/\Q$says\E/, 'and says why');
}
unlike(get($s, '/ships?ship=--keep')->{content}, qr/kept/, 'an option in a value stays a value');
stop($s);

# ---- evidence that bites: names of ships and of a file
my $biting = "$dir/\"<b>x.csv";
{
        open my $out, '>', $biting or die "$biting: $!";
        print {$out} "MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,TransceiverClass\n";
        my @name = ('"<SCRIPT>ALERT(1)</SCRIPT>"', '"X""ONLOAD=\'A\'>&LT;"');
        for my $minute (map { $_ * 10 } 0 .. 60) {
                for my $k (0, 1) {
                        printf {$out} "49900030%d,2024-03-04T%02d:%02d:00,%.5f,126.50000,0.1,10.0,10,%s,,,70,0,100,16,5.0,,A\n",
                                $k + 1, int($minute / 60), $minute % 60, 31 + $k * 0.0004, $name[$k];
                }
        }
        close $out;
}
my $t = start('--case=' . case_with("$dir/biting", $biting));
my $bite = body($t, '/ships');
like($bite, qr{side by side}, 'two ships with such names are found side by side');
for my $target ('/ships', '/ships/499000301', '/ships/499000302', '/ships/map', '/ships/tracks') {
        my $text = body($t, $target);
        unlike($text, qr{<script>alert|<SCRIPT>|"ONLOAD='A'>|<b>x\.csv}, "$target holds them harmless");
        like($text, qr{&lt;SCRIPT&gt;|X&quot;ONLOAD}, 'and shows them as they are');
}
my ($seen) = grep { $_->{mmsi} == 499000301 } @{ json(get($t, '/ships.json'))->{ships} };
is($seen->{name}, '<SCRIPT>ALERT(1)</SCRIPT>', 'as data the name is whole');
like(body($t, '/ships'), qr{None of this is a record of the case yet}, 'what is not kept says so');
stop($t);

# ---- a case without an index
my $u = start('--case=' . case_with("$dir/empty"));
for my $target ('/ships', '/ships/map', '/ships/top', '/ships/days', '/ships/tracks') {
        like(body($u, $target), qr{has no index of ships yet.*embargo --case empty index ships}s, "$target says which command makes one");
}
my $none = get($u, '/ships/499000101', Accept => 'text/html');
is($none->{status}, 404, 'one ship is not there');
like($none->{content}, qr{has no index of ships yet}, 'for the same reason');
is(get($u, '/ships.json')->{status}, 404, 'as data it is not there');
like(get($u, '/ships.json')->{content}, qr{embargo index ships makes one}, 'and says the same');
embargo('--case', "$dir/empty", 'index', 'ships', "$root/examples/transfer/sentences.nmea");
like(body($u, '/ships'), qr{positions of <b>23</b>}, 'an index that is made is there at once');
stop($u);

done_testing();
