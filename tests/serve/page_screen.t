#!/usr/bin/perl
# Screen: the page says what `embargo screen` says, shows each word's part in the score and the other side, reads numbers and
# wallets, keeps what was typed when it cannot be read, and does not let the lists' text do harm; a party's page has all
# that its list says, down to its bytes.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Desk;
use Encode ();
use JSON::PP ();
use Test::More;

my $dir = scratch();
my $root = "$FindBin::Bin/../..";
my $list = "$dir/people.csv";
open my $in, '<:raw', "$FindBin::Bin/lists.csv" or die;
my $table = do { local $/ = undef; <$in> };
$table .= qq{"<script>alert(1)</script> Evil","""><img src=x onerror=alert(2)>",,Person,X-001,1970,de,male,,,,"\x1b[31mred\x1b[0m","<b>P</b>",,"\xe2\x80\xaegnp.exe"\n};
open my $out, '>:raw', $list or die;
print {$out} $table;
close $out;
make_index("$dir/names.idx", $list);
my $s = start("$dir/names.idx");

sub escape { my $t = Encode::encode_utf8($_[0]); $t =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge; return $t }
sub screen { my ($q, $more, $shape) = @_; return page($s, '/screen' . ($shape // '') . '?q=' . escape($q) . ($more // '')) }
sub found { return json(screen($_[0], $_[1], '.json'))->{results} }
sub has { my ($text, $like, $name) = @_; ok($text =~ $like, $name) or diag(substr($text, 0, 600)) }
sub lacks { my ($text, $like, $name) = @_; ok($text !~ $like, $name) or diag(substr($text, 0, 600)) }

# ---- without an index
my $case = "$dir/case";
embargo('init', $case, '--regime', 'dprk', '--author', 'tests');
my $bare = start_case($case);
my $none = page($bare, '/screen?q=Kang');
is($none->{status}, 200, 'a case without lists has the page, and no error');
has($none->{content}, qr{embargo index names LIST\.\.\. --out case/index/names\.idx}, 'which says what to type');
is(balanced($none->{content}), '', 'well formed');
is(get($bare, '/screen.json?q=Kang')->{status}, 404, 'data is not made up: an empty list would look like a clearance');
is(get($bare, '/parties/own-P-001')->{status}, 404, 'and there are no parties');
stop($bare);

# ---- what may be asked is something these lists hold
my ($offered) = page($s, q{/screen})->{content} =~ m{<ul class="may-examples">(.*?)</ul>}s;
my @example = $offered =~ m{<a href="(/screen\?q=[^"]*)"}g;
is(scalar @example, 3, 'a name, a ship by its number and a wallet stand there to be tried');
for my $at (@example) {
        (my $data = $at) =~ s{/screen\?}{/screen.json?};
        ok(@{ json(page($s, $data))->{results} }, "which finds something: $at");
}
lacks($offered, qr{Kang|Berg|Drozdov}, 'no person is an example while a ship can be');

# ---- the same as the command line
for my $q ('Kang Mun Sik', 'Kang Moon Shik', '강문식', 'Ivan Drosdow', 'Blue Heron', 'The Banker', 'Berg, Anna', '9126819', 'IMO 9126819', 'Sea Lantern 9126819',
        '0x52908400098527886e0f7030069857d2e4169ee7', '654321987', 'Zebulon Quartermain') {
        my @words = $q =~ /^\d+$|^0x|^IMO/ ? ($q) : split / /, $q;
        open my $pipe, '-|', $Serve::embargo, 'screen', map({ Encode::encode_utf8($_) } @words), '--names', "$dir/names.idx", '--json', '--limit', 10, '--quiet' or die;
        my $said = JSON::PP->new->utf8->decode(do { local $/ = undef; <$pipe> })->{results};
        close $pipe;
        my $shown = found($q);
        delete @$_{qw(id speaks_against would_rule_out met kind listed scripts)} for @$shown;
        is_deeply($shown, $said, "as embargo screen has it: " . Encode::encode_utf8($q));
        for my $m (@$shown) {
                my $sum = 0;
                $sum += $_->{points} for @{ $m->{reasons} }, @{ $m->{qualifiers} };
                cmp_ok(abs($sum - $m->{score}), '<', 1e-6, 'the points add up to the score');
        }
}
is_deeply([map { $_->{entry} } @{ found('Sea Lantern', '&schema=person') }], [], 'a kind narrows');
is(found('Kang Mun Sik', '&born=1961-04-12')->[0]{qualifiers}[0]{what}, 'birth date', 'a date is weighed');
cmp_ok(found('Kang Mun Sik', '&born=1980')->[0]{score}, '<', found('Kang Mun Sik')->[0]{score}, 'one that differs speaks against');
cmp_ok(found('Kang Mun Sik', '&country=Germany')->[0]{score}, '<', found('Kang Mun Sik')->[0]{score}, 'a country too, by its name');
is(scalar @{ found('Kang Moon Shek', '&least=0.99') }, 0, 'a least score leaves out');
cmp_ok(scalar @{ found('Kang Drozdov', '&least=0') }, '>', 1, 'without one there is more');
is(scalar @{ found('Kang Drozdov', '&least=0&limit=1') }, 1, 'a limit leaves out too');

# ---- the page
my $page = screen('Kang Mun Sik');
is($page->{status}, 200, 'a page of what may match');
is(balanced($page->{content}), '', 'well formed');
my ($card) = $page->{content} =~ m{(<article class="may".*?</article>)}s;
has($card, qr{<h2 id="may-0"><a href="/parties/own-people-P-001">Kang Mun Sik</a>|<h2 id="may-0"><a href="/parties/[^"]*P-001">Kang Mun Sik</a>}, 'a card leads to its entry');
has($card, qr{<bdi class="may-script"[^>]*>\xea\xb0\x95\xeb\xac\xb8\xec\x8b\x9d</bdi>}, 'with the name in its own script, as listed');
has($card, qr{<span class="v may-same">may be the same</span> <b class="may-score">1\.000</b> May match its name <b>Kang Mun Sik</b>}, 'band, score, and that it may match');
has($card, qr{<td data-h="Asked">Mun</td><td data-h="Listed">Mun</td><td data-h="How">equal</td><td class="num" data-h="Weight">0\.333</td>}, 'word by word');
has($card, qr{The sum is the score</th><td class="num" data-h="Score">1\.000</td>}, 'with the sum');
has($card, qr{What speaks against.*no birth date was asked for; the list has 1961-04-12}s, 'what speaks against');
has($card, qr{What would rule it out.*another date of birth than 1961-04-12.*another passport than 654321987}s, 'what would rule it out');
has($card, qr{programme DPRK}, 'the programme');
has(screen('The Banker')->{content}, qr{the list calls this alias weak.*-0\.100}s, 'a weak alias is called weak, and counts less');
has($page->{content}, qr{id="may-count" role="status">\d+ entr(y|ies) may match}, 'how many, for who cannot see them');
lacks($page->{content}, qr/guilty|risk score|\bmatch found|\bproves\b/i, 'no verdict');
lacks($page->{content}, qr/<[^>]* (?:style|on\w+)=/, 'no style and no script of its own');
has($page->{content}, qr{embargo --case DIR screen &#39;Kang Mun Sik&#39; --names names\.idx}, 'the command that says the same');
has(screen('Zebulon Quartermain')->{content}, qr{That is no clearance}, 'nothing found is no clearance');
my $start = page($s, '/screen');
is(scalar(() = $start->{content} =~ m{<li><a href="/screen\?q=}g), 3, 'without a question three examples');
is(balanced($start->{content}), '', 'well formed');
has(screen('Kang', '&country=kp')->{content}, qr{<details class="may-more" open>.*name="country" value="kp"}s, 'what narrows stays to be seen');
is(scalar(my @lines = split /\n/, screen('Kang Mun Sik', '', '.csv')->{content}), 1 + @{ found('Kang Mun Sik') }, 'as CSV a line each');
has(screen('Kang Mun Sik', '', '.csv')->{content}, qr{^rank,score,band,listed_name,.*\n1,1\.000000,may be the same,Kang Mun Sik,}, 'with its columns');

# ---- what cannot be read
my %wrong = ('&born=yesterday' => qr{is no date such as}, '&schema=planet' => qr{is none; person}, '&list=zz' => qr{is not in the index}, '&least=2' => qr{from 0 to 1},
        '&least=x' => qr{not a number}, '&limit=0' => qr{whole number}, '&born=%3Cscript%3Ealert(1)%3C/script%3E' => qr{is no date such as});
for my $more (sort keys %wrong) {
        my $answer = screen('Kang <i>', $more);
        is($answer->{status}, 400, "refused: $more");
        has($answer->{content}, $wrong{$more}, 'and says why');
        has($answer->{content}, qr{name="q"[^>]* value="Kang &lt;i&gt;"}, 'the question still stands there');
        is(harmless($answer->{content}), '', 'as text');
        is(screen('Kang', $more, '.json')->{status}, 400, 'data too');
}
is(screen('x' x 1500)->{status}, 400, 'no name is so long');
is(get($s, '/screen?q=%ff%fe')->{status}, 400, 'what is no text');
is(get($s, '/screen?q=a%00b')->{status}, 400, 'what holds a NUL');
is(screen($_)->{status}, 200, 'any text is a question: ' . Encode::encode_utf8($_)) for '-', '--help', '; drop table', "\x{202e}abc", '  ', '%', '{}', "a'b\"c", '😀';
lacks(screen('--help')->{content}, qr{<code>embargo --case DIR screen --help}, 'which is never an option of a command');

# ---- text of the lists
my $evil = screen('alert Evil', '&least=0.3');
has($evil->{content}, qr{&lt;script&gt;alert\(1\)&lt;/script&gt; Evil}, 'a name of the list is text');
is(harmless($evil->{content}), '', 'and does no harm');
is(harmless(screen('<script>alert(1)</script>"><img src=x>')->{content}), '', 'nor does the question');
is(balanced($evil->{content}), '', 'well formed');

# ---- a party
my ($id) = map { $_->{id} } @{ found('Kang Mun Sik') };
my $party = page($s, "/parties/$id");
is($party->{status}, 200, 'a party');
is(balanced($party->{content}), '', 'well formed');
has($party->{content}, qr{<h1>Kang Mun Sik</h1>}, 'under its name');
has($party->{content}, qr{<th scope="row">weak alias</th><td>The Banker <small>the list itself calls it weak</small>}, 'a weak alias is marked');
has($party->{content}, qr{passport</th><td>654321987}, 'its numbers');
has($party->{content}, qr{address</th><td>12 Ryugyong Street, Pyongyang}, 'its addresses');
has($party->{content}, qr{from the file that was indexed}, 'where its bytes are from');
my $data = json(page($s, "/parties/$id.json"));
is($data->{schema}, 'embargo.party/1', 'as data');
my $bytes = $table;
is(Encode::encode_utf8($data->{entry}{bytes}), substr($bytes, $data->{entry}{offset}, $data->{entry}{length}), 'its bytes are those of the file');
has(Encode::encode_utf8($data->{entry}{bytes}), qr{^Kang Mun Sik,}, 'the row of the entry');
has(page($s, "/parties/$id.csv")->{content}, qr{^field,value,detail\nname,Kang Mun Sik,\n}, 'as CSV');
my ($bad) = map { $_->{id} } @{ found('alert Evil', '&least=0.3') };
my $hostile = page($s, "/parties/$bad");
is($hostile->{status}, 200, 'a party full of attacks');
is(harmless($hostile->{content}), '', 'does no harm');
is(balanced($hostile->{content}), '', 'well formed');
has($hostile->{content}, qr{U\+001B.*U\+202E|U\+202E.*U\+001B}s, 'what would turn the screen is shown as what it is');
is(get($s, $_)->{status}, 404, "no such party: $_") for '/parties/own-P-999', '/parties/..%2F..%2Fetc%2Fpasswd', '/parties/%3Cscript%3E', '/parties/nope.json';

# ---- the list has changed, and then the case holds it
open $out, '>>:raw', $list or die;
print {$out} "Somebody New,,,Person,N-001,,,,,,,,,,\n";
close $out;
has(page($s, "/parties/$id")->{content}, qr{Its bytes are not shown: the file has changed since it was indexed}, 'bytes of another version are not shown');
is(json(page($s, "/parties/$id.json"))->{entry}{bytes}, '', 'nor sent');
unlink $list;
has(page($s, "/parties/$id")->{content}, qr{the file that was indexed is not there}, 'nor of none');
is(stop($s), 0, 'the service ends well');
lacks(Serve::slurp("$s->{log}"), qr/Kang|Quartermain|654321987/i, 'and its log has nothing of who was asked for');

# ---- a case with a kept screening: which records may mean the party
my $known = "$dir/known";
embargo('init', $known, '--regime', 'dprk', '--author', 'tests');
embargo('--case', $known, 'add', "$root/examples/dprk-2022");
embargo('--case', $known, 'index', 'names', "$root/examples/lists/hackers.csv", '--dated', '2022-01-31');
embargo('--case', $known, 'screen');
my $c = start_case($known);
my ($match) = @{ json(page($c, '/sql.json?q=' . escape("select dataset, entry, asked, id from screen where class = 'match' order by score desc, id limit 1")))->{rows} };
ok($match, 'the example has a match');
my $meant = page($c, '/parties/' . escape("$match->{dataset}-$match->{entry}"));
is($meant->{status}, 200, 'its party');
has($meant->{content}, qr{<ul class="may-records">.*<b>\Q$match->{asked}\E</b>, named in <a class="r" href="/records/[0-9a-f]{8}:\d+">}s, 'who of the evidence may mean it, and where it is named');
has($meant->{content}, qr{href="/records/\Q$match->{id}\E">The match with its reasons}, 'with the way to the match');
has($meant->{content}, qr{the case holds the list}, 'the case holds the list');
is(balanced($meant->{content}), '', 'well formed');
is(json(page($c, '/parties/' . escape("$match->{dataset}-$match->{entry}") . '.json'))->{records}[0]{record}, $match->{id}, 'as data too');
has(page($c, '/screen?q=Lazarus&known=2022-03-01')->{content}, qr{href="/parties/[^"?]+\?known=2022-03-01"}, 'links keep the day');
is(stop($c), 0, 'it ends well');
done_testing();
