#!/usr/bin/perl
# The report among the pages: its own policy, its way back, as known on a day; and what changed between two days.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Digest::SHA qw(sha256_base64 sha256_hex);
use Serve;
use Desk;
use Test::More;

my $dir = scratch();
embargo('demo', "$dir/c");
my $s = start_case("$dir/c");
sub hash_of { my $h = sha256_base64($_[0]); $h .= '=' while length($h) % 4; return "sha256-$h" }
sub slurp_raw { open my $in, '<:raw', $_[0] or die "$_[0]: $!"; local $/ = undef; return <$in> }

# ---- the report and its policy
my $report = page($s, '/report');
my $html = $report->{content};
my $policy = $report->{headers}{'content-security-policy'};
is($report->{status}, 200, 'the report comes');
my ($style) = $html =~ m{<style>(.*?)</style>}s;
my @scripts = $html =~ m{<script>(.*?)</script>}gs;
is(scalar(@scripts), 1, 'with one script');
like($policy, qr/style-src '\Q${\ hash_of($style)}\E'(?:;|$)/, 'its style is allowed by its hash alone');
like($policy, qr/script-src '\Q${\ hash_of($scripts[0])}\E'(?:;|$)/, 'its script too');
unlike($policy, qr/unsafe/, 'nothing else is');
like($policy, qr/default-src 'none'.*frame-ancestors 'none'.*base-uri 'none'/, '... and it stands in no frame');
unlike($html, qr/<meta http-equiv="Content-Security-Policy"/, 'no weaker policy stands beside it');
unlike($html, qr/ style="/, 'and no style stands in an attribute, which the hash would not allow');
is(page($s, '/report')->{headers}{'content-security-policy'}, $policy, 'a kept reply has it as well');

# ---- the bar
my ($bar) = $html =~ m{(<header class="desk">.*?</header>)}s;
ok($bar, 'a bar stands above it');
like($bar, qr{href="/">Back to the desk</a>.*href="/reports">.*href="/report/diff">}s, '... with the way back, the list and the differences');
like($bar, qr{<label>As known on <input name="known" size="10" maxlength="10" placeholder="2022-03-01" [^>]*value="">}, '... and the day');
ok(index($html, $bar) < index($html, '<main'), '... outside of the text');

# ---- but for bar and policy it is the report that is printed
(my $bare = $html) =~ s/\Q$bar\E\n//;
$bare =~ s{<link rel="icon" href="/ui/icon\.svg">\n}{};
$bare =~ s{\.desk\{.*?\}\}\n(?=</style>)}{}s;
my $printed = slurp_raw("$dir/c/report/index.html");
$printed =~ s{<meta http-equiv="Content-Security-Policy"[^>]*>\n}{};
is(sha256_hex($bare), sha256_hex($printed), 'byte for byte the report that the command prints');
my $json = get($s, '/report.json');
is($json->{content}, slurp_raw("$dir/c/report/report.json"), 'the same as data');
like(page($s, '/report.csv')->{content}, qr/^1,\d+,yes,In January 2022 North Korea launched 9 ballistic missiles on 6 days\./m, 'its sentences as CSV');

# ---- as known on a day
my $early = page($s, '/report?known=2022-02-05')->{content};
like($early, qr/5 February 2022/, 'as known on a day');
like($early, qr{name="known"[^>]* value="2022-02-05"}, '... which the bar says');
like($early, qr{href="/\?known=2022-02-05">Back to the desk}, '... and takes along');
is(get($s, '/report?known=soon')->{status}, 400, 'a day that is none');

# ---- templates
my $screening = page($s, '/report?template=screening');
like($screening->{content}, qr/<h1>Who of the evidence may be listed/, 'another template of the regime');
is(get($s, '/report?template=' . $_)->{status}, 400, "no template: $_") for '..%2Freport', 'A', 'x%2Fy';
is(get($s, '/report?template=none')->{status}, 404, 'a template that is not there');
my $list = page($s, '/reports');
is(balanced($list->{content}), '', 'the list of reports: its elements close');
like($list->{content}, qr{<a href="/report\?template=screening">Who of the evidence may be listed</a>}, 'templates by their heading');
like($list->{content}, qr{The sources are still the same}, 'how the one that was printed stands');
is(json(page($s, '/reports.json'))->{rows}[0]{manifest}, substr(json($json)->{manifest}, 0, 12), 'what was printed, by the ledger');
like(page($s, '/reports?known=2022-02-05')->{content}, qr{href="/report\?template=screening&amp;known=2022-02-05"}, 'the day goes along');

