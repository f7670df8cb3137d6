#!/usr/bin/perl
# Same evidence, same report: in another folder, added in another order, with
# one thread or four, asked once or twice.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fault;
use File::Copy qw(copy);
use Test::More;

my $dir = scratch();
my @papers = qw(report/index.html report/report.json);

sub reversed {  # the evidence again, its custody table with the rows turned round
        my ($to) = @_;
        mkdir $to;
        copy($_, $to) or die $! for grep { -f } glob "$EVIDENCE/*";
        open my $in, '<:raw', "$EVIDENCE/custody.csv" or die $!;
        my ($header, @rows) = <$in>;
        spew("$to/custody.csv", $header, reverse @rows);
        return $to;
}

sub finished {  # a case with everything done
        my ($case, $evidence, @options) = @_;
        make_case($case, $evidence);
        works('--case', $case, @options, $_) for 'find', 'report';
        return $case;
}

my $one = finished("$dir/one", $EVIDENCE, '--threads', 1);
mkdir "$dir/a folder, further down";
my $two = finished("$dir/a folder, further down/two", reversed("$dir/reversed"), '--threads', 4);

is(digest("$one/$_"), digest("$two/$_"), "$_: another folder, order and number of threads") for @papers;
isnt(digest("$one/$_"), 'absent', "$_ is there") for @papers;

my %before = map { $_ => digest("$one/$_") } @papers;
works('--case', $one, $_) for 'find', 'report';
is(digest("$one/$_"), $before{$_}, "$_: asked again") for @papers;

sub printed { works('--case', @_); return slurp(scratch() . '/stdout') }
for my $words (['claims', '--json'], ['find', '--json']) {
        is(printed($one, '--threads', 1, @$words), printed($two, '--threads', 4, @$words),
                "@$words prints the same");
}

for my $day ('2022-03-01') {
        my @then = map {
                works('--case', $_, 'report', '--as-known-on', $day);
                [map { digest($_) } sort grep { -f } glob "\"$_/report\"/*"]
        } $one, $two;
        is_deeply($then[0], $then[1], "the report as known on $day is the same");
}
done_testing();
