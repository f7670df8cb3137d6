#!/usr/bin/perl
# Trace: the pages show what examples/theft/README.md and tests/data/accounts/README.md work out by hand; the flow folds and opens;
# the evidence of a path holds against the raw blocks; and no word of a request becomes an option, a path or markup.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Cwd ();
use Digest::SHA ();
use File::Copy qw(copy);
use Test::More;

my $root = Cwd::abs_path("$FindBin::Bin/../..");
my $theft = "$root/examples/theft";
my $from = '7a055c7fac3aa1fb7431f15b772bfebb7df8e651717bf8f7543d22a827a9ccf8:0';
my $mixed = '2f8c6978665cc4e2f1709840e5c288b9b86ac7f9535b42dcc6cbb94d9fcd5a35:0';       # the 69.998 to exchange A
my $exchange = 'bcrt1q64mvpdf9f2dxrympd5rxjmu0l6dxgu55etyy83';                          # exchange A's deposits
my $dir = scratch();
$ENV{EMBARGO_DATA} //= $root;

sub embargo {
        my @words = @_;
        open my $run, '-|', $Serve::embargo, @words, '--quiet' or die "$Serve::embargo: $!";
        local $/ = undef;
        my $said = <$run> // '';
        close $run;
        return ($? >> 8, $said);
}
sub made { my ($code) = embargo(@_); is($code, 0, "made: @_[0 .. 2]") or BAIL_OUT('the case cannot be made') }
sub escape { my ($t) = @_; $t =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge; return $t }
sub query { my %q = @_; return join '&', map { my $k = $_; map { "$k=" . escape($_) } ref $q{$k} ? @{ $q{$k} } : $q{$k} } sort keys %q }
sub plain {             # the words of a page, or of a piece of it
        my ($t) = @_;
        $t =~ s/<[^>]*>//g;
        $t =~ s/&#39;/'/g; $t =~ s/&quot;/"/g; $t =~ s/&lt;/</g; $t =~ s/&gt;/>/g; $t =~ s/&amp;/&/g;
        $t =~ s/(?:\xe2\x80[\x89\xaf]|\xc2\xa0)//g;     # the thin spaces of thousands
        return $t;
}
# Rows of the first table after $head: each a list of its cells' words.
sub rows {
        my ($html, $head) = @_;
        $html =~ s/.*?\Q$head\E//s or return ();
        my ($body) = $html =~ m{<tbody>(.*?)</table>}s or return ();
        return map { [ map { my $c = plain($_); $c =~ s/\s+/ /g; $c =~ s/^ | $//g; $c } /<t[dh][^>]*>(.*?)(?=<t[dh]|\z)/sg ] } split /<tr>/, $body =~ s/^\s*<tr>//r;
}
# What is opened is closed, but for elements that HTML lets stand open.
sub unbalanced {
        my ($html) = @_;
        my %open = map { $_ => 1 } qw(p li dt dd td th tr thead tbody option);
        my %void = map { $_ => 1 } qw(meta link input br img hr);
        my @stack;
        while ($html =~ m{<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>"]|"[^"]*")*)>}g) {
                my ($end, $name, $rest) = ($1, lc $2, $3);
                next if $void{$name} || $open{$name} || $rest =~ m{/$};
                if (!$end) { push @stack, $name; next }
                my $last = pop @stack // 'nothing';
                return "</$name> closes $last" if $last ne $name;
        }
        return @stack ? "open: @stack" : '';
}

# ---- the case of the constructed theft
my $case = "$dir/theft";
made('init', $case, '--regime', 'dprk', '--author', 'tests');
made('--case', $case, 'index', 'chain', "$theft/blocks");
made('--case', $case, 'index', 'clusters', '--chain', "$case/index/chain");
made('--case', $case, 'add', "$theft/labels.csv", '--terms', 'constructed');
made('--case', $case, 'trace', $from, '--labels', "$theft/labels.csv", '--policy', 'fifo,haircut', '--hops', '50', '--keep');
symlink "$theft/blocks", "$case/index/blocks" or die;
my $s = start("--case=$case");
sub page { my ($path, %q) = @_; return get($s, $path . (%q ? '?' . query(%q) : ''), Accept => 'text/html') }
sub ok_page {
        my ($name, $path, %q) = @_;
        my $r = page($path, %q);
        is($r->{status}, 200, $name) or diag(plain($r->{content}));
        is(unbalanced($r->{content}), '', '... and is well formed');
        unlike($r->{content}, qr/ style="/, '... and has no style of its own, which the policy forbids');
        return $r->{content};
}

my $start = ok_page('the start', '/trace');
like($start, qr/<textarea[^>]*name="start"/, 'asks where the trace begins');
like($start, qr/name="policy" value="$_" checked/, "$_ is one of the usual six") for qw(poison haircut fifo lifo tiho dirty-first);
like($start, qr/labels\.csv/, 'and names the labels that the case holds');

# ---- the books: README.md, "In all"
my @all = qw(poison haircut fifo lifo tiho seniority dirty-first);
my %want = (            # at the exchanges, still sitting, mixed, fees
        poison => [254.997, 864.987, 60, 0.016], haircut => [204.998, 734.98765, 60, 0.01435], fifo => [204.997, 734.988, 60, 0.015],
        lifo => [204.999, 734.987, 60, 0.014], tiho => [204.999, 734.988, 60, 0.013], seniority => [204.999, 734.988, 60, 0.013],
        'dirty-first' => [154.999, 664.988, 179.99915, 0.01385]);
my $result = ok_page('a trace', '/trace', start => $from, policy => \@all);
my %books = map { $_->[0] => $_ } rows($result, 'What became of them');
for my $rule (@all) {
        # columns: rule, stolen, grown, sitting, services, mixed, fees, books
        my ($services, $sitting, $mixed_coins, $fees) = @{ $want{$rule} };
        is_deeply([ @{ $books{$rule} }[1, 2, 4, 3, 5, 6, 7] ], [1000, $rule eq 'poison' ? 180 : 0, $services, $sitting, $mixed_coins, $fees, 'balance'],
                "$rule: stolen, grown, at services, sitting, mixed, fees, and its books balance");
}
like(plain($result), qr/inputs first to last, outputs first to last; equals by index; the fee is the last satoshi; nothing rounded/, 'the rule of fifo is printed');
like(plain($result), qr/never one score/i, 'and that there is no score');
unlike(plain($result), qr/risk score|guilty|proves/i, 'and no word that judges');

my ($place) = grep { $_->[1] =~ /\Q2f8c697866\E/ } rows($result, 'Where they may have ended');
# Of the 69.998 to exchange A (README.md, mix 1): fifo 49.998, haircut 34.999, lifo 20, poison 69.998, seniority 20, tiho 50.
is_deeply([ @{$place}[3 .. 9] ], ['-', '49.998', '34.999', '20', '69.998', '20', '50'], 'what each rule counts at one place: the spread is the finding');
is($place->[-2], "0\xe2\x80\x937", 'its share of the 1,000: from nothing to 69.998, which is 7.00 %');
like($place->[1], qr/Exchange A \(constructed\).*a tag list; confidence high/, 'the label with its source and confidence');
is($place->[-1], 'paid to a labelled exchange', 'and why it ends there');

my $json = json(page('/trace.json', start => $from, policy => 'fifo'));
is($json->{schema}, 'embargo.trace.run/1', 'the same as data');
my ($deposited) = grep { $_->{row} eq 'total' && $_->{book} eq 'deposited' } @{ $json->{rows} };
is($deposited->{sat}, 20_499_700_000, 'in whole satoshi');
my $csv = page('/trace.csv', start => $from, policy => 'fifo');
is($csv->{content}, (embargo('--case', $case, 'trace', $from, '--labels', "$theft/labels.csv", '--policy', 'fifo', '--run'))[1], 'the CSV is the document of the command');

my $none = ok_page('without labels', '/trace', start => $from, policy => 'fifo', labels => '');
my ($fifo) = rows($none, 'What became of them');
unlike($none, qr/Exchange A/, 'no label, no service');
my ($part) = page('/trace', start => "$from=400", policy => 'fifo')->{content};
is((rows($part, 'What became of them'))[0][1], '400', 'part of an output is traced alone');
my $early = ok_page('as of an earlier block', '/trace', start => $from, policy => 'fifo', 'as-of' => 130);
is_deeply((rows($early, 'What became of them'))[0], ['fifo', 1000, 1000, 'balance'], 'all of it was sitting: block 130 is the theft itself');

# ---- kept runs
my ($kept) = $start =~ m{href="(/trace\?run=[0-9a-f]{8})"};
ok($kept, 'the kept run is listed');
my ($again) = $start =~ m{href="(/trace\?[^"]*)">ask it again};
$again =~ s/&amp;/&/g;
like($again, qr/hops=50/, 'with its limits');
like($again, qr/policy=fifo.*policy=haircut/, 'and rules');
my $old = ok_page('a kept run', $kept);
my $new = ok_page('asked again', $again);
is_deeply([ rows($new, 'What became of them') ], [ rows($old, 'What became of them') ], 'gives the same books');
is((json(page('/trace.json')))->{rows}[0]{rules}, 'fifo, haircut', 'and they are listed as data');

# ---- the flow
my %flow = (start => $from, policy => 'fifo');
my $first = ok_page('the flow', '/trace/flow', %flow);
like($first, qr{<svg[^>]*class="em-draw"}, 'is drawn');
like(plain($first), qr/Of 1,000 BTC named as stolen, 204.997 may have come to services, 60 into mixing, 734.988 may still sit/, 'with what it found for a title');
like($first, qr/2024-03-06 11:00/, 'and dates on its lines');
my $data = json(page('/trace/flow.json', %flow));
my ($source) = grep { $_->{kind} eq 'source' } @{ $data->{boxes} };
my ($chain) = grep { $_->{members} == 12 } @{ $data->{boxes} };
ok($chain, 'the peel chain of twelve is one box');
is(sum(grep { $data->{boxes}[ $_->{from} ]{id} eq $source->{id} } @{ $data->{lines} }), 100_000_000_000, 'the thousand coins leave the source');
sub sum { my $n = 0; $n += $_->{amount} for @_; return $n }
# Each coin that leaves the source ends somewhere or is a fee: 1,000 - 0.015 (README.md, fifo).
is(sum(grep { $data->{boxes}[ $_->{to} ]{end} } @{ $data->{lines} }), 100_000_000_000 - 1_500_000, 'and all but the fees come to an end');

my ($fold) = $first =~ m{<a href="([^"]*fold=\Q$source->{id}\E[^"]*)"};
ok($fold, 'a box is a link that folds it');
$fold =~ s/&amp;/&/g;
$fold =~ s/#.*//;
my $folded = ok_page('folded at its source', $fold);
is(scalar(rows($folded, '<h2 id="boxes">')), 1, 'everything is in one box, for only these coins are in the picture');
my ($unfold) = $folded =~ m{<a href="([^"]*)"[^>]*>open again</a>};
$unfold =~ s/&amp;/&/g;
$unfold =~ s/#.*//;
is(page($unfold)->{content}, $first, 'and the link back gives the very page before');
my ($open) = $first =~ m{<a href="([^"]*open=[^"]*)"};
$open =~ s/&amp;/&/g;
$open =~ s/#.*//;
my $opened = ok_page('the chain opened', $open);
is((grep { $_->[1] =~ /^tx / } rows($opened, '<h2 id="boxes">')), 12 + (grep { $_->[1] =~ /^tx / } rows($first, '<h2 id="boxes">')), 'its twelve transactions stand alone');
# The fourth hop of mix 1 reaches exchange A, which others pay too: behind it nothing is its own but the next transaction.
my ($mix) = grep { $_->{text} =~ /d239526f/ } @{ $data->{boxes} };
my $less = json(page('/trace/flow.json', %flow, fold => $mix->{id}));
is(scalar @{ $less->{boxes} }, @{ $data->{boxes} } - 1, 'folding the first mix takes the one transaction behind it in, and not the exchange');
is(sum(grep { $less->{boxes}[ $_->{to} ]{end} } @{ $less->{lines} }), 100_000_000_000 - 1_500_000, 'and loses no coin');
is(page('/trace/flow', %flow, fold => 'nothing1')->{status}, 400, 'a box that is not there');
is(page('/trace/flow', %flow, fold => '--chain')->{status}, 400, 'nor is an option one');
like(page('/trace/flow.csv', %flow)->{content}, qr/^from,to,amount,payments,when\n/, 'its lines as CSV');
like(page('/trace/picture', %flow)->{content}, qr/^<\?xml/, 'and the picture as a file');
is(json(page('/trace/flow.json', %flow, boxes => 5000))->{folded}, 0, 'with room nothing is folded');
is(page('/trace/flow', %flow, boxes => 100000)->{status}, 400, 'but not any room');

# ---- a path
my %path = (start => $from, policy => 'fifo', to => $mixed);
my $path = ok_page('a path', '/trace/path', %path);
my @hops = rows($path, 'It begins at');
is(scalar @hops, 5, 'the theft, two peels, one to the mix, the mix, exchange A: five hops');
is_deeply([ map { $_->[-1] } @hops ], [ ('49.998') x 5 ], 'of which each brings 49.998');
is($hops[-1][3], '69.998', 'into an output of 69.998');
like(plain($path), qr/another expert can re-check it with embargo trace check/i, 'and it says how to check that');
my $evidence = page('/trace/path.json', %path);
like($evidence->{headers}{'content-disposition'} // '', qr/path\.json/, 'the evidence has a name to save it under');
open my $out, '>', "$dir/path.json" or die;
print {$out} $evidence->{content};
close $out;
is((embargo('trace', 'check', "$dir/path.json", '--blocks', "$theft/blocks"))[0], 0, 'and holds against the raw blocks');
like(page('/trace/path.csv', %path)->{content}, qr/^hop,tx,height,.*\n1,b9c948d6/, 'the hops as CSV');
is(page('/trace/path', start => $from, to => $mixed)->{status}, 400, 'a path follows one rule');
is(page('/trace/path', start => $from, policy => 'tiho', to => '3c8b71136b0dc4bbc574a6d3944cee9775ee09f3f7db5597803fd1f868093db1:7')->{status}, 404, 'to an output that is there');

# ---- backwards: README.md, "And backwards", from the victim's vault
my $back = ok_page('exposure', '/exposure', address => $exchange, policy => [qw(haircut fifo lifo tiho)]);
# Haircut: 124.999 * 1000 / 1000.01 = 124.99775002. Lifo: the 0.01 that was spent behind the vault's coins is then the first of the 1,000,
# and the first go into the first peel, to exchange A: 110 - 0.01.
my %vault = (haircut => '124.99775002', fifo => '139.998', lifo => '109.99', tiho => '109.998');
for my $rule (sort keys %vault) {
        my ($row) = grep { $_->[0] =~ /^Victim's vault/ } rows($back, "<h2>$rule</h2>");
        is($row->[2], $vault{$rule}, "$rule: so much may have come from the victim's vault");
}
is(json(page('/exposure.json', address => $exchange))->{policies}[0]{received_sat}, 15_999_800_000, 'of 159.998 received');
like(page('/exposure.csv', address => $exchange)->{content}, qr/^[a-z_]+,/, 'as CSV');
is(page('/exposure')->{status}, 200, 'without an address it asks for one');
is(page('/exposure', address => '--labels')->{status}, 400, 'an option is no address');
is(page('/exposure', address => $exchange, policy => 'poison')->{status}, 400, 'poison has no backward form');

# ---- clusters: the theft spends the vault's 1,000 and another address's 0.01 together
my $vault = 'bcrt1qy6j5kvu87wfpqvqmsv3ycq74a2ywd8lelrcasn';
my $cluster = ok_page('a cluster', "/cluster/$vault");
my @members = rows($cluster, '</dl>');
is(scalar @members, 2, 'the vault and the address that was spent with it');
my ($other) = map { $_->[0] =~ /(bcrt1\S+)/ } grep { $_->[0] !~ /$vault/ } @members;
my $why = ok_page('what joins them', '/cluster', a => $vault, b => $other);
like($why, qr/7a055c7fac3aa1fb7431f15b772bfebb7df8e651717bf8f7543d22a827a9ccf8/, 'is the theft');
like(plain($why), qr/may have one owner/, 'and it is a hypothesis');
like(plain($why), qr/custodian/, 'with what speaks against it');
like(plain(page('/cluster', a => $vault, b => $exchange)->{content}), qr/nothing joins the two/, 'nothing joins the vault and the exchange');
ok_page('the largest', '/cluster');
is(json(page('/cluster.json'))->{largest}[0]{size} >= 2, 1, 'as data');
is(page('/cluster', a => $vault, b => '-x')->{status}, 400, 'two addresses are needed');

# ---- an address and a transaction
my $address = ok_page('an address', "/address/$exchange");
like(plain($address), qr/159\.998 BTC in 4 outputs/, 'was paid 40 + 35 + 15 + 69.998');
like(plain($address), qr/Exchange A \(constructed\).*or Desk C \(constructed\)/s, 'by labels that contradict each other');
like(plain($address), qr/cluster\s*nothing joins it with another address/, 'is joined with no other');
like(plain(page("/address/$vault")->{content}), qr/one of 2 addresses that may have one owner/, 'the vault is');
# 124.99775002 of 159.998 is 78.12 %; the rest was mined
like(plain($address), qr/Victim's vault \(constructed\) 78\.12 %; newly mined 21\.88 %/, 'and what it received may have come from the vault');
like($address, qr{href="/records/[0-9a-f]{8}:\d+"}, 'and records of the case name it');
like(page("/address/$exchange.csv")->{content}, qr/^output,height,time_utc,value_sat,spent_by\n(?:.*\n){4}\z/, 'its outputs as CSV');
my $tx = json(page('/tx/' . (split /:/, $mixed)[0] . '.json'));
open my $in, '<:raw', "$theft/blocks/blk00000.dat" or die;
seek $in, $tx->{offset}, 0;
read $in, my $bytes, $tx->{length};
is($tx->{raw}, unpack('H*', $bytes), 'a transaction has the bytes of the block file');
is(unpack('H*', reverse Digest::SHA::sha256(Digest::SHA::sha256($bytes))), $tx->{txid}, 'which hash to its id');
is($tx->{fee_sat}, 100_000, 'and its fee is 0.001');
my $shown = ok_page('it on a page', '/tx', of => (split /:/, $mixed)[0]);
(my $hex) = $shown =~ m{<pre class="flow-raw">(.*?)</pre>}s;
is($hex =~ s/\s//gr, $tx->{raw}, 'has all of its bytes, and once');

# ---- wrong input: told in words, and never taken for an option or a path
for (['not an id', 400, qr/neither TXID:VOUT nor TXID/, start => 'zzz'], ['an option', 400, qr/is not one such as/, start => '--chain'],
     ['a command', 400, qr/is not one such as/, start => 'check'], ['markup', 400, qr/is not one such as/, start => '<script>alert(1)</script>'],
     ['no such output', 404, qr/so none of number 9/, start => $from =~ s/0$/9/r], ['no such transaction', 404, qr/no transaction/, start => 'ab' x 32 . ':0'],
     ['more than it holds', 400, qr/holds 1,000, less than the 1,001 named/, start => "$from=1001"], ['no amount', 400, qr/not an amount/, start => "$from=x"],
     ['an amount past all numbers', 400, qr/not an amount|less than/, start => "$from=99999999999999999999"],
     ['named twice', 400, qr/named twice/, start => "$from $from"],
     ['no such rule', 400, qr/did you mean|no policy/i, start => $from, policy => 'fifp'], ['a rule twice', 400, qr/named twice/, start => $from, policy => ['fifo', 'fifo']],
     ['no day', 400, qr/day/, start => $from, until => '2024-13-01'], ['no number', 400, qr/hops/, start => $from, hops => 'many'],
     ['an option as a value', 400, qr/until/, start => $from, until => '--labels'],
     ['a path as an index', 404, qr/no chain called/, start => $from, index => '../../etc'], ['an index that is not there', 404, qr/no chain called/, start => $from, index => 'names.idx'],
     ['too many', 413, qr/at most 200/, start => join(' ', map { "$from" } 0 .. 200)], ['no such run', 404, qr/keeps no run/, run => '00000000']) {
        my ($name, $status, $words, %q) = @$_;
        my $r = page('/trace', %q);
        is($r->{status}, $status, "wrong: $name");
        like(plain($r->{content}), $words, '... and it says what');
        unlike($r->{content}, qr/<script>alert/, '... escaped');
}
is(page('/address/' . 'x' x 400)->{status}, 400, 'an address that is none');
is(page('/tx/nothing')->{status}, 400, 'a transaction that is none');
is(page('/tx/' . 'ab' x 32)->{status}, 404, 'a transaction that is not there');
is(page('/trace.json', start => 'zzz')->{status}, 400, 'as data too');
like(page('/trace.json', start => 'zzz')->{content}, qr/^\{"detail":/, 'in the shape of data');
is(stop($s), 0, 'ends well');

# ---- labels are evidence, and evidence is hostile
my $hostile = "$dir/hostile";
made('init', $hostile, '--regime', 'dprk', '--author', 'tests');
open my $labels, '>:raw', "$dir/hostile.csv" or die;
print {$labels} "address,label,category,source,confidence,date\n",
        qq{$exchange,"<script>alert(1)</script>""' onload=x \xe2\x80\xae\x1b[31mred",exchange,"</title><b>bold",high,2024-02-20\n};
close $labels;
made('--case', $hostile, 'index', 'chain', "$theft/blocks");
made('--case', $hostile, 'add', "$dir/hostile.csv", '--terms', 'constructed');
$s = start("--case=$hostile");
for (['/trace', start => $from, policy => 'fifo'], ['/trace/flow', start => $from, policy => 'fifo'], ['/trace/path', start => $from, policy => 'fifo', to => $mixed],
     ["/address/$exchange"], ['/tx', of => (split /:/, $mixed)[0]], ['/exposure', address => $exchange]) {
        my ($where, %q) = @$_;
        my $r = page($where, %q);
        is($r->{status}, 200, "$where with a hostile label");
        unlike($r->{content}, qr/<script>alert|<b>bold|\x1b|\xe2\x80\xae/, '... shows it as what it is');
        is(unbalanced($r->{content}), '', '... and stays well formed');
}
is(stop($s), 0, 'ends well');

# ---- a case without a chain
my $bare = "$dir/bare";
made('init', $bare, '--regime', 'dprk', '--author', 'tests');
$s = start("--case=$bare");
like(plain(ok_page('no index', '/trace')), qr/embargo --case bare index chain BLOCKS/, 'says which command makes one');
like(plain(page($_, start => $from, address => 'x', of => 'x', policy => 'fifo', to => 'x')->{content}), qr/index chain BLOCKS/, "$_ says so too")
        for qw(/trace /trace/flow /trace/path /exposure /cluster/x /address/x /tx/x);
is(stop($s), 0, 'ends well');

# ---- accounts: tests/data/accounts/README.md
my $accounts = "$dir/accounts";
made('init', $accounts, '--regime', 'dprk', '--author', 'tests');
made('--case', $accounts, 'index', 'chain', map { "$root/tests/data/accounts/$_.csv" } qw(transactions token_transfers tokens));
made('--case', $accounts, 'add', "$root/tests/data/accounts/labels.csv", '--terms', 'constructed');
$s = start("--case=$accounts");
my $stolen = '0x' . '0' x 56 . 'c0de0002:native';
like(ok_page('accounts', '/trace'), qr/TXHASH:native/, 'begin at transfers');
my $moved = ok_page('a trace between accounts', '/trace', start => $stolen, policy => [qw(fifo haircut lifo poison)]);
my %eth = map { $_->[0] => $_ } rows($moved, 'in ETH</h2>');
is($eth{$_}[-1], 'balance', "$_: the books balance") for qw(fifo haircut lifo poison);
# The first mule pays 350 to the exchange out of 700, of which 600 are stolen and 100 came before them: a share is 350 * 600 / 700, the
# newest are all stolen. Gas, 0.0021 of the oldest, is paid first: 350 - (100 - 0.0021) under fifo.
my ($deposit) = grep { $_->[1] =~ /Exchange A/ } rows($moved, 'Where they may have ended, in ETH');
is_deeply([ @{$deposit}[4, 5, 6] ], [300, 350, 350], 'haircut, lifo and poison at the exchange');
like($deposit->[3], qr/^250\.00/, 'and fifo');
ok_page('their flow', '/trace/flow', start => $stolen, policy => 'haircut');
my ($end) = grep { $_->{row} eq 'end' && $_->{category} eq 'exchange' } @{ json(page('/trace.json', start => $stolen, policy => 'haircut'))->{rows} };
like(ok_page('a path between accounts', '/trace/path', start => $stolen, policy => 'haircut', to => $end->{transfer}), qr/transactions\.csv/, 'names the export and its line');
is(page('/exposure', address => '0x' . '1' x 40)->{status}, 400, 'exposure is not for accounts, and says so');
is(stop($s), 0, 'ends well');

done_testing();
