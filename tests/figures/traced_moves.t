#!/usr/bin/perl
# A trace between accounts as a document: its sums worked out by hand, its books balance for each rule and asset, each row of
# the export is where it says, and the same bytes come out of another folder, by other threads.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use FindBin;
use lib "$FindBin::Bin/../fault";
use Fault;
use JSON::PP ();
use Math::BigInt;
use Test::More;

my $data = "$PROJECT/tests/data/accounts";
my $dir = scratch();
my @exports = map { "$data/$_.csv" } qw(transactions token_transfers tokens);
my $t = '0x' . '0' x 56 . 'c0de00';
my @all = qw(poison haircut fifo lifo tiho dirty-first pure-dirty-first);
my @from = ("${t}02:native", "${t}03:3");
my $usdt = '0xdAC17F958D2ee523a2206206994597C13D831ec7';

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

works('index', 'chain', @exports, '--out', "$dir/eth");
my @words = ('--chain', "$dir/eth", '--labels', "$data/labels.csv", '--policy', join(',', @all), '--run');
works('trace', @from, @words);
my $text = slurp("$dir/stdout");
my @rows = rows($text);
my %total = map { ("$_->{rule} $_->{coin} $_->{book}" => $_->{units}) } grep { $_->{row} eq 'total' } @rows;

# ---- by hand ------------------------------------------------------------------------------------

