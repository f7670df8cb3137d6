#!/usr/bin/perl
# Charts: each chart of the regime is there, drawn or with the reason why not; one of them has the report's own title, the rows that
# its SELECT gives, its question and its picture as a file that can do nothing.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Serve;
use Desk;
use Test::More;

my $dir = scratch();
my $root = "$FindBin::Bin/../..";
embargo('init', "$dir/case", '--regime', 'dprk', '--author', 'tests');
embargo('--case', "$dir/case", 'add', "$root/examples/dprk-2022");
my $s = start_case("$dir/case");
my @names = sort map { m{([^/]+)\.sql$} } glob "$root/regimes/dprk/charts/*.sql";

sub escape { my $t = $_[0]; $t =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ge; return $t }
sub has { my ($text, $like, $name) = @_; ok($text =~ $like, $name) or diag(substr($text, 0, 400)) }
sub lacks { my ($text, $like, $name) = @_; ok($text !~ $like, $name) or diag(substr($text, 0, 400)) }

# ---- all
my $all = page($s, '/charts');
is($all->{status}, 200, 'the charts');
is(balanced($all->{content}), '', 'well formed');
has($all->{content}, qr{href="/charts/\Q$_\E"}, "the regime's $_ is among them") for @names;
my @rows = @{ json(page($s, '/charts.json'))->{rows} };
is_deeply([map { $_->{chart} } @rows], \@names, 'in data too, in order');
my %state = map { $_->{chart} => $_->{state} } @rows;
is($state{'launches-by-month'}, 'drawn', 'what has evidence is drawn');
is($state{'ships-map'}, 'nothing to draw', 'what has none says so');
is(scalar(() = $all->{content} =~ /<figure class="fig charts-one">/g), scalar(grep { $_->{state} eq 'drawn' } @rows), 'a picture for each that is drawn');
has(page($s, '/charts.csv')->{content}, qr{^chart,kind,title,unit,questions,state\n}, 'and as CSV');
lacks($all->{content}, qr/<[^>]* (?:style|on\w+)=/, 'no style and no script of its own');
my %ids; $ids{$_}++ for $all->{content} =~ / id="([^"]+)"/g;
is_deeply([grep { $ids{$_} > 1 } sort keys %ids], [], 'no id stands twice');

