#!/usr/bin/perl
# The constructed transfer of examples/transfer: what its README.md works out by hand comes out of the program; its
# file is what its program writes; every event can be walked down to sentences whose checksums are computed here a
# second time; and the order of the lines, their cut into files and the number of threads change nothing.
use strict;
use warnings;
use File::Basename qw(dirname);
use FindBin;
use lib "$FindBin::Bin/../fault";
use Fault;
use JSON::PP ();
use List::Util qw(shuffle);
use Test::More;

my $transfer = "$PROJECT/examples/transfer";
my $sentences = "$transfer/sentences.nmea";
my $index = scratch() . '/ix';

# ---- the file ----------------------------------------------------------------------

my $maker = dirname($EMBARGO) . '/tests/make_transfer';
SKIP: {
        skip 'make_transfer is not built', 2 unless -x $maker;
        is(system("$maker " . scratch()), 0, 'the sentences can be made again');
        is(digest(scratch() . '/sentences.nmea'), digest($sentences), 'and have the same bytes');
}
cmp_ok(-s $sentences, '<', 300_000, 'the file is small');
my $readme = slurp("$transfer/README.md");
like($readme, qr/Nothing here happened/, 'the README says that nothing of it happened');
my ($head, @lines) = split /\n/, slurp($sentences);
like($head, qr/CONSTRUCTED/, 'the file says so in its first line');
is(scalar(grep { !/^\\s:constructed,c:\d+\*/ } @lines), 0, 'and each sentence in its tag block');
is(scalar(grep { !/constructed: no such ship/ } grep { !/^name,/ } split /\n/, slurp("$transfer/list.csv")), 0,
        'and each row of the list');

# IEC 61162-1: the checksum is the exclusive or of what stands between ! (or \) and *.
sub xor_of {
        my $sum = 0;
        $sum ^= ord for split //, $_[0];
        return sprintf '%02X', $sum;
}
is(scalar(grep { !(/^\\(.*?)\*(..)\\!(.*)\*(..)$/ && xor_of($1) eq $2 && xor_of($3) eq $4) } @lines), 0,
        'every checksum agrees with the rule of IEC 61162-1');

# ---- what must be found ---------------------------------------------------------------

works('index', 'ships', $sentences, '--out', $index);
works('ships', 'find', '--index', $index, '--json');
my $found = JSON::PP->new->utf8->decode(slurp(scratch() . '/stdout'));
my @events = @{ $found->{events} };

sub events {
        my ($kind, $name) = @_;
        return grep { $_->{kind} eq $kind && $_->{name} eq "EXAMPLE $name" } @events;
}

sub between {
        my ($value, $low, $high, $what) = @_;
        ok($value >= $low && $value <= $high, $what) or diag("$value is not between $low and $high");
}

# A fleet of 23 with nothing else than this: gaps, meetings, calls and identities, each by its first ship.
my %count;
$count{"$_->{kind} $_->{name}"}++ for grep { $_->{kind} =~ /^(gap|encounter|dark-meeting|port-call|hidden-call|identity|spoofing|interference)$/ } @events;
is_deeply(\%count, {
        'gap EXAMPLE DAWN' => 2, 'gap EXAMPLE COBBLE' => 1, 'encounter EXAMPLE DAWN' => 1, 'encounter EXAMPLE ROWAN' => 1,
        'port-call EXAMPLE DAWN' => 1, 'hidden-call EXAMPLE DAWN' => 1, 'hidden-call EXAMPLE COBBLE' => 1,
        'identity EXAMPLE CRANE' => 1,
}, 'what was scripted is found, and nothing else');

my ($met) = events('encounter', 'DAWN');
is($met->{other_mmsi}, 499000102, 'the meeting is with EXAMPLE TIDE');
like($met->{start}, qr/^2024-03-06T13:[345]/, 'it begins a little before 14:00 UTC');
like($met->{end}, qr/^2024-03-06T20:[012]/, 'and ends a little after 20:00');
between($met->{hours}, 6, 6.7, 'it lasts six hours and some minutes');
# 22 m across and 12 m along are 25 m; places are said to 0.2 m here, shaken by a metre
between($met->{distance_m}, 22, 28, 'their antennas are 25 m apart');
like($met->{reason}, qr/hulls [345] m apart/, 'and their hulls 4 m');
between($met->{lat}, 31.20, 31.25, 'it lies where it was scripted (latitude)');
between($met->{lon}, 124.60, 124.61, 'it lies where it was scripted (longitude)');

my ($first, $second) = events('gap', 'DAWN');
between($first->{hours}, 18, 19.1, 'the first silence lasts 18 hours and up to one interval of reports more');
between($second->{hours}, 62, 62.5, 'the second 62');
cmp_ok($second->{heard_ships}, '>=', 6, 'while the six ships that pass the barrage were heard');
cmp_ok($second->{chance}, '<', 0.000001, 'so that it is no chance');