# ---- differences
my $diff = page($s, '/report/diff?from=2022-01-20&to=2022-02-05');
is(balanced($diff->{content}), '', 'the differences: their elements close');
like($diff->{content}, qr{href="/report/diff\.json\?from=2022-01-20&amp;to=2022-02-05"}, 'the link to the same as data has both days');
my $rows = json(page($s, '/report/diff.json?from=2022-01-20&to=2022-02-05'))->{rows};
my ($missiles) = grep { $_->{then} =~ /ballistic missiles on/ } @$rows;
# launches.csv: CNS-167 and CNS-168 of 27 January and CNS-169 of 30 January are the launches between the two days.
is($missiles->{then}, 'In January 2022 North Korea launched 6 ballistic missiles on 4 days.', 'a sentence as it was');
is($missiles->{now}, 'In January 2022 North Korea launched 9 ballistic missiles on 6 days.', '... and is');
is($missiles->{change}, 'changed', '... is one that changed');
my %key = map { $_->{id} => $_->{key} } @{ json(page($s, '/evidence/52e8fb21.json?from=160&rows=20'))->{records} };
is_deeply([map { $key{$_} } split / /, $missiles->{records_came}], ['CNS-167', 'CNS-168', 'CNS-169'], '... by the launches that came between');
is($missiles->{records_went}, '', '... and none went');
my ($largest) = grep { $_->{now} =~ /largest on record/ } @$rows;
is($largest->{change}, 'came', 'a sentence that came');
like($largest->{why}, qr/does not hold under the reading/, '... with the reason why it did not stand before');
like($diff->{content}, qr{launched\s<mark>9</mark> ballistic missiles on <mark>6</mark> days\.}, 'numbers that changed are marked');
like($diff->{content}, qr{CNS-167 Hwasong-11A \(KN-23\) <small>CNS/NTI, known 2022-01-27</small>}, 'records with the day they became known');
like($diff->{content}, qr{<a href="/findings/january-2022-record">january-2022-record</a>: <span class="v v-fails">does not hold</span> then <span class="v v-reading">}, 'findings whose verdict is another');
my $back = json(page($s, '/report/diff.json?from=kept&to=2022-01-20'))->{rows};
is((grep { $_->{then} =~ /largest on record/ && $_->{change} eq 'went' } @$back) + 0, 1, 'seen the other way it went');
is_deeply(json(page($s, '/report/diff.json'))->{rows}, [], 'nothing changed since it was printed');
like(page($s, '/report/diff')->{content}, qr/Every sentence is the same/, '... and the page says so');
is(get($s, "/report/diff?$_")->{status}, 400, "no two days: $_") for 'from=soon', 'to=2022-13-01', 'from=2022-03-01&to=2022-02-01';
stop($s);

# ---- a case without a report
embargo('init', "$dir/empty", '--regime', 'dprk');
$s = start_case("$dir/empty");
like(page($s, '/reports')->{content}, qr/No report was printed into this case yet/, 'a case without a report says how to print one');
is(page($s, '/report/diff')->{status}, 200, 'and its differences ask for two days');
is(get($s, '/report/diff?from=kept')->{status}, 404, 'what was not printed cannot be compared');
stop($s);

# ---- hostile evidence in the report
add_hostile("$dir/c", $dir);
$s = start_case("$dir/c");
for my $target ('/report', '/reports', '/report/diff?from=kept', '/report?template=screening') {
        my $got = page($s, $target);
        (my $text = $got->{content}) =~ s{<script>\(function.*?</script>}{}s;
        is($got->{status}, 200, "$target comes");
        is(harmless($text), '', '... and nothing of the evidence acts');
}
$html = page($s, '/report')->{content};
is(scalar(() = $html =~ /<script/g), 1, 'there is still one script');
like(page($s, '/report')->{headers}{'content-security-policy'}, qr/\Q${\ hash_of(($html =~ m{<style>(.*?)<\/style>}s)[0])}\E/, '... and the style has its hash');
stop($s);

done_testing();