# ---- the report says the same
embargo('--case', "$dir/case", 'find');
embargo('--case', "$dir/case", 'report');
my $report = Serve::slurp("$dir/case/report/index.html");
sub lines_of { my ($svg) = @_; return join ' ', map { s/<[^>]*>/ /gr } $svg =~ m{<title[^>]*>(.*?)</title>}s }
for my $name (qw(petroleum-2021 launches-by-month coal)) {
        my ($printed) = $report =~ m{id="fig-\Q$name\E">.*?<title[^>]*>(.*?)</title>}s;
        my ($shown) = page($s, "/charts/$name")->{content} =~ m{<figure class="fig charts-large">.*?<title[^>]*>(.*?)</title>}s;
        ok(length($printed // ''), "the report draws $name");
        is($shown, $printed, 'and its page has the same title');
}

# ---- one
for my $name (@names) {
        my $one = page($s, "/charts/$name");
        is($one->{status}, 200, "$name by itself");
        is(balanced($one->{content}), '', 'well formed');
        has($one->{content}, qr{charts/\Q$name\E\.sql}, 'with the file that makes it');
        my $sql = Serve::slurp("$root/regimes/dprk/charts/$name.sql") =~ s/\A(?:\s*--[^\n]*\n)+//r =~ s/\s+\z//r;
        my $data = json(page($s, "/charts/$name.json"));
        is($data->{schema}, 'embargo.chart/1', 'its rows are data');
        my $asked = json(page($s, '/sql.json?q=' . escape($sql)));
        is_deeply($data->{rows}, $asked->{rows}, 'the same that the SELECT gives when it is asked on the SQL page');
        my $picture = get($s, "/charts/$name.svg");
        if ($state{$name} ne 'drawn') {
                is($picture->{status}, 404, 'no picture of nothing');
                next;
        }
        is($picture->{headers}{'content-type'}, 'image/svg+xml', 'its picture is one');
        has($picture->{headers}{'content-security-policy'}, qr/default-src 'none'; style-src 'unsafe-inline'; sandbox$/, 'that can do nothing');
        has($picture->{content}, qr{\A<\?xml[^>]*>\s*<svg .*</svg>\s*\z}s, 'whole');
        lacks($picture->{content}, qr{<script|<a |href=}, 'and leads nowhere');
        is(balanced($picture->{content}), '', 'well formed');
        is(get($s, "/charts/$name.svg")->{headers}{'content-security-policy'}, $picture->{headers}{'content-security-policy'}, 'again, out of what is kept');
}
my $one = page($s, '/charts/petroleum-2021')->{content};
has($one, qr{href="/findings/petroleum-second-half">}, 'its question leads to the finding');
has($one, qr{<span class="v v-\w+">}, 'with its verdict in words');
has($one, qr{<a download href="/charts/petroleum-2021\.svg">}, 'the picture can be taken along');
has($one, qr{href="/records/}, 'its marks lead to records');
my ($numbers) = $one =~ m{<div class="table as-table charts-table"[^>]*>(.*?)</div>}s;
has($numbers // '', qr{41.{0,8}973}s, 'the table has the number of September 2021');

# ---- as known on a day, and without evidence
my $then = page($s, '/charts?known=2022-03-01')->{content};
has($then, qr{href="/charts/coal\?known=2022-03-01"}, 'links keep the day');
my ($late) = json(page($s, '/charts/petroleum-cap.json'))->{rows};
my ($soon) = json(page($s, '/charts/petroleum-cap.json?known=2022-03-01'))->{rows};
cmp_ok(scalar @$soon, '<', scalar @$late, 'what became known later is not drawn on that day');
embargo('init', "$dir/bare", '--regime', 'dprk', '--author', 'tests');
my $bare = start_case("$dir/bare");
my $none = page($bare, '/charts');
is($none->{status}, 200, 'a case without evidence has the page too');
lacks($none->{content}, qr{charts-one}, 'nothing is drawn');
has($none->{content}, qr{Nothing can be drawn yet.*<code>embargo add FILE</code>}s, 'and the page says what to do');
has(page($bare, '/charts/coal')->{content}, qr{There is nothing to draw on this evidence}, 'the same for one');
is(stop($bare), 0, 'and ends well');

# ---- no such
for my $path ('/charts/nope', '/charts/..%2F..%2Freport', '/charts/%2Fetc%2Fpasswd', '/charts/coal.sql', '/charts/.svg', '/charts/nope.svg', '/charts/nope.json',
        '/charts/%3Cscript%3Ealert(1)%3C%2Fscript%3E') {
        my $none = get($s, $path, Accept => 'text/html');
        is($none->{status}, 404, "no such chart: $path");
        is(harmless($none->{content}), '', 'and the address does no harm');
}
is(get($s, '/charts/%ff')->{status}, 400, 'an address that is no text');

# ---- evidence is only text
add_hostile("$dir/case", $dir);
for (1 .. 40) { last if page($s, '/sql.json?q=' . escape("select count(*) as n from launch where key like 'HX%'"))->{content} =~ /"n":[1-9]/; select undef, undef, undef, 0.25 }
for my $path ('/charts', '/charts/launch-sites', '/charts/launches-by-month', '/charts/launch-sites.svg') {
        my $page = page($s, $path);
        $page = page($s, $path) for grep { $page->{content} =~ /has just changed/ && select undef, undef, undef, 0.5 } 1 .. 40;
        is($page->{status}, 200, "$path with hostile evidence");
        is(harmless($page->{content}), '', 'does no harm');
        is(balanced($page->{content}), '', 'and is well formed');
}
is(stop($s), 0, 'the service ends well');
done_testing();
