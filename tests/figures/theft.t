#!/usr/bin/perl
# The constructed theft of examples/theft: what its README.md works out by hand comes out
# of the program, under every policy; its file is what its program writes; the evidence
# of a path holds against the raw blocks, and stops to hold when one bit of them is changed.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Copy qw(copy);
use FindBin;
use lib "$FindBin::Bin/../fault";
use Fault;
use JSON::PP ();
use Test::More;

my $theft = "$PROJECT/examples/theft";
my $blocks = "$theft/blocks";
my $chain = scratch() . '/chain';
my $from = '7a055c7fac3aa1fb7431f15b772bfebb7df8e651717bf8f7543d22a827a9ccf8:0';

# ---- the file ----------------------------------------------------------------------

my $maker = dirname($EMBARGO) . '/tests/make_theft';
SKIP: {
        skip 'make_theft is not built', 2 unless -x $maker;
        is(system("$maker " . scratch() . ' >/dev/null'), 0, 'the chain can be made again');
        is(digest(scratch() . '/blk00000.dat'), digest("$blocks/blk00000.dat"), 'and has the same bytes');
}
cmp_ok(-s "$blocks/blk00000.dat", '<', 300_000, 'the chain is small');
my $readme = slurp("$theft/README.md");
like($readme, qr/Nothing here happened/, 'the README says that nothing of it happened');
my @labels = grep { !/^address,/ } split /\n/, slurp("$theft/labels.csv");
is(scalar(grep { !/\(constructed\).*constructed: / } @labels), 0, 'every label says that it is constructed');

# Regtest's first block, as every node has it.
works('index', 'chain', $blocks, '--out', $chain, '--json');
my $built = JSON::PP->new->decode(slurp(scratch() . '/stdout'));
my %count = map { $_->{what} => $_->{count} } @{ $built->{counts} };
is_deeply([@$built{qw(network height)}, @count{'blocks', 'coinbase inputs'}], ['regtest', 170, 171, 171],
        'regtest up to height 170');
ok(!exists $count{'damaged blocks'}, 'no block is damaged');

# ---- the sums ------------------------------------------------------------------------

# Coins; worked in README.md, "In all".
my %want = (
        poison             => { at => 254.997, sitting => 864.987, mixed => 60, fees => 0.016, grown => 180 },
        haircut            => { at => 204.998, sitting => 734.98765, mixed => 60, fees => 0.01435 },
        fifo               => { at => 204.997, sitting => 734.988, mixed => 60, fees => 0.015 },
        lifo               => { at => 204.999, sitting => 734.987, mixed => 60, fees => 0.014 },
        tiho               => { at => 204.999, sitting => 734.988, mixed => 60, fees => 0.013 },
        seniority          => { at => 204.999, sitting => 734.988, mixed => 60, fees => 0.013 },
        'dirty-first'      => { at => 154.999, sitting => 664.988, mixed => 179.99915, fees => 0.01385 },
        # the 50 and 70 that enter mixed transactions are dropped
        'pure-dirty-first' => { at => 154.999, sitting => 664.988, mixed => 60, fees => 0.013, dropped => 120 },
);

sub sat {
        my ($coins) = @_;
        return int($coins * 1e8 + 0.5);
}

