#!/usr/bin/perl
# The constructed theft walked backwards and looked at for patterns: what examples/theft/README.md works
# out by hand for the way forward must come out of the way back where the theory says so, and what was
# scripted must be found exactly.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../fault";
use Fault;
use JSON::PP ();
use Test::More;

my $theft = "$PROJECT/examples/theft";
my $blocks = "$theft/blocks";
my $chain = scratch() . '/chain';
my $from = '7a055c7fac3aa1fb7431f15b772bfebb7df8e651717bf8f7543d22a827a9ccf8:0';
my %address = (         # as make_theft's script names them
        thief       => 'bcrt1q02zw4ahu9x7q52l8lg877cu7yvnjajyejzdagj',
        exchange_a  => 'bcrt1q64mvpdf9f2dxrympd5rxjmu0l6dxgu55etyy83',
        exchange_b2 => 'bcrt1qgkmg2d7gqnshdv2v93guexh57vstn6ndh82glj',
        cold_store  => 'bcrt1quyhmrkz6h3e3xsdp873y4ftcrhkgl39qlqhw2r',
        still_5     => 'bcrt1q6dlrx4dkx6mw73nckx5cz6puxdr4rtzhdw3pp0',
        still_6     => 'bcrt1qyd9526qy623mwyf6z2yg0x9yuhh38tcpsxvcn5',
);

sub sat { return int($_[0] * 1e8 + 0.5) }

sub told {      # COMMAND...: its JSON
        works(@_, '--json');
        return JSON::PP->new->utf8->decode(slurp(scratch() . '/stdout'));
}

works('index', 'chain', $blocks, '--out', $chain, '--json');

# The thief's address is named as the source, so that the way back ends where the README's way forward begins.
my $labels = scratch() . '/labels.csv';
spew($labels, "address,label,category\n$address{thief},The stolen 1000,theft\n");

# ---- backwards as forwards --------------------------------------------------------------

# Of what each address received, what is from the 1,000.  Exchange A: 90 before any mixing, and of the 69.998 behind mix 1
# what the README's first table says (34.999, 49.998, 20).  Exchange B: 44.999 and of the 30 (15, 0, 30).
# Behind mix 2 (42, 70, 0) and (27.99965, 0, 69.999).  The cold store holds 74.999 of 75 swept, all from the theft.
my %want = (
        haircut => { exchange_a => 124.999, exchange_b2 => 59.999, still_5 => 42, still_6 => 27.99965, cold_store => 74.999 },
        fifo    => { exchange_a => 139.998, exchange_b2 => 44.999, still_5 => 70, still_6 => 0, cold_store => 74.999 },
        lifo    => { exchange_a => 110, exchange_b2 => 74.999, still_5 => 0, still_6 => 69.999, cold_store => 74.999 },
        # Forwards tiho knows which input is stolen and finds 140.  Backwards it cannot: mix 1 is cut with the clean 50
        # first and the larger output first, so the 69.999 are 50 clean and 19.999 stolen, and of those
        # 19.998 arrive: 90 + 19.998.
        tiho    => { exchange_a => 109.998 },
);
for my $policy (sort keys %want) {
        for my $who (sort keys %{ $want{$policy} }) {
                my $x = told('exposure', $address{$who}, '--chain', $chain, '--labels', $labels, '--policy', $policy,
                        '--to', 'theft')->{policies}[0];
                my $found = 0;
                $found += $_->{direct_sat} + $_->{indirect_sat} for @{ $x->{origins} };
                is($found, sat($want{$policy}{$who}), "$policy: of what $who received, what the thief's way forward gives");
                ok($x->{conserved}, "$policy: and every satoshi of $who is booked");
        }
}

# The first peel goes straight from the thief's address to exchange A: 40 direct, the rest through others.
my ($origin) = @{ told('exposure', $address{exchange_a}, '--chain', $chain, '--labels', $labels, '--policy', 'fifo')
        ->{policies}[0]{origins} };
is_deeply([@$origin{qw(label direct_sat indirect_sat hops)}], ['The stolen 1000', sat(40), sat(99.998), 1],
        'direct and indirect apart, and the nearest hop');

