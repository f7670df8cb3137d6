#!/usr/bin/perl
# The pages that write: who may, what an upload may be, that nothing is taken unseen, and that nothing is lost.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Desk;
use Digest::SHA qw(sha256_hex);
use HTTP::Tiny;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep time);

my $project = "$FindBin::Bin/../..";
my $dir = scratch();
my $case = "$dir/c";

embargo('init', $case, '--regime', 'dprk', '--author', 'The desk');
embargo('--case', $case, 'add', "$project/examples/dprk-2022");
embargo('--case', $case, 'find');

# As a browser: the cookie and no bearer, so that forms must prove themselves.
my $http = HTTP::Tiny->new(timeout => 60, agent => 'tests', max_redirect => 0);
my $s;
sub ask {
        my ($method, $path, $body, %headers) = @_;
        $headers{Cookie} //= session($s);
        $headers{Accept} //= 'text/html';
        delete $headers{Cookie} if $headers{Cookie} eq '';
        return $http->request($method, $s->{url} . $path, { headers => \%headers, defined $body ? (content => $body) : () });
}
sub form { my %f = @_; return $http->www_form_urlencode([map { $_ => $f{$_} } sort keys %f]) }
sub post_form { my ($path, %f) = @_; return ask('POST', $path, form(%f), 'Content-Type' => 'application/x-www-form-urlencoded') }
sub multipart {         # BOUNDARY, [HEAD, BODY]...
        my ($boundary, @parts) = @_;
        return join('', map { "--$boundary\r\n$_->[0]\r\n\r\n$_->[1]\r\n" } @parts) . "--$boundary--\r\n";
}
sub field { return ["Content-Disposition: form-data; name=\"$_[0]\"", $_[1]] }
sub file { return ["Content-Disposition: form-data; name=\"file\"; filename=\"$_[0]\"\r\nContent-Type: text/csv", $_[1]] }
sub upload { return ask('POST', '/add', multipart('xYz', @_), 'Content-Type' => 'multipart/form-data; boundary=xYz') }
sub token { my ($t) = ask('GET', '/add')->{content} =~ /name="form" value="([0-9a-f]{32})"/; return $t }
sub inbox { my @all = map { s{.*/}{}r } glob "$case/inbox/*"; return @all }
sub ledger { return embargo('--case', $case, 'log', '--csv') =~ tr/\n// }

# ---- without --write
sub serve { return start('--connections=100', '--case', $case, @_) }
$s = serve();
my @posts = ('/add', '/add/0123456789abcdef/take', '/add/0123456789abcdef/remove', '/notes');
my $before = ledger();
my ($proof) = ask('GET', '/docs')->{content} =~ /name="form" value="([0-9a-f]{32})"/;
ok($proof, 'a form proves itself');
is(ask('POST', $_, "form=$proof", 'Content-Type' => 'application/x-www-form-urlencoded')->{status}, 403, "but for reading only, nothing is taken: $_") for @posts;
like(ask('GET', '/add')->{content}, qr/embargo serve --write/, 'the page says how it could be');
is(ask('GET', '/notes/new')->{status}, 403, 'nor is there a form');
is(ask('GET', '/notes')->{status}, 200, 'notes may be read');
unlike(ask('GET', '/notes')->{content}, qr{href="/add"}, 'and the bar does not lead to what may not be done');
like(ask('GET', '/notes')->{content}, qr{Nobody has written a note yet.*embargo --case c note reply FINDING.*embargo --case c serve --write}s,
        'where there is none it says how one is written, on the command line and here');
unlike(ask('GET', '/notes')->{content}, qr{href="/notes/new}, 'and leads to no form');
unlike(ask('GET', $_)->{content}, qr{/notes/new}, "nor does $_") for '/records/CNS-161', '/evidence/52e8fb21';
stop($s);

# ---- with it
$s = serve('--write', '--by', 'J. Doe');
my $token = token();
ok($token, 'a form holds its token');
is(ask('GET', '/add')->{headers}{'referrer-policy'}, 'same-origin', 'browsers say of our forms that they are ours, and nothing to others');
is(ask('GET', $_)->{status}, 405, "GET does nothing: $_") for grep { !m{^/(add|notes)$} } @posts;
my $csv = join '', (split /^/, do { local (@ARGV, $/) = "$project/examples/dprk-2022/nuclear_tests.csv"; <> })[0 .. 2];
$csv .= "NT-9,2022-13-05,x,41.3,129.1,,10,2,,no,made for this test,high\n";
my %reply = (sort => 'reply', about => 'january-2022-record', kind => 'finding', party => 'The Mission', text => 'We say no.');
my @tries = (['no token', {}, sub { $_[0] }], ['a wrong one', { form => 'f' x 32 }, sub { $_[0] }], ['an empty one', { form => '' }, sub { $_[0] }]);
for my $t (@tries) {
        is(post_form('/notes', %reply, %{ $t->[1] })->{status}, 403, "a note with $t->[0] is refused");
        is(post_form('/add/0123456789abcdef/remove', %{ $t->[1] })->{status}, 403, "a removal with $t->[0]");
        is(upload((exists $t->[1]{form} ? field('form', $t->[1]{form}) : ()), file('a.csv', $csv))->{status}, 403, "a file with $t->[0]");
}
is(upload(file('a.csv', $csv), field('form', $token))->{status}, 403, 'a file that comes before the token that would excuse it');
my %form = ('Content-Type' => 'application/x-www-form-urlencoded');
is(ask('POST', '/notes', form(%reply, form => $token), %form, Origin => 'http://attacker.example')->{status}, 403, 'another origin');
is(ask('POST', '/notes', form(%reply, form => $token), %form, Origin => 'null')->{status}, 403, 'an origin without a name');
is(ask('POST', '/notes', form(%reply, form => $token), %form, Cookie => '')->{status}, 401, 'no cookie');
is(ledger(), $before, 'of all that, nothing is in the ledger');
is(scalar(inbox()), 0, 'and nothing in the inbox');

# ---- notes
like(ask('GET', '/notes')->{content}, qr{Nobody has written a note yet.*<a href="/notes/new">Write a note</a>}s, 'where there is none a link leads to the form');
my $r = post_form('/notes', %reply, form => $token);
is($r->{status}, 303, 'with the token the same note is taken');
is($r->{headers}{location}, '/findings/january-2022-record', 'and leads back to what it is about');
is(ledger(), $before + 1, 'it is one ledger entry');
like((split /\n/, embargo('--case', $case, 'log', '--csv'))[-1], qr/,J\. Doe,add,/, 'in the name that serve was given');
like(ask('GET', '/notes')->{content}, qr/reply of The Mission: We say no\./, 'the list has it');
like(ask('GET', '/notes.csv')->{content}, qr/^id,note,about,subject,.*\n[0-9a-f]{8}:2,reply,finding,january-2022-record,/, 'as CSV too');
is(json(ask('GET', '/notes.json'))->{rows}[0]{author}, 'J. Doe', 'and as JSON');
like(ask('GET', '/notes/new?about=january-2022-record&sort=sign-off')->{content}, qr/name="version" value="1"/, 'a sign-off is of the version that was seen');
my %sign = (sort => 'sign-off', about => 'january-2022-record', kind => 'finding', form => $token);
$r = post_form('/notes', %sign, version => 7, text => 'seen');
is($r->{status}, 400, 'another version is not signed off');
like($r->{content}, qr/version 1 of it stands now, not 7.*>\s*seen<\/textarea>/s, 'the form says why, and keeps the text');
is(post_form('/notes', %sign, version => 1)->{status}, 303, 'that one is');
is(post_form('/notes', sort => 'link', about => 'CNS-161', other => 'CNS-162', relation => 'same-as', text => 'x', kind => 'record', form => $token)->{status},
        303, 'two records are linked');
is(post_form('/notes', sort => 'grade', about => '52e8fb21', grade => 'C', text => 'x', kind => 'source', form => $token)->{headers}{location},
        '/evidence/52e8fb21', 'a source is graded');
like(ask('GET', '/evidence/52e8fb21')->{content}, qr{<dd>C: fairly reliable.*Graded later<dd>lowered from B by J\. Doe on \d{4}-\d\d-\d\d: x <a href="/records/[0-9a-f]{8}:2">note</a> <a href="/notes/new\?sort=grade&amp;about=52e8fb21">Give it a grade}s,
        'its page has the grade that was given, and the one that it came with');
is(json(ask('GET', '/evidence/52e8fb21.json'))->{came_with}, 'B', 'as data too');
is((grep { $_->{source} eq '52e8fb21' } @{ json(ask('GET', '/evidence.json'))->{rows} })[0]{reliability}, 'C', 'and the list of sources');
like(ask('GET', '/records/CNS-161')->{content}, qr{What was said of it</h2>.*<b>link</b>.*<b>grade \(of the source\)</b>.*graded C, fairly reliable: x.*about=52e8fb21:162}s, 'a record says what was said of it')
        or diag(ask('GET', '/records/CNS-161')->{content} =~ /(What was said of it.{0,1500})/s);
like(ask('GET', '/records/CNS-161')->{content}, qr{C2}, 'and has the grade');
is((grep { $_->{source} eq '52e8fb21' } @{ json(ask('GET', '/evidence.json?known=2022-03-01'))->{rows} })[0]{reliability}, 'B', 'as known before the note it is as it came');
post_form('/notes', sort => 'reply', about => 'CNS-162', party => 'hidden party', text => 'hidden words', withheld => 'yes', kind => 'record', form => $token);
post_form('/notes', sort => 'alternative', about => 'january-2022-record', text => 'hidden words', withheld => 'yes', kind => 'finding', form => $token);
unlike(ask('GET', $_)->{content}, qr/hidden (?:words|party)/, "the words of a withheld note are not on $_")
        for '/notes', '/notes.json', '/notes.csv', '/findings/january-2022-record', '/records/CNS-162';
like(ask('GET', '/notes')->{content}, qr/withheld: its words are not shown/, 'but that there is one is');
is(post_form('/notes', sort => 'reply', about => '--help', party => 'x', text => 'x', form => $token)->{status}, 400, 'an operand cannot be an option');
is(post_form('/notes', sort => 'reply', about => 'january-2022-record', party => '--quiet', text => '--by', form => $token)->{status}, 303,
        'a text that looks like one is a text');
is(post_form('/notes', sort => 'list', about => 'x', form => $token)->{status}, 400, 'only notes are written here');
my $evil = "<script>alert(1)</script>\"'\x{202E}";
utf8::encode($evil);
my $page = ask('GET', '/notes/new?sort=reply&about=' . $http->_uri_escape($evil))->{content};
unlike($page, qr/<script>alert|\xE2\x80\xAE/, 'what is asked for is shown harmless');
post_form('/notes', sort => 'alternative', about => 'january-2022-record', text => $evil, form => $token);
unlike(ask('GET', '/notes')->{content}, qr/<script>alert|\xE2\x80\xAE/, 'and so is what was written');
is(post_form('/notes', sort => 'alternative', about => 'january-2022-record', text => "a\e[31mb", form => $token)->{status}, 400, 'escapes of a terminal are no text');

# ---- an upload is no evidence yet
my $entries = ledger();
$r = upload(field('form', $token), file('../../etc/passwd', $csv));
is($r->{status}, 303, 'a file arrives');
my ($id) = $r->{headers}{location} =~ m{^/add/([0-9a-f]{16})$};
ok($id, 'under a name of ours');
is(join(' ', inbox()), $id, 'it lies in the inbox and nowhere else');
is(sprintf('%o', (stat "$case/inbox/$id/file")[2] & 07777), '600', 'for nobody else to read');
is(sprintf('%o', (stat "$case/inbox")[2] & 07777), '700', 'nor the folder');
is(do { local (@ARGV, $/) = "$case/inbox/$id/file"; <> }, $csv, 'byte for byte');
$page = ask('GET', "/add/$id")->{content};
like($page, qr/Before it is taken: passwd</, 'of its path the last part is shown');
like($page, qr/<code>${\ sha256_hex($csv)}</, 'its hash is shown first');
like($page, qr/the map nuclear_tests/, 'and the map that would read it');
like($page, qr/NT-1.*NT-2/s, 'and the first rows as records');
like($page, qr/not a day, month, year or period: &quot;2022-13-05&quot;/, 'and what would be kept aside');
like(ask('GET', "/add/$id?map=launches")->{content}, qr/cannot be shown in advance.*launch_id/s, 'a map that does not fit says so');
is(ledger(), $entries, 'nothing is taken by looking');
is(post_form("/add/$id/take", grade => 'G', form => $token)->{headers}{location} =~ m{^/work/\d+$} ? 1 : 0, 1, 'a custody that is wrong leads to why');
ok(-f "$case/inbox/$id/file", 'and the file stays');
is(post_form("/add/$id/take", covers_from => '2022-01-01', form => $token)->{status}, 400, 'half a span is refused');
$r = post_form("/add/$id/take", name => 'tests.csv', publisher => 'A publisher', grade => 'B', obtained_on => '2022-05-01', obtained_by => '--by',
        covers_from => '2006-01-01', covers_to => '2009-12-31', access => 'withheld', form => $token);
my $source = substr sha256_hex($csv), 0, 8;
is($r->{headers}{location}, "/evidence/$source", 'with a custody it is taken, and leads to its source');
is(scalar(inbox()), 0, 'and the inbox is empty again');
my $why = embargo('--case', $case, 'why', $source);
like($why, qr/tests\.csv\n.*A publisher.*2022-05-01 by --by.*2006-01-01 to 2009-12-31.*B; withheld.*2 taken, 1 kept aside.*by J\. Doe/s, 'custody and author are in the case');
$r = upload(field('form', $token), file('again.csv', $csv));
like(ask('GET', $r->{headers}{location})->{content}, qr/holds these very bytes already/, 'the same bytes are known');
is(post_form("$r->{headers}{location}/remove", form => $token)->{status}, 303, 'what is not wanted is removed');
is(scalar(inbox()), 0, 'and gone');
is(post_form("/add/$_/take", form => $token)->{status}, 404, "no way out of the inbox: $_") for '..%2F..%2Fcase.db', '0123456789abcdeg', '%2e%2e', '0' x 16;
ok(-f "$case/case.db", 'the case is there');

# ---- what a form may hold
is(upload(field('form', $token), file('', ''))->{status}, 400, 'no file was chosen');
is(scalar(inbox()), 0, 'and none is kept');
$r = upload(field('form', $token), file('empty.csv', ''));
like(ask('GET', $r->{headers}{location})->{content}, qr/empty\.csv/, 'an empty file is a file');
post_form("$r->{headers}{location}/remove", form => $token);
my $rtl = "a\x{202E}vsc.exe<b>\x1b[2J";
utf8::encode($rtl);
$r = upload(field('form', $token), file($rtl, $csv));
$page = ask('GET', '/add')->{content};
unlike($page, qr/\xE2\x80\xAE|<b>[^E]|\x1b/, 'a name that would turn the line, or be a tag or an escape, is shown harmless');
post_form("$r->{headers}{location}/remove", form => $token);
$r = upload(field('form', $token), field('form', 'x'), file('a.csv', $csv));
is($r->{status}, 403, 'a second token takes the place of the first');
$r = upload(field('form', $token), file('a.csv', $csv), file('b.csv', "$csv\n"));
is($r->{headers}{location}, '/add', 'two files lead to the list');
is(scalar(inbox()), 2, 'which has both');
post_form("/add/$_/remove", form => $token) for inbox();
my %bad = ('no boundary' => 'multipart/form-data', 'a boundary of nothing' => 'multipart/form-data; boundary=""',
        'a long one' => 'multipart/form-data; boundary=' . 'x' x 71, 'one with another character' => 'multipart/form-data; boundary=a[b');
is(ask('POST', '/add', multipart('xYz', field('form', $token), file('a.csv', $csv)), 'Content-Type' => $bad{$_})->{status}, 400, "refused: $_") for sort keys %bad;
my $type = 'multipart/form-data; boundary=xYz';
my %wrong = ('it breaks off' => "--xYz\r\n" . join("\r\n\r\n", @{ file('a', 'b') }), 'another boundary' => multipart('zzz', field('form', $token)),
        'a part without a name' => "--xYz\r\nContent-Type: a\r\n\r\nb\r\n--xYz--\r\n", 'a NUL in a head' => "--xYz\r\nContent-Disposition: form-data; name=\"a\0\"\r\n\r\nb\r\n--xYz--\r\n",
        'bytes behind a boundary' => "--xYzQ\r\n", 'a head without end' => "--xYz\r\n" . 'a: b' x 4000, 'nothing' => '');
for my $what (sort keys %wrong) {
        my $status = ask('POST', '/add', $wrong{$what}, 'Content-Type' => $type)->{status};
        ok($status == 400 || $status == 403 || $status == 413, "refused: $what ($status)");
}
is(upload(field('form', $token), map { field("f$_", 'x') } 1 .. 101)->{status}, 413, 'refused: a hundred fields');
is(scalar(inbox()), 0, 'of all these nothing is kept');
is(upload(field('form', $token), file('a.csv', 'x'))->{status}, 303, 'and the service lives');
post_form("/add/$_/remove", form => $token) for inbox();

# ---- larger than what may be held: it streams
sub peak { my ($kb) = do { local (@ARGV, $/) = "/proc/$s->{pid}/status"; <> } =~ /VmHWM:\s+(\d+) kB/; return $kb }
my $peak = peak();
my $large = 'x' x (1 << 20);
my ($head, $tail) = ("--xYz\r\n" . join("\r\n\r\n", @{ field('form', $token) }) . "\r\n--xYz\r\n" . join("\r\n\r\n", @{ file('large.bin', '') }), "\r\n--xYz--\r\n");
sub send_large {        # MIB, of those that are sent, STOP
        my ($mib, $sent) = @_;
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $s->{port}) or die "connect: $!";
        local $SIG{PIPE} = 'IGNORE';
        print {$socket} "POST /add HTTP/1.1\r\nHost: 127.0.0.1:$s->{port}\r\nCookie: " . session($s) . "\r\nContent-Type: $type\r\nConnection: close\r\nContent-Length: "
                . (length($head) + length($tail) + ($mib << 20)) . "\r\n\r\n$head";
        print {$socket} $large for 1 .. $sent;
        print {$socket} $tail if $sent == $mib;
        return $socket;
}
my $socket = send_large(96, 96);
like(scalar(<$socket>), qr{^HTTP/1\.1 303 }, '96 MiB arrive');
cmp_ok(peak() - $peak, '<', 32 << 10, 'and take less memory than a third of that');
is((stat "$case/inbox/" . (inbox())[0] . '/file')[7], 96 << 20, 'all of them');
post_form("/add/$_/remove", form => $token) for inbox();
stop($s);
$s = serve('--write', '--upload-most', 1);
$token = token();
($head) = "--xYz\r\n" . join("\r\n\r\n", @{ field('form', $token) }) . "\r\n--xYz\r\n" . join("\r\n\r\n", @{ file('large.bin', '') });
is(upload(field('form', $token), file('a', 'x' x ((1 << 20) + 1)))->{status}, 413, 'one byte over the limit is too much');
is(scalar(inbox()), 0, 'and nothing of it is kept');
is(upload(field('form', $token), file('a', 'x' x (1 << 20)))->{status}, 303, 'the limit itself is not');
post_form("/add/$_/remove", form => $token) for inbox();
stop($s);

# ---- killed while it arrives
$s = serve('--write');
$token = token();
$head = "--xYz\r\n" . join("\r\n\r\n", @{ field('form', $token) }) . "\r\n--xYz\r\n" . join("\r\n\r\n", @{ file('half.bin', '') });
$socket = send_large(8, 4);
$socket->flush;
my $until = time + 20;
sleep 0.05 while time < $until && !(map { (-s "$case/inbox/$_/arriving" || 0) >= 3 << 20 ? 1 : () } inbox());
stop($s, 'KILL');
my ($half) = inbox();
ok(-f "$case/inbox/$half/arriving" && !-e "$case/inbox/$half/file", 'a kill leaves what had come, under the name of what is not whole');
$s = serve('--write');
$token = token();
like(ask('GET', '/add')->{content}, qr/half\.bin.*broken off/s, 'the list names it and says what to do');
is(ask('GET', "/add/$half")->{status}, 404, 'it cannot be taken');
is(post_form("/add/$half/remove", form => $token)->{status}, 303, 'only removed');
is(scalar(inbox()), 0, 'and is gone');
# a browser that goes away leaves nothing
$socket = send_large(8, 4);
close $socket;
$until = time + 20;
sleep 0.05 while time < $until && inbox();
is(scalar(inbox()), 0, 'an upload that its browser gives up is taken back');

# ---- killed while it is taken
my $rows = (split /^/, $csv)[0] . join '', map { "T-$_,2006-10-09,2006-10-09T01:35:00Z,41.3,129.1,,10,2,,no,made for this test,high\n" } 1 .. 200000;
$r = upload(field('form', $token), file('many.csv', $rows));
my ($many) = $r->{headers}{location} =~ m{/add/(\w+)};
my $held = ledger();
if (!(my $pid = fork)) {
        post_form("/add/$many/take", grade => 'C', form => $token);
        require POSIX;
        POSIX::_exit(0);
} else {
        $until = time + 20;
        sleep 0.01 while time < $until && ask('GET', '/work.csv')->{content} !~ /running,reading/;
        stop($s, 'KILL');
        waitpid $pid, 0;
}
my $after = ledger();
ok($after == $held || $after == $held + 1, 'a kill while a file is taken leaves the case before it or after it');
system("$Serve::embargo --case $case verify --quiet >/dev/null 2>&1");
is($?, 0, 'whole');
ok(-f "$case/inbox/$many/file" || $after > $held, 'and the file in the inbox, or taken');
$s = serve('--write');
$token = token();
$r = $after > $held ? { headers => { location => '/evidence/taken' } } : post_form("/add/$many/take", grade => 'C', form => $token);
if ($r->{headers}{location} =~ m{^/work/\d+$}) {
        $until = time + 60;
        sleep 0.1 while time < $until && json(ask('GET', "$r->{headers}{location}.json"))->{running};
        is(json(ask('GET', "$r->{headers}{location}.json"))->{state}, 'done', 'taken again, it is taken');
} else {
        like($r->{headers}{location}, qr{^/evidence/}, 'taken again, it is taken');
}
is(ledger(), $held + 1, 'once');
is(scalar(inbox()), 0, 'and the inbox is empty');
system("$Serve::embargo --case $case verify --quiet >/dev/null 2>&1");
is($?, 0, 'verify finds nothing');
is(stop($s), 0, 'and ends in order');

done_testing();
