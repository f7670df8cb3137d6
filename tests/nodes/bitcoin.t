#!/usr/bin/perl
# bcoin mines a chain with spends and a fork; what `embargo fetch` brings and `embargo index` and `embargo trace`
# make of it is compared, block by block, with bcoin's own answers.
use strict;
use warnings;
use File::Basename qw(dirname);
use FindBin;
use lib "$FindBin::Bin/../fault", $FindBin::Bin;
use Fault;
use HTTP::Tiny ();
use IPC::Open2 qw(open2);
use JSON::PP ();
use Math::BigInt ();
use Node;
use Test::More;

my ($modules, $why) = npm_programs(dirname($EMBARGO));
plan skip_all => "bcoin: $why; none of its 4 comparisons was made" unless $modules;

my $password = "pw$$";
my $port = free_port();
my $url = "http://x:$password\@127.0.0.1:$port";
my $ask = "http://127.0.0.1:$port";
my $cookie = scratch() . '/cookie';
spew($cookie, "x:$password\n");

$ENV{NODE_PATH} = $modules;
$ENV{NODE_BACKEND} = 'js';               # no compiled modules: npm ran none of their scripts
my $pid = open2(my $from, my $to, 'node', "$FindBin::Bin/bcoin_node.js", $port, $password);
end_with_test($pid);
$to->autoflush(1);
is(scalar <$from>, "ready\n", 'bcoin runs') or BAIL_OUT('bcoin does not start');

sub tell_node {         # one order; the height and tip after it
        print $to "@_\n";
        my $line = <$from> // BAIL_OUT("bcoin ended at: @_");
        return split ' ', $line;
}

# ---- bcoin's side ---------------------------------------------------------------------------

my %blocks;             # by hash; a block does not change
sub block_at {
        my ($height) = @_;
        my $hash = rpc($url, 'getblockhash', $height);
        return $blocks{$hash} //= rpc($url, 'getblock', $hash, JSON::PP::true, JSON::PP::true);
}

sub sat {
        my ($coins) = @_;
        return sprintf '%.0f', $coins * 1e8;    # at most 50 coins: a double is exact to far below half a satoshi
}

# The hash in a base58 address: the version before it is bcoin's own on regtest.
sub hash_of {
        my ($address) = @_;
        my $n = Math::BigInt->new(0);
        return undef if !defined $address || $address !~ /^[1-9A-HJ-NP-Za-km-z]{26,35}$/;
        $n = $n * 58 + index '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz', $_ for split //, $address;
        return substr substr('0' x 50 . substr($n->as_hex, 2), -50), 2, 40;
}

# Every output of value: "TXID:VOUT" => [height, satoshi, hash in its address or undef, spending txid or undef]
sub outputs_of_node {
        my ($height) = @_;
        my (%out, @coinbases);
        my %count = (blocks => 0, transactions => 0, inputs => 0, outputs => 0);
        for my $h (0 .. $height) {
                my $block = block_at($h);
                $count{blocks}++;
                push @coinbases, $block->{tx}[0]{txid};
                for my $tx (@{ $block->{tx} }) {
                        $count{transactions}++;
                        $count{inputs} += @{ $tx->{vin} };
                        $count{outputs} += @{ $tx->{vout} };
                        for my $in (grep { !exists $_->{coinbase} } @{ $tx->{vin} }) {
                                $out{"$in->{txid}:$in->{vout}"}[3] = $tx->{txid};
                        }
                        for my $o (grep { $_->{value} > 0 } @{ $tx->{vout} }) {
                                my $kind = $o->{scriptPubKey}{type} // '';
                                my $address = $kind =~ /^(pubkeyhash|scripthash)$/i ? $o->{scriptPubKey}{addresses}[0] : undef;
                                @{ $out{"$tx->{txid}:$o->{n}"} }[0 .. 2] = ($h, sat($o->{value}), hash_of($address));
                        }
                }
        }
        return (\%out, \%count, \@coinbases);
}

# ---- our side ------------------------------------------------------------------------------------