# From the victim's vault: the theft spent 1,000 of the vault and 0.01 of another address of the victim's, which
# has no label.  FIFO takes the 1,000 first, so nothing changes; haircut takes 1000/1000.01 of 124.999:
# 124.99775002..., the very sum to the satoshi below or above by rounding at each of the hops.
for my $case ([fifo => 139.998, 0], [haircut => 124.99775002, 20]) {
        my ($policy, $coins, $slack) = @$case;
        my $x = told('exposure', $address{exchange_a}, '--chain', $chain, '--labels', "$theft/labels.csv", '--policy',
                $policy, '--to', 'victim')->{policies}[0];
        cmp_ok(abs($x->{origins}[0]{indirect_sat} - sat($coins)), '<=', $slack, "$policy: from the vault");
}

# What came out of the CoinJoin is of no one's origin: an output of its 50s, found by the trace through mixers.
works('trace', $from, '--chain', $chain, '--through-mixers', '--policy', 'fifo', '--json');
my (undef, @reached) = map { JSON::PP->new->utf8->decode($_) } split /\n/, slurp(scratch() . '/stdout');
my ($joined) = grep { $_->{value_sat} == sat(50) && $_->{height} == 152 } @reached;
my $mixed = told('exposure', $joined->{address}, '--chain', $chain)->{policies}[0];
is_deeply([map { [@$_{qw(kind direct_sat)}] } @{ $mixed->{origins} }], [['came out of a CoinJoin', sat(50)]],
        'a CoinJoin ends the walk');
is($mixed->{open_sat}, sat(50), 'and all of it stays open');

# ---- the evidence ---------------------------------------------------------------------------

for my $policy (qw(haircut fifo lifo)) {
        my $path = scratch() . "/$policy.json";
        works('exposure', $address{exchange_a}, '--chain', $chain, '--labels', $labels, '--policy', $policy,
                '--path', 'theft', '--out', $path);
        my $checked = told('trace', 'check', $path, '--blocks', $blocks);
        is($checked->{differences}, 0, "$policy: the path back holds against the raw blocks");
        my $best = told('exposure', $address{exchange_a}, '--chain', $chain, '--labels', $labels, '--policy', $policy)
                ->{policies}[0]{origins}[0]{best_sat};
        is($checked->{hops}[-1]{stolen_sat}, $best, "$policy: and brings forwards what the walk found backwards");
}

# ---- one owner ------------------------------------------------------------------------------

# The deposit address and the cold store as one: the sweep moves 74.999 within, the rest came from outside.
my $wallet = scratch() . '/wallet.csv';
spew($wallet, "address,note\n$address{exchange_a},deposits\n\n# swept\n$address{cold_store},store\n");
my $own = told('exposure', '--cluster-file', $wallet, '--chain', $chain, '--labels', $labels)->{policies}[0];
is_deeply([@$own{qw(received_sat from_itself_sat)}], [sat(159.998 + 74.999), sat(74.999)],
        'what moves within a cluster is told apart');

# ---- patterns ------------------------------------------------------------------------------------

my $p = told('trace', $from, '--chain', $chain, '--labels', "$theft/labels.csv", '--patterns', '--blocks', $blocks)->{patterns};
is_deeply([map { $_->{pattern} } @$p], ['peel chain', 'consolidation', 'CoinJoin entry', 'deposit address'],
        'what was scripted is found, and nothing else');
my ($peel, $sweep, $entry, $deposit) = @$p;
is_deeply([map { $_->{peeled_sat} / 1e8 } @{ $peel->{hops} }], [40, 30, 50, 20, 60, 25, 35, 45, 10, 15, 70, 80],
        'the twelve peels in their order');
is(scalar(grep { $_->{agreed} eq 'version, locktime, RBF, segwit, input scripts, output scripts' } @{ $peel->{hops} }), 11,
        'alike in every part of the fingerprint, from the second on');
is_deeply([@$sweep{qw(in_sat out_sat to)}], [sat(75), sat(74.999), $address{cold_store}], "exchange A's sweep");
is_deeply([@$entry{qw(made_like confidence in_sat)}], ['joinmarket', 60, sat(60)], 'the CoinJoin of five, entered with 60');
# 40, 35, 15 and 69.998 from four addresses; the first two were swept within 23 hours
is_deeply([@$deposit{qw(address to in_sat out_sat)}],
        [$address{exchange_a}, $address{cold_store}, sat(159.998), sat(75)], "exchange A's deposit address");
ok((!grep { $_->{alternatives} !~ /may (also )?be|not known/ } @$p), 'each with its other reading');

done_testing();
