#!/usr/bin/perl
# kill -9 at random moments of add, find and report: whatever was held before
# is held after, whole; the case verifies; the next command goes on; and in the
# end all is as if nobody had been killed.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fault;
use Test::More;
use Time::HiRes qw(sleep time);

my $rounds = rounds(24);
my $dir = scratch();
my $whole = "$dir/whole";
seed();

# The undisturbed run: what everything must come to, and how long it takes.
works('init', $whole, '--regime', 'dprk');
my %regime = held($whole);
my %took;
for my $step (['add', $EVIDENCE], ['find'], ['report']) {
        my $began = time;
        works('--case', $whole, @$step);
        $took{ $step->[0] } = time - $began;
}
my %all = held($whole);
my @papers = qw(report/index.html report/report.json);
my %paper = map { $_ => digest("$whole/$_") } @papers;
cmp_ok(scalar(keys %all), '>', scalar(keys %regime), 'the undisturbed case holds the evidence');

# Runs a command and kills it somewhere in its time; true when it was still running.
# How long it takes changes with what else the machine does, so the time is learnt.
sub killed {
        my ($case, @words) = @_;
        my $pid = start('--case', $case, @words);
        sleep rand($took{ $words[0] } * 1.1);
        kill 'KILL', $pid;
        my $hit = finish($pid) == -9;
        $took{ $words[0] } *= $hit ? 1.2 : 0.6;
        return $hit;
}

sub whole {     # is every source of a case complete, and nothing lost of what it held before?
        my ($case, $before) = @_;
        my %now = held($case);
        my @lost = grep { !exists $now{$_} } keys %$before;
        my @torn = grep { ($all{$_} // -1) != $now{$_} } keys %now;
        return (\%now, map({ "lost $_" } @lost), map({ "half-taken $_" } @torn));
}

my %killed = (add => 0, find => 0, report => 0);

sub round {     # kills one command on a case and looks at what is left
        my ($case, $before, @words) = @_;
        my @wrong;
        $killed{ $words[0] }++ if killed($case, @words);
        push @wrong, 'status: ' . said() if embargo('--case', $case, 'status') != 0;
        push @wrong, 'verify: ' . said() if embargo('--case', $case, 'verify') != 0;
        my ($now, @torn) = whole($case, $before);
        for my $p (@papers) {
                next unless -e "$case/$p" && digest("$case/$p") ne $paper{$p};
                push @torn, "$p is neither absent nor whole";
        }
        return ($now, @wrong, @torn);
}

# add: the same case again and again until it holds everything, then a fresh one
my ($cases, $case, $before) = (0);
my $third = int($rounds / 3) || 1;
for my $i (1 .. $third) {
        if (!defined $case || keys %$before == keys %all) {
                $case = "$dir/add" . ++$cases;
                works('init', $case, '--regime', 'dprk');
                $before = {%regime};
        }
        my @wrong;
        ($before, @wrong) = round($case, $before, 'add', $EVIDENCE);
        ok(!@wrong, "add killed, round $i: " . keys(%$before) . ' of ' . keys(%all) . ' sources whole')
                or diag(@wrong);
}
for my $word ('find', 'report') {
        works('--case', $case, 'add', $EVIDENCE);
        for my $i (1 .. $third) {
                my ($now, @wrong) = round($case, \%all, $word);
                ok(!@wrong, "$word killed, round $i") or diag(@wrong);
        }
        works('--case', $case, $word);
}
ok($killed{$_} > 0, "$_ was killed at work $killed{$_} times of $third") for sort keys %killed;

# the end is that of the undisturbed run
is_deeply({ held($case) }, \%all, 'every source and record is there');
is(embargo('--case', $case, 'verify'), 0, 'the case verifies');
is(digest("$case/$_"), $paper{$_}, "$_ is the same, byte for byte") for @papers;
ok(!glob("$case/sources/tmp-*"), 'no half copy is left in sources');
done_testing();
