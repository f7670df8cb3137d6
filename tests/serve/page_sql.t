#!/usr/bin/perl
# SQL: a question of one's own sees the case's views and nothing else, ends in time, is told what is wrong with it, and its rows
# are the same as a table, as JSON, as CSV and as a picture.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Desk;
use Digest::SHA ();
use Encode ();
use Test::More;

my $dir = scratch();
my $root = "$FindBin::Bin/../..";
embargo('init', "$dir/case", '--regime', 'dprk', '--author', 'tests');
embargo('--case', "$dir/case", 'add', "$root/examples/dprk-2022/launches.csv", '--publisher', 'constructed for this test');
add_hostile("$dir/case", $dir);
my $s = start_case("$dir/case");

sub escape { my $t = Encode::encode_utf8($_[0]); $t =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge; return $t }
sub sql { my ($q, $more, $shape) = @_; return page($s, '/sql' . ($shape // '') . '?q=' . escape($q) . ($more // '')) }
sub rows { return json(sql($_[0], $_[1], '.json'))->{rows} }
sub text { my $t = Encode::decode_utf8($_[0]{content}); $t =~ s/<[^>]*>/ /g; $t =~ s/&#39;/'/g; $t =~ s/&quot;/"/g; $t =~ s/&lt;/</g; $t =~ s/&gt;/>/g; $t =~ s/&amp;/&/g; return $t }

# A page is long: of one that fails only the first lines are told.
sub has { my ($text, $like, $name) = @_; ok($text =~ $like, $name) or diag(substr($text, 0, 400)) }
sub lacks { my ($text, $like, $name) = @_; ok($text !~ $like, $name) or diag(substr($text, 0, 400)) }

# ---- what there is to ask
my $start = page($s, '/sql');
is($start->{status}, 200, 'without a question the page says what may be asked');
is(balanced($start->{content}), '', 'and is well formed');
has(text($start), qr/\b$_\b/, "it names the view $_") for qw(source record link quarantine ledger coverage cluster launch petroleum_report);
my @examples = grep { m{^/sql\?q=} } ($start->{content} =~ m{<ol class="sql-examples">(.*?)</ol>}s)[0] =~ /href="([^"]*)"/g;
is(scalar @examples, 10, 'ten questions to begin with');
for (@examples) {
        s/&amp;/&/g;
        my $answer = page($s, $_);
        is($answer->{status}, 200, "each has an answer: " . substr($_, 0, 60));
        lacks($answer->{content}, qr/class="wrong"/, 'and is drawn where it says so');
        is(balanced($answer->{content}), '', 'well formed');
}

# ---- the same rows in every form
my $q = "select 1 as a, 2.5 as b, null as c, '' as d, 'x,\"y\"' as e, 1234567 as f";
is_deeply(rows($q), [{ a => 1, b => 2.5, c => undef, d => '', e => 'x,"y"', f => 1234567 }], 'JSON keeps numbers, null and the empty text apart');
is(sql($q, '', '.csv')->{content}, qq{a,b,c,d,e,f\n1,2.5,,"","x,""y""",1234567\n}, 'CSV as RFC 4180 has it');
my $table = sql($q);
has($table->{content}, qr{<td class="num" data-h="a">1</td><td class="num" data-h="b">2\.5</td><td data-h="c"><i class="sql-null">null</i></td>}, 'the page shows null as null');
has($table->{content}, qr{1 row, 6 columns\.}, 'and counts');
is_deeply(json(sql('select 1 as a, 2 as a', '', '.json'))->{columns}, ['a', 'a_2'], 'a column that comes again has a key of its own');
is(json(sql('select 1', '', '.json'))->{schema}, 'embargo.sql/1', 'JSON says what it is');
my $id = rows('select id from launch order by record limit 1')->[0]{id};
has(sql('select id from launch order by record limit 1')->{content}, qr{href="/records/\Q$id\E"}, 'an id leads to its record');
is(scalar(() = sql("select key from launch where day = '2017-03-06'\r\n  and 1 = 1")->{content} =~ /U\+000D/g), 0, 'lines as a browser sends them');

# ---- it can only look
my $before = Digest::SHA->new(256)->addfile("$dir/case/case.db")->hexdigest;
for my $try ("attach database 'x' as y", 'pragma table_info(launch)', 'pragma query_only = 0', "insert into em_meta values ('a', 'b')",
        'delete from record', "update launch set key = 'x'", 'drop view launch', 'create table t(x)', 'create temp table t(x)', 'vacuum', 'begin',
        '/* look */ with x as (select 1) insert into record select * from x', "with x as (select 1) delete from source",
        'select 1; select 2', "select 1; drop view launch", "select 1 /* ; */ ; -- \n delete from record", 'explain select 1', 'detach database main',
        'select * from sqlite_schema', 'select * from em_record', 'select * from "em_record"', "select * from pragma_table_info('launch')",
        "select load_extension('x')", "select readfile('/etc/passwd')", "select writefile('x', 'y')", 'select random()', 'select * from main.launch',
        "select * from json_each('[1]')", "select date('now')", '-- nothing', 'selec 1', "select 'a", ':q', ';', "select x'00ff'") {
        my $answer = sql($try);
        is($answer->{status}, 400, "refused: $try");
        has($answer->{content}, qr{role="alert"}, '... and says so');
        is(sql($try, '', '.csv')->{status}, 400, '... as data too');
}
is(rows('select count(*) as n from source')->[0]{n}, json(sql('select count(*) as n from source', '', '.json'))->{rows}[0]{n}, 'the next question runs');
is(Digest::SHA->new(256)->addfile("$dir/case/case.db")->hexdigest, $before, 'and nothing was written');
is(sql("select 1 -- ; drop view launch")->{status}, 200, 'a comment is a comment');
is(sql("with x(a) as (select 1) select a /* one */ from x;")->{status}, 200, 'WITH and a semicolon are fine');
my $wrong = sql("select key,\nnope\nfrom launch");
has(text($wrong), qr/line 2: .*no such column: nope/, 'what is wrong is said with its line');
has($wrong->{content}, qr{<textarea[^>]*>\nselect key,\nnope\nfrom launch</textarea>}, 'and the question still stands there');
has(json(sql("select nope from launch", '', '.json'))->{detail}, qr/nope/, 'data has the reason too');
is(get($s, '/sql.json')->{status}, 400, 'data needs a question');
is(get($s, '/sql?q=select+1&chart=pie')->{status}, 400, 'there are no pies');
is(get($s, '/sql?q=select+1&known=2022-13-01')->{status}, 400, 'nor such days');
is(get($s, '/sql?q=%ff')->{status}, 400, 'nor such text');
is(get($s, '/sql?q=select+1%00')->{status}, 400, 'nor a NUL');

# ---- it ends
my $forever = 'with recursive n(x) as (select 1 union all select x + 1 from n)';
has(text(sql("$forever select count(*) from n")), qr/takes (more steps|longer) than/, 'a recursion without end is ended');
my $first = sql("$forever select x from n");
is($first->{status}, 200, 'a thousand rows of it are shown');
has(text($first), qr/The first 1000 rows, 1 column\. There are more/, 'and that there are more');
is(scalar @{ rows("$forever select x from n") }, 100000, 'as data a hundred thousand');
ok(json(sql("$forever select x from n", '', '.json'))->{cut}, 'which says that it is cut');
has(text(sql("$forever select printf('%0100000d', x) from n limit 1000")), qr/over 8388608 bytes of text/, 'a hundred million bytes are not shown');
is(sql("$forever select printf('%0100000d', x) from n limit 1000", '', '.csv')->{status}, 413, 'nor sent');
has(text(sql("$forever select printf('%0900000d', x) as a from n order by 1")), qr/more memory than it may|takes longer than a page may/, 'sorting does not take all memory');
has(text(sql("select printf('%05000d', 7)")), qr/3000 bytes more/, 'a long value is shortened, and says by how much');
has(sql('select ' . '1,' x 3000 . '1')->{content}, qr/too many columns/, 'too many columns');
is(sql("select '" . 'x' x 300000 . "'")->{status}, 414, 'a text that no address holds');
has(sql('select ' . '(' x 500 . '1' . ')' x 500)->{content}, qr/role="alert"/, 'a text that no parser should follow');

# ---- as known on a day
my $all = rows('select count(*) as n from launch')->[0]{n};
is(rows('select count(*) as n from launch', '&known=1950-01-01')->[0]{n}, 0, 'on a day before all evidence nothing was known');
cmp_ok($all, '>', 200, 'and today much is');
is(rows('select :until as u', '&known=2022-03-01')->[0]{u}, '2022-03-01', ':until is that day');
is(rows('select :until as u')->[0]{u}, '9999-12-31', 'or the end of all days');

# ---- as a picture: three months, of which the middle one has no number
my $months = "select '2021-01' as month, 3 as n union all select '2021-02', null union all select '2021-03', 5";
my $bars = sql($months, '&chart=bars&title=' . escape('Three <b>months</b> & "one"'));
has($bars->{content}, qr{<figure class="fig sql-drawn"><div class="on-wide"><svg}, 'rows are drawn');
has($bars->{content}, qr{Three &lt;b&gt;months&lt;/b&gt; &amp; &quot;one&quot;}, 'under the title that was given, as text');
is(harmless($bars->{content}), '', 'which does no harm');
is(balanced($bars->{content}), '', 'well formed');
has($bars->{content}, qr{it is no finding}, 'and says that it is no finding');
has(sql($months, '&chart=line')->{content}, qr{<svg}, 'as a line too');
has(sql("select 'a' as label, 1 as n union all select 'b', 2", '&chart=bars')->{content}, qr{<svg}, 'labels too');
my %not = (
        "select '2021-01-01' as day, 1 as n union all select '2021-01-01', 2" => qr/two rows stand at "2021-01-01"/,
        "select '2000-01-01' as day, 1 as n union all select '2021-01-01', 2" => qr/too thin to see/,
        "select '2021-01' as month, -1 as n" => qr/negative amount/,
        "select 'only' as words" => qr/needs a column of days .* and one of numbers/,
        "select '2021-01' as month, 1e300 as n" => qr/too large to be drawn/,
);
has(text(sql($_, '&chart=bars')), $not{$_}, "not drawn, with what to select instead: $_") for sort keys %not;
# 600 days, of which the tenth has no number: a line that a script may zoom
my $long = "with recursive d(n) as (select 0 union all select n + 1 from d where n < 599) select date('2020-01-01', '+' || n || ' days') as day, "
        . "nullif(n, 9) as amount from d";
my $dense = sql($long, '&chart=line')->{content};
has($dense, qr{<figure class="fig sql-drawn series" id="series" data-series="rows" data-src="/sql\.json\?q=with%20recursive}, 'a long line can be zoomed where scripts run');
has($dense, qr{data-columns="\{&quot;axis&quot;:&quot;days&quot;,&quot;time&quot;:&quot;day&quot;,&quot;split&quot;:&quot;&quot;,&quot;values&quot;:\[&quot;amount&quot;\]\}"},
        'and says which columns are drawn');
has($dense, qr{<div class="on-wide"><svg}, 'where none runs it is the still picture');
lacks(sql($long . ' limit 500', '&chart=line')->{content}, qr{data-series}, 'five hundred rows are drawn once');
lacks(sql($long, '&chart=bars')->{content}, qr{data-series}, 'and bars are not a line');
has(text(sql("select 'a' as label, 1 as n", '&chart=line')), qr/a line runs through time/, 'a line needs time');
lacks($bars->{content}, qr/<[^>]* (?:style|on\w+)=/, 'no style and no script stands in the page');

# ---- evidence is only text
my $hostile = sql("select * from launch where key like 'HX%'");
is($hostile->{status}, 200, 'rows full of attacks are shown');
is(harmless($hostile->{content}), '', 'and do no harm');
is(balanced($hostile->{content}), '', 'nor break the page');
my $drawn = sql("select substr(key, 1, 60) as label, 1 as n from launch where key like 'HX%'", '&chart=bars');
is(harmless($drawn->{content}), '', 'drawn, neither');
is(harmless(sql("select '<script>alert(1)</script>' as \"<script>alert(2)</script>\"")->{content}), '', 'nor as the name of a column');
is(harmless(sql("</textarea><script>alert(1)</script>")->{content}), '', 'nor in the question');

# ---- nothing is kept
is(sql('select 1')->{headers}{etag}, undef, 'the reply has no tag');
sql("select 'a-name-nobody-should-log'");
is(stop($s), 0, 'the service ends well');
lacks(Serve::slurp("$s->{log}"), qr/nobody-should-log|select/i, 'and its log has none of the questions');
done_testing();
