#!/usr/bin/perl
# index clusters disturbed: no room on the disk, memory refused at any point, kill -9.  The clusters that were there
# are there still, whole; the next build makes the bytes of an undisturbed one and leaves nothing beside it.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fault;
use Test::More;
use Time::HiRes qw(sleep time);

use constant { NO_MEMORY => 71, IO_FAILED => 74 };

my $rounds = rounds(24);
my $dir = scratch();
my @old = ('index', 'clusters', '--chain', "$dir/chain", '--as-of', 100);
my @new = ('index', 'clusters', '--chain', "$dir/chain", '--change', 'spent & optimal_change');
my $file = "$dir/chain.clusters";
seed();
works('index', 'chain', "$PROJECT/examples/theft/blocks", '--out', "$dir/chain");
my $began = time;
works(@new);
my $took = time - $began;
my $want = digest($file);
works(@old);
my $before = digest($file);
isnt($before, $want, 'the two builds differ, so that it can be told which one is there');

sub beside { return grep { $_ ne $file } glob "$file*" }

# ---- a limit on the size of files: the union log first, then the file itself ----
my $failed = 0;
for my $blocks (0, 1, 8, 16, 32) {      # of 512 bytes
        my $code = embargo({ limit => ['-f', $blocks] }, @new);
        next if $code == 0;
        $failed++;
        is($code, IO_FAILED, "files of at most $blocks blocks: it says so") or diag(said());
        is(digest($file), $before, '... and the old clusters are there');
        is_deeply([beside()], [], '... and nothing beside them');
}
cmp_ok($failed, '>=', 3, "the limit was met $failed times");

# ---- memory refused ----
SKIP: {
        skip('the program is built with a sanitizer', 1) if `nm "$EMBARGO" 2>/dev/null` =~ /__asan_init/;
        system('cc', '-shared', '-fPIC', '-O1', '-o', "$dir/failalloc.so", "$FindBin::Bin/failalloc.c") == 0
                or BAIL_OUT('failalloc.c does not compile');
        local @ENV{qw(LD_PRELOAD EMBARGO_COUNT)} = ("$dir/failalloc.so", "$dir/count");
        works(@old);
        is(embargo(@new, '--threads', 1), 0, 'a build with all memory');
        my $total = slurp("$dir/count") // 0;
        my (@wrong, %codes);
        for my $at (1 .. $total) {
                next if $at > 40 && $at % (1 + int($total / 200));
                local $ENV{EMBARGO_FAIL_AT} = $at;
                my $code = embargo(@new, '--threads', 1);
                $codes{$code}++;
                push @wrong, "$at: exit $code: " . said() unless $code == 0 || $code == NO_MEMORY;
        }
        ok(!@wrong, "no refusal of $total does harm: " . join(', ', map { "exit $_: $codes{$_} times" } sort keys %codes))
                or diag(scalar(@wrong) . " wrong\n", @wrong[0 .. ($#wrong < 4 ? $#wrong : 4)]);
        ok($codes{ +NO_MEMORY }, 'and some met it');
}

# ---- kill -9 ----
works(@old);
my ($killed, @torn) = (0);
for my $round (1 .. $rounds) {
        my $pid = start(@new);
        sleep rand($took * 1.1);
        kill 'KILL', $pid;
        my $hit = finish($pid) == -9;
        $took *= $hit ? 1.2 : 0.6;
        $killed += $hit;
        my $is = digest($file);
        push @torn, "round $round" if $is ne $before && $is ne $want;
        works(@old) if $is eq $want;
}
is_deeply(\@torn, [], "killed $killed of $rounds times, it is always one whole file or the other");
works(@new);
is(digest($file), $want, 'and the next build makes the bytes of an undisturbed one');
is_deeply([beside()], [], 'with nothing beside them');
works('index', 'clusters', '--chain', "$dir/chain", '--verify');
done_testing();
