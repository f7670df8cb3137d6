#!/usr/bin/perl
# Drifting and detours against voyages that people checked: 71 with 88 labelled windows, 65 judged to have none (bigpancn,
# ais_trajectory_anomaly_dection; half of the labels are not in the shared folder).
#
# Rules were set on half 0 (by a hash of the MMSI) and are judged on half 1.  A window and an event go together when they share half
# of the time of the shorter.  The floors are what was reached when this was written, rounded down.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../fault";
use Fault;
use File::Basename qw(dirname);
use Test::More;

my $shared = ($ENV{EMBARGO_SHARED} // "$PROJECT/../shared") . '/data/ais/labelled';
my $program = dirname($EMBARGO) . '/tests/labelled_voyages';
plan skip_all => "$shared is not there (set EMBARGO_SHARED)" unless -d $shared;
plan skip_all => 'labelled_voyages is not built' unless -x $program;

my @tables;
for my $name ('with', 'without') {
        my $file = scratch() . "/$name.csv";
        system("zstd -dqc '$shared/anomaly_voyages_$name.csv.zst' >'$file'") == 0 or plan skip_all => 'zstd cannot unpack the voyages';
        push @tables, $file;
}
my @said = `'$program' @tables '$shared/anomaly_windows.csv'`;
is($?, 0, 'the voyages are read');

# least share of windows with a fix that are found, least share of events that are labelled, most clean voyages with an event
my @floor = ([0.66, 0.42, 7], [0.57, 0.38, 5]);
for my $half (0, 1) {
        my ($windows, $empty, $found, $events, $right, $clean, $alarmed, $alarms) = ($said[$half] // '') =~ /(\d+)(?!:)(?=[ ,)])/g;
        my $recall = $found / ($windows - $empty);
        my $precision = $right / $events;
        diag(sprintf 'half %d: recall %.2f of %d windows, precision %.2f of %d events; %d of %d clean voyages have an event (%d events)', $half,
                $recall, $windows - $empty, $precision, $events, $alarmed, $clean, $alarms);
        cmp_ok($recall, '>=', $floor[$half][0], "half $half: windows found");
        cmp_ok($precision, '>=', $floor[$half][1], "half $half: events that are labelled");
        cmp_ok($alarmed, '<=', $floor[$half][2], "half $half: clean voyages with an event");
}
done_testing();
