#!/usr/bin/perl
# A screening of a case that is killed leaves the case whole; the same command again adds what is missing, and in the end
# sources, records and links are those of one that was left alone.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fault;
use Test::More;
use Time::HiRes qw(sleep time);

my $rounds = rounds(8);
my $dir = scratch();
my $base = "$dir/base";
seed();
works('init', $base, '--regime', 'dprk');
works('--case', $base, 'add', $EVIDENCE);
works('--case', $base, 'index', 'names', "$PROJECT/examples/lists/hackers.csv");

sub copy { my $to = shift; system('cp', '-r', $base, $to) == 0 or die "cp: $?"; return $to }

my $whole = copy("$dir/whole");
my $began = time;
works('--case', $whole, 'screen');
my $took = time - $began;
my %all = held($whole);
my %before = held($base);
is(scalar(keys %all), keys(%before) + 3, 'the list, the run and its links are three sources more');

my $killed = 0;
for my $i (1 .. $rounds) {
        my $case = copy("$dir/case$i");
        my $pid = start('--case', $case, 'screen');
        sleep rand($took * 1.1);
        kill 'KILL', $pid;
        my $hit = finish($pid) == -9;
        $killed += $hit;
        $took *= $hit ? 1.2 : 0.7;
        my %now = held($case);
        my @wrong = map { "lost $_" } grep { !exists $now{$_} } keys %before;
        push @wrong, map { "half-taken $_" } grep { ($all{$_} // -1) != $now{$_} } keys %now;
        push @wrong, 'verify: ' . said() if embargo('--case', $case, 'verify') != 0;
        ok(!@wrong, "killed, round $i: " . keys(%now) . ' of ' . keys(%all) . ' sources whole') or diag(@wrong);
        works('--case', $case, 'screen');
        my %end = held($case);
        is_deeply(\%end, \%all, 'the same command again ends as the one that was left alone');
        works('--case', $case, 'verify');
}
diag("killed $killed of $rounds while they ran");
done_testing();