for my $call (events('hidden-call', 'DAWN'), events('hidden-call', 'COBBLE')) {
        like($call->{port}, qr/^Nampo.*\(kp\)$/, "$call->{name}: the call that nobody heard is at Nampo");
        between($call->{hours}, $call->{name} =~ /DAWN/ ? (62, 62.5) : (64, 64.5), "$call->{name}: as long as scripted");
}
my ($busan) = events('port-call', 'DAWN');
is($busan->{port}, 'Busan (kr)', 'the call that everybody heard is at Busan');

my ($identity) = events('identity', 'CRANE');
is($identity->{other_mmsi}, 499000104, 'EXAMPLE CRANE was EXAMPLE HERON');
is($identity->{imo}, 2100048, 'by the IMO number');

my ($tug) = events('encounter', 'ROWAN');
like($tug->{reason}, qr/type 52/, 'the innocent meeting says that one of them is a tug');
cmp_ok($tug->{score}, '<', $met->{score}, 'and speaks less strongly');

# ---- the sentences -----------------------------------------------------------------------

my $bytes = slurp($sentences);
my ($proofs, $wrong) = (0, 0);
for my $event (@events) {
        for my $proof (@{ $event->{fixes} }, @{ $event->{reports} }) {
                my $said = substr $bytes, $proof->{offset}, $proof->{length};
                $proofs++;
                $wrong++ if $said !~ /^\\s:constructed,c:(\d+)\*..\\!AIVDM,[12],1,/ || $said =~ /\n\z/;
        }
}
cmp_ok($proofs, '>', 40, 'events rest on sentences');
is($wrong, 0, 'and each place and length in the file is that of a whole one');

# ---- the tonnes ---------------------------------------------------------------------------

works('ships', 'find', '--index', $index, '--run');
my @run = split /\n/, slurp(scratch() . '/stdout');
my @names = split /,/, shift @run;
my %cargo;
for my $row (grep { /^cargo / } @run) {
        my @cell;
        push @cell, defined $1 ? $1 : $2 while $row =~ /\G(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g && @cell < @names;
        my %at;
        @at{@names} = @cell;
        $cargo{"$at{ship} $at{event} $at{port_country}"} = [ @at{qw(what t_low t t_high leg)} ];
}
is_deeply(\%cargo, {    # README.md, "The tonnes"
        'EXAMPLE DAWN port-call kr'     => ['taken', 1857, 2267, 2729, 'passed on'],
        'EXAMPLE DAWN encounter '       => ['taken', 873, 1134, 1437, 'passed on'],
        'EXAMPLE TIDE encounter '       => ['given', 828, 1173, 1514, 'passed on'],
        'EXAMPLE DAWN hidden-call kp'   => ['given', 2840, 3401, 4022, 'last, ashore'],
        'EXAMPLE COBBLE hidden-call kp' => ['taken', 4749, 5585, 6293, 'last, afloat'],
}, 'the tonnes of the README, and only what came to Nampo counts as delivered');
for my $number ('1,857', '2,729', '873', '1,437', '828', '1,514', '2,840', '4,022', '4,749', '6,293', '23,657', '33,503') {
        like($readme, qr/\Q$number\E/, "the README says $number");
}

# ---- the same, however it comes --------------------------------------------------------------

my $run = digest(scratch() . '/stdout');
works('ships', 'find', '--index', $index, '--run', '--threads', 1);
is(digest(scratch() . '/stdout'), $run, 'the run has the same bytes with one thread');
SKIP: {
        my $shuffled = scratch() . '/shuffled.nmea';
        srand 7;
        # a message of two parts stays together; everything else goes anywhere
        my @whole;
        for my $line (@lines) {
                if ($line =~ /AIVDM,2,2/) { $whole[-1] .= "\n$line" } else { push @whole, $line }
        }
        open my $out, '>', $shuffled or skip 'no room', 1;
        print $out "$_\n" for shuffle(@whole);
        close $out;
        works('index', 'ships', $shuffled, '--out', scratch() . '/ix2');
        works('ships', 'find', '--index', scratch() . '/ix2', '--csv');
        my $other = digest(scratch() . '/stdout');
        works('ships', 'find', '--index', $index, '--csv');
        is($other, digest(scratch() . '/stdout'), 'the same events from lines in any order');
}

# ---- from the report to the bytes -----------------------------------------------------------------

my $case = scratch() . '/c';
works('init', $case, '--regime', 'dprk');
works('--case', $case, 'add', $sentences, '--terms', 'constructed');
works('--case', $case, 'ships', 'find', '--index', $index, '--keep');
works('--case', $case, 'find', 'ships-oil', '--json');
my ($oil) = @{ JSON::PP->new->utf8->decode(slurp(scratch() . '/stdout'))->{findings} };
is($oil->{verdict}, 'holds', 'the question of oil holds');
like(slurp(scratch() . '/stdout'), qr/set aside: it went on/, 'and sets the earlier legs aside with their reason');
works('--case', $case, 'report', '--template', 'ships');
my $report = slurp("$case/report/index.html");
like($report, qr/<h1[^>]*>Constructed ships/, 'the report says in its title what it is');
like($report, qr/23,657.*33,503/s, 'and gives the barrels of the README');
like($report, qr/<g><title>EXAMPLE DAWN 499000101<\/title>/, 'and has the track on its map');
works('--case', $case, 'verify', '--ships', $index);

done_testing();
