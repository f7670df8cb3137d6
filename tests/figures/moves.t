#!/usr/bin/perl
# Exports of others into an index: what they hold was counted with python's csv module over the
# same files (rows, and distinct values of the columns).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../fault";
use Fault;
use JSON::PP ();
use Test::More;

my $shared = ($ENV{EMBARGO_SHARED} // "$PROJECT/../shared") . '/data/chain/eth';

sub unpacked {  # a file of the shared data without its compression, or undef
        my ($tool, $name) = @_;
        my $plain = scratch() . '/plain.csv';
        return undef unless -f "$shared/$name" && system("$tool -dc '$shared/$name' >$plain 2>/dev/null") == 0;
        return $plain;
}

sub counts {
        my ($file) = @_;
        works('index', 'chain', $file, '--out', scratch() . '/index', '--json');
        my $built = JSON::PP->new->decode(slurp(scratch() . '/stdout'));
        return map { $_->{what} => $_->{count} } @{ $built->{counts} };
}

SKIP: {
        my $file = unpacked('zstd', 'merklescience-token_transfers.csv.zst');
        skip 'the table of 14,323 token transfers, or zstd, is not here (set EMBARGO_SHARED)', 2 unless $file;
        my %count = counts($file);
        # 1,251 contracts and the coin; 9,989 addresses, of which address zero is one
        is_deeply({ map { $_ => $count{$_} } 'rows', 'rows kept aside', 'moves', 'token logs', 'transactions', 'blocks',
                        'assets', 'accounts' },
                { 'rows' => 14323, 'rows kept aside' => 0, 'moves' => 14323, 'token logs' => 14323,
                        'transactions' => 9035, 'blocks' => 97, 'assets' => 1252, 'accounts' => 9989 },
                'blocks 15,320,500 to 15,320,599: every token transfer is one move');
}

SKIP: {
        my $file = unpacked('gzip', 'raphtory-eth-transactions-20000.csv.gz');
        skip 'the table of transactions from block 3,300,400 is not here (set EMBARGO_SHARED)', 2 unless $file;
        my %count = counts($file);
        # 17,945 of the 19,999 rows have a value; no receipts
        is_deeply({ map { $_ => $count{$_} } 'rows', 'rows kept aside', 'transactions', 'native values', 'moves',
                        'fees not stated', 'blocks' },
                { 'rows' => 19999, 'rows kept aside' => 0, 'transactions' => 19999, 'native values' => 17945,
                        'moves' => 17945, 'fees not stated' => 19999, 'blocks' => 1293 },
                'block 3,300,400 and on: every transaction with a value is one move');
}

done_testing();
