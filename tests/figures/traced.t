#!/usr/bin/perl
# A trace kept in a case: the findings are the sums that examples/theft/README.md works out by hand, its rows add up,
# its places are where it says in the raw blocks, and the same run comes out of another folder, by other threads.
use strict;
use warnings;
use Digest::SHA qw(sha256 sha256_hex);
use FindBin;
use lib "$FindBin::Bin/../fault";
use Fault;
use JSON::PP ();
use Test::More;

my $theft = "$PROJECT/examples/theft";
my $dir = scratch();
my ($chain, $case) = ("$dir/chain", "$dir/case");
my $from = '7a055c7fac3aa1fb7431f15b772bfebb7df8e651717bf8f7543d22a827a9ccf8:0';
my @all = qw(poison haircut fifo lifo tiho seniority dirty-first pure-dirty-first);

# Coins, from the README's tables; elsewhere is what is left of the 1,000 (of poison: of the 1,180).
my %want = (
        poison             => { services => 254.997, sitting => 864.987,   mixers => 60, elsewhere => 0.016 },
        haircut            => { services => 204.998, sitting => 734.98765, mixers => 60, elsewhere => 0.01435 },
        fifo               => { services => 204.997, sitting => 734.988,   mixers => 60, elsewhere => 0.015 },
        lifo               => { services => 204.999, sitting => 734.987,   mixers => 60, elsewhere => 0.014 },
        tiho               => { services => 204.999, sitting => 734.988,   mixers => 60, elsewhere => 0.013 },
        seniority          => { services => 204.999, sitting => 734.988,   mixers => 60, elsewhere => 0.013 },
        # 179.99915 mixed, of which 60 entered the CoinJoin, and fees of 0.01385
        'dirty-first'      => { services => 154.999, sitting => 664.988,   mixers => 60, elsewhere => 120.013 },
        'pure-dirty-first' => { services => 154.999, sitting => 664.988,   mixers => 60, elsewhere => 120.013 },
);

sub json { return JSON::PP->new->utf8->decode(slurp("$dir/stdout")) }

sub rows {      # the run's document, as one hash a row
        my ($head, @lines) = split /\n/, shift;
        my @names = split /,/, $head;
        return map {
                my @cells;
                push @cells, defined $1 ? $1 =~ s/""/"/gr : $2 while /\G(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g;
                my %row;
                @row{@names} = @cells;
                \%row
        } @lines;
}

works('index', 'chain', "$theft/blocks", '--out', $chain);
works('init', $case, '--regime', 'dprk');
works('--case', $case, 'trace', $from, '--chain', $chain, '--labels', "$theft/labels.csv", '--policy', join(',', @all), '--keep');

# ---- the findings ------------------------------------------------------------------------

my %finding;
works('--case', $case, 'find', '--json');
$finding{ $_->{question} } = $_ for @{ json()->{findings} };

sub value {
        my ($question, $reading) = @_;
        my ($r) = grep { $_->{name} eq $reading } @{ $finding{$question}{readings} };
        my ($v) = grep { $_->{name} eq 'value' } @{ $r->{numbers} };
        return $v->{text};
}

for my $rule (@all) {
        my $reading = $rule eq 'poison' ? 'poison, an upper bound' : $rule;
        is_deeply([map { value("traced-$_", $reading) } qw(services sitting mixers elsewhere)],
                [map { "$_" } @{ $want{$rule} }{qw(services sitting mixers elsewhere)}], "$rule: the sums of the README");
}
# Over all rules but poison: the least and the most of each column above.
is(value('traced-services', 'between the rules'), '154.999 to 204.999', 'services: from dirty-first to lifo');
is(value('traced-sitting', 'between the rules'), '664.988 to 734.988', 'still sitting: from dirty-first to fifo');
is(value('traced-mixers', 'between the rules'), '60', 'mixers: one number under every rule');
is(value('traced-stolen', 'named as stolen'), '1,000', 'stolen');
is(value('traced-service-count', 'between the rules'), '2', 'exchange A and exchange B');
is(value('traced-services', 'exchanges'), '154.999 to 204.999', 'all services are exchanges');
is(value('traced-services', 'bridges'), '0', 'no bridge');
is($finding{'traced-constructed'}{verdict}, 'holds', 'the case knows that it is constructed');
# 154.999 / 1000 and 204.999 / 1000
my ($share) = grep { $_->{name} eq 'share' } @{ $finding{'traced-share'}{readings}[0]{numbers} };
is($share->{text}, '15.5 % to 20.5 %', 'the share at services');
is($finding{'traced-share'}{verdict}, 'fails', 'less than half');

