#!/usr/bin/perl
# The views of a trace: patterns, values by day, another chain, what ends it; transactions with each byte named, out of the case's
# own custody; transfers and accounts. The amounts are those that examples/theft/README.md, tests/data/accounts/README.md and the
# comments below work out by hand; no word of a request becomes an option, a path or markup.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Desk qw(embargo balanced);
use Cwd ();
use Digest::SHA ();
use Test::More;

my $root = Cwd::abs_path("$FindBin::Bin/../..");
my $theft = "$root/examples/theft";
my $data = "$root/tests/data/accounts";
my $from = '7a055c7fac3aa1fb7431f15b772bfebb7df8e651717bf8f7543d22a827a9ccf8:0';
my $mixed = '2f8c6978665cc4e2f1709840e5c288b9b86ac7f9535b42dcc6cbb94d9fcd5a35';
my $T = '0x' . '0' x 56 . 'c0de';
my $dir = scratch();
my $s;

sub escape { my ($t) = @_; $t =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge; return $t }
sub query { my %q = @_; return join '&', map { my $k = $_; map { "$k=" . escape($_) } ref $q{$k} ? @{ $q{$k} } : $q{$k} } sort keys %q }
sub ask { my ($path, %q) = @_; return get($s, $path . (%q ? '?' . query(%q) : ''), Accept => 'text/html') }
sub plain {
        my ($t) = @_;
        $t =~ s/<[^>]*>//g;
        $t =~ s/&#39;/'/g; $t =~ s/&quot;/"/g; $t =~ s/&lt;/</g; $t =~ s/&gt;/>/g; $t =~ s/&amp;/&/g;
        $t =~ s/(?:\xe2\x80[\x89\xaf]|\xc2\xa0)//g;
        return $t;
}
sub rows {              # of the first table after $head: each a list of its cells' words
        my ($html, $head) = @_;
        $html =~ s/.*?\Q$head\E//s or return ();
        my ($body) = $html =~ m{<tbody>(.*?)</table>}s or return ();
        return map { [ map { my $c = plain($_); $c =~ s/\s+/ /g; $c =~ s/^ | $//g; $c } /<t[dh][^>]*>(.*?)(?=<t[dh]|\z)/sg ] }
                split /<tr[^>]*>/, $body =~ s/^\s*<tr[^>]*>//r;
}
sub ok_page {
        my ($name, $path, %q) = @_;
        my $r = ask($path, %q);
        is($r->{status}, 200, $name) or diag(plain($r->{content}));
        is(balanced($r->{content}), '', '... and is well formed');
        unlike($r->{content}, qr/ style="/, '... and has no style of its own');
        unlike(plain($r->{content} =~ s{.*<main}{}sr), qr/risk score|guilty|proves/i, '... and no word that judges');
        return $r->{content};
}
sub table { my ($name, $text) = @_; open my $out, '>:raw', "$dir/$name" or die; print {$out} $text; close $out; return "$dir/$name" }
sub id_of { my ($path) = @_; open my $in, '<:raw', $path or die; local $/ = undef; return substr Digest::SHA::sha256_hex(<$in>), 0, 8 }

# ---- a case of the theft, with the block file, prices and stops in custody, and a second chain
my $case = "$dir/theft";
my $prices = table('prices.csv', "day,price\n2024-03-05,60000\n2024-03-06,61000.50\n2024-03-07,n/a\n");
my $more = table('more.csv', "day,asset,currency,price\n2024-03-06,BTC,USD,60000\n2024-03-06,ETH,USD,3000\n2024-03-07,BTC,USD,62000\n");
my $stops = table('stops.csv', "category,stop,why\nexchange,goes-on,constructed: here it does not end\n");
my %id = (prices => id_of($prices), more => id_of($more), stops => id_of($stops), block => id_of("$theft/blocks/blk00000.dat"));
embargo('init', $case, '--regime', 'dprk', '--author', 'tests');
embargo('--case', $case, 'index', 'chain', "$theft/blocks");
embargo('--case', $case, 'index', 'chain', "$data/crossing.csv", '--out', "$case/index/eth");
embargo('--case', $case, 'add', "$theft/labels.csv", "$theft/blocks/blk00000.dat", $prices, $more, $stops, '--terms', 'constructed');
embargo('--case', $case, 'trace', $from, '--labels', "$theft/labels.csv", '--policy', 'fifo', '--prices', $more, '--currency', 'USD', '--stops', $stops, '--keep');
$s = start("--case=$case");

my $start = ok_page('the start', '/trace');
like($start, qr/name="prices" value="$id{prices}"/, 'offers a table of prices of the case');
like($start, qr/<option value="$id{stops}">by stops\.csv/, 'and a table of stops');
unlike($start, qr/name="prices" value="$id{stops}"|value="$id{block}"/, 'each as what it is, and no other file');
like(plain($start), qr/embargo --case theft trace TXID:0/, 'the foot has a command that can be typed');
my $run = ok_page('a trace', '/trace', start => $from, policy => 'fifo');
for my $view (qw(flow patterns values cross stops)) {
        like($run, qr{href="/trace/$view\?[^"]*start=7a055c7f}, "leads to /trace/$view");
}
like($run, qr{<a href="/trace\?[^"]*" aria-current="page">Rules and places}, 'and says which view this is');

# ---- patterns
my $pat = ok_page('patterns', '/trace/patterns', start => $from, policy => 'fifo');
like(plain($pat), qr/It may be: peel chain.*Why\. 12 transactions of one input and two outputs in a row/s, 'the peel chain of twelve, with its reasons');
like(plain($pat), qr/But\. may also be a wallet that pays one bill after the other/, 'and its innocent reading');
like(plain($pat), qr/It may be: CoinJoin entry.*5 of 10 outputs have the same value/s, 'the CoinJoin of README.md');
like(plain($pat), qr/It may be: deposit address.*merchant's/s, 'a deposit address, or a merchant');
like(plain($pat), qr/alike in every hop: version, locktime, RBF/, 'alike by the raw bytes too, which the case holds');
unlike(plain($pat), qr/No raw transaction was read/, 'and the page does not say otherwise');
my @hops = rows($pat, 'Its hops, one by one');
is(scalar @hops, 12, 'hop by hop');
is_deeply([ map { $hops[0][$_] } 2, 4 ], [40, '959.999'], 'the first peels 40 off and goes on with 959.999');
my $pjson = ask('/trace/patterns.json', start => $from, policy => 'fifo');
is($pjson->{content}, embargo('--case', $case, 'trace', $from, '--labels', "$theft/labels.csv", '--policy', 'fifo', '--patterns', '--json'),
        'the JSON is what the command prints');
is($pjson->{content}, embargo('trace', $from, '--chain', "$case/index/chain", '--labels', "$theft/labels.csv", '--policy', 'fifo', '--patterns', '--json',
        '--blocks', "$theft/blocks"), '... and what it prints of the folder of raw blocks, for custody has the same bytes');
like(ask('/trace/patterns.csv', start => $from, policy => 'fifo')->{content}, qr/^pattern,made_like,.*\npeel chain,/, 'and the CSV');

# ---- values: 204.997 BTC at services (README.md), 110 on the 6th x 61000.5 = 6710055; 204.997 x 61000.5 = 12504919.4985
my %val = (start => $from, policy => 'fifo', prices => $id{prices}, currency => 'USD');
my $val = ok_page('values', '/trace/values', %val);
is_deeply([ rows($val, 'What they may be worth') ], [ [ 'fifo', '61000500.00', '12504919.50', '6710055.00', '94.997' ] ], 'in all, two readings');
is_deeply([ rows($val, 'Day by day') ],
        [ [ '2024-03-06', 'fifo', '110 BTC', '61000.50', '6710055.00', 'prices.csv, line 3' ], [ '2024-03-07', 'fifo', '94.997 BTC', '', 'not valued', 'no table has this day' ] ],
        'and day by day, each with the line that says its price; a day without one is said');
like($val, qr{href="/evidence/$id{prices}"}, 'the line leads to its source');
my $vjson = json(ask('/trace/values.json', %val));
is($vjson->{by_day}[0]{policies}[0]{worth_hundredths}, 671005500, 'as data');
is($vjson->{by_day}[1]{policies}[0]{worth_hundredths}, undef, 'not valued is null there');
like(ask('/trace/values.csv', %val)->{content}, qr/^day,policy,deposited_sat,.*\n2024-03-06,fifo,11000000000,61000\.50,USD,671005500,/, 'as CSV');
# two tables: the 7th by the second, 94.997 x 62000 = 5889814; of the 6th it states asset and currency, so it comes first: 110 x 60000
my $both = ok_page('two tables', '/trace/values', %val, prices => [ $id{prices}, $id{more} ]);
is_deeply([ map { [ @{$_}[0, 4, 5] ] } rows($both, 'Day by day') ],
        [ [ '2024-03-06', '6600000.00', 'more.csv, line 2' ], [ '2024-03-07', '5889814.00', 'more.csv, line 4' ] ], 'each day by its own line');
like(plain($both), qr/1 more row of that day is not used/, 'and what the other says is counted');
my $form = ok_page('no prices yet', '/trace/values', start => $from);
like($form, qr/name="prices" value="$id{more}"/, 'asks for some');
like($form, qr/type="hidden" name="start" value="\Q$from\E"/, 'and keeps what is traced');

# each place at its own day: 40 BTC on the 6th x 61000.5 = 2440020; the 49.998 of the 7th have no price
my $in_places = ok_page('a trace with prices', '/trace', %val);
my %place = map { $_->[1] =~ /(b9c948d6be|2f8c697866)/ ? ($1 => $_) : () } rows($in_places, 'Where they may have ended');
is($place{b9c948d6be}[3], '402,440,020.00', 'a place says what its coins may have been worth that day');
is($place{'2f8c697866'}[3], '49.998', 'and nothing where no table has the day');
like(plain($in_places), qr/The small figures: what they may have been worth in USD/, 'in a currency that is named');
like(plain($in_places), qr/each at the price of its own day: source $id{prices}, line 3\./, 'with the line that says the price');

# ---- another chain: 69.998 BTC at 20 make 1399.96 ETH; 1390 is 0.7114 % less, nine hours later (tests/cli/trace-cross)
my %cross = (start => $from, policy => 'fifo', cross => 'eth', rate => 20);
my $cross = ok_page('another chain', '/trace/cross', %cross);
like(plain($cross), qr/1\. 69\.998 BTC, 2024-03-07 04:00:00.*one fits and none by chance: it may be the same coins, and is a lead, no proof/s, 'a hypothesis');
like(plain($cross), qr/1 of 2 payments after it; by chance 0 of 5 before it/, 'with how many fit by chance');
my ($fit) = rows($cross, 'Other ends it fits');
is_deeply([ @{$fit}[0, 4, 5, 6, 7] ], [1, '1390', '9:00:00', '0.7114 % less', 0], 'amount, delay and how far it is off');
like($cross, qr{href="/tx/0x0{56}c0de0208%3Anative\?index=eth"|href="/tx/0x0{56}c0de0208:native\?index=eth"}, 'leads to the payment in the other index');
my $cjson = json(ask('/trace/cross.json', %cross));
is($cjson->{ends}[0]{may_be}[0]{off_ppm}, -7114, 'as data');
like(ask('/trace/cross.csv', %cross)->{content}, qr/^end,end_time_utc,/, 'as CSV');
# 60,000 / 3,000 = 20 on the 6th; no table has ETH on the 7th
my $by_day = ok_page('by prices of the day', '/trace/cross', start => $from, policy => 'fifo', cross => 'eth', prices => $id{more}, currency => 'USD');
like(plain($by_day), qr/20 BTC, 2024-03-06 14:00:00.*expected there400 ETH/s, 'the rate is made of two prices');
like(plain($by_day), qr/69\.998 BTC.*?no rate/s, 'and a day that lacks one has none');
like(ok_page('no chain chosen yet', '/trace/cross', start => $from), qr/<select name="cross"><option value="eth"/, 'asks for one, the other first');

# ---- what ends a trace
like(plain(ok_page('the built-in stops', '/trace/stops')), qr/exchange\s*exchange/, 'are a table');
my @own = rows(ok_page('stops of the case', '/trace/stops', stops => $id{stops}), 'Ends a trace as');
is_deeply(\@own, [ [ 'exchange', 'goes-on', 'constructed: here it does not end' ] ], 'and so are those of the case');
is(json(ask('/trace/stops.json', stops => $id{stops}))->{rows}[0]{stop}, 'goes-on', 'as data');
my ($through) = rows(ok_page('a trace by these', '/trace', start => $from, policy => 'fifo', stops => $id{stops}), 'What became of them');
# nothing is deposited: the 204.997 go on to where they sit; 60 are mixed, and each hop on costs a fee
is(scalar(grep { $_ eq '204.997' } @$through), 0, 'ends at no exchange');
is($through->[-1], 'balance', 'and its books balance');
my ($again) = ask('/trace')->{content} =~ m{href="(/trace\?[^"]*)">ask it again};
$again =~ s/&amp;/&/g;
like($again, qr/prices=$id{more}.*stops=$id{stops}|stops=$id{stops}.*prices=$id{more}/, 'a kept run is asked again with its prices and stops');
like($again, qr/currency=USD/, 'and its currency');
is(get($s, $again, Accept => 'text/html')->{status}, 200, '... which answers');

# ---- the bytes, out of the case alone
my $tx = json(ask("/tx/$mixed.json"));
open my $in, '<:raw', "$theft/blocks/blk00000.dat" or die;
seek $in, $tx->{offset}, 0;
read $in, my $bytes, $tx->{length};
is($tx->{raw}, unpack('H*', $bytes), 'a transaction has the bytes of the block file in custody');
is($tx->{raw_source}, $id{block}, 'and names its source');
my $shown = ok_page('it on a page', "/tx/$mixed");
like($shown, qr{href="/evidence/$id{block}"}, 'with a link to it');
my @fields = rows($shown, '<h2 id="bytes">');
is(join('', map { $_->[1] } @fields), $tx->{raw}, 'its fields are all of its bytes, in order');
my %field = map { $_->[2] => $_->[3] } @fields;
is($field{locktime}, unpack('V', substr $bytes, -4), 'the locktime is the last four, the lowest first');
is($field{'input 0: transaction'}, unpack('H*', reverse substr $bytes, 5, 32), 'the transaction spent is shown in reverse, as all do');
is($field{'output 0: amount'}, '6,999,800,000 sat', 'the amount is 69.998');
my ($record) = $shown =~ m{href="(/records/[0-9a-f]{8}:\d+)"};
ok($record, 'records of the kept trace name it');
my $below = ok_page('such a record', $record);
(my $dump = $below) =~ s/<[^>]*>//g;
my $line = join ' ', map { sprintf '%02x', ord } split //, substr $bytes, 0, 16;
like($dump, qr/^\S*0000000000  $line  /m, 'ends at the same bytes');
like($below, qr{href="/tx/$mixed"}, 'and leads to them field by field');

# ---- wrong input
for (['patterns without a start', 400, qr/start= is missing/, '/trace/patterns'],
     ['a currency that is missing', 400, qr/currency= is missing/, '/trace/values', start => $from, prices => $id{prices}],
     ['a currency that is an option', 400, qr/currency/, '/trace/values', start => $from, prices => $id{prices}, currency => '--json'],
     ['prices by a path', 404, qr/no such table/, '/trace/values', start => $from, prices => '../../prices.csv', currency => 'USD'],
     ['prices that are stops', 404, qr/no such table/, '/trace/values', start => $from, prices => $id{stops}, currency => 'USD'],
     ['stops that are prices', 404, qr/no such table/, '/trace', start => $from, stops => $id{prices}],
     ['two tables of stops', 404, qr/no such table/, '/trace', start => $from, stops => [ $id{stops}, 'ffffffff' ]],
     ['markup as a table', 404, qr/no such table/, '/trace', start => $from, stops => '<script>alert(1)</script>'],
     ['a chain by a path', 404, qr/no chain called/, '/trace/cross', start => $from, cross => '../index/eth', rate => 20],
     ['no rate', 400, qr/rate/, '/trace/cross', start => $from, cross => 'eth'],
     ['a rate that is none', 400, qr/rate/, '/trace/cross', start => $from, cross => 'eth', rate => 'x'],
     ['a rate that is an option', 400, qr/rate/, '/trace/cross', start => $from, cross => 'eth', rate => '--any-end'],
     ['an asset of no chain', 400, qr/asset|contract/, '/trace/cross', start => $from, cross => 'eth', rate => 20, got => 'zzz'],
     ['the same chain', 400, qr/name another index/, '/trace/cross', start => $from, cross => 'chain', rate => 20, index => 'chain'],
     ['a transfer that is none', 400, qr/no transfer|TXHASH/, '/tx', of => "${T}0208:zzz", index => 'eth'],
     ['a transfer that is not there', 404, qr/no such transfer/, '/tx', of => "${T}0208:9", index => 'eth'],
     ['a transaction that is not there', 404, qr/not in the indexed files/, '/tx', of => "${T}ffff", index => 'eth'],
     ['an account that is not there', 404, qr/not in the indexed files/, '/address/0x' . '77' x 20, index => 'eth']) {
        my ($name, $status, $words, $path, %q) = @$_;
        my $r = ask($path, %q);
        is($r->{status}, $status, "wrong: $name") or diag(plain($r->{content}));
        like(plain($r->{content}), $words, '... and it says what');
        unlike($r->{content}, qr/<script>alert/, '... escaped');
}
is(ask('/trace/values.json', start => $from)->{status}, 400, 'data without prices is wrong');
is(ask('/trace/cross.csv', start => $from)->{status}, 400, 'and without a chain');

# ---- an account chain: 1,390 ETH out of the bridge, 21,000 gas at 100 gwei = 0.0021 (tests/data/accounts/README.md)
my $etx = ok_page('a transaction between accounts', "/tx/${T}0208", index => 'eth');
like(plain($etx), qr/block207 of ethereum/, 'its block');
like(plain($etx), qr/statuswent through/, 'its status');
my %moved = map { $_->[0] =~ /^(native|gas)/ ? ($1 => $_) : () } rows($etx, 'What it moved');
is_deeply([ $moved{native}[4], $moved{gas}[4] ], ['1390', '0.0021'], 'its transfers');
like($moved{native}[5], qr/^crossing\.csv, line 9$/, 'each with file and line');
like(plain($etx), qr/does not hold every export.*add FILE/s, 'the row itself is not in custody yet, and the page says what to do');
embargo('--case', $case, 'add', "$data/crossing.csv", '--terms', 'constructed');
my $held;
for (1 .. 40) { $held = ask("/tx/${T}0208", index => 'eth')->{content}; last if $held =~ /evidence/; select undef, undef, undef, 0.25 }
open $in, '<', "$data/crossing.csv" or die;
my ($row) = grep { /0208,/ } <$in>;
chomp $row;
like(plain($held), qr/\Q$row\E/, 'once it is, the row stands there as it is in the file');
my $ejson = json(ask("/tx/${T}0208.json", index => 'eth'));
is($ejson->{moves}[1]{amount}, '1390' . '0' x 18, 'as data, in wei');
like(ask("/tx/${T}0208.csv", index => 'eth')->{content}, qr/^transfer,kind,block,.*\n${T}0208:gas,gas,207,/, 'as CSV');
like(plain(ok_page('one transfer of it', '/tx', of => "${T}0208:native", index => 'eth')), qr/One of its 2 transfers/, 'alone, of two');
my $bridge = '0x' . '8' x 40;
my $acc = ok_page('an account', "/address/$bridge", index => 'eth');
# 399 + 401 + 380 + 398 + 1390 ETH out, and five times 0.0021 of gas; 800 in
is_deeply([ map { [ @{$_}[0 .. 4] ] } rows($acc, 'What came in and went out') ], [ [ 'ETH', '800', 1, '2968.0105', 10 ] ], 'what came in and went out');
like(plain($acc), qr/this is no balance/, 'which is no balance, and the page says why');
is(json(ask("/address/$bridge.json", index => 'eth'))->{assets}[0]{in}, '800' . '0' x 18, 'as data');
like(ask("/address/$bridge.csv", index => 'eth')->{content}, qr/^transfer,kind,/, 'as CSV');
is(stop($s), 0, 'ends well');

# ---- evidence is hostile: a table's name, a token's symbol, a price's text
my $hostile = "$dir/hostile";
my $bad = "<script>alert(1)</script>\"' \xe2\x80\xae.csv";
table('hp.csv', "day,price\n2024-01-06,2000\n");
embargo('init', $hostile, '--regime', 'dprk', '--author', 'tests');
embargo('--case', $hostile, 'index', 'chain', map { "$data/$_.csv" } qw(transactions token_transfers tokens));
embargo('--case', $hostile, 'add', "$dir/hp.csv", '--name', $bad, '--terms', 'constructed');
embargo('--case', $hostile, 'add', "$data/labels.csv", '--terms', 'constructed');
$s = start("--case=$hostile");
my $hp = id_of("$dir/hp.csv");
for (['/trace'], ['/trace/values', start => "${T}0002:native", prices => $hp, currency => 'USD'], ['/trace/patterns', start => "${T}0002:native"],
     ["/address/0x" . '2' x 40], ["/tx/${T}0003"]) {
        my ($where, %q) = @$_;
        my $r = ask($where, %q);
        is($r->{status}, 200, "$where of hostile evidence") or diag(plain($r->{content}));
        unlike($r->{content}, qr/<script>alert|\xe2\x80\xae/, '... shows it as what it is');
        is(balanced($r->{content}), '', '... and stays well formed');
}
# 250.0021 ETH under fifo and 300 under haircut reach the exchange on the 6th: x 2,000
my $eth = ok_page('values between accounts', '/trace/values', start => "${T}0002:native", policy => 'fifo,haircut', prices => $hp, currency => 'USD');
is_deeply([ map { [ @{$_}[1, 2, 4] ] } rows($eth, 'Day by day') ], [ [ 'fifo', '250.0021 ETH', '500004.20' ], [ 'haircut', '300 ETH', '600000.00' ] ], 'day by day');
like(plain(ok_page('patterns between accounts', '/trace/patterns', start => "${T}0002:native")), qr/Told from: a peel chain of 3, 95\.0 % of an asset/, 'say what they are told from');
is(stop($s), 0, 'ends well');

# ---- a case without a chain
my $bare = "$dir/bare";
embargo('init', $bare, '--regime', 'dprk', '--author', 'tests');
$s = start("--case=$bare");
my $none = ok_page('no index', '/trace');
like(plain($none), qr/On the command line: embargo --case bare index chain BLOCKS/, 'the foot has the command that makes one');
unlike(plain($none), qr/help trace/, 'and none that helps nobody');
like(plain(ask($_, start => $from, cross => 'x')->{content}), qr/index chain BLOCKS/, "$_ says so too") for qw(/trace/patterns /trace/values /trace/cross);
ok_page('the stops need no chain', '/trace/stops');
is(stop($s), 0, 'ends well');

done_testing();
