#!/usr/bin/perl
# Memory refused at any point of a command: it ends with an error and its code,
# never by a signal, and leaves the case as it was or as it should be.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fault;
use Test::More;

use constant NO_MEMORY => 71;

# The unit tests refuse every single request of the store; here each command is
# sampled, since it asks some hundred thousand times.
my $points = rounds(24) > 100 ? 96 : 24;
my $dir = scratch();
seed();
# A sanitized program has its allocator from the sanitizer and cannot take ours.
plan(skip_all => 'the program is built with a sanitizer') if `nm "$EMBARGO" 2>/dev/null` =~ /__asan_init/;
system('cc', '-shared', '-fPIC', '-O1', '-o', "$dir/failalloc.so", "$FindBin::Bin/failalloc.c") == 0
        or BAIL_OUT('failalloc.c does not compile');

# A small case: two tables are enough for every kind of request.
mkdir "$dir/evidence";
open my $in, '<:raw', "$EVIDENCE/launches.csv" or BAIL_OUT("launches.csv: $!");
my @lines = map { scalar <$in> } 1 .. 40;
spew("$dir/evidence/launches.csv", @lines, "ragged,row\n");

sub preloaded { # runs embargo with the refusing allocator
        my ($how, @words) = @_;
        local @ENV{qw(LD_PRELOAD EMBARGO_COUNT)} = ("$dir/failalloc.so", "$dir/count");
        local @ENV{keys %$how} = values %$how;
        return embargo(@words);
}

sub torture {   # NAME, how to make the case ready, the words of the command
        my ($name, $ready, @words) = @_;
        my $case = "$dir/case";
        my @command = map { $_ eq 'CASE' ? $case : $_ } @words;
        my $fresh = sub { system('rm', '-rf', $case); $ready->($case) };
        $fresh->();
        my $code = preloaded({}, @command);
        is($code, 0, "$name with all memory") or diag(said());
        my $total = slurp("$dir/count") // 0;
        cmp_ok($total, '>', 50, "$name asks for memory $total times");
        my (@wrong, %codes);
        for my $i (1 .. $points) {
                # every early point, then random ones
                my $at = $i <= $points / 4 ? $i * 3 : 1 + int rand $total;
                for my $mode ('EMBARGO_FAIL_AT', 'EMBARGO_FAIL_FROM') {
                        $fresh->();
                        my $code = preloaded({ $mode => $at }, @command);
                        $codes{$code}++;
                        # a worker without memory may die (libseccomp 2.5 does); its parent says so
                        push @wrong, "$mode=$at: exit $code: " . said()
                                unless $code == 0 || $code == NO_MEMORY || said() =~ /\bmemory\b|the reader of \S+ was stopped/;
                        next if !-e "$case/case.db" || $name eq 'init' && $code != 0;
                        my $after = embargo('--case', $case, 'verify');
                        push @wrong, "$mode=$at: then verify: exit $after: " . said() if $after != 0;
                }
        }
        ok(!@wrong, "$name survives: " . join(', ', map { "exit $_: $codes{$_} times" } sort keys %codes))
                or diag(scalar(@wrong) . " wrong\n", @wrong[0 .. ($#wrong < 4 ? $#wrong : 4)]);
        ok($codes{ +NO_MEMORY }, "$name met the refusal");
}

sub with_regime { works('init', $_[0], '--regime', 'dprk') }
sub with_evidence { with_regime(@_); works('--case', $_[0], 'add', "$dir/evidence/launches.csv") }
sub with_findings { with_evidence(@_); works('--case', $_[0], 'find') }
my %made;
sub copied {    # the same, made once and copied
        my ($make, $name) = @_;
        return sub {
                $make->($made{$name} = "$dir/$name") unless $made{$name};
                system('cp', '-r', $made{$name}, $_[0]);
        };
}

torture('init', sub { }, 'init', 'CASE', '--regime', 'dprk');
torture('add', copied(\&with_regime, 'regime'), '--case', 'CASE', 'add', "$dir/evidence/launches.csv");
torture('find', copied(\&with_evidence, 'evidence'), '--case', 'CASE', 'find');
torture('report', copied(\&with_findings, 'findings'), '--case', 'CASE', 'report');
torture('verify', copied(\&with_findings, 'findings'), '--case', 'CASE', 'verify');
done_testing();
