#!/usr/bin/perl
# The pages of evidence: sources, coverage, rows kept aside, one record down to its bytes; and what hostile evidence does to them.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Digest::SHA qw(sha256_hex);
use JSON::PP ();
use Serve;
use Desk;
use Test::More;

my $dir = scratch();
embargo('demo', "$dir/c");
my $s = start_case("$dir/c");

sub slurp_raw { open my $in, '<:raw', $_[0] or die "$_[0]: $!"; local $/ = undef; return <$in> }
sub rows { return json(page($s, $_[0]))->{rows} }

# ---- the list
my $list = page($s, '/evidence');
is($list->{status}, 200, 'the sources are a page');
is(balanced($list->{content}), '', '... whose elements close');
my $sources = rows('/evidence.json');
my ($launches) = grep { $_->{name} eq 'launches.csv' } @$sources;
my $table = slurp_raw("$FindBin::Bin/../../examples/dprk-2022/launches.csv");
is($launches->{sha256}, sha256_hex($table), 'a source is named by the hash of its file');
is($launches->{taken}, scalar(() = $table =~ /^CNS-/mg), '... and has as many records as the file has rows');
is($launches->{hash12}, substr(sha256_hex($table), 0, 12), '... and twelve digits of its hash');
like($list->{content}, qr{href="/evidence/$launches->{source}">launches\.csv</a>}, 'each leads to its page');
my @csv = split /\n/, get($s, '/evidence.csv')->{content};
is(scalar(@csv), 1 + @$sources, 'the same as CSV');

# ---- coverage: the words of the answers, and holes
my $answer = json(page($s, '/why/january-2022-launches.json'))->{answers}[0]{answer};
my $cover = $answer->{coverage}[0]{text};
like($list->{content}, qr/\Q$cover\E/, 'coverage stands in the words of the answers');
like($list->{content}, qr{<svg class="evi-strip"[^>]*role="img"><title>launch: }, 'and as a strip with a title');
like($list->{content}, qr{<title>2022: (\d+) records</title>}, 'with a bar for a year');

# ---- one source
my $source = page($s, "/evidence/$launches->{source}");
is(balanced($source->{content}), '', 'one source: its elements close');
like($source->{content}, qr/<dt>SHA-256<dd><code>$launches->{sha256}<\/code>/, 'its whole hash');
like($source->{content}, qr/<dt>Publisher<dd>CNS\/NTI/, 'its custody');
like($source->{content}, qr{<a href="/ledger/$launches->{ledger_entry}">entry $launches->{ledger_entry}</a>}, 'the entry that took it');
like($source->{content}, qr{<dt>Read in<dd>a process held by \S}, 'what held the process that read it');
like($source->{content}, qr{<a href="/records/$launches->{source}%3A2">|<a href="/records/$launches->{source}:2">}, 'its records');
my $paged = json(page($s, "/evidence/$launches->{source}.json?from=160&rows=3"));
is_deeply([map { $_->{id} } @{ $paged->{records} }], [map { "$launches->{source}:$_" } 162 .. 164], 'a page of records begins where it is asked to: row 2 is record 0');
is($paged->{records}[0]{key}, 'CNS-161', '... with the names of the source');
is(scalar(@{ json(page($s, "/evidence/$launches->{source}.json?from=100000"))->{records} }), 0, 'beyond the end there is nothing');
is(page($s, "/evidence/$launches->{sha256}.json")->{content}, page($s, "/evidence/$launches->{source}.json")->{content}, 'the full hash names it too');
is(get($s, '/evidence/0000000000')->{status}, 404, 'an unknown hash is not there');
is(get($s, '/evidence/xyz')->{status}, 404, 'nor what is no hash');
is(get($s, "/evidence/$launches->{source}?from=-1")->{status}, 400, 'a place below nothing is wrong');
my $early = json(page($s, "/evidence/$launches->{source}.json?from=160&rows=10&known=2022-01-10"));
is_deeply([map { $_->{key} } @{ $early->{records} }], ['CNS-161'], 'as known on 10 January, only the launch of the 5th was known of these');

# ---- bytes
my $bytes = get($s, "/evidence/$launches->{source}/bytes");
is($bytes->{content}, $table, 'the bytes as they were obtained');
is($bytes->{headers}{'content-type'}, 'application/octet-stream', '... as nothing that a browser opens');
is($bytes->{headers}{'x-content-type-options'}, 'nosniff', '... nor guesses at');
like($bytes->{headers}{'content-disposition'}, qr/^attachment; filename="launches\.csv-$launches->{source}\.bin"$/, '... but saves');

