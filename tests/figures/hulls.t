#!/usr/bin/perl
# One MMSI into its ships, against labelled cases of others: twenty vessels of one harbour under one number (set1 of
# SilentStorm2k/Vessel-Prediction-from-AIS-Data), and 136 voyages of single ships, as heard by receivers whose clocks disagree
# (bigpancn/ais_trajectory_anomaly_dection), each of which must stay one.
#
# The thresholds were chosen while all of these could be seen, so the halves show only how far one half speaks for the other.  The floors are
# what was reached, rounded down: a change that goes below one has lost something.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../fault";
use Fault;
use File::Basename qw(dirname);
use Test::More;

my $shared = ($ENV{EMBARGO_SHARED} // "$PROJECT/../shared") . '/data/ais/labelled';
my $score = dirname($EMBARGO) . '/tests/hulls_score';

sub rows {      # NAME SUB: each row's fields to the sub, which gives a line or nothing; sorted by track and time
        my ($name, $line) = @_;
        open my $in, '-|', 'zstd', '-dqc', "$shared/$name" or return undef;
        my @lines;
        <$in>;
        while (<$in>) {
                chomp;
                my $made = $line->(split /,/);
                push @lines, $made if defined $made;
        }
        close $in or return undef;
        return [map { $_->[0] } sort { $a->[1] <=> $b->[1] || $a->[2] <=> $b->[2] || $a->[3] <=> $b->[3] }
                map { my @f = split / /, $lines[$_]; [$lines[$_], $f[0], $f[2], $_] } 0 .. $#lines];
}

sub scored {    # precision, recall, F1, hulls, whole, tracks
        my ($lines) = @_;
        my $file = scratch() . '/fixes';
        spew($file, map { "$_\n" } @$lines);
        my $said = `$score <$file`;
        $said =~ /tracks (\d+) hulls (\d+) noise \d+ whole (\d+)\nprecision ([\d.]+) recall ([\d.]+) f1 ([\d.]+)/ or die $said;
        return { tracks => $1, hulls => $2, whole => $3, precision => $4, recall => $5, f1 => $6 };
}

sub floor_of {
        my ($what, $got, %least) = @_;
        note("$what: $got->{hulls} hulls, precision $got->{precision} recall $got->{recall} F1 $got->{f1}");
        cmp_ok($got->{$_}, '>=', $least{$_}, "$what: $_ at least $least{$_}") for sort keys %least;
}

if (!-d $shared) {
        diag("SKIPPED: no labelled ships in $shared");
        plan skip_all => "no labelled ships in $shared";
}
if (!-x $score) {
        diag("SKIPPED: $score is not built (cmocka is not installed)");
        plan skip_all => 'the scorer is not built';
}

my $set1 = sub {
        my ($which) = @_;
        return sub {
                my (undef, $vid, $clock, $lat, $lon, $sog, $cog) = @_;
                return undef if defined $which && $vid % 2 != $which;
                my ($h, $m, $s) = split /:/, $clock;
                return join ' ', 1, $vid, $h * 3600 + $m * 60 + $s, $lat, $lon, $sog, $cog + 0;
        };
};
floor_of('ten vessels, odd', scored(rows('vesselsplit_set1_with_vid.csv.zst', $set1->(1))), f1 => 0.97);
floor_of('ten vessels, even', scored(rows('vesselsplit_set1_with_vid.csv.zst', $set1->(0))), f1 => 0.99);
floor_of('twenty vessels', scored(rows('vesselsplit_set1_with_vid.csv.zst', $set1->())), f1 => 0.97, precision => 0.95, recall => 0.99);

my $voyage = sub {
        my ($mmsi, $epoch, $lat, $lon, $sog, undef, $cog) = @_;
        return join ' ', $mmsi, 1, $epoch, $lat, $lon, $sog + 0, $cog + 0;
};
floor_of('65 voyages', scored(rows('anomaly_voyages_without.csv.zst', $voyage)), recall => 0.96, f1 => 0.98);
floor_of('71 voyages with anomalies', scored(rows('anomaly_voyages_with.csv.zst', $voyage)), recall => 0.90, f1 => 0.95);
done_testing();