sub rows_of_csv {
        my ($head, @lines) = split /\n/, $_[0];
        my @names = split /,/, $head;
        return map { my @f = split /,/; +{ map { $names[$_] => $f[$_] // '' } 0 .. $#names } } @lines;
}

# All coins come out of coinbases: from all of those, under poison and through everything, every output
# of value is reached.
sub outputs_of_embargo {
        my ($index, $coinbases) = @_;
        works('trace', @$coinbases, '--chain', $index, '--policy', 'poison', '--through-mixers', '--csv');
        return map { $_->{output} => $_ } rows_of_csv(slurp(scratch() . '/stdout'));
}

sub counts {
        my %count;
        for (split /\n/, slurp(scratch() . '/stdout')) {
                $count{$1} = $2 =~ tr/,//dr if /^(\S.*?)\s{2,}([\d,]+)/;
        }
        return %count;
}

sub compare {
        my ($what, $folder, $height, $aside) = @_;
        my $index = "$folder-index";
        works('index', 'chain', $folder, '--out', $index);
        my %ours = counts();
        my ($theirs, $count, $coinbases) = outputs_of_node($height);
        is_deeply({ map { $_ => $ours{$_} } keys %$count }, $count, "$what: as many blocks, transactions, inputs and outputs");
        like(slurp(scratch() . '/stderr'), qr/up to height $height; $aside blocks kept aside/, "$what: the same tip");
        my %reached = outputs_of_embargo($index, $coinbases);
        my (@wrong, $spent, $addressed);
        for my $name (sort keys %$theirs) {
                my ($h, $sat, $address, $spender) = @{ $theirs->{$name} };
                my $o = $reached{$name};
                push @wrong, "$name is not here" and next unless $o;
                push @wrong, "$name: height $o->{height}, not $h" if $o->{height} != $h;
                push @wrong, "$name: $o->{value_sat}, not $sat" if $o->{value_sat} != $sat;
                push @wrong, "$name: $o->{address}, not $address" if defined $address && (hash_of($o->{address}) // '') ne $address;
                push @wrong, "$name: spent and not" if !$spender != ($o->{poison_ends} eq 'still sitting');
                $spent += !!$spender;
                $addressed += defined $address;
        }
        push @wrong, map { "$_ is not there" } grep { !$theirs->{$_} } keys %reached;
        is_deeply(\@wrong, [], "$what: " . (keys %$theirs) . " outputs with the same block, value, address ($addressed) and "
                . "fate ($spent spent)");
        cmp_ok($spent, '>', 50, "$what: of which enough are spent to mean something");
        return ($index, $theirs);
}

# ---- the chain, then its fork ------------------------------------------------------------------------

my $folder = scratch() . '/blocks';
my ($height) = tell_node('mine', 150);
is(embargo('fetch', 'chain', $ask, '--out', $folder), 77, 'bcoin wants its password');
works('fetch', 'chain', $ask, '--out', $folder, '--cookie', $cookie);
my ($index, $outputs) = compare('150 blocks', $folder, $height, 0);

my @spent = grep { $outputs->{$_}[3] } sort keys %$outputs;
my @wrong;
for my $name (@spent[grep { $_ < 60 } 0 .. $#spent]) {  # who spends an output, one by one
        works('trace', $name, '--chain', $index, '--hops', 1, '--policy', 'poison', '--through-mixers', '--csv');
        my %by = map { (split /:/, $_->{output})[0] => 1 } rows_of_csv(slurp(scratch() . '/stdout'));
        my %want = map { $_ => 1 } (split /:/, $name)[0], $outputs->{$name}[3];
        push @wrong, $name if join(' ', sort keys %by) ne join(' ', sort keys %want);
}
is_deeply(\@wrong, [], 'the first 60 spent outputs are spent by the transactions that bcoin names');

my @left = map { rpc($url, 'getblockhash', $_) } $height - 6 .. $height;
($height) = tell_node('fork', 7, 9);
works('fetch', 'chain', $ask, '--out', $folder, '--cookie', $cookie);
like(said(), qr/^blocks fetched\s+9\b/m, 'after a fork of depth seven the nine new blocks are fetched');
compare('a fork of depth 7', $folder, $height, 7);

# ---- a chain that turns while it is fetched -----------------------------------------------------------

my %raw = map { block_hash($_) => $_ } frames(slurp("$folder/blk00000.dat"));
my @before = ((map { rpc($url, 'getblockhash', $_) } 0 .. $height - 9), @left);
my @after = map { rpc($url, 'getblockhash', $_) } 0 .. $height;
is(scalar(grep { !$raw{$_} } @before, @after), 0, 'both branches lie in the folder');
my $json = JSON::PP->new;
my $turned = 0;
my $turning = serve(sub {
        my ($method, $path, $body) = @_;
        return [404, ''] if $method ne 'POST';
        my $q = $json->decode($body);
        my ($name, $p) = ($q->{method}, $q->{params}[0]);
        my $answer = $name eq 'getblockchaininfo' ? { chain => 'regtest', blocks => $#after }
                : $name eq 'getblockhash' ? ($turned ? $after[$p] : $before[$p])
                : $name eq 'getblock' ? unpack 'H*', $raw{$p} : undef;
        $turned ||= $name eq 'getblock' && $p eq $before[-2];
        return [200, $json->encode({ result => $answer, error => undef, id => $q->{id} })];
});
my $other = scratch() . '/turning';
works('fetch', 'chain', $turning, '--out', $other);
like(said(), qr/^blocks replaced\s+[67]\b/m, 'a chain that turns under way is followed down to the fork');
compare('a chain that turned while it was fetched', $other, $height, 6);

print $to "stop\n";
done_testing();