# ---- a record
my $record = page($s, '/records/CNS-161');
is(balanced($record->{content}), '', 'a record: its elements close');
my ($row) = $table =~ /^(CNS-161,.*)$/m;
my $why = json(page($s, '/records/CNS-161.json'));
is($why->{records}[0]{row}, $row, 'its row as it stands in the file');
is(pack('H*', $why->{records}[0]{row_hex}), $row, '... and its bytes');
is(substr($table, $why->{records}[0]{offset}, $why->{records}[0]{length}), $row, '... at the place that is named');
my %cell = map { $_->{column} => $_->{value} } @{ $why->{records}[0]{cells} };
is($cell{missile_name}, 'Hwasong-8 MARV', 'the row cut into cells');
is_deeply($why, JSON::PP->new->utf8->decode(embargo('--case', "$dir/c", 'why', 'CNS-161', '--json')), 'the data are what the command prints');
like($record->{content}, qr{<a href="/findings/january-2022-record">}, 'the findings that rest on it');
like($record->{content}, qr{<a href="/evidence/$launches->{source}">}, 'its source');
like($record->{content}, qr{<dt>Grade<dd>B2: source B: usually reliable; record probably true}, 'its grade in words');
is(get($s, "/records/$launches->{source}:162.json")->{status}, 200, 'the public id names it too');
is(get($s, '/records/nothing-like-it')->{status}, 404, 'a record that is not there');
is(get($s, '/records/-x')->{status}, 404, 'an id is never an option');
is(get($s, '/records/CNS-161?known=never')->{status}, 400, 'a day that is none');
like(page($s, '/records/CNS-161.csv')->{content}, qr/^cell,missile_name,Hwasong-8 MARV$/m, 'the same as CSV');

# ---- sentences and numbers of the report
my $sentence = page($s, '/why/s1');
is(balanced($sentence->{content}), '', 'a sentence: its elements close');
like($sentence->{content}, qr{<blockquote class="evi-said">In January 2022 North Korea launched 9 ballistic missiles on 6 days\.</blockquote>}, 'the sentence is said first');
like($sentence->{content}, qr{It rests on \d+ records, under the reading}, 'then what it rests on');
is(page($s, '/why/n1')->{status}, 200, 'a number');
my $annex = page($s, '/why/A1.json');
is(json($annex)->{answers}[0]{question}, 'january-2022-launches', 'A1 is the first answer of the annex');
is(get($s, '/why/A9999')->{status}, 404, 'an answer that the annex does not have');
is(get($s, '/why/nothing')->{status}, 404, 'what is nothing is not there');
like(page($s, '/why/january-2022-record')->{content}, qr{/why/january-2022-record\?all=1}, 'what is not shown is one link away');

# ---- nothing aside, and what the page then says
like(page($s, '/quarantine')->{content}, qr/every row could be taken/, 'a case without rows aside says so');
stop($s);

# ---- runs: what stands below a computed row
my $theft = start_case("$dir/c-theft");
my $end = page($theft, '/records/end%20fifo%20b9c948d6be1d405eb988e11f781b746f5282a206253d44d9ea27635e79700d13:0');
is(balanced($end->{content}), '', 'a place of a trace: its elements close');
like($end->{content}, qr{<dt>transaction<dd><code>version 2, 1 input, 2 outputs, locktime 131; its bytes hash to <a href="/tx/(b9c948d6[0-9a-f]{56})">\1</a>}, 'the transaction that pays it');
like($end->{content}, qr{<dt>spends<dd><code>(?:<a href="/tx/[0-9a-f]{64}">)?7a055c7fac3aa1fb7431f15b772bfebb7df8e651717bf8f7543d22a827a9ccf8(?:</a>)?:0  100,000,000,000 sat}, '... what it spends');
like($end->{content}, qr{output 0  4,000,000,000 sat  bcrt1q64mvpdf9f2dxrympd5rxjmu0l6dxgu55etyy83}, '... and pays');
like($end->{content}, qr/Constructed evidence/, 'that it was made up is said');
my $held = json(page($theft, '/records/end%20fifo%20b9c948d6be1d405eb988e11f781b746f5282a206253d44d9ea27635e79700d13:0.json'));
my %below = map { $_->{is} => $_->{text} } @{ $held->{below} };
# The id of a transaction without witnesses is the double SHA-256 of its bytes, read backwards (BIP 141).
is(unpack('H*', scalar reverse pack 'H*', sha256_hex(pack 'H*', sha256_hex(pack 'H*', $below{bytes}))),
        'b9c948d6be1d405eb988e11f781b746f5282a206253d44d9ea27635e79700d13', 'the block file is in custody, so the bytes stand there and hash to its id');
stop($theft);

# Without the block file the index of the chain still says what was spent and paid.
my $blocks = "$FindBin::Bin/../../examples/theft/blocks";
embargo('init', "$dir/t", '--regime', 'dprk');
embargo('--case', "$dir/t", 'index', 'chain', $blocks);
embargo('--case', "$dir/t", 'trace', '7a055c7fac3aa1fb7431f15b772bfebb7df8e651717bf8f7543d22a827a9ccf8:0', '--keep');
$theft = start_case("$dir/t");
my ($run) = grep { $_->{map} eq 'trace' } @{ json(page($theft, '/evidence.json'))->{rows} };
my ($place) = grep { $_->{key} =~ /^end / } @{ json(page($theft, "/evidence/$run->{source}.json?rows=500"))->{records} };
%below = map { $_->{is} => $_->{text} } @{ json(page($theft, "/records/$place->{id}.json"))->{below} };
like($below{transaction}, qr/as the index of the chain has it/, 'without the block file the index says what the transaction does');
like($below{bytes}, qr/embargo add BLOCKFILE/, '... and the page says how to have its bytes');
stop($theft);

