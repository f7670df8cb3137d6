#!/usr/bin/perl
# A batch of questions that is killed goes on where it was: the same bytes as one that was left alone.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fault;
use Test::More;
use Time::HiRes qw(sleep);

my $dir = scratch();
my @given = qw(Sergey Mohammed Ali Natalia Olga Jong Myong Carlos Maria Ahmad Viktor Dmitri Igor Fatima Pedro Luis Andrei Wei);
my @family = qw(Ivanov Petrov Kim Ri Pak Hussein Garcia Rodriguez Kuznetsov Sidorenko Makarov Zhang Wang Choe Lopez Haqqani);
seed();
my $list = "name,schema,id\n" . join '', map { my $n = $_; map { "$_ $family[$n],Person,$n$_\n" } @given } 0 .. $#family;
my $asked = "id,name,schema\n";
$asked .= "$_,$given[rand @given] $family[rand @family],Person\n" for 1 .. 60_000;
spew("$dir/list.csv", $list);
spew("$dir/asked.csv", $asked);
works('index', 'names', "$dir/list.csv", '--out', "$dir/names.idx");

my @batch = ('screen', '--batch', "$dir/asked.csv", '--names', "$dir/names.idx");
works(@batch, '--out', "$dir/whole.csv");
cmp_ok(slurp("$dir/whole.csv") =~ tr/\n//, '>=', 60_001, 'every question has its rows');

my ($killed, $resumed) = (0, 0);
for my $round (1 .. 3) {
        unlink "$dir/cut.csv";
        my $pid = fork() // die "fork: $!";
        if (!$pid) {
                open STDOUT, '>', '/dev/null';
                open STDERR, '>', '/dev/null';
                exec $EMBARGO, @batch, '--threads', '1', '--out', "$dir/cut.csv" or die;
        }
        for (1 .. 400) {
                last if -e "$dir/cut.csv.part.at";
                sleep 0.01;
        }
        sleep 0.05 * $round;
        $killed += kill 'KILL', $pid;
        waitpid $pid, 0;
        $resumed += -e "$dir/cut.csv.part.at" ? 1 : 0;
        works(@batch, '--out', "$dir/cut.csv");
        is(digest("$dir/cut.csv"), digest("$dir/whole.csv"), "killed and run again: the same bytes ($round)");
        ok(!-e "$dir/cut.csv.part" && !-e "$dir/cut.csv.part.at", 'and nothing is left beside them');
}
diag("killed $killed times, went on $resumed times");

# What stands beside the output is of another batch: it is begun anew.
spew("$dir/other.csv.part", 'x' x 5000);
spew("$dir/other.csv.part.at", ('0' x 64) . " 100 5 4000 4 1 0\n");
works(@batch, '--out', "$dir/other.csv");
is(digest("$dir/other.csv"), digest("$dir/whole.csv"), 'a place of another batch is not gone on from');

done_testing();