# ---- the document --------------------------------------------------------------------------

my @words = ($from, '--chain', $chain, '--labels', "$theft/labels.csv", '--policy', join(',', @all), '--run');
works('trace', @words);
my $text = slurp("$dir/stdout");
my @rows = rows($text);
my ($kept) = glob "$case/sources/*/" . sha256_hex($text);
ok(-f $kept, 'what the case holds is what --run prints');

my (%ends, %book);
for my $r (@rows) {
        $ends{"$r->{rule} $r->{book}"} += $r->{sat} if $r->{row} eq 'end';
        $book{"$r->{rule} $r->{book}"} += $r->{sat} if $r->{row} eq 'part';
}
for my $r (grep { $_->{row} eq 'total' && $_->{book} =~ /^(deposited|sitting|mixed)$/ } @rows) {
        my $key = "$r->{rule} $r->{book}";
        is($ends{$key} // 0, $r->{sat}, "$key: its places add up to the engine's total");
        is($book{$key} // 0, $r->{sat}, "$key: and so do its parts");
}
for my $rule (@all) {
        my %t = map { $_->{book} => $_->{sat} } grep { $_->{row} eq 'total' && $_->{rule} eq $rule } @rows;
        my $out = 0;
        $out += $t{$_} for qw(deposited sitting mixed stopped burnt fees dropped);
        is($out, $t{stolen} + $t{grown}, "$rule: what went in came out");
}

# Each place is where it says: no input of the example is signed, so the bytes hash to the txid.
my $raw = slurp("$theft/blocks/blk00000.dat");
my %seen;
my @places = grep { $_->{output} && !$seen{ $_->{output} }++ } @rows;
is(scalar(grep {
        my $bytes = substr $raw, $_->{offset}, $_->{length};
        my $txid = unpack 'H*', reverse sha256(sha256($bytes));
        $_->{output} !~ /^$txid:\d+$/ || $_->{block_file} ne 'blk00000.dat'
} @places), 0, scalar(@places) . ' places: the bytes there are the transaction');

# A path's hash is that of the path which --path gives.
for my $rule (qw(haircut fifo tiho)) {
        my ($end) = grep { $_->{row} eq 'end' && $_->{rule} eq $rule && $_->{value_sat} eq '6999800000' } @rows;
        next unless $end;
        works('trace', $from, '--chain', $chain, '--policy', $rule, '--path', $end->{output});
        my $steps = join '', map { "$_->{txid} $_->{input} $_->{output} $_->{via_sat}\n" } @{ json()->{hops} };
        is($end->{path}, sha256_hex($steps), "$rule: the path's hash is that of its steps");
        my @label = split /,/, (split /\n/, slurp("$theft/labels.csv"))[$end->{label_line} - 1];
        is_deeply([@label[0, 1]], [$end->{address}, $end->{label}], "$rule: the label stands in its line");
}

# ---- the same bytes --------------------------------------------------------------------------

mkdir "$dir/elsewhere";
system('cp', '-r', $chain, "$dir/elsewhere/other");
system('cp', "$theft/labels.csv", "$dir/elsewhere/renamed.csv");
works('trace', $from, '-c', "$dir/elsewhere/other", '-l', "$dir/elsewhere/renamed.csv", '--threads', '1',
        '--policy', join(',', reverse @all), '--run');
is(sha256_hex(slurp("$dir/stdout")), sha256_hex($text), 'another folder, other names, one thread, the rules in another order');
works('trace', '7a055c7fac3aa1fb7431f15b772bfebb7df8e651717bf8f7543d22a827a9ccf8:0=999.5', @words[1 .. $#words]);
isnt(sha256_hex(slurp("$dir/stdout")), sha256_hex($text), 'half a coin less is another run');
works('--case', $case, 'verify', '--chain', $chain);
spew("$dir/elsewhere/renamed.csv", slurp("$theft/labels.csv") =~ s/Exchange B/Exchange Z/gr);
works('--case', $case, 'trace', $from, '-c', $chain, '-l', "$dir/elsewhere/renamed.csv", '--policy', 'fifo', '--keep');
works('--case', $case, 'find', 'traced-services', '--json');
$finding{ $_->{question} } = $_ for @{ json()->{findings} };
is(value('traced-services', 'between the rules'), '204.997', 'with other labels the newer run is counted, and not both');

# ---- what they were worth ------------------------------------------------------------------------

# 1,000 coins on 6 March at 61,000.50; on the 7th nobody has a price, so a place of that day has no worth.
spew("$dir/prices.csv", "day,price\n2024-03-05,60000\n2024-03-06,61000.50\n");
works('--case', $case, 'trace', @words[0 .. 4], '--policy', 'fifo', '--prices', "$dir/prices.csv", '--currency', 'USD', '--keep');
works('trace', @words[0 .. 4], '--policy', 'fifo', '--prices', "$dir/prices.csv", '--currency', 'USD', '--run');
@rows = rows(slurp("$dir/stdout"));
is((grep { $_->{row} eq 'seed' } @rows)[0]{worth}, '61000500.00', 'the stolen coins at the price of their day');
is(scalar(grep { $_->{row} eq 'end' && ($_->{day} eq '2024-03-06') != ($_->{worth} ne '') } @rows), 0,
        'a place has a worth where its day has a price, and only there');
# 40 x 61000.50
is((grep { $_->{row} eq 'end' && $_->{sat} eq '4000000000' } @rows)[0]{worth}, '2440020.00', 'a deposit of 40');
works('--case', $case, 'find', 'traced-worth', '--json');
$finding{ $_->{question} } = $_ for @{ json()->{findings} };
is(value('traced-worth', "at the day's price"), '61,000,500', 'and the finding says so');
works('--case', $case, 'verify', '--chain', $chain);

# ---- many places -------------------------------------------------------------------------------

# Two blocks of regtest: 60 coins, then a transaction that cuts them into 6,000 outputs of 1,000,000 sat less their number.
sub varint { my $n = shift; return $n < 0xfd ? pack('C', $n) : pack('Cv', 0xfd, $n) }
sub dsha { return sha256(sha256(shift)) }

sub block {
        my ($previous, @tx) = @_;
        my @level = map { dsha($_) } @tx;
        while (@level > 1) {
                push @level, $level[-1] if @level % 2;
                @level = map { dsha($level[2 * $_] . $level[2 * $_ + 1]) } 0 .. @level / 2 - 1;
        }
        for my $nonce (0 .. 1000) {     # half of all nonces do
                my $head = pack('V', 1) . $previous . $level[0] . pack('VVV', 1_700_000_000, 0x207fffff, $nonce);
                next if ord(substr dsha($head), 31, 1) >= 0x7f;
                my $body = $head . varint(scalar @tx) . join '', @tx;
                return (dsha($head), "\xfa\xbf\xb5\xda" . pack('V', length $body) . $body);
        }
}

sub tx {
        my ($spent, $out, @sat) = @_;
        my $n = 0;
        return pack('V', 1) . varint(1) . $spent . pack('V', $out) . varint(2) . "\x51\x51" . pack('V', 0xffffffff) . varint(scalar @sat)
                . join('', map { pack('Q<', $_) . "\x16\x00\x14" . pack('N', ++$n) . "\0" x 16 } @sat) . pack('V', 0);
}

my $mined = tx("\0" x 32, 0xffffffff, 6_000_000_000);
my $cut = tx(dsha($mined), 0, map { 1_000_000 - $_ } 1 .. 6000);
my ($first, $one) = block("\0" x 32, $mined);
my (undef, $two) = block($first, tx("\0" x 32, 0xffffffff, 5_000_000_000, 1), $cut);
mkdir "$dir/many";
spew("$dir/many/blk00000.dat", $one . $two);
works('index', 'chain', "$dir/many", '--out', "$dir/many.chain");
my $mine = unpack('H*', reverse dsha($mined)) . ':0';
works('trace', $mine, '--chain', "$dir/many.chain", '--policy', 'haircut,fifo', '--run');
@rows = rows(slurp("$dir/stdout"));
for my $rule (qw(haircut fifo)) {
        my @end = grep { $_->{row} eq 'end' && $_->{rule} eq $rule } @rows;
        my ($fold) = grep { $_->{row} eq 'fold' && $_->{rule} eq $rule } @rows;
        my ($total) = grep { $_->{row} eq 'total' && $_->{rule} eq $rule && $_->{book} eq 'sitting' } @rows;
        is(scalar @end, 5000, "$rule: 5,000 places are listed");
        is($fold->{places}, 1000, "$rule: the other 1,000 are counted");
        my $sum = $fold->{sat};
        $sum += $_->{sat} for @end;
        is($sum, $total->{sat}, "$rule: and nothing is lost by folding them");
        # 6000 x 1,000,000 less 1 + ... + 6000 = 18,003,000
        is($total->{sat}, 6_000_000_000 - 18_003_000, "$rule: all but the fee is still sitting");
        is((sort { $a <=> $b } map { $_->{value_sat} } @end)[0], 1_000_000 - 5000, "$rule: the largest are listed");
}
done_testing();
