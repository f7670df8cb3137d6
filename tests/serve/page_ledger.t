#!/usr/bin/perl
# The ledger as pages: newest first, filtered, each entry's hash computed anew, and a changed entry told.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Digest::SHA qw(sha256_hex);
use Serve;
use Desk;
use Test::More;

my $dir = scratch();
embargo('demo', "$dir/c");
my $s = start_case("$dir/c");

my $page = page($s, '/ledger');
is($page->{status}, 200, 'the ledger is a page');
is(balanced($page->{content}), '', '... whose elements close');
my $data = json(page($s, '/ledger.json'));
my @rows = @{ $data->{rows} };
is_deeply([map { $_->{seq} } @rows], [reverse 1 .. scalar @rows], 'newest first, none left out');
is($data->{total}, scalar @rows, 'as many as there are');

# doc/format-case.md: SHA-256 over previous, seq, at, author, action and body, each on a line.
is(sha256_hex(join "\n", @{$_}{qw(previous seq at author action body)}), $_->{hash}, "entry $_->{seq} hashes to what it says") for $rows[0], $rows[-1];
is((grep { $_->{agrees} ne 'yes' } @rows) + 0, 0, 'all agree');
like($page->{content}, qr/The hashes of the ${\ scalar @rows} entries shown were computed anew: all agree/, '... which the page says');
like($page->{content}, qr/embargo verify/, 'what proves the whole is named');
like($page->{content}, qr/notes no verification/, '... and that the ledger does not know when it was done');

# ---- filters and pages
my $adds = json(page($s, '/ledger.json?action=add'))->{rows};
is((grep { $_->{action} ne 'add' } @$adds) + 0, 0, 'only entries of one action');
is(scalar(@$adds), scalar(grep { $_->{action} eq 'add' } @rows), '... all of them');
is_deeply(json(page($s, '/ledger.json?author=nobody'))->{rows}, [], 'of nobody there are none');
like(page($s, '/ledger?author=nobody')->{content}, qr/No entry is like that/, '... and the page says so');
my $part = page($s, '/ledger?rows=2')->{content};
my ($older) = $part =~ /href="(\/ledger\?before=\d+&amp;rows=2)">older/;
ok($older, 'a short page has a link to older entries');
(my $next = $older // '') =~ s/&amp;/&/g;
$next =~ s/\?/.json?/;
is_deeply([map { $_->{seq} } @{ json(page($s, $next))->{rows} }], [@rows - 2, @rows - 3], '... which begin where this one ends');
is(get($s, '/ledger?before=0')->{status}, 400, 'no entry comes before the first');
is(get($s, '/ledger?rows=none')->{status}, 400, 'a count that is none');

# ---- one entry
my ($add) = grep { $_->{what} =~ /^launches\.csv/ } @rows;
my $one = page($s, "/ledger/$add->{seq}");
is(balanced($one->{content}), '', 'one entry: its elements close');
like($one->{content}, qr{<code>$add->{hash}</code>.*<code>$add->{previous}</code>}s, 'its hash, and the one before');
like($one->{content}, qr{<dt>name<dd>launches\.csv}, 'its body as a table');
like($one->{content}, qr{<dt>sha256<dd><a href="/evidence/[0-9a-f]{64}">}, '... that leads to the source');
like($one->{content}, qr{href="/ledger/@{[$add->{seq} - 1]}">the entry before}, 'and to the entry before');
is(json(page($s, "/ledger/$add->{seq}.json"))->{rows}[0]{hash}, $add->{hash}, 'the same as data');
like(page($s, "/ledger/$add->{seq}.csv")->{content}, qr/^seq,at,author,action,what,agrees,previous,hash,body\n$add->{seq},/, '... and CSV');
is(get($s, '/ledger/99999')->{status}, 404, 'an entry that is not there');
is(get($s, "/ledger/$_")->{status}, 404, "$_ is no entry") for '0', '-1', 'x', '7x', '99999999999999999999';
stop($s);

# ---- an entry that somebody changed behind the program's back
SKIP: {
        skip 'sqlite3 is not here to change an entry with', 3 if system('command -v sqlite3 >/dev/null 2>&1') != 0;
        system("sqlite3", "$dir/c/case.db", "drop trigger em_ledger_no_UPDATE; update em_ledger set author = 'somebody else' where seq = 3; "
                . "create trigger em_ledger_no_UPDATE BEFORE UPDATE ON em_ledger BEGIN SELECT raise(ABORT, 'em_ledger is append-only'); END") == 0 or die;
        system("sqlite3", "$dir/c/case.db", "pragma writable_schema = on; update sqlite_schema set sql = 'CREATE TRIGGER em_ledger_no_UPDATE BEFORE UPDATE ON em_ledger "
                . "BEGIN SELECT raise(ABORT, ''em_ledger is append-only''); END' where name = 'em_ledger_no_UPDATE'") == 0 or die;
        $s = start_case("$dir/c");
        my ($changed) = grep { $_->{seq} == 3 } @{ json(page($s, '/ledger.json'))->{rows} };
        is($changed->{agrees}, 'no', 'an entry whose author was changed does not agree');
        like(page($s, '/ledger')->{content}, qr/1 of the entries shown do not agree/, '... and the page says so above all');
        like(page($s, '/ledger/3')->{content}, qr/This entry does not agree/, '... and its own page');
        stop($s);
}

# ---- hostile words in an entry
add_hostile("$dir/c-theft", $dir);
$s = start_case("$dir/c-theft");
for my $target ('/ledger', '/ledger/' . json(page($s, '/ledger.json'))->{rows}[0]{seq}) {
        my $got = page($s, $target);
        is(harmless($got->{content}), '', "$target: nothing of the custody acts");
        is(balanced($got->{content}), '', '... and it closes what it opens');
        like($got->{content}, qr/&lt;script&gt;alert\(8\)/, '... but shows it') if $target ne '/ledger' || $got->{content} =~ /publisher/;
}
stop($s);

done_testing();