# 0x33aa held 100 ETH of its own, then got 600 of the stolen 1,000; it paid 0.0021 of gas and 350 to the exchange.  Haircut: 6/7
# of 350.  fifo: its own 100 less the gas go first.  lifo, tiho: stolen ones first.  dirty-first: the balance is mixed.
my %exchange = (poison => '350', haircut => '300', fifo => '250.0021', lifo => '350', tiho => '350', 'dirty-first' => '0');
for my $rule (sort keys %exchange) {
        my ($whole, $part) = split /\./, $exchange{$rule};
        is($total{"$rule ETH deposited"}, Math::BigInt->new($whole . substr(($part // '') . '0' x 18, 0, 18))->bstr,
                "$rule: $exchange{$rule} ETH at the exchange");
        # 100 ETH of 0x4444 were wholly stolen and went to the mixer; 100 more became 250,000 USDT
        is($total{"$rule ETH mixed"} , '1' . '0' x 20, "$rule: 100 ETH in the mixer") if $rule ne 'dirty-first';
        is($total{"$rule ETH swapped out"}, '1' . '0' x 20, "$rule: 100 ETH swapped");
        is($total{"$rule USDT swapped in"}, '250000000000', "$rule: for 250,000 USDT of six decimals");
        is($total{"$rule USDT bridged"}, '200000000000', "$rule: 200,000 USDT over the bridge");
}

# ---- the books -----------------------------------------------------------------------------------

my (%ends, %parts);
for my $r (grep { $_->{row} =~ /^(end|part)$/ } @rows) {
        my $sums = $r->{row} eq 'end' ? \%ends : \%parts;
        my $key = "$r->{rule} $r->{coin} $r->{book}";
        $sums->{$key} = ($sums->{$key} // Math::BigInt->new(0)) + Math::BigInt->new($r->{units});
}
for my $rule (@all) {
        for my $coin ('ETH', 'USDT') {
                my $sum = sub { my $s = Math::BigInt->new(0); $s += Math::BigInt->new($total{"$rule $coin $_"}) for @_; $s };
                is($sum->(qw(sitting deposited mixed bridged stopped fees burnt dropped), 'swapped out')->bstr,
                        $sum->(qw(stolen grown), 'swapped in')->bstr, "$rule: what went in of $coin came out");
                for my $book (qw(sitting deposited mixed bridged stopped burnt)) {
                        my $key = "$rule $coin $book";
                        is(($ends{$key} // 0) . '', $total{$key}, "$key: its places add up to the engine's total");
                        is(($parts{$key} // 0) . '', $total{$key}, "$key: and so do its parts");
                }
        }
}

# Between two thousandths, and the same number where it is one: 10^15 wei, 10^3 of the token's units are a thousandth.
my $wrong = 0;
my $milli = sub { my ($w, $p) = split /\./, shift; Math::BigInt->new($w . substr(($p // '') . '000', 0, 3)) };
for my $r (grep { length $_->{units} } @rows) {
        my $of = Math::BigInt->new(10)->bpow($r->{coin} eq 'ETH' ? 15 : 3);
        my ($low, $high) = map { $milli->($r->{$_}) * $of } qw(low high);
        my $units = Math::BigInt->new($r->{units});
        $wrong++ unless $low <= $units && $units <= $high && ($low == $high || $high - $low == $of && $low < $units && $units < $high);
}
is($wrong, 0, 'amounts lie between the thousandths next to them');
is_deeply([sort { $a cmp $b } keys %{ { map { ("$_->{coin} $_->{asset}" => 1) } grep { $_->{coin} } @rows } }], ['ETH ', "USDT $usdt"],
        'a token is called by its symbol when it is the true one, and has its contract beside it');

# ---- the evidence -------------------------------------------------------------------------------

my @placed = grep { $_->{export} } @rows;
is(scalar(grep {
        my $bytes = slurp("$data/$_->{export}");
        my $row = substr $bytes, $_->{offset}, $_->{length};
        my $line = 1 + (substr($bytes, 0, $_->{offset}) =~ tr/\n//);
        my ($hash) = $_->{transfer} =~ /^(0x[0-9a-f]{64}):/;
        $line != $_->{export_line} || index($row, $hash) < 0
} @placed), 0, scalar(@placed) . ' places: the row there has the transaction');
for my $rule (qw(haircut fifo tiho)) {
        my ($end) = grep { $_->{row} eq 'end' && $_->{rule} eq $rule && $_->{category} eq 'exchange' } @rows;
        works('trace', @from, @words[0 .. 3], '--policy', $rule, '--path', $end->{transfer});
        my $steps = join '', map { "$_->{transfer} $_->{out_stolen} $_->{via}\n" } @{ JSON::PP->new->decode(slurp("$dir/stdout"))->{hops} };
        is($end->{path}, sha256_hex($steps), "$rule: the path's hash is that of the steps of --path");
        my @label = split /,/, (split /\n/, slurp("$data/labels.csv"))[$end->{label_line} - 1];
        is_deeply([@label[0, 1]], [lc $end->{address}, $end->{label}], "$rule: the label stands in its line");
}

# ---- the same bytes ---------------------------------------------------------------------------------

mkdir "$dir/elsewhere";
system('cp', @exports, "$data/labels.csv", "$dir/elsewhere");
works('index', 'chain', (map { "$dir/elsewhere/$_.csv" } qw(transactions token_transfers tokens)), '--out', "$dir/elsewhere/other");
works('trace', reverse(@from), '-c', "$dir/elsewhere/other", '-l', "$dir/elsewhere/labels.csv", '--threads', '1', '--policy',
        join(',', reverse @all), '--run');
is(sha256_hex(slurp("$dir/stdout")), sha256_hex($text), 'another folder, one thread, seeds and rules in another order');
works('trace', "${t}02:native=999.5", $from[1], @words);
isnt(sha256_hex(slurp("$dir/stdout")), sha256_hex($text), 'half a coin less is another run');
my ($theft) = map { $_->{theft} } rows(slurp("$dir/stdout"));
isnt($theft, $rows[0]{theft}, 'and another theft');

# ---- tokens that anybody may make ---------------------------------------------------------------------

# A counterfeit with USDT's symbol, and a token without decimals that claims 1.2 x 10^29: neither is counted as USDT.
my $false = '0xeEEEEeEeEeeEEEEEeEEeEEeeEeEeeeEeEeEEeee1';
spew("$dir/more.csv", slurp("$data/token_transfers.csv") . lc($false) . ",0x${\('1' x 40)},0x${\('2' x 40)},123456789012345678901234567890,"
        . "${t}03,4,101\n");
works('index', 'chain', "$data/transactions.csv", "$dir/more.csv", "$data/tokens.csv", '--out', "$dir/more");
works('trace', "${t}0a:0", "${t}03:4", '--through-decoys', '-c', "$dir/more", '-p', 'fifo', '--run');
my %false = map { ($_->{coin} => $_) } grep { $_->{row} eq 'total' && $_->{book} eq 'stolen' } rows(slurp("$dir/stdout"));
is_deeply([sort keys %false], [sort $false, '0xFfffFfFFFfFFFFfFFfFFFfFFFfFFfFFFfFfFfFf1'], 'their unit is the contract');
is_deeply([@{ $false{$false} }{qw(units low high)}], ['123456789012345678901234567890', '1000000000000000', ''],
        'what no record can hold is exact in units and open above');
works('init', "$dir/case", '--regime', 'dprk');
works('--case', "$dir/case", 'trace', "${t}0a:0", "${t}03:4", '--through-decoys', '-c', "$dir/more", '-p', 'fifo', '--keep');
works('--case', "$dir/case", 'find', '--json', 'traced-usdt-stolen');
is(JSON::PP->new->decode(slurp("$dir/stdout"))->{findings}[0]{verdict}, 'untestable', 'no USDT is in the case');
works('--case', "$dir/case", 'verify', '--chain', "$dir/more");

# ---- one question, asked of two coins -----------------------------------------------------------------

# A question is one file, whose bytes are its version, so a second coin has files of its own; what differs is its name alone.
my %asked = map { (s/.*traced-eth-//r => $_) } glob "$PROJECT/regimes/dprk/questions/traced-eth-*.sql";
my %again = map { (s/.*traced-usdt-//r => $_) } glob "$PROJECT/regimes/dprk/questions/traced-usdt-*.sql";
is_deeply([sort keys %again], [sort keys %asked], 'what is asked of ETH is asked of USDT');
is(slurp($again{$_}), slurp($asked{$_}) =~ s/\bETH\b/USDT/gr, "traced-usdt-$_ is traced-eth-$_ with the coin's name changed") for sort keys %asked;
done_testing();
