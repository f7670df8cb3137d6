#!/usr/bin/perl
# The ships' index under pressure: kill -9 at random moments leaves the index that was there or the new one, whole; a
# build after it ends at the same bytes, for any number of threads and any memory; and the memory stays under its bound.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fault;
use Test::More;
use Time::HiRes qw(sleep time);

my $rounds = rounds(16);
my $dir = scratch();
seed();

# Positions of made-up ships over a week, in no order, with what they say of themselves.
sub table {
        my ($path, $rows, $from) = @_;
        open my $out, '>', $path or die "$path: $!";
        print $out "mmsi,time,lon,lat,sog,cog,name\n";
        for my $i ($from .. $from + $rows - 1) {
                my $ship = ($i * 7919) % 997;
                printf $out "%d,%d,%.5f,%.5f,%.1f,%.1f,SHIP %d\n", 200000000 + $ship, 1625100000 + ($i * 104729) % 604800,
                        $ship / 10 + ($i % 1000) / 1e4, 40 + ($i % 777) / 1e4, $i % 200 / 10, $i % 3600 / 10, $ship;
        }
        close $out or die "$path: $!";
}

# All bytes of an index: its list names every day by what is in it, and the days are there.
sub state_of {
        my ($index) = @_;
        my @days = sort glob "$index/days/*";
        return join ' ', digest("$index/ships"), map { (m{([^/]+)$}, digest($_)) } @days;
}

table("$dir/first.csv", 20_000, 0);
table("$dir/second.csv", 150_000, 20_000);
my $second = slurp("$dir/second.csv");
spew("$dir/second.csv.gz", '');
system('gzip', '-kf', "$dir/second.csv") == 0 or die 'gzip';

my @old = ('index', 'ships', "$dir/first.csv", '--out', "$dir/index", '--quiet');
my @new = ('index', 'ships', "$dir/first.csv", "$dir/second.csv", '--out', "$dir/index", '--memory', '16M', '--quiet');
works(@old);
my $before = state_of("$dir/index");
system('cp', '-r', "$dir/index", "$dir/kept") == 0 or die 'cp';
my $began = time;
works(@new);
my $took = time - $began;
my $after = state_of("$dir/index");
isnt($after, $before, 'a second file makes another index');

my ($hits, $wrong) = (0, 0);
for (1 .. $rounds) {
        system("rm -rf '$dir/index' && cp -r '$dir/kept' '$dir/index'") == 0 or die 'cp';
        my $pid = start(@new);
        sleep rand($took * 1.1);
        kill 'KILL', $pid;
        my $hit = finish($pid) == -9;
        $took *= $hit ? 1.1 : 0.7;
        $hits += $hit;
        my $list = digest("$dir/index/ships");
        $wrong++ unless index($before, $list) == 0 || index($after, $list) == 0;
        $wrong++ if embargo('index', 'ships', '--out', "$dir/index", '--verify', '--sample', 50, '--quiet') != 0;
        works(@new);
        $wrong++ if state_of("$dir/index") ne $after;
}
cmp_ok($hits, '>', 0, "killed while at work in $hits of $rounds rounds");
is($wrong, 0, 'the index is the old one or the new one, verifies, and the next build ends at the same bytes');
is_deeply([sort grep { !/^\.\.?$/ } do { opendir my $d, "$dir/index"; readdir $d }], ['days', 'rejects', 'ships'], 'with nothing left behind');

# The list holds the paths as they were given, so they are the same here.
sub again {
        my ($index, @how) = @_;
        works('index', 'ships', "$dir/first.csv", "$dir/second.csv", '--out', "$dir/$index", '--quiet', @how);
        return state_of("$dir/$index");
}
is(again('one', '--threads', 1), $after, 'one thread gives the same bytes');
is(again('four', '--threads', 4, '--memory', '16M'), $after, 'and four, in little memory');
is(again('ample', '--memory', '2G'), $after, 'and ample memory');
my @lines = split /\n/, $second;
my $head = shift @lines;
spew("$dir/second.csv", join("\n", $head, reverse @lines), "\n");
works('index', 'ships', "$dir/second.csv", "$dir/first.csv", '--out', "$dir/turned", '--quiet');
my $dump = sub { works('index', 'ships', '--out', "$dir/$_[0]", '--dump', 'fixes', '--quiet'); join "\n", map { s/,[0-9a-f]{8},\d+,\d+$//r } split /\n/, said() };
is($dump->('turned'), $dump->('index'), 'lines in reverse order are the same fixes');

# 150,000 rows of 56 bytes and 104 of what is said are 24 MB; 16 MB is the bound for them, and the private memory of all is measured.
my $pid = start({ limit => ['-d', 64 * 1024] }, 'index', 'ships', "$dir/second.csv.gz", '--out', "$dir/small", '--memory', '16M', '--threads', 1,
        '--quiet');
is(finish($pid), 0, 'more than the bound is indexed in 64 MiB of private memory');

done_testing();
