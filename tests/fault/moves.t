#!/usr/bin/perl
# An account chain's index under pressure: kill -9 at random moments leaves the index that was there
# or the new one, whole; and its memory stays under a bound that the rows pass twenty times.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fault;
use Test::More;
use Time::HiRes qw(sleep time);

my $rounds = rounds(24);
my $dir = scratch();
seed();

# Token transfers of made-up accounts, blocks in no order.
sub table {
        my ($path, $rows) = @_;
        open my $out, '>', $path or die "$path: $!";
        print $out "token_address,from_address,to_address,value,transaction_hash,log_index,block_number\n";
        for my $i (0 .. $rows - 1) {
                printf $out "0x%040x,0x%040x,0x%040x,%d,0x%064x,%d,%d\n", 7 + $i % 50, 1000 + rand 5000,
                        1000 + rand 5000, 1 + rand 1e9, 1 + $i, $i % 200, 1 + ($i * 7919) % 10007;
        }
        close $out or die "$path: $!";
}

table("$dir/small.csv", 20_000);
table("$dir/other.csv", 100);
my @build = ('index', 'chain', "$dir/small.csv", '--out', "$dir/index", '--memory', '256K', '--quiet');
my $began = time;
works(@build);
my $took = time - $began;
my $new = digest("$dir/index/moves");
works('index', 'chain', "$dir/other.csv", '--out', "$dir/index", '--quiet');
my $old = digest("$dir/index/moves");
isnt($old, $new, 'two files, two indexes');

my ($hits, $wrong) = (0, 0);
for (1 .. $rounds) {
        my $pid = start(@build);
        sleep rand($took * 1.1);
        kill 'KILL', $pid;
        my $hit = finish($pid) == -9;
        $took *= $hit ? 1.1 : 0.7;
        $hits += $hit;
        my $now = digest("$dir/index/moves");
        $wrong++ if $now ne $old && $now ne $new;
        works('index', 'chain', "$dir/other.csv", '--out', "$dir/index", '--quiet') if $now eq $new;
}
cmp_ok($hits, '>', 0, "killed while at work in $hits of $rounds rounds");
is($wrong, 0, 'the index is the old one or the new one, never anything between');
works(@build);
is(digest("$dir/index/moves"), $new, 'and the next build gives the same bytes');
is_deeply([grep { !/^\.\.?$/ } do { opendir my $d, "$dir/index"; readdir $d }], ['moves'], 'with nothing left behind');

# Rows take about 330 bytes while they are sorted: 250,000 of them are 80 MB, and 4 MB is the bound.
table("$dir/large.csv", 250_000);
my $pid = start({ limit => ['-d', 48 * 1024] }, 'index', 'chain', "$dir/large.csv", '--out', "$dir/large", '--memory', '4M',
        '--quiet');
is(finish($pid), 0, 'rows of twenty times the bound are sorted in 48 MiB of private memory');
works('index', 'chain', "$dir/large.csv", '--out', "$dir/ample", '--quiet');
is(digest("$dir/large/moves"), digest("$dir/ample/moves"), 'and the bytes are those of ample memory');

done_testing();