works('trace', $from, '--chain', $chain, '--labels', "$theft/labels.csv", '--json', '--policy', join(',', sort keys %want));
my ($head, @outputs) = map { JSON::PP->new->utf8->decode($_) } split /\n/, slurp(scratch() . '/stdout');
for my $p (@{ $head->{policies} }) {
        my $w = $want{ $p->{policy} };
        is_deeply([@$p{qw(stolen_sat deposited_sat sitting_sat mixed_sat fees_sat grown_sat dropped_sat)}],
                [sat(1000), map { sat($_ // 0) } @$w{qw(at sitting mixed fees grown dropped)}],
                "$p->{policy}: the sums of the README");
        ok($p->{conserved}, "$p->{policy}: what went in came out");
        my ($row) = grep { /^\| $p->{policy} \|/ } reverse split /\n/, $readme;
        next if $p->{policy} =~ /^pure/;
        like($row // '', qr/\Q$w->{at}\E.*\Q$w->{sitting}\E.*\Q$w->{fees}\E/, "$p->{policy}: and the README says so");
}
is(scalar @outputs, $head->{outputs}, 'every output reached is a line');

# The amounts under each policy in the outputs of the two mixes, found by their values.
my %cut = (     # value => in the order poison haircut fifo lifo tiho seniority dirty-first
        '30'     => [30, 15, 0, 30, 0, 30, 15],
        '69.999' => [69.999, 34.9995, 49.999, 20, 50, 20, 34.9995],
        '69.998' => [69.998, 34.999, 49.998, 20, 50, 20, 0],
        '120'    => [120, 42, 70, 0, 70, 70, 42],
        '79.999' => [79.999, 27.99965, 0, 69.999, 0, 0, 27.99965],
);
for my $value (sort keys %cut) {
        # still 1 is paid 30 too, at height 132; the mixes begin at 146
        my ($o) = grep { $_->{value_sat} == sat($value) && $_->{height} >= 146 } @outputs;
        is_deeply([map { $o->{policies}{$_}{stolen_sat} // 0 } qw(poison haircut fifo lifo tiho seniority dirty-first)],
                [map { sat($_) } @{ $cut{$value} }], "the output of $value");
}
my ($joined) = grep { $_->{value_sat} == sat(60) } @outputs;
is($joined->{spent_in_coinjoin}, 'joinmarket', 'the CoinJoin is recognised');
my ($twice) = grep { @{ $_->{labels} } == 2 } @outputs;
is_deeply([map { $_->{label} } @{ $twice->{labels} }], ['Exchange A (constructed)', 'Desk C (constructed)'],
        'two labels of one address are both told');

# ---- the evidence ----------------------------------------------------------------------

my ($end) = map { $_->{output} } grep { $_->{value_sat} == sat(69.998) } @outputs;
my $copy = scratch() . '/blocks';
mkdir $copy;
for my $policy (qw(poison haircut fifo lifo tiho seniority)) {
        my $path = scratch() . "/$policy.json";
        works('trace', $from, '--chain', $chain, '--policy', $policy, '--path', $end, '--out', $path);
        works('trace', 'check', $path, '--blocks', $blocks, '--json');
        my $told = JSON::PP->new->decode(slurp(scratch() . '/stdout'));
        is($told->{differences}, 0, "$policy: the path holds against the raw blocks");
        is(scalar(grep { $_->{note} eq 'amounts re-derived' } @{ $told->{hops} }), 5,
                "$policy: and the amounts of its five hops are derived again");
}

# One bit of one byte, anywhere in the blocks of the path: never unnoticed.
my $path = scratch() . '/fifo.json';
my $told = JSON::PP->new->decode(slurp($path));
my $raw = slurp("$blocks/blk00000.dat");
seed();
for my $hop (@{ $told->{hops} }) {
        my $at = $hop->{block_offset} + int rand $hop->{block_length};
        my $changed = $raw;
        substr($changed, $at, 1) = chr(ord(substr $raw, $at, 1) ^ 1 << int rand 8);
        spew("$copy/blk00000.dat", $changed);
        my $code = embargo('trace', 'check', $path, '--blocks', $copy);
        is($code, 1, "a bit changed at byte $at is found");
}

# The same files obfuscated, as a node of these days keeps them.
my $key = "\x13\x37\xc0\xff\xee\x00\x42\x99";
spew("$copy/xor.dat", $key);
spew("$copy/blk00000.dat", $raw ^ substr($key x (1 + length($raw) / 8), 0, length $raw));
works('trace', 'check', $path, '--blocks', $copy);

# Each number and text of the path, changed: none of those that are evidence may pass.
unlink "$copy/xor.dat";
spew("$copy/blk00000.dat", $raw);
my @passed;
for my $key (qw(file block block_offset block_length offset length txid input output in_value_sat
                height in_stolen_sat out_value_sat out_stolen_sat out_address fee_sat inputs_in_all)) {
        my $wrong = JSON::PP->new->decode(slurp($path));
        my $hop = $wrong->{hops}[3];
        $hop->{$key} = $hop->{$key} =~ /^\d+$/ && $key !~ /^(block|txid)$/ ? $hop->{$key} + 1
                : $hop->{$key} =~ s/(.)$/$1 eq '0' ? '1' : '0'/er;
        spew(scratch() . '/wrong.json', JSON::PP->new->encode($wrong));
        push @passed, $key if embargo('trace', 'check', scratch() . '/wrong.json', '--blocks', $copy) != 1;
}
is("@passed", '', 'whatever number or text of a hop is changed, the check finds it');
done_testing();