my $ships = start_case("$dir/c-transfer");
my ($event) = grep { $_->{class} eq 'encounter' || $_->{what} =~ /encounter/ }
        @{ json(page($ships, '/evidence/' . (map { $_->{source} } grep { $_->{map} eq 'ships' } @{ json(page($ships, '/evidence.json'))->{rows} })[0] . '.json?rows=500'))->{records} };
ok($event, 'a run over ships has an encounter');
my $met = json(page($ships, "/records/$event->{id}.json"));
my @sentences = map { $_->{text} } grep { $_->{is} eq 'sentence' } @{ $met->{below} };
ok(@sentences > 0, 'with sentences below it');
my $nmea = slurp_raw("$FindBin::Bin/../../examples/transfer/sentences.nmea");
ok(index($nmea, $sentences[0]) >= 0, '... as they stand in the file of the receivers');
ok((grep { $_->{is} eq 'says' && $_->{text} =~ /mmsi/ } @{ $met->{below} }), '... and what they decode to');
stop($ships);

# ---- a screening
$s = start_case("$dir/c");
my $match = (grep { $_->{key} =~ /^match / } map { @{ json(page($s, "/evidence/$_->{source}.json?rows=500"))->{records} } }
        grep { $_->{map} eq 'screen' } @{ json(page($s, '/evidence.json'))->{rows} })[0];
my $screened = json(page($s, "/records/$match->{id}.json"));
ok((grep { $_->{is} eq 'because' } @{ $screened->{below} }) && (grep { $_->{is} eq 'entry' } @{ $screened->{below} }), 'a match has its reasons and the entry of the list');
stop($s);

# ---- hostile evidence
add_hostile("$dir/c", $dir);
embargo('--case', "$dir/c", 'add', "$FindBin::Bin/../../examples/dprk-2022/NOTICE", '--withheld', '--name', 'kept back');
$s = start_case("$dir/c");
my ($bad, $withheld) = map { my $n = $_; (grep { $_->{name} =~ $n } @{ json(page($s, '/evidence.json'))->{rows} })[0] } qr/onerror/, qr/kept back/;
is($bad->{taken} + $bad->{aside}, 11, 'every row of the hostile table is taken or kept aside');
is($bad->{aside}, 2, 'the day that is none and the bytes that are no text are kept aside');
my @pages = ('/evidence', "/evidence/$bad->{source}", '/quarantine', "/quarantine?source=$bad->{source}&rows=1", "/ledger", "/ledger/$bad->{ledger_entry}",
        map { "/records/$bad->{source}:$_" } 2 .. 9, 12);
for my $target (@pages) {
        my $page = page($s, $target);
        is($page->{status}, 200, "$target comes");
        is(harmless($page->{content}), '', '... with nothing that acts');
        is(balanced($page->{content}), '', '... and closes what it opens');
}
my $esc = page($s, "/records/$bad->{source}:12")->{content};
like($esc, qr/U\+001B/, 'an escape is shown as what it is');
like($esc, qr/1b 5b 33 31 6d/, '... and its bytes in hex');
like(page($s, "/records/$bad->{source}:6")->{content}, qr/U\+202E/, 'a mark that turns the text too');
my $aside = json(page($s, '/quarantine.json'));
is_deeply([map { "$_->{row} $_->{column}" } @{ $aside->{rows} }], ['10 date_utc', '11 missile_name'], 'rows kept aside with row and column');
like($aside->{rows}[0]{reason}, qr/2022-13-05/, '... and reason');
like($aside->{rows}[1]{bytes}, qr/^HX-bytes,2022-01-06,,,day,\\xFF\\xFE<b>,/, '... and bytes');
is(substr(slurp_raw("$dir/hostile.csv"), $aside->{rows}[1]{offset}, 10), 'HX-bytes,2', '... at their place');
is(get($s, '/quarantine?rows=x')->{status}, 400, 'a count that is none');
is(get($s, '/quarantine?source=zzz')->{status}, 404, 'of a source that is none');
my $file = get($s, "/evidence/$bad->{source}/bytes");
like($file->{headers}{'content-disposition'}, qr/^attachment; filename="[A-Za-z0-9._-]+"$/, 'a file of the evidence has a name of plain letters');
is($file->{content}, slurp_raw("$dir/hostile.csv"), '... and its own bytes');

# custody.csv: the launches are complete to 12 April 2023; the hostile table says so of 2024.
like(page($s, '/evidence')->{content}, qr{<b>Holes:</b> 2023-04-13 to 2023-12-31\n}, 'a hole between two claims is named by its days');

# ---- withheld
is(get($s, "/evidence/$withheld->{source}/bytes")->{status}, 403, 'withheld bytes are not given out');
my $kept = page($s, "/evidence/$withheld->{source}")->{content};
unlike($kept, qr{/bytes"}, '... nor is there a link to them');
unlike($kept, qr{transcribed on 23 November}, '... nor their first lines');
stop($s);

done_testing();
