#!/usr/bin/perl
# anvil serves an account chain with native, internal and ERC-20 transfers; what `embargo fetch` writes is
# compared with anvil's own answers, answer by answer, and with the ledger that this script keeps of what it ordered.
use strict;
use warnings;
use File::Basename qw(dirname);
use FindBin;
use lib "$FindBin::Bin/../fault", $FindBin::Bin;
use Fault;
use JSON::PP ();
use Math::BigInt ();
use Node;
use Test::More;

my ($modules, $why) = npm_programs(dirname($EMBARGO));
my $program = ($modules // '') . '/@foundry-rs/anvil-linux-amd64/bin/anvil';
$why //= 'it runs on x86-64 Linux only' unless -x $program && !system("'$program' --version >/dev/null 2>&1");
plan skip_all => "anvil: $why; none of its comparisons was made" if $why;

my $port = free_port();
my $url = "http://127.0.0.1:$port";
defined(my $pid = fork) or die "fork: $!";
if (!$pid) {
        exec $program, '--host', '127.0.0.1', '--port', $port, '--silent', '--timestamp', 1_700_000_000;
        exit 99;
}
end_with_test($pid);
ok(wait_for(sub { defined rpc($url, 'eth_chainId') }), 'anvil runs') or BAIL_OUT('anvil does not start');

my $json = JSON::PP->new->canonical->allow_nonref;
my @account = @{ rpc($url, 'eth_accounts') };
my $state = 7;
sub chance {    # Park and Miller's generator
        my ($n) = @_;
        return ($state = $state * 48271 % 2147483647) % $n;
}
sub hex_of { return '0x' . substr Math::BigInt->new($_[0])->as_hex, 2 }
sub word { return sprintf '%064s', substr(lc $_[0], 2) }                # an address as an argument
sub number { return Math::BigInt->new($_[0] =~ /^0x/ ? $_[0] : "0x$_[0]") }

# ---- contracts, assembled by hand ----------------------------------------------------------------

# Copies what stands behind these eleven bytes into memory and returns it as the contract's code.
sub creation {
        my ($code) = @_;
        my $length = sprintf '%02x', length($code) / 2;
        return "0x60${length}80600b6000396000f3$code";  # PUSH1 n DUP1 PUSH1 11 PUSH1 0 CODECOPY PUSH1 0 RETURN
}

# Keccak-256 of "Transfer(address,address,uint256)" (EIP-20)
my $transfer = 'ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef';
my $token_code = '6024356000 52'        # PUSH1 0x24 CALLDATALOAD PUSH1 0 MSTORE: the amount, in memory
        . '600435 33'                   # PUSH1 4 CALLDATALOAD: the third topic, to; CALLER: the second, from
        . "7f$transfer"                 # PUSH32: the first
        . '60206000 a3'                 # PUSH1 32 PUSH1 0 LOG3
        . '6001600052 60206000f3';      # return true.  No balances: what is paid is what is logged
my $forward_code = '6000600060006000'   # PUSH1 0, four times: no arguments, no answer
        . '34 600035 5a f1 00';         # CALLVALUE, PUSH1 0 CALLDATALOAD: to, GAS CALL STOP
my $refuse_code = '60006000fd';         # PUSH1 0 PUSH1 0 REVERT
tr/ //d for $token_code, $forward_code;

sub send_tx {
        my (%tx) = @_;
        my $hash = rpc($url, 'eth_sendTransaction', { gas => '0x30000', gasPrice => hex_of(2_000_000_000), %tx });
        BAIL_OUT('anvil takes no transaction') unless $hash;
        return $hash;
}

sub deploy {
        my ($code) = @_;
        my $hash = send_tx(from => $account[0], data => creation($code));
        my $receipt;
        wait_for(sub { $receipt = rpc($url, 'eth_getTransactionReceipt', $hash) });
        return $receipt->{contractAddress};
}

my ($token, $forwarder, $refuser) = map { deploy($_) } $token_code, $forward_code, $refuse_code;
ok($token && $forwarder && $refuser, 'three contracts stand');

# ---- payments, and the ledger of them ----------------------------------------------------------------

my @ledger;             # [transaction, kind, from, to, amount, asset]
sub pay {
        my ($kind) = @_;
        my ($from, $to) = @account[chance(10), chance(10)];
        my $amount = Math::BigInt->new(1 + chance(1_000_000)) * 1_000_000_007;
        if ($kind eq 'native') {
                push @ledger, [send_tx(from => $from, to => $to, value => hex_of($amount)), $kind, $from, $to, $amount, ''];
        } elsif ($kind eq 'token') {
                $amount = $amount * Math::BigInt->new('340282366920938463463374607431768211456') if !chance(10);        # 2^128
                my $data = '0xa9059cbb' . word($to) . sprintf '%064s', substr $amount->as_hex, 2;
                push @ledger, [send_tx(from => $from, to => $token, data => $data), $kind, $from, $to, $amount, $token];
        } elsif ($kind eq 'internal') {
                my $hash = send_tx(from => $from, to => $forwarder, value => hex_of($amount), data => '0x' . word($to));
                push @ledger, [$hash, 'native', $from, $forwarder, $amount, ''], [$hash, $kind, $forwarder, $to, $amount, ''];
        } else {        # refused: nothing moves but the gas
                send_tx(from => $from, to => $refuser, value => hex_of($amount));
        }
}

sub pay_blocks {        # blocks of up to six payments
        my ($blocks) = @_;
        rpc($url, 'evm_setAutomine', JSON::PP::false);
        for (1 .. $blocks) {
                pay((qw(native native token token internal refused))[chance(6)]) for 1 .. chance(7);
                rpc($url, 'evm_mine');
        }
        rpc($url, 'evm_setAutomine', JSON::PP::true);
        return number(rpc($url, 'eth_blockNumber'))->numify;
}
my $height = pay_blocks(40);

# ---- fetching ------------------------------------------------------------------------------------------

my $n = 0;
sub fresh { return scratch() . '/e' . ++$n }
sub lines { return [map { $json->decode($_) } split /\n/, slurp("$_[0]/answers.ndjson")] }

sub asked_of_node {     # the same three questions for each block
        my ($from, $to) = @_;
        my @answers;
        for my $b ($from .. $to) {
                push @answers, rpc($url, 'eth_getBlockByNumber', hex_of($b), JSON::PP::true),
                        rpc($url, 'eth_getBlockReceipts', hex_of($b)), rpc($url, 'trace_block', hex_of($b));
        }
        return \@answers;
}

my $folder = fresh();
is(embargo('fetch', 'chain', $url, '--out', $folder, '--to', $height), 0, 'the chain is fetched') or diag(said());
my @got = @{ lines($folder) };
is_deeply([map { $_->{result} } @got], asked_of_node(0, $height), 'every answer is what anvil answers, block by block');
is_deeply([map { $_->{id} } @got], [map { 4 * int($_ / 3) + (0, 1, 3)[$_ % 3] } 0 .. $#got], 'in the order of the blocks');
my $whole = digest("$folder/answers.ndjson");
is(embargo('fetch', 'chain', $url, '--out', $folder, '--to', $height), 0, 'a second run succeeds');
is(digest("$folder/answers.ndjson"), $whole, 'and adds nothing');

my %logged;             # token transfers by what the receipts say
for my $log (map { @{ $_->{logs} } } map { @{ $_->{result} } } grep { $_->{id} % 4 == 1 } @got) {
        my ($from, $to) = map { '0x' . substr $_, -40 } @{ $log->{topics} }[1, 2];
        push @{ $logged{ $log->{transactionHash} } }, [lc $from, lc $to, number($log->{data})->bstr, lc $log->{address}];
}
is_deeply(\%logged, { map { $_->[0] => [[lc $_->[2], lc $_->[3], $_->[4]->bstr, lc $_->[5]]] } grep { $_->[1] eq 'token' } @ledger },
        'the logs fetched are the token payments ordered');

# ---- what the index makes of it ----------------------------------------------------------------------------

my $lister = dirname($EMBARGO) . '/tests/list_moves';
sub moves_of {
        my ($answers) = @_;
        my $dir = fresh();
        works('index', 'chain', "$answers/answers.ndjson", '--out', $dir);
        open my $in, '-|', $lister, $dir or BAIL_OUT("list_moves: $!");
        my @moves = map { my %m; @m{qw(block time tx kind from to asset amount failed)} = split ' ', lc; \%m } <$in>;
        close $in or BAIL_OUT('list_moves failed');
        return @moves;
}

# What each account holds at a height: what it was given at the start, and all moves since.
sub compare_balances {
        my ($what, $to, @moves) = @_;
        my (%held, @wrong);
        for my $m (grep { $_->{asset} eq '-' } @moves) {
                $held{ $m->{from} } = ($held{ $m->{from} } // Math::BigInt->new(0)) - $m->{amount};
                $held{ $m->{to} } = ($held{ $m->{to} } // Math::BigInt->new(0)) + $m->{amount};
        }
        for my $a (map { lc } @account, $forwarder, $refuser, $token) {
                my $start = number(rpc($url, 'eth_getBalance', $a, '0x0'));
                my $now = number(rpc($url, 'eth_getBalance', $a, hex_of($to)));
                push @wrong, "$a: " . ($start + ($held{$a} // 0))->bstr . ', anvil ' . $now->bstr
                        if $start + ($held{$a} // 0) != $now;
        }
        is_deeply(\@wrong, [], "$what: the balances that anvil gives follow from the moves, to the wei");
}

sub compare_moves {
        my ($what, $answers, $to) = @_;
        my @moves = moves_of($answers);
        my @paid = grep { $_->{kind} =~ /^(native|internal|token)$/ } @moves;
        my @ours = sort map { join ' ', @$_{qw(tx kind from to amount asset)} } @paid;
        my @theirs = sort map { my @e = @$_; lc join ' ', @e[0 .. 3], $e[4]->bstr, $e[5] || '-' } @ledger;
        is_deeply(\@ours, \@theirs, "$what: the " . @theirs . ' payments ordered, and no others');
        my (%gas, %burnt, @wrong);
        $gas{ $_->{tx} } = ($gas{ $_->{tx} } // Math::BigInt->new(0)) + $_->{amount} for grep { $_->{kind} eq 'gas' } @moves;
        for my $b (0 .. $to) {
                my $block = rpc($url, 'eth_getBlockByNumber', hex_of($b), JSON::PP::false);
                for my $r (@{ rpc($url, 'eth_getBlockReceipts', hex_of($b)) }) {
                        my $fee = number($r->{gasUsed}) * number($r->{effectiveGasPrice});
                        push @wrong, "$r->{transactionHash}: gas" if ($gas{ $r->{transactionHash} } // 0) != $fee;
                        push @wrong, "$r->{transactionHash}: status" if grep { $_->{tx} eq $r->{transactionHash}
                                && $_->{failed} != ($r->{status} eq '0x0') } @moves;
                }
                push @wrong, "$b: time" if grep { $_->{block} == $b && $_->{time} != number($block->{timestamp}) } @moves;
        }
        is_deeply(\@wrong, [], "$what: every fee, fate and time is anvil's");
        compare_balances($what, $to, @moves);
}
compare_moves("$height blocks", $folder, $height);

# ---- going on, and turning -------------------------------------------------------------------------------

for my $bytes (1, 200, 20_000) {
        my $dir = fresh();
        mkdir $dir;
        my $text = slurp("$folder/answers.ndjson");
        spew("$dir/answers.ndjson", substr $text, 0, length($text) - $bytes);
        is(embargo('fetch', 'chain', $url, '--out', $dir, '--to', $height), 0, "$bytes bytes short: the next run goes on");
        is(digest("$dir/answers.ndjson"), $whole, "$bytes bytes short: the same bytes in the end");
}
{
        my $dir = fresh();
        for my $round (1 .. 4) {
                my $run = start('fetch', 'chain', $url, '--out', $dir, '--to', $height);
                select undef, undef, undef, 0.05 * $round;
                kill 'KILL', $run;
                finish($run);
        }
        works('fetch', 'chain', $url, '--out', $dir, '--to', $height);
        is(digest("$dir/answers.ndjson"), $whole, 'killed four times: the same bytes in the end');
}
is(embargo('fetch', 'chain', $url, '--out', $folder, '--from', $height + 5), 2, 'a gap is refused');
my $part = fresh();
works('fetch', 'chain', $url, '--out', $part, '--from', 10, '--to', 12);
is_deeply([map { $_->{result} } @{ lines($part) }], asked_of_node(10, 12), 'three blocks from the middle');

my $turn = fresh();
my $before = rpc($url, 'evm_snapshot');
my @kept = @ledger;
my $high = pay_blocks(8);
works('fetch', 'chain', $url, '--out', $turn, '--to', $high);
my $old = slurp("$turn/answers.ndjson");
rpc($url, 'evm_revert', $before);
@ledger = @kept;
chance(2) for 1 .. 5;
$high = pay_blocks(11);
works('fetch', 'chain', $url, '--out', $turn, '--to', $high);
is_deeply([map { $_->{result} } @{ lines($turn) }], asked_of_node(0, $high), 'after a turn of eight blocks the file holds the new chain');
is(length(slurp("$turn/replaced.ndjson")), length($old) - length(slurp("$folder/answers.ndjson")),
        'and what it left stands beside, to the byte');
like(said(), qr/^blocks replaced\s+8\b/m, 'which is said');
compare_moves('the new chain', $turn, $high);

done_testing();
